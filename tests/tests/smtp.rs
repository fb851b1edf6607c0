//! Mail through a real server, with TLS and a login, and through one that misbehaves.

use std::time::Duration;

use otpd_tests::peers::{MailServer, PASSWORD, USERNAME};
use otpd_tests::sink::{Sink, Verdict};
use otpd_tests::{Otpd, Settings, ledger, poll};
use serde_json::{Value, json};

fn settings_for(server: &MailServer, encryption: &str) -> Settings {
    Settings::new()
        .with("email.transport", "smtp")
        .with("email.smtp.host", "localhost")
        .with("email.smtp.port", &server.port.to_string())
        .with("email.smtp.encryption", encryption)
        .with("email.smtp.username", USERNAME)
        .with("email.smtp.password", PASSWORD)
        .with("email.smtp.ca_file", server.authority().to_str().expect("a path"))
}

#[tokio::test]
async fn a_code_travels_over_starttls() {
    a_code_travels("starttls").await;
}

#[tokio::test]
async fn a_code_travels_over_implicit_tls() {
    a_code_travels("tls").await;
}

async fn a_code_travels(encryption: &str) {
    let server = MailServer::start(encryption).await;
    let otpd = Otpd::start(settings_for(&server, encryption).with("limits.send.cooldown", "0s")).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let mail = server.message(1).await;

    let (text, html) = well_formed(&mail, "test@example.com");
    let code = ledger::code_in(&text).expect("a code");
    assert!(text.contains("Asha Rao") && html.contains("Asha Rao"), "{text}\n{html}");
    assert!(html.contains(&code), "{html}");
    let subject = mail["subject"].as_str().expect("a subject");
    assert!(subject.contains("Waste Billing"), "{subject}");
    assert_eq!(browser.verify(&code).await.status, 303);

    let mut other = otpd.browser();
    other.request_code("email", "test@example.com").await;
    let second = server.message(2).await;
    assert_ne!(mail["message_id"], second["message_id"]);
}

#[tokio::test]
async fn arabic_arrives_as_it_was_written() {
    let server = MailServer::start("starttls").await;
    let settings = settings_for(&server, "starttls").customer("ليلى حداد", "layla@example.com", "");
    let otpd = Otpd::start(settings).await;
    let mut browser = otpd.browser();
    "ar".clone_into(&mut browser.language);
    browser.request_code("email", "layla@example.com").await;
    let mail = server.message(1).await;
    let (text, html) = well_formed(&mail, "layla@example.com");
    assert!(text.contains("ليلى حداد") && html.contains("ليلى حداد"), "{text}\n{html}");
    assert!(html.contains(r#"dir="rtl""#), "{html}");
    let subject = mail["subject"].as_str().expect("a subject");
    assert!(subject.chars().any(|letter| ('\u{600}'..'\u{700}').contains(&letter)), "{subject}");
    let code = ledger::code_in(&text).expect("a code");
    assert_eq!(browser.verify(&code).await.status, 303);
}

/// What holds for every mail; gives back its text and HTML parts.
fn well_formed(mail: &Value, to: &str) -> (String, String) {
    assert_eq!(mail["defects"], json!([]), "{mail}");
    assert_eq!((&mail["envelope_to"], &mail["to"]), (&json!([to]), &json!([to])));
    assert_eq!((&mail["cc"], &mail["bcc"]), (&Value::Null, &Value::Null));
    assert_eq!(mail["envelope_from"], "codes@example.com");
    assert_eq!(mail["from"], json!(["Waste Billing <codes@example.com>"]));
    assert_eq!((&mail["encrypted"], &mail["content_type"]), (&json!(true), &json!("multipart/alternative")));
    let headers: Vec<&str> = mail["headers"].as_array().expect("headers").iter().filter_map(Value::as_str).collect();
    for once in ["from", "to", "subject", "date", "message-id", "mime-version"] {
        assert_eq!(headers.iter().filter(|header| **header == once).count(), 1, "{once} in {headers:?}");
    }
    let age = otpd_tests::time::now_millis() / 1_000 - mail["date"].as_i64().expect("a date");
    assert!((-2..=60).contains(&age), "sent {age} s ago");
    let part = |kind: &str| {
        assert_eq!(mail["parts"][kind]["charset"], "utf-8", "{mail}");
        mail["parts"][kind]["content"].as_str().expect("a part").to_owned()
    };
    assert_eq!(mail["parts"].as_object().expect("parts").len(), 2, "{mail}");
    (part("text/plain"), part("text/html"))
}

#[tokio::test]
async fn a_wrong_password_is_the_operators_news_and_not_the_visitors() {
    let server = MailServer::start("starttls").await;
    let otpd = Otpd::start(settings_for(&server, "starttls").with("email.smtp.password", "wrong")).await;
    let mut browser = otpd.browser();
    let reply = browser.request_code("email", "test@example.com").await;
    assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"));
    assert_eq!(browser.get("/otp/verify/").await.status, 200);

    let output = otpd.run(&["send-test", "--channel", "email", "--to", "test@example.com"]).await;
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success());
    assert!(told.contains("535"), "the server's own words: {told}");
    assert!(server.messages().is_empty());
    poll::until("a line in the log", Duration::from_secs(10), async || otpd.log().contains("535").then_some(())).await;
    assert!(!otpd.log().contains("test@example.com"), "contacts are masked: {}", otpd.log());
}

#[tokio::test]
async fn send_test_sends() {
    let server = MailServer::start("tls").await;
    let otpd = Otpd::prepare(settings_for(&server, "tls")).await;
    otpd.run_well(&["send-test", "--channel", "email", "--to", "someone@example.net"]).await;
    well_formed(&server.message(1).await, "someone@example.net");
}

#[tokio::test]
async fn a_server_with_an_unknown_certificate_gets_nothing() {
    let server = MailServer::start("starttls").await;
    let other = MailServer::start("starttls").await;
    let distrusting =
        settings_for(&server, "starttls").with("email.smtp.ca_file", other.authority().to_str().expect("a path"));
    let otpd = Otpd::prepare(distrusting).await;
    let output = otpd.run(&["send-test", "--channel", "email", "--to", "test@example.com"]).await;
    assert!(!output.status.success());
    assert!(server.messages().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misbehaving_server_delays_its_own_mails_only() {
    let sink = Sink::new(|to, before| match to.split('@').next() {
        Some("busy") if before == 0 => Verdict::Refuse("451 4.3.0 try again later"),
        Some("shedding") if before == 0 => Verdict::Refuse("421 4.3.2 closing down"),
        Some("unknown") => Verdict::Refuse("550 5.1.1 no such mailbox"),
        Some("dropped") if before == 0 => Verdict::Drop,
        Some("hanging") if before == 0 => Verdict::Hang,
        _ => Verdict::Accept,
    });
    let settings = Settings::default()
        .with("email.transport", "smtp")
        .with("email.smtp.host", "127.0.0.1")
        .with("email.smtp.port", &sink.listen().await.port().to_string())
        .with("email.smtp.encryption", "none")
        .with("delivery.timeout", "2s")
        .with("delivery.lease", "4s");
    let people = ["busy", "shedding", "unknown", "dropped", "hanging", "plain"];
    let settings =
        people.iter().fold(settings, |settings, name| settings.customer(name, &format!("{name}@example.com"), ""));
    let otpd = Otpd::start(settings).await;
    for name in people {
        let mut browser = otpd.browser();
        assert_eq!(browser.request_code("email", &format!("{name}@example.com")).await.status, 303);
    }
    let open = "SELECT count(*) FROM outbox WHERE outcome IS NULL";
    poll::until("the end of every message", Duration::from_mins(1), async || {
        (otpd.database().value::<u32>(open, []) == 0).then_some(())
    })
    .await;

    let arrived = |name: &str| {
        let hand_offs = sink.hand_offs_for(&format!("{name}@example.com"));
        hand_offs.into_iter().filter(|hand_off| hand_off.arrived()).collect::<Vec<_>>()
    };
    for (name, times) in [("plain", 1), ("busy", 1), ("shedding", 1), ("unknown", 0), ("dropped", 2), ("hanging", 2)] {
        let copies = arrived(name);
        assert_eq!(copies.len(), times, "{name}");
        for copy in &copies {
            assert_eq!(copy.message_id(), copies[0].message_id(), "a retry has the same Message-ID");
            assert_eq!(copy.code(), copies[0].code(), "a retry has the same code");
        }
    }
    let outcomes = "SELECT count(*) FROM outbox WHERE outcome = ?1";
    let database = otpd.database();
    assert_eq!(database.value::<u32>(outcomes, ["accepted"]), 5);
    assert_eq!(database.value::<u32>(outcomes, ["refused"]), 1);
    let first_of_all = sink.ledger().iter().find(|hand_off| hand_off.verdict == Verdict::Accept).map(|h| h.to.clone());
    assert_eq!(first_of_all.as_deref(), Some("plain@example.com"), "it waited for nobody");
}

#[tokio::test]
async fn pages_live_while_mail_is_down_and_mail_comes_when_it_is_back() {
    let address = otpd_tests::otpd::free_address();
    let settings = Settings::new()
        .with("email.transport", "smtp")
        .with("email.smtp.host", "127.0.0.1")
        .with("email.smtp.port", &address.port().to_string())
        .with("email.smtp.encryption", "none");
    let otpd = Otpd::start(settings).await;
    let mut browser = otpd.browser();
    assert_eq!(browser.request_code("email", "test@example.com").await.status, 303);
    let tried = "SELECT count(*) FROM outbox WHERE tries > 0 AND outcome IS NULL";
    poll::until("a failed try", Duration::from_secs(10), async || {
        (otpd.database().value::<u32>(tried, []) == 1).then_some(())
    })
    .await;
    assert_eq!(browser.get("/otp/verify/").await.status, 200);

    let sink = Sink::new(|_, _| Verdict::Accept);
    sink.listen_on(address).await;
    let code = poll::until("the mail", Duration::from_secs(30), async || {
        sink.hand_offs_for("test@example.com").first().and_then(|mail| mail.code())
    })
    .await;
    assert_eq!(browser.verify(&code).await.status, 303);
}
