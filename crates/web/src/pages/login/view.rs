//! What the page for signing in with a password shows.

use std::time::Duration;

use otpd_templating::Template;
use serde::Serialize;

use crate::pages::Frame;
use crate::pages::limited::Wait;
use crate::pages::links::AccountLinks;
use crate::pages::notice::Notice;

/// What the page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LoginPage {
    pub frame: Frame,
    /// What was typed, kept.
    pub contact: String,
    pub next: Option<String>,
    pub notice: Option<Notice>,
    pub error: Option<LoginError>,
    /// How long passwords are not compared.
    pub wait: Option<Wait>,
    pub links: AccountLinks,
}

/// Why nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginError {
    /// No contact was typed.
    ContactMissing,
    /// No password was typed.
    PasswordMissing,
    /// Unknown, inactive, without a password, or wrong: nobody may say which.
    Refused,
    /// So many wrong ones were typed that none is compared for now.
    OverBudget,
}

impl Template for LoginPage {
    const NAME: &'static str = "pages/login.html";

    fn samples() -> Vec<Self> {
        let plain = || Self { frame: Frame::sample(), links: AccountLinks::sample(), ..Self::default() };
        let with_notice = Notice::ALL.map(|notice| Self { notice: Some(notice), ..plain() });
        let refused =
            [LoginError::ContactMissing, LoginError::PasswordMissing, LoginError::Refused].map(|error| Self {
                contact: "asha@example.com".to_owned(),
                next: Some("/bills/".to_owned()),
                error: Some(error),
                ..plain()
            });
        let over_budget =
            Self { error: Some(LoginError::OverBudget), wait: Some(Wait::of(Duration::from_mins(12))), ..plain() };
        [plain(), over_budget].into_iter().chain(with_notice).chain(refused).collect()
    }
}
