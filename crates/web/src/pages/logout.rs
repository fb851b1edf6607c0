//! `/otp/logout/`: sign out, on the server.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::sign_in::sign_out;
use otpd_templating::Template;
use serde::Serialize;

use super::{Frame, form_page, see_other};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{CheckedForm, FormToken, PageVisitor, SignedInBrowser, carry};
use crate::state::WebState;

/// What the page that asks shows.
#[derive(Clone, Debug, Serialize)]
pub struct LogoutPage {
    frame: Frame,
    name: String,
}

impl Template for LogoutPage {
    const NAME: &'static str = "pages/logout.html";

    fn samples() -> Vec<Self> {
        vec![Self { frame: Frame::sample(), name: "Asha Rao".to_owned() }]
    }
}

/// Asks. Who is not signed in has nothing to be asked.
pub async fn show(
    State(state): State<WebState>,
    browser: Result<SignedInBrowser, Problem>,
    token: FormToken,
) -> Result<Response, Problem> {
    let browser = match browser {
        Err(Problem::SignInFirst { .. }) => return Ok(see_other("/otp/request/")),
        browser => browser?,
    };
    let name = browser.who.account.profile.name;
    let content = LogoutPage { frame: Frame::with_forms(&state, &token), name };
    Ok(form_page(&state, StatusCode::OK, &browser.language, &content, &token)?)
}

/// Signs out. When the store fails, the browser keeps its cookie: it is still signed in and should know.
pub async fn submit(
    State(state): State<WebState>,
    PageVisitor(visitor): PageVisitor,
    form: CheckedForm,
) -> Result<Response, Problem> {
    if let Some(token) = form.cookies.session.readable() {
        sign_out(state.domain(), token, &visitor.trail()).await?;
    }
    let mut response = see_other(&carry("/otp/request/", form.next().as_ref()));
    state.cookie_rules().clear(response.headers_mut(), Kind::Session);
    Ok(response)
}
