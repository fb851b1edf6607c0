//! Live codes in the memory of this process: nothing of a code is written to the disk, and a restart ends them all.
//!
//! Accounts, registrations and messages stay in the database, which is asked through [`Records`]. A send is done in three
//! steps: its place is taken here (turn, request, rate), its message is committed there, and only then the code can be
//! found. A use is marked here before its effect is committed there: what fails in between leaves a used code, never
//! one that can be used twice.

mod by_purpose;
mod codes;
mod looks;
mod placing;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
pub use by_purpose::ByPurpose;
use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, PendingChallenge, Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::keys::Mac256;
use otpd_domain::policy::MAX_TTL;
use otpd_domain::ports::{
    ChallengeStore, GuessBudget, Issue, Issued, Records, Redeemed, Redemption, Registered, Reissued, Reservation,
    Settled, StoreError,
};
use otpd_domain::register::NewRegistration;

use self::codes::{Codes, Kept};
use crate::rules::Fate;

/// A guess that is counted, and what it may be compared with.
struct Counted {
    verifier: Mac256,
    subject: Subject,
    attempts_left: u32,
    contact: Identifier,
    long: bool,
}

/// Live codes in memory. Clones share them.
#[derive(Clone)]
pub struct MemoryChallenges {
    records: Arc<dyn Records>,
    codes: Arc<Mutex<Codes>>,
}

impl MemoryChallenges {
    /// An empty store of at most `capacity` challenges, which are kept for `keep`: the longest stretch of time of a rate
    /// that is counted here. Dead ones make room when that is over; live ones never do.
    pub fn new(records: Arc<dyn Records>, capacity: usize, keep: Duration) -> Self {
        // What is older than any code can be is dead.
        let codes = Codes::new(capacity, keep.max(MAX_TTL));
        Self { records, codes: Arc::new(Mutex::new(codes)) }
    }

    /// Whether the challenge of that id is, or will in a moment be, kept here.
    pub fn has(&self, id: ChallengeId) -> bool {
        self.lock().has(id)
    }

    fn lock(&self) -> MutexGuard<'_, Codes> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a guess, or says why there is none.
    fn count_guess(
        &self,
        secret_hash: &[u8; 32],
        id: ChallengeId,
        purpose: &Purpose,
        now: Timestamp,
    ) -> ControlFlow<Reservation, Counted> {
        let mut codes = self.lock();
        let kept = codes.find_mut(id);
        let own = kept.filter(|kept| kept.is_of(secret_hash) && kept.challenge.purpose == *purpose);
        let Some(kept) = own else { return ControlFlow::Break(Reservation::Gone) };
        match kept.fate_noted(now) {
            Fate::Superseded => ControlFlow::Break(Reservation::Gone),
            Fate::Verified => ControlFlow::Break(Reservation::AlreadyVerified),
            Fate::Expired => ControlFlow::Break(Reservation::Expired),
            Fate::Alive if kept.attempts >= kept.challenge.max_attempts => ControlFlow::Break(Reservation::Exhausted),
            Fate::Alive => {
                kept.attempts += 1;
                ControlFlow::Continue(Counted {
                    verifier: kept.challenge.verifier,
                    subject: kept.subject,
                    attempts_left: kept.challenge.max_attempts - kept.attempts,
                    contact: kept.challenge.identifier.clone(),
                    long: kept.challenge.long,
                })
            }
        }
    }

    /// With what became of its message.
    async fn told(&self, found: Option<PendingChallenge>) -> Result<Option<PendingChallenge>, StoreError> {
        let Some(mut found) = found else { return Ok(None) };
        found.delivery = self.records.delivery_state(found.challenge.message_id).await?;
        Ok(Some(found))
    }
}

#[async_trait]
impl ChallengeStore for MemoryChallenges {
    async fn issue(&self, issue: Issue, now: Timestamp) -> Result<Issued, StoreError> {
        self.place_issue(issue, now).await
    }

    async fn reissue(&self, old: &ChallengeHandle, issue: Issue, now: Timestamp) -> Result<Reissued, StoreError> {
        self.place_reissue(old, issue, now).await
    }

    async fn register(
        &self,
        registration: NewRegistration,
        issues: Vec<Issue>,
        now: Timestamp,
    ) -> Result<Registered, StoreError> {
        self.place_registration(registration, issues, now).await
    }

    async fn find(&self, id: ChallengeId) -> Result<Option<PendingChallenge>, StoreError> {
        let found = self.lock().find(id).map(Kept::pending);
        self.told(found).await
    }

    async fn latest(&self, purpose: &Purpose, identifier: &Identifier) -> Result<Option<PendingChallenge>, StoreError> {
        let found = self.lock().latest(purpose, identifier).map(Kept::pending);
        self.told(found).await
    }

    async fn reserve_guess(
        &self,
        handle: &ChallengeHandle,
        purpose: &Purpose,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<Reservation, StoreError> {
        // Counted here before the budget is asked there: what fails in between leaves a guess counted and not compared.
        let counted = match self.count_guess(&handle.secret_hash(), handle.id, purpose, now) {
            ControlFlow::Continue(counted) => counted,
            ControlFlow::Break(refusal) => return Ok(refusal),
        };
        let Counted { verifier, subject, attempts_left, contact, long } = counted;
        let account = purpose.account_sent_to(subject);
        let taken =
            if long { Ok(None) } else { self.records.spend_guess(&contact, account, budget, now).await?.map(Some) };
        Ok(match taken {
            Ok(spent) => Reservation::Reserved { verifier, subject, attempts_left, contact, spent },
            Err(over) => Reservation::OverBudget { over, contact, attempts_left },
        })
    }

    async fn redeem(&self, id: ChallengeId, redemption: Redemption, now: Timestamp) -> Result<Redeemed, StoreError> {
        let settled = {
            let mut codes = self.lock();
            let Some(kept) = codes.find_mut(id) else { return Ok(Redeemed::Refused) };
            match kept.fate_noted(now) {
                Fate::Verified => return Ok(Redeemed::AlreadyVerified),
                Fate::Superseded | Fate::Expired => return Ok(Redeemed::Refused),
                Fate::Alive if kept.subject == Subject::Nobody => return Ok(Redeemed::Refused),
                Fate::Alive => kept.verified_at = Some(now),
            }
            Settled {
                subject: kept.subject,
                identifier: kept.challenge.identifier.clone(),
                message_id: kept.challenge.message_id,
                sent_at: kept.challenge.created_at,
            }
        };
        // Should this fail, the effect may be committed or not: the code stays used.
        let redeemed = self.records.settle(settled, redemption, now).await?;
        if redeemed == Redeemed::Refused
            && let Some(kept) = self.lock().find_mut(id)
        {
            kept.verified_at = None;
        }
        Ok(redeemed)
    }

    async fn cancel(&self, handle: &ChallengeHandle, now: Timestamp) -> Result<bool, StoreError> {
        let secret_hash = handle.secret_hash();
        let message = {
            let mut codes = self.lock();
            let own = codes.find_mut(handle.id).filter(|kept| kept.is_of(&secret_hash));
            let Some(kept) = own.filter(|kept| kept.fate(now) == Fate::Alive) else { return Ok(false) };
            kept.superseded_at = Some(now);
            kept.challenge.message_id
        };
        self.records.withdraw(message, now).await?;
        Ok(true)
    }
}
