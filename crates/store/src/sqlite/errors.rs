//! How SQLite's errors become the domain's: all of it here.

use otpd_domain::ports::StoreError;
use rusqlite::{Error, ErrorCode};

/// The domain's error for one of SQLite's. Its text goes to the log only. SQLite puts names of tables and columns
/// into its messages, never values.
#[allow(clippy::needless_pass_by_value, reason = "fits `map_err`")]
pub(super) fn store_error(error: Error) -> StoreError {
    match &error {
        Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch => {
                StoreError::Corrupt(error.to_string())
            }
            _ => StoreError::Unavailable(error.to_string()),
        },
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// Whether an error is the fault of one operation alone, so that the others of its group may go on without it.
/// The rest (no space, no memory, input and output) would strike them, too.
pub(super) fn is_own_fault(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(failure, _) => {
            matches!(failure.code, ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch)
        }
        _ => true,
    }
}

/// The column whose uniqueness a write broke, as `table.column`.
pub(super) fn broken_unique(error: &Error) -> Option<&str> {
    match error {
        Error::SqliteFailure(failure, Some(message)) if failure.code == ErrorCode::ConstraintViolation => {
            message.strip_prefix("UNIQUE constraint failed: ")
        }
        _ => None,
    }
}

/// Whether another connection is in the way.
pub(super) fn is_busy(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
