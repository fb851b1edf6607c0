//! `/dashboard/`: who is signed in, and where else.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Timestamp;
use otpd_domain::identifier::Identifier;
use otpd_domain::session::{Session, SignedIn};
use otpd_domain::sign_in::list_sessions;
use otpd_templating::Template;
use serde::Serialize;

use super::{Frame, form_page};
use crate::device::Device;
use crate::error::Problem;
use crate::extract::{FormToken, SignedInBrowser};
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
        };
        let sessions = vec![row(Some("Firefox"), Some("Linux"), true)];
        let sparse = Self { email: None, phone: None, last_sign_in: None, sessions, ..full.clone() };
        vec![full, sparse]
    }
}

pub async fn show(
    State(state): State<WebState>,
    browser: SignedInBrowser,
    token: FormToken,
) -> Result<Response, Problem> {
    let SignedInBrowser { who, language } = browser;
    let sessions = list_sessions(state.domain(), who.account.id).await?;
    let content = DashboardPage::of(Frame::with_forms(&state, &token), &who, &sessions);
    Ok(form_page(&state, StatusCode::OK, &language, &content, &token)?)
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
