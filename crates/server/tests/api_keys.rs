//! Keys of API callers, from their making to their end, and the description of the API.

mod support;

use support::{Place, Serving, request};

fn create(place: &Place, more: &[&str]) -> (String, String) {
    let ran = place.run(&[&["api-key", "create", "--name", "pharmacy"], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    (ran.out.trim_end().to_owned(), ran.err)
}

#[test]
fn a_key_from_its_making_to_its_end() {
    let place = Place::ready();
    assert!(place.ok(&["api-key", "list"]).contains("otpd api-key create"));
    let (key, said) = create(&place, &["--scope", "verifications,sign-ins", "--scope", "verifications"]);
    assert!(key.starts_with("otpd_") && !key.contains(char::is_whitespace), "the key alone: {key:?}");
    assert!(said.contains("only time it is shown") && !said.contains(&key), "{said}");
    let listed = place.json(&["api-key", "list", "--json"]);
    let one = &listed[0];
    assert_eq!(one["scopes"], serde_json::json!(["verifications", "sign-ins"]));
    assert_eq!((&one["name"], &one["state"]), (&"pharmacy".into(), &"in-force".into()));
    assert!(one["last_used_at"].is_null() && one["expires_at"].is_null() && one["revoked_at"].is_null(), "{one}");
    let id = one["id"].as_str().expect("an id");
    assert!(said.contains(id), "{said}");
    let shown = place.ok(&["api-key", "list"]);
    assert!(shown.contains(id) && shown.contains("never") && shown.contains("in force"), "{shown}");
    // Neither the key nor what follows its id is anywhere.
    let database = std::fs::read(place.path("otpd.db")).expect("a file");
    let tail = &key.as_bytes()[key.len() - 30..];
    assert!(!database.windows(tail.len()).any(|bytes| bytes == tail) && !shown.contains(&key[..20]));
    assert!(place.ok(&["api-key", "revoke", id]).contains("refused from now on"));
    assert_eq!(place.json(&["api-key", "list", "--json"])[0]["state"], "revoked");
    assert!(place.ok(&["api-key", "list"]).contains("revoked 20"));
    assert!(place.fails(&["api-key", "revoke", id]).contains("revoked already"));
}

#[test]
fn a_key_may_end_by_itself_and_be_revoked_by_itself() {
    let place = Place::ready();
    let (key, said) = create(&place, &["--scope", "sessions", "--expires", "90d"]);
    assert!(said.contains("It ends on 20"), "{said}");
    let listed = place.json(&["api-key", "list", "--json"]);
    let days = |name: &str| listed[0][name].as_str().expect("a moment").parse::<jiff::Timestamp>().expect("a moment");
    assert_eq!(days("expires_at").duration_since(days("created_at")).as_hours(), 90 * 24);
    assert!(place.ok(&["api-key", "list"]).contains("until 20"));
    assert!(
        place.ok(&["api-key", "revoke", &key]).contains("revoked key"),
        "whoever found a leaked key has only the key"
    );
}

#[test]
fn what_is_no_key_is_refused() {
    let place = Place::ready();
    let args = |name: &'static str, scope: &'static str| ["api-key", "create", "--name", name, "--scope", scope];
    assert!(place.fails(&args(" ", "sessions")).contains("1 to 100 characters"));
    let unknown = place.run(&args("a", "everything"));
    assert!(unknown.code == 2 && unknown.err.contains("tell-unknown"), "the scopes are listed: {unknown:?}");
    assert_eq!(place.run(&["api-key", "create", "--name", "a"]).code, 2, "a scope is needed");
    assert!(
        place
            .fails(&["api-key", "create", "--name", "a", "--scope", "sessions", "--expires", "0s"])
            .contains("expired")
    );
    let said = place.fails(&["api-key", "revoke", "otpd_nonsense"]);
    assert!(said.contains("otpd api-key list") && !said.contains("nonsense"), "{said}");
    assert!(place.fails(&["api-key", "revoke", "0199c1a2-7b4e-7c6f-8d21-3f5a6b7c8d9e"]).contains("otpd api-key list"));
}

#[test]
fn a_running_server_takes_a_key_until_it_is_revoked() {
    let place = Place::ready();
    let mut server = Serving::start(&place, &[], &[]);
    let address = server.address();
    let (key, _) = create(&place, &["--scope", "accounts-read"]);
    let status =
        |key: &str| request(&address, "GET /api/v1/accounts", &[("Authorization", &format!("Bearer {key}"))], "").0;
    assert_eq!(status(&key), 200);
    let listed = place.json(&["api-key", "list", "--json"]);
    assert!(listed[0]["last_used_at"].is_string(), "{listed}");
    place.ok(&["api-key", "revoke", &key]);
    assert_eq!(status(&key), 401);
    assert_eq!(status("otpd_nonsense"), 401);
}

#[test]
fn the_description_of_the_api_needs_no_configuration() {
    let document = Place::empty().json(&["openapi"]);
    assert!(document["openapi"].as_str().expect("a version").starts_with("3.1"));
    assert!(document["paths"]["/api/v1/verifications"]["post"].is_object());
    // With one it is the document that the server has.
    let place = Place::ready();
    let declared = [("OTPD_VERIFICATION__TYPES", "Order, Login, Access-code")];
    let mut server = Serving::start(&place, &[], &declared);
    let (_, reply) = request(&server.address(), "GET /api/openapi.json", &[], "");
    let printed = place.run_with(&["openapi"], &declared).out;
    assert!(printed.contains("Access-code") && printed.contains("https://signin.example.org"), "{printed}");
    let body = reply.split_once("\r\n\r\n").expect("a body").1;
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(json(body), json(&printed));
}
