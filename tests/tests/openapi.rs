//! The document of the API is valid, and true: what it says is held against the running server, by tools of others.
//!
//! `OTPD_FUZZ_SEED` (1) makes up other requests.

use std::process::Output;
use std::time::Duration;

use otpd_tests::http::Request;
use otpd_tests::{Otpd, Settings, peers};
use serde_json::{Value, json};
use tokio::process::Command;

/// Far longer than the run takes.
const PATIENCE: Duration = Duration::from_mins(5);
/// Every scope.
const SCOPES: &str = "verifications,sign-ins,tell-unknown,accounts-read,accounts-write,sessions";
/// Cases made up for one operation in one phase.
const EXAMPLES: &str = "25";

async fn python(otpd: &Otpd, arguments: &[&str]) -> Output {
    let mut command = Command::new(peers::python());
    command.args(arguments).current_dir(otpd.path("")).env("NO_COLOR", "1").kill_on_drop(true);
    let run = tokio::time::timeout(PATIENCE, command.output()).await;
    run.unwrap_or_else(|_| panic!("{arguments:?}: no end")).expect("Python starts")
}

/// Most characters that are shown of what a tool says: an error of the validator has the whole document in it.
const SHOWN: usize = 20_000;

fn well(output: &Output) {
    let said = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}", said.chars().take(SHOWN).collect::<String>());
}

#[tokio::test]
async fn the_document_is_valid_and_the_same_served_and_printed() {
    let otpd = Otpd::start(Settings::new()).await;
    let served = otpd.send(&Request::new("GET", "/api/openapi.json")).await;
    assert_eq!((served.status, served.header("content-type")), (200, Some("application/json")));
    let printed = otpd.run_well(&["openapi"]).await;
    for (name, text) in [("served.json", served.text()), ("printed.json", printed.clone())] {
        std::fs::write(otpd.path(name), text).expect("it can be written");
        well(&python(&otpd, &["-m", "openapi_spec_validator", "--schema", "3.1", name]).await);
    }
    let (mut served, mut printed) = (served.json(), serde_json::from_str::<Value>(&printed).expect("JSON"));
    assert!(served["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", served["openapi"]);
    assert!(served["paths"].as_object().is_some_and(|paths| paths.len() >= 10), "{:?}", served["paths"]);
    // Where the server is need not be known to print it.
    (served["servers"], printed["servers"]) = Default::default();
    assert_eq!(served, printed);
}

#[tokio::test]
async fn schemathesis_finds_nothing() {
    let otpd = Otpd::start(Settings::new().customer("Ravi", "ravi@example.com", "")).await;
    let key = otpd.api_key(SCOPES).await;
    schemathesis(&otpd, &key, &[]).await;
}

/// Made-up ids of what dies within minutes name nothing. Here every operation gets the id of something that lives.
#[tokio::test]
async fn schemathesis_finds_nothing_where_there_is_something() {
    let otpd = Otpd::start(Settings::new().with("limits.send.cooldown", "0s")).await;
    let key = otpd.api_key(SCOPES).await;
    let mut config = String::new();
    for (n, operation) in ["get", "check", "resend", "cancel"].into_iter().enumerate() {
        let to = json!({ "to": { "phone": format!("+9198765432{n:02}") } });
        let id = made(&otpd, &key, "/api/v1/verifications", &to).await;
        config += &with_id(&format!("{operation}Verification"), &id);
        let contact = json!({ "contact": { "email": "test@example.com" } });
        config += &with_id(&format!("{operation}SignIn"), &made(&otpd, &key, "/api/v1/sign-ins", &contact).await);
    }
    let account = otpd.activated("asha@example.com").await;
    otpd.token("asha@example.com").await;
    let path = format!("/api/v1/accounts/{account}/sessions");
    let sessions = otpd.send(&Request::new("GET", &path).header("authorization", &format!("Bearer {key}"))).await;
    let session = sessions.json()["items"][0]["id"].as_str().expect("a session").to_owned();
    config += &with_id("endSession", &session);
    std::fs::write(otpd.path("schemathesis.toml"), &config).expect("it can be written");
    let those = r"/(verifications|sign-ins|sessions)/\{id\}";
    schemathesis(&otpd, &key, &["--include-path-regex", those]).await;
}

async fn made(otpd: &Otpd, key: &str, path: &str, body: &Value) -> String {
    let reply = otpd.post_with_key(key, path, body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["id"].as_str().expect("an id").to_owned()
}

/// A part of schemathesis' configuration: the operation's `id` is this one.
fn with_id(operation: &str, id: &str) -> String {
    format!("[[operations]]\ninclude-operation-id = \"{operation}\"\nparameters = {{ \"path.id\" = \"{id}\" }}\n\n")
}

/// Runs all its checks against the server. It reads `schemathesis.toml` in the server's folder, if there is one.
async fn schemathesis(otpd: &Otpd, key: &str, more: &[&str]) {
    let document = format!("{}/api/openapi.json", otpd.url());
    let header = format!("Authorization: Bearer {key}");
    let seed = std::env::var("OTPD_FUZZ_SEED").unwrap_or_else(|_| "1".to_owned());
    let arguments = [
        ["-m", "schemathesis.cli", "run"].as_slice(),
        &[&document, "--header", &header, "--checks", "all"],
        &["--phases", "examples,coverage,fuzzing,stateful"],
        &["--seed", &seed, "--max-examples", EXAMPLES, "--generation-database", "none"],
        more,
    ]
    .concat();
    let output = python(otpd, &arguments).await;
    println!("{}", String::from_utf8_lossy(&output.stdout));
    well(&output);
    assert!(!otpd.log().contains("panick"), "{}", otpd.log());
}
