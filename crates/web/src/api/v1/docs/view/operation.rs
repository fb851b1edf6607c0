//! One operation on the documentation page.

use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::{Field, fields, parameters};
use super::{Span, spans, text};
use crate::api::v1::document::example;

/// An operation.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// Its anchor.
    id: String,
    method: String,
    path: String,
    summary: String,
    /// What it does, a paragraph each.
    description: Vec<Vec<Span>>,
    scope: String,
    parameters: Vec<Field>,
    media_type: String,
    body: Vec<Field>,
    curl: String,
    replies: Vec<Reply>,
    problems: Vec<Told>,
}

/// A reply that says what was asked for.
#[derive(Clone, Debug, Serialize)]
struct Reply {
    status: String,
    description: Vec<Span>,
    fields: Vec<Field>,
    example: Option<String>,
    headers: Vec<Header>,
}

/// A header of a reply.
#[derive(Clone, Debug, Serialize)]
struct Header {
    name: String,
    description: Vec<Span>,
}

/// A problem that the operation may tell.
#[derive(Clone, Debug, Serialize)]
struct Told {
    status: String,
    slug: String,
    title: String,
}

impl Operation {
    /// The operation of a document.
    pub fn of(document: &Value, path: &str, method: &str, operation: &Map<String, Value>) -> Self {
        let operation = &Value::Object(operation.clone());
        let content = operation["requestBody"]["content"].as_object();
        let (media_type, content) =
            content.into_iter().flatten().next().map_or(("", &Value::Null), |(name, it)| (name, it));
        let responses = || operation["responses"].as_object().into_iter().flatten();
        let description = text(&operation["description"]);
        Self {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: description.split("\n\n").filter(|it| !it.is_empty()).map(spans).collect(),
            scope: text(&operation["security"][0]["api_key"][0]),
            parameters: parameters(document, operation),
            media_type: media_type.to_owned(),
            body: fields(document, &content["schema"]),
            curl: curl(document, path, method, operation, media_type, content),
            replies: responses().filter(|(status, _)| status.starts_with('2')).map(|it| reply(document, it)).collect(),
            problems: responses().flat_map(problems).collect(),
        }
    }

    /// One of each kind of thing.
    pub fn cut(&mut self) {
        self.parameters.truncate(1);
        self.body.truncate(1);
        self.replies.truncate(1);
        for reply in &mut self.replies {
            reply.fields.truncate(1);
            reply.headers.truncate(1);
        }
        self.problems.truncate(1);
    }
}

fn reply(document: &Value, (status, response): (&String, &Value)) -> Reply {
    let content = &response["content"]["application/json"];
    let headers = response["headers"].as_object().into_iter().flatten();
    Reply {
        status: status.clone(),
        description: spans(response["description"].as_str().unwrap_or_default()),
        fields: fields(document, &content["schema"]),
        example: content.get("example").and_then(|example| serde_json::to_string_pretty(example).ok()),
        headers: headers
            .map(|(name, header)| Header {
                name: name.clone(),
                description: spans(header["description"].as_str().unwrap_or_default()),
            })
            .collect(),
    }
}

fn problems<'a>((status, response): (&'a String, &'a Value)) -> impl Iterator<Item = Told> + use<'a> {
    let examples = response["content"]["application/problem+json"]["examples"].as_object().into_iter().flatten();
    examples.map(|(slug, example)| Told {
        status: status.clone(),
        slug: slug.clone(),
        title: text(&example["summary"]),
    })
}

/// A line for a shell that does it.
fn curl(document: &Value, path: &str, method: &str, operation: &Value, media_type: &str, content: &Value) -> String {
    let server = text(&document["servers"][0]["url"]);
    let parameters = || operation["parameters"].as_array().into_iter().flatten();
    let path = if parameters().any(|it| it["in"] == "path") { path.replace("{id}", "$ID") } else { path.to_owned() };
    let mut lines = vec!["curl --fail-with-body".to_owned(), "-H \"Authorization: Bearer $OTPD_KEY\"".to_owned()];
    if parameters().any(|it| it["name"] == "Idempotency-Key") {
        lines.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    if !content.is_null() {
        let first = content["examples"].as_object().and_then(|all| all.values().next());
        let body = first.map(|it| it["value"].clone()).or_else(|| content.get("example").cloned());
        let body = body.unwrap_or_else(|| example(document, &content["schema"]));
        lines.push(format!("-H 'Content-Type: {media_type}'"));
        lines.push(format!("-d '{body}'"));
    }
    if !(method == "get" || method == "post" && !content.is_null()) {
        lines.push(format!("-X {}", method.to_uppercase()));
    }
    lines.push(format!("\"{server}{path}\""));
    lines.join(" \\\n  ")
}
