//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same request twice is done once.

use axum::extract::FromRequestParts;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use otpd_domain::api_key::ApiKey;
use otpd_domain::ports::Once;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::kinds;
use super::problem::{Failure, Refusal};
use crate::error::Problem;
use crate::state::WebState;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Longest key taken, in characters.
const MAX_KEY: usize = 255;

/// The key of a request, if it has one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(Option<String>);

impl FromRequestParts<WebState> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Failure> {
        let mut sent = parts.headers.get_all(HEADER).into_iter();
        match (sent.next(), sent.next()) {
            (None, _) => Ok(Self(None)),
            (Some(value), None) => readable(value).map(|key| Self(Some(key))).ok_or_else(malformed),
            (Some(_), Some(_)) => Err(malformed()),
        }
    }
}

fn readable(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok().filter(|text| (1..=MAX_KEY).contains(&text.len()))?;
    text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| text.to_owned())
}

fn malformed() -> Failure {
    let detail = format!("send it once, with 1 to {MAX_KEY} visible ASCII characters");
    Refusal::field(kinds::IDEMPOTENCY_KEY_MALFORMED, "Idempotency-Key", detail).into()
}

impl IdempotencyKey {
    /// What the store keeps of it: whose key it is, and what was asked. The body counts by what it says, not by how it
    /// is written.
    ///
    /// # Errors
    /// Never, but for a fault of the program.
    pub fn once<T: Serialize>(&self, caller: &ApiKey, operation: &str, body: &T) -> Result<Option<Once>, Problem> {
        let Some(key) = &self.0 else { return Ok(None) };
        let body = serde_json::to_vec(body).map_err(|error| Problem::Panic(format!("no fingerprint: {error}")))?;
        let fingerprint = Sha256::new().chain_update(operation).chain_update([0]).chain_update(body);
        let key = Sha256::new().chain_update(caller.key.id.as_bytes()).chain_update(key);
        Ok(Some(Once { key: key.finalize().into(), fingerprint: fingerprint.finalize().into() }))
    }
}

/// What the document says of it.
const MEANING: &str = "Your own name for this request, such as a UUID. When a reply got lost, send the same request with the \
    same key: it is done once, and the reply has `Idempotency-Replayed: true`. A key is remembered for a day, if \
    its request sent something.";

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[!-~]{1,255}$"))
            .examples(["8e03978e-40d5-43dd-bc93-6894a57f9324"]);
        let parameter = ParameterBuilder::new().name("Idempotency-Key").parameter_in(ParameterIn::Header);
        vec![parameter.required(Required::False).description(Some(MEANING)).schema(Some(schema)).build()]
    }
}

/// Says whether the reply is that of an earlier request with the same key.
pub fn mark(headers: &mut HeaderMap, replayed: bool) {
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
}
