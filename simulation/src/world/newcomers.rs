//! People without an account.

use otpd_domain::account::PersonNames;
use otpd_domain::challenge::Purpose;
use otpd_domain::identifier::Identifier;
use otpd_domain::register::{Register, RegistrationForm, Submitted, register, resend_activation};
use otpd_domain::visitor::Door;
use otpd_domain::{Fault, Visitor};

use super::{Pending, World};
use crate::stage::Actor;

impl World {
    pub(super) fn newcomer_acts(&mut self, person: usize) {
        match self.stage.dice.below(10) {
            0..3 => self.registers(person),
            // Nobody has the contact: everything must look as if somebody had.
            3 => self.asks(person, 1, self.people[person].email.clone(), false),
            4 => self.asks_for_activation(person),
            _ => self.types(person, 0),
        }
    }

    fn registers(&mut self, person: usize) {
        let (visitor, someone) = (self.visitor(person, 0, Door::Pages), &self.people[person]);
        let (email, phone) = (someone.email.clone(), someone.phone.clone());
        let password = format!("my own long password {person}");
        let by_phone = self.stage.dice.permille(400);
        let answer = self.submits(&email, Some(&phone).filter(|_| by_phone), &password, visitor);
        self.note(|| format!("{person}.0 registers: {}", told(answer.as_ref())));
        // It counts once.
        self.people[person].browsers[0].proof = None;
        match answer {
            Some(Ok(Submitted::Done { email, phone, .. })) => {
                self.demand_committed(&email);
                let handle = phone.filter(|_| self.stage.dice.permille(500)).unwrap_or(email);
                let pending = Pending { handle, purpose: Purpose::Registration, password: Some(password) };
                self.people[person].browsers[0].pending = Some(pending);
            }
            Some(Ok(Submitted::Limited(_))) => {
                let proof = self.proof();
                self.people[person].browsers[0].proof = Some(proof);
            }
            _ => {}
        }
    }

    /// Hands a form in.
    pub(super) fn submits(
        &self,
        email: &Identifier,
        phone: Option<&Identifier>,
        password: &str,
        visitor: Visitor,
    ) -> Option<Result<Submitted, Fault>> {
        let Identifier::Email(email) = email else { unreachable!("forms ask for an address") };
        let phone = match phone {
            Some(Identifier::Phone(number)) => Some(number.clone()),
            _ => None,
        };
        let names = PersonNames { first: "Ravi".to_owned(), last: "Rao".to_owned() };
        let form = RegistrationForm { names, email: email.clone(), phone, password: password.to_owned() };
        let (domain, actor) = (self.site.domain(), Actor::new(&visitor));
        self.stage.play(actor, register(&domain, Register { form, language: "en".to_owned(), visitor }))
    }

    fn asks_for_activation(&mut self, person: usize) {
        let (domain, visitor) = (self.site.domain(), self.visitor(person, 0, Door::AccountsApi));
        let contact = self.people[person].email.clone();
        let actor = Actor::new(&visitor);
        let sent = self.stage.play(actor, resend_activation(&domain, contact, "en".to_owned(), visitor));
        self.note(|| format!("{person}.0 asks for another activation: {sent:?}"));
    }
}

pub(super) fn told(answer: Option<&Result<Submitted, Fault>>) -> String {
    match answer {
        None => "left".to_owned(),
        Some(Err(fault)) => fault.to_string(),
        Some(Ok(Submitted::Done { id, .. })) => format!("registration {id}"),
        Some(Ok(other)) => format!("{other:?}"),
    }
}
