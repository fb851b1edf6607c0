//! What people must be able to do once nothing fails any more.

use std::time::Duration;

use otpd_domain::challenge::Purpose;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::LimitedBy;
use otpd_domain::sign_in::{RequestSignIn, request_sign_in};
use otpd_domain::visitor::Door;
use otpd_domain::{Visitor, codes::Requested};

use super::guessing::{Entered, Entry, told};
use super::{Pending, World, address};
use crate::stage::Actor;
use crate::witness::Whose;

/// Longest wait between two sends in one browser, and the life of a code.
const REST: Duration = Duration::from_mins(11);
const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);
/// Networks that nobody else comes from begin here.
const FRESH: u32 = 0x0010_0000;
/// Rounds that the worker may need for one message, when nothing fails.
const ROUNDS: u32 = 3;

impl World {
    /// Somebody whose browser is known signs in: at once, whatever attackers did.
    pub fn drill_known(&mut self) {
        self.wait(REST);
        let candidates: Vec<_> = (0..self.people.len()).filter(|person| self.may_drill(*person)).collect();
        if candidates.is_empty() {
            return;
        }
        let person = candidates[self.stage.dice.index(candidates.len())];
        self.drill_person(person);
    }

    /// That person signs in, if one of their browsers is known and has something left of its own allowances.
    pub fn drill_person(&mut self, person: usize) {
        if !self.may_drill(person) {
            return;
        }
        let contact = self.people[person].email.clone();
        let visitor = Visitor { proof: None, ..self.visitor(person, 0, Door::Pages) };
        let Ok(handle) = self.drill_send(&contact, visitor.clone()) else {
            self.stage.journal.violated(format!("a known browser of {person} is sent nothing"));
            return;
        };
        self.drill_entry(&contact, handle, visitor, &format!("a known browser of {person}"));
    }

    fn may_drill(&self, person: usize) -> bool {
        let someone = &self.people[person];
        let Some(account) = self.stage.holder(&someone.email).filter(|account| account.profile.active) else {
            return false;
        };
        let (visitor, now) = (self.visitor(person, 0, Door::Pages), self.stage.clock.moment());
        if !visitor.known.iter().any(|known| known.account == account.id) {
            return false;
        }
        let witness = self.stage.witness();
        let browsers = format!("browsers of {}", account.id);
        let network = format!("network {}", someone.network);
        let whose = Whose::of(someone.email.as_str(), Some(account.id.0), &visitor.known);
        witness.sends(&browsers, DAY, now) < 5
            && witness.sends(&network, HOUR, now) < 10
            && witness.has_room(&whose, now)
    }

    /// Somebody signs in at a browser that is new: unless too much was sent to the contact, that works, whatever was
    /// guessed.
    pub fn drill_unknown(&mut self, person: usize) {
        self.wait(REST);
        let contact = self.people[person].email.clone();
        if self.stage.holder(&contact).is_none_or(|account| !account.profile.active) {
            return;
        }
        self.proofs += 1;
        let network = FRESH + u32::try_from(self.proofs).unwrap_or_default();
        let visitor = Visitor { client: Some(address(network)), ..Visitor::default() };
        match self.drill_send(&contact, visitor.clone()) {
            Ok(handle) => self.drill_entry(&contact, handle, visitor, &format!("a new browser of {person}")),
            Err(by) => {
                let now = self.stage.clock.moment();
                let sends = self.stage.witness().sends(&format!("anybody to {}", contact.as_str()), DAY, now);
                let flooded = matches!(by, Some(LimitedBy::Contact | LimitedBy::Cooldown)) && sends >= 1;
                self.stage.journal.demand(flooded, || {
                    format!("a new browser of {person} is sent nothing: {by:?} after {sends} sends to the contact")
                });
            }
        }
    }

    fn drill_send(
        &mut self,
        contact: &Identifier,
        visitor: Visitor,
    ) -> Result<otpd_domain::challenge::ChallengeHandle, Option<LimitedBy>> {
        let domain = self.site.domain();
        let (identifier, language) = (contact.clone(), "en".to_owned());
        let actor = Actor::new(&visitor);
        let answer = self
            .stage
            .play(actor, request_sign_in(&domain, RequestSignIn { identifier, pending: None, language, visitor }));
        let by = match &answer {
            Some(Ok(Requested::Limited(limited))) => Some(limited.by),
            _ => None,
        };
        match self.requested(&format!("drill: a code for {}", contact.as_str()), answer) {
            super::Asked::Code(handle) => Ok(handle),
            _ => Err(by),
        }
    }

    fn drill_entry(
        &mut self,
        contact: &Identifier,
        handle: otpd_domain::challenge::ChallengeHandle,
        visitor: Visitor,
        who: &str,
    ) {
        for _ in 0..ROUNDS {
            self.deliver();
        }
        let fact = self.stage.witness().code(handle.id).cloned();
        let arrived = fact.filter(|fact| self.site.post().has(fact.message) && fact.contact == *contact);
        let Some(fact) = arrived else {
            self.stage.journal.violated(format!("{who} has no code in the mailbox after {ROUNDS} rounds"));
            return;
        };
        let pending = Pending { handle, purpose: Purpose::SignIn, password: None };
        let (typed, password) = (fact.code, String::new());
        let entry = Entry { pending, typed, visitor, password, who: None, by_contact: None };
        let end = self.enter_all(vec![entry]).pop().flatten();
        self.note(|| format!("drill: {who}: {}", told(end.as_ref())));
        match end {
            Some(Ok(Entered::In(token, _))) => self.handed_out(&token),
            other => self.stage.journal.violated(format!("{who} does not get in: {}", told(other.as_ref()))),
        }
    }
}
