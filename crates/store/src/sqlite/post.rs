//! Putting messages into the outbox.

use otpd_domain::account::AccountId;
use otpd_domain::challenge::Subject;
use otpd_domain::message::OutboxMessage;
use otpd_domain::ports::Issue;
use rusqlite::{Connection, Result, params};

use super::subjects::holder;

/// Where the code of a message is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeIsKept {
    /// In the table of challenges, or there is none.
    Here,
    /// Outside of the database: the message stands for it in the figures.
    Outside,
}

/// What `outbox.code` says of a code that is kept outside and can still be used.
pub(super) const LIVE: &str = "live";

/// Puts the message of an issue into the outbox. When it is for nobody it is withheld, or, where the owner of the contact
/// is to be told, the notice goes out in its place. One row is written in any case.
pub(super) fn post(connection: &Connection, issue: &Issue, subject: Subject, kept: CodeIsKept) -> Result<()> {
    let owner = match (subject, &issue.notice) {
        (Subject::Nobody, Some(notice)) => {
            holder(connection, &issue.challenge.identifier)?.map(|owner| (notice, owner))
        }
        _ => None,
    };
    if let Some((notice, owner)) = owner {
        return insert_message(connection, notice, Some(owner), false, None);
    }
    let account = match subject {
        Subject::Account(id) => Some(id),
        Subject::Nobody | Subject::Anyone | Subject::Registration(_) => None,
    };
    let withheld = subject == Subject::Nobody;
    let code = (kept == CodeIsKept::Outside && !withheld).then_some(LIVE);
    insert_message(connection, &issue.message, account, withheld, code)
}

/// Puts messages without a code into the outbox, for that account.
pub(super) fn post_notices(connection: &Connection, notices: &[OutboxMessage], account: AccountId) -> Result<()> {
    notices.iter().try_for_each(|notice| insert_message(connection, notice, Some(account), false, None))
}

const INSERT: &str = "INSERT INTO outbox (id, channel, account_id, withheld, sealed_key, sealed, created_at, \
     expires_at, due_at, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?9)";

fn insert_message(
    connection: &Connection,
    message: &OutboxMessage,
    account: Option<AccountId>,
    withheld: bool,
    code: Option<&str>,
) -> Result<()> {
    let values = params![
        message.id.as_bytes(),
        message.channel.as_str(),
        account.map(|id| id.0),
        withheld,
        message.sealed.key_id.0,
        message.sealed.bytes,
        message.created_at.as_millis(),
        message.expires_at.as_millis(),
        code,
    ];
    connection.prepare_cached(INSERT)?.execute(values).map(|_| ())
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[INSERT];
