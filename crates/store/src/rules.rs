//! What every store here decides in the same way: when a code is dead, when a rate is used up, and how limits are read.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::limits::{Ledger, LedgerKey, Rate, Rates, SERIES};
use otpd_domain::ports::{ContactCharge, Denied, Limit, LimitedBy, OverBudget, Sends};

/// What became of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Alive,
    Verified,
    Superseded,
    Expired,
}

/// What a store notes of a challenge and its fate follows from. One more is also one more that `sqlite/standing.rs` looks for
/// in the statement that marks a challenge it has not read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    pub(crate) verified: bool,
    pub(crate) superseded: bool,
    /// It was seen expired before: it stays so should the clock be set back.
    pub(crate) found_dead: bool,
    pub(crate) expires_at: Timestamp,
}

impl Marks {
    /// What became of it by `now`.
    pub(crate) fn fate(&self, now: Timestamp) -> Fate {
        if self.superseded {
            Fate::Superseded
        } else if self.verified {
            Fate::Verified
        } else if self.found_dead || now >= self.expires_at {
            Fate::Expired
        } else {
            Fate::Alive
        }
    }
}

/// Why it is nobody's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// Another request was first.
    Overtaken,
    /// The rate of the purpose is used up.
    Limited(Denied),
}

/// The sends within the rate's stretch of time with one more, if there is room for it. `sent` are the moments of
/// the latest sends, as many as the rate allows or more: if so many of them count, there is none.
///
/// Whatever became of the codes, they count; those of a future that a clock set back has left behind, too.
pub(crate) fn one_more(sent: impl Iterator<Item = Timestamp>, rate: Rate, now: Timestamp) -> Result<Sends, NoTurn> {
    let as_many_as_allowed = usize::try_from(rate.sends).unwrap_or(usize::MAX);
    let counted = sent.take(as_many_as_allowed).filter(|sent_at| now < sent_at.after(rate.within));
    let (made, first_at) = counted.fold((0, None), |(made, first): (u32, Option<Timestamp>), sent_at| {
        (made + 1, Some(first.map_or(sent_at, |first| first.min(sent_at))))
    });
    match first_at {
        Some(first_at) if made >= rate.sends => {
            Err(NoTurn::Limited(Denied { by: LimitedBy::Purpose, retry_at: first_at.after(rate.within) }))
        }
        first_at => Ok(Sends { made: made + 1, first_at: first_at.map_or(now, |first_at| first_at.min(now)) }),
    }
}

/// How far back the ledger of a contact is looked at: by its rates, and by its waits, whichever purpose has them.
pub(crate) fn contact_reach(contact: &ContactCharge) -> Duration {
    let waits = contact.cooldown.as_ref().map_or(SERIES, |cooldown| cooldown.after_send(u32::MAX).max(SERIES));
    contact.rates.reach().max(waits)
}

/// The ledger that all browsers known to an account share, when the visitor's is one of them and the code is for that
/// account.
pub(crate) fn known_to(contact: &ContactCharge, account: Option<AccountId>) -> Option<LedgerKey> {
    let account = account?;
    let known = contact.known.iter().find(|known| known.account == account)?;
    Some(known.ledger("sends/browser"))
}

/// On what terms the ledger of that limit is spent, and how far back it is looked at: those of all limits that share it
/// together. `None` when an earlier one of them has spent it.
pub(crate) fn terms_of(limits: &[Limit], index: usize) -> Option<(&Rates, Duration)> {
    let key = limits.get(index)?.key;
    if limits[..index].iter().any(|earlier| earlier.key == key) {
        return None;
    }
    let sharing = || limits.iter().filter(move |limit| limit.key == key).map(|limit| &limit.rates);
    let reach = sharing().map(Rates::reach).max()?;
    // The one that lets most through says how finely moments are kept: the others are never let through more for it.
    let most = |rates: &&Rates| rates.iter().map(|rate| rate.sends).max();
    Some((sharing().max_by_key(most)?, reach))
}

/// Whether a guess has room in its budget; what to say if it has none.
pub(crate) fn ask_budget(ledger: &Ledger, rates: &Rates, mark: u8, now: Timestamp) -> Result<(), OverBudget> {
    let Err(retry_at) = ledger.room(rates, now) else { return Ok(()) };
    // What is told follows from guesses at this contact alone.
    Err(match ledger.room_marked(mark, rates, now) {
        Err(own_retry_at) => OverBudget { retry_at: own_retry_at, told: true },
        Ok(()) => OverBudget { retry_at, told: false },
    })
}
