//! What was typed into the form, and what is wrong with it.

use otpd_domain::Domain;
use otpd_domain::account::PersonNames;
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::password::Password;
use otpd_domain::register::{RegistrationForm, RegistrationProblem};

use super::view::{Faults, NameFault, RegisterPage};
use crate::extract::CheckedForm;
use crate::pages::contact_field::read;
use crate::pages::password::PasswordFault;

/// The fields as typed.
pub struct Typed<'a> {
    first_name: &'a str,
    last_name: &'a str,
    email: &'a str,
    phone: &'a str,
    pub password: &'a str,
}

impl<'a> Typed<'a> {
    /// The fields of a form. Whatever else it has, such as a role, is not looked at.
    pub fn of(form: &'a CheckedForm) -> Self {
        Self {
            first_name: form.text("first_name"),
            last_name: form.text("last_name"),
            email: form.text("email"),
            phone: form.text("phone"),
            password: form.text("password"),
        }
    }

    /// A page that keeps all that was typed, but the password.
    pub fn keep(&self) -> RegisterPage {
        RegisterPage {
            first_name: self.first_name.to_owned(),
            last_name: self.last_name.to_owned(),
            email: self.email.to_owned(),
            phone: self.phone.to_owned(),
            ..RegisterPage::default()
        }
    }

    /// The form, when its contacts can be read. When not, everything else is looked at, too: a person who corrects one
    /// field should not learn of the next one only then.
    pub fn read(&self, domain: &Domain) -> Result<RegistrationForm, Faults> {
        let names = PersonNames { first: self.first_name.trim().to_owned(), last: self.last_name.trim().to_owned() };
        let has_name = !names.full().is_empty();
        let email = read(domain.contacts, Channel::Email, self.email);
        let has_phone = !self.phone.trim().is_empty();
        let phone = has_phone.then(|| read(domain.contacts, Channel::Sms, self.phone)).transpose();
        let faults = Faults {
            name: (!has_name).then_some(NameFault::Missing),
            email: email.as_ref().err().copied(),
            phone: phone.as_ref().err().copied(),
            password: None,
        };
        match (email, phone) {
            (Ok(Identifier::Email(email)), Ok(phone)) => {
                let phone = phone.and_then(|phone| match phone {
                    Identifier::Phone(number) => Some(number),
                    Identifier::Email(_) => None,
                });
                Ok(RegistrationForm { names, email, phone, password: self.password.to_owned() })
            }
            _ => Err(Faults { password: self.password_fault(domain), ..faults }),
        }
    }

    fn password_fault(&self, domain: &Domain) -> Option<PasswordFault> {
        let chosen = Password::choose(self.password, domain.policy.passwords, &[]);
        chosen.err().map(|error| PasswordFault::of(self.password, error))
    }
}

/// What to say of a form that the rules refused.
pub fn faults_of(problem: RegistrationProblem, password: &str) -> Faults {
    let name = |fault| Faults { name: Some(fault), ..Faults::default() };
    match problem {
        RegistrationProblem::NoName => name(NameFault::Missing),
        RegistrationProblem::NameTooLong => name(NameFault::Long),
        RegistrationProblem::NameControlCharacters => name(NameFault::Control),
        RegistrationProblem::Password(error) => {
            Faults { password: Some(PasswordFault::of(password, error)), ..Faults::default() }
        }
    }
}
