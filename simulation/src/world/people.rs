//! People who mean well, and their browsers.

use std::net::IpAddr;

use otpd_domain::account::{NewAccount, Role};
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};
use otpd_domain::session::SessionToken;

use super::address;

/// Browsers of a person.
const BROWSERS: usize = 2;
/// Networks that people come from begin here.
const HOMES: u32 = 1;

/// Somebody who means well.
pub struct Person {
    /// Their number.
    pub number: usize,
    /// Their address of e-mail.
    pub email: Identifier,
    /// Their phone number.
    pub phone: Identifier,
    /// Their password, when they are sure of it.
    pub password: Option<String>,
    /// Where they come from.
    pub network: IpAddr,
    /// Their browsers.
    pub browsers: Vec<Browser>,
}

/// A browser.
#[derive(Default)]
pub struct Browser {
    /// The device cookie.
    pub known: Vec<String>,
    /// The challenge it has pending.
    pub pending: Option<Pending>,
    /// Its session.
    pub session: Option<SessionToken>,
    /// A proof of work for its next send.
    pub proof: Option<String>,
}

/// A challenge that a browser has pending.
#[derive(Clone)]
pub struct Pending {
    /// What it holds of it.
    pub handle: ChallengeHandle,
    /// What the code is good for.
    pub purpose: Purpose,
    /// The password that was given at registration.
    pub password: Option<String>,
}

impl Person {
    /// A person of that number, whom the server does not know.
    pub fn new(number: usize) -> Self {
        let phone = PhoneNumber::from_stored(format!("+9198{:03}43210", 700 + number % 300));
        let home = u32::try_from(number).unwrap_or_default();
        Self {
            number,
            email: Identifier::Email(EmailAddress::from_stored(format!("asha{number}@example.com"))),
            phone: Identifier::Phone(phone),
            password: None,
            network: address(HOMES + home),
            browsers: (0..BROWSERS).map(|_| Browser::default()).collect(),
        }
    }

    /// The account that staff makes for them.
    pub fn profile(&self) -> NewAccount {
        let (Identifier::Email(email), Identifier::Phone(phone)) = (&self.email, &self.phone) else {
            unreachable!("a person has one of each")
        };
        NewAccount {
            name: format!("Asha {}", self.number),
            names: None,
            email: Some(email.clone()),
            // Every third has no phone there.
            phone: (!self.number.is_multiple_of(3)).then(|| phone.clone()),
            address: String::new(),
            customer_type: "Household".to_owned(),
            role: Role::Customer,
            active: true,
            language: None,
        }
    }
}
