use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Lax {
    name: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    to: Option<Strict>,
    #[serde(default)]
    list: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    kind: Kind,
    fast: Option<bool>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    ByMail,
}

fn problem(body: &[u8]) -> (String, JsonFault) {
    let problem = parse::<Lax>(body).expect_err("refused");
    (problem.field, problem.fault)
}

#[test]
fn what_is_asked_for_is_read() {
    let lax: Lax = parse(br#" {"name":"\u0041sha \ud83d\ude00","role":"x","note":null,"list":[1,2]} "#).expect("read");
    assert_eq!(lax, Lax { name: "Asha 😀".into(), note: None, to: None, list: vec![1, 2] });
    let lax: Lax = parse(br#"{"name":"","to":{"kind":"by-mail","fast":true}}"#).expect("read");
    assert_eq!(lax.to, Some(Strict { kind: Kind::ByMail, fast: Some(true) }));
}

#[test]
fn what_would_have_to_be_guessed_is_refused_by_name() {
    use JsonFault::{Control, Empty, Missing, NotAnObject, NotText, Repeated, Type, Unknown, Value};
    let boolean = || Type { expected: "a boolean".into() };
    for (body, field, fault) in [
        (&b""[..], "", Empty),
        (b" \r\n", "", Empty),
        (b"[]", "", NotAnObject),
        (b"null", "", NotAnObject),
        (b"\"name\"", "", NotAnObject),
        (b"{}", "name", Missing),
        (br#"{"name":["a"]}"#, "name", NotText),
        (br#"{"name":1234}"#, "name", NotText),
        (br#"{"name":null}"#, "name", NotText),
        (br#"{"name":{"a":"b"}}"#, "name", NotText),
        (br#"{"name":"a","name":"b"}"#, "name", Repeated),
        (br#"{"name":"a","n\u0061me":"b"}"#, "name", Repeated),
        (br#"{"name":"a","other":{"x":1,"x":2}}"#, "other.x", Repeated),
        (br#"{"name":"a\u0000b"}"#, "name", Control),
        (br#"{"name":"a\r\nBcc: b"}"#, "name", Control),
        (br#"{"name":"a","list":["\u0085"]}"#, "list.0", Control),
        (br#"{"name":"a","\u0007":1}"#, "\u{fffd}", Control),
        (br#"{"name":"a","to":{"kind":"by-mail","more":1}}"#, "to.more", Unknown),
        (br#"{"name":"a","to":{"kind":"by-mail","fast":"yes"}}"#, "to.fast", boolean()),
        (br#"{"name":"a","to":{"kind":7}}"#, "to.kind", NotText),
        (br#"{"name":"a","to":{"kind":"x"}}"#, "to.kind", Value("expected one of by-mail".into())),
        (br#"{"name":"a","to":{}}"#, "to.kind", Missing),
        (br#"{"name":"a","list":[1,-1]}"#, "list.1", Value("expected u8".into())),
    ] {
        assert_eq!(problem(body), (field.to_owned(), fault), "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn what_is_no_json_says_where() {
    for body in [
        &br#"{"name":"a""#[..],
        br#"{"name":"\ud800"}"#,
        br#"{"name":"\udc00\ud800"}"#,
        b"{\"name\":\"a\nb\"}",
        b"{\"name\":\"\xff\"}",
        b"{\"name\":\"\xed\xa0\x80\"}",
        b"\xef\xbb\xbf{\"name\":\"a\"}",
        br#"{"name":"a"} {"name":"b"}"#,
        br#"{"name":1e999}"#,
        br"{'name':'a'}",
        b"name=a",
        &[b'['; 1000],
    ] {
        let (field, fault) = problem(body);
        assert!(matches!(fault, JsonFault::Syntax { line: 1 | 2, .. }) && field.is_empty(), "{fault:?}");
    }
}

#[test]
fn long_names_are_cut() {
    let body = format!(r#"{{"{}":"\u0000"}}"#, "x".repeat(5000));
    assert_eq!(problem(body.as_bytes()).0.len(), 40);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = parse::<Lax>(&bytes);
    }

    #[test]
    fn any_text_reads_back_unless_it_has_control_characters(name: String) {
        let body = serde_json::json!({ "name": name }).to_string();
        match parse::<Lax>(body.as_bytes()) {
            Ok(lax) => prop_assert_eq!(lax.name, name),
            Err(problem) => {
                prop_assert!(name.chars().any(char::is_control));
                prop_assert_eq!(problem.fault, JsonFault::Control);
            }
        }
    }
}
