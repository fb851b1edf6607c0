//! Limits and the audit trail, as those see them who run the server.

mod support;

use std::time::{Duration, Instant};

use otpd_domain::Timestamp;
use otpd_domain::challenge::{Purpose, VerificationType};
use otpd_domain::identifier::{Identifier, PhoneNumber};
use otpd_domain::ports::{Addressee, ChallengeStore, Charge, Issued, SmsCharge};
use otpd_domain::sms::{BlockWidth, GuardPolicy, Money, NumberBlock};
use otpd_store::sqlite::{Options, SqliteStore};
use otpd_testkit::sample::Sampler;
use serde_json::Value;
use support::{Place, Serving, get, request};

/// How long a line of the audit trail may take to be written.
const PATIENCE: Duration = Duration::from_secs(20);
const DAY: Duration = Duration::from_hours(24);

fn post(address: &str, path: &str, body: &Value) -> u16 {
    request(address, &format!("POST {path}"), &[("Content-Type", "application/json")], &body.to_string()).0
}

/// Lines of the audit trail, once there are as many.
fn audit(place: &Place, args: &[&str], wanted: usize) -> Vec<Value> {
    let until = Instant::now() + PATIENCE;
    loop {
        let lines = place.json(&[&["audit", "--json"], args].concat());
        let lines = lines.as_array().expect("a list").clone();
        if lines.len() >= wanted || Instant::now() > until {
            assert_eq!(lines.len(), wanted, "{lines:#?}");
            return lines;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_audit_trail_is_read_beside_a_running_server() {
    let place = Place::ready();
    let env = [("OTPD_LIMITS__GUESS__PER_ACCOUNT", "2/h")];
    let mut server = Serving::start(&place, &[], &env);
    let address = server.address();
    let number = "255694230173";
    assert_eq!(post(&address, "/api/users/send-otp/", &serde_json::json!({ "phone": number })), 200);
    for otp in ["000000", "000001", "000002"] {
        post(&address, "/api/users/verify-otp/", &serde_json::json!({ "phone": number, "otp": otp }));
    }
    let refused = audit(&place, &["--event", "guess-refused"], 1);
    assert_eq!((&refused[0]["door"], &refused[0]["client"]), (&"users-api".into(), &"127.0.0.1".into()));
    let contact = refused[0]["contact"].as_str().expect("a contact");
    assert!(contact.contains('•') && !contact.contains(&number[3..9]), "{contact}");
    let wrong: u64 =
        audit(&place, &["--event", "wrong-code"], 1).iter().filter_map(|line| line["times"].as_u64()).sum();
    assert_eq!(wrong, 2, "those that were compared");
    let shown = place.ok(&["audit", "--since", "1h"]);
    assert!(shown.contains("guess-refused") && shown.contains("users-api") && !shown.contains(number), "{shown}");
}

#[test]
fn staff_leaves_a_trail() {
    let place = Place::ready();
    place.ok(&["account", "create", "--name", "Asha", "--email", "asha@example.org"]);
    place.ok(&["account", "set-role", "1", "staff"]);
    place.ok(&["account", "disable", "1"]);
    let key = place.ok(&["api-key", "create", "--name", "k", "--scope", "sessions"]);
    place.ok(&["api-key", "revoke", key.trim()]);
    let lines = place.json(&["audit", "--json"]);
    let events: Vec<&str> =
        lines.as_array().expect("a list").iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(
        events,
        ["api-key-revoked", "api-key-created", "account-disabled", "role-set", "account-created"],
        "the latest first"
    );
    assert!(lines.as_array().expect("a list").iter().all(|line| line["door"] == "command-line"));
    let text = lines.to_string();
    assert!(!text.contains(key.trim()) && !text.contains("asha@example.org"), "{text}");
    assert_eq!(place.json(&["audit", "--account", "1", "--json"]).as_array().map(Vec::len), Some(3));
    assert_eq!(place.json(&["audit", "--event", "role-set", "--json"])[0]["detail"], "staff");
    let page = place.ok(&["audit", "--limit", "2"]);
    let before = page.lines().last().and_then(|line| line.strip_prefix("there are more: --before ")).expect("a hint");
    let rest = place.json(&["audit", "--before", before, "--json"]);
    assert_eq!(rest.as_array().map(Vec::len), Some(3), "{rest}");
    assert_eq!(place.ok(&["audit", "--account", "7"]), "there are no such lines\n");
    assert_eq!(place.run(&["audit", "--event", "nonsense"]).code, 2);
}

/// Sends codes to numbers of one block that nobody has typed half an hour later.
#[allow(clippy::disallowed_methods, reason = "the binary, which reads the clock, looks at what is written here")]
async fn pump(place: &Place) {
    let store = SqliteStore::open(&place.path("otpd.db"), Options::default()).expect("the database");
    let sampler = Sampler::new(1);
    let at = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()).before(Duration::from_mins(40));
    let purpose = Purpose::Verification(VerificationType::parse("Login").expect("a name"));
    let guard = GuardPolicy { least_share: 0.2, enough: 20, enough_wide: 200, window: DAY, closed_for: DAY };
    for nth in 0..20 {
        let number = PhoneNumber::from_stored(format!("+2556942300{nth:02}"));
        let (_, mut issue) = sampler.issue_for(&purpose, Addressee::Anyone, &Identifier::Phone(number.clone()), at);
        let charge = SmsCharge {
            narrow: NumberBlock::of(&number, BlockWidth::Narrow),
            wide: NumberBlock::of(&number, BlockWidth::Wide),
            price: Money::from_millionths(60_000),
            daily_ceiling: None,
            guard: Some(guard.clone()),
        };
        issue.charge = Charge { sms: Some(charge), ..Charge::default() };
        let issued = store.issue(issue, at).await.expect("the store works");
        assert!(matches!(issued, Issued::Done { .. }), "{issued:?}");
    }
    store.close().await;
}

#[test]
fn a_block_where_nobody_types_codes_is_closed_and_opened_by_hand_beside_a_running_server() {
    let place = Place::ready();
    assert!(place.ok(&["sms", "blocks"]).contains("no text message was sent lately"));
    assert_eq!(place.json(&["sms", "blocks", "--json"]), serde_json::json!([]));
    tokio::runtime::Runtime::new().expect("a runtime").block_on(pump(&place));
    assert!(place.ok(&["sms", "blocks"]).contains("open"));
    let env = [("OTPD_SERVER__METRICS_LISTEN", "127.0.0.1:0")];
    let mut server = Serving::start(&place, &[], &env);
    let (collector, address) = (server.collector(), server.address());
    let send = serde_json::json!({ "phone": "+255694230099" });
    assert_eq!(post(&address, "/api/users/send-otp/", &send), 429, "the guard looks before it sends");
    let listed = place.json(&["sms", "blocks", "--json"]);
    let closed = &listed[0];
    let counted = (&closed["block"], &closed["sent"], &closed["typed"]);
    assert_eq!(counted, (&"25569423".into(), &20.into(), &0.into()), "{listed}");
    assert!(
        closed["closed_until"].is_string() && listed[1]["closed_until"].is_null(),
        "the wide one is open: {listed}"
    );
    assert!(place.ok(&["sms", "blocks"]).contains("closed until"));
    assert_eq!(place.json(&["stats", "--json"])["by_channel"]["sms"]["closed_blocks"], 1);
    let figures = get(&collector, "/metrics").1;
    let shown = ["otpd_blocks_closed_total 1", "otpd_sms_blocks_closed 1", "{by=\"block-closed\"} 1"];
    assert!(shown.iter().all(|line| figures.contains(line)) && !figures.contains("25569"), "{figures}");
    assert!(place.fails(&["sms", "open", "+91987654"]).contains("is not closed"));
    assert!(place.fails(&["sms", "open", "Tanzania"]).contains("leading digits"));
    assert!(place.ok(&["sms", "open", "+25569423…"]).contains("+25569423…"), "as it is listed");
    assert_eq!(post(&address, "/api/users/send-otp/", &send), 200);
    assert!(place.fails(&["sms", "open", "25569423"]).contains("otpd sms blocks"));
    let opened = audit(&place, &["--event", "block-opened"], 1);
    assert!(opened[0]["detail"].as_str().is_some_and(|detail| detail.contains("25569423")), "{opened:?}");
    assert_eq!(audit(&place, &["--event", "block-closed"], 1).len(), 1);
    let off = place.run_with(&["sms", "blocks"], &[("OTPD_SMS__GUARD__ENABLED", "false")]).out;
    assert!(off.contains("the guard is off"), "{off}");
}

#[test]
fn what_text_messages_cost_is_in_the_figures() {
    let place = Place::ready();
    let env = [("OTPD_SMS__PRICES", "255: 0.06"), ("OTPD_SMS__DAILY_CEILING", "0.06"), ("OTPD_SMS__CURRENCY", "TZS")];
    let mut server = Serving::start(&place, &[], &env);
    let address = server.address();
    let send = |number: &str| post(&address, "/api/users/send-otp/", &serde_json::json!({ "phone": number }));
    assert_eq!(send("255694230173"), 200);
    assert_eq!(send("255694230174"), 429, "the ceiling is reached");
    let stats = place.run_with(&["stats", "--json"], &env).out;
    let stats: Value = serde_json::from_str(&stats).expect("JSON");
    let today = &stats["by_channel"]["sms"]["today_by_price"];
    let wanted = serde_json::json!({ "messages": 1, "spent": "0.06", "ceiling": "0.06", "currency": "TZS" });
    assert_eq!(today, &wanted);
    let shown = place.run_with(&["stats"], &env).out;
    assert!(shown.contains("0.06 TZS") && shown.contains("blocks of numbers closed"), "{shown}");
}

#[test]
fn a_developer_signs_in_as_often_as_it_takes() {
    let place = Place::empty();
    let env = [("OTPD_SERVER__LISTEN", "127.0.0.1:0"), ("OTPD_VERIFICATION__LOGIN__RATE", "100/1h")];
    let mut server = Serving::start(&place, &["--dev"], &env);
    let address = server.address();
    assert!(server.line_with("Limits").contains("wide"));
    // More than any contact, network or number block gets for real.
    for nth in 0..40 {
        let number = format!("2556942301{:02}", nth % 20);
        assert_eq!(post(&address, "/api/users/send-otp/", &serde_json::json!({ "phone": number })), 200, "{nth}");
    }
}
