//! How every behaviour of Twilio ends: shown by the peer's ledger and by the database.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::{Handover, Route, Step, Transport, TwilioConfig, TwilioTransport, Worker, WorkerConfig};
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::message::{DeliveryNews, DeliveryReport, DeliveryState, ReportedStage};
use otpd_testkit::sample;

use crate::rendering::{mail, sms};
use crate::web_peer::{Play, WebPeer};
use crate::world::{Scripted, TTL, World, accepted};

pub const TAKEN: Play = Play::Reply(201, r#"{"sid":"SM0001","status":"queued","num_segments":"1"}"#);
pub const TOKEN: &str = "0123456789abcdef";
const LIMIT: Duration = Duration::from_secs(5);

pub fn config(peer: &WebPeer) -> TwilioConfig {
    TwilioConfig {
        account_sid: "AC0001".to_owned(),
        auth_token: TOKEN.into(),
        from: "+14155550100".to_owned(),
        base_url: peer.url(""),
        status_callback: Some("https://portal.example/api/twilio/status".to_owned()),
    }
}

pub fn transport(world: &World, peer: &WebPeer) -> Arc<dyn Transport> {
    Arc::new(TwilioTransport::new(config(peer), world.clock.clone()).expect("a transport"))
}

struct Scene {
    world: World,
    peer: WebPeer,
    worker: Worker,
    handle: ChallengeHandle,
}

/// A worker that sends SMS over Twilio at this peer, which hangs for half a second at most.
fn worker(world: &World, peer: &WebPeer) -> Worker {
    let route = Route::new(vec![("twilio".to_owned(), transport(world, peer))], world.clock.clone());
    let config = WorkerConfig { send_timeout: Duration::from_millis(500), ..WorkerConfig::default() };
    world.worker(Scripted::new(|_| accepted()), Arc::new(route), config)
}

impl Scene {
    /// One customer waits for a code by SMS; the peer follows the script and takes messages afterwards.
    async fn of(plays: &[Play]) -> Self {
        let (world, peer) = (World::new(), WebPeer::start(plays, TAKEN).await);
        let worker = worker(&world, &peer);
        let handle = world.request_sms().await;
        Self { world, peer, worker, handle }
    }

    async fn step(&self) -> Step {
        self.worker.step().await.expect("the store")
    }

    async fn step_after(&self, seconds: u64) -> Step {
        self.world.clock.advance(Duration::from_secs(seconds));
        self.step().await
    }

    async fn state(&self) -> DeliveryState {
        self.world.state(&self.handle).await
    }

    /// Whether the database knows a message by that name.
    async fn knows(&self, reference: &str) -> bool {
        let report = DeliveryReport {
            transport: "twilio".to_owned(),
            reference: reference.to_owned(),
            stage: ReportedStage::Delivered,
            error_code: None,
        };
        let outbox = &self.world.domain.ports.outbox;
        outbox.record_report(report, self.world.domain.clock.now()).await.expect("the store")
    }
}

#[tokio::test]
async fn a_message_is_one_request_with_everything_in_it() {
    let scene = Scene::of(&[]).await;
    scene.world.clock.advance(Duration::from_secs(10));
    assert_eq!(scene.step().await, Step { claimed: 1, accepted: 1, ..Step::default() });
    assert_eq!(scene.state().await, DeliveryState::Accepted);
    let asked = scene.peer.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].method.as_str(), asked[0].target.as_str()),
        ("POST", "/2010-04-01/Accounts/AC0001/Messages.json")
    );
    assert_eq!(asked[0].header("authorization"), Some("Basic QUMwMDAxOjAxMjM0NTY3ODlhYmNkZWY="));
    let fields = asked[0].fields();
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["To", "From", "Body", "ValidityPeriod", "StatusCallback"]);
    assert_eq!(asked[0].field("To").as_deref(), Some("+919876500000"));
    assert_eq!(asked[0].field("From").as_deref(), Some("+14155550100"));
    let text = asked[0].field("Body").expect("a body");
    assert!(text.starts_with("Your OTP for Waste Billing is: ") && text.contains("\n\n@portal.example #"), "{text}");
    assert_eq!(asked[0].field("ValidityPeriod"), Some((TTL.as_secs() - 10).to_string()));
    assert_eq!(asked[0].field("StatusCallback").as_deref(), Some("https://portal.example/api/twilio/status"));
    assert!(scene.knows("SM0001").await && !scene.knows("SM0002").await);
}

#[tokio::test]
async fn a_messaging_service_takes_the_place_of_the_number() {
    let (world, peer) = (World::new(), WebPeer::start(&[], TAKEN).await);
    let mut config = config(&peer);
    config.from = "MG0123456789abcdef0123456789abcdef".to_owned();
    config.base_url.push('/');
    config.status_callback = None;
    let transport = TwilioTransport::new(config, world.clock.clone()).expect("a transport");
    let handover = transport.send(&sms("+919876543210"), LIMIT).await;
    let Handover::Accepted { note, receipt, detour: None } = handover else { panic!("{handover:?}") };
    assert_eq!((note.as_str(), receipt.transport.as_str()), ("201 queued", "twilio"));
    assert_eq!(receipt.reference.as_deref(), Some("SM0001"));
    let size = receipt.segments.expect("an SMS");
    assert_eq!((size.count, size.unicode), (1, false));
    let asked = &peer.asked()[0];
    assert_eq!(asked.field("MessagingServiceSid").as_deref(), Some("MG0123456789abcdef0123456789abcdef"));
    assert_eq!((asked.field("From"), asked.field("StatusCallback")), (None, None));
    assert!(matches!(transport.send(&mail("asha@example.com"), LIMIT).await, Handover::Failed { .. }));
}

#[tokio::test]
async fn what_is_wrong_with_the_recipient_is_final_and_reads_as_sent() {
    for body in [
        r#"{"code":21211,"message":"Invalid 'To' Phone Number","status":400}"#,
        r#"{"code":21608,"message":"The number is unverified","status":400}"#,
        r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"#,
    ] {
        let scene = Scene::of(&[Play::Reply(400, body)]).await;
        assert_eq!(scene.step().await, Step { claimed: 1, refused: 1, ..Step::default() }, "{body}");
        assert_eq!(scene.state().await, DeliveryState::Refused, "{body}");
        assert_eq!(scene.state().await.news(), DeliveryNews::Sent, "{body}");
        assert_eq!(scene.step_after(60).await.claimed, 0, "{body}");
        assert_eq!(scene.peer.asked().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_refused_login_pauses_twilio_for_all_messages() {
    let refused = Play::Reply(401, r#"{"code":20003,"message":"Authenticate","status":401}"#);
    let scene = Scene::of(&[refused]).await;
    assert_eq!(scene.step().await, Step { claimed: 1, retried: 1, ..Step::default() });
    assert_eq!(scene.state().await.news(), DeliveryNews::Delayed);
    let other = scene.world.request_sms().await;
    assert_eq!(scene.step_after(30).await.retried, 2, "neither is given up");
    assert_eq!(scene.peer.asked().len(), 1, "nothing is asked of it for a minute");
    assert_eq!(scene.step_after(31).await.accepted, 2);
    assert_eq!(scene.world.state(&other).await, DeliveryState::Accepted);
    assert_eq!(scene.peer.sends(), 3);
}

#[tokio::test]
async fn a_wait_is_honoured_for_all_messages() {
    let scene = Scene::of(&[Play::Wait(429, 50)]).await;
    assert_eq!(scene.step().await.retried, 1);
    scene.world.request_sms().await;
    assert_eq!(
        scene.step_after(49).await,
        Step { claimed: 1, retried: 1, ..Step::default() },
        "the other one waits, too"
    );
    assert_eq!(scene.peer.asked().len(), 1);
    assert_eq!(scene.step_after(4).await.accepted, 2);
    assert_eq!(scene.peer.sends(), 3);
    assert_eq!(scene.state().await, DeliveryState::Accepted);
}

#[tokio::test]
async fn a_server_that_says_not_now_is_tried_again() {
    let scene = Scene::of(&[Play::Reply(503, ""), Play::Reply(503, "<html>"), Play::Reply(503, "{")]).await;
    for _ in 0..3 {
        assert_eq!(scene.step_after(40).await.retried, 1);
        assert_eq!(scene.state().await.news(), DeliveryNews::Sent);
    }
    assert_eq!(scene.step_after(40).await.accepted, 1, "more than two tries: none of them was in doubt");
    assert_eq!(scene.peer.sends(), 4);
}

#[tokio::test]
async fn an_end_in_doubt_is_tried_again_once() {
    for play in [Play::Hang, Play::Cut, Play::Reply(500, ""), Play::Reply(502, ""), Play::Reply(504, "")] {
        let scene = Scene::of(&[play]).await;
        assert_eq!(scene.step().await.retried, 1, "{play:?}");
        assert_eq!(scene.state().await.news(), DeliveryNews::Sent, "{play:?}");
        assert_eq!(scene.step_after(40).await.accepted, 1, "{play:?}");
        assert_eq!(scene.peer.sends(), 2, "{play:?}");
        let scene = Scene::of(&[play; 5]).await;
        assert_eq!(scene.step().await.retried, 1, "{play:?}");
        assert_eq!(scene.step_after(40).await, Step { claimed: 1, refused: 1, ..Step::default() }, "{play:?}");
        assert_eq!(scene.step_after(40).await.claimed, 0, "{play:?}");
        assert_eq!(scene.peer.sends(), 2, "one message too many at most: {play:?}");
        assert_eq!(scene.state().await.news(), DeliveryNews::Sent, "{play:?}");
    }
}

#[tokio::test]
async fn a_created_message_is_never_sent_again() {
    for play in [Play::Reply(201, "{\"sid\":"), Play::Reply(201, ""), Play::HalfABody(201)] {
        let scene = Scene::of(&[play]).await;
        assert_eq!(scene.step().await.accepted, 1, "{play:?}");
        assert_eq!(scene.step_after(60).await.claimed, 0, "{play:?}");
        assert_eq!((scene.peer.sends(), scene.state().await), (1, DeliveryState::Accepted), "{play:?}");
    }
}

#[tokio::test]
async fn nobody_at_the_other_end_is_clear() {
    let scene = Scene::of(&[]).await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let away = TwilioConfig {
        base_url: format!("http://{}", closed.local_addr().expect("an address")),
        ..config(&scene.peer)
    };
    drop(closed);
    let away = TwilioTransport::new(away, scene.world.clock.clone()).expect("a transport");
    let worker = scene.world.worker(Scripted::new(|_| accepted()), Arc::new(away), WorkerConfig::default());
    for _ in 0..3 {
        scene.world.clock.advance(Duration::from_secs(40));
        assert_eq!(worker.step().await.expect("the store").retried, 1);
    }
    assert_eq!(scene.state().await, DeliveryState::Pending { tries: 3 });
    assert_eq!(scene.step_after(40).await.accepted, 1);
}

#[tokio::test]
async fn strangers_and_customers_read_the_same_and_strangers_are_sent_nothing() {
    let login = Play::Reply(401, r#"{"code":20003}"#);
    let number = Play::Reply(400, r#"{"code":21211}"#);
    for play in
        [TAKEN, login, number, Play::Wait(429, 9), Play::Reply(500, ""), Play::Reply(404, ""), Play::Hang, Play::Cut]
    {
        let mut news = Vec::new();
        for stranger in [false, true] {
            let (world, peer) = (World::new(), WebPeer::start(&[play], play).await);
            let handle =
                if stranger { world.request(&sample::phone("+15550100")).await } else { world.request_sms().await };
            let worker = worker(&world, &peer);
            worker.step().await.expect("the store");
            let first = world.state(&handle).await.news();
            world.clock.advance(Duration::from_secs(90));
            worker.step().await.expect("the store");
            news.push((first, world.state(&handle).await.news()));
            if stranger {
                assert_eq!(peer.sends(), 0, "{play:?}");
                for asked in peer.asked() {
                    assert_eq!(
                        (asked.method.as_str(), asked.target.as_str()),
                        ("GET", "/2010-04-01/Accounts/AC0001.json")
                    );
                    assert!(asked.header("authorization").is_some() && !format!("{asked:?}").contains("5550100"));
                }
            }
        }
        assert_eq!(news[0], news[1], "{play:?}");
    }
}

#[tokio::test]
async fn a_probe_is_billed_as_nothing_and_has_no_name() {
    let (world, peer) = (World::new(), WebPeer::start(&[], Play::Reply(200, r#"{"sid":"AC0001"}"#)).await);
    let handover = transport(&world, &peer).probe(&sms("+919876543210"), LIMIT).await;
    let Handover::Accepted { receipt, .. } = handover else { panic!("{handover:?}") };
    assert_eq!((receipt.transport.as_str(), receipt.reference, receipt.segments), ("twilio", None, None));
}

#[tokio::test]
async fn what_a_provider_sends_back_holds_no_login() {
    let (world, peer) = (World::new(), WebPeer::start(&[], Play::Echo(400)).await);
    let handover = transport(&world, &peer).send(&sms("+919876543210"), LIMIT).await;
    let Handover::Refused { reason } = handover else { panic!("{handover:?}") };
    assert!(reason.starts_with("400 Asked {"), "{reason}");
    for secret in [TOKEN, "QUMwMDAxOjAxMjM0NTY3ODlhYmNkZWY="] {
        assert!(!reason.contains(secret), "{reason}");
    }
}
