//! What a reply says: `/messages/0/status = 0`, `/0/result ~ success | queued`, `body ~ OK`.

use serde_json::Value;

/// A statement about a reply.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    place: Place,
    relation: Relation,
    words: Vec<String>,
}

#[derive(Clone, Debug)]
enum Place {
    /// The whole body.
    Body,
    /// A value in a JSON body (RFC 6901).
    Pointer(String),
}

#[derive(Clone, Copy, Debug)]
enum Relation {
    /// `=`: is one of the words.
    Is,
    /// `~`: has one of the words in it, whatever their case.
    Has,
}

impl Condition {
    /// Reads a statement.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let split = |sign| text.split_once(sign).map(|(place, words)| (place.trim(), words));
        let (relation, (place, words)) = match (split(" = "), split(" ~ ")) {
            (Some(parts), None) => (Relation::Is, parts),
            (None, Some(parts)) => (Relation::Has, parts),
            (Some(is), Some(has)) if is.0.len() < has.0.len() => (Relation::Is, is),
            (_, Some(has)) => (Relation::Has, has),
            (None, None) => return Err("there is neither \" = \" nor \" ~ \" in it".to_owned()),
        };
        let place = match place {
            "body" => Place::Body,
            pointer => Place::Pointer(pointer_of(pointer)?),
        };
        let words: Vec<String> = words.split('|').map(|word| word.trim().to_owned()).collect();
        if words.iter().any(String::is_empty) {
            return Err("there is nothing to compare with".to_owned());
        }
        Ok(Self { place, relation, words })
    }

    /// Whether the reply says so; `None` when it has no such place.
    pub(super) fn holds(&self, body: &str, json: Option<&Value>) -> Option<bool> {
        let found = match &self.place {
            Place::Body => body.trim().to_owned(),
            Place::Pointer(pointer) => text_of(json?.pointer(pointer)?)?,
        };
        let lower = found.to_ascii_lowercase();
        Some(self.words.iter().any(|word| match self.relation {
            Relation::Is => *word == found,
            Relation::Has => lower.contains(&word.to_ascii_lowercase()),
        }))
    }
}

/// A JSON pointer.
pub(super) fn pointer_of(text: &str) -> Result<String, String> {
    if text.starts_with('/') && !text.contains(char::is_whitespace) {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{text}\" is no place in a JSON reply"))
    }
}

/// A value as text; `None` when it is a list or an object.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(_) | Value::Bool(_) | Value::Null => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, body: &str) -> Option<bool> {
        let json = serde_json::from_str(body).ok();
        Condition::parse(condition).expect(condition).holds(body, json.as_ref())
    }

    #[test]
    fn statements_are_about_the_body_or_a_place_in_it() {
        for (condition, body, wanted) in [
            ("/status = 0", r#"{"status":"0"}"#, Some(true)),
            ("/status = 0", r#"{"status":0}"#, Some(true)),
            ("/status = 0", r#"{"status":"00"}"#, Some(false)),
            ("/ok = true", r#"{"ok":true}"#, Some(true)),
            ("/0/code = 100 | 101", r#"[{"code":101}]"#, Some(true)),
            ("/0/code = 100 | 101", r#"[{"code":10}]"#, Some(false)),
            ("/0/said ~ sent | Queued", r#"[{"said":"1, QUEUED, 7"}]"#, Some(true)),
            ("/0/said ~ sent", r#"[{"said":["sent"]}]"#, None),
            ("/1/said ~ sent", r#"[{"said":"sent"}]"#, None),
            ("/said ~ sent", "sent", None),
            ("body = OK", " OK\n", Some(true)),
            ("body = OK", "OK 7", Some(false)),
            ("body ~ ok:", "OK: 7", Some(true)),
            ("/a = x ~ y", r#"{"a":"x ~ y"}"#, Some(true)),
            ("body ~ a = b", "a = b", Some(true)),
        ] {
            assert_eq!(holds(condition, body), wanted, "{condition} of {body}");
        }
    }

    #[test]
    fn what_is_no_statement_is_told() {
        for wrong in ["", "OK", "/status=0", "status = 0", "/a b = 1", "/a = ", "/a = 1 | ", "/a ~  | b"] {
            assert!(Condition::parse(wrong).is_err(), "{wrong}");
        }
    }
}
