//! A contact nobody has: everything happens as for a customer's, and nothing is sent.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::{Step, WorkerConfig};
use otpd_domain::message::DeliveryState;
use otpd_testkit::sample;

use crate::peer::{Act, Peer};
use crate::world::{Scripted, World, accepted};

/// The states of a customer's and a stranger's message after a step each, with a server that does `act` for both.
async fn both(act: Act) -> ([DeliveryState; 2], [Step; 2], Vec<String>) {
    let world = World::new();
    let known = world.request_mail().await;
    let config = WorkerConfig { send_timeout: Duration::from_secs(2), ..WorkerConfig::default() };
    let mut steps = Vec::new();
    let mut commands = Vec::new();
    for stranger in [false, true] {
        if stranger {
            world.request(&sample::email("stranger@example.net")).await;
        }
        let peer = Peer::start(&[act]).await;
        let worker = world.worker(Arc::new(peer.transport()), Scripted::new(|_| accepted()), config);
        steps.push(worker.step().await.expect("the store"));
        commands = peer.commands();
    }
    let unknown = {
        let world = World::new();
        let peer = Peer::start(&[act]).await;
        let handle = world.request(&sample::email("stranger@example.net")).await;
        let worker = world.worker(Arc::new(peer.transport()), Scripted::new(|_| accepted()), config);
        worker.step().await.expect("the store");
        world.state(&handle).await
    };
    ([world.state(&known).await, unknown], [steps[0], steps[1]], commands)
}

#[tokio::test]
async fn the_server_s_health_shows_for_strangers_as_for_customers() {
    for act in [Act::Accept, Act::GreetBusy, Act::GreetGarbage, Act::GreetHang, Act::RefuseLogin, Act::RefuseSender] {
        let (states, steps, _) = both(act).await;
        assert_eq!(states[0], states[1], "{act:?}");
        assert_eq!(steps[0], steps[1], "{act:?}");
    }
}

#[tokio::test]
async fn a_refused_customer_and_a_stranger_get_the_same_news() {
    let (states, _, _) = both(Act::RefuseRecipient).await;
    assert_eq!(states[0].news(), states[1].news());
}

#[tokio::test]
async fn nobody_is_named_to_the_server() {
    let (_, _, commands) = both(Act::Accept).await;
    assert!(commands.iter().any(|command| command.starts_with("MAIL FROM")), "{commands:?}");
    assert!(commands.iter().any(|command| command == "RSET"), "{commands:?}");
    for command in &commands {
        assert!(!command.starts_with("RCPT") && !command.starts_with("DATA"), "{commands:?}");
        assert!(!command.contains("stranger"), "{commands:?}");
    }
}

#[tokio::test]
async fn transports_probe_instead_of_sending() {
    let world = World::new();
    let (email, sms) = (Scripted::new(|_| accepted()), Scripted::new(|_| accepted()));
    let worker = world.worker(email.clone(), sms.clone(), WorkerConfig::default());
    let handles =
        [world.request(&sample::email("stranger@example.net")).await, world.request(&sample::phone("+15550100")).await];
    assert_eq!(worker.step().await.expect("the store"), Step { claimed: 2, accepted: 2, ..Step::default() });
    assert_eq!((email.count(), sms.count()), (0, 0));
    assert_eq!(email.probed.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert_eq!(sms.probed.load(std::sync::atomic::Ordering::SeqCst), 1);
    for handle in handles {
        assert_eq!(world.state(&handle).await, DeliveryState::Accepted);
    }
}
