//! Sessions: which were opened, and which were ended.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::session::{NewSession, SessionId};

use super::Witness;
use crate::clock::Moment;

/// A session that was committed.
#[derive(Clone, Debug)]
pub struct SessionFact {
    /// Whose it is.
    pub account: AccountId,
    /// When it was opened.
    pub opened: Moment,
    /// When it was last used.
    pub seen: Moment,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// It was ended before.
    pub ended: bool,
    /// Whether somebody was handed its token.
    pub acknowledged: bool,
}

impl SessionFact {
    /// Not ended yet, as far as anybody knows.
    pub fn is_open(&self) -> bool {
        !self.ended
    }
}

impl Witness {
    /// A session was opened.
    pub fn opened(&mut self, session: &NewSession, account: AccountId, now: Moment) {
        self.figures.sessions += 1;
        let expires_at = session.expires_at;
        let fact = SessionFact { account, opened: now, seen: now, expires_at, ended: false, acknowledged: false };
        self.sessions.insert(session.id, fact);
    }

    /// Somebody was handed the token.
    pub fn acknowledged(&mut self, session: SessionId) -> bool {
        let fact = self.sessions.get_mut(&session);
        fact.map(|fact| fact.acknowledged = true).is_some()
    }

    /// A session is in use.
    pub fn in_use(&mut self, session: SessionId, now: Moment) {
        if let Some(fact) = self.sessions.get_mut(&session) {
            fact.seen = now;
        }
    }

    /// A session was ended, if it is that account's.
    pub fn ended(&mut self, account: AccountId, session: SessionId) {
        if let Some(fact) = self.sessions.get_mut(&session).filter(|fact| fact.account == account) {
            fact.ended = true;
        }
    }

    /// All sessions of an account but one were ended.
    pub fn all_ended(&mut self, account: AccountId, keep: Option<SessionId>) {
        for (id, fact) in &mut self.sessions {
            if fact.account == account && Some(*id) != keep {
                fact.ended = true;
            }
        }
    }

    /// The sessions of the books.
    pub fn sessions(&self) -> impl DoubleEndedIterator<Item = (&SessionId, &SessionFact)> {
        self.sessions.iter()
    }

    /// Forgets a session that the clock has run out.
    pub fn over(&mut self, session: SessionId) {
        self.sessions.remove(&session);
    }
}
