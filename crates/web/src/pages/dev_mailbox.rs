//! `/dev/mailbox`: what a development server would have sent.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::identifier::Channel;
use otpd_domain::ports::CapturedMessage;
use otpd_domain::{Policy, Timestamp};
use otpd_templating::Template;
use serde::Serialize;

use super::{Frame, page};
use crate::error::Problem;
use crate::extract::AcceptedLanguage;
use crate::moment::Moment;
use crate::state::WebState;

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct MailboxPage {
    frame: Frame,
    /// Newest first.
    messages: Vec<MessageRow>,
}

/// One captured message.
#[derive(Clone, Debug, Serialize)]
struct MessageRow {
    at: Moment,
    by_sms: bool,
    to: String,
    subject: String,
    text: String,
    code: Option<String>,
}

impl Template for MailboxPage {
    const NAME: &'static str = "pages/dev_mailbox.html";

    fn samples() -> Vec<Self> {
        let message = |by_sms, subject: &str, code: Option<&str>| MessageRow {
            at: Moment::from(Timestamp::from_millis(1_795_229_400_000)),
            by_sms,
            to: "test@example.com".to_owned(),
            subject: subject.to_owned(),
            text: "Hello,\nyour code is 012345.".to_owned(),
            code: code.map(str::to_owned),
        };
        let messages = vec![message(false, "Your code", Some("012345")), message(true, "", None)];
        [messages, Vec::new()].map(|messages| Self { frame: Frame::sample(), messages }).into()
    }
}

pub async fn show(
    State(state): State<WebState>,
    AcceptedLanguage(language): AcceptedLanguage,
) -> Result<Response, Problem> {
    // The route exists only where there is a mailbox.
    let captured = state.mailbox().ok_or(Problem::NotFound)?.recent();
    let lengths = code_lengths(&state.domain().policy);
    let messages = captured.into_iter().map(|message| MessageRow::of(message, &lengths)).collect();
    let content = MailboxPage { frame: Frame { mailbox: false, ..Frame::plain(&state) }, messages };
    Ok(page(&state, StatusCode::OK, &language, &content)?)
}

impl MessageRow {
    fn of(message: CapturedMessage, lengths: &BTreeSet<usize>) -> Self {
        Self {
            at: message.at.into(),
            by_sms: message.channel == Channel::Sms,
            to: message.to,
            subject: message.subject,
            code: code_in(&message.text, lengths),
            text: message.text,
        }
    }
}

/// How many digits codes have, of whatever purpose.
fn code_lengths(policy: &Policy) -> BTreeSet<usize> {
    let verifications = policy.verifications.values().map(|kind| &kind.codes);
    let all = [&policy.sign_in, &policy.registration.codes].into_iter().chain(verifications);
    all.map(|codes| usize::from(codes.length.digits())).collect()
}

/// The first run of as many digits as a code has, or of letters and digits as a long code is written: good enough for a
/// developer's eye.
fn code_in(text: &str, lengths: &BTreeSet<usize>) -> Option<String> {
    let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let long = words().find(|word| word.split('-').map(str::len).eq([4, 4, 5]));
    let digits = || text.split(|c: char| !c.is_ascii_digit()).find(|run| lengths.contains(&run.len()));
    long.or_else(digits).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found() {
        let sms = "Your OTP for Waste Billing is: 012345. Valid for 5 minutes only.\n\n@localhost #012345";
        assert_eq!(code_in(sms, &BTreeSet::from([4, 6])).as_deref(), Some("012345"));
        assert_eq!(code_in("+919876543210 and 5 minutes", &BTreeSet::from([6])), None);
        let long = "Your code is 7KQ4-MZ2X-9HTWB. 123456 is none.";
        assert_eq!(code_in(long, &BTreeSet::from([6])).as_deref(), Some("7KQ4-MZ2X-9HTWB"));
    }
}
