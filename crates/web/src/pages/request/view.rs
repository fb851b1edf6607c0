//! What the request page shows.

use otpd_templating::Template;
use serde::Serialize;

use crate::pages::Frame;
use crate::pages::contact_field::InputError;
use crate::pages::limited::NotSent;
use crate::pages::links::AccountLinks;
use crate::pages::notice::Notice;

/// What the page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RequestPage {
    pub frame: Frame,
    /// `email`, `phone`, or empty when neither was chosen.
    pub contact_type: &'static str,
    /// What was typed, kept.
    pub contact_value: String,
    pub next: Option<String>,
    pub notice: Option<Notice>,
    pub error: Option<InputError>,
    pub not_sent: Option<NotSent>,
    /// To the pages for accounts with a password, where there are any.
    pub links: Option<AccountLinks>,
}

impl Template for RequestPage {
    const NAME: &'static str = "pages/request.html";

    fn samples() -> Vec<Self> {
        let plain = || Self { frame: Frame::sample(), contact_type: "email", ..Self::default() };
        let kind = |error| match error {
            InputError::Type | InputError::Missing => "",
            InputError::EmailMissing | InputError::Email => "email",
            InputError::PhoneMissing | InputError::PhoneCharacters | InputError::Phone => "phone",
        };
        let next = Some("/dashboard/".to_owned());
        let with_notice = Notice::ALL.map(|reason| Self { notice: Some(reason), next: next.clone(), ..plain() });
        let refused = InputError::ALL.map(|error| Self {
            error: Some(error),
            contact_type: kind(error),
            contact_value: "what was typed".to_owned(),
            ..plain()
        });
        let linked = Self { links: Some(AccountLinks::sample()), ..plain() };
        let limited = NotSent::samples().into_iter().map(|not_sent| Self {
            contact_value: "what was typed".to_owned(),
            not_sent: Some(not_sent),
            ..plain()
        });
        [plain(), linked].into_iter().chain(with_notice).chain(refused).chain(limited).collect()
    }
}
