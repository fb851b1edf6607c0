//! What the page for another contact shows.

use otpd_templating::Template;
use serde::Serialize;

use crate::pages::Frame;
use crate::pages::contact_field::InputError;
use crate::pages::limited::NotSent;
use crate::pages::notice::Notice;

/// What the page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ContactPage {
    pub frame: Frame,
    /// The contacts the account has, masked.
    pub held: Vec<String>,
    /// `email`, `phone`, or empty when neither was chosen.
    pub contact_type: &'static str,
    /// What was typed, kept.
    pub contact_value: String,
    pub next: Option<String>,
    pub notice: Option<Notice>,
    pub error: Option<InputError>,
    pub not_sent: Option<NotSent>,
    /// Where to come back to after a fresh sign-in, when the one there is is too old for this: nothing can be typed before.
    pub sign_in_again: Option<String>,
}

impl Template for ContactPage {
    const NAME: &'static str = "pages/contact.html";

    fn samples() -> Vec<Self> {
        let held = vec!["a•••@example.com".to_owned(), "+91•••••••210".to_owned()];
        let plain = || Self { frame: Frame::sample(), held: held.clone(), contact_type: "email", ..Self::default() };
        let with_notice = Notice::ALL.map(|notice| Self { notice: Some(notice), ..plain() });
        let refused = InputError::ALL.map(|error| Self {
            error: Some(error),
            contact_type: "phone",
            contact_value: "what was typed".to_owned(),
            next: Some("/bills/".to_owned()),
            ..plain()
        });
        let too_old = Self { sign_in_again: Some("/account/contact/".to_owned()), ..plain() };
        let limited = NotSent::samples().into_iter().map(|not_sent| Self {
            contact_value: "what was typed".to_owned(),
            not_sent: Some(not_sent),
            ..plain()
        });
        [plain(), too_old].into_iter().chain(with_notice).chain(refused).chain(limited).collect()
    }
}
