//! Stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use otpd_tests::browser::PENDING;
use otpd_tests::http::{self, Request};
use otpd_tests::sink::{Sink, Verdict};
use otpd_tests::{Browser, Otpd, Settings, poll};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Within this time a stop is over, with everything that was begun.
const DRAIN: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_under_load_loses_nothing() {
    let people = (0..200).fold(Settings::default(), |s, n| s.customer("Customer", &format!("c{n}@example.com"), ""));
    let mut otpd = Otpd::start(people).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut load = tokio::task::JoinSet::new();
    for worker in 0..8 {
        load.spawn(ask_until(stop.clone(), otpd.browser(), worker));
    }
    poll::until("some load", Duration::from_secs(10), async || (otpd.mails().len() >= 20).then_some(())).await;

    let asked = Instant::now();
    otpd.terminate();
    let status = otpd.ended().await;
    stop.store(true, Ordering::Relaxed);
    assert!(status.success(), "{status}\n{}", otpd.log());
    assert!(asked.elapsed() < DRAIN + Duration::from_secs(1), "it took {:?}", asked.elapsed());
    let acknowledged: Vec<Browser> = load.join_all().await.into_iter().flatten().collect();
    assert!(acknowledged.len() >= 20);

    let database = otpd.database();
    let codes: u32 = database.value("SELECT count(*) FROM challenges", []);
    assert!(codes as usize >= acknowledged.len(), "{codes} of {}", acknowledged.len());
    assert_eq!(
        database.value::<u32>("SELECT count(*) FROM outbox WHERE leased_until IS NOT NULL AND outcome IS NULL", []),
        0
    );
    otpd.serve().await;
    for mut browser in acknowledged {
        assert_eq!(browser.get("/otp/verify/").await.status, 200, "every acknowledged request goes on");
    }
}

/// Asks for codes one after the other; gives back the browsers whose request was acknowledged.
async fn ask_until(stop: Arc<AtomicBool>, fresh: Browser, worker: u32) -> Vec<Browser> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let mut browser = fresh.clone();
        let contact = format!("c{}@example.com", (worker * 25 + n % 25) % 200);
        let fields = [("contact_type", "email"), ("contact_value", contact.as_str())];
        match browser.try_submit("/otp/request/", "/otp/request/", &fields).await {
            Ok(reply) => {
                assert_eq!(reply.status, 303, "{}", reply.text());
                assert!(browser.cookie(PENDING).is_some());
                acknowledged.push(browser);
            }
            Err(_) => break,
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_begun_before_sigterm_is_answered_and_new_work_is_not_taken() {
    let mut otpd = Otpd::start(Settings::new()).await;
    let mut browser = otpd.browser();
    let page = browser.get("/otp/request/").await;
    let form = otpd_tests::browser::form_to(&page, "/otp/request/").expect("the form");
    let (_, token) = &form.hidden[0];
    let fields = [("csrf_token", token.as_str()), ("contact_type", "email"), ("contact_value", "test@example.com")];
    let bytes = browser.form_request("/otp/request/", &fields).to_bytes(otpd.address);
    let (start, rest) = bytes.split_at(bytes.len() - 5);
    let mut begun = TcpStream::connect(otpd.address).await.expect("a connection");
    begun.write_all(start).await.expect("written");
    // The server has read the head once it has answered a later connection.
    assert_eq!(otpd.browser().get("/health/ready").await.status, 200);

    otpd.terminate();
    poll::until("not ready", Duration::from_secs(5), async || {
        let reply = http::send(otpd.address, &Request::new("GET", "/health/ready")).await;
        reply.map_or(true, |reply| reply.status == 503).then_some(())
    })
    .await;
    begun.write_all(rest).await.expect("written");
    let reply = http::read_reply(&mut begun).await.expect("what was begun is answered");
    assert_eq!(reply.status, 303);
    assert!(otpd.ended().await.success(), "{}", otpd.log());
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM challenges", []), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_of_a_hand_off_gives_the_message_back() {
    let sink = Sink::new(|_, before| if before == 0 { Verdict::Hang } else { Verdict::Accept });
    let settings = Settings::new()
        .with("email.transport", "smtp")
        .with("email.smtp.host", "127.0.0.1")
        .with("email.smtp.port", &sink.listen().await.port().to_string())
        .with("email.smtp.encryption", "none");
    let mut otpd = Otpd::start(settings).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    poll::until("the hand-off", Duration::from_secs(10), async || {
        (!sink.hand_offs_for("test@example.com").is_empty()).then_some(())
    })
    .await;
    let asked = Instant::now();
    otpd.terminate();
    assert!(otpd.ended().await.success(), "{}", otpd.log());
    assert!(asked.elapsed() < DRAIN + Duration::from_secs(1), "it took {:?}", asked.elapsed());
    otpd.serve().await;
    poll::until("the message once more", Duration::from_secs(20), async || {
        (sink.hand_offs_for("test@example.com").len() == 2).then_some(())
    })
    .await;
    let copies = sink.hand_offs_for("test@example.com");
    assert_eq!(copies[0].message_id(), copies[1].message_id());
    assert_eq!(copies[0].code(), copies[1].code());
    assert_eq!(browser.verify(&copies[1].code().expect("a code")).await.status, 303);
}
