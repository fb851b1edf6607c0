//! What the page for registering shows.

use otpd_templating::Template;
use serde::Serialize;

use crate::pages::Frame;
use crate::pages::contact_field::InputError;
use crate::pages::limited::NotSent;
use crate::pages::links::AccountLinks;
use crate::pages::notice::Notice;
use crate::pages::password::PasswordFault;

/// What the page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RegisterPage {
    pub frame: Frame,
    /// What was typed, kept; but never the password.
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    /// Fewest characters of a password.
    pub password_min: usize,
    pub next: Option<String>,
    pub notice: Option<Notice>,
    pub faults: Faults,
    pub not_sent: Option<NotSent>,
    pub links: AccountLinks,
}

/// What is wrong with each field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    pub name: Option<NameFault>,
    pub email: Option<InputError>,
    pub phone: Option<InputError>,
    pub password: Option<PasswordFault>,
}

/// What is wrong with the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameFault {
    /// Both are empty.
    Missing,
    /// One is far too long.
    Long,
    /// One has characters that cannot be seen.
    Control,
}

impl Template for RegisterPage {
    const NAME: &'static str = "pages/register.html";

    fn samples() -> Vec<Self> {
        let plain =
            || Self { frame: Frame::sample(), password_min: 15, links: AccountLinks::sample(), ..Self::default() };
        let filled_in = || Self {
            first_name: "Asha".to_owned(),
            last_name: "Rao".to_owned(),
            email: "asha@example.com".to_owned(),
            phone: "98765 43210".to_owned(),
            next: Some("/bills/".to_owned()),
            ..plain()
        };
        let with_notice = Notice::ALL.map(|notice| Self { notice: Some(notice), ..filled_in() });
        let names = [NameFault::Missing, NameFault::Long, NameFault::Control];
        let names = names.map(|fault| Faults { name: Some(fault), ..Faults::default() });
        let emails = [InputError::EmailMissing, InputError::Email];
        let emails = emails.map(|fault| Faults { email: Some(fault), ..Faults::default() });
        let phones = [InputError::PhoneCharacters, InputError::Phone];
        let phones = phones.map(|fault| Faults { phone: Some(fault), ..Faults::default() });
        let passwords = PasswordFault::ALL.map(|fault| Faults { password: Some(fault), ..Faults::default() });
        let faults = names.into_iter().chain(emails).chain(phones).chain(passwords);
        let limited = NotSent::samples().into_iter().map(|not_sent| Self { not_sent: Some(not_sent), ..filled_in() });
        let refused = faults.map(|faults| Self { faults, ..filled_in() });
        [plain()].into_iter().chain(with_notice).chain(refused).chain(limited).collect()
    }
}
