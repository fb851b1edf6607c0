//! Texts with placeholders: `{{text}}`. No logic, no filters; every value is escaped for the place it goes to.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// A text with placeholders.
#[derive(Clone, Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Value(Placeholder),
}

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// The number with its plus.
    To,
    /// The number without its plus.
    ToDigits,
    /// The text of the message.
    Text,
    /// The message's own id.
    Id,
    /// One of two words, by the alphabet the text takes.
    Encoding {
        gsm7: String,
        ucs2: String,
    },
    Sender,
    Username,
    Password,
    /// Name and password as the header `Authorization: Basic` has them.
    BasicLogin,
}

/// The placeholders, for messages about them.
const KNOWN: &str = "to, to_digits, text, id, encoding:A|B, sender, username, password, basic_login";

/// Login and sender: the same for all messages.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) username: String,
    pub(super) password: SecretString,
    pub(super) sender: String,
}

/// The values of a message.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) to: &'a str,
    pub(super) text: &'a str,
    pub(super) id: &'a str,
    pub(super) unicode: bool,
    pub(super) login: &'a Login,
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// Says what is wrong when a placeholder is unknown or does not end.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (inside, after) = after.split_once("}}").ok_or("a placeholder that begins with {{ does not end")?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Value(Placeholder::parse(inside.trim())?));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The text with the values in it.
    pub(super) fn render(&self, values: &Values<'_>, escape: impl Fn(&str) -> Cow<'_, str>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Value(placeholder) => text.push_str(&escape(&placeholder.value(values))),
            }
        }
        text
    }

    /// What it needs.
    pub(super) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.0.iter().filter_map(|part| match part {
            Part::Value(placeholder) => Some(placeholder),
            Part::Text(_) => None,
        })
    }
}

impl Placeholder {
    fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "to" => Self::To,
            "to_digits" => Self::ToDigits,
            "text" => Self::Text,
            "id" => Self::Id,
            "sender" => Self::Sender,
            "username" => Self::Username,
            "password" => Self::Password,
            "basic_login" => Self::BasicLogin,
            _ => {
                let words = name.strip_prefix("encoding:").and_then(|words| words.split_once('|'));
                let (gsm7, ucs2) = words.ok_or_else(|| format!("{{{{{name}}}}} is none of {KNOWN}"))?;
                Self::Encoding { gsm7: gsm7.trim().to_owned(), ucs2: ucs2.trim().to_owned() }
            }
        })
    }

    fn value<'a>(&'a self, values: &Values<'a>) -> Cow<'a, str> {
        let login = values.login;
        match self {
            Self::To => values.to.into(),
            Self::ToDigits => values.to.trim_start_matches('+').into(),
            Self::Text => values.text.into(),
            Self::Id => values.id.into(),
            Self::Encoding { ucs2, .. } if values.unicode => ucs2.as_str().into(),
            Self::Encoding { gsm7, .. } => gsm7.as_str().into(),
            Self::Sender => login.sender.as_str().into(),
            Self::Username => login.username.as_str().into(),
            Self::Password => login.password.expose_secret().into(),
            Self::BasicLogin => login.basic().into(),
        }
    }
}

impl Login {
    fn basic(&self) -> String {
        STANDARD.encode(format!("{}:{}", self.username, self.password.expose_secret()))
    }

    /// Name and password in every form in which they go over the line.
    pub(super) fn forms(&self) -> Vec<String> {
        let plain = [self.username.as_str(), self.password.expose_secret()];
        let escaped = plain.iter().flat_map(|text| super::format::all_escapes(text));
        escaped.chain([self.basic()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login {
        Login { username: "me".to_owned(), password: "secret".into(), sender: "SHOP".to_owned() }
    }

    #[test]
    fn every_placeholder_has_its_value() {
        let template = Template::parse(
            "{{to}} {{ to_digits }} {{text}} {{id}} {{encoding:text|unicode}} {{sender}} {{username}} {{password}} {{basic_login}}}",
        );
        let login = login();
        let values = Values { to: "+25569", text: "{{to}}", id: "7", unicode: false, login: &login };
        let template = template.expect("a template");
        let rendered = template.render(&values, |value| value.into());
        assert_eq!(rendered, "+25569 25569 {{to}} 7 text SHOP me secret bWU6c2VjcmV0}");
        let unicode = template.render(&Values { unicode: true, ..values }, |value| value.into());
        assert!(unicode.contains(" unicode "));
    }

    #[test]
    fn what_is_no_placeholder_is_told() {
        for (text, told) in [
            ("{{message}}", "{{message}} is none of to,"),
            ("{{to", "does not end"),
            ("{{}}", "is none of"),
            ("{{encoding}}", "is none of"),
            ("{{text|upper}}", "is none of"),
        ] {
            let error = Template::parse(text).expect_err(text);
            assert!(error.contains(told), "{error}");
        }
        assert!(Template::parse("{\"a\":{\"b\":\"{{to}}\"}}").is_ok());
    }
}
