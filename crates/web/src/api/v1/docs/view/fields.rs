//! The fields of bodies and the parameters of requests, as rows of a table.

use serde::Serialize;
use serde_json::Value;

use super::{Span, resolved, spans, text};

/// It must be there.
const NEEDED: &str = "required";

/// A field or a parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Its name; fields of fields with their path.
    pub name: String,
    /// Where it stands: `path`, `query`, `header`; empty in a body.
    pub place: String,
    /// Whether it must be there, in words; empty when it need not.
    pub demand: &'static str,
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
        demand: if parameter["required"] == true { NEEDED } else { "" },
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
        let first = rows.len();
        walk(document, choice, path, rows);
        // What one choice demands, another does without.
        rows.iter_mut().skip(first).for_each(|row| row.demand = if row.demand == NEEDED { "one of these" } else { "" });
    }
    let needed = |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let own = [&field["description"], &resolved(document, field)["description"]];
        let row = Field {
            name: format!("{path}{name}"),
            place: String::new(),
            demand: if needed(name) { NEEDED } else { "" },
            kind: kind(document, field),
            description: spans(own.into_iter().find_map(Value::as_str).unwrap_or_default()),
        };
        let name = row.name.clone();
        rows.push(row);
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
