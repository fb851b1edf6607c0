//! GET changes nothing, whoever asks and wherever.

use std::collections::BTreeMap;
use std::time::Duration;

use otpd_tests::http::Request;
use otpd_tests::wire::Wire;
use otpd_tests::{Otpd, Settings, poll};
use rusqlite::types::Value;
use serde_json::json;

use crate::paths;

/// What each table holds, row by row.
type Contents = BTreeMap<String, Vec<String>>;

/// Columns that say when somebody was here last. Being here is all that a GET does.
const WAS_HERE: [&str; 2] = ["last_seen_at", "last_used_at"];
/// What a form would say.
const QUERY: &str = "contact_type=email&contact_value=test%40example.com&otp_code=123456";

/// Everything in the database but when somebody was here last.
fn contents(otpd: &Otpd) -> Contents {
    let database = otpd.database();
    let connection = database.connection();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("a statement");
    let names = tables.query_map([], |row| row.get(0)).expect("names").collect::<Result<Vec<String>, _>>();
    let rows_of = |table: String| {
        let mut rows = connection.prepare(&format!("SELECT * FROM \"{table}\" ORDER BY 1")).expect("a statement");
        let names = rows.column_names().enumerate();
        let kept: Vec<usize> = names.filter(|(_, name)| !WAS_HERE.contains(name)).map(|(n, _)| n).collect();
        let read = rows.query_map([], |row| {
            let values: Result<Vec<Value>, _> = kept.iter().map(|n| row.get(*n)).collect();
            values.map(|values| format!("{values:?}"))
        });
        let rows = read.expect("rows").collect::<Result<_, _>>().expect("rows");
        (table, rows)
    };
    names.expect("names").into_iter().map(rows_of).collect()
}

/// The status of a reply, also of one that says how long a body would be and has none.
async fn status(otpd: &Otpd, request: &Request) -> u16 {
    let mut wire = Wire::to(otpd.address).await;
    wire.write(request.to_bytes(otpd.address)).await.expect("written");
    let reply = String::from_utf8_lossy(&wire.rest().await).into_owned();
    let status = reply.strip_prefix("HTTP/1.1 ").and_then(|rest| rest[..3].parse().ok());
    status.unwrap_or_else(|| panic!("{}: {reply}", request.target))
}

#[tokio::test]
async fn get_changes_nothing() {
    let otpd = Otpd::start(Settings::new().customer("Ravi", "ravi@example.com", "")).await;
    let signed_in = otpd.sign_in("email", "ravi@example.com").await;
    let mut waiting = otpd.browser();
    waiting.request_code("email", "test@example.com").await;
    otpd.message_to("test@example.com", 1).await;
    otpd.register("nila@example.com").await;
    otpd.message_to("nila@example.com", 1).await;
    let key = otpd.api_key("verifications,sign-ins,accounts-read,accounts-write,sessions").await;
    let created = json!({ "to": { "phone": "+919876500000" } });
    let created = otpd.post_with_key(&key, "/api/v1/verifications", &created).await;
    otpd.message_to("+919876500000", 1).await;
    let id = created.json()["id"].as_str().expect("an id").to_owned();

    let mut paths = paths::all(&otpd).await;
    paths.extend(["", "/check", "/cancel", "/resend"].map(|rest| format!("/api/v1/verifications/{id}{rest}")));
    // Some events are noted up to a second after they happened.
    poll::until("the registration in the audit trail", Duration::from_secs(10), async || {
        contents(&otpd)["audit"].iter().any(|row| row.contains("\"registered\"")).then_some(())
    })
    .await;
    let before = contents(&otpd);
    assert!(before["challenges"].len() >= 3 && before["sessions"].len() == 1, "there is something to change");
    for path in &paths {
        for (method, target) in [("GET", path.clone()), ("HEAD", path.clone()), ("GET", format!("{path}?{QUERY}"))] {
            for browser in [&otpd.browser(), &waiting, &signed_in] {
                let request = browser.request(method, &target);
                let told = status(&otpd, &request).await;
                assert!(told < 500, "{method} {target}: {told}");
                let with_key = request.header("authorization", &format!("Bearer {key}"));
                let told = status(&otpd, &with_key).await;
                assert!(told < 500, "{method} {target} with a key: {told}");
            }
        }
    }
    let after = contents(&otpd);
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{table}");
    }
    assert_eq!(before, after);
    println!("{} paths", paths.len());
}
