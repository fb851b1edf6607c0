//! A message that waits cannot be read, changed or exchanged by whoever has the database.

use std::time::Duration;

use otpd_tests::otpd::free_address;
use otpd_tests::sink::{Sink, Verdict};
use otpd_tests::{Otpd, Settings, poll};
use rusqlite::Connection;

const PEOPLE: [&str; 4] = ["whole@example.com", "changed@example.com", "one@example.com", "other@example.com"];

#[tokio::test]
async fn a_waiting_message_that_was_changed_or_exchanged_is_not_sent() {
    let mut settings = Settings::default()
        .with("email.transport", "smtp")
        .with("email.smtp.host", "127.0.0.1")
        .with("email.smtp.port", &free_address().port().to_string())
        .with("email.smtp.encryption", "none");
    for (n, email) in PEOPLE.iter().enumerate() {
        settings = settings.customer(&format!("Person {n}"), email, "");
    }
    let mut otpd = Otpd::start(settings).await;
    for email in PEOPLE {
        assert_eq!(otpd.browser().request_code("email", email).await.status, 303);
    }
    otpd.kill().await;
    tamper(&Connection::open(otpd.path("otpd.db")).expect("the database opens"));

    let sink = Sink::new(|_, _| Verdict::Accept);
    otpd.set("email.smtp.port", &sink.listen().await.port().to_string());
    otpd.serve().await;
    let unfinished = "SELECT count(*) FROM outbox WHERE outcome IS NULL";
    poll::until("an end of every message", Duration::from_secs(30), async || {
        (otpd.database().value::<u32>(unfinished, []) == 0).then_some(())
    })
    .await;
    let reached: Vec<String> = sink.ledger().iter().map(|hand_off| hand_off.to.clone()).collect();
    assert_eq!(reached, [PEOPLE[0]], "the one that nobody touched");
}

/// Changes one bit of the second message, and exchanges what is sealed in the third and the fourth.
fn tamper(database: &Connection) {
    let mut rows = database.prepare("SELECT id, sealed FROM outbox ORDER BY id").expect("a statement");
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    let rows: Vec<(Vec<u8>, Vec<u8>)> = rows.map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), PEOPLE.len());
    let mut changed = rows[1].1.clone();
    *changed.last_mut().expect("it is not empty") ^= 1;
    for (id, sealed) in [(&rows[1].0, &changed), (&rows[2].0, &rows[3].1), (&rows[3].0, &rows[2].1)] {
        let written = database.execute("UPDATE outbox SET sealed = ?2 WHERE id = ?1", [id, sealed]);
        assert_eq!(written.expect("it is written"), 1);
    }
}
