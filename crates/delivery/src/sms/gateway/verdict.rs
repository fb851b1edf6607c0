//! What a gateway's reply means for the message: the one place where it is decided.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::Taken;
use super::condition::{Condition, text_of};
use crate::Handover;
use crate::http::Reply;

/// Longest name of a message that is kept.
const MAX_REFERENCE: usize = 128;

/// How replies are read.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) success_status: Vec<RangeInclusive<u16>>,
    pub(super) success: Option<Condition>,
    pub(super) refused: Option<Condition>,
    pub(super) login: Option<Condition>,
    pub(super) busy: Option<Condition>,
    pub(super) reference: Option<String>,
}

/// What a reply means.
///
/// A 5xx other than 503 does not say how far the gateway came: it leaves doubt, too.
///
/// Whatever comes after the connection reads as sent on the page, since a probe cannot meet all of it. A reply that
/// should be a success by its status, but whose body no rule knows, leaves doubt: taken for a clear "no", a wrong
/// success test would send message after message.
pub(super) fn judge(rules: &Rules, reply: &Reply) -> Result<Taken, Handover> {
    let status_fits = rules.success_status.iter().any(|range| range.contains(&reply.status));
    let body = reply.body.as_deref().unwrap_or_default();
    let json: Option<Value> = serde_json::from_str(body).ok();
    let says = |condition: &Option<Condition>| {
        condition.as_ref().is_some_and(|condition| condition.holds(body, json.as_ref()) == Some(true))
    };
    if status_fits && (rules.success.is_none() || says(&rules.success)) {
        let found = rules.reference.as_ref().and_then(|pointer| json.as_ref()?.pointer(pointer).and_then(text_of));
        let reference = found.filter(|name| !name.is_empty() && name.len() <= MAX_REFERENCE);
        return Ok(Taken { note: reply.quoted(), reference });
    }
    let reason = reply.quoted();
    let not_let_in = matches!(reply.status, 401..=403);
    // What a rule knows goes before the status: one blocked number must not close the gateway for all.
    Err(if says(&rules.refused) {
        Handover::Refused { reason }
    } else if not_let_in || says(&rules.login) {
        Handover::needs_operator(reason).past_the_login()
    } else if says(&rules.busy) {
        later(reason, reply)
    } else if status_fits {
        Handover::ambiguous(format!("no rule knows this reply: {reason}")).past_the_login()
    } else {
        by_status(reason, reply)
    })
}

/// What a probe's reply means. Without an address for probes any reply shows that the gateway is there.
pub(super) fn judge_probe(has_address: bool, reply: &Reply) -> Result<Taken, Handover> {
    let note = format!("{} to a probe", reply.status);
    if !has_address || (200..300).contains(&reply.status) {
        return Ok(Taken { note, reference: None });
    }
    match by_status(note.clone(), reply) {
        // Messages may be well where the balance is not told.
        Handover::Refused { .. } => Ok(Taken { note, reference: None }),
        handover => Err(handover),
    }
}

fn by_status(reason: String, reply: &Reply) -> Handover {
    match reply.status {
        // Not logged in, not paid, not the right address.
        300..=399 | 401..=405 => Handover::needs_operator(reason).past_the_login(),
        408 | 425 | 429 | 503 => later(reason, reply),
        400..=499 => Handover::Refused { reason },
        _ => Handover::ambiguous(reason).past_the_login(),
    }
}

fn later(reason: String, reply: &Reply) -> Handover {
    let after = reply.retry_after;
    Handover::Retry { reason, after, ambiguous: false, deferred: true, needs_operator: false }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn rules() -> Rules {
        let condition = |text| Some(Condition::parse(text).expect(text));
        Rules {
            success_status: vec![200..=299],
            success: condition("/status = 0"),
            refused: condition("/status = 6 | 7"),
            login: condition("/status = 4"),
            busy: condition("/status = 1"),
            reference: Some("/id".to_owned()),
        }
    }

    fn judged(rules: &Rules, status: u16, body: &str) -> Result<Taken, Handover> {
        judge(rules, &Reply { status, retry_after: Some(Duration::from_secs(9)), body: Some(body.to_owned()) })
    }

    /// What people call it: the kind of an end in a word.
    fn word(end: &Result<Taken, Handover>) -> &'static str {
        match end {
            Ok(_) => "taken",
            Err(Handover::Refused { .. }) => "refused",
            Err(Handover::Retry { needs_operator: true, deferred: true, .. }) => "operator",
            Err(Handover::Retry { ambiguous: true, deferred: true, after: None, .. }) => "doubt",
            Err(Handover::Retry { after: Some(_), deferred: true, .. }) => "later",
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn bodies_go_before_statuses() {
        let rules = rules();
        for (status, body, wanted) in [
            (200, r#"{"status":0,"id":"A1"}"#, "taken"),
            (201, r#"{"status":"0"}"#, "taken"),
            (200, r#"{"status":4}"#, "operator"),
            (400, r#"{"status":4}"#, "operator"),
            (200, r#"{"status":7}"#, "refused"),
            (500, r#"{"status":7}"#, "refused"),
            (200, r#"{"status":1}"#, "later"),
            (200, r#"{"status":99}"#, "doubt"),
            (200, "{", "doubt"),
            (200, "", "doubt"),
            (400, r#"{"status":0}"#, "refused"),
            (302, "", "operator"),
            (401, "", "operator"),
            (404, "", "operator"),
            (422, "", "refused"),
            (429, "", "later"),
            (403, r#"{"status":6}"#, "refused"),
            (403, "", "operator"),
            (500, "", "doubt"),
            (503, "", "later"),
            (502, "", "doubt"),
            (504, "", "doubt"),
        ] {
            assert_eq!(word(&judged(&rules, status, body)), wanted, "{status} {body}");
        }
    }

    #[test]
    fn the_reference_is_a_text_or_a_number_of_the_reply() {
        let rules = Rules { success: None, ..rules() };
        for (body, wanted) in
            [(r#"{"id":"A1"}"#, Some("A1")), (r#"{"id":17}"#, Some("17")), (r#"{"id":{}}"#, None), ("x", None)]
        {
            assert_eq!(judged(&rules, 200, body).expect("taken").reference.as_deref(), wanted, "{body}");
        }
        let broken = Reply { status: 200, retry_after: None, body: None };
        assert!(judge(&rules, &broken).is_ok(), "the status is all that was asked for");
        let asked = Rules { success: Some(Condition::parse("body ~ ok").expect("a condition")), ..rules };
        assert_eq!(word(&judge(&asked, &broken)), "doubt");
    }

    #[test]
    fn a_probe_is_judged_by_its_status_alone() {
        let probed = |status, has_address| {
            word(&judge_probe(has_address, &Reply { status, retry_after: Some(Duration::ZERO), body: None }))
        };
        for (status, wanted) in [
            (200, "taken"),
            (400, "taken"),
            (401, "operator"),
            (429, "later"),
            (503, "later"),
            (500, "doubt"),
            (502, "doubt"),
        ] {
            assert_eq!(probed(status, true), wanted, "{status}");
            assert_eq!(probed(status, false), "taken", "{status}");
        }
    }
}
