//! The fields of bodies and the parameters of requests, as rows of a table.

use serde::Serialize;
use serde_json::Value;

use super::{Span, resolved, spans, text};

/// A field or a parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Its name; fields of fields with their path.
    pub name: String,
    /// Where it stands: `path`, `query`, `header`; empty in a body.
    pub place: String,
    pub required: bool,
    /// Its type and its limits.
    pub kind: String,
    pub description: Vec<Span>,
}

/// The parameters of an operation.
pub fn parameters(document: &Value, operation: &Value) -> Vec<Field> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let row = |parameter: &Value| Field {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
        kind: kind(document, &parameter["schema"]),
        description: spans(parameter["description"].as_str().unwrap_or_default()),
    };
    parameters.map(row).collect()
}

/// The fields of an object, those of objects in it behind them.
pub fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let mut rows = Vec::new();
    walk(document, schema, "", &mut rows);
    rows
}

fn walk(document: &Value, schema: &Value, path: &str, rows: &mut Vec<Field>) {
    let schema = resolved(document, schema);
    for choice in schema["oneOf"].as_array().into_iter().flatten() {
        walk(document, choice, path, rows);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let name = format!("{path}{name}");
        let required = schema["required"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| name.ends_with(one.as_str().unwrap_or("\0"))));
        let own = [&field["description"], &resolved(document, field)["description"]];
        let description = own.into_iter().find_map(Value::as_str).unwrap_or_default();
        rows.push(Field {
            kind: kind(document, field),
            place: String::new(),
            required,
            description: spans(description),
            name: name.clone(),
        });
        walk(document, field, &format!("{name}."), rows);
        if field["type"] == "array" {
            walk(document, &field["items"], &format!("{name}[]."), rows);
        }
    }
}

/// A type and its limits in a few words.
fn kind(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let words: Vec<String> = choices.iter().map(|choice| kind(document, choice)).collect();
        return if words.iter().all(|word| word == "object") { "object".to_owned() } else { words.join(" or ") };
    }
    let name = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        one => text(one),
    };
    let words = schema["enum"].as_array().map(|values| {
        let quoted: Vec<String> = values.iter().filter_map(Value::as_str).map(|value| format!("\"{value}\"")).collect();
        quoted.join(", ")
    });
    let format = schema["format"].as_str().map(|format| format!("{name}, {format}"));
    let longest = schema["maxLength"].as_u64().map(|length| format!("{name}, at most {length} characters"));
    let range = schema["minimum"].as_i64().zip(schema["maximum"].as_i64());
    let range = range.map(|(low, high)| format!("{name}, {low} to {high}"));
    words.or(range).or(format).or(longest).unwrap_or(name)
}
