//! What the page for a forgotten password shows.

use otpd_domain::identifier::{Channel, Identifier};
use otpd_templating::Template;
use serde::Serialize;

use crate::pages::Frame;
use crate::pages::contact_field::InputError;
use crate::pages::limited::NotSent;
use crate::pages::links::AccountLinks;
use crate::pages::notice::Notice;

/// What the page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ForgottenPage {
    pub frame: Frame,
    /// What was typed, kept.
    pub contact: String,
    /// The contacts of who is signed in, to choose from; empty for everybody else.
    pub own: Vec<OwnContact>,
    /// The kind of contact that was chosen, kept.
    pub chosen: Option<&'static str>,
    pub next: Option<String>,
    pub notice: Option<Notice>,
    pub error: Option<InputError>,
    pub not_sent: Option<NotSent>,
    pub links: AccountLinks,
}

/// A contact of the signed-in person.
#[derive(Clone, Debug, Serialize)]
pub struct OwnContact {
    /// `email` or `phone`.
    kind: &'static str,
    masked: String,
}

impl From<Identifier> for OwnContact {
    fn from(contact: Identifier) -> Self {
        let kind = match contact.channel() {
            Channel::Email => "email",
            Channel::Sms => "phone",
        };
        Self { kind, masked: contact.masked().to_string() }
    }
}

impl Template for ForgottenPage {
    const NAME: &'static str = "pages/forgotten.html";

    fn samples() -> Vec<Self> {
        let plain = || Self { frame: Frame::sample(), links: AccountLinks::sample(), ..Self::default() };
        let own = vec![
            OwnContact { kind: "email", masked: "a•••@example.com".to_owned() },
            OwnContact { kind: "phone", masked: "+91•••••••210".to_owned() },
        ];
        let signed_in = [None, Some(InputError::Type)].map(|error| Self { own: own.clone(), error, ..plain() });
        let with_notice = Notice::ALL.map(|notice| Self { notice: Some(notice), ..plain() });
        let errors = [InputError::Missing, InputError::Email, InputError::PhoneCharacters, InputError::Phone];
        let refused = errors.map(|error| Self {
            contact: "what was typed".to_owned(),
            next: Some("/bills/".to_owned()),
            error: Some(error),
            ..plain()
        });
        let limited = NotSent::samples().into_iter().map(|not_sent| Self {
            contact: "what was typed".to_owned(),
            not_sent: Some(not_sent),
            ..plain()
        });
        let signed_in = signed_in.into_iter().chain([Self { own, chosen: Some("phone"), ..plain() }]);
        [plain()].into_iter().chain(limited).chain(signed_in).chain(with_notice).chain(refused).collect()
    }
}
