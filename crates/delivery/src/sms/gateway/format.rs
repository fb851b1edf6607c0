//! The formats of bodies, each with its own escaping.

use std::borrow::Cow;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Form,
    Xml,
}

impl Format {
    /// The format of a content type such as `application/json; charset=utf-8`.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => Some(Self::Json),
            "application/x-www-form-urlencoded" => Some(Self::Form),
            "application/xml" | "text/xml" => Some(Self::Xml),
            other if other.ends_with("+json") => Some(Self::Json),
            other if other.ends_with("+xml") => Some(Self::Xml),
            _ => None,
        }
    }

    /// A value as it goes between quotes (JSON), into a field (form), or into text or an attribute (XML).
    pub(super) fn escape(self, value: &str) -> Cow<'_, str> {
        match self {
            Self::Json => json(value),
            Self::Form => form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().into(),
            Self::Xml => xml(value),
        }
    }
}

/// A value as it goes into a URL: all but RFC 3986's unreserved characters are percent-encoded.
pub(super) fn url(value: &str) -> Cow<'_, str> {
    const RESERVED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(value, RESERVED).into()
}

/// A text in all forms it may be written in.
pub(super) fn all_escapes(text: &str) -> Vec<String> {
    [text.into(), url(text), Format::Json.escape(text), Format::Form.escape(text), Format::Xml.escape(text)]
        .into_iter()
        .map(Cow::into_owned)
        .collect()
}

fn json(value: &str) -> Cow<'_, str> {
    // A text is always JSON; between its quotes is what goes between the template's.
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned().into()
}

fn xml(value: &str) -> Cow<'_, str> {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // As references they survive in attributes, and a carriage return in text.
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            // XML 1.0 §2.2 has no way to write the others.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formats_are_known_by_their_content_type() {
        for (kind, format) in [
            ("application/json", Some(Format::Json)),
            ("Application/JSON; charset=utf-8", Some(Format::Json)),
            ("application/vnd.api+json", Some(Format::Json)),
            ("application/x-www-form-urlencoded", Some(Format::Form)),
            ("text/xml;charset=utf-8", Some(Format::Xml)),
            ("application/soap+xml", Some(Format::Xml)),
            ("text/plain", None),
            ("", None),
        ] {
            assert_eq!(Format::of(kind), format, "{kind}");
        }
    }

    /// What XML can carry; the other characters become U+FFFD.
    fn as_xml_has_it(text: &str) -> String {
        let lost =
            |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
        text.chars().map(|c| if lost(c) { '\u{fffd}' } else { c }).collect()
    }

    fn text_of(xml: &str) -> (String, String) {
        let mut reader = quick_xml::Reader::from_str(xml);
        let (mut text, mut attribute) = (String::new(), String::new());
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Start(tag) => {
                    for found in tag.attributes() {
                        attribute.push_str(&found.expect("an attribute").unescape_value().expect("a value"));
                    }
                }
                quick_xml::events::Event::Text(part) => text.push_str(&part.decode().expect("UTF-8")),
                quick_xml::events::Event::GeneralRef(part) => match part.resolve_char_ref().expect("a reference") {
                    Some(character) => text.push(character),
                    None => text.push_str(
                        quick_xml::escape::resolve_predefined_entity(&part.decode().expect("UTF-8")).expect("known"),
                    ),
                },
                quick_xml::events::Event::Eof => return (text, attribute),
                _ => {}
            }
        }
    }

    proptest! {
        /// Whatever the text, each format gives it back, and nothing else.
        #[test]
        fn every_text_comes_back(text in any::<String>()) {
            let body = format!(r#"[{{"msg":"{}","x":1}}]"#, Format::Json.escape(&text));
            let json: serde_json::Value = serde_json::from_str(&body).expect("JSON");
            prop_assert_eq!(&json, &serde_json::json!([{ "msg": text, "x": 1 }]));

            let body = format!("a=1&msg={}&b=2", Format::Form.escape(&text));
            let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let wanted = [("a", "1"), ("msg", text.as_str()), ("b", "2")].map(|(k, v)| (k.to_owned(), v.to_owned()));
            prop_assert_eq!(&fields, &wanted);

            let url = reqwest::Url::parse(&format!("https://x.example/send?a=1&msg={}&b=2", url(&text))).expect("a URL");
            prop_assert_eq!(&url.query_pairs().into_owned().collect::<Vec<_>>(), &wanted);

            let escaped = Format::Xml.escape(&text);
            let (inner, attribute) = text_of(&format!("<sms to=\"{escaped}\">{escaped}</sms>"));
            prop_assert_eq!(&inner, &as_xml_has_it(&text));
            prop_assert_eq!(&attribute, &as_xml_has_it(&text));
        }
    }
}
