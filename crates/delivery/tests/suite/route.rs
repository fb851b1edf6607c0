//! Several providers in order: one message for a hand-over, whatever happens to the others.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::{Handover, Route, Step, Transport, Worker, WorkerConfig};
use otpd_domain::message::{DeliveryReport, DeliveryState, ReportedStage};

use crate::rendering::sms;
use crate::web_peer::{Play, WebPeer};
use crate::world::{Answer, Scripted, World, accepted, retry};
use crate::{gateway, twilio};

const LIMIT: Duration = Duration::from_secs(5);
const TAKEN: Play = Play::Reply(200, r#"[{"msg_id":"7001","str_response":"Send Successful"}]"#);
const LOGIN: Play = Play::Reply(401, r#"{"code":20003,"message":"Authenticate"}"#);
const NUMBER: Play = Play::Reply(400, r#"{"code":21211,"message":"Invalid"}"#);
const ERROR: Play = Play::Reply(503, "");

/// Twilio, and a gateway after it.
struct Scene {
    world: World,
    twilio: WebPeer,
    gateway: WebPeer,
    worker: Worker,
}

impl Scene {
    async fn of(first: &[Play], second: &[Play]) -> Self {
        let world = World::new();
        let twilio = WebPeer::start(first, twilio::TAKEN).await;
        let gateway = WebPeer::start(second, TAKEN).await;
        let transports = vec![
            ("twilio".to_owned(), twilio::transport(&world, &twilio)),
            ("gateway".to_owned(), gateway::transport(gateway::settings("mshastra", gateway.url("/send")))),
        ];
        let route = Arc::new(Route::new(transports, world.clock.clone()));
        let config = WorkerConfig { send_timeout: Duration::from_secs(2), ..WorkerConfig::default() };
        let worker = world.worker(Scripted::new(|_| accepted()), route, config);
        Self { world, twilio, gateway, worker }
    }

    /// A message is asked for and tried.
    async fn one(&self) -> (Step, DeliveryState) {
        let handle = self.world.request_sms().await;
        (self.worker.step().await.expect("the store"), self.world.state(&handle).await)
    }

    /// Messages each of the two was sent so far.
    fn sends(&self) -> [usize; 2] {
        [self.twilio.sends(), self.gateway.sends()]
    }

    async fn knows(&self, transport: &str, reference: &str) -> bool {
        let report = DeliveryReport {
            transport: transport.to_owned(),
            reference: reference.to_owned(),
            stage: ReportedStage::Sent,
            error_code: None,
        };
        let outbox = &self.world.domain.ports.outbox;
        outbox.record_report(report, self.world.domain.clock.now()).await.expect("the store")
    }
}

const ACCEPTED: Step = Step { claimed: 1, accepted: 1, retried: 0, refused: 0, failed: 0, expired: 0 };

#[tokio::test]
async fn the_first_one_is_enough_when_it_is_well() {
    let scene = Scene::of(&[], &[]).await;
    assert_eq!(scene.one().await, (ACCEPTED, DeliveryState::Accepted));
    assert_eq!(scene.sends(), [1, 0]);
    assert!(scene.knows("twilio", "SM0001").await);
}

#[tokio::test]
async fn a_clear_failure_goes_to_the_next_at_once() {
    for play in [ERROR, Play::Wait(429, 30), LOGIN, Play::Reply(404, "")] {
        let scene = Scene::of(&[play], &[]).await;
        assert_eq!(scene.one().await, (ACCEPTED, DeliveryState::Accepted), "{play:?}");
        assert_eq!(scene.sends(), [1, 1], "{play:?}");
        assert!(scene.knows("gateway", "7001").await && !scene.knows("twilio", "7001").await, "{play:?}");
    }
}

#[tokio::test]
async fn a_refused_recipient_is_offered_to_nobody_else() {
    let scene = Scene::of(&[NUMBER], &[]).await;
    assert_eq!(scene.one().await.1, DeliveryState::Refused);
    assert_eq!(scene.sends(), [1, 0]);
}

#[tokio::test]
async fn an_end_in_doubt_goes_to_nobody_else_in_the_same_try_and_then_to_the_next() {
    for play in [Play::Hang, Play::Cut] {
        let scene = Scene::of(&[play], &[]).await;
        let (step, state) = scene.one().await;
        assert_eq!((step.retried, scene.sends()), (1, [1, 0]), "{play:?}: {state:?}");
        scene.world.clock.advance(Duration::from_secs(3));
        assert_eq!(scene.worker.step().await.expect("the store"), ACCEPTED, "{play:?}");
        assert_eq!(scene.sends(), [1, 1], "one that may have arrived, and its one duplicate: {play:?}");
        // What hangs comes last for a while, and first again afterwards.
        scene.one().await;
        assert_eq!(scene.sends(), [1, 2], "{play:?}");
        scene.world.clock.advance(Duration::from_secs(40));
        scene.one().await;
        assert_eq!(scene.sends(), [2, 2], "{play:?}");
    }
}

#[tokio::test]
async fn a_refused_login_is_not_tried_with_every_message() {
    let scene = Scene::of(&[LOGIN, LOGIN], &[]).await;
    for _ in 0..3 {
        assert_eq!(scene.one().await.0, ACCEPTED);
    }
    assert_eq!(scene.sends(), [1, 3]);
    scene.world.clock.advance(Duration::from_secs(61));
    scene.one().await;
    assert_eq!(scene.sends(), [2, 4], "it is looked at again after a minute");
    scene.world.clock.advance(Duration::from_secs(61));
    scene.one().await;
    assert_eq!(scene.sends(), [3, 4], "and used again once it is mended");
}

#[tokio::test]
async fn when_all_are_paused_nobody_is_asked_until_the_first_pause_is_over() {
    let scene = Scene::of(&[LOGIN], &[Play::Wait(429, 20)]).await;
    let (step, _) = scene.one().await;
    assert_eq!((step.retried, scene.sends()), (1, [1, 1]));
    scene.world.clock.advance(Duration::from_secs(15));
    assert_eq!(scene.worker.step().await.expect("the store").retried, 1);
    assert_eq!(scene.sends(), [1, 1]);
    scene.world.clock.advance(Duration::from_secs(25));
    assert_eq!(scene.worker.step().await.expect("the store"), ACCEPTED);
    assert_eq!(scene.sends(), [1, 2]);
}

#[tokio::test]
async fn whatever_the_two_do_a_hand_over_that_succeeded_is_one_message() {
    let plays = [None, Some(ERROR), Some(LOGIN), Some(NUMBER), Some(Play::Wait(429, 9)), Some(Play::Cut)];
    for first in plays {
        for second in plays {
            let script = |play: Option<Play>| play.into_iter().collect::<Vec<_>>();
            let scene = Scene::of(&script(first), &script(second)).await;
            let (step, state) = scene.one().await;
            let taken = usize::from(first.is_none() && scene.twilio.sends() == 1)
                + usize::from(second.is_none() && scene.gateway.sends() == 1);
            assert_eq!(taken, step.accepted, "{first:?}, then {second:?}");
            assert_eq!(taken == 1, state == DeliveryState::Accepted, "{first:?}, then {second:?}");
            assert!(scene.sends().iter().all(|sends| *sends <= 1), "{first:?}, then {second:?}");
            let asks_the_second = !matches!(first, None | Some(NUMBER | Play::Cut));
            assert_eq!(scene.gateway.sends() == 1, asks_the_second, "{first:?}, then {second:?}");
        }
    }
}

/// A route over scripted transports.
fn route<const N: usize>(world: &World, transports: [Arc<dyn Transport>; N]) -> Route {
    let named = ["one", "two", "three"].into_iter().map(str::to_owned).zip(transports);
    Route::new(named.collect(), world.clock.clone())
}

fn refused_login() -> Answer {
    Answer::Now(Handover::Retry {
        reason: "bad password".to_owned(),
        after: None,
        ambiguous: false,
        deferred: false,
        needs_operator: true,
    })
}

#[tokio::test]
async fn the_alert_is_given_once_and_names_the_transport() {
    let world = World::new();
    let route = route(&world, [Scripted::new(|_| refused_login()), Scripted::new(|_| accepted())]);
    let mut alerts = Vec::new();
    for _ in 0..2 {
        let handover = route.send(&sms("+919876543210"), LIMIT).await;
        let Handover::Accepted { detour, .. } = handover else { panic!("{handover:?}") };
        alerts.extend(detour.filter(|detour| detour.needs_operator).map(|detour| detour.reason));
    }
    assert_eq!(alerts, ["one: bad password"]);
}

#[tokio::test]
async fn a_transport_alone_keeps_its_own_words_and_is_not_asked_while_paused() {
    let world = World::new();
    let inner = Scripted::new(|_| refused_login());
    let route = route(&world, [inner.clone() as Arc<dyn Transport>]);
    let first = route.send(&sms("+919876543210"), LIMIT).await;
    assert!(
        matches!(&first, Handover::Retry { reason, needs_operator: true, .. } if reason == "bad password"),
        "{first:?}"
    );
    let second = route.probe(&sms("+919876543210"), LIMIT).await;
    let Handover::Retry { reason, after, needs_operator: false, ambiguous: false, .. } = &second else {
        panic!("{second:?}");
    };
    assert!(reason.contains("one") && *after == Some(Duration::from_mins(1)), "{second:?}");
    assert_eq!(inner.count(), 1);
}

#[tokio::test]
async fn what_is_put_off_by_any_of_them_reads_as_sent() {
    let world = World::new();
    let put_off = || {
        let reason = "greylisted".to_owned();
        Answer::Now(Handover::Retry { reason, after: None, ambiguous: false, deferred: true, needs_operator: false })
    };
    let both = route(&world, [Scripted::new(move |_| put_off()), Scripted::new(|_| retry(false))]);
    let handover = both.send(&sms("+919876543210"), LIMIT).await;
    assert!(matches!(handover, Handover::Retry { deferred: true, .. }), "{handover:?}");
}

#[tokio::test]
async fn what_fails_for_good_is_tried_with_the_next() {
    let world = World::new();
    let broken = || Scripted::new(|_| Answer::Now(Handover::Failed { reason: "cannot".to_owned() }));
    let mended = route(&world, [broken(), Scripted::new(|_| accepted())]);
    assert!(matches!(mended.send(&sms("+919876543210"), LIMIT).await, Handover::Accepted { .. }));
    let hopeless = route(&world, [broken(), broken()]);
    assert!(matches!(hopeless.send(&sms("+919876543210"), LIMIT).await, Handover::Failed { .. }));
    let in_part = route(&world, [Scripted::new(|_| retry(false)), broken()]);
    assert!(matches!(in_part.send(&sms("+919876543210"), LIMIT).await, Handover::Retry { ambiguous: false, .. }));
}

#[tokio::test]
async fn too_little_time_is_no_time_for_another() {
    let world = World::new();
    let second = Scripted::new(|_| accepted());
    let route = route(&world, [Scripted::new(|_| retry(false)), second.clone() as Arc<dyn Transport>]);
    let handover = route.send(&sms("+919876543210"), Duration::from_millis(400)).await;
    assert!(matches!(handover, Handover::Retry { .. }), "{handover:?}");
    assert_eq!(second.count(), 0);
}

#[tokio::test]
async fn closing_closes_all() {
    let world = World::new();
    let transports = [(), ()].map(|()| Scripted::new(|_| accepted()));
    let route = route(&world, transports.clone().map(|transport| transport as Arc<dyn Transport>));
    route.close().await;
    for transport in transports {
        assert_eq!(transport.closed.load(std::sync::atomic::Ordering::SeqCst), 1);
    }
}
