//! What the operator sees: a test message, what it counts as, and what the provider says; and that strangers cost nothing.

use otpd_tests::Otpd;
use otpd_tests::provider::Provider;

use crate::{created, ended, error, figures, number, send, settings, sid};

#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_shows_segments_alphabet_and_the_providers_name_for_it() {
    let twilio = Provider::start(|asked, _| created(asked)).await;
    let otpd = Otpd::start(settings(&twilio)).await;
    let to = format!("+{}", number(0));
    let english = otpd.run_well(&["send-test", "--channel", "sms", "--to", &to]).await;
    for told in ["GSM-7", "counts as 1 SMS", "twilio", &sid(&number(0))] {
        assert!(english.contains(told), "no {told} in: {english}");
    }
    let arabic = otpd.run_well(&["send-test", "--channel", "sms", "--to", &to, "--language", "ar"]).await;
    assert!(arabic.contains("UCS-2"), "{arabic}");
    assert_eq!(twilio.ledger().len(), 2);
    send(&otpd, &number(1), "Login").await;
    ended(&otpd, &number(1)).await;
    let text = figures(&otpd).await.to_string();
    assert!(text.contains("\"segments\":1") && text.contains("\"gsm7\":1"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_that_fails_shows_the_providers_own_error() {
    let twilio = Provider::start(|_, _| error(400, 21608)).await;
    let otpd = Otpd::start(settings(&twilio)).await;
    let output = otpd.run(&["send-test", "--channel", "sms", "--to", &format!("+{}", number(0))]).await;
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("21608"), "{told}");
    assert!(!told.contains(crate::TOKEN), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cost_nothing() {
    let twilio = Provider::start(|asked, _| created(asked)).await;
    let customer = format!("+{}", number(7));
    let otpd = Otpd::start(settings(&twilio).customer("Asha Rao", "", &customer)).await;
    for n in 0..5 {
        let reply = otpd.browser().request_code("phone", &format!("+{}", number(n))).await;
        assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"));
    }
    assert_eq!(otpd.browser().request_code("phone", &customer).await.status, 303);
    for n in [0, 1, 2, 3, 4, 7] {
        assert_eq!(ended(&otpd, &number(n)).await.outcome.as_deref(), Some("accepted"), "to look at, they are alike");
    }
    let asked: Vec<String> = twilio.ledger().iter().map(|asked| asked.to.clone()).collect();
    assert_eq!(asked, [number(7)], "the provider was asked for the customer alone");
}
