//! What every store here decides in the same way: when a code is dead, and when a rate is used up.

use otpd_domain::Timestamp;
use otpd_domain::limits::Rate;
use otpd_domain::ports::Sends;

/// What became of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Alive,
    Verified,
    Superseded,
    Expired,
}

/// What a store notes of a challenge and its fate follows from.
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

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// Another request was first.
    Overtaken,
    /// The rate is used up until then.
    Limited { retry_at: Timestamp },
}

/// The sends within the rate's stretch of time with one more, if there is room for it. `sent` are the moments of
/// the latest sends, as many as the rate allows or more: if so many of them count, there is none.
///
/// Whatever became of the codes, they count; those of a future that a clock set back has left behind, too.
pub(crate) fn one_more(sent: impl Iterator<Item = Timestamp>, rate: Rate, now: Timestamp) -> Result<Sends, Denied> {
    let as_many_as_allowed = usize::try_from(rate.sends).unwrap_or(usize::MAX);
    let counted = sent.take(as_many_as_allowed).filter(|sent_at| now < sent_at.after(rate.within));
    let (made, first_at) = counted.fold((0, None), |(made, first): (u32, Option<Timestamp>), sent_at| {
        (made + 1, Some(first.map_or(sent_at, |first| first.min(sent_at))))
    });
    match first_at {
        Some(first_at) if made >= rate.sends => Err(Denied::Limited { retry_at: first_at.after(rate.within) }),
        first_at => Ok(Sends { made: made + 1, first_at: first_at.map_or(now, |first_at| first_at.min(now)) }),
    }
}
