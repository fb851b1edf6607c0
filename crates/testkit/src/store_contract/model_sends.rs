//! Codes that contacts find, against a model: turns, the rate, and what becomes of each code.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeHandle, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Effect, Issued, Redeemed, Sends};
use proptest::prelude::*;

use super::model::check;
use super::world::{is_done, rate_is_up};
use super::{Harness, World};
use crate::sample::{NOW, RATE, TTL, email, phone};

/// What may happen. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    /// To one of the contacts, in the turn after its newest code or after an older one.
    Send {
        contact: usize,
        stale: bool,
    },
    Use {
        code: usize,
    },
    Cancel {
        code: usize,
    },
    Pass {
        seconds: u64,
    },
    SetBack {
        seconds: u64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..CONTACTS, prop::bool::weighted(0.2)).prop_map(|(contact, stale)| Step::Send { contact, stale }),
        2 => any::<usize>().prop_map(|code| Step::Use { code }),
        1 => any::<usize>().prop_map(|code| Step::Cancel { code }),
        3 => (1_u64..300).prop_map(|seconds| Step::Pass { seconds }),
        1 => (1_u64..300).prop_map(|seconds| Step::SetBack { seconds }),
    ];
    prop::collection::vec(step, 1..60)
}

/// Contacts that codes go to.
const CONTACTS: usize = 2;

/// A code as the model knows it.
struct Code {
    handle: ChallengeHandle,
    contact: usize,
    sent_at: Timestamp,
    used: bool,
    ended: bool,
    found_dead: bool,
}

impl Code {
    fn is_alive(&self, now: Timestamp) -> bool {
        !self.used && !self.ended && !self.found_dead && now < self.sent_at.after(TTL)
    }
}

struct Model {
    world: World,
    now: Timestamp,
    contacts: [Identifier; CONTACTS],
    codes: Vec<Code>,
}

/// Random sequences of sends, uses and cancellations, the clock going both ways.
#[allow(clippy::unused_async, reason = "every rule is called in the same way")]
pub async fn sends_do_as_the_model_does<H: Harness>() {
    check(&steps(), async |steps| {
        let world = World::of::<H>().await;
        let contacts = [email("a@example.com"), phone("+919876543210")];
        let mut model = Model { world, now: NOW, contacts, codes: Vec::new() };
        for step in steps {
            model.take(step).await;
        }
    });
}

impl Model {
    async fn take(&mut self, step: Step) {
        match step {
            Step::Send { contact, stale } => self.send(contact, stale).await,
            Step::Pass { seconds } => self.now = self.now.after(Duration::from_secs(seconds)),
            Step::SetBack { seconds } => self.now = self.now.before(Duration::from_secs(seconds)),
            _ if self.codes.is_empty() => {}
            Step::Use { code } => self.redeem(code % self.codes.len()).await,
            Step::Cancel { code } => self.cancel(code % self.codes.len()).await,
        }
    }

    async fn send(&mut self, contact: usize, stale: bool) {
        let newest = self.codes.iter().rposition(|code| code.contact == contact);
        let seen = newest.filter(|_| !stale).map(|newest| self.codes[newest].handle.id);
        let (handle, issued) = self.world.send(&self.contacts[contact], seen, self.now).await;
        let ends = self.latest_ends(contact);
        if stale && newest.is_some() {
            assert_eq!(issued, Issued::Overtaken);
        } else if ends.len() == RATE.sends as usize {
            assert_eq!(issued, Issued::Limited(rate_is_up(ends.into_iter().min().expect("some"))));
        } else {
            let Issued::Done { subject: Subject::Anyone, sends: Some(Sends { made, .. }) } = issued else {
                panic!("{issued:?}")
            };
            assert_eq!(made as usize, ends.len() + 1);
            if let Some(newest) = newest.filter(|newest| self.codes[*newest].is_alive(self.now)) {
                self.codes[newest].ended = true;
            }
            let (sent_at, used, ended, found_dead) = (self.now, false, false, false);
            self.codes.push(Code { handle, contact, sent_at, used, ended, found_dead });
        }
        self.compare(contact).await;
    }

    /// When those of the latest sends that count, as many as the rate allows at most, leave the stretch of the rate.
    fn latest_ends(&self, contact: usize) -> Vec<Timestamp> {
        let latest = self.codes.iter().rev().filter(|code| code.contact == contact).take(RATE.sends as usize);
        latest.map(|code| code.sent_at.after(RATE.within)).filter(|end| self.now < *end).collect()
    }

    async fn redeem(&mut self, index: usize) {
        let answer = self.world.settle(&self.codes[index].handle, Effect::Verify, self.now).await;
        let code = &mut self.codes[index];
        if code.is_alive(self.now) {
            assert!(is_done(answer), "{answer:?}");
            code.used = true;
        } else {
            let expected = if code.used && !code.ended { Redeemed::AlreadyVerified } else { Redeemed::Refused };
            assert_eq!(answer, expected);
            code.found_dead |= !code.used && !code.ended;
        }
        let contact = code.contact;
        self.compare(contact).await;
    }

    async fn cancel(&mut self, index: usize) {
        let cancelled = self.world.ports.challenges.cancel(&self.codes[index].handle, self.now).await;
        let code = &mut self.codes[index];
        assert_eq!(cancelled.expect("answered"), code.is_alive(self.now));
        code.ended |= code.is_alive(self.now);
        let contact = code.contact;
        self.compare(contact).await;
    }

    /// What the store tells of a contact's codes is what the model knows of them.
    async fn compare(&self, contact: usize) {
        let own: Vec<_> = self.codes.iter().filter(|code| code.contact == contact).collect();
        assert_eq!(self.world.newest(&self.contacts[contact]).await, own.last().map(|code| code.handle.id));
        for code in own {
            let found = self.world.find(code.handle.id).await.expect("kept");
            let told = (found.verified_at.is_some(), found.superseded_at.is_some());
            assert_eq!(told, (code.used, code.ended));
        }
    }
}
