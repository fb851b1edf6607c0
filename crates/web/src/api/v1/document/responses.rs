//! What every operation may answer besides what it is for: problems, each under its status and with its example; and the
//! headers of replies.

use serde_json::{Map, Value, json};

use crate::api::v1::kinds::Kind;
use crate::api::v1::problem::PROBLEM_JSON;

/// Completes the responses of every operation.
pub fn complete(document: &mut Value) {
    for item in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
            complete_operation(operation);
        }
    }
}

fn complete_operation(operation: &mut Map<String, Value>) {
    let sends = operation.remove("x-sends").is_some();
    let creates = operation.remove("x-creates").is_some() || sends;
    let has = |place: &str| {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        parameters.is_some_and(|parameters| parameters.iter().any(|parameter| parameter["in"] == place))
    };
    let (keyed, has_path, has_query) = (has("header"), has("path"), has("query"));
    let has_body = operation.contains_key("requestBody");
    let mut slugs = vec!["unauthorized", "scope-missing"];
    if has_body || has_query {
        slugs.push("invalid-request");
    }
    if has_body {
        slugs.extend(["body-too-large", "media-type"]);
    }
    if has_path {
        slugs.push("not-found");
    }
    let own = operation.remove("x-problems").unwrap_or_default();
    slugs.extend(own.as_array().into_iter().flatten().filter_map(Value::as_str));
    slugs.extend(["internal", "unavailable"]);
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('2')) {
        if creates && status == "201" {
            header(response, "Location", "The address of what was made.", "string");
        }
        if sends {
            limits(response);
        }
        if keyed && status == "201" {
            header(
                response,
                "Idempotency-Replayed",
                "`true` in the reply to a request that was made before.",
                "string",
            );
        }
    }
    for kind in slugs.into_iter().filter_map(Kind::find) {
        add(responses, kind);
    }
    if let Some(refused) = responses.get_mut("429").filter(|_| sends) {
        limits(refused);
    }
    responses.sort_keys();
}

/// Puts a kind of problem under its status.
fn add(responses: &mut Map<String, Value>, kind: &Kind) {
    let status = kind.status.as_u16();
    let response = responses.entry(status.to_string()).or_insert_with(|| {
        json!({
            "description": "",
            "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" }, "examples": {} } }
        })
    });
    let told = response["description"].as_str().unwrap_or_default();
    let line = format!("`{}`: {}.", kind.slug, kind.title);
    response["description"] = json!(if told.is_empty() { line } else { format!("{told} {line}") });
    let details = json!({ "type": kind.uri(), "title": kind.title, "status": status, "detail": kind.title });
    response["content"][PROBLEM_JSON]["examples"][kind.slug] = json!({ "summary": kind.title, "value": details });
    match status {
        401 | 403 => {
            header(response, "WWW-Authenticate", "How to prove who calls, or the scope that is missing.", "string");
        }
        429 | 503 => header(response, "Retry-After", "How long to wait, in seconds.", "integer"),
        _ => {}
    }
}

fn limits(response: &mut Value) {
    let policy = "How many sends a contact may get in how many seconds: `\"sends\";q=3;w=600`.";
    header(response, "RateLimit-Policy", policy, "string");
    let left = "How many are left, and in how many seconds there is room for one more: `\"sends\";r=2;t=590`.";
    header(response, "RateLimit", left, "string");
}

fn header(response: &mut Value, name: &str, description: &str, kind: &str) {
    response["headers"][name] = json!({ "description": description, "schema": { "type": kind } });
}
