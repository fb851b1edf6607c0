//! Problem details (RFC 9457): the one shape of everything that is not what was asked for.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use otpd_domain::Fault;
use otpd_domain::codes::{Limited, Refusal as CodeRefusal};
use otpd_domain::ports::LimitedBy;
use serde::Serialize;
use utoipa::ToSchema;

use super::kinds::{self, Kind};
use super::reply;
use crate::error::Problem;
use crate::moment::whole_seconds;

/// The media type of problem details.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What is wrong with a request, or why it was not done (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Details {
    /// Which kind of problem it is. The value is the same on every server; as a path on this one it leads to a description.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/api/docs#code-wrong")]
    kind: String,
    /// What this kind of problem is called; for people.
    #[schema(example = "Not the code that was sent")]
    title: &'static str,
    /// The status of the reply.
    #[schema(minimum = 400, maximum = 599, example = 409)]
    status: u16,
    /// What happened this time; for people.
    #[schema(example = "That is not the code. 4 guesses are left.")]
    detail: String,
    /// The fields that cannot be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// How often this code may still be guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 4)]
    attempts_left: Option<u32>,
    /// How long to wait before it is worth another try, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 30)]
    retry_after: Option<u64>,
    /// Which limit is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "contact")]
    limit: Option<&'static str>,
}

/// A field that cannot be taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// Its path in the body, such as `to.phone`, or the name of a parameter or header.
    #[schema(example = "to.phone")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "not a valid phone number; write it with its country code, such as +919876543210")]
    pub detail: String,
}

/// A request that is understood and not done.
#[derive(Debug)]
pub struct Refusal {
    kind: &'static Kind,
    status: StatusCode,
    detail: String,
    errors: Vec<FieldError>,
    attempts_left: Option<u32>,
    retry_after: Option<Duration>,
    limit: Option<LimitedBy>,
    headers: HeaderMap,
}

impl Refusal {
    /// A refusal that says no more than its kind.
    pub fn new(kind: &'static Kind) -> Self {
        Self::saying(kind, kind.title)
    }

    /// A refusal in words of its own.
    pub fn saying(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            status: kind.status,
            detail: detail.into(),
            errors: Vec::new(),
            attempts_left: None,
            retry_after: None,
            limit: None,
            headers: HeaderMap::new(),
        }
    }

    /// A refusal of one field.
    pub fn field(kind: &'static Kind, field: &str, detail: impl Into<String>) -> Self {
        let error = FieldError { field: field.to_owned(), detail: detail.into() };
        let detail = format!("{field}: {}", error.detail);
        Self { errors: vec![error], ..Self::saying(kind, detail) }
    }

    /// Too soon or too often.
    pub fn wait(kind: &'static Kind, wait: Duration) -> Self {
        // "In 0 seconds" would be no answer to "when".
        let wait = wait.max(Duration::from_secs(1));
        let detail = format!("{}. Wait {} seconds.", kind.title, whole_seconds(wait));
        Self { retry_after: Some(wait), ..Self::saying(kind, detail) }
    }

    /// The same, with further headers.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers.extend(headers);
        self
    }
}

/// A send that a limit does not let through. Networks and proofs of work are no limits for callers with a key.
impl From<Limited> for Refusal {
    fn from(Limited { by, wait }: Limited) -> Self {
        let refusal = match by {
            LimitedBy::CountryNotServed => Self::new(kinds::COUNTRY_NOT_SERVED),
            LimitedBy::Block | LimitedBy::BlockClosed | LimitedBy::Country | LimitedBy::Ceiling => {
                Self::wait(kinds::SMS_UNAVAILABLE, wait)
            }
            LimitedBy::Purpose
            | LimitedBy::Cooldown
            | LimitedBy::Contact
            | LimitedBy::Client
            | LimitedBy::ProofNeeded
            | LimitedBy::ProofUsed => Self::wait(kinds::RATE_LIMITED, wait),
        };
        Self { limit: Some(by), ..refusal }
    }
}

/// Why a code does nothing.
impl From<CodeRefusal> for Refusal {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::Malformed => Self::new(kinds::CODE_MALFORMED),
            CodeRefusal::Wrong { attempts_left } => {
                let guesses = if attempts_left == 1 { "guess is" } else { "guesses are" };
                let detail = format!("That is not the code. {attempts_left} {guesses} left.");
                Self { attempts_left: Some(attempts_left), ..Self::saying(kinds::CODE_WRONG, detail) }
            }
            CodeRefusal::TooManyAttempts => Self { attempts_left: Some(0), ..Self::new(kinds::TOO_MANY_ATTEMPTS) },
            CodeRefusal::OverBudget { wait } => Self::wait(kinds::GUESS_BUDGET_SPENT, wait),
            CodeRefusal::Expired => Self::new(kinds::CODE_EXPIRED),
            CodeRefusal::AlreadyUsed => Self::new(kinds::CODE_USED),
            CodeRefusal::Gone => Self::new(kinds::SUPERSEDED),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after.map(whole_seconds);
        let details = Details {
            kind: self.kind.uri(),
            title: self.kind.title,
            status: self.status.as_u16(),
            detail: self.detail,
            errors: self.errors,
            attempts_left: self.attempts_left,
            retry_after,
            limit: self.limit.map(LimitedBy::as_str),
        };
        let mut response = reply::json(self.status, PROBLEM_JSON, &details);
        response.headers_mut().extend(self.headers);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Why a handler does not answer with what was asked for.
#[derive(Debug)]
pub enum Failure {
    /// What the edge tells and logs.
    Problem(Problem),
    /// What the caller alone needs to know.
    Refusal(Box<Refusal>),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Refusal(refusal) => {
                let fields: Vec<&str> = refusal.errors.iter().map(|error| error.field.as_str()).collect();
                tracing::info!(problem = refusal.kind.slug, ?fields, "a caller's request was not done");
                refusal.into_response()
            }
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Problem(fault.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(Box::new(refusal))
    }
}

impl From<Limited> for Failure {
    fn from(limited: Limited) -> Self {
        Refusal::from(limited).into()
    }
}

impl From<CodeRefusal> for Failure {
    fn from(refusal: CodeRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

/// A failure that reached the edge, as problem details; `detail` tells it in the caller's language.
pub fn failure(problem: &Problem, detail: impl Into<String>) -> Response {
    let detail = detail.into();
    let named = match problem {
        Problem::Json(problem) => Some(problem.field.as_str()),
        Problem::Field(problem) => Some(problem.field.as_str()),
        _ => None,
    };
    let errors = named.filter(|field| !field.is_empty());
    let errors = errors.map(|field| FieldError { field: field.to_owned(), detail: detail.clone() });
    let refusal = Refusal::saying(kind_of(problem), detail);
    // Several statuses are one kind.
    Refusal { status: problem.status(), errors: errors.into_iter().collect(), ..refusal }.into_response()
}

fn kind_of(problem: &Problem) -> &'static Kind {
    match problem.status().as_u16() {
        401 => kinds::UNAUTHORIZED,
        403 => kinds::SCOPE_MISSING,
        404 => kinds::NOT_FOUND,
        405 => kinds::METHOD_NOT_ALLOWED,
        413 => kinds::BODY_TOO_LARGE,
        415 => kinds::MEDIA_TYPE,
        503 => kinds::UNAVAILABLE,
        500.. => kinds::INTERNAL,
        _ => kinds::INVALID_REQUEST,
    }
}
