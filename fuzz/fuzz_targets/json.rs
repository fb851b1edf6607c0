//! JSON bodies of the API, and the texts in them, which keep to the rules that the API's document states.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::session::SessionId;
use otpd_fuzz::{is_one_line, text};
use otpd_web::fuzzing::{
    CodeText, Contact, EmailText, JsonProblem, LanguageText, LineText, NameText, PathId, PhoneText, SearchText,
    TokenText, json,
};
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::PartialSchema;

fuzz_target!(|data: &[u8]| {
    body(data);
    let Some(text) = text(data) else { return };
    texts(text);
    ids(text);
});

/// A body as the API takes them: a contact, texts with rules, a number, a word, a list.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Body {
    to: Contact,
    name: Option<NameText>,
    language: Option<LanguageText>,
    code: Option<CodeText>,
    limit: Option<u32>,
    active: Option<bool>,
    kind: Option<Kind>,
    lines: Option<Vec<LineText>>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Login,
    Payment,
}

/// A body that is taken is an object without anything that would have to be guessed, and reads as every other reader
/// reads it. One that such a reader takes and we do not has a name twice, or control characters.
fn body(data: &[u8]) {
    let theirs = serde_json::from_slice::<Value>(data);
    match json::<Value>(data) {
        Ok(value) => {
            assert!(value.is_object() && is_plain(&value), "{value}");
            assert_eq!(theirs.expect("JSON"), value);
            // The same text, but for a last digit of a fraction.
            assert!(json::<Value>(value.to_string().as_bytes()).is_ok(), "{value}");
        }
        Err(problem) => {
            shown(&problem);
            // They keep one of two with the same name.
            if let Some(value) = theirs.ok().filter(|value| value.is_object() && is_plain(value)) {
                assert!(json::<Value>(value.to_string().as_bytes()).is_ok(), "{value}: {problem}");
            }
        }
    }
    match json::<Body>(data) {
        Ok(body) => {
            let written = serde_json::to_vec(&body).expect("JSON");
            let again = json::<Body>(&written).map(|body| serde_json::to_vec(&body).expect("JSON"));
            assert_eq!(again.as_ref(), Ok(&written));
        }
        Err(problem) => shown(&problem),
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => is_one_line(text),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(fields) => fields.iter().all(|(name, value)| is_one_line(name) && is_plain(value)),
        _ => true,
    }
}

/// Whatever a caller is told of a field fits on a line.
fn shown(problem: &JsonProblem) {
    assert!(is_one_line(&problem.field), "{problem:?}");
    assert!(problem.field.split('.').all(|name| name.chars().count() <= 40), "{problem:?}");
}

/// The rule of a text as the document states it.
struct Rule {
    pattern: Regex,
    lengths: std::ops::RangeInclusive<usize>,
}

impl Rule {
    fn of<T: PartialSchema>() -> Self {
        let schema = serde_json::to_value(T::schema()).expect("JSON");
        let length =
            |name: &str| schema[name].as_u64().and_then(|length| usize::try_from(length).ok()).expect("a length");
        Self {
            pattern: Regex::new(schema["pattern"].as_str().expect("a pattern")).expect("an expression"),
            lengths: length("minLength")..=length("maxLength"),
        }
    }

    fn holds(&self, text: &str) -> bool {
        self.lengths.contains(&text.chars().count()) && self.pattern.is_match(text)
    }
}

/// A text is taken when the document says so, and only then.
fn texts(text: &str) {
    macro_rules! as_documented {
        ($($kind:ident)*) => {$({
            static RULE: LazyLock<Rule> = LazyLock::new(Rule::of::<$kind>);
            let read = $kind::parse(text.to_owned());
            assert_eq!(read.is_ok(), RULE.holds(text), "{} {text:?}", stringify!($kind));
            assert!(read.is_ok_and(|read| read.as_str() == text) || !RULE.holds(text));
        })*};
    }
    as_documented! { PhoneText EmailText CodeText LanguageText NameText LineText SearchText TokenText }
}

/// Each id has one spelling.
fn ids(text: &str) {
    assert!(<AccountId as PathId>::parse(text).is_none_or(|id| id.0 > 0 && id.to_string() == text));
    assert!(<SessionId as PathId>::parse(text).is_none_or(|id| id.to_string() == text));
    assert!(<ChallengeHandle as PathId>::parse(text).is_none_or(|handle| handle.to_text() == text));
}
