//! Text messages through Twilio and a gateway: providers that misbehave, a second one that steps in, and reports that are
//! signed by Twilio's own library.

mod callbacks;
mod failures;
mod figures;
mod second_provider;
mod signatures;

use std::time::Duration;

use otpd_tests::provider::{Answer, Asked, Provider};
use otpd_tests::{Otpd, Settings, poll};
use serde_json::{Value, json};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// Longer than any message lives in these tests.
const PATIENCE: Duration = Duration::from_mins(2);

/// A server that sends by Twilio, which is played by this provider. Codes of the type `Brief` live for ten seconds.
fn settings(twilio: &Provider) -> Settings {
    Settings::default()
        .with("sms.transport", "twilio")
        .with("sms.twilio.account_sid", ACCOUNT)
        .with("sms.twilio.auth_token", TOKEN)
        .with("sms.twilio.from", "+15005550006")
        .with("sms.twilio.base_url", &twilio.url())
        .with("verification.types", "Login, Brief")
        .with("verification.brief.ttl", "10s")
        .with("delivery.timeout", "2s")
        .with("delivery.lease", "4s")
}

/// A number nobody has: digits only.
fn number(n: u32) -> String {
    format!("9198765432{n:02}")
}

/// What Twilio says when it took a message.
fn created(asked: &Asked) -> Answer {
    Answer::say(201, &json!({ "sid": sid(&asked.to), "status": "queued", "error_code": null }))
}

/// The name that the provider gives to the message for a number.
fn sid(to: &str) -> String {
    format!("SM{to:0>32}")
}

/// What Twilio says when it refuses.
fn error(status: u16, code: u32) -> Answer {
    let message = format!("Error {code}, for {TOKEN}");
    let link = format!("https://www.twilio.com/docs/errors/{code}");
    Answer::say(status, &json!({ "code": code, "message": message, "more_info": link, "status": status }))
}

/// Has a code sent to a number.
async fn send(otpd: &Otpd, to: &str, kind: &str) {
    let reply = otpd.post("/api/users/send-otp/", &json!({ "phone": to, "verification_type": kind })).await;
    assert_eq!(reply.status, 200, "whatever the provider does: {}", reply.text());
}

/// What the database knows of the message to a number.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    outcome: Option<String>,
    tries: u32,
    transport: Option<String>,
    reference: Option<String>,
    segments: Option<u32>,
    reported: Option<String>,
}

fn row(otpd: &Otpd, to: &str) -> Row {
    let statement = "SELECT outcome, tries, transport, reference, segments, reported FROM outbox
                     WHERE id = (SELECT message_id FROM challenges WHERE identifier = ?1)";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            outcome: row.get(0)?,
            tries: row.get(1)?,
            transport: row.get(2)?,
            reference: row.get(3)?,
            segments: row.get(4)?,
            reported: row.get(5)?,
        })
    };
    otpd.database().connection().query_row(statement, [format!("+{to}")], read).expect("the message")
}

/// Waits until the message to a number has come to its end.
async fn ended(otpd: &Otpd, to: &str) -> Row {
    let what = format!("the end of the message to {to}");
    poll::until(&what, PATIENCE, async || Some(row(otpd, to)).filter(|row| row.outcome.is_some())).await
}

/// Waits until the message to a number was tried so often and is not at its end.
async fn tried(otpd: &Otpd, to: &str, tries: u32) {
    let what = format!("try {tries} of the message to {to}");
    poll::until(&what, PATIENCE, async || Some(row(otpd, to)).filter(|row| row.tries >= tries)).await;
    assert_eq!(row(otpd, to).outcome, None);
}

/// The figures of SMS in `otpd stats --json`.
async fn figures(otpd: &Otpd) -> Value {
    let printed = otpd.run_well(&["stats", "--json"]).await;
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}
