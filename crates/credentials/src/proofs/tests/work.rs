//! Challenges, solved with the library's own solver, and one solved by the widget.

use std::sync::LazyLock;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;

/// What the widget would hand in.
fn solved(task: &Task) -> Value {
    let challenge: Challenge = serde_json::from_value(task.altcha.clone()).expect("a challenge");
    let solution = solve_challenge(SolveChallengeOptions { timeout_ms: 0, ..SolveChallengeOptions::new(&challenge) });
    let solution = solution.expect("no fault").expect("no end of time");
    serde_json::to_value(Payload { challenge, solution }).expect("JSON")
}

fn encoded(payload: &Value) -> String {
    STANDARD.encode(payload.to_string())
}

/// Solving takes time without optimisation.
static SOLVED: LazyLock<Value> = LazyLock::new(|| solved(&task()));

fn judged(payload: &Value) -> Handed {
    proofs().check(&encoded(payload), HOME, NOW)
}

fn id_of(handed: Handed) -> Option<Vec<u8>> {
    if let Handed::Work { id, .. } = handed { Some(id) } else { None }
}

#[test]
fn a_challenge_is_what_the_widget_takes() {
    let challenge = task().altcha;
    let parameters = &challenge["parameters"];
    let wanted = json!({ "algorithm": "PBKDF2/SHA-256", "cost": 1000, "keyLength": 32, "expiresAt": 1_700_000_600 });
    for (name, wanted) in wanted.as_object().expect("an object") {
        assert_eq!(&parameters[name], wanted, "{name}");
    }
    for (name, digits) in [("nonce", 32), ("salt", 32), ("keyPrefix", 32), ("keySignature", 64)] {
        let text = parameters[name].as_str().expect(name);
        assert!(text.len() == digits && text.bytes().all(|digit| digit.is_ascii_hexdigit()), "{name}: {text}");
    }
    assert_eq!(challenge["signature"].as_str().map(str::len), Some(64));
    assert!(!challenge.to_string().contains(HOME), "where somebody is stays out of pages and logs");
}

#[test]
fn no_two_tasks_are_alike() {
    let proofs = proofs();
    let [one, other] = [1, 2].map(|_| proofs.task(HOME, NOW).expect("seeded").altcha);
    for name in ["nonce", "salt", "keyPrefix", "keySignature"] {
        assert_ne!(one["parameters"][name], other["parameters"][name], "{name}");
    }
    assert_ne!(one["signature"], other["signature"]);
}

#[test]
fn work_counts_until_it_expires_and_has_one_name() {
    let handed = proofs().check(&encoded(&SOLVED), HOME, Timestamp::from_millis(1_700_000_599_999));
    let Handed::Work { id, expires_at } = handed else { panic!("{handed:?}") };
    assert_eq!(expires_at, Timestamp::from_millis(1_700_000_600_000));
    assert_eq!(Some(id.as_slice()), SOLVED["challenge"]["signature"].as_str().map(str::as_bytes));
    assert_eq!(proofs().check(&encoded(&SOLVED), HOME, expires_at), Handed::Wrong);
}

#[test]
fn work_counts_in_its_network_only() {
    for other in [AWAY, "192.0.2.11", "192.0.2.", ""] {
        assert_eq!(proofs().check(&encoded(&SOLVED), other, NOW), Handed::Wrong, "{other}");
    }
}

#[test]
fn work_outlives_a_new_key_but_not_the_loss_of_its_own() {
    let check = |ids: &[u8]| proofs_of(ids).check(&encoded(&SOLVED), HOME, NOW);
    assert!(id_of(check(&[1, 2])).is_some());
    assert_eq!(check(&[2, 3]), Handed::Wrong);
    let by_the_new = proofs_of(&[1, 2]).task(HOME, NOW).expect("seeded");
    assert_eq!(judged(&solved(&by_the_new)), Handed::Wrong, "the newest key signs");
}

#[test]
fn nothing_but_the_solution_solves_it() {
    let other = "00".repeat(32);
    let shown_half = SOLVED["challenge"]["parameters"]["keyPrefix"].as_str().expect("a text").repeat(2);
    for key in ["", "00", "not hexadecimal", &other, &shown_half] {
        let mut payload = SOLVED.clone();
        payload["solution"]["derivedKey"] = json!(key);
        assert_eq!(judged(&payload), Handed::Wrong, "{key}");
    }
}

#[test]
fn no_changed_challenge_counts() {
    for (name, value) in [
        ("expiresAt", json!(4_000_000_000_u64)),
        ("expiresAt", json!(0)),
        ("expiresAt", json!(i64::MAX)),
        ("expiresAt", json!(null)),
        ("cost", json!(1)),
        ("cost", json!(u32::MAX)),
        ("keyLength", json!(0)),
        ("keyLength", json!(u64::MAX)),
        ("keyPrefix", json!("")),
        ("keyPrefix", json!("not hexadecimal")),
        ("keySignature", json!("")),
        ("keySignature", json!(null)),
        ("algorithm", json!("SHA-256")),
        ("nonce", json!("00")),
        ("data", json!({ "network": HOME })),
    ] {
        let mut payload = SOLVED.clone();
        payload["challenge"]["parameters"][name] = value.clone();
        assert_eq!(judged(&payload), Handed::Wrong, "{name}: {value}");
    }
    for signature in [json!(null), json!(""), json!("00".repeat(32))] {
        let mut payload = SOLVED.clone();
        payload["challenge"]["signature"] = signature.clone();
        assert_eq!(judged(&payload), Handed::Wrong, "{signature}");
    }
}

#[test]
fn a_ticket_is_no_work_and_the_challenge_no_solution() {
    assert_eq!(proofs().check(&STANDARD.encode(task().ticket), HOME, NOW), Handed::Wrong);
    assert_eq!(judged(&task().altcha), Handed::Wrong);
    assert_eq!(judged(&json!({ "challenge": null, "solution": null, "test": true })), Handed::Wrong);
}

proptest! {
    /// The widget may add to a payload and order it as it likes; whatever still counts is the same work.
    #[test]
    fn a_changed_byte_is_wrong_or_the_same_work(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = SOLVED.to_string().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let handed = proofs().check(&STANDARD.encode(bytes), HOME, NOW);
        if let Some(id) = id_of(handed) {
            prop_assert_eq!(id_of(judged(&SOLVED)), Some(id));
        }
    }

    #[test]
    fn deep_json_is_survived(depth in 0..1000_usize) {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let text = SOLVED.to_string().replacen("\"cost\"", &format!("\"data\":{{\"a\":{nested}}},\"cost\""), 1);
        prop_assert_eq!(proofs().check(&STANDARD.encode(text), HOME, NOW), Handed::Wrong);
    }
}

/// The challenge of such a task, as the widget 3.2.2 of npm handed it in from Chromium 156, by its own worker.
#[test]
fn what_the_widget_hands_in_counts() {
    let widget = "eyJjaGFsbGVuZ2UiOnsicGFyYW1ldGVycyI6eyJhbGdvcml0aG0iOiJQQktERjIvU0hBLTI1NiIsImNvc3QiOjEwMDAsImV4cGlyZXNBdCI6MTcw\
                  MDAwMDYwMCwia2V5TGVuZ3RoIjozMiwia2V5UHJlZml4IjoiNDZiNmMzNzhkZjBjNzdkNDAyOGJjZGM5ODQ1ZDIxZDAiLCJrZXlTaWduYXR1\
                  cmUiOiI2ZDJkNWQ4MTdjNGIwYjRiYjI4YmZjYmE3MzY5MGJlZmYzYTczNTYwNWJmNzkyOGQ1M2M0NmEyYTVlODk5ZTVlIiwibm9uY2UiOiJi\
                  MmY3ZjU4MWQ2ZGUzYzA2YTgyMmZkNmU3ZTgyNjVmYiIsInNhbHQiOiJjMDBmODQwMTY5NmE1YmRjMzRmNWE2ZDJmZjNmOTIyZiJ9LCJzaWdu\
                  YXR1cmUiOiIzYjI2NzM4YTJjMjJmNzdlMTc3Mzc1MjRlZjhlOTY0NWMxMzNmZDMzOTNlMGRkY2U4MTExNTJjODZjNjY3NDkwIn0sInNvbHV0\
                  aW9uIjp7ImNvdW50ZXIiOjUsImRlcml2ZWRLZXkiOiI0NmI2YzM3OGRmMGM3N2Q0MDI4YmNkYzk4NDVkMjFkMDVmZWI4NTZhNWE3NDUwYzkx\
                  YmRkN2FhNjEyNGJiZGJkIiwidGltZSI6MS44fX0=";
    let id = id_of(proofs().check(widget, HOME, NOW)).expect("it counts");
    assert_eq!(id, b"3b26738a2c22f77e17737524ef8e9645c133fd3393e0ddce811152c86c667490");
    assert_eq!(proofs().check(widget, AWAY, NOW), Handed::Wrong);
}
