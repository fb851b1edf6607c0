//! Mail: how it is composed, and SMTP.

mod compose;
mod smtp;

pub(crate) use compose::Letterhead;
pub use compose::NotAnAddress;
pub use smtp::{Encryption, Login, SmtpConfig, SmtpTransport};
