//! How every behaviour of a mail server ends: shown by the server's ledger and by the database.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::{Encryption, Handover, Step, Worker, WorkerConfig};
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::message::{DeliveryNews, DeliveryState};

use crate::peer::{Act, Peer};
use crate::world::{Scripted, TTL, World, accepted};

struct Scene {
    world: World,
    peer: Peer,
    worker: Worker,
    handle: ChallengeHandle,
}

impl Scene {
    /// One customer waits for a code by mail; the server follows the script.
    async fn of(acts: &[Act]) -> Self {
        let (world, peer) = (World::new(), Peer::start(acts).await);
        let config = WorkerConfig { send_timeout: Duration::from_secs(2), ..WorkerConfig::default() };
        let worker = world.worker(Arc::new(peer.transport()), Scripted::new(|_| accepted()), config);
        let handle = world.request_mail().await;
        Self { world, peer, worker, handle }
    }

    async fn step(&self) -> Step {
        self.worker.step().await.expect("the store")
    }

    async fn state(&self) -> DeliveryState {
        self.world.state(&self.handle).await
    }

    /// A step after any wait between tries is over.
    async fn later_step(&self) -> Step {
        self.world.clock.advance(Duration::from_secs(40));
        self.step().await
    }

    /// The first try fails for the moment, the second one is accepted; the server saw `texts` texts.
    async fn fails_then_succeeds(acts: &[Act], texts: usize, news: DeliveryNews) {
        let scene = Self::of(acts).await;
        assert_eq!(scene.step().await, Step { claimed: 1, retried: 1, ..Step::default() }, "{acts:?}");
        assert_eq!(scene.state().await.news(), news, "{acts:?}");
        assert_eq!(scene.step().await.claimed, 0, "not at once again: {acts:?}");
        assert_eq!(scene.later_step().await, Step { claimed: 1, accepted: 1, ..Step::default() }, "{acts:?}");
        assert_eq!(scene.state().await, DeliveryState::Accepted, "{acts:?}");
        let seen = scene.peer.texts();
        assert_eq!(seen.len(), texts, "{acts:?}");
        assert!(seen.iter().all(|text| text == &seen[0]), "a retry is the same mail, byte for byte: {acts:?}");
    }

    /// The only try is the last one.
    async fn ends(act: Act, state: DeliveryState) -> Self {
        let scene = Self::of(&[act]).await;
        scene.step().await;
        assert_eq!(scene.state().await, state, "{act:?}");
        assert_eq!(scene.later_step().await.claimed, 0, "{act:?}");
        scene
    }
}

#[tokio::test]
async fn accepted_mail_is_sent_once() {
    let scene = Scene::ends(Act::Accept, DeliveryState::Accepted).await;
    assert_eq!(scene.peer.texts().len(), 1);
    let commands = scene.peer.commands();
    assert!(commands.contains(&"EHLO portal.example".to_owned()), "{commands:?}");
    assert!(commands.contains(&"MAIL FROM:<noreply@portal.example>".to_owned()), "{commands:?}");
    assert!(commands.contains(&"RCPT TO:<asha0@example.com>".to_owned()), "{commands:?}");
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for act in [Act::GreetBusy, Act::GreetGarbage, Act::GreetHang, Act::RefuseLogin] {
        Scene::fails_then_succeeds(&[act], 1, DeliveryNews::Delayed).await;
    }
}

#[tokio::test]
async fn what_the_recipient_s_side_puts_off_is_tried_again_and_reads_as_sent() {
    for act in [Act::DeferRecipient, Act::HangAtRecipient, Act::DropAtData] {
        Scene::fails_then_succeeds(&[act], 1, DeliveryNews::Sent).await;
    }
    Scene::fails_then_succeeds(&[Act::DeferText], 2, DeliveryNews::Sent).await;
}

#[tokio::test]
async fn an_unknown_end_is_tried_again_once_with_the_same_mail() {
    for act in [Act::HangAfterText, Act::DropAfterText, Act::GarbageAfterText] {
        Scene::fails_then_succeeds(&[act], 2, DeliveryNews::Sent).await;
    }
}

#[tokio::test]
async fn a_second_unknown_end_is_the_last() {
    let scene = Scene::of(&[Act::DropAfterText; 5]).await;
    assert_eq!(scene.step().await.retried, 1);
    assert_eq!(scene.later_step().await, Step { claimed: 1, refused: 1, ..Step::default() });
    assert_eq!(scene.state().await, DeliveryState::Refused);
    assert_eq!(scene.later_step().await.claimed, 0);
    assert_eq!(scene.peer.texts().len(), 2, "one mail too many at most");
}

#[tokio::test]
async fn clear_failures_do_not_count_as_unknown_ends() {
    let scene = Scene::of(&[Act::DropAfterText, Act::DeferRecipient, Act::DeferRecipient]).await;
    for _ in 0..3 {
        assert_eq!(scene.later_step().await.retried, 1);
    }
    assert_eq!(scene.later_step().await.accepted, 1);
    assert_eq!(scene.peer.texts().len(), 2);
}

#[tokio::test]
async fn a_refused_recipient_is_final_and_reads_as_sent() {
    let scene = Scene::ends(Act::RefuseRecipient, DeliveryState::Refused).await;
    assert_eq!(scene.state().await.news(), DeliveryNews::Sent);
    assert!(scene.peer.texts().is_empty());
}

#[tokio::test]
async fn a_refused_sender_or_text_is_final() {
    Scene::ends(Act::RefuseSender, DeliveryState::Failed).await;
    Scene::ends(Act::RefuseText, DeliveryState::Refused).await;
}

#[tokio::test]
async fn nothing_is_sent_once_the_code_is_dead() {
    let scene = Scene::of(&[Act::DeferRecipient; 50]).await;
    let expires_at = scene.world.domain.clock.now().after(TTL);
    let mut tries = 0;
    while scene.world.domain.clock.now() < expires_at {
        tries += scene.step().await.retried;
        scene.world.clock.advance(Duration::from_secs(1));
    }
    assert!((12..=16).contains(&tries), "1, 2, 4, 8, 15, then every 30 seconds: {tries}");
    assert_eq!(scene.step().await, Step::default());
    assert_eq!(scene.state().await, DeliveryState::Deferred);
    assert!(scene.peer.texts().is_empty());
}

#[tokio::test]
async fn a_server_that_is_away_costs_a_try() {
    let scene = Scene::of(&[]).await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let away = scene.peer.transport_with(|config| config.port = port);
    let worker = scene.world.worker(Arc::new(away), Scripted::new(|_| accepted()), WorkerConfig::default());
    assert_eq!(worker.step().await.expect("the store").retried, 1);
    assert_eq!(scene.state().await, DeliveryState::Pending { tries: 1 });
}

#[tokio::test]
async fn connections_are_used_again_and_a_closed_one_is_replaced_unnoticed() {
    let scene = Scene::of(&[Act::Accept, Act::RefuseRecipient, Act::AcceptAndClose]).await;
    assert_eq!(scene.step().await.accepted, 1);
    scene.world.request_mail().await;
    assert_eq!(scene.step().await.refused, 1);
    scene.world.request_mail().await;
    assert_eq!(scene.step().await.accepted, 1);
    assert_eq!(scene.peer.connections(), 1, "one connection for three mails, a refused one among them");
    scene.world.request_mail().await;
    assert_eq!(scene.step().await.accepted, 1, "at the first try");
    assert_eq!(scene.peer.connections(), 2);
}

#[tokio::test]
async fn starttls_is_never_done_without() {
    let scene = Scene::of(&[]).await;
    let transport = scene.peer.transport_with(|config| config.encryption = Encryption::StartTls);
    let worker = scene.world.worker(Arc::new(transport), Scripted::new(|_| accepted()), WorkerConfig::default());
    assert_eq!(worker.step().await.expect("the store").retried, 1);
    let commands = scene.peer.commands();
    assert!(!commands.iter().any(|command| command.starts_with("AUTH") || command.starts_with("MAIL")), "{commands:?}");
}

#[tokio::test]
async fn certificates_that_cannot_be_used_are_told_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ca.pem");
    for (content, told) in [(None, "ca.pem"), (Some("no certificate"), "no certificate in it")] {
        if let Some(content) = content {
            std::fs::write(&path, content).expect("a file");
        }
        let config = otpd_delivery::SmtpConfig {
            host: "mail.example".to_owned(),
            port: 587,
            encryption: Encryption::StartTls,
            login: None,
            timeout: Duration::from_secs(1),
            ca_file: Some(path.clone()),
            hello_name: "portal.example".to_owned(),
            idle_connections: 1,
        };
        let error = otpd_delivery::SmtpTransport::new(config).err().expect("an error").to_string();
        assert!(error.contains(told) && error.contains("email.smtp.ca_file"), "{error}");
    }
}

#[tokio::test]
async fn every_failure_says_at_which_step_it_was() {
    use crate::rendering::mail;
    use otpd_delivery::Transport;

    for (act, step) in [
        (Act::GreetBusy, "connecting: "),
        (Act::RefuseLogin, "the login: "),
        (Act::RefuseSender, "MAIL FROM: "),
        (Act::HangAtRecipient, "RCPT TO: no reply within 300 ms"),
        (Act::RefuseRecipient, "RCPT TO: permanent error (550): 5.1.1"),
        (Act::DropAtData, "DATA: "),
        (Act::RefuseText, "the text: permanent error (554): 5.6.0 No"),
    ] {
        let peer = Peer::start(&[act]).await;
        let handover = peer.transport().send(&mail("asha@example.com"), Duration::from_secs(5)).await;
        let (Handover::Refused { reason } | Handover::Failed { reason } | Handover::Retry { reason, .. }) = handover
        else {
            panic!("{act:?} was accepted");
        };
        assert!(reason.starts_with(step), "{act:?}: {reason}");
    }
}

#[tokio::test]
async fn the_whole_try_has_a_time_limit_of_its_own() {
    use crate::rendering::mail;
    use otpd_delivery::Transport;

    for (act, doubtful) in [(Act::HangAtRecipient, false), (Act::HangAfterText, true)] {
        let peer = Peer::start(&[act]).await;
        let patient = peer.transport_with(|config| config.timeout = Duration::from_mins(5));
        let handover = patient.send(&mail("asha@example.com"), Duration::from_millis(200)).await;
        assert!(matches!(handover, Handover::Retry { ambiguous, .. } if ambiguous == doubtful), "{handover:?}");
    }
}
