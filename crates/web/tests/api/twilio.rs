//! What Twilio reports, with its reader played: the signature itself is the delivery room's.

use std::sync::Arc;

use http::Request;
use http::header::CONTENT_TYPE;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{DeliveryReport, Receipt, ReportedStage, SmsSize, TryOutcome};
use otpd_domain::ports::{CallbackReader, CallbackRefusal, CallbackRequest};
use otpd_web::WebConfig;
use serde_json::json;

use crate::call::{Reply, post, send};
use crate::site::{Site, Unusual};

/// Signs with the URL, and reads as the real one does.
struct Reader;

impl CallbackReader for Reader {
    fn read(&self, request: &CallbackRequest<'_>) -> Result<Option<DeliveryReport>, CallbackRefusal> {
        if request.signature != Some(format!("signed {}", request.url).as_str()) {
            return Err(CallbackRefusal::Signature);
        }
        let field = |name: &str| request.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let reference = field("MessageSid").ok_or(CallbackRefusal::Malformed)?;
        let stage = match field("MessageStatus").as_deref() {
            Some("delivered") => ReportedStage::Delivered,
            Some("undelivered") => ReportedStage::Undelivered,
            _ => return Ok(None),
        };
        Ok(Some(DeliveryReport { transport: "twilio".to_owned(), reference, stage, error_code: field("ErrorCode") }))
    }
}

/// A site whose one SMS Twilio took as `SM1`.
async fn site() -> Site {
    let config: fn(&mut WebConfig) = |config| config.twilio = Some(Arc::new(Reader));
    let site = Site::unusual(Unusual { config: Some(config), ..Unusual::default() }).await;
    post(&site, "/api/users/send-otp/", json!({ "phone": "255694230173" })).await;
    let one = SmsSize { count: 1, unicode: false };
    let receipt = Receipt { transport: "twilio".to_owned(), reference: Some("SM1".to_owned()), segments: Some(one) };
    site.deliver(TryOutcome::Accepted(receipt)).await;
    site
}

async fn report(site: &Site, path: &str, signature: &str, body: &str) -> Reply {
    let request = Request::post(path)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
        .header("x-twilio-signature", signature);
    send(site, request, body.to_owned()).await
}

const STATUS: &str = "/api/twilio/status";
const SIGNED: &str = "signed https://signin.example.com/api/twilio/status";

async fn delivered(site: &Site) -> (u64, u64) {
    let now = site.domain.clock.now();
    let totals = site.domain.ports.upkeep.stats(now, now).await.expect("figures").sms_totals;
    (totals.delivered, totals.undelivered)
}

#[tokio::test]
async fn a_signed_report_is_noted_once() {
    let site = site().await;
    for (body, figures) in [
        ("MessageSid=SM1&MessageStatus=queued", (0, 0)),
        ("MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005", (0, 1)),
        ("MessageSid=SM1&MessageStatus=delivered&To=%2B255694230173", (1, 0)),
        ("MessageSid=SM1&MessageStatus=delivered&To=%2B255694230173", (1, 0)),
        ("MessageSid=SM1&MessageStatus=undelivered", (1, 0)),
        ("MessageSid=SM9&MessageStatus=delivered", (1, 0)),
    ] {
        let reply = report(&site, STATUS, SIGNED, body).await;
        assert_eq!((reply.status, &reply.body), (204, &json!(null)), "{body}");
        assert_eq!(delivered(&site).await, figures, "{body}");
    }
    let with_query = format!("{SIGNED}?a=b&c=%20");
    let reply = report(&site, "/api/twilio/status?a=b&c=%20", &with_query, "MessageSid=SM1&MessageStatus=sent").await;
    assert_eq!(reply.status, 204);
}

#[tokio::test]
async fn what_twilio_did_not_sign_changes_nothing() {
    let site = site().await;
    let body = "MessageSid=SM1&MessageStatus=delivered";
    for signature in ["", "signed", "signed https://evil.example/api/twilio/status"] {
        let reply = report(&site, STATUS, signature, body).await;
        reply.assert(403, "The signature of this report is missing or wrong.");
    }
    let mut unsigned = Request::post(STATUS).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    unsigned = unsigned.header("host", "evil.example").header("x-forwarded-host", "evil.example");
    assert_eq!(send(&site, unsigned, body).await.status, 403);
    assert_eq!(report(&site, STATUS, SIGNED, "MessageStatus=delivered").await.status, 400);
    assert_eq!(report(&site, STATUS, SIGNED, &"x".repeat(65 * 1024)).await.status, 413);
    let json = Request::post(STATUS).header(CONTENT_TYPE, "application/json").header("x-twilio-signature", SIGNED);
    assert_eq!(send(&site, json, "{}").await.status, 415);
    assert_eq!(delivered(&site).await, (0, 0));
}

#[tokio::test]
async fn a_store_that_fails_lets_twilio_try_again() {
    let site = site().await;
    site.store.close().await;
    let reply = report(&site, STATUS, SIGNED, "MessageSid=SM1&MessageStatus=delivered").await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "5"));
}

#[tokio::test]
async fn without_twilio_there_is_nothing_there() {
    let site = Site::new().await;
    assert_eq!(report(&site, STATUS, SIGNED, "MessageSid=SM1").await.status, 404);
    assert!(site.messages().await.iter().all(|message| message.channel == Channel::Email));
}
