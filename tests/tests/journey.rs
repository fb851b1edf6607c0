//! A customer signs in with a code, looks around, and leaves: all of it over HTTP against the real binary.

use std::time::Duration;

use otpd_tests::browser::{PENDING, SESSION, form_to};
use otpd_tests::forms::forms;
use otpd_tests::http::Reply;
use otpd_tests::{Otpd, Settings, poll};

/// A cooldown that a test need not wait for.
const NO_COOLDOWN: (&str, &str) = ("limits.send.cooldown", "0s");

fn settings() -> Settings {
    Settings::new().with(NO_COOLDOWN.0, NO_COOLDOWN.1)
}

/// Codes of six digits that are not this one.
fn wrong(code: &str) -> &'static str {
    if code == "123456" { "654321" } else { "123456" }
}

#[tokio::test]
async fn an_email_address_signs_in_and_out() {
    let otpd = Otpd::start(settings()).await;
    let mut browser = otpd.browser();

    let page = browser.get("/otp/request/").await;
    assert_eq!(page.status, 200);
    let reply = browser.request_code("email", "Test@Example.com").await;
    assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"));

    let mail = otpd.message_to("test@example.com", 1).await;
    assert_eq!(mail.code.len(), 6);
    assert!(mail.text.contains("Asha Rao") && mail.html.contains("Asha Rao"), "{mail:?}");
    assert!(mail.text.contains(&mail.code) && mail.html.contains(&mail.code), "{mail:?}");
    assert!(!mail.subject.is_empty());

    let page = browser.get("/otp/verify/").await.text();
    assert!(page.contains("t•••@example.com") && !page.contains("test@example.com"), "{page}");
    let reply = browser.verify(&mail.code).await;
    assert_eq!((reply.status, reply.location()), (303, "/dashboard/"));
    assert!(browser.cookie(PENDING).is_none(), "the pending sign-in is over");

    let dashboard = browser.get("/dashboard/").await;
    assert_eq!(dashboard.status, 200);
    let text = dashboard.text();
    for shown in ["Asha Rao", "t•••@example.com", "+91•••••••210", "Household", "Firefox on Linux"]
    {
        assert!(text.contains(shown), "no {shown} in {text}");
    }
    assert!(!text.contains("9876543210") && !text.contains("test@example.com"), "{text}");

    let token = browser.cookie(SESSION).expect("a session").to_owned();
    let reply = browser.submit("/otp/logout/", "/otp/logout/", &[]).await;
    assert_eq!((reply.status, reply.location()), (303, "/otp/request/"));
    assert!(browser.cookie(SESSION).is_none());
    browser.set_cookie(SESSION, &token);
    let reply = browser.get("/dashboard/").await;
    assert_eq!(reply.status, 303, "the session ended on the server, too");
    assert!(reply.location().starts_with("/otp/request/?next="), "{}", reply.location());
}

#[tokio::test]
async fn every_way_of_writing_a_number_reaches_one_phone() {
    let otpd = Otpd::start(settings().customer("Juma", "", "255694230173")).await;
    let written = ["9876543210", "+919876543210", "919876543210", "+91 98765 43210", "98765-43210", "09876543210"];
    for typed in written {
        let mut browser = otpd.sign_in_typed("phone", typed, "+919876543210").await;
        assert_eq!(browser.get("/dashboard/").await.status, 200, "{typed}");
    }
    let mut juma = otpd.sign_in_typed("phone", "255694230173", "+255694230173").await;
    assert!(juma.get("/dashboard/").await.text().contains("Juma"));
}

#[tokio::test]
async fn the_last_line_of_a_text_binds_the_code_to_the_host() {
    let otpd = Otpd::start(settings()).await;
    otpd.sign_in_typed("phone", "9876543210", "+919876543210").await;
    let sms = otpd.message_to("+919876543210", 1).await;
    let expected = format!("Your OTP for Waste Billing is: {}. Valid for 5 minutes only.", sms.code);
    assert_eq!(sms.text.lines().next(), Some(expected.as_str()));
    // The form browsers read: https://wicg.github.io/sms-one-time-codes/ and Apple's domain-bound codes.
    let last = sms.text.lines().last().expect("a last line");
    let (host, code) = last.strip_prefix('@').and_then(|rest| rest.split_once(" #")).expect("@host #code");
    assert_eq!((host, code), ("127.0.0.1", sms.code.as_str()));
    assert!(!sms.text.ends_with('\n'), "nothing may follow the last line: {:?}", sms.text);
}

#[tokio::test]
async fn a_wrong_code_is_told_with_the_attempts_left() {
    let otpd = Otpd::start(settings()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let code = otpd.message_to("test@example.com", 1).await.code;
    let page = browser.get("/otp/verify/").await;
    let form = form_to(&page, "/otp/verify/").expect("the form");
    for told in ["4 attempts left", "3 attempts left", "2 attempts left", "one attempt left"] {
        let reply = browser.verify(wrong(&code)).await;
        assert_eq!(reply.status, 200);
        assert!(reply.text().contains(told), "{told}: {}", reply.text());
    }
    for (what, guess) in [("the fifth was the last", wrong(&code)), ("the right one comes too late", &code)] {
        let reply = browser.try_send(&form, &[("otp_code", guess)]).await.expect("a reply");
        assert_eq!(reply.status, 429, "{what}");
        assert!(reply.text().contains("Too many wrong attempts"), "{what}: {}", reply.text());
    }
    assert!(browser.cookie(SESSION).is_none());
}

#[tokio::test]
async fn malformed_input_costs_no_attempt() {
    let otpd = Otpd::start(settings()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let code = otpd.message_to("test@example.com", 1).await.code;
    for typed in ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34"] {
        assert_eq!(browser.verify(typed).await.status, 400, "{typed:?}");
    }
    let spaced = format!(" {}-{} ", &code[..3], &code[3..]);
    assert_eq!(browser.verify(&spaced).await.status, 303, "spaces and hyphens are overlooked");
    assert_eq!(otpd.database().value::<u32>("SELECT attempts FROM challenges", []), 1);
}

#[tokio::test]
async fn an_expired_code_is_told_as_expired() {
    let otpd = Otpd::start(settings().with("challenges.ttl", "10s")).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let code = otpd.message_to("test@example.com", 1).await.code;
    let page = browser.get("/otp/verify/").await;
    poll::until("the expiry", Duration::from_secs(15), async || {
        let left: i64 = otpd.database().value("SELECT expires_at FROM challenges", []);
        (otpd_tests::time::now_millis() >= left).then_some(())
    })
    .await;
    let form = form_to(&page, "/otp/verify/").expect("the form");
    let reply = browser.try_send(&form, &[("otp_code", &code)]).await.expect("a reply");
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains("This code has expired"), "{}", reply.text());
    assert!(browser.cookie(SESSION).is_none());
}

#[tokio::test]
async fn a_used_code_opens_nothing() {
    let otpd = Otpd::start(settings()).await;
    let mut first = otpd.browser();
    first.request_code("email", "test@example.com").await;
    let code = otpd.message_to("test@example.com", 1).await.code;
    let mut second = first.clone();
    let page = second.get("/otp/verify/").await;
    assert_eq!(first.verify(&code).await.status, 303);
    let form = form_to(&page, "/otp/verify/").expect("the form");
    let reply = second.try_send(&form, &[("otp_code", &code)]).await.expect("a reply");
    assert!(second.cookie(SESSION).is_none(), "{}", reply.text());
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM sessions", []), 1);
}

#[tokio::test]
async fn a_resend_kills_the_old_code() {
    let otpd = Otpd::start(settings()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let old = otpd.message_to("test@example.com", 1).await;
    let mut stale = browser.clone();
    let reply = browser.resend().await;
    assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"));
    let new = otpd.message_to("test@example.com", 2).await;
    assert_ne!(old.id, new.id);
    if old.code != new.code {
        assert_eq!(browser.verify(&old.code).await.status, 200, "the old code is wrong now");
    }
    let reply = stale.try_submit("/otp/verify/", "/otp/verify/", &[("otp_code", &old.code)]).await;
    assert!(reply.is_err() && stale.cookie(SESSION).is_none(), "the old handle leads nowhere: {reply:?}");
    assert_eq!(browser.verify(&new.code).await.status, 303);
}

#[tokio::test]
async fn a_resend_too_soon_says_how_long_to_wait() {
    let otpd = Otpd::start(Settings::new()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let code = otpd.message_to("test@example.com", 1).await.code;
    let page = browser.get("/otp/resend/").await;
    assert_eq!(page.status, 200, "a GET shows the button");
    let reply = browser.submit("/otp/resend/", "/otp/resend/", &[]).await;
    assert_eq!(reply.status, 429);
    let wait: u64 = reply.header("retry-after").and_then(|wait| wait.parse().ok()).expect("Retry-After");
    assert!((1..=30).contains(&wait), "{wait}");
    assert_eq!(browser.verify(&code).await.status, 303, "the code stands");
    assert_eq!(otpd.mails().len(), 1);
}

#[tokio::test]
async fn the_contact_can_be_changed() {
    let otpd = Otpd::start(settings()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "nobody@example.com").await;
    assert!(browser.get("/otp/verify/").await.text().contains("n•••@example.com"));
    browser.request_code("phone", "9876543210").await;
    assert!(browser.get("/otp/verify/").await.text().contains("+91•••••••210"));
    let code = otpd.message_to("+919876543210", 1).await.code;
    assert_eq!(browser.verify(&code).await.status, 303);
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let otpd = Otpd::start(settings()).await;
    let mut laptop = otpd.sign_in("email", "test@example.com").await;
    let mut phone = otpd.sign_in("email", "test@example.com").await;
    let mut tablet = otpd.sign_in("email", "test@example.com").await;

    let page = tablet.get("/dashboard/").await;
    let ends = forms(&page.text()).into_iter().filter(|form| form.action == "/dashboard/sessions/end/");
    let ends: Vec<_> = ends.collect();
    assert_eq!(ends.len(), 2, "one button for every other session: {ends:?}");
    let reply = tablet.try_send(&ends[0], &[]).await.expect("a reply");
    assert_eq!((reply.status, reply.location()), (303, "/dashboard/"));
    let mut alive = Vec::new();
    for browser in [&mut laptop, &mut phone, &mut tablet] {
        alive.push(browser.get("/dashboard/").await.status);
    }
    assert!(matches!(alive.as_slice(), [303, 200, 200] | [200, 303, 200]), "{alive:?}");

    tablet.submit("/dashboard/", "/dashboard/sessions/end-others/", &[]).await;
    assert_eq!(tablet.get("/dashboard/").await.status, 200, "its own session stays");
    assert_eq!(laptop.get("/dashboard/").await.status, 303);
    assert_eq!(phone.get("/dashboard/").await.status, 303);
}

#[tokio::test]
async fn a_session_of_another_customer_cannot_be_ended() {
    let otpd = Otpd::start(settings().customer("Mallory", "mallory@example.com", "")).await;
    let mut asha = otpd.sign_in("email", "test@example.com").await;
    let mut mallory = otpd.sign_in("email", "mallory@example.com").await;
    otpd.sign_in("email", "test@example.com").await;
    otpd.sign_in("email", "mallory@example.com").await;
    let hidden =
        |page: &Reply| forms(&page.text()).into_iter().filter(|form| form.action == "/dashboard/sessions/end/");
    let page = asha.get("/dashboard/").await;
    let victim = hidden(&page).next().expect("a button").hidden;
    let (_, id) = victim.into_iter().find(|(name, _)| name == "session_id").expect("an id");
    let page = mallory.get("/dashboard/").await;
    let mut own = hidden(&page).next().expect("a button");
    own.hidden.retain(|(name, _)| name != "session_id");
    mallory.try_send(&own, &[("session_id", &id)]).await.expect("a reply");
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL", []), 0);
}

#[tokio::test]
async fn next_is_a_path_on_this_host_or_nothing() {
    let otpd = Otpd::start(settings()).await;
    for (next, expected) in [
        ("/dashboard/?from=mail", "/dashboard/?from=mail"),
        ("https://evil.example/", "/dashboard/"),
        ("//evil.example/", "/dashboard/"),
        ("/\\evil.example", "/dashboard/"),
        ("javascript:alert(1)", "/dashboard/"),
    ] {
        let mut browser = otpd.browser();
        let before = otpd.messages_to("test@example.com").len();
        let query: String =
            form_urlencoded::Serializer::new("/otp/request/?".to_owned()).append_pair("next", next).finish();
        let fields = [("contact_type", "email"), ("contact_value", "test@example.com")];
        let reply = browser.submit(&query, "/otp/request/", &fields).await;
        let code = otpd.message_to("test@example.com", before + 1).await.code;
        let reply = browser.submit(reply.location(), "/otp/verify/", &[("otp_code", &code)]).await;
        assert_eq!((reply.status, reply.location()), (303, expected), "{next}");
    }
}

#[tokio::test]
async fn an_unknown_contact_is_told_nothing_and_sent_nothing() {
    let otpd = Otpd::start(settings()).await;
    let mut replies = Vec::new();
    for (kind, contact) in [("email", "test@example.com"), ("email", "tess@example.com")] {
        let mut browser = otpd.browser();
        let asked = browser.request_code(kind, contact).await;
        every_message_has_ended(&otpd).await;
        let verify = browser.get("/otp/verify/").await;
        let resent = browser.resend().await;
        every_message_has_ended(&otpd).await;
        let wrong = browser.verify("000000").await;
        replies.push([asked, verify, resent, wrong].map(|reply| told(&reply)));
    }
    otpd.message_to("test@example.com", 2).await;
    for (known, unknown) in replies[0].iter().zip(&replies[1]) {
        assert_eq!(known, unknown);
    }
    assert!(otpd.messages_to("tess@example.com").is_empty());
}

/// The news on the page says where the message is: it is compared once that no longer changes.
async fn every_message_has_ended(otpd: &Otpd) {
    poll::until("the end of every message", Duration::from_secs(10), async || {
        let open: u32 = otpd.database().value("SELECT count(*) FROM outbox WHERE outcome IS NULL", []);
        (open == 0).then_some(())
    })
    .await;
}

/// What a reply tells, without what differs between any two replies: the values of cookies and tokens, and times.
fn told(reply: &Reply) -> (u16, Vec<String>, String) {
    let masked = |name: &str, value: &str| match name {
        "date" => String::new(),
        "set-cookie" => {
            let (name, rest) = value.split_once('=').unwrap_or_default();
            format!("{name}{:?}", rest.split_once(';').map(|(value, attributes)| (value.len(), attributes)))
        }
        _ => value.to_owned(),
    };
    let headers = reply.headers.iter().map(|(name, value)| format!("{name}: {}", masked(name, value))).collect();
    let mut body = reply.text();
    let hidden = forms(&body).into_iter().flat_map(|form| form.hidden);
    for (_, value) in hidden.filter(|(_, value)| !value.is_empty()) {
        body = body.replace(&value, "…");
    }
    let mut parts = body.split("data-seconds=");
    let first = parts.next().unwrap_or_default().to_owned();
    let timeless = parts.filter_map(|part| part.split_once('<')).fold(first, |text, (_, rest)| text + "<" + rest);
    (reply.status, headers, timeless)
}
