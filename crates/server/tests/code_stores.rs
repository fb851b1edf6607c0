//! Where live codes are kept, and what a restart does to them.

mod support;

use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Place, Serving, request};

/// How long a message may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

fn post(server: &mut Serving, path: &str, body: &serde_json::Value) -> (u16, String) {
    let json = [("Content-Type", "application/json")];
    request(&server.address(), &format!("POST {path}"), &json, &body.to_string())
}

/// The code in the latest SMS to a number.
fn code_for(place: &Place, number: &str) -> String {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let text = std::fs::read_to_string(place.path("sms.jsonl")).unwrap_or_default();
        if let Some(line) = text.lines().rfind(|line| line.contains(number)) {
            let message: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let words = message["text"].as_str().expect("a text").split(|c: char| !c.is_ascii_digit());
            return words.max_by_key(|word| word.len()).expect("a code").to_owned();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no SMS to {number} came");
}

/// Sends a code, stops the server if asked to, and says how the code is answered then.
fn verified(store: &str, restart: bool) -> u16 {
    let place = Place::ready();
    let env = [("OTPD_CHALLENGES__STORE", store)];
    let mut server = Serving::start(&place, &[], &env);
    let number = "255694230173";
    let (status, sent) = post(&mut server, "/api/users/send-otp/", &serde_json::json!({ "phone": number }));
    assert_eq!(status, 200, "{sent}");
    let otp = code_for(&place, number);
    if restart {
        server.signal(Signal::TERM);
        assert_eq!(server.end().code(), Some(0));
        server = Serving::start(&place, &[], &env);
    }
    post(&mut server, "/api/users/verify-otp/", &serde_json::json!({ "phone": number, "otp": otp })).0
}

#[test]
fn codes_in_the_database_survive_a_restart_and_those_in_memory_do_not() {
    for (store, restart, status) in
        [("database", false, 200), ("database", true, 200), ("memory", false, 200), ("memory", true, 400)]
    {
        assert_eq!(verified(store, restart), status, "{store}, restart: {restart}");
    }
}
