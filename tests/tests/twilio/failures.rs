//! What a provider may do to a message, and how it ends: shown from the provider's ledger and from the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use otpd_tests::provider::{Answer, Provider};
use otpd_tests::{Otpd, poll};

use crate::{ACCOUNT, PATIENCE, TOKEN, created, ended, error, number, row, send, settings, sid, tried};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_as_twilio_wants_it() {
    let twilio = Provider::start(|asked, _| created(asked)).await;
    let otpd = Otpd::start(settings(&twilio)).await;
    send(&otpd, &number(0), "Login").await;
    let row = ended(&otpd, &number(0)).await;
    assert_eq!(row.outcome.as_deref(), Some("accepted"));
    assert_eq!((row.transport.as_deref(), row.reference), (Some("twilio"), Some(sid(&number(0)))));
    assert_eq!(row.segments, Some(1));

    let [asked] = &twilio.asked_for(&number(0))[..] else { panic!("one request: {:?}", twilio.ledger()) };
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", messages().as_str()));
    let login = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
    assert_eq!(asked.header("authorization"), Some(login.as_str()));
    assert_eq!((asked.field("To"), asked.field("From")), (format!("+{}", number(0)), "+15005550006".to_owned()));
    assert_eq!(asked.field("StatusCallback"), format!("{}/api/twilio/status", otpd.url()));
    let validity: u64 = asked.field("ValidityPeriod").parse().expect("seconds");
    assert!((200..=300).contains(&validity), "what is left of five minutes: {validity}");
    let otp = otpd_tests::ledger::code_in(&asked.field("Body")).expect("a code");
    let body = serde_json::json!({ "phone": number(0), "otp": otp });
    assert_eq!(otpd.post("/api/users/verify-otp/", &body).await.status, 200);
}

fn messages() -> String {
    format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_ends_its_own_message_in_its_own_way() {
    let twilio = Provider::start(|asked, before| match asked.to.as_str() {
        to if to == number(1) => error(400, 21211),
        to if to == number(2) => error(400, 21608),
        to if to == number(3) => error(400, 21610),
        to if to == number(4) && before == 0 => error(500, 20500),
        to if to == number(5) => error(500, 20500),
        to if to == number(6) => Answer::Hang,
        to if to == number(7) => Answer::Cut,
        to if to == number(10) => error(503, 20503),
        to if to == number(8) && before == 0 => Answer::Hang,
        to if to == number(9) && before == 0 => Answer::Cut,
        _ => created(asked),
    })
    .await;
    let otpd = Otpd::start(settings(&twilio)).await;
    for n in 0..=10 {
        send(&otpd, &number(n), if n == 10 { "Brief" } else { "Login" }).await;
    }
    // Of each: how it ends, and how often the provider was asked.
    let ends = [
        (0, "accepted", 1..=1, "201"),
        (1, "refused", 1..=1, "no number"),
        (2, "refused", 1..=1, "not verified on a trial account"),
        (3, "refused", 1..=1, "unsubscribed"),
        (4, "accepted", 2..=2, "500, then 201"),
        (5, "refused", 2..=2, "500 twice: one blind retry"),
        (6, "refused", 2..=2, "a hang, and one blind retry"),
        (7, "refused", 2..=2, "a cut, and one blind retry"),
        (8, "accepted", 2..=2, "a hang, then 201"),
        (9, "accepted", 2..=2, "a cut, then 201"),
        (10, "expired", 2..=5, "503 until the code dies"),
    ];
    for (n, outcome, times, what) in ends {
        let row = ended(&otpd, &number(n)).await;
        assert_eq!(row.outcome.as_deref(), Some(outcome), "{what}: {row:?}");
        let asked = twilio.asked_for(&number(n));
        assert!(times.contains(&asked.len()), "{what}: asked {} times", asked.len());
        assert!(asked.iter().all(|one| one.field("Body") == asked[0].field("Body")), "{what}: a retry says the same");
        let taken = asked.iter().filter(|one| one.answer.took()).count();
        assert_eq!(taken, usize::from(outcome == "accepted"), "{what}: taken once, or never");
        assert_eq!(row.reference, (taken == 1).then(|| sid(&number(n))), "{what}");
        assert_eq!(row.transport.is_some(), taken == 1, "{what}");
    }
    let ledger = twilio.ledger();
    let dead = otpd.database().value::<i64>("SELECT expires_at FROM challenges WHERE purpose LIKE '%Brief%'", []);
    let last = ledger.iter().filter(|asked| asked.to == number(10)).map(|asked| asked.at_millis).max();
    assert!(last <= Some(dead), "never after expiry");
    no_secrets(&otpd);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_429_nothing_is_asked_before_the_time_it_said() {
    let busy = |before: usize| if before == 0 { Some(error(429, 20429).with("Retry-After: 4")) } else { None };
    let twilio = Provider::start(move |asked, before| busy(before).unwrap_or_else(|| created(asked))).await;
    let otpd = Otpd::start(settings(&twilio)).await;
    send(&otpd, &number(0), "Login").await;
    assert_eq!(ended(&otpd, &number(0)).await.outcome.as_deref(), Some("accepted"));
    let times: Vec<i64> = twilio.asked_for(&number(0)).iter().map(|asked| asked.at_millis).collect();
    assert_eq!(times.len(), 2);
    assert!(times[1] - times[0] >= 4_000, "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_pauses_all_alerts_once_and_goes_on_later() {
    let paid = Arc::new(AtomicBool::new(false));
    let seen = paid.clone();
    let twilio =
        Provider::start(move |asked, _| if seen.load(Ordering::Relaxed) { created(asked) } else { error(401, 20003) })
            .await;
    let otpd = Otpd::start(settings(&twilio)).await;
    send(&otpd, &number(0), "Login").await;
    tried(&otpd, &number(0), 1).await;
    send(&otpd, &number(1), "Login").await;
    tried(&otpd, &number(1), 1).await;
    assert_eq!(twilio.ledger().len(), 1, "who refused the login is left alone");
    assert_eq!(row(&otpd, &number(0)).outcome, None, "and no code is given up");
    let log = otpd.log();
    let alerts: Vec<&str> = log.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(alerts.len(), 1, "{log}");
    assert!(alerts[0].contains("20003"), "the provider's own error: {}", alerts[0]);

    paid.store(true, Ordering::Relaxed);
    for n in 0..2 {
        assert_eq!(ended(&otpd, &number(n)).await.outcome.as_deref(), Some("accepted"));
        assert_eq!(twilio.asked_for(&number(n)).iter().filter(|asked| asked.answer.took()).count(), 1);
    }
    no_secrets(&otpd);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_wait_for_a_provider_that_is_away() {
    let away = otpd_tests::otpd::free_address();
    let settings = {
        let anybody = Provider::start(|asked, _| created(asked)).await;
        settings(&anybody).with("sms.twilio.base_url", &format!("http://{away}"))
    };
    let otpd = Otpd::start(settings).await;
    send(&otpd, &number(0), "Login").await;
    tried(&otpd, &number(0), 1).await;
    let twilio = Provider::start_on(away, |asked, _| created(asked)).await;
    poll::until("the message", PATIENCE, async || twilio.asked_for(&number(0)).first().cloned()).await;
    assert_eq!(ended(&otpd, &number(0)).await.outcome.as_deref(), Some("accepted"));
    assert_eq!(twilio.asked_for(&number(0)).len(), 1);
}

/// Neither the token nor a whole number is in the log, although the provider repeats the token in its errors.
fn no_secrets(otpd: &Otpd) {
    let log = otpd.log();
    let login = STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    for secret in [TOKEN, &login, &number(0), &number(1), &number(6)] {
        assert!(!log.contains(secret), "{:?}", log.lines().find(|line| line.contains(secret)));
    }
}
