//! Where to go after signing in: a path on this host, or nowhere special.

use std::fmt::Write;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Longest `next` carried, in bytes.
const MAX_NEXT: usize = 512;

/// What cannot stand in a `Location` as it is. Existing percent signs are left alone.
const IN_LOCATION: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'|').add(b'^');
/// What would end or change a query value.
const IN_QUERY: &AsciiSet = &IN_LOCATION.add(b'%').add(b'&').add(b'+').add(b'#').add(b'=').add(b';').add(b'\'');

/// A checked path on this host, perhaps with a query. Made only by [`Next::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next(String);

impl Next {
    /// Takes a path on this host. What a browser might read as another host is no such path: it takes `\` for
    /// `/`, and drops tabs and line breaks.
    pub fn check(text: &str) -> Option<Self> {
        let mut start = text.bytes();
        let local = start.next() == Some(b'/') && start.next() != Some(b'/');
        let plain = !text.contains('\\') && !text.chars().any(char::is_control);
        (local && plain && text.len() <= MAX_NEXT).then(|| Self(text.to_owned()))
    }

    /// The path, for a hidden field.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path, for a `Location`.
    pub fn location(&self) -> String {
        utf8_percent_encode(&self.0, IN_LOCATION).to_string()
    }
}

/// A path of ours that carries `next` along.
pub fn carry(path: &str, next: Option<&Next>) -> String {
    let mut location = path.to_owned();
    if let Some(Next(next)) = next {
        let _ = write!(location, "?next={}", utf8_percent_encode(next, IN_QUERY));
    }
    location
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::fields::Fields;

    #[test]
    fn paths_on_this_host_are_taken() {
        for text in ["/", "/dashboard/", "/a?b=c&d=%2F", "/a//b", "/été", "/a#b", "/:x", "/.//x"] {
            assert_eq!(Next::check(text).expect("a path").as_str(), text);
        }
    }

    #[test]
    fn anything_else_is_ignored() {
        for text in [
            "",
            "dashboard/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nb",
            "\t/a",
            " /a",
            "/\u{85}",
        ] {
            assert_eq!(Next::check(text), None, "{text:?}");
        }
        assert!(Next::check(&format!("/{}", "a".repeat(MAX_NEXT - 1))).is_some());
        assert!(Next::check(&format!("/{}", "a".repeat(MAX_NEXT))).is_none());
    }

    #[test]
    fn it_is_carried_in_a_query_and_leaves_in_a_location() {
        let next = Next::check("/bills?year=2026&name=é #x").expect("a path");
        assert_eq!(carry("/otp/verify/", Some(&next)), "/otp/verify/?next=/bills?year%3D2026%26name%3D%C3%A9%20%23x");
        assert_eq!(carry("/otp/verify/", None), "/otp/verify/");
        assert_eq!(next.location(), "/bills?year=2026&name=%C3%A9%20#x");
    }

    proptest! {
        #[test]
        fn carrying_loses_nothing_and_stays_a_header_value(text in "/[^/\\\\\\PC]\\PC{0,80}") {
            if let Some(next) = Next::check(&text) {
                let carried = carry("/otp/request/", Some(&next));
                let query = carried.split_once('?').expect("a query").1;
                let fields = Fields::parse(query.as_bytes()).expect("fields");
                prop_assert_eq!(fields.get("next"), Some(text.as_str()));
                for location in [carried, next.location()] {
                    prop_assert!(location.is_ascii());
                    prop_assert!(location.parse::<http::HeaderValue>().is_ok());
                    prop_assert!(location.parse::<http::Uri>().is_ok_and(|uri| uri.host().is_none()));
                }
            }
        }
    }
}
