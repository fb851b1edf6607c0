//! People who mean ill. They have networks, browsers and time, and none of the mailboxes.

use std::collections::BTreeSet;

use otpd_domain::Visitor;
use otpd_domain::challenge::Purpose;
use otpd_domain::codes::{Refusal, Sent};
use otpd_domain::identifier::{EmailAddress, Identifier};
use otpd_domain::password_sign_in::{LogIn, LoggedIn, log_in, request_reset};
use otpd_domain::register::Submitted;
use otpd_domain::sign_in::{Asked as AskedForCaller, RequestSignIn, ask_for_sign_in, request_sign_in};
use otpd_domain::verification::{SendVerification, send_verification};
use otpd_domain::visitor::Door;

use super::guessing::{Entered, Entry, told};
use super::newcomers::told as told_of_form;
use super::{Asked, Pending, World, address};
use crate::policy::login;
use crate::stage::Actor;

/// Networks that attackers come from begin here, and there are so many.
const LAIRS: u32 = 0x0001_0000;
const NETWORKS: u64 = 200;
const FEW_NETWORKS: u64 = 2;
/// Where crowds come from.
const CROWD: u32 = LAIRS - 1;
/// Codes that an attacker keeps in hand.
const IN_HAND: usize = 12;
/// How often, in a thousand, an attacker guesses rightly: far more often than chance would have it, so that it happens.
const LUCK: u64 = 3;
/// How often, in a thousand, an attacker has the device cookie of one of the victim's browsers.
const STOLEN: u64 = 250;

/// What an attacker is after.
#[derive(Clone, Copy, Debug)]
pub enum Plan {
    /// One account, over all doors, codes, channels and browsers.
    One(usize),
    /// A few guesses at every account.
    Spray,
    /// A code for everybody whom one can think of, from one network.
    Crowd,
    /// Messages without end to one person.
    Flood(usize),
    /// Registrations with a person's contacts.
    Squat(usize),
    /// One account's password.
    Password(usize),
}

impl Plan {
    /// Whom it is about.
    pub fn victim(self) -> Option<usize> {
        match self {
            Self::One(victim) | Self::Flood(victim) | Self::Squat(victim) | Self::Password(victim) => Some(victim),
            Self::Spray | Self::Crowd => None,
        }
    }
}

/// An attacker.
#[derive(Default)]
pub(super) struct Foe {
    pending: Vec<(usize, Pending)>,
    /// Contacts that were registered with a password that only the attacker knows.
    squats: BTreeSet<String>,
}

impl Foe {
    /// Keeps the newest codes.
    fn takes_in_hand(&mut self, victim: usize, pending: Pending) {
        self.pending.push((victim, pending));
        let older = self.pending.len().saturating_sub(IN_HAND);
        self.pending.drain(..older);
    }
}

/// The password of all registrations that are the attacker's.
const SQUATTERS_PASSWORD: &str = "the squatter knows this one";

impl World {
    pub(super) fn foe_acts(&mut self, plan: Plan) {
        let victim = plan.victim().unwrap_or_else(|| self.stage.dice.index(self.people.len()));
        match plan {
            Plan::Crowd => self.foe_asks_for_strangers(),
            Plan::Flood(_) => self.foe_asks(victim),
            Plan::Squat(_) => self.foe_squats(victim),
            Plan::Password(_) => self.foe_tries_passwords(victim),
            Plan::One(_) | Plan::Spray => match self.stage.dice.below(10) {
                0..3 => self.foe_asks(victim),
                3 => self.foe_tries_passwords(victim),
                _ => self.foe_guesses(),
            },
        }
    }

    fn foe_visitor(&mut self, door: Door) -> Visitor {
        // Some have many networks, some come back to a few.
        let networks = if self.stage.dice.permille(400) { NETWORKS } else { FEW_NETWORKS };
        let network = u32::try_from(self.stage.dice.below(networks)).unwrap_or_default();
        let proof = self.stage.dice.permille(500).then(|| self.proof());
        let has_key = door == Door::NativeApi && self.stage.dice.permille(500);
        Visitor { door, client: Some(address(LAIRS + network)), known: Vec::new(), has_key, proof }
    }

    /// An attacker at the door of one account, now and then with a browser that it knows.
    fn thief(&mut self, victim: usize) -> Visitor {
        let visitor = self.foe_visitor(Door::Pages);
        let stolen = self.stage.dice.permille(STOLEN);
        let known = if stolen { self.visitor(victim, 0, Door::Pages).known } else { Vec::new() };
        Visitor { known, ..visitor }
    }

    fn contact_of(&self, victim: usize) -> Identifier {
        let person = &self.people[victim];
        if self.stage.dice.permille(600) { person.email.clone() } else { person.phone.clone() }
    }

    fn foe_asks(&mut self, victim: usize) {
        let contact = self.contact_of(victim);
        let (purpose, asked) = match self.stage.dice.below(4) {
            0 => {
                let visitor = self.foe_visitor(Door::Pages);
                (Purpose::SignIn, self.foe_at_pages(&contact, false, visitor))
            }
            1 => {
                let visitor = self.foe_visitor(Door::Pages);
                (Purpose::PasswordReset, self.foe_at_pages(&contact, true, visitor))
            }
            2 => (Purpose::SignIn, self.foe_as_caller(&contact)),
            _ => (Purpose::Verification(login()), self.foe_verifies(&contact)),
        };
        if let Asked::Code(handle) = asked {
            self.foe.takes_in_hand(victim, Pending { handle, purpose, password: None });
        }
    }

    fn foe_asks_for_strangers(&mut self) {
        let stranger = format!("stranger{}@example.com", self.stage.dice.below(1_000_000));
        let contact = Identifier::Email(EmailAddress::from_stored(stranger));
        let visitor = Visitor { client: Some(address(CROWD)), ..self.foe_visitor(Door::Pages) };
        self.foe_at_pages(&contact, false, visitor);
    }

    fn foe_at_pages(&mut self, contact: &Identifier, reset: bool, visitor: Visitor) -> Asked {
        let domain = self.site.domain();
        let (identifier, language) = (contact.clone(), "en".to_owned());
        let actor = Actor::new(&visitor);
        let answer = if reset {
            self.stage.play(actor, request_reset(&domain, identifier, None, language, visitor))
        } else {
            self.stage
                .play(actor, request_sign_in(&domain, RequestSignIn { identifier, pending: None, language, visitor }))
        };
        self.requested(&format!("the attacker asks for {}", contact.as_str()), answer)
    }

    fn foe_as_caller(&mut self, contact: &Identifier) -> Asked {
        let (domain, visitor) = (self.site.domain(), self.foe_visitor(Door::NativeApi));
        let answer = self.stage.play(Actor::new(&visitor), ask_for_sign_in(&domain, contact, "en", None, &visitor));
        let asked = match answer {
            Some(Ok(AskedForCaller::Sent(handle) | AskedForCaller::Replayed(handle))) => Asked::Code(handle),
            Some(Ok(AskedForCaller::Limited(limited))) => Asked::Limited(limited),
            Some(Err(fault)) => Asked::Fault(fault.to_string()),
            Some(Ok(AskedForCaller::KeyReused)) | None => Asked::Left,
        };
        self.note(|| format!("the attacker asks by the API for {}: {asked}", contact.as_str()));
        asked
    }

    fn foe_verifies(&mut self, contact: &Identifier) -> Asked {
        let (domain, visitor) = (self.site.domain(), self.foe_visitor(Door::UsersApi));
        let actor = Actor::new(&visitor);
        let (identifier, language, again) = (contact.clone(), "en".to_owned(), self.stage.dice.permille(500));
        let input = SendVerification { identifier, kind: login(), language, again, once: None, visitor };
        let asked = match self.stage.play(actor, send_verification(&domain, input)) {
            Some(Ok(Sent::Sent(code) | Sent::Stands(code))) => Asked::Code(code.handle),
            Some(Ok(Sent::Limited { limited, .. })) => Asked::Limited(limited),
            Some(Err(fault)) => Asked::Fault(fault.to_string()),
            _ => Asked::Left,
        };
        self.note(|| format!("the attacker verifies {}: {asked}", contact.as_str()));
        asked
    }

    /// Guesses at a code in hand, several at once.
    fn foe_guesses(&mut self) {
        if self.foe.pending.is_empty() {
            return;
        }
        let newest = self.foe.pending.len() - 1;
        let chosen = if self.stage.dice.permille(800) { newest } else { self.stage.dice.index(newest + 1) };
        let (victim, pending) = self.foe.pending[chosen].clone();
        let code = self.stage.witness().code(pending.handle.id).map(|fact| fact.code.clone());
        let times = self.stage.dice.pick(&[(6, 1), (3, 4), (1, 8)]);
        let entries = (0..times).map(|_| {
            // Whoever guesses the code of a registration has proven its contact: then the password in it is theirs.
            let luck = if pending.purpose == Purpose::Registration { 0 } else { LUCK };
            let lucky = code.clone().filter(|_| self.stage.dice.permille(luck));
            let long = self.stage.dice.permille(100);
            Entry {
                pending: pending.clone(),
                typed: lucky.unwrap_or_else(|| self.random_code(long)),
                visitor: self.thief(victim),
                password: "the attacker chose this one".to_owned(),
                who: None,
                by_contact: None,
            }
        });
        let entries: Vec<_> = entries.collect();
        let ends = self.enter_all(entries);
        let dead = |end: &_| matches!(end, Some(Ok(Entered::Refused(refusal))) if is_final(*refusal));
        if ends.iter().any(dead) {
            self.foe.pending.remove(chosen);
        }
        for end in ends {
            self.note(|| format!("the attacker guesses at {}: {}", pending.handle.id, told(end.as_ref())));
            match end {
                // That it was a right guess, and a counted one, the witness has seen to.
                Some(Ok(Entered::In(token, _))) => {
                    self.handed_out(&token);
                    self.people[victim].password = None;
                }
                Some(Err(_)) | None => self.people[victim].password = None,
                _ => {}
            }
        }
    }

    fn foe_squats(&mut self, victim: usize) {
        if self.stage.dice.permille(300) {
            self.foe_tries_its_own(victim);
            return;
        }
        let visitor = self.foe_visitor(Door::AccountsApi);
        let (email, phone) = (self.people[victim].email.clone(), self.people[victim].phone.clone());
        let phone = self.stage.dice.permille(500).then_some(phone);
        let answer = self.submits(&email, phone.as_ref(), SQUATTERS_PASSWORD, visitor);
        self.note(|| format!("the attacker registers {}: {}", email.as_str(), told_of_form(answer.as_ref())));
        if let Some(Ok(Submitted::Done { email: handle, .. })) = answer {
            self.foe.squats.insert(email.as_str().to_owned());
            let pending = Pending { handle, purpose: Purpose::Registration, password: None };
            self.foe.takes_in_hand(victim, pending);
        }
    }

    /// A registration that its contact's owner did not make gives no power over the account that the owner has.
    fn foe_tries_its_own(&mut self, victim: usize) {
        let contact = self.people[victim].email.clone();
        if !self.foe.squats.contains(contact.as_str()) {
            return;
        }
        let opened = self.foe_logs_in(&contact, SQUATTERS_PASSWORD);
        self.stage
            .journal
            .demand(!opened, || format!("a squatter's password opens the account of {}", contact.as_str()));
    }

    fn foe_tries_passwords(&mut self, victim: usize) {
        let contact = self.contact_of(victim);
        for _ in 0..self.stage.dice.between(1, 6) {
            let guess = format!("a guessed password {}", self.stage.dice.below(1_000_000));
            let opened = self.foe_logs_in(&contact, &guess);
            self.stage
                .journal
                .demand(!opened, || format!("a guessed password opens the account of {}", contact.as_str()));
        }
    }

    fn foe_logs_in(&mut self, contact: &Identifier, password: &str) -> bool {
        let (domain, visitor) = (self.site.domain(), self.foe_visitor(Door::Pages));
        let actor = Actor::new(&visitor);
        let input = LogIn {
            identifier: Some(contact.clone()),
            password: password.to_owned(),
            user_agent: "simulated".to_owned(),
            replaces: None,
            visitor,
        };
        let answer = self.stage.play(actor, log_in(&domain, input));
        self.note(|| format!("the attacker logs in as {}: {:?}", contact.as_str(), answer.as_ref().map(Result::is_ok)));
        matches!(answer, Some(Ok(LoggedIn::Done { .. })))
    }
}

/// Nothing is to be had of a code any more.
fn is_final(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::TooManyAttempts | Refusal::Expired | Refusal::AlreadyUsed | Refusal::Gone)
}
