//! The page of a request that could not be answered with what it asked for.

use axum::response::Response;
use otpd_templating::{Language, RenderError, Template};
use serde::Serialize;

use super::flow::Flow;
use super::links::LOG_IN;
use super::{Frame, page};
use crate::error::Problem;
use crate::state::WebState;

/// What the page shows.
#[derive(Debug, Serialize)]
pub struct ProblemPage {
    frame: Frame,
    title_key: String,
    text_key: String,
    /// The field in question, or empty.
    field: String,
    /// The link to go on with.
    link: String,
    link_key: String,
}

impl Template for ProblemPage {
    const NAME: &'static str = "pages/problem.html";

    fn samples() -> Vec<Self> {
        KEYS.iter()
            .map(|key| Self::of(Frame::sample(), key, "contact_value", "/otp/request/".into(), "reload"))
            .collect()
    }
}

/// All problems that are told on this page.
const KEYS: &[&str] = &[
    "not-text",
    "repeated",
    "control",
    "list",
    "too-many-fields",
    "missing",
    "malformed",
    "broken",
    "forged",
    "not-a-form",
    "too-large",
    "not-found",
    "method",
    "ambiguous",
    "other-host",
    "busy",
    "internal",
];

impl ProblemPage {
    fn of(frame: Frame, key: &str, field: &str, link: String, link_key: &str) -> Self {
        Self {
            frame,
            title_key: format!("problem-{key}-title"),
            text_key: format!("problem-{key}-text"),
            field: field.to_owned(),
            link,
            link_key: format!("problem-link-{link_key}"),
        }
    }
}

/// Renders the page of a problem; `back` is the path of the form that was sent, if one was.
///
/// # Errors
/// When the template fails.
pub fn render(
    state: &WebState,
    problem: &Problem,
    language: &Language,
    back: Option<&str>,
) -> Result<Response, RenderError> {
    let field = match problem {
        Problem::Field(problem) => problem.field.as_str(),
        _ => "",
    };
    let (link, link_key) = match (problem, back) {
        // A form of another host name may have no cookie of ours: the public URL is where it works.
        (Problem::Forged { .. }, Some(path)) => (state.public_url().link(form_of(path)), "reload"),
        (Problem::NotFound | Problem::MethodNotAllowed, _) | (_, None) => ("/".to_owned(), "home"),
        (_, Some(path)) => (form_of(path).to_owned(), "reload"),
    };
    let context = ProblemPage::of(Frame::plain(state), problem.key(), field, link, link_key);
    page(state, problem.status(), language, &context)
}

/// The page with the form that posts to a path.
fn form_of(path: &str) -> &'static str {
    match (path, Flow::of_path(path)) {
        (_, Some(flow)) if path == flow.ask() => flow.ask(),
        (_, Some(flow)) => flow.verify(),
        (LOG_IN, _) => LOG_IN,
        ("/otp/logout/", _) => "/otp/logout/",
        (path, _) if path.starts_with("/dashboard/") => "/dashboard/",
        _ => Flow::SignIn.ask(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_leads_back_to_its_page() {
        assert_eq!(form_of("/dashboard/sessions/end/"), "/dashboard/");
        assert_eq!(form_of("/otp/resend/"), "/otp/verify/");
        assert_eq!(form_of("/register/"), "/register/");
        assert_eq!(form_of("/password/resend/"), "/password/new/");
        assert_eq!(form_of("/login/"), "/login/");
        assert_eq!(form_of("//evil.example"), "/otp/request/");
    }
}
