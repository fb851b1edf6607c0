//! A code belongs to its challenge, its contact and its purpose.

use otpd_tests::api::PASSWORD;
use otpd_tests::browser::PENDING;
use otpd_tests::http::Reply;
use otpd_tests::{Browser, Otpd, Settings};
use serde_json::{Value, json};

use crate::doors::{verification, wrong};

const EMAIL: &str = "test@example.com";

/// Codes of ten digits: two of them are not the same by chance.
fn settings() -> Settings {
    Settings::new().with("challenges.code_length", "10").with("limits.send.cooldown", "0s")
}

fn signed_in(reply: &Reply) -> bool {
    reply.status == 303 && reply.location() == "/dashboard/"
}

/// A browser that waits for a code to choose a new password with.
async fn forgetful(otpd: &Otpd) -> Browser {
    let mut browser = otpd.browser();
    let reply = browser.submit("/password/forgotten/", "/password/forgotten/", &[("contact", EMAIL)]).await;
    assert_eq!((reply.status, reply.location()), (303, "/password/new/"), "{}", reply.text());
    browser
}

async fn reset(browser: &mut Browser, code: &str) -> Reply {
    browser.submit("/password/new/", "/password/new/", &[("otp_code", code), ("password", PASSWORD)]).await
}

#[tokio::test]
async fn a_code_of_one_purpose_is_wrong_for_every_other() {
    let otpd = Otpd::start(settings()).await;
    let mut signing_in = otpd.browser();
    signing_in.request_code("email", EMAIL).await;
    let for_sign_in = otpd.message_to(EMAIL, 1).await.code;
    let mut resetting = forgetful(&otpd).await;
    let for_reset = otpd.message_to(EMAIL, 2).await.code;
    let mut caller = verification(&otpd, EMAIL).await;
    caller.code = otpd.message_to(EMAIL, 3).await.code;

    for foreign in [&for_reset, &caller.code] {
        assert!(!signed_in(&signing_in.verify(foreign).await));
    }
    for foreign in [&for_sign_in, &caller.code] {
        assert!(!signed_in(&reset(&mut resetting, foreign).await));
    }
    for foreign in [&for_sign_in, &for_reset] {
        assert_eq!(caller.check.ask(foreign).await.status, 400);
    }
    assert!(signed_in(&signing_in.verify(&for_sign_in).await), "each is right where it belongs");
    assert!(signed_in(&reset(&mut resetting, &for_reset).await));
    assert_eq!(caller.check.ask(&caller.code).await.status, 200);
}

#[tokio::test]
async fn a_code_is_wrong_for_another_contact_and_another_type() {
    let otpd = Otpd::start(settings().with("verification.types", "Login, Payment")).await;
    let body = |phone: &str, kind: &str| json!({ "phone": phone, "verification_type": kind });
    let (mine, other) = ("+919876543210", "+919876543211");
    let wanted = [(mine, "Login", 1), (mine, "Payment", 2), (other, "Login", 1)];
    let mut codes = Vec::new();
    for (phone, kind, n) in wanted {
        assert_eq!(otpd.post("/api/users/send-otp/", &body(phone, kind)).await.status, 200);
        codes.push(otpd.message_to(phone, n).await.code);
    }
    let check = async |phone: &str, kind: &str, code: &str| {
        let mut body = body(phone, kind);
        body["otp"] = code.into();
        otpd.post("/api/users/verify-otp/", &body).await.status
    };
    for (at, (phone, kind, _)) in wanted.into_iter().enumerate() {
        for (from, code) in codes.iter().enumerate().filter(|(from, _)| *from != at) {
            assert_eq!(check(phone, kind, code).await, 400, "{:?} typed for {:?}", wanted[from], wanted[at]);
        }
    }
    for ((phone, kind, _), code) in wanted.into_iter().zip(&codes) {
        assert_eq!(check(phone, kind, code).await, 200, "{kind} of {phone}");
    }
}

#[tokio::test]
async fn a_code_is_wrong_for_another_challenge_of_the_same_contact() {
    let otpd = Otpd::start(settings()).await;
    let (mut one, mut other) = (otpd.browser(), otpd.browser());
    one.request_code("email", EMAIL).await;
    let for_one = otpd.message_to(EMAIL, 1).await.code;
    other.request_code("email", EMAIL).await;
    let for_other = otpd.message_to(EMAIL, 2).await.code;
    assert!(!signed_in(&one.verify(&for_other).await));
    assert!(!signed_in(&other.verify(&for_one).await));
    assert!(signed_in(&one.verify(&for_one).await));
    assert!(signed_in(&other.verify(&for_other).await));
}

#[tokio::test]
async fn the_id_of_a_verification_takes_no_other_code() {
    let otpd = Otpd::start(settings()).await;
    let key = otpd.api_key("verifications").await;
    let mut made = Vec::new();
    for email in ["one@example.com", "two@example.com"] {
        let reply = otpd.post_with_key(&key, "/api/v1/verifications", &json!({ "to": { "email": email } })).await;
        let id = reply.json()["id"].as_str().expect("an id").to_owned();
        made.push((id, otpd.message_to(email, 1).await.code));
    }
    let check = async |id: &str, code: &str| {
        let path = format!("/api/v1/verifications/{id}/check");
        otpd.post_with_key(&key, &path, &json!({ "code": code })).await.status
    };
    assert_eq!(check(&made[0].0, &made[1].1).await, 409);
    assert_eq!(check(&made[1].0, &made[0].1).await, 409);
    // The public part of one id with the secret of the other.
    let half = made[0].0.len() / 2;
    let spliced = format!("{}{}", &made[0].0[..half], &made[1].0[half..]);
    assert_eq!(check(&spliced, &made[0].1).await, 404);
    assert_eq!(check(&made[0].0, &made[0].1).await, 200);
    assert_eq!(check(&made[1].0, &made[1].1).await, 200);
}

#[tokio::test]
async fn a_stranger_who_knows_the_address_burns_nobodys_attempts() {
    let otpd = Otpd::start(settings()).await;
    let mut victim = otpd.browser();
    victim.request_code("email", EMAIL).await;
    let code = otpd.message_to(EMAIL, 1).await.code;
    let attempts = "SELECT attempts FROM challenges ORDER BY created_at LIMIT 1";

    let mut stranger = otpd.browser();
    stranger.request_code("email", EMAIL).await;
    for _ in 0..6 {
        stranger.try_submit("/otp/verify/", "/otp/verify/", &[("otp_code", &wrong(&code))]).await.ok();
    }
    let own = stranger.cookie(PENDING).map(str::to_owned);
    let theirs = victim.cookie(PENDING).expect("a handle");
    let public = &theirs[..22];
    for made_up in [public.to_owned(), format!("{public}{}", &own.unwrap_or_default()), "A".repeat(theirs.len())] {
        let mut stranger = otpd.browser();
        stranger.set_cookie(PENDING, &made_up);
        let page = stranger.get("/otp/verify/").await;
        assert_eq!((page.status, page.location()), (303, "/otp/request/"), "no such pending sign-in");
    }
    for path in ["/api/users/verify-otp/", "/api/verify-otp/"] {
        for _ in 0..6 {
            let body: Value = json!({ "email": EMAIL, "otp": wrong(&code) });
            assert_eq!(otpd.post(path, &body).await.status, 400, "{path}");
        }
    }
    assert_eq!(otpd.database().value::<u32>(attempts, []), 0);
    assert!(signed_in(&victim.verify(&code).await));
}
