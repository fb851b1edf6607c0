//! What can go wrong with a request, and the one place where it becomes a status.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use otpd_domain::EntropyError;
use otpd_domain::ports::StoreError;
use otpd_domain::sign_in::Fault;
use otpd_templating::RenderError;

use crate::extract::{CheckedForm, CsrfRefusal, FieldFault, FieldProblem, Next, carry};
use crate::pages::see_other;

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
    /// The body did not arrive whole.
    #[error("the body broke off")]
    BodyBroken,
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
            Self::Field(_) | Self::BodyBroken => StatusCode::BAD_REQUEST,
            Self::Forged { .. } => StatusCode::FORBIDDEN,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SignInFirst { .. } => StatusCode::SEE_OTHER,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Fault(Fault::Store(StoreError::Unavailable(_)) | Fault::Entropy(_)) | Self::TookTooLong(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Fault(Fault::Store(StoreError::Corrupt(_))) | Self::Render(_) | Self::Panic(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The words it is told in: messages `problem-KEY-title` and `problem-KEY-text`.
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
            Self::BodyBroken => "broken",
            Self::Forged { .. } => "forged",
            Self::NotAForm => "not-a-form",
            Self::BodyTooLarge => "too-large",
            Self::NotFound | Self::SignInFirst { .. } => "not-found",
            Self::MethodNotAllowed => "method",
            Self::TookTooLong(_) | Self::Fault(Fault::Store(StoreError::Unavailable(_)) | Fault::Entropy(_)) => "busy",
            Self::Fault(Fault::Store(StoreError::Corrupt(_))) | Self::Render(_) | Self::Panic(_) => "internal",
        }
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
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Told(Arc::new(self)));
        response
    }
}
