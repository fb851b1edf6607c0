//! Many hands at one code, at the same moment.

use otpd_tests::browser::{SESSION, form_to};
use otpd_tests::forms::Form;
use otpd_tests::http::Reply;
use otpd_tests::{Browser, Otpd, Settings};

/// Sends the same form from copies of one browser, all at once, and gives back the replies with the browsers that got them.
async fn at_once(browser: &mut Browser, action: &str, bodies: Vec<Vec<(&str, String)>>) -> Vec<(Browser, Reply)> {
    let form = form(browser, action).await;
    let mut tasks = tokio::task::JoinSet::new();
    for fields in bodies {
        let (mut browser, form) = (browser.clone(), form.clone());
        let fields: Vec<(String, String)> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        tasks.spawn(async move {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let reply = browser.try_send(&form, &fields).await.expect("a reply");
            (browser, reply)
        });
    }
    tasks.join_all().await
}

async fn form(browser: &mut Browser, action: &str) -> Form {
    form_to(&browser.get("/otp/verify/").await, action).expect("the form")
}

fn guesses(codes: impl Iterator<Item = u32>) -> Vec<Vec<(&'static str, String)>> {
    codes.map(|code| vec![("otp_code", format!("{code:06}"))]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_parallel_wrong_guesses_five_are_compared() {
    let otpd = Otpd::start(Settings::new()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let code = otpd.message_to("test@example.com", 1).await.code;
    let right: u32 = code.parse().expect("digits");
    let before = form(&mut browser, "/otp/verify/").await;

    let wrong = (0..1_000_000).filter(|guess| *guess != right).take(200);
    let replies = at_once(&mut browser, "/otp/verify/", guesses(wrong)).await;

    // Four are told that they are wrong and may try again, the fifth and all others that there were too many.
    let told_left = replies.iter().filter(|(_, reply)| reply.status == 200).count();
    let refused = replies.iter().filter(|(_, reply)| reply.status == 429).count();
    assert_eq!((told_left, refused), (4, 196));
    let database = otpd.database();
    assert_eq!(database.value::<u32>("SELECT attempts FROM challenges", []), 5);

    let reply = browser.try_send(&before, &[("otp_code", &code)]).await.expect("a reply");
    assert_eq!(reply.status, 429, "the right one comes too late");
    assert_eq!(database.value::<u32>("SELECT count(*) FROM sessions", []), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_parallel_right_codes_one_opens_a_session() {
    let otpd = Otpd::start(Settings::new()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    let code: u32 = otpd.message_to("test@example.com", 1).await.code.parse().expect("digits");

    let replies = at_once(&mut browser, "/otp/verify/", guesses(std::iter::repeat_n(code, 100))).await;

    let mut signed_in: Vec<_> = replies.into_iter().filter(|(_, reply)| reply.location() == "/dashboard/").collect();
    assert_eq!(signed_in.len(), 1);
    let (winner, _) = &mut signed_in[0];
    assert!(winner.cookie(SESSION).is_some());
    assert_eq!(winner.get("/dashboard/").await.status, 200);
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM sessions", []), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_parallel_resends_make_one_message() {
    let otpd = Otpd::start(Settings::new().with("limits.send.cooldown", "0s, 30s")).await;
    let mut browser = otpd.browser();
    browser.request_code("phone", "9876543210").await;
    otpd.message_to("+919876543210", 1).await;

    let replies = at_once(&mut browser, "/otp/resend/", vec![vec![]; 20]).await;

    // The others are led to where the newer code is typed, and leave its cookie alone.
    assert!(replies.iter().all(|(_, reply)| reply.status != 303 || reply.location() == "/otp/verify/"));
    let gives_a_handle = |cookie: &str| cookie.starts_with("otpd_pending=");
    let sent: Vec<_> =
        replies.iter().filter(|(_, reply)| reply.headers_named("set-cookie").any(gives_a_handle)).collect();
    assert_eq!(sent.len(), 1, "{:?}", replies.iter().map(|(_, reply)| reply.status).collect::<Vec<_>>());
    let newest = otpd.message_to("+919876543210", 2).await;
    let mut winner = sent[0].0.clone();
    assert_eq!(winner.verify(&newest.code).await.status, 303);
    // Nothing waits in the outbox, so no third message is on its way.
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM outbox WHERE outcome IS NULL", []), 0);
    assert_eq!(otpd.texts().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_pressed_twenty_times_sends_one_message() {
    let otpd = Otpd::start(Settings::new()).await;
    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    for _ in 1..20 {
        assert_eq!(browser.request_code("email", "test@example.com").await.status, 303);
    }
    let code = otpd.message_to("test@example.com", 1).await.code;
    assert_eq!(browser.verify(&code).await.status, 303);
    assert_eq!(otpd.database().value::<u32>("SELECT count(*) FROM outbox", []), 1);
}
