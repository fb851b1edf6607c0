//! The HTTP gateway: what goes over the line, and how replies end.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::{GatewayPlan, GatewaySettings, GatewayTransport, Handover, Step, Transport, WorkerConfig};
use otpd_domain::message::{DeliveryNews, DeliveryState, Receipt};
use otpd_testkit::{FixedClock, sample};
use serde_json::json;

use crate::rendering::sms;
use crate::web_peer::{Asked, Play, WebPeer};
use crate::world::{Scripted, World, accepted};

const LIMIT: Duration = Duration::from_secs(5);
/// The contract's example.
const NUMBER: &str = "+255694230173";
const TEXT: &str = "Your OTP for Waste Billing is: 012345. Valid for 5 minutes only.\n\n@portal.example #012345";

/// A preset at this peer, with a login that needs escaping everywhere.
pub fn settings(preset: &str, url: String) -> GatewaySettings {
    GatewaySettings {
        preset: Some(preset.to_owned()),
        url: Some(url),
        username: Some("shop&co".to_owned()),
        password: Some("p\"w<&+ %".into()),
        sender: Some("SHOP".to_owned()),
        ..GatewaySettings::default()
    }
}

pub fn transport(settings: GatewaySettings) -> Arc<dyn Transport> {
    let plan = GatewayPlan::new(settings).expect("a plan");
    Arc::new(GatewayTransport::new(plan, Arc::new(FixedClock::default())).expect("a transport"))
}

/// What a preset sends, and what comes of the reply.
async fn sent_by(preset: &str, path: &str, reply: Play) -> (Asked, Receipt) {
    let peer = WebPeer::start(&[], reply).await;
    let handover = transport(settings(preset, peer.url(path))).send(&sms(NUMBER), LIMIT).await;
    let Handover::Accepted { receipt, .. } = handover else { panic!("{preset}: {handover:?}") };
    let asked = peer.asked();
    assert_eq!(asked.len(), 1, "{preset}");
    (asked[0].clone(), receipt)
}

#[tokio::test]
async fn mshastra_gets_the_request_of_the_old_back_end() {
    let reply = Play::Reply(200, r#"[{"msg_id":"7001","number":"255694230173","str_response":"Send Successful"}]"#);
    let (asked, receipt) = sent_by("mshastra", "/sendsms_api_json.aspx", reply).await;
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/sendsms_api_json.aspx"));
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let wanted = json!([{ "user": "shop&co", "pwd": "p\"w<&+ %", "number": "255694230173", "sender": "SHOP",
                          "msg": TEXT, "language": "Unicode" }]);
    assert_eq!(asked.json(), wanted);
    assert_eq!((receipt.transport.as_str(), receipt.reference.as_deref()), ("gateway", Some("7001")));
    assert_eq!(receipt.segments.expect("an SMS").count, 1);
}

#[tokio::test]
async fn vonage_gets_a_form() {
    let reply = Play::Reply(200, r#"{"message-count":"1","messages":[{"status":"0","message-id":"0C00"}]}"#);
    let (asked, receipt) = sent_by("vonage", "/sms/json", reply).await;
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    let wanted = [
        ("api_key", "shop&co"),
        ("api_secret", "p\"w<&+ %"),
        ("from", "SHOP"),
        ("to", "255694230173"),
        ("type", "text"),
        ("text", TEXT),
    ];
    assert_eq!(asked.fields(), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(receipt.reference.as_deref(), Some("0C00"));
}

#[tokio::test]
async fn messagebird_clickatell_and_plivo_get_json_and_a_header() {
    let (asked, receipt) = sent_by("messagebird", "/messages", Play::Reply(201, r#"{"id":"49e4"}"#)).await;
    assert_eq!(asked.header("authorization"), Some("AccessKey p\"w<&+ %"));
    let wanted = json!({ "originator": "SHOP", "recipients": ["255694230173"], "body": TEXT, "datacoding": "auto" });
    assert_eq!((asked.json(), receipt.reference.as_deref()), (wanted, Some("49e4")));

    let reply =
        r#"{"messages":[{"apiMessageId":"77fb","accepted":true,"to":"255694230173","error":null}],"error":null}"#;
    let (asked, receipt) = sent_by("clickatell", "/v1/message", Play::Reply(202, reply)).await;
    assert_eq!(asked.header("authorization"), Some("p\"w<&+ %"));
    let message = &asked.json()["messages"][0];
    assert_eq!((&message["to"], &message["content"]), (&json!("255694230173"), &json!(TEXT)));
    assert_eq!(receipt.reference.as_deref(), Some("77fb"));

    let reply = r#"{"message":"message(s) queued","message_uuid":["db3c"],"api_id":"x"}"#;
    let (asked, receipt) = sent_by("plivo", "/v1/Account/x/Message/", Play::Reply(202, reply)).await;
    assert_eq!(asked.header("authorization"), Some("Basic c2hvcCZjbzpwInc8JisgJQ=="));
    let wanted = json!({ "src": "SHOP", "dst": "255694230173", "text": TEXT, "log": "false" });
    assert_eq!((asked.json(), receipt.reference.as_deref()), (wanted, Some("db3c")));
}

#[tokio::test]
async fn africas_talking_gets_a_form_and_a_key() {
    let reply = r#"{"SMSMessageData":{"Message":"Sent to 1/1","Recipients":[{"statusCode":101,"number":"+255694230173","status":"Success","messageId":"ATXid_1"}]}}"#;
    let (asked, receipt) = sent_by("africastalking", "/version1/messaging", Play::Reply(201, reply)).await;
    assert_eq!((asked.header("apikey"), asked.header("accept")), (Some("p\"w<&+ %"), Some("application/json")));
    assert_eq!(asked.field("to").as_deref(), Some(NUMBER));
    assert_eq!((asked.field("message").as_deref(), receipt.reference.as_deref()), (Some(TEXT), Some("ATXid_1")));
}

#[tokio::test]
async fn an_own_gateway_may_take_xml_or_a_url_alone() {
    let peer = WebPeer::start(&[], Play::Reply(200, "OK: 17")).await;
    let own = GatewaySettings {
        url: Some(peer.url("/send")),
        content_type: Some("text/xml; charset=utf-8".to_owned()),
        body: Some("<sms to=\"{{to}}\"><key>{{password}}</key>{{text}}</sms>".to_owned()),
        success_body: Some("body ~ ok:".to_owned()),
        password: Some("a<b".into()),
        ..GatewaySettings::default()
    };
    assert!(matches!(transport(own).send(&sms(NUMBER), LIMIT).await, Handover::Accepted { .. }));
    let get = GatewaySettings {
        url: Some(peer.url("/send?n={{to_digits}}&t={{text}}&id={{id}}&m={{encoding:0|8}}")),
        method: Some("GET".to_owned()),
        ..GatewaySettings::default()
    };
    assert!(matches!(transport(get).send(&sms(NUMBER), LIMIT).await, Handover::Accepted { .. }));
    let asked = peer.asked();
    assert_eq!(asked[0].header("content-type"), Some("text/xml; charset=utf-8"));
    let text = TEXT.replace('\n', "&#10;");
    assert_eq!(asked[0].body, format!("<sms to=\"{NUMBER}\"><key>a&lt;b</key>{text}</sms>"));
    assert_eq!((asked[1].method.as_str(), asked[1].body.as_str()), ("GET", ""));
    let query = asked[1].target.split_once('?').expect("a query").1;
    let fields: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!((fields[0].1.as_str(), fields[1].1.as_str(), fields[3].1.as_str()), ("255694230173", TEXT, "0"));
}

/// The end of a try by the Vonage preset.
async fn end_of(play: Play) -> Handover {
    let peer = WebPeer::start(&[], play).await;
    transport(settings("vonage", peer.url("/sms/json"))).send(&sms(NUMBER), Duration::from_millis(500)).await
}

#[tokio::test]
async fn replies_are_told_apart_by_their_body() {
    for (status, operator, ambiguous) in
        [("1", false, false), ("4", true, false), ("9", true, false), ("99", false, true)]
    {
        let body: &'static str = format!(r#"{{"messages":[{{"status":"{status}"}}]}}"#).leak();
        let handover = end_of(Play::Reply(200, body)).await;
        let Handover::Retry { ambiguous: doubt, deferred, needs_operator, .. } = handover else {
            panic!("{handover:?}")
        };
        assert_eq!((needs_operator, doubt, deferred), (operator, ambiguous, true), "{status}");
    }
    let refused = end_of(Play::Reply(200, r#"{"messages":[{"status":"7","error-text":"Barred"}]}"#)).await;
    assert!(matches!(&refused, Handover::Refused { reason } if reason.contains("Barred")), "{refused:?}");
    for play in [Play::Hang, Play::Cut, Play::HalfABody(200), Play::Reply(200, "<html>"), Play::Reply(504, "")] {
        let handover = end_of(play).await;
        assert!(matches!(handover, Handover::Retry { ambiguous: true, deferred: true, .. }), "{play:?}: {handover:?}");
    }
    let waits = end_of(Play::Wait(429, 17)).await;
    assert!(matches!(waits, Handover::Retry { after: Some(wait), ambiguous: false, .. } if wait.as_secs() == 17));
}

#[tokio::test]
async fn what_a_gateway_sends_back_holds_no_login() {
    let handover = end_of(Play::Echo(400)).await;
    let Handover::Refused { reason } = handover else { panic!("{handover:?}") };
    assert!(reason.contains("api_secret=•••") && reason.contains("api_key=•••"), "{reason}");
}

#[tokio::test]
async fn a_probe_sends_nothing_and_names_nobody() {
    let peer = WebPeer::start(&[], Play::Reply(404, "")).await;
    let handover = transport(settings("mshastra", peer.url("/send"))).probe(&sms(NUMBER), LIMIT).await;
    assert!(matches!(&handover, Handover::Accepted { receipt, .. } if receipt.segments.is_none()), "{handover:?}");
    let mut with_address = settings("plivo", peer.url("/send"));
    with_address.probe = Some(peer.url("/balance?of={{username}}"));
    let handover = transport(with_address).probe(&sms(NUMBER), LIMIT).await;
    assert!(matches!(handover, Handover::Retry { needs_operator: true, deferred: true, .. }), "{handover:?}");
    let asked = peer.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].target.as_str()), ("HEAD", "/"));
    assert_eq!(asked[0].header("authorization"), None);
    assert_eq!((asked[1].method.as_str(), asked[1].target.as_str()), ("GET", "/balance?of=shop%26co"));
    assert!(asked[1].header("authorization").is_some());
    assert!(!format!("{asked:?}").contains("255694230173"));
}

#[tokio::test]
async fn strangers_and_customers_read_the_same() {
    let unauthorised = Play::Reply(401, "");
    for play in [
        Play::Reply(200, "[{\"str_response\":\"Send Successful\"}]"),
        unauthorised,
        Play::Reply(500, ""),
        Play::Hang,
        Play::Cut,
    ] {
        let mut news = Vec::new();
        for stranger in [false, true] {
            let (world, peer) = (World::new(), WebPeer::start(&[], play).await);
            let handle =
                if stranger { world.request(&sample::phone("+15550100")).await } else { world.request_sms().await };
            let gateway = transport(settings("mshastra", peer.url("/send")));
            let config = WorkerConfig { send_timeout: Duration::from_millis(500), ..WorkerConfig::default() };
            world.worker(Scripted::new(|_| accepted()), gateway, config).step().await.expect("the store");
            news.push(world.state(&handle).await.news());
            assert_eq!(peer.sends(), usize::from(!stranger), "{play:?}");
        }
        assert_eq!(news, [DeliveryNews::Sent; 2], "{play:?}");
    }
}

#[tokio::test]
async fn a_success_test_that_is_wrong_sends_two_messages_at_most() {
    let (world, peer) = (World::new(), WebPeer::start(&[], Play::Reply(200, "[{\"str_response\":\"Queued\"}]")).await);
    let gateway = transport(settings("mshastra", peer.url("/send")));
    let worker = world.worker(Scripted::new(|_| accepted()), gateway, WorkerConfig::default());
    let handle = world.request_sms().await;
    for wanted in [
        Step { claimed: 1, retried: 1, ..Step::default() },
        Step { claimed: 1, refused: 1, ..Step::default() },
        Step::default(),
    ] {
        assert_eq!(worker.step().await.expect("the store"), wanted);
        world.clock.advance(Duration::from_secs(40));
    }
    assert_eq!((peer.sends(), world.state(&handle).await), (2, DeliveryState::Refused));
}
