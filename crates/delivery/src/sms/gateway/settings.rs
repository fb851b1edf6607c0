//! The settings of a gateway as they are written, and what can be wrong with them.

use secrecy::SecretString;
use serde::Deserialize;

/// The settings of a gateway as they are written. What is left out, the preset says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewaySettings {
    /// The name of a shipped set of settings.
    #[serde(skip)]
    pub preset: Option<String>,
    /// Where messages go. May have placeholders, as headers and the body.
    pub url: Option<String>,
    /// `POST`, `PUT` or `GET`.
    pub method: Option<String>,
    /// Further headers, as `Name: value`.
    pub headers: Option<Vec<String>>,
    /// The content type of the body: JSON, form or XML. It decides how values are escaped.
    pub content_type: Option<String>,
    /// The body.
    pub body: Option<String>,
    /// The status codes of a message that was taken, such as `200-299`.
    pub success_status: Option<String>,
    /// What the reply to a message that was taken says.
    pub success_body: Option<String>,
    /// What the reply says when it is the recipient.
    pub refused_body: Option<String>,
    /// What the reply says when it is the login, the sender or the credit.
    pub login_body: Option<String>,
    /// What the reply says when the gateway did not take the message now.
    pub busy_body: Option<String>,
    /// Where in the reply the gateway's name for the message is: a JSON pointer.
    pub reference: Option<String>,
    /// What to GET to find out whether the gateway is well and the login is right.
    pub probe: Option<String>,
    /// The name to log in with.
    #[serde(skip)]
    pub username: Option<String>,
    /// The password to log in with.
    #[serde(skip)]
    pub password: Option<SecretString>,
    /// What messages come from.
    #[serde(skip)]
    pub sender: Option<String>,
}

/// Something is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayFault {
    /// The key, without the section.
    pub key: &'static str,
    /// What is wrong. It never repeats a password.
    pub why: String,
    /// What to write.
    pub remedy: String,
    /// There is no such setting, and it is needed.
    pub is_missing: bool,
}

impl GatewayFault {
    pub(super) fn new(key: &'static str, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key, why: why.into(), remedy: remedy.into(), is_missing: false }
    }

    pub(super) fn missing(key: &'static str, because: &str) -> Self {
        let remedy = "Write what the provider gave you".to_owned();
        Self { key, why: because.to_owned(), remedy, is_missing: true }
    }
}

impl GatewaySettings {
    /// These settings, and those of the other where there are none.
    pub(super) fn over(self, other: Self) -> Self {
        Self {
            preset: self.preset,
            url: self.url.or(other.url),
            method: self.method.or(other.method),
            headers: self.headers.or(other.headers),
            content_type: self.content_type.or(other.content_type),
            body: self.body.or(other.body),
            success_status: self.success_status.or(other.success_status),
            success_body: self.success_body.or(other.success_body),
            refused_body: self.refused_body.or(other.refused_body),
            login_body: self.login_body.or(other.login_body),
            busy_body: self.busy_body.or(other.busy_body),
            reference: self.reference.or(other.reference),
            probe: self.probe.or(other.probe),
            username: self.username,
            password: self.password,
            sender: self.sender,
        }
    }
}
