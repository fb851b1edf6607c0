//! What the log is told, and what it is not.

use std::io::Write;
use std::sync::{Arc, Mutex, Once};

use otpd_delivery::WorkerConfig;
use tracing_subscriber::fmt::MakeWriter;

use crate::peer::{Act, Peer};
use crate::twilio;
use crate::web_peer::{Play, WebPeer};
use crate::world::{Scripted, World, accepted};

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What is logged on this thread goes to the sink while the guard lives.
fn listen(sink: &Sink) -> tracing::subscriber::DefaultGuard {
    // Tests on other threads have no subscriber. Without one that wants everything, `tracing` may remember of a line that
    // nobody does, just when it is asked for here.
    static EVERYTHING: Once = Once::new();
    EVERYTHING.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(std::io::sink);
        tracing::subscriber::set_global_default(subscriber.finish()).expect("the only one");
    });
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(sink.clone())
        .finish();
    tracing::subscriber::set_default(subscriber)
}

/// The lines logged while a mail is tried against a server that does `act`, and the code in it if it arrived.
async fn logged(act: Act) -> Vec<String> {
    let sink = Sink::default();
    let _guard = listen(&sink);
    let (world, peer) = (World::new(), Peer::start(&[act]).await);
    let email = Scripted::new(|_| accepted());
    let handle = world.request_mail().await;
    let worker = world.worker(Arc::new(peer.transport()), email, WorkerConfig::default());
    worker.step().await.expect("the store");
    let _ = handle;
    let text = String::from_utf8(sink.0.lock().expect("no panic").clone()).expect("UTF-8");
    let lines: Vec<String> = text.lines().filter(|line| line.contains("otpd_delivery")).map(str::to_owned).collect();
    for line in &lines {
        assert!(!line.contains("asha0"), "the contact is masked: {line}");
        assert!(!line.contains("secret"), "the password stays out: {line}");
    }
    for digits in codes(&peer.texts()) {
        assert!(!text.contains(&digits), "the code stays out");
    }
    lines
}

/// The codes in the texts a server got: six digits on a line of their own.
fn codes(texts: &[String]) -> Vec<String> {
    let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim);
    let digits = lines.filter(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit()));
    digits.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_failed_try_is_one_line_with_everything_in_it() {
    for (act, level, reason) in [
        (Act::DeferRecipient, "WARN", "451"),
        (Act::RefuseRecipient, "WARN", "no such mailbox"),
        (Act::RefuseLogin, "ERROR", "535"),
        (Act::RefuseSender, "ERROR", "550"),
        (Act::DropAfterText, "WARN", "the text"),
    ] {
        let lines = logged(act).await;
        assert_eq!(lines.len(), 1, "{lines:#?}");
        for wanted in [level, reason, "channel=\"email\"", "to=a•••@example.com", "number=1", "id="] {
            assert!(lines[0].contains(wanted), "{wanted} in {}", lines[0]);
        }
    }
}

#[tokio::test]
async fn an_accepted_message_is_told_at_debug_only() {
    let lines = logged(Act::Accept).await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains("DEBUG") && lines[0].contains("Queued as 4711"), "{}", lines[0]);
}

#[tokio::test]
async fn the_log_has_no_login_of_a_provider_even_when_it_sends_it_back() {
    for (status, level) in [(400, "WARN"), (401, "ERROR"), (500, "WARN")] {
        let sink = Sink::default();
        let _guard = listen(&sink);
        let (world, peer) = (World::new(), WebPeer::start(&[], Play::Echo(status)).await);
        world.request_sms().await;
        let sms = twilio::transport(&world, &peer);
        let worker = world.worker(Scripted::new(|_| accepted()), sms, WorkerConfig::default());
        worker.step().await.expect("the store");
        let text = String::from_utf8(sink.0.lock().expect("no panic").clone()).expect("UTF-8");
        let lines: Vec<&str> =
            text.lines().filter(|line| line.contains("otpd_delivery") && line.contains(level)).collect();
        assert_eq!(lines.len(), 1, "{text}");
        assert!(lines[0].contains(&status.to_string()) && lines[0].contains("to=+91"), "{}", lines[0]);
        let asked = peer.asked();
        let code = asked[0].field("Body").and_then(|body| body.rsplit('#').next().map(str::to_owned)).expect("a code");
        for secret in [twilio::TOKEN, "QUMwMDAxOj", code.as_str(), "9876500000"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
