//! Putting messages into the outbox.

use otpd_domain::account::AccountId;
use otpd_domain::challenge::Subject;
use otpd_domain::message::OutboxMessage;
use otpd_domain::ports::Issue;
use otpd_domain::sms::Money;
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

/// A message as it is put into the outbox: one row in any case.
pub(super) struct Outgoing<'i> {
    message: &'i OutboxMessage,
    account: Option<AccountId>,
    withheld: bool,
    code: Option<&'static str>,
    /// What a segment costs.
    price: Option<Money>,
}

impl<'i> Outgoing<'i> {
    /// The message of an issue. When it is for nobody it is withheld, or, where the owner of the contact is to be told, the
    /// notice goes out in its place.
    pub(super) fn of(connection: &Connection, issue: &'i Issue, subject: Subject, kept: CodeIsKept) -> Result<Self> {
        let price = issue.charge.sms.as_ref().map(|sms| sms.price);
        let owner = match (subject, &issue.notice) {
            (Subject::Nobody, Some(notice)) => {
                holder(connection, &issue.challenge.identifier)?.map(|owner| (notice, owner))
            }
            _ => None,
        };
        if let Some((message, owner)) = owner {
            return Ok(Self { message, account: Some(owner), withheld: false, code: None, price });
        }
        let account = match subject {
            Subject::Account(id) => Some(id),
            Subject::Nobody | Subject::Anyone | Subject::Registration(_) => None,
        };
        let withheld = subject == Subject::Nobody;
        let code = (kept == CodeIsKept::Outside && !withheld).then_some(LIVE);
        Ok(Self { message: &issue.message, account, withheld, code, price: price.filter(|_| !withheld) })
    }

    /// Whether anything is sent.
    pub(super) fn goes_out(&self) -> bool {
        !self.withheld
    }

    /// Writes it.
    pub(super) fn post(&self, connection: &Connection) -> Result<()> {
        let values = params![
            self.message.id.as_bytes(),
            self.message.channel.as_str(),
            self.account.map(|id| id.0),
            self.withheld,
            self.message.sealed.key_id.0,
            self.message.sealed.bytes,
            self.message.created_at.as_millis(),
            self.message.expires_at.as_millis(),
            self.code,
            self.price.map(Money::millionths),
        ];
        connection.prepare_cached(INSERT)?.execute(values).map(|_| ())
    }
}

/// Whether anything is sent to the contact of a registration that is not written yet: its code, or the notice to the account
/// that has the contact.
pub(super) fn registration_goes_out(connection: &Connection, issue: &Issue) -> Result<bool> {
    Ok(issue.notice.is_some() || holder(connection, &issue.challenge.identifier)?.is_none())
}

/// Puts messages without a code into the outbox, for that account.
pub(super) fn post_notices(connection: &Connection, notices: &[OutboxMessage], account: AccountId) -> Result<()> {
    notices.iter().try_for_each(|message| {
        Outgoing { message, account: Some(account), withheld: false, code: None, price: None }.post(connection)
    })
}

const INSERT: &str = "INSERT INTO outbox (id, channel, account_id, withheld, sealed_key, sealed, created_at, \
     expires_at, due_at, code, price) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?9, ?10)";

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[INSERT];
