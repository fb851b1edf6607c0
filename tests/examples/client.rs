//! A client of otpd: verifications by the native API, the calls of the old back ends, and access tokens.

use std::error::Error;
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::{Client, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where a code goes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Contact {
    Phone(String),
    Email(String),
}

/// Where a verification stands.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Pending,
    Verified,
    Expired,
    TooManyAttempts,
}

#[derive(Debug, Deserialize)]
struct Verification {
    id: String,
    status: Status,
    to: Contact,
    expires_at: String,
    attempts_left: u32,
}

#[derive(Debug, Deserialize)]
struct Checked {
    verification: Verification,
}

/// A refused request (RFC 9457): `type` tells what is wrong.
#[derive(Debug, Deserialize)]
struct Problem {
    r#type: String,
    detail: Option<String>,
}

/// What the calls of the old back ends answer.
#[derive(Debug, Deserialize)]
struct Said {
    message: String,
    verified: Option<bool>,
}

/// What an access token says.
#[derive(Debug, Deserialize)]
struct Claims {
    /// The account.
    sub: String,
    /// The session.
    sid: String,
}

/// The server, as one of its clients knows it.
struct Otpd {
    http: Client,
    url: String,
    api_key: String,
}

impl Otpd {
    /// Sends a code. Repeat it with the same key when the line broke: nothing is sent twice.
    async fn send(&self, to: &Contact, idempotency_key: &str) -> Result<Verification> {
        let request = self.http.post(format!("{}/api/v1/verifications", self.url)).bearer_auth(&self.api_key);
        let request = request.header("Idempotency-Key", idempotency_key).json(&json!({ "to": to }));
        well(request.send().await?).await
    }

    /// Checks what the person typed.
    async fn check(&self, id: &str, code: &str) -> Result<Verification> {
        let request =
            self.http.post(format!("{}/api/v1/verifications/{id}/check", self.url)).bearer_auth(&self.api_key);
        let checked: Checked = well(request.json(&json!({ "code": code })).send().await?).await?;
        Ok(checked.verification)
    }

    /// The calls of the old back ends: `send-otp`, `verify-otp` and `resend-otp`.
    async fn users(&self, what: &str, body: serde_json::Value) -> Result<Said> {
        Ok(self.http.post(format!("{}/api/users/{what}/", self.url)).json(&body).send().await?.json().await?)
    }

    /// Verifies an access token with the published keys. Keep the keys for some minutes, and fetch them again for a `kid` that
    /// is not among them.
    async fn verify_token(&self, token: &str, audience: &str) -> Result<Claims> {
        let keys: JwkSet = self.http.get(format!("{}/.well-known/jwks.json", self.url)).send().await?.json().await?;
        let kid = decode_header(token)?.kid.ok_or("a token without a kid")?;
        let key = DecodingKey::from_jwk(keys.find(&kid).ok_or("an unknown key")?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.url]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        Ok(decode(token, &key, &validation)?.claims)
    }
}

/// The body of a good reply, or the problem.
async fn well<T: DeserializeOwned>(reply: Response) -> Result<T> {
    if reply.status().is_success() {
        return Ok(reply.json().await?);
    }
    let problem: Problem = reply.json().await?;
    Err(problem.detail.unwrap_or(problem.r#type).into())
}

#[tokio::main]
async fn main() -> Result<()> {
    let variable = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let otpd = Otpd {
        http: Client::builder().timeout(Duration::from_secs(10)).build()?,
        url: variable("API_URL", "http://127.0.0.1:8080"),
        api_key: variable("API_KEY", ""),
    };
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["send", phone, key] => println!("{}", otpd.send(&Contact::Phone((*phone).to_owned()), key).await?.id),
        ["check", id, code] => {
            let found = otpd.check(id, code).await?;
            println!(
                "{:?} is {:?} (until {}, {} guesses left)",
                found.to, found.status, found.expires_at, found.attempts_left
            );
        }
        ["send-otp", phone] => println!("{}", otpd.users("send-otp", json!({ "phone": phone })).await?.message),
        ["verify-otp", phone, otp] => {
            let said = otpd.users("verify-otp", json!({ "phone": phone, "otp": otp })).await?;
            if said.verified != Some(true) {
                return Err(said.message.into());
            }
            println!("{}", said.message);
        }
        ["whose", token] => {
            let claims = otpd.verify_token(token, &otpd.url).await?;
            println!("account {}, session {}", claims.sub, claims.sid);
        }
        _ => return Err("send PHONE KEY | check ID CODE | send-otp PHONE | verify-otp PHONE OTP | whose TOKEN".into()),
    }
    Ok(())
}
