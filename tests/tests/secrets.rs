//! Nothing secret is at rest in the clear: not in the database, its log of writes, a backup, or what the server logs.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use otpd_tests::api::PASSWORD;
use otpd_tests::browser::{PENDING, SESSION};
use otpd_tests::sink::{Sink, Verdict};
use otpd_tests::{Otpd, Settings, poll};
use serde_json::json;

/// A secret in every form it could be found in.
struct Secret {
    name: String,
    forms: Vec<Vec<u8>>,
}

impl Secret {
    fn text(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), forms: vec![text.as_bytes().to_vec()] }
    }

    /// A handle or token: its text, and the part behind the public id as bytes, base64 and hexadecimal.
    fn token(name: &str, text: &str) -> Self {
        let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64");
        let secret = &bytes[16..];
        let hex = secret.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let forms = vec![text.into(), secret.to_vec(), URL_SAFE_NO_PAD.encode(secret).into(), hex.into()];
        Self { name: name.to_owned(), forms }
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        self.forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form))
    }
}

#[tokio::test]
async fn no_secret_is_in_database_backup_or_log() {
    // Ten digits do not turn up by chance, as six would among the times of a log.
    let sink = Sink::new(|to, _| match to {
        "waiting@example.com" => Verdict::Refuse("451 4.3.0 later"),
        _ => Verdict::Accept,
    });
    let settings = Settings::new()
        .customer("Waiting", "waiting@example.com", "")
        .with("challenges.code_length", "10")
        .with("limits.send.cooldown", "0s")
        .with("log.level", "trace")
        .with("email.transport", "smtp")
        .with("email.smtp.host", "127.0.0.1")
        .with("email.smtp.port", &sink.listen().await.port().to_string())
        .with("email.smtp.encryption", "none");
    let mut otpd = Otpd::start(settings).await;
    let mut secrets = Vec::new();

    let mut browser = otpd.browser();
    browser.request_code("email", "test@example.com").await;
    secrets.push(Secret::token("the handle", browser.cookie(PENDING).expect("a handle")));
    let first = arrived(&sink, 1).await;
    browser.resend().await;
    secrets.push(Secret::token("the second handle", browser.cookie(PENDING).expect("a handle")));
    let second = arrived(&sink, 2).await;
    browser.verify("0123456789").await;
    assert_eq!(browser.verify(&second).await.status, 303);
    secrets.push(Secret::token("the session's token", browser.cookie(SESSION).expect("a token")));
    let mut phone = otpd.sign_in("phone", "+919876543210").await;
    secrets.push(Secret::token("the second token", phone.cookie(SESSION).expect("a token")));
    phone.get("/dashboard/").await;
    let sms = otpd.message_to("+919876543210", 1).await.code;
    for (name, code) in [("the first code", &first), ("the second code", &second), ("the code by SMS", &sms)] {
        assert_eq!(code.len(), 10);
        secrets.push(Secret::text(name, code));
    }
    secrets.push(Secret::text("a wrong guess", "0123456789"));

    // A message that waits: its code is in the outbox, sealed. Nobody but the server has ever seen it.
    otpd.browser().request_code("email", "waiting@example.com").await;
    poll::until("a failed try", Duration::from_secs(10), async || {
        (!sink.hand_offs_for("waiting@example.com").is_empty()).then_some(())
    })
    .await;
    let sealed: Vec<u8> = otpd.database().value("SELECT sealed FROM outbox WHERE outcome IS NULL", []);
    assert!(!sealed.is_empty());
    assert!(!Secret::text("the address", "waiting@example.com").is_in(&sealed));
    let left: u32 =
        otpd.database().value("SELECT count(*) FROM outbox WHERE outcome IS NOT NULL AND length(sealed) > 0", []);
    assert_eq!(left, 0, "what a finished message said is erased");

    otpd.run_well(&["backup", "backup.db"]).await;
    assert_clean(&otpd, &secrets, &["otpd.db", "otpd.db-wal", "backup.db", "log"]);
    otpd.kill().await;
    assert_clean(&otpd, &secrets, &["otpd.db", "otpd.db-wal", "log"]);

    let log = otpd.log();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "the log is at its highest level");
    for contact in ["test@example.com", "waiting@example.com", "9876543210"] {
        assert!(
            !log.contains(contact),
            "{contact} is not masked: {:?}",
            log.lines().find(|line| line.contains(contact))
        );
    }
    let keys = std::fs::read(otpd.path("otpd.keys")).expect("the keys");
    for word in String::from_utf8_lossy(&keys).split_whitespace().filter(|word| word.len() >= 32) {
        let key = Secret::text("a key", word.trim_matches(['"', ',']));
        assert_clean(&otpd, &[key], &["otpd.db", "otpd.db-wal", "backup.db", "log"]);
    }
    private(&otpd.path("otpd.keys"));
    private(&otpd.path("otpd.db"));
    private(&otpd.path("backup.db"));
}

#[tokio::test]
async fn no_secret_of_the_apis_is_in_database_backup_or_log() {
    let settings = Settings::default()
        .with("challenges.code_length", "10")
        .with("registration.store", "database")
        .with("log.level", "trace");
    let mut otpd = Otpd::start(settings).await;
    let mut secrets = vec![Secret::text("the password", PASSWORD)];
    let key = otpd.api_key("verifications,sessions").await;
    secrets.push(Secret::token("the API key", key.strip_prefix("otpd_").expect("a key")));

    let wanted = json!({ "to": { "phone": "+919876543210" } });
    let reply = otpd.post_with_key(&key, "/api/v1/verifications", &wanted).await;
    let id = reply.json()["id"].as_str().expect("an id").to_owned();
    secrets.push(Secret::token("the verification's handle", &id));
    let code = otpd.message_to("+919876543210", 1).await.code;
    let path = format!("/api/v1/verifications/{id}/check");
    for code in ["0123456789", &code] {
        otpd.post_with_key(&key, &path, &json!({ "code": code })).await;
        secrets.push(Secret::text("a code", code));
    }

    otpd.register("asha@example.com").await;
    let code = otpd.message_to("asha@example.com", 1).await.code;
    secrets.push(Secret::text("the code of the registration", &code));
    otpd.post("/api/verify-otp/", &json!({ "email": "asha@example.com", "otp": code })).await;
    let wrong = json!({ "email": "asha@example.com", "password": "mistyped monkey dishwasher" });
    assert_eq!(otpd.post("/api/login/", &wrong).await.status, 401);
    secrets.push(Secret::text("the mistyped password", "mistyped monkey dishwasher"));
    let token = otpd.token("asha@example.com").await;
    let introspected = otpd.post_with_key(&key, "/api/v1/sessions/introspect", &json!({ "token": token })).await;
    assert_eq!(introspected.json()["active"], true, "{}", introspected.text());
    secrets.push(Secret::text("the access token", &token));

    otpd.run_well(&["backup", "backup.db"]).await;
    assert_clean(&otpd, &secrets, &["otpd.db", "otpd.db-wal", "backup.db", "log"]);
    otpd.kill().await;
    assert_clean(&otpd, &secrets, &["otpd.db", "otpd.db-wal", "log"]);
    let log = otpd.log();
    for contact in ["asha@example.com", "9876543210"] {
        let line = log.lines().find(|line| line.contains(contact));
        assert!(line.is_none(), "{contact} is not masked: {line:?}");
    }
}

fn assert_clean(otpd: &Otpd, secrets: &[Secret], files: &[&str]) {
    for file in files {
        let bytes = std::fs::read(otpd.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(!bytes.is_empty(), "{file} is empty");
        for secret in secrets {
            assert!(!secret.is_in(&bytes), "{} is in {file}", secret.name);
        }
    }
}

async fn arrived(sink: &Sink, n: usize) -> String {
    poll::until("a mail", Duration::from_secs(20), async || {
        sink.hand_offs_for("test@example.com").get(n - 1).and_then(|mail| mail.code())
    })
    .await
}

/// Only its owner may read it.
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).expect("it exists").permissions().mode();
    assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
}
