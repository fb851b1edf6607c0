//! Twilio, and a gateway behind it: what the one cannot do, the other does, and nobody gets a message twice.

use otpd_tests::provider::{Answer, Asked, Provider};
use otpd_tests::{Otpd, Settings};
use serde_json::{Value, json};

use crate::{created, ended, error, number, send, settings};

fn with_gateway(twilio: &Provider, gateway: &Provider) -> Settings {
    settings(twilio)
        .with("sms.transport", "twilio, gateway")
        .with("sms.gateway.preset", "mshastra")
        .with("sms.gateway.url", &format!("{}/sendsms_api_json.aspx", gateway.url()))
        .with("SMS_USERNAME", "profile7")
        .with("SMS_PASSWORD", "secret of the gateway")
        .with("SMS_SENDER", "WASTE")
}

/// What the gateway says when it took a message.
fn sent(asked: &Asked) -> Answer {
    Answer::say(
        200,
        &json!([{ "msg_id": format!("{}7", asked.to), "number": asked.to, "str_response": "Send Successful" }]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_gets_what_the_contract_says() {
    let twilio = Provider::start(|_, _| error(500, 20500)).await;
    let gateway = Provider::start(|asked, _| sent(asked)).await;
    let otpd = Otpd::start(with_gateway(&twilio, &gateway).with("sms.transport", "gateway")).await;
    send(&otpd, &number(0), "Login").await;
    let row = ended(&otpd, &number(0)).await;
    assert_eq!((row.outcome.as_deref(), row.transport.as_deref()), (Some("accepted"), Some("gateway")));
    assert_eq!(row.reference, Some(format!("{}7", number(0))));

    let [asked] = &gateway.ledger()[..] else { panic!("one request: {:?}", gateway.ledger()) };
    assert_eq!((asked.method.as_str(), asked.header("content-type")), ("POST", Some("application/json")));
    let body: Value = serde_json::from_str(&asked.body).expect("JSON");
    let message = body[0]["msg"].as_str().expect("a text");
    let expected = json!([{
        "user": "profile7", "pwd": "secret of the gateway", "number": number(0), "sender": "WASTE",
        "msg": message, "language": "Unicode",
    }]);
    assert_eq!(body, expected);
    let otp = otpd_tests::ledger::code_in(message).expect("a code");
    let reply = otpd.post("/api/users/verify-otp/", &json!({ "phone": number(0), "otp": otp })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(twilio.ledger().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_or_a_refused_login_goes_to_the_next_one_and_nothing_goes_twice() {
    let twilio = Provider::start(|asked, _| match asked.to.as_str() {
        to if to == number(1) => error(400, 21211),
        to if to == number(2) => error(503, 20503),
        to if to == number(3) => error(500, 20500),
        _ => created(asked),
    })
    .await;
    let gateway = Provider::start(|asked, _| sent(asked)).await;
    let otpd = Otpd::start(with_gateway(&twilio, &gateway)).await;
    // 503 says that it was not sent, 500 does not: then the other one makes the one blind retry.
    let ends = [
        (0, "accepted", Some("twilio"), 1),
        (1, "refused", None, 1),
        (2, "accepted", Some("gateway"), 1),
        (3, "accepted", Some("gateway"), 2),
    ];
    for (n, outcome, by, tries) in ends {
        send(&otpd, &number(n), "Login").await;
        let row = ended(&otpd, &number(n)).await;
        assert_eq!((row.outcome.as_deref(), row.transport.as_deref(), row.tries), (Some(outcome), by, tries), "{n}");
        let (one, other) = (twilio.asked_for(&number(n)), gateway.asked_for(&number(n)));
        let taken = one.iter().chain(&other).filter(|asked| asked.answer.took()).count();
        assert_eq!(taken, usize::from(outcome == "accepted"), "{n}: exactly one message");
        assert_eq!((one.len(), other.len()), (1, usize::from(by == Some("gateway"))), "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_off_in_doubt_is_not_given_to_the_next_one_at_once() {
    let in_doubt = |before: usize| if before == 0 { Some(Answer::Cut) } else { None };
    let twilio = Provider::start(move |asked, before| in_doubt(before).unwrap_or_else(|| created(asked))).await;
    let gateway = Provider::start(|asked, _| sent(asked)).await;
    let otpd = Otpd::start(with_gateway(&twilio, &gateway)).await;
    send(&otpd, &number(0), "Login").await;
    assert_eq!(ended(&otpd, &number(0)).await.outcome.as_deref(), Some("accepted"));
    let mut all = [twilio.asked_for(&number(0)), gateway.asked_for(&number(0))].concat();
    all.sort_by_key(|asked| asked.at_millis);
    assert_eq!(all.len(), 2, "one blind retry: {all:?}");
    assert!(all[1].at_millis - all[0].at_millis >= 1_000, "and not at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_refused_login_all_messages_take_the_other_way() {
    let twilio = Provider::start(|_, _| error(401, 20003)).await;
    let gateway = Provider::start(|asked, _| sent(asked)).await;
    let otpd = Otpd::start(with_gateway(&twilio, &gateway)).await;
    for n in 0..5 {
        send(&otpd, &number(n), "Login").await;
        let row = ended(&otpd, &number(n)).await;
        assert_eq!((row.outcome.as_deref(), row.transport.as_deref()), (Some("accepted"), Some("gateway")));
        assert_eq!(gateway.asked_for(&number(n)).len(), 1);
    }
    assert_eq!(twilio.ledger().len(), 1, "who refused the login is left alone");
    let log = otpd.log();
    assert_eq!(log.lines().filter(|line| line.contains("ERROR")).count(), 1, "one alert: {log}");
    assert!(!log.contains("secret of the gateway"));
}
