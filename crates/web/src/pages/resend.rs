//! `/otp/resend/`: another code in place of the old one.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::sign_in::{ResendCode, Resent, resend_code};
use otpd_templating::Template;
use serde::Serialize;

use super::verify::{CodeError, Showing, sign_in_lost};
use super::{Frame, form_page, see_other};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{AcceptedLanguage, CheckedForm, Query, SentCookies, carry};
use crate::moment::{clock, whole_seconds};
use crate::state::WebState;

/// What the page with the button shows.
#[derive(Clone, Debug, Serialize)]
pub struct ResendPage {
    frame: Frame,
    contact: String,
    next: Option<String>,
    /// To where the code is typed.
    way_back: String,
    resend_seconds: u64,
    resend_clock: String,
}

impl Template for ResendPage {
    const NAME: &'static str = "pages/resend.html";

    fn samples() -> Vec<Self> {
        [(0, None), (25, Some("/dashboard/".to_owned()))]
            .map(|(resend_seconds, next)| Self {
                frame: Frame::sample(),
                contact: "a•••@example.com".to_owned(),
                next,
                way_back: "/otp/verify/".to_owned(),
                resend_seconds,
                resend_clock: clock(resend_seconds),
            })
            .into()
    }
}

pub async fn show(
    State(state): State<WebState>,
    cookies: SentCookies,
    AcceptedLanguage(language): AcceptedLanguage,
    Query { next }: Query,
) -> Result<Response, Problem> {
    let showing = Showing { state: &state, cookies: &cookies, language: &language, next: next.as_ref() };
    let pending = match showing.pending().await? {
        Ok(pending) => pending,
        Err(back) => return Ok(back),
    };
    let token = state.form_token(&cookies)?;
    let resend_seconds = whole_seconds(pending.resend_in);
    let content = ResendPage {
        frame: Frame::with_forms(&state, &token),
        contact: pending.identifier.masked().to_string(),
        next: next.as_ref().map(|next| next.as_str().to_owned()),
        way_back: carry("/otp/verify/", next.as_ref()),
        resend_seconds,
        resend_clock: clock(resend_seconds),
    };
    Ok(form_page(&state, StatusCode::OK, &language, &content, &token)?)
}

pub async fn submit(
    State(state): State<WebState>,
    AcceptedLanguage(language): AcceptedLanguage,
    form: CheckedForm,
) -> Result<Response, Problem> {
    let next = form.next();
    let Some(handle) = form.cookies.pending.readable().cloned() else {
        return Ok(sign_in_lost(&state, next.as_ref()));
    };
    let input = ResendCode { handle, language: language.tag().to_owned() };
    match resend_code(state.domain(), input).await? {
        Resent::Sent { handle } => {
            let mut response = see_other(&carry("/otp/verify/", next.as_ref()));
            state.cookie_rules().set(response.headers_mut(), Kind::Pending, &handle.to_text());
            Ok(response)
        }
        Resent::TooSoon { .. } => {
            let (cookies, language, next) = (&form.cookies, &language, next.as_ref());
            Showing { state: &state, cookies, language, next }.page(Some(CodeError::TooSoon), "").await
        }
        // A button pressed twice: the other press may have replaced the code just now, and its cookie must stand. The
        // verify page knows; where nothing is pending, it leads on to the request page.
        Resent::Gone => Ok(see_other(&carry("/otp/verify/", next.as_ref()))),
    }
}
