//! Proofs of work, made by the solver of the ALTCHA library; and patience.

use std::time::Duration;

use altcha::{Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use otpd_tests::browser::form_to;
use otpd_tests::forms::unescape;
use otpd_tests::http::{Reply, Request};
use otpd_tests::{Otpd, Settings, poll};
use serde_json::json;

use crate::visits::{ask, ask_from, ask_with, told};

/// More than patience takes.
const PATIENCE: Duration = Duration::from_secs(90);

/// A server whose one network has sent what goes without a proof.
async fn busy() -> Otpd {
    let otpd = Otpd::start(Settings::new().with("limits.send.proof_after", "1/h")).await;
    assert_eq!(ask(&otpd, "first@example.com").await.status, 303);
    otpd
}

/// What the widget would hand in.
fn solved(challenge: &str) -> String {
    let challenge = serde_json::from_str(challenge).expect("as the library writes it");
    // Without optimisation, and beside other tests, this takes a while.
    let options = SolveChallengeOptions { timeout_ms: 300_000, ..SolveChallengeOptions::new(&challenge) };
    let solution = solve_challenge(options).expect("hashes").expect("a solution");
    let made = Payload { challenge, solution };
    STANDARD.encode(serde_json::to_string(&made).expect("JSON"))
}

/// The challenge on a page.
fn challenge(page: &Reply) -> String {
    assert_eq!(page.status, 429, "{}", page.text());
    let text = page.text();
    let value = text.split_once("data-challenge=\"").and_then(|(_, rest)| rest.split_once('"'));
    unescape(value.unwrap_or_else(|| panic!("no challenge: {text}")).0)
}

#[tokio::test(flavor = "multi_thread")]
async fn work_lets_one_code_through() {
    let otpd = busy().await;
    let mut browser = otpd.browser();
    let asked = ask_with(&otpd, &mut browser, "second@example.com", &[], None).await;
    let made = solved(&challenge(&asked));
    let with_work = [("altcha", made.as_str())];
    assert_eq!(ask_with(&otpd, &mut browser, "second@example.com", &with_work, None).await.status, 303);
    let again = ask_with(&otpd, &mut browser, "third@example.com", &with_work, None).await;
    assert_eq!(again.status, 429, "once");
    assert_eq!(ask(&otpd, "third@example.com").await.status, 429, "and the network is as busy as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_known_again_after_a_crash() {
    let mut otpd = busy().await;
    let made = solved(&challenge(&ask(&otpd, "second@example.com").await));
    otpd.kill().await;
    otpd.serve().await;
    let body = |contact: &str| json!({ "email": contact, "altcha": made });
    let sent = otpd.post("/api/users/send-otp/", &body("second@example.com")).await;
    assert_eq!(sent.status, 200, "a task outlives the server that set it: {}", sent.text());
    otpd.kill().await;
    otpd.serve().await;
    assert_eq!(otpd.post("/api/users/send-otp/", &body("third@example.com")).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_back_end_works_for_the_network_it_is_in() {
    let otpd =
        Otpd::start(Settings::new().with("limits.send.proof_after", "1/h").with("server.trusted_proxies", "127.0.0.1"))
            .await;
    let post = async |contact: &str, altcha: &str, address: &str| {
        let body = json!({ "email": contact, "altcha": altcha });
        let request = Request::new("POST", "/api/users/send-otp/").header("x-forwarded-for", address).json(&body);
        otpd.send(&request).await
    };
    for address in ["192.0.2.7", "198.51.100.1"] {
        assert_eq!(ask_from(&otpd, &format!("{address}@example.com"), address).await.status, 303);
    }
    let refused = post("second@example.com", "", "192.0.2.7").await;
    assert_eq!(refused.status, 429);
    assert!(refused.text().contains("/api/proof/"), "{}", refused.text());
    let task = otpd.send(&Request::new("GET", "/api/proof/").header("x-forwarded-for", "192.0.2.7")).await;
    assert_eq!((task.status, task.header("cache-control")), (200, Some("no-store")));
    let made = solved(&task.text());
    assert_eq!(post("second@example.com", &made, "198.51.100.1").await.status, 429, "in another it is worth nothing");
    assert_eq!(post("second@example.com", &made, "192.0.2.7").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn patience_lets_one_code_through_where_no_script_runs() {
    let otpd = busy().await;
    let mut browser = otpd.browser();
    let asked = ask_with(&otpd, &mut browser, "second@example.com", &[], None).await;
    assert_eq!((asked.status, told(&asked)), (429, 60));
    let form = form_to(&asked, "/otp/request/").expect("the form again");
    let (_, ticket) = form.hidden.iter().find(|(name, _)| name == "patience").expect("a ticket");
    let with_ticket = [("patience", ticket.as_str())];
    let started = std::time::Instant::now();
    // Pressing too soon costs nothing but the press.
    poll::until("patience", PATIENCE, async || {
        let reply = ask_with(&otpd, &mut browser, "second@example.com", &with_ticket, None).await;
        (reply.status == 303).then_some(())
    })
    .await;
    assert!(started.elapsed() > Duration::from_secs(55), "it took {:?}", started.elapsed());
    let again = ask_with(&otpd, &mut otpd.browser(), "third@example.com", &with_ticket, None).await;
    assert_eq!(again.status, 429, "one at a time");
}
