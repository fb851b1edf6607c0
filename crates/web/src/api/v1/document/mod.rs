//! The `OpenAPI` document: what the handlers say of themselves, and what is true of all of them.

mod examples;
mod links;
mod responses;

use otpd_domain::Policy;
use otpd_domain::challenge::VerificationType;
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

pub use self::examples::{example, resolved};
use crate::api::v1::problem::Details;
use crate::config::PublicUrl;
use crate::state::WebState;

/// What it says before the first operation.
const INTRODUCTION: &str = "Verify phones and addresses, sign people in with a code, and look after their accounts and \
sessions.\n\nSend `Authorization: Bearer otpd_…` with each request. `otpd api-key create --name shop --scope verifications` \
makes a key; each operation says which scope it needs.\n\nBodies are JSON, at most 64 KiB, and read strictly: unknown \
fields, repeated names, control characters and values of another type are refused, and the field is named. Moments are \
UTC (RFC 3339). Whatever is not what you asked for is told as problem details (RFC 9457): go by `type` and the status, the \
words are for people.\n\nThe API is for servers: browsers of other sites may not call it.";

#[derive(OpenApi)]
#[openapi(
    info(title = "otpd", description = INTRODUCTION, license(name = "Apache-2.0", identifier = "Apache-2.0")),
    modifiers(&ApiKeyScheme),
    components(schemas(Details)),
    tags(
        (name = "Verifications", description = "Prove that somebody reads a phone or an address. No account is needed."),
        (name = "Sign-ins", description = "Sign the people of your accounts in with a code. The rules are those of the sign-in pages."),
        (name = "Accounts", description = "Look after customers. Staff can be read, never made or changed."),
        (name = "Sessions", description = "Where people are signed in: look, end, and ask whose a token is.")
    )
)]
struct Frame;

struct ApiKeyScheme;

impl Modify for ApiKeyScheme {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("otpd_…");
        let scheme =
            bearer.description(Some("A key made by `otpd api-key create`. Each operation names the scope it needs."));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::Http(scheme.build()));
    }
}

/// The document without operations.
pub fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The names that a server's configuration declares and its document lists.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// The types of verification.
    pub verification_types: Vec<String>,
    /// The types of customers.
    pub customer_types: Vec<String>,
}

impl Declared {
    /// Those of a policy.
    pub fn of(policy: &Policy, customer_types: &[String]) -> Self {
        let types = policy.verifications.keys().map(VerificationType::as_str);
        Self { verification_types: types.map(str::to_owned).collect(), customer_types: customer_types.to_vec() }
    }
}

/// The `OpenAPI` 3.1 document of a server that is reached at `public_url`.
pub fn openapi(public_url: &PublicUrl, declared: &Declared) -> Value {
    let mut document = serde_json::to_value(super::operations().into_openapi()).unwrap_or_default();
    document["servers"] = json!([{ "url": public_url.origin() }]);
    let schemas = &mut document["components"]["schemas"];
    list(&mut schemas["VerificationType"], &declared.verification_types);
    list(&mut schemas["CustomerType"], &declared.customer_types);
    // Which of two fields may be missing: derived schemas cannot say it.
    schemas["NewAccount"]["anyOf"] = json!([{ "required": ["email"] }, { "required": ["phone"] }]);
    responses::complete(&mut document);
    examples::complete(&mut document);
    links::complete(&mut document);
    document
}

/// The document of this server.
pub fn of_server(state: &WebState) -> Value {
    openapi(state.public_url(), &Declared::of(&state.domain().policy, state.customer_types()))
}

fn list(schema: &mut Value, names: &[String]) {
    if let Some(first) = names.first() {
        schema["enum"] = json!(names);
        schema["examples"] = json!([first]);
    }
}

/// The operations of a document: path, method, operation.
pub fn operations_of(document: &Value) -> impl Iterator<Item = (&str, &str, &Map<String, Value>)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.filter_map(move |(method, operation)| Some((path.as_str(), method.as_str(), operation.as_object()?)))
    })
}
