//! What can go wrong with a request, and the one place where it becomes a status.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use otpd_domain::api_key::Scope;
use otpd_domain::{EntropyError, Fault};
use otpd_templating::RenderError;

use crate::api::{JsonProblem, Refused};
use crate::extract::{CheckedForm, CsrfRefusal, FieldFault, FieldProblem, Next, carry};
use crate::moment::whole_seconds;
use crate::pages::see_other;
use crate::serve::Ambiguous;

/// How long a caller is asked to wait when the server cannot work, in seconds.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// A request that cannot be answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A field cannot be taken.
    #[error("field {:?}: {:?}", .0.field, .0.fault)]
    Field(FieldProblem),
    /// The form does not come from one of our own pages, or from one too old.
    #[error("form refused: {refusal}")]
    Forged {
        /// Why.
        refusal: CsrfRefusal,
        /// What was typed, when the form was at least sent from our own site.
        form: Option<Box<CheckedForm>>,
    },
    /// The body is no form.
    #[error("the body is no application/x-www-form-urlencoded")]
    NotAForm,
    /// The body is too large.
    #[error("the body is larger than 64 KiB")]
    BodyTooLarge,
    /// The body is of another type than the JSON asked for.
    #[error("the body is no {expected}")]
    NotJson {
        /// The media type asked for.
        expected: &'static str,
    },
    /// The JSON cannot be taken.
    #[error("{0}")]
    Json(JsonProblem),
    /// It was understood, and is refused.
    #[error("{0}")]
    Refused(Refused),
    /// An API key is asked for.
    #[error("{}", if *shown { "the API key shown is not in force" } else { "no API key was shown" })]
    Unauthorized {
        /// Whether one was shown.
        shown: bool,
    },
    /// The API key may do other things, but not this.
    #[error("the API key lacks the scope {}", .0.as_str())]
    ScopeMissing(Scope),
    /// A page of another site asks, and it is not one of those that may.
    #[error("asked by a page of another site")]
    ForeignOrigin,
    /// A report on a message is not the provider's.
    #[error("a report on a message has no signature of the provider")]
    ForgedReport,
    /// The body did not arrive whole.
    #[error("the body broke off")]
    BodyBroken,
    /// The body came too slowly.
    #[error("the body did not arrive within {0:?}")]
    BodySlow(Duration),
    /// Large bodies of others take up all the memory there is for them.
    #[error("no room for another large body")]
    NoRoom,
    /// Another reader could take the request for something else.
    #[error("ambiguous: {0}")]
    Ambiguous(Ambiguous),
    /// It was sent to a host name that is not ours.
    #[error("sent to another host: {0:?}")]
    OtherHost(String),
    /// Nobody is signed in: that comes first.
    #[error("not signed in")]
    SignInFirst {
        /// Where to come back to.
        next: Option<Next>,
    },
    /// There is no such page.
    #[error("no such page")]
    NotFound,
    /// The page has no such method.
    #[error("no such method here")]
    MethodNotAllowed,
    /// It took too long.
    #[error("given up after {0:?}")]
    TookTooLong(Duration),
    /// A use case failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A page could not be rendered.
    #[error("a page could not be rendered: {0}")]
    Render(#[from] RenderError),
    /// A handler panicked, with that text.
    #[error("a handler panicked: {0}")]
    Panic(String),
}

impl Problem {
    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Field(_) | Self::Json(_) | Self::BodyBroken | Self::Ambiguous(_) => StatusCode::BAD_REQUEST,
            Self::BodySlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::OtherHost(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Refused(refused) => refused.status,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::Forged { .. } | Self::ScopeMissing(_) | Self::ForeignOrigin | Self::ForgedReport => {
                StatusCode::FORBIDDEN
            }
            Self::NotAForm | Self::NotJson { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SignInFirst { .. } => StatusCode::SEE_OTHER,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Fault(fault) if fault.may_pass() => StatusCode::SERVICE_UNAVAILABLE,
            Self::TookTooLong(_) | Self::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) | Self::Render(_) | Self::Panic(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The words it is told in: messages `problem-KEY-title` and `problem-KEY-text` on pages, `api-KEY` in replies of
    /// the APIs.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Field(problem) => match problem.fault {
                FieldFault::NotText => "not-text",
                FieldFault::Repeated => "repeated",
                FieldFault::Control => "control",
                FieldFault::List => "list",
                FieldFault::TooMany => "too-many-fields",
                FieldFault::Missing => "missing",
                FieldFault::Malformed => "malformed",
            },
            Self::Json(problem) => problem.fault.key(),
            Self::NotJson { .. } => "not-json",
            Self::Refused(refused) => refused.key,
            Self::Unauthorized { .. } => "unauthorized",
            Self::ScopeMissing(_) => "scope",
            Self::ForeignOrigin => "origin",
            Self::ForgedReport => "report",
            Self::BodyBroken | Self::BodySlow(_) => "broken",
            Self::Ambiguous(_) => "ambiguous",
            Self::OtherHost(_) => "other-host",
            Self::Forged { .. } => "forged",
            Self::NotAForm => "not-a-form",
            Self::BodyTooLarge => "too-large",
            Self::NotFound | Self::SignInFirst { .. } => "not-found",
            Self::MethodNotAllowed => "method",
            Self::TookTooLong(_) | Self::NoRoom => "busy",
            Self::Fault(fault) if fault.may_pass() => "busy",
            Self::Fault(_) | Self::Render(_) | Self::Panic(_) => "internal",
        }
    }

    /// What goes into the headers.
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let wait = match self {
            Self::Refused(refused) => refused.retry_after,
            problem => (problem.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(TRY_AGAIN_AFTER),
        };
        if let Some(wait) = wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if let Some(challenge) = self.challenge() {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        headers
    }

    /// How the caller may prove who it is (RFC 6750 §3).
    fn challenge(&self) -> Option<HeaderValue> {
        let text = match self {
            Self::Unauthorized { shown: true } => r#"Bearer realm="otpd", error="invalid_token""#.to_owned(),
            Self::ScopeMissing(scope) => {
                format!(r#"Bearer realm="otpd", error="insufficient_scope", scope="{}""#, scope.as_str())
            }
            problem if problem.status() == StatusCode::UNAUTHORIZED => r#"Bearer realm="otpd""#.to_owned(),
            _ => return None,
        };
        HeaderValue::try_from(text).ok()
    }

    /// The problem of an answer that has no page of its own: what the router itself refuses.
    pub fn of_bare(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            _ => None,
        }
    }
}

impl From<FieldProblem> for Problem {
    fn from(problem: FieldProblem) -> Self {
        Self::Field(problem)
    }
}

impl From<JsonProblem> for Problem {
    fn from(problem: JsonProblem) -> Self {
        Self::Json(problem)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<EntropyError> for Problem {
    fn from(error: EntropyError) -> Self {
        Self::Fault(Fault::Entropy(error))
    }
}

/// Travels with the answer to the edge, where the page is rendered in the browser's language and the log written.
#[derive(Clone)]
pub struct Told(pub Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::SignInFirst { next } = &self {
            return see_other(&carry("/otp/request/", next.as_ref()));
        }
        let mut response = (self.status(), self.headers()).into_response();
        response.extensions_mut().insert(Told(Arc::new(self)));
        response
    }
}
