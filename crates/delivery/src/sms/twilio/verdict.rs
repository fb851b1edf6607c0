//! What Twilio's reply means for the message: the one place where it is decided.

use serde::Deserialize;

use super::callback::is_reference;
use crate::Handover;
use crate::http::Reply;
use crate::sms::Taken;

/// It is the recipient: no number, not mobile, unsubscribed, not reachable, in a country that is switched off, or not
/// verified on a trial account (<https://www.twilio.com/docs/api/errors>).
const RECIPIENT: [u32; 12] = [21211, 21214, 21217, 21265, 21408, 21421, 21608, 21610, 21612, 21614, 21635, 30006];
/// Authentication failed. It comes before anything else, for a probe as for a message.
const LOGIN: u32 = 20003;
/// It is the account or its settings: not active, no access, only a test account, a sender that is not the account's
/// or cannot send SMS, an address for reports that Twilio cannot use, a messaging service that is none.
const ACCOUNT: [u32; 13] = [20005, 20006, 20008, 20404, 21212, 21603, 21606, 21609, 21659, 21660, 21701, 21703, 21705];
/// Too many requests, or a full queue: later.
const LATER: [u32; 3] = [14107, 20429, 21611];

/// What Twilio writes: the message or the account when it is well, an error otherwise.
#[derive(Default, Deserialize)]
struct Written {
    sid: Option<String>,
    status: Option<serde_json::Value>,
    code: Option<u32>,
    message: Option<String>,
}

/// What a reply means.
///
/// Only what a probe meets as well (no connection, a refused login) is told to people; whatever comes later reads as
/// sent, for a message and for a probe.
///
/// 503 says that it did not do it, so the next provider may be asked at once. Any other 5xx does not say how far it came,
/// and leaves doubt.
pub(crate) fn judge(reply: &Reply) -> Result<Taken, Handover> {
    let body = reply.body.as_deref().unwrap_or_default();
    // A body that cannot be read takes nothing away from the status.
    let written: Written = serde_json::from_str(body).unwrap_or_default();
    if (200..300).contains(&reply.status) {
        let status = written.status.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        let note = format!("{} {status}", reply.status).trim_end().to_owned();
        return Ok(Taken { note, reference: written.sid.filter(|sid| is_reference(sid)) });
    }
    let code = written.code.unwrap_or_default();
    let reason = match written.message {
        Some(message) => format!("{} error {code}: {message}", reply.status),
        None => reply.quoted(),
    };
    Err(match (reply.status, code) {
        (_, LOGIN) | (401, _) => Handover::needs_operator(reason),
        (_, code) if RECIPIENT.contains(&code) => Handover::Refused { reason },
        (_, code) if ACCOUNT.contains(&code) => Handover::needs_operator(reason).past_the_login(),
        (429, _) => later(reason, reply),
        (_, code) if LATER.contains(&code) => later(reason, reply),
        // Not the API: the address is wrong, or the account is.
        (300..=399 | 403..=405, _) => Handover::needs_operator(reason).past_the_login(),
        (408 | 425 | 503, _) => later(reason, reply),
        (400..=499, _) => Handover::Refused { reason },
        _ => Handover::ambiguous(reason).past_the_login(),
    })
}

fn later(reason: String, reply: &Reply) -> Handover {
    let after = reply.retry_after;
    Handover::Retry { reason, after, ambiguous: false, deferred: true, needs_operator: false }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn judged(status: u16, body: Option<&str>) -> Result<Taken, Handover> {
        judge(&Reply { status, retry_after: Some(Duration::from_secs(7)), body: body.map(str::to_owned) })
    }

    fn error(status: u16, code: u32) -> Handover {
        let body = format!(r#"{{"code":{code},"message":"as it says","status":{status}}}"#);
        judged(status, Some(&body)).expect_err("an error")
    }

    fn retry(handover: &Handover) -> (Option<u64>, bool, bool, bool) {
        let &Handover::Retry { after, ambiguous, deferred, needs_operator, .. } = handover else {
            panic!("{handover:?}");
        };
        (after.map(|wait| wait.as_secs()), ambiguous, deferred, needs_operator)
    }

    #[test]
    fn recipients_are_told_from_accounts_and_from_waits() {
        for code in [21211, 21408, 21608, 21610, 21612, 21614] {
            assert!(matches!(error(400, code), Handover::Refused { .. }), "{code}");
        }
        for (status, code) in [(401, 20003), (401, 0), (403, 20003)] {
            assert_eq!(retry(&error(status, code)), (None, false, false, true), "{status} {code}");
        }
        for (status, code) in [(403, 20005), (404, 20404), (400, 21606), (400, 21609), (301, 0)] {
            assert_eq!(retry(&error(status, code)), (None, false, true, true), "{status} {code}");
        }
        for (status, code) in [(429, 20429), (429, 0), (400, 21611), (503, 0)] {
            assert_eq!(retry(&error(status, code)), (Some(7), false, true, false), "{status} {code}");
        }
        for (status, code) in [(500, 20500), (502, 0), (504, 0)] {
            assert_eq!(retry(&error(status, code)), (None, true, true, false), "{status}");
        }
        assert!(matches!(error(400, 21617), Handover::Refused { .. }), "a text that is too long");
    }

    #[test]
    fn the_reason_has_the_provider_s_own_error() {
        let Handover::Refused { reason } = error(400, 21211) else { panic!("refused") };
        assert_eq!(reason, "400 error 21211: as it says");
        let Err(Handover::Retry { reason, .. }) = judged(500, Some("<html>\n oops")) else { panic!("a retry") };
        assert_eq!(reason, "500 <html>\n oops");
    }

    #[test]
    fn a_created_message_is_sent_whatever_is_written_of_it() {
        for body in [None, Some(""), Some("{"), Some("[]"), Some(r#"{"sid":7}"#)] {
            assert_eq!(judged(201, body).expect("taken").reference, None, "{body:?}");
        }
        let taken = judged(201, Some(r#"{"sid":"SM1","status":"queued"}"#)).expect("taken");
        assert_eq!((taken.note.as_str(), taken.reference.as_deref()), ("201 queued", Some("SM1")));
    }
}
