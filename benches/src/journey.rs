//! The journey of one sign-in, as bytes.

use anyhow::{Context, Result, ensure};

use crate::client::{Connection, Reply, get, post};

/// What the made-up people sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Contact {
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Sms,
}

impl Contact {
    /// The contact of person `number`.
    pub fn of(self, number: u64) -> String {
        match self {
            Self::Email => format!("person{number}@example.com"),
            Self::Sms => format!("+9198{number:08}"),
        }
    }

    /// Its form field value for `contact_type`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "phone",
        }
    }
}

/// A browser's form token and the cookie it belongs to.
#[derive(Clone)]
pub struct Form {
    cookie: String,
    token: String,
    token_field: String,
}

impl Form {
    /// Opens the request page as a browser would.
    pub async fn fetch(connection: &mut Connection) -> Result<Self> {
        let reply = connection.send(&get("/otp/request/")).await?;
        ensure!(reply.status == 200, "the request page answered {}", reply.status);
        let cookie = reply.cookies.first().context("no cookie for the form")?.clone();
        let page = String::from_utf8(reply.body)?;
        let hidden =
            page.split("<input").find(|tag| tag.contains("hidden") && tag.contains("csrf")).context("no token")?;
        let attribute = |name: &str| {
            let start = hidden.find(&format!("{name}=\""))? + name.len() + 2;
            hidden[start..].split('"').next().map(str::to_owned)
        };
        Ok(Self {
            cookie,
            token: attribute("value").context("no token value")?,
            token_field: attribute("name").context("no token name")?,
        })
    }

    /// The POST that asks for a code.
    pub fn request(&self, origin: &str, contact: Contact, number: u64) -> Vec<u8> {
        let value = contact.of(number).replace('@', "%40").replace('+', "%2B");
        let form = format!("{}={}&contact_type={}&contact_value={value}", self.token_field, self.token, contact.kind());
        post("/otp/request/", origin, &self.cookie, &form, number)
    }

    /// The POST that presents a code.
    pub fn verify(&self, origin: &str, pending: &str, code: &str, number: u64) -> Vec<u8> {
        let form = format!("{}={}&otp_code={code}", self.token_field, self.token);
        post("/otp/verify/", origin, &format!("{}; {pending}", self.cookie), &form, number)
    }
}

/// The cookie of the pending sign-in, from the reply to a request.
pub fn pending_cookie(reply: &Reply) -> Result<String> {
    ensure!(
        reply.status == 303 && reply.location.starts_with("/otp/verify/"),
        "asked for a code, got {} {}: {}",
        reply.status,
        reply.location,
        String::from_utf8_lossy(&reply.body)
    );
    reply.cookies.iter().find(|cookie| cookie.contains("pending")).cloned().context("no pending cookie")
}

/// Makes sure that a reply opened a session.
pub fn expect_signed_in(reply: &Reply) -> Result<()> {
    ensure!(
        reply.status == 303 && reply.location.starts_with("/dashboard"),
        "presented a code, got {} {}: {}",
        reply.status,
        reply.location,
        String::from_utf8_lossy(&reply.body)
    );
    reply.cookies.iter().find(|cookie| cookie.contains("session=")).map(|_| ()).context("no session cookie")
}
