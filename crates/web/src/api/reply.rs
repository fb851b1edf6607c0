//! JSON replies, and failures in the style of the door they happened at.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, VARY};
use serde::Serialize;
use serde_json::json;

use super::words::Words;
use super::{json, v1};
use crate::error::Problem;

/// A JSON reply.
pub fn reply<T: Serialize>(status: StatusCode, body: &T) -> Response {
    typed(status, json::JSON, body)
}

/// A JSON reply of a media type of its own.
pub fn typed<T: Serialize>(status: StatusCode, media_type: &'static str, body: &T) -> Response {
    let text = match serde_json::to_string(body) {
        Ok(text) => text,
        Err(error) => return Problem::Panic(format!("a reply is no JSON: {error}")).into_response(),
    };
    let mut response = (status, text).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    // The words of every reply go by it.
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// Which API a path belongs to: each tells failures in its own style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Verification for other back ends, `/api/users/…`.
    Verification {
        /// Whether the reply says if something is verified.
        verifies: bool,
    },
    /// Registration and log-in, and whatever else lies below `/api/`.
    Accounts,
    /// The native API.
    Native,
}

impl Door {
    /// The door of a path; `None` for pages.
    pub fn of(path: &str) -> Option<Self> {
        let below = path.strip_prefix("/api/")?.trim_end_matches('/');
        Some(match below.split('/').next() {
            Some("users") => Self::Verification { verifies: below == "users/verify-otp" },
            Some("v1" | "openapi.json" | "docs") => Self::Native,
            _ => Self::Accounts,
        })
    }

    /// A failure in this door's style.
    pub fn failure(self, problem: &Problem, words: &Words) -> Response {
        let (status, message) = (problem.status(), words.problem(problem));
        match self {
            Self::Verification { verifies: true } => {
                reply(status, &json!({ "message": message, "status": "error", "verified": false }))
            }
            Self::Verification { verifies: false } => reply(status, &json!({ "message": message, "status": "error" })),
            Self::Accounts => reply(status, &json!({ "message": message })),
            Self::Native => v1::failure(problem, message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_its_style() {
        let verification = |verifies| Some(Door::Verification { verifies });
        for (path, door) in [
            ("/api/users/verify-otp/", verification(true)),
            ("/api/users/verify-otp", verification(true)),
            ("/api/users/send-otp/", verification(false)),
            ("/api/users/nothing", verification(false)),
            ("/api/verify-otp/", Some(Door::Accounts)),
            ("/api/usersx", Some(Door::Accounts)),
            ("/api/", Some(Door::Accounts)),
            ("/api/v1/verifications", Some(Door::Native)),
            ("/api/v1", Some(Door::Native)),
            ("/api", None),
            ("/otp/request/", None),
            ("/apix/users/", None),
        ] {
            assert_eq!(Door::of(path), door, "{path}");
        }
    }
}
