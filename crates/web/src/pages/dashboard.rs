//! `/dashboard/`: who is signed in, and where else.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use otpd_domain::Timestamp;
use otpd_domain::identifier::Identifier;
use otpd_domain::session::{Session, SignedIn};
use otpd_domain::sign_in::list_sessions;
use otpd_templating::Template;
use serde::Serialize;

use super::{Frame, form_page, links};
use crate::cookies::{CookieRules, Kind};
use crate::device::Device;
use crate::error::Problem;
use crate::extract::{FormToken, SentCookies, SignedInBrowser};
use crate::moment::Moment;
use crate::state::WebState;

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct DashboardPage {
    frame: Frame,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    customer_type: String,
    last_sign_in: Option<Moment>,
    /// This browser's session first.
    sessions: Vec<SessionRow>,
    /// What was done just now.
    done: Option<Done>,
    /// Whether people look after contacts and passwords themselves.
    self_service: bool,
}

/// What the dashboard says once after it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// The registration became an account.
    Activated,
    /// The same, and its other contact is not proven yet.
    ActivatedByOne,
    /// A new password holds, and all other sessions are ended.
    PasswordChanged,
    /// The account has another address or number.
    ContactChanged,
}

impl Done {
    const ALL: [Self; 4] = [Self::Activated, Self::ActivatedByOne, Self::PasswordChanged, Self::ContactChanged];

    fn word(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::ActivatedByOne => "activated-by-one",
            Self::PasswordChanged => "password-changed",
            Self::ContactChanged => "contact-changed",
        }
    }

    /// What the word of a cookie means.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.word() == word)
    }
}

/// Has the dashboard say it when the browser gets there.
pub fn say_once(rules: CookieRules, headers: &mut HeaderMap, done: Done) {
    rules.set(headers, Kind::Done, done.word());
}

/// One signed-in browser.
#[derive(Clone, Debug, Serialize)]
struct SessionRow {
    id: String,
    browser: Option<String>,
    system: Option<String>,
    created: Moment,
    last_seen: Moment,
    current: bool,
}

impl Template for DashboardPage {
    const NAME: &'static str = "pages/dashboard.html";

    fn samples() -> Vec<Self> {
        let at = || Moment::from(Timestamp::from_millis(1_795_229_400_000));
        let row = |browser: Option<&str>, system: Option<&str>, current| SessionRow {
            id: "0193-sample".to_owned(),
            browser: browser.map(str::to_owned),
            system: system.map(str::to_owned),
            created: at(),
            last_seen: at(),
            current,
        };
        let full = Self {
            frame: Frame::sample(),
            name: "Asha Rao".to_owned(),
            email: Some("a•••@example.com".to_owned()),
            phone: Some("+91•••••••210".to_owned()),
            customer_type: "Household".to_owned(),
            last_sign_in: Some(at()),
            sessions: vec![
                row(Some("Firefox"), Some("Linux"), true),
                row(Some("Safari"), Some("iPhone"), false),
                row(Some("curl"), None, false),
                row(None, Some("Windows"), false),
                row(None, None, false),
            ],
            done: None,
            self_service: true,
        };
        let sessions = vec![row(Some("Firefox"), Some("Linux"), true)];
        let sparse = Self { email: None, phone: None, last_sign_in: None, sessions, ..full.clone() };
        let closed = Self { self_service: false, ..sparse.clone() };
        let said = Done::ALL.map(|done| Self { done: Some(done), ..sparse.clone() });
        [full, sparse, closed].into_iter().chain(said).collect()
    }
}

pub async fn show(
    State(state): State<WebState>,
    browser: SignedInBrowser,
    cookies: SentCookies,
    token: FormToken,
) -> Result<Response, Problem> {
    let SignedInBrowser { who, language } = browser;
    let sessions = list_sessions(state.domain(), who.account.id).await?;
    let (done, self_service) = (cookies.done.readable().copied(), links::are_open(&state));
    let content = DashboardPage::of(Frame::with_forms(&state, &token), &who, &sessions);
    let content = DashboardPage { done, self_service, ..content };
    let mut response = form_page(&state, StatusCode::OK, &language, &content, &token)?;
    if cookies.done.is_there() {
        state.cookie_rules().clear(response.headers_mut(), Kind::Done);
    }
    Ok(response)
}

impl DashboardPage {
    fn of(frame: Frame, who: &SignedIn, sessions: &[Session]) -> Self {
        let profile = &who.account.profile;
        let masked = |identifier: Identifier| identifier.masked().to_string();
        let mut rows: Vec<_> = sessions.iter().map(|session| SessionRow::of(session, who)).collect();
        rows.sort_by_key(|row| !row.current);
        Self {
            frame,
            name: profile.name.clone(),
            email: profile.email.clone().map(|address| masked(Identifier::Email(address))),
            phone: profile.phone.clone().map(|number| masked(Identifier::Phone(number))),
            customer_type: profile.customer_type.clone(),
            last_sign_in: who.account.last_sign_in_at.map(Moment::from),
            sessions: rows,
            done: None,
            self_service: false,
        }
    }
}

impl SessionRow {
    fn of(session: &Session, who: &SignedIn) -> Self {
        let device = Device::of(&session.user_agent);
        Self {
            id: session.id.to_string(),
            browser: device.browser.map(str::to_owned),
            system: device.system.map(str::to_owned),
            created: session.created_at.into(),
            last_seen: session.last_seen_at.into(),
            current: session.id == who.session.id,
        }
    }
}
