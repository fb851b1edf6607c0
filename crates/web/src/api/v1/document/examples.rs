//! Examples of replies, put together from those of their fields.

use serde_json::{Map, Value, json};

use super::operations_of;

/// Gives every reply that has none an example.
pub fn complete(document: &mut Value) {
    let mut found = Vec::new();
    for (path, method, operation) in operations_of(document) {
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            for (media_type, content) in response["content"].as_object().into_iter().flatten() {
                if content.get("examples").is_none() && content.get("example").is_none() {
                    let place =
                        format!("/paths/{}/{method}/responses/{status}/content/{}", escaped(path), escaped(media_type));
                    found.push((place, example(document, &content["schema"])));
                }
            }
        }
    }
    for (place, value) in found {
        if let Some(content) = document.pointer_mut(&place) {
            content["example"] = value;
        }
    }
}

/// As a part of a JSON pointer (RFC 6901 §3).
fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// The schema itself, where it is only named.
pub fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    name.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

/// An example of what a schema allows.
pub fn example(document: &Value, schema: &Value) -> Value {
    let own = [&schema["example"], &schema["examples"][0], &schema["enum"][0]];
    if let Some(example) = own.into_iter().find(|example| !example.is_null()) {
        return example.clone();
    }
    let schema = resolved(document, schema);
    let own = [&schema["example"], &schema["examples"][0], &schema["enum"][0]];
    if let Some(example) = own.into_iter().find(|example| !example.is_null()) {
        return example.clone();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let real = choices.iter().find(|choice| choice["type"] != "null");
        return real.map_or(Value::Null, |choice| example(document, choice));
    }
    match schema["type"].as_str() {
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(fields.map(|(name, field)| (name.clone(), example(document, field))).collect::<Map<_, _>>())
        }
        Some("array") => json!([example(document, &schema["items"])]),
        Some("boolean") => json!(true),
        _ => Value::Null,
    }
}
