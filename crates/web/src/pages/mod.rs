//! The pages, one route a file.

pub mod contact;
mod contact_field;
pub mod dashboard;
pub mod dev_mailbox;
pub mod files;
pub mod flow;
pub mod forgotten;
pub mod health;
pub mod home;
mod limited;
pub mod links;
pub mod login;
pub mod logout;
mod notice;
mod password;
pub mod problem;
pub mod register;
pub mod request;
pub mod resend;
pub mod sessions;
pub mod status;
pub mod verify;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, HeaderValue, LOCATION, VARY};
use http::{HeaderMap, StatusCode};
use otpd_domain::account::Account;
use otpd_templating::{Language, RenderError, Template};
use serde::Serialize;

use crate::assets::{AssetLinks, ProofLinks};
use crate::extract::{FormToken, Next};
use crate::state::WebState;

/// What the frame round every page needs.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Frame {
    /// Style, script and pictures.
    pub assets: AssetLinks,
    /// The token of the page's forms.
    pub csrf_token: String,
    /// Whether this is a development server with a mailbox page to link to.
    pub mailbox: bool,
}

impl Frame {
    /// The frame of a page without forms.
    pub fn plain(state: &WebState) -> Self {
        Self { assets: state.assets().links.clone(), csrf_token: String::new(), mailbox: state.mailbox().is_some() }
    }

    /// The frame of a page with forms.
    pub fn with_forms(state: &WebState, token: &FormToken) -> Self {
        Self { csrf_token: token.token.clone(), ..Self::plain(state) }
    }

    /// A frame for the samples of templates.
    pub fn sample() -> Self {
        let file = |name: &str| format!("/static/0011223344556677/{name}");
        let logo = Some(file("logo.svg"));
        let proof = ProofLinks {
            script: file("proof.js"),
            widget: file("altcha.js"),
            style: file("altcha.css"),
            worker: file("altcha-worker.js"),
        };
        let (style, script, icon) = (file("style.css"), file("script.js"), file("icon.svg"));
        let assets = AssetLinks { style, script, icon, logo, proof };
        Self { assets, csrf_token: "c2FtcGxl".to_owned(), mailbox: true }
    }
}

/// A rendered page.
///
/// # Errors
/// When its template fails.
pub fn page<T: Template>(
    state: &WebState,
    status: StatusCode,
    language: &Language,
    context: &T,
) -> Result<Response, RenderError> {
    let html = state.templates().render(context, language)?;
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language"));
    if let Ok(tag) = HeaderValue::from_str(language.tag()) {
        headers.insert(CONTENT_LANGUAGE, tag);
    }
    Ok(response)
}

/// A rendered page with forms: as [`page`], and the browser gets its half of their token.
///
/// # Errors
/// When its template fails.
pub fn form_page<T: Template>(
    state: &WebState,
    status: StatusCode,
    language: &Language,
    context: &T,
    token: &FormToken,
) -> Result<Response, RenderError> {
    let mut response = page(state, status, language, context)?;
    token.apply(state.cookie_rules(), response.headers_mut());
    Ok(response)
}

/// The language of pages for an account: its own, if it has chosen one, else the one the browser asks for.
pub fn language_of(state: &WebState, account: Option<&Account>, accepted: Language) -> Language {
    let own = account.and_then(|account| account.profile.language.as_deref());
    own.and_then(|tag| state.templates().language(tag)).unwrap_or(accepted)
}

/// Where a person goes who is signed in: to where they wanted, or home.
pub fn onwards(next: Option<&Next>) -> Response {
    next.map_or_else(|| see_other("/dashboard/"), |next| see_other(&next.location()))
}

/// 303: look there with GET.
pub fn see_other(location: &str) -> Response {
    to(StatusCode::SEE_OTHER, location)
}

/// 308: it lives there.
pub fn moved_permanently(location: &str) -> Response {
    to(StatusCode::PERMANENT_REDIRECT, location)
}

/// Locations are our own paths or a checked `next`: always header values. Were one not, home is better than nothing.
fn to(status: StatusCode, location: &str) -> Response {
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(LOCATION, location);
    (status, headers).into_response()
}

#[cfg(test)]
mod tests;
