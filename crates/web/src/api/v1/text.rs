//! Text that requests carry: each kind with its rule, which the document states and which is held to when it is read.

use std::fmt;

use otpd_domain::identifier::{EmailAddress, PhoneNumber};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// Nothing that a line of text does not have.
const ONE_LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";
/// The same, and not blank at its beginning.
const NOT_BLANK: &str = concat!(
    r"^[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
    r"[^\u0000-\u001f\u007f-\u009f]*$"
);

macro_rules! texts {
    ($($name:ident $description:literal { $pattern:expr, $length:expr, $example:literal, $check:expr, $wrong:literal })*) => {
        $(#[doc = $description]
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Reads it; says what is wrong with it otherwise.
            pub fn parse(text: String) -> Result<Self, &'static str> {
                let length = $length;
                let fits = length.contains(&text.chars().count()) && $check(&text);
                if fits { Ok(Self(text)) } else { Err($wrong) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_string(Checked(Self::parse))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let length = $length;
                let object = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($description))
                    .pattern(Some($pattern))
                    .min_length(Some(*length.start()))
                    .max_length(Some(*length.end()))
                    .examples([serde_json::json!($example)]);
                object.into()
            }
        }

        impl utoipa::ToSchema for $name {})*
    };
}

texts! {
    PhoneText "A phone number: international with its `+`, or national with the server's default country. Spaces, dots, dashes \
        and brackets are overlooked." {
        r"^[0-9+ ./()-]*$", 1..=40, "+919876543210",
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || b"+ ./()-".contains(&byte)),
        "a phone number has 1 to 40 digits, spaces, dots, dashes and brackets"
    }
    EmailText "An e-mail address." {
        r"^[^@\s\u0000-\u001f\u007f-\u009f]+@[^@\s\u0000-\u001f\u007f-\u009f]+\.[^@\s\u0000-\u001f\u007f-\u009f]+$",
        5..=254, "asha@example.com", is_like_an_address, "an e-mail address looks like name@example.com"
    }
    CodeText "A code, as the person typed it." {
        r"^[0-9A-Za-z -]*$", 4..=20, "123456",
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -".contains(&byte)),
        "a code has 4 to 10 digits, or 13 letters and digits"
    }
    LanguageText "A language tag (BCP 47). Messages are written in the closest language there is." {
        "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", 2..=35, "en",
        is_like_a_language, "a language tag looks like en or pt-BR"
    }
    NameText "A name, in the order the person writes it." {
        NOT_BLANK, 1..=300, "Asha Rao",
        |text: &str| !text.starts_with(char::is_whitespace) && is_one_line(text),
        "a name has 1 to 300 characters and does not begin with white space"
    }
    LineText "One line of text." { ONE_LINE, 0..=300, "4 Lake Road, Pune", is_one_line, "at most 300 characters on one line" }
    SearchText "What is looked for." { ONE_LINE, 1..=100, "asha", is_one_line, "1 to 100 characters" }
    TokenText "A session token or an access token." {
        "^[A-Za-z0-9._~+/=-]*$", 1..=4096, "Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHk",
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~+/=-".contains(&byte)),
        "a token has 1 to 4096 letters, digits and ._~+/=-"
    }
}

/// Checks a text while it is being read, so that what is wrong with it is said of its field.
struct Checked<T>(fn(String) -> Result<T, &'static str>);

impl<T> Visitor<'_> for Checked<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<T, E> {
        self.0(text).map_err(E::custom)
    }
}

/// A number is written in digits and a plus.
impl From<&PhoneNumber> for PhoneText {
    fn from(number: &PhoneNumber) -> Self {
        Self(number.to_string())
    }
}

/// An address is one that was read before.
impl From<&EmailAddress> for EmailText {
    fn from(address: &EmailAddress) -> Self {
        Self(address.to_string())
    }
}

fn is_one_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn is_like_an_address(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control());
    // As the pattern has it: a dot with something before and behind it.
    let dotted = |domain: &str| domain.char_indices().any(|(at, c)| c == '.' && at > 0 && at + 1 < domain.len());
    text.split_once('@').is_some_and(|(local, domain)| plain(local) && plain(domain) && dotted(domain))
}

fn is_like_a_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let plain = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic()) && parts.all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether each text is taken, by the rule of a kind.
    fn taken<T>(parse: fn(String) -> Result<T, &'static str>, texts: &[&str]) -> Vec<bool> {
        texts.iter().map(|text| parse((*text).to_owned()).is_ok()).collect()
    }

    fn all<T>(parse: fn(String) -> Result<T, &'static str>, texts: &[&str], expected: bool) {
        assert_eq!(taken(parse, texts), vec![expected; texts.len()], "{texts:?}");
    }

    #[test]
    fn texts_keep_to_their_rules() {
        all(PhoneText::parse, &["+91 98765-43210", "(022) 1234.5678/9", "1"], true);
        all(PhoneText::parse, &["", "call me", "９８７６", "+91\n98765", &"1".repeat(41)], false);
        all(EmailText::parse, &["a@b.co", "me@bücher.example", "a@b.c.d", "a@..b"], true);
        all(EmailText::parse, &["", "a@b", "a@@b.co", "@b.co", "a@.", "a b@c.de", "a@b.", "a@b.co\n"], false);
        all(CodeText::parse, &["1234", "0123456789", "7kq4-mz2x-9htwb", "7KQ4 MZ2X 9HTWB"], true);
        all(CodeText::parse, &["", "123", "123456789012345678901", "12.34", "１２３４", "12é4"], false);
        all(LanguageText::parse, &["en", "pt-BR", "zh-Hant-TW"], true);
        all(LanguageText::parse, &["", "e", "english", "en-", "en_US", "en-x", "1n"], false);
        all(NameText::parse, &["Asha Rao", "O'Neil ", "é"], true);
        all(NameText::parse, &["", " Asha", "\u{2003}A", "A\u{85}B", &"x".repeat(301)], false);
        all(LineText::parse, &["", " ", "4 Lake Road"], true);
        all(LineText::parse, &["a\nb", "\u{7f}", &"x".repeat(301)], false);
    }
}
