//! `/otp/resend/`, `/register/resend/`, `/password/resend/`, `/account/contact/resend/`: another code in place of the
//! old one.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::{ResendCode, Resent, resend_code};
use otpd_domain::{Fault, Visitor};
use otpd_templating::Template;
use serde::Serialize;

use super::flow::Flow;
use super::verify::CodeEntry;
use super::{Frame, form_page};
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{CheckedForm, Query, SentCookies, carry, has_letters, proof_in};
use crate::moment::{clock, whole_seconds};

/// What the page with the button shows.
#[derive(Clone, Debug, Serialize)]
pub struct ResendPage {
    frame: Frame,
    /// Where the button goes.
    action: &'static str,
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
                action: Flow::SignIn.resend(),
                contact: "a•••@example.com".to_owned(),
                next,
                way_back: "/otp/verify/".to_owned(),
                resend_seconds,
                resend_clock: clock(resend_seconds),
            })
            .into()
    }
}

pub async fn show(entry: CodeEntry, cookies: SentCookies, Query { next, .. }: Query) -> Result<Response, Problem> {
    let pending = match entry.showing(&cookies, next.as_ref()).pending().await? {
        Ok(pending) => pending,
        Err(back) => return Ok(back),
    };
    let CodeEntry { state, flow, language, .. } = &entry;
    let token = state.form_token(&cookies)?;
    let resend_seconds = whole_seconds(pending.resend_in);
    let content = ResendPage {
        frame: Frame::with_forms(state, &token),
        action: flow.resend(),
        contact: pending.identifier.masked().to_string(),
        next: next.as_ref().map(|next| next.as_str().to_owned()),
        way_back: carry(flow.verify(), next.as_ref()),
        resend_seconds,
        resend_clock: clock(resend_seconds),
    };
    Ok(form_page(state, StatusCode::OK, language, &content, &token)?)
}

pub async fn submit(entry: CodeEntry, form: CheckedForm) -> Result<Response, Problem> {
    let next = form.next();
    let showing = entry.showing(&form.cookies, next.as_ref()).with_letters(has_letters(&form));
    let Some(handle) = form.cookies.pending.readable() else { return Ok(showing.lost()) };
    let visitor = Visitor { proof: proof_in(&form), ..entry.visitor.clone() };
    match another(&entry, handle, &visitor).await? {
        Resent::Sent { handle } => {
            let mut response = showing.back_to_code();
            entry.state.cookie_rules().set(response.headers_mut(), Kind::Pending, &handle.to_text());
            resend_to_phone(&entry, &form.cookies, response.headers_mut()).await;
            Ok(response)
        }
        Resent::TooSoon { wait } => showing.too_soon(wait).await,
        Resent::Limited(limited) => showing.limited(&visitor, limited).await,
        // A button pressed twice: the other press may have replaced the code just now, and its cookie must stand. The
        // verify page knows; where nothing is pending, it leads on to the page that begins anew.
        Resent::Gone => Ok(showing.back_to_code()),
    }
}

async fn another(entry: &CodeEntry, handle: &ChallengeHandle, visitor: &Visitor) -> Result<Resent, Fault> {
    let (purpose, language) = (entry.flow.purpose(), entry.language.tag().to_owned());
    let input = ResendCode { purpose, handle: handle.clone(), language, visitor: visitor.clone() };
    resend_code(entry.state.domain(), input).await
}

/// The second code of a registration. The first one is on its way by now and its cookie must reach the browser, whatever
/// becomes of this one.
async fn resend_to_phone(entry: &CodeEntry, cookies: &SentCookies, headers: &mut HeaderMap) {
    let phone = cookies.pending_phone.readable().filter(|_| entry.flow == Flow::Registration);
    let Some(phone) = phone else { return };
    match another(entry, phone, &entry.visitor).await {
        Ok(Resent::Sent { handle }) => entry.state.cookie_rules().set(headers, Kind::PendingPhone, &handle.to_text()),
        Ok(Resent::TooSoon { .. } | Resent::Limited(_) | Resent::Gone) => {}
        Err(error) => tracing::warn!(%error, "the code by SMS could not be sent again"),
    }
}
