//! The section "Input": what is refused, what is escaped, and what is demanded of passwords.

use otpd_tests::api::PASSWORD;
use otpd_tests::http::{Reply, Request};
use otpd_tests::{Otpd, Settings};
use serde_json::json;

const KEYED: &str = "/api/v1/";

/// Every door that reads JSON: a body with `{}` in the place of the value of one of its fields.
const FIELDS: [(&str, &str); 19] = [
    ("/api/users/send-otp/", r#"{"phone":{}}"#),
    ("/api/users/send-otp/", r#"{"email":{}}"#),
    ("/api/users/send-otp/", r#"{"phone":"9876543211","verification_type":{}}"#),
    ("/api/users/resend-otp/", r#"{"phone":{}}"#),
    ("/api/users/verify-otp/", r#"{"phone":{},"otp":"123456"}"#),
    ("/api/users/verify-otp/", r#"{"phone":"9876543211","otp":{}}"#),
    ("/api/register/", r#"{"email":{},"password":"purple monkey dishwasher"}"#),
    ("/api/register/", r#"{"email":"n@example.com","password":{}}"#),
    ("/api/register/", r#"{"email":"n@example.com","password":"purple monkey dishwasher","phone":{}}"#),
    ("/api/verify-otp/", r#"{"email":{},"otp":"123456"}"#),
    ("/api/verify-otp/", r#"{"email":"n@example.com","otp":{}}"#),
    ("/api/resend-otp/", r#"{"email":{}}"#),
    ("/api/login/", r#"{"email":{},"password":"purple monkey dishwasher"}"#),
    ("/api/login/", r#"{"email":"n@example.com","password":{}}"#),
    ("/api/v1/verifications", r#"{"to":{"phone":{}}}"#),
    ("/api/v1/verifications", r#"{"to":{"phone":"+919876543211"},"type":{}}"#),
    ("/api/v1/sign-ins", r#"{"contact":{"email":{}}}"#),
    ("/api/v1/accounts", r#"{"name":{}}"#),
    ("/api/v1/sessions/introspect", r#"{"token":{}}"#),
];

/// Values that no field takes.
const VALUES: [&str; 13] = [
    r#"["a"]"#,
    r#"{"$ne":""}"#,
    "true",
    "123456",
    "1e400",
    r#""\u0000""#,
    r#""a\r\nBcc: b@example.com""#,
    r#""a\nb""#,
    r#""\u0007""#,
    r#""\u0085""#,
    r#""\ud800""#,
    r#""\udc00x""#,
    "\"\u{1}\"",
];

struct Doors {
    otpd: Otpd,
    key: String,
}

impl Doors {
    async fn open() -> Self {
        let otpd = Otpd::start(Settings::new()).await;
        let key = otpd.api_key("verifications,sign-ins,accounts-write,sessions").await;
        Self { otpd, key }
    }

    async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        let request = Request::new("POST", path).header("content-type", "application/json");
        let key = format!("Bearer {}", self.key);
        let mut request = if path.starts_with(KEYED) { request.header("authorization", &key) } else { request };
        request.body = Some(body.into());
        self.otpd.send(&request).await
    }

    /// The server lives, has not stumbled, and nothing was sent.
    fn nothing_happened(&self) {
        let database = self.otpd.database();
        for table in ["outbox", "challenges", "registrations", "sessions"] {
            assert_eq!(database.value::<u32>(&format!("SELECT count(*) FROM {table}"), []), 0, "{table}");
        }
        let log = self.otpd.log();
        assert!(!log.contains("panick") && !log.contains("ERROR"), "{log}");
    }
}

/// A refusal in words.
fn assert_clear(reply: &Reply, what: &str) {
    assert_eq!(reply.status, 400, "{what}: {}", reply.text());
    let said = reply.json();
    let words = said["message"].as_str().or(said["detail"].as_str()).unwrap_or_default();
    assert!(words.len() > 10, "{what}: {said}");
}

#[tokio::test]
async fn what_is_malformed_is_a_400_at_every_door() {
    let doors = Doors::open().await;
    for (path, body) in FIELDS {
        for value in VALUES {
            let body = body.replacen("{}", value, 1);
            assert_clear(&doors.post(path, body.clone()).await, &format!("{path} {body}"));
        }
        let field = body.split("{}").next().expect("a start").rsplit(['{', ',']).next().expect("a name");
        let twice = body.replacen(&format!("{field}{{}}"), &format!(r#"{field}"9876543211",{field}"9876543211""#), 1);
        assert_clear(&doors.post(path, twice.clone()).await, &format!("{path} {twice}"));
        let surrogate = &b"{\"a\":\"\xed\xa0\x80\"}"[..];
        assert_clear(&doors.post(path, surrogate).await, &format!("{path}: a lone surrogate as bytes"));
        assert_clear(&doors.post(path, "[".repeat(60_000)).await, &format!("{path}: many brackets"));
    }
    doors.nothing_happened();
}

#[tokio::test]
async fn full_width_digits_are_no_digits_of_a_number_or_a_code() {
    let doors = Doors::open().await;
    let (number, code) = ("９８７６５４３２１０", "１２３４５６");
    for (path, body) in [
        ("/api/users/send-otp/", json!({ "phone": number })),
        ("/api/users/verify-otp/", json!({ "phone": number, "otp": "123456" })),
        ("/api/users/verify-otp/", json!({ "phone": "9876543210", "otp": code })),
        ("/api/register/", json!({ "email": "n@example.com", "password": PASSWORD, "phone": number })),
        ("/api/verify-otp/", json!({ "email": "n@example.com", "otp": code })),
    ] {
        assert_clear(&doors.post(path, body.to_string()).await, &format!("{path} {body}"));
    }
    let refused = doors.post("/api/v1/verifications", json!({ "to": { "phone": number } }).to_string()).await;
    assert!([400, 409].contains(&refused.status), "{}", refused.text());
    doors.nothing_happened();
}

#[tokio::test]
async fn a_body_has_64_kib_at_most_at_every_door() {
    let doors = Doors::open().await;
    let mut paths: Vec<&str> = FIELDS.iter().map(|(path, _)| *path).collect();
    paths.dedup();
    for path in paths {
        let large = format!(r#"{{"a":"{}"}}"#, "a".repeat(64 * 1024));
        assert_eq!(doors.post(path, large.clone()).await.status, 413, "{path}");
        let request = Request::new("POST", path).header("content-type", "application/json");
        let request = request.header("authorization", &format!("Bearer {}", doors.key));
        let mut request = request.header("transfer-encoding", "chunked");
        request.chunked = true;
        request.body = Some(format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len()).into_bytes());
        assert_eq!(doors.otpd.send(&request).await.status, 413, "{path} in chunks");
    }
    doors.nothing_happened();
}

#[tokio::test]
async fn hostile_names_stay_names_in_pages_messages_log_and_csv() {
    let name = r#"=1+1"');DROP TABLE x;--<script>x</script>{{ 7*7 }}%0ax: y"#;
    let settings = Settings::default().with("log.level", "debug").with("limits.send.cooldown", "0s");
    let otpd = Otpd::start(settings).await;
    let create = ["account", "create", "--name", name, "--email", "eve@example.com", "--phone", "9876543210"];
    otpd.run_well(&create).await;
    let mut browser = otpd.sign_in("email", "eve@example.com").await;
    let page = browser.get("/dashboard/").await.text();
    assert!(!page.contains("<script>x") && page.contains("&lt;script&gt;x") && page.contains("{{ 7*7 }}"), "{page}");
    let mail = otpd.message_to("eve@example.com", 1).await;
    assert!(!mail.html.contains("<script>") && mail.html.contains("&lt;script&gt;"), "{}", mail.html);
    assert!(mail.text.contains("{{ 7*7 }}") && !mail.subject.contains('\n'), "{}", mail.text);
    otpd.sign_in("phone", "+919876543210").await;
    let sms = otpd.message_to("+919876543210", 1).await;
    let last = sms.text.lines().last().unwrap_or_default();
    assert_eq!(last, format!("@127.0.0.1 #{}", sms.code), "the bound line stays the last: {}", sms.text);
    otpd.run_well(&["account", "export", "all.csv"]).await;
    let csv = std::fs::read_to_string(otpd.path("all.csv")).expect("it was written");
    assert!(csv.contains(r#""'=1+1""');DROP"#) && csv.contains("'+919876543210"), "no cell is a formula: {csv}");
    assert!(otpd.log().lines().all(|line| !line.trim_start().starts_with("Bcc:") && !line.contains("<script>")));
    for broken in ["a\r\nBcc: b@example.com", "a\nb", "\u{7}", "a\u{85}b"] {
        let made = otpd.run(&["account", "create", "--name", broken, "--email", "b@example.com"]).await;
        assert!(!made.status.success(), "{broken:?} is no name");
    }
}

fn registration(email: &str, password: &str) -> serde_json::Value {
    json!({ "email": email, "password": password, "first_name": "Nila", "last_name": "Das" })
}

#[tokio::test]
async fn passwords_are_long_uncommon_and_one_in_every_spelling() {
    let otpd = Otpd::start(Settings::default()).await;
    for (password, what) in [
        ("fourteen chars", "14 characters"),
        ("passwordpassword", "a common one"),
        ("nila@example.com", "the own address"),
        (&"x".repeat(257), "over 256"),
    ] {
        let refused = otpd.post("/api/register/", &registration("nila@example.com", password)).await;
        assert_eq!(refused.status, 400, "{what}: {}", refused.text());
    }
    // 15 characters are enough, 64 and 256 are not too many, and a ligature is the letters it stands for.
    let long = "correct horse battery staple, and then some more words until it is long enough ".repeat(4);
    for (n, (chosen, typed)) in [
        ("quite fifteen c", "quite fifteen c"),
        (&long[..64], &long[..64]),
        (&long[..256], &long[..256]),
        ("the \u{fb01}rst caf\u{e9} in town", "the first cafe\u{301} in town"),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("n{n}@example.com");
        assert_eq!(otpd.post("/api/register/", &registration(&email, chosen)).await.status, 201, "{chosen}");
        let otp = otpd.message_to(&email, 1).await.code;
        assert_eq!(otpd.post("/api/verify-otp/", &json!({ "email": email, "otp": otp })).await.status, 200);
        let login = otpd.post("/api/login/", &json!({ "email": email, "password": typed })).await;
        assert_eq!(login.status, 200, "{typed}: {}", login.text());
        let less: String = typed.chars().skip(1).collect();
        assert_eq!(otpd.post("/api/login/", &json!({ "email": email, "password": less })).await.status, 401);
    }
}

#[tokio::test]
async fn a_site_that_always_asks_for_a_code_may_take_eight_characters_and_not_seven() {
    let mut otpd = Otpd::prepare(Settings::default().with("passwords.min_length", "8")).await;
    otpd.serve().await;
    assert_eq!(otpd.post("/api/register/", &registration("a@example.com", "xkcd-936")).await.status, 201);
    assert_eq!(otpd.post("/api/register/", &registration("b@example.com", "xkcd936")).await.status, 400);
    otpd.set("passwords.min_length", "7");
    let refused = otpd.run(&["serve"]).await;
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && told.contains("from 8 to 64"), "{told}");
}

/// Made by Django 5.2 of `correct horse battery staple`, with few rounds.
const OF_DJANGO: &str = "pbkdf2_sha256$20000$seasalt2seasalt2seasa2$5S/mySf0o2DMH3pZScPF6u2fuf5a34HFCe5lxJQc3i8=";
/// What OWASP's Password Storage Cheat Sheet asks for: 19 MiB, 2 passes, 1 lane.
const OURS: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

#[tokio::test]
async fn a_hash_of_django_signs_in_once_and_is_made_anew_with_argon2id() {
    let otpd = Otpd::prepare(Settings::new()).await;
    let written = rusqlite::Connection::open(otpd.path("otpd.db")).expect("the database opens");
    let insert = "INSERT INTO passwords (account_id, hash, changed_at) SELECT id, ?1, 0 FROM accounts";
    assert_eq!(written.execute(insert, [OF_DJANGO]).expect("it is written"), 1);
    drop(written);
    let mut otpd = otpd;
    otpd.serve().await;
    let log_in = async |password: &str| {
        otpd.post("/api/login/", &json!({ "email": "test@example.com", "password": password })).await.status
    };
    let stored = || otpd.database().value::<String>("SELECT hash FROM passwords", []);
    assert_eq!(log_in("correct horse battery stable").await, 401);
    assert_eq!(stored(), OF_DJANGO, "a wrong password changes nothing");
    assert_eq!(log_in("correct horse battery staple").await, 200);
    let anew = stored();
    assert!(anew.starts_with(OURS), "{anew}");
    assert_eq!(log_in("correct horse battery staple").await, 200);
    assert_eq!(log_in("correct horse battery stable").await, 401);
    assert_eq!(stored(), anew);
}
