//! People who have an account.

use otpd_domain::account::Account;
use otpd_domain::administer::{ContactChangeRequest, request_contact_change};
use otpd_domain::challenge::Purpose;
use otpd_domain::codes::{ResendCode, Resent, resend_code};
use otpd_domain::identifier::{EmailAddress, Identifier};
use otpd_domain::password_sign_in::{LogIn, LoggedIn, log_in, request_reset};
use otpd_domain::sign_in::{RequestSignIn, end_other_sessions, request_sign_in, sign_out, signed_in};
use otpd_domain::visitor::Door;

use super::{Asked, Pending, World};
use crate::stage::Actor;

#[derive(Clone, Copy)]
enum Act {
    SignIn,
    Reset,
    Type,
    Resend,
    LogIn,
    Look,
    SignOut,
    EndOthers,
    ChangeContact,
}

const ACTS: &[(u64, Act)] = &[
    (30, Act::SignIn),
    (3, Act::Reset),
    (45, Act::Type),
    (6, Act::Resend),
    (8, Act::LogIn),
    (10, Act::Look),
    (3, Act::SignOut),
    (2, Act::EndOthers),
    (2, Act::ChangeContact),
];

impl World {
    pub(super) fn owner_acts(&mut self, person: usize, account: &Account) {
        let browser = self.stage.dice.index(self.people[person].browsers.len());
        match self.stage.dice.pick(ACTS) {
            Act::SignIn => self.owner_asks(person, browser, account, false),
            Act::Reset => self.owner_asks(person, browser, account, true),
            Act::Type => self.types(person, browser),
            Act::Resend => self.resends(person, browser),
            Act::LogIn => self.logs_in(person, browser),
            Act::Look => self.looks(person, browser),
            Act::SignOut => self.signs_out(person, browser),
            Act::EndOthers => self.ends_others(person, browser, account),
            Act::ChangeContact => self.changes_contact(person, browser),
        }
    }

    fn owner_asks(&mut self, person: usize, browser: usize, account: &Account, reset: bool) {
        let contacts: Vec<_> = account.profile.contacts().collect();
        let contact = contacts[self.stage.dice.index(contacts.len())].clone();
        self.asks(person, browser, contact, reset);
    }

    pub(super) fn asks(&mut self, person: usize, browser: usize, identifier: Identifier, reset: bool) {
        let (domain, visitor) = (self.site.domain(), self.visitor(person, browser, Door::Pages));
        let purpose = if reset { Purpose::PasswordReset } else { Purpose::SignIn };
        let own = self.people[person].browsers[browser].pending.as_ref();
        let pending = own.filter(|own| own.purpose == purpose).map(|own| own.handle.clone());
        let who = format!("{person}.{browser} asks for a code ({}) to {}", purpose.word(), identifier.as_str());
        let actor = Actor::new(&visitor);
        let answer = if reset {
            self.stage.play(actor, request_reset(&domain, identifier, pending, "en".to_owned(), visitor))
        } else {
            let input = RequestSignIn { identifier, pending, language: "en".to_owned(), visitor };
            self.stage.play(actor, request_sign_in(&domain, input))
        };
        let asked = self.requested(&who, answer);
        self.take_up(person, browser, purpose, asked);
    }

    fn take_up(&mut self, person: usize, browser: usize, purpose: Purpose, asked: Asked) {
        let proof = asked.wants_proof().then(|| self.proof());
        let browser = &mut self.people[person].browsers[browser];
        browser.proof = proof;
        if let Asked::Code(handle) = asked {
            browser.pending = Some(Pending { handle, purpose, password: None });
        }
    }

    pub(super) fn resends(&mut self, person: usize, browser: usize) {
        let Some(pending) = self.people[person].browsers[browser].pending.clone() else { return };
        let (domain, visitor) = (self.site.domain(), self.visitor(person, browser, Door::Pages));
        let actor = Actor::new(&visitor);
        let Pending { handle, purpose, password } = pending;
        let input = ResendCode { purpose: purpose.clone(), handle, language: "en".to_owned(), visitor };
        let answer = self.stage.play(actor, resend_code(&domain, input));
        self.note(|| format!("{person}.{browser} asks for another code: {answer:?}"));
        match answer {
            Some(Ok(Resent::Sent { handle })) => {
                self.demand_committed(&handle);
                self.people[person].browsers[browser].pending = Some(Pending { handle, purpose, password });
            }
            Some(Ok(Resent::Gone)) => self.people[person].browsers[browser].pending = None,
            _ => {}
        }
    }

    fn logs_in(&mut self, person: usize, browser: usize) {
        let Some(password) = self.people[person].password.clone() else { return };
        let password = if self.stage.dice.permille(150) { "something else entirely".to_owned() } else { password };
        let visitor = self.visitor(person, browser, Door::Pages);
        let (domain, actor) = (self.site.domain(), Actor::new(&visitor));
        let input = LogIn {
            identifier: Some(self.people[person].email.clone()),
            password,
            user_agent: format!("browser {person}.{browser}"),
            replaces: self.people[person].browsers[browser].session.as_ref().map(|token| token.id),
            visitor,
        };
        let answer = self.stage.play(actor, log_in(&domain, input));
        self.note(|| format!("{person}.{browser} logs in: {}", told(answer.as_ref())));
        if let Some(Ok(LoggedIn::Done { token, known, .. })) = answer {
            self.signed_in(person, browser, &token, &known);
        }
    }

    fn looks(&mut self, person: usize, browser: usize) {
        let Some(token) = self.people[person].browsers[browser].session.clone() else { return };
        let domain = self.site.domain();
        let who = self.stage.play(Actor::default(), signed_in(&domain, &token));
        if let Some(Ok(None)) = who {
            self.people[person].browsers[browser].session = None;
        }
        self.note(|| format!("{person}.{browser} looks: {:?}", who.map(|who| who.is_ok_and(|who| who.is_some()))));
    }

    fn signs_out(&mut self, person: usize, browser: usize) {
        let Some(token) = self.people[person].browsers[browser].session.clone() else { return };
        let (domain, trail) = (self.site.domain(), self.visitor(person, browser, Door::Pages).trail());
        let done = self.stage.play(Actor::default(), sign_out(&domain, &token, &trail));
        self.note(|| format!("{person}.{browser} signs out: {:?}", done.map(|done| done.is_ok())));
    }

    fn ends_others(&mut self, person: usize, browser: usize, account: &Account) {
        let Some(token) = self.people[person].browsers[browser].session.clone() else { return };
        let (domain, trail) = (self.site.domain(), self.visitor(person, browser, Door::Pages).trail());
        let done = self.stage.play(Actor::default(), end_other_sessions(&domain, account.id, token.id, &trail));
        self.note(|| format!("{person}.{browser} ends the other sessions: {:?}", done.map(Result::ok)));
    }

    fn changes_contact(&mut self, person: usize, browser: usize) {
        let Some(token) = self.people[person].browsers[browser].session.clone() else { return };
        let (domain, visitor) = (self.site.domain(), self.visitor(person, browser, Door::Pages));
        let Some(Ok(Some(who))) = self.stage.play(Actor::default(), signed_in(&domain, &token)) else { return };
        let fresh = format!("asha{person}-{}@example.com", self.stage.dice.below(1_000));
        let fresh = Identifier::Email(EmailAddress::from_stored(fresh));
        let actor = Actor::new(&visitor);
        let change = request_contact_change(&domain, &who, fresh.clone(), None, "en".to_owned(), visitor);
        let answer = match self.stage.play(actor, change) {
            Some(Ok(ContactChangeRequest::SignInAgain)) => return,
            Some(Ok(ContactChangeRequest::Requested(requested))) => Some(Ok(requested)),
            Some(Err(fault)) => Some(Err(fault)),
            None => None,
        };
        let asked = self.requested(&format!("{person}.{browser} moves to {}", fresh.as_str()), answer);
        self.take_up(person, browser, Purpose::NewContact, asked);
    }
}

fn told(answer: Option<&Result<LoggedIn, otpd_domain::Fault>>) -> String {
    match answer {
        None => "left".to_owned(),
        Some(Err(fault)) => fault.to_string(),
        Some(Ok(LoggedIn::Done { token, .. })) => format!("session {}", token.id),
        Some(Ok(other)) => format!("{other:?}"),
    }
}
