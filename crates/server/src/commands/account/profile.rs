//! From typed texts to a profile, with everything that is wrong with them.

use std::fmt::Display;

use otpd_domain::account::{NewAccount, PersonNames, ProfileError, Role};
use otpd_domain::identifier::{Channel, ContactParser, Identifier};

use crate::config::texts;

/// The texts of a profile, as an option or a cell of a file holds them. Empty means not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Full name; empty means first and last name together.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Phone number.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// Customer type; empty means the first configured one.
    pub customer_type: String,
    /// Role; empty means customer.
    pub role: String,
    /// Whether it may sign in; empty means yes.
    pub active: String,
    /// Language tag.
    pub language: String,
}

/// What is wrong with one of the texts.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which one, by the name of its column.
    pub column: &'static str,
    /// What is wrong.
    pub why: String,
}

impl Fault {
    /// Something wrong with a column.
    pub fn new(column: &'static str, why: impl Display) -> Self {
        Self { column, why: format!("{why}") }
    }
}

/// Reads a profile.
///
/// # Errors
/// Everything that is wrong, never only the first.
pub fn read(typed: Typed, contacts: ContactParser, customer_types: &[String]) -> Result<NewAccount, Vec<Fault>> {
    let mut faults = Faults::default();
    let no_contact = typed.email.is_empty() && typed.phone.is_empty();
    let parse = |channel, text: &str| contacts.parse(channel, text).map_err(|error| error.to_string());
    let email = faults.note("email", given(&typed.email).map(|text| parse(Channel::Email, text)).transpose());
    let phone = faults.note("phone", given(&typed.phone).map(|text| parse(Channel::Sms, text)).transpose());
    let first_type = || customer_types.first().cloned().unwrap_or_default();
    let names = PersonNames { first: typed.first_name, last: typed.last_name };
    let profile = NewAccount {
        name: given(&typed.name).map_or_else(|| names.full(), str::to_owned),
        names: Some(names).filter(|names| *names != PersonNames::default()),
        email: email
            .flatten()
            .and_then(|contact| if let Identifier::Email(email) = contact { Some(email) } else { None }),
        phone: phone
            .flatten()
            .and_then(|contact| if let Identifier::Phone(phone) = contact { Some(phone) } else { None }),
        role: faults.note("role", given(&typed.role).map_or(Ok(Role::Customer), role)).unwrap_or(Role::Customer),
        active: faults.note("active", given(&typed.active).map_or(Ok(true), truth)).unwrap_or(true),
        language: faults.note("language", given(&typed.language).map(language).transpose()).flatten(),
        customer_type: given(&typed.customer_type).map_or_else(first_type, str::to_owned),
        address: typed.address,
    };
    match profile.check(customer_types) {
        // A contact that cannot be read is one fault, not two.
        Err(ProfileError::NoIdentifier) if !no_contact => {}
        Err(error) => faults.0.push(Fault::new(column_of(&error), error)),
        Ok(()) => {}
    }
    if faults.0.is_empty() { Ok(profile) } else { Err(faults.0) }
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn note<T>(&mut self, column: &'static str, result: Result<T, String>) -> Option<T> {
        result.map_err(|why| self.0.push(Fault::new(column, why))).ok()
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn role(word: &str) -> Result<Role, String> {
    let unknown = || format!("\"{word}\" is no role; write customer, staff or superuser");
    Role::from_word(&word.to_ascii_lowercase()).ok_or_else(unknown)
}

/// Also the words that Django's and spreadsheets' exports use.
fn truth(word: &str) -> Result<bool, String> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(format!("\"{word}\" is neither true nor false")),
    }
}

fn language(tag: &str) -> Result<String, String> {
    texts::tag(tag).map_err(|wrong| wrong.why)
}

fn column_of(error: &ProfileError) -> &'static str {
    match error {
        ProfileError::NoIdentifier => "email",
        ProfileError::NoName => "name",
        ProfileError::TooLong("first name") | ProfileError::ControlCharacters("first name") => "first_name",
        ProfileError::TooLong("last name") | ProfileError::ControlCharacters("last name") => "last_name",
        ProfileError::TooLong(what) | ProfileError::ControlCharacters(what) => what,
        ProfileError::UnknownType { .. } => "customer_type",
    }
}
