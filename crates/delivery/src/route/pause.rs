//! What is remembered of a transport that is in trouble.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use otpd_domain::Timestamp;

use crate::Handover;

/// How long a transport is left alone after it refused the login or the settings: somebody has to act first, and
/// hundreds of refused logins make providers lock accounts.
const REFUSED: Duration = Duration::from_mins(1);
/// How long a transport that is away or hangs comes after all others.
const AWAY: Duration = Duration::from_secs(30);
/// Longest wait that a transport may ask for: no code lives longer.
const LONGEST: Duration = Duration::from_mins(10);

/// Whether, and until when, a transport is left alone.
#[derive(Default)]
pub(super) struct Pause(Mutex<Option<Trouble>>);

#[derive(Clone, Copy)]
struct Trouble {
    since: Timestamp,
    until: Timestamp,
    /// It is not asked at all, rather than after the others.
    closed: bool,
}

/// Whether a transport is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// In its turn.
    Fresh,
    /// After all others.
    Tired,
    /// Not at all.
    Closed,
}

impl Pause {
    pub(super) fn standing(&self, now: Timestamp) -> Standing {
        match self.current(now) {
            None => Standing::Fresh,
            Some(Trouble { closed: false, .. }) => Standing::Tired,
            Some(Trouble { closed: true, .. }) => Standing::Closed,
        }
    }

    /// How long it goes on.
    pub(super) fn left(&self, now: Timestamp) -> Duration {
        self.current(now).map(|trouble| trouble.until.since(now)).unwrap_or_default()
    }

    /// Takes notice of an end. Whether it closes a transport that was open: what is told once.
    pub(super) fn note(&self, handover: &Handover, now: Timestamp) -> bool {
        let (length, closed) = match handover {
            Handover::Retry { needs_operator: true, .. } => (REFUSED, true),
            Handover::Retry { after: Some(wait), .. } if !wait.is_zero() => ((*wait).min(LONGEST), true),
            // Away or hanging; a put-off of one message says nothing about the next.
            Handover::Retry { ambiguous, deferred, .. } if *ambiguous || !*deferred => (AWAY, false),
            // A success that was on its way already opens nothing that a later reply has closed.
            Handover::Accepted { .. } if self.standing(now) == Standing::Tired => {
                self.keep(None);
                return false;
            }
            _ => return false,
        };
        let news = self.standing(now) != Standing::Closed;
        if news {
            self.keep(Some(Trouble { since: now, until: now.after(length), closed }));
        }
        news && closed
    }

    /// The pause in force. One that begins in the future is none: the clock was put back.
    fn current(&self, now: Timestamp) -> Option<Trouble> {
        let trouble = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.filter(|trouble| (trouble.since..trouble.until).contains(&now))
    }

    fn keep(&self, trouble: Option<Trouble>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn later(seconds: u64) -> Timestamp {
        NOW.after(Duration::from_secs(seconds))
    }

    fn wait(seconds: u64) -> Handover {
        let after = Some(Duration::from_secs(seconds));
        Handover::Retry { reason: String::new(), after, ambiguous: false, deferred: true, needs_operator: false }
    }

    #[test]
    fn a_refused_login_closes_for_a_minute_and_is_news_once() {
        let pause = Pause::default();
        assert!(pause.note(&Handover::needs_operator(""), NOW));
        assert!(!pause.note(&Handover::needs_operator(""), later(59)));
        assert_eq!((pause.standing(later(59)), pause.left(later(59))), (Standing::Closed, Duration::from_secs(1)));
        assert_eq!(pause.standing(later(60)), Standing::Fresh);
        assert!(pause.note(&Handover::needs_operator(""), later(61)), "it is told again");
    }

    #[test]
    fn a_wait_is_kept_to_within_reason() {
        for (asked, kept) in [(7, 7), (100_000, 600)] {
            let pause = Pause::default();
            pause.note(&wait(asked), NOW);
            assert_eq!(pause.standing(later(kept - 1)), Standing::Closed);
            assert_eq!(pause.standing(later(kept)), Standing::Fresh);
        }
        let pause = Pause::default();
        pause.note(&wait(0), NOW);
        assert_eq!(pause.standing(NOW), Standing::Fresh);
    }

    #[test]
    fn what_is_away_or_hangs_comes_last_and_a_success_ends_it() {
        for end in [Handover::retry(""), Handover::ambiguous("").past_the_login()] {
            let pause = Pause::default();
            pause.note(&end, NOW);
            assert_eq!((pause.standing(later(29)), pause.standing(later(30))), (Standing::Tired, Standing::Fresh));
            pause.note(&Handover::accepted("", otpd_domain::message::Receipt::default()), later(1));
            assert_eq!(pause.standing(later(1)), Standing::Fresh);
        }
        let pause = Pause::default();
        for end in [Handover::retry("").past_the_login(), Handover::Refused { reason: String::new() }] {
            pause.note(&end, NOW);
            assert_eq!(pause.standing(NOW), Standing::Fresh, "one recipient's matter");
        }
    }

    #[test]
    fn a_success_that_was_on_its_way_opens_nothing() {
        let pause = Pause::default();
        pause.note(&wait(20), NOW);
        pause.note(&Handover::accepted("", otpd_domain::message::Receipt::default()), later(1));
        assert_eq!(pause.standing(later(19)), Standing::Closed);
    }

    #[test]
    fn a_clock_that_is_put_back_ends_a_pause() {
        let pause = Pause::default();
        pause.note(&Handover::needs_operator(""), NOW);
        assert_eq!(pause.standing(NOW.before(Duration::from_secs(1))), Standing::Fresh);
    }
}
