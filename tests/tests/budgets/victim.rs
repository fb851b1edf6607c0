//! Somebody whose account is guessed at.

use otpd_tests::http::Reply;
use otpd_tests::{Browser, Otpd, Settings};
use serde_json::json;

/// Asha's address.
pub const EMAIL: &str = "test@example.com";
/// Asha's number.
pub const PHONE: &str = "+919876543210";
/// Wrong guesses an account has in an hour, by default.
pub const AN_HOUR: usize = 10;
/// Bytes of an entry of a ledger: when, how often, mark.
const MOMENT: usize = 13;

/// A server that sends as often as it is asked to: only guesses are limited.
pub fn settings() -> Settings {
    Settings::new().with("limits.send.cooldown", "0s").with("verification.Login.cooldown", "0s")
}

/// How many wrong guesses the budgets hold, all ledgers together: each entry says how often, guesses of one millisecond
/// share one.
pub fn spent(otpd: &Otpd) -> usize {
    let database = otpd.database();
    let mut statement = database.connection().prepare("SELECT moments FROM guess_ledgers").expect("a statement");
    let ledgers = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("rows");
    let times = |entry: &[u8]| u32::from_le_bytes(entry[8..12].try_into().expect("four bytes"));
    // With the highest bit in their mark: refused without being compared.
    let compared = |entry: &&[u8]| entry[12] & 0x80 == 0;
    let of_ledger = |moments: Vec<u8>| moments.chunks(MOMENT).filter(compared).map(times).sum::<u32>();
    let all: u32 = ledgers.map(|moments| of_ledger(moments.expect("a ledger"))).sum();
    usize::try_from(all).expect("few")
}

/// How many ledgers hold them.
pub fn ledgers(otpd: &Otpd) -> u32 {
    otpd.database().value("SELECT count(*) FROM guess_ledgers", [])
}

/// Another code of as many digits.
pub fn other_than(code: &str) -> String {
    let first = code.bytes().next().expect("digits") - b'0';
    format!("{}{}", (first + 1) % 10, &code[1..])
}

/// A browser that has asked for a code for one of Asha's contacts, and the code if it is a short one.
pub async fn asked(otpd: &Otpd, kind: &str, contact: &str) -> (Browser, String) {
    let mut browser = otpd.browser();
    let before = otpd.messages_to(contact).len();
    let reply = browser.request_code(kind, contact).await;
    assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"), "{}", reply.text());
    let code = otpd.message_to(contact, before + 1).await.code;
    (browser, code)
}

/// Spends what is left of the account's hour, from browsers that nobody knows.
pub async fn spend_the_hour(otpd: &Otpd) {
    while spent(otpd) < AN_HOUR {
        let (mut browser, code) = asked(otpd, "email", EMAIL).await;
        for _ in 0..(AN_HOUR - spent(otpd)).min(4) {
            let reply = browser.verify(&other_than(&code)).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
        }
    }
}

/// Whether the page says that the budget is spent.
pub fn is_over_budget(reply: &Reply) -> bool {
    reply.status == 429 && reply.text().contains("it will be longer")
}

/// A wrong guess at the newest verification code of a contact.
pub async fn wrong_at_users(otpd: &Otpd, field: &str, contact: &str) -> Reply {
    let before = otpd.messages_to(contact).len();
    let reply = otpd.post("/api/users/send-otp/", &json!({ (field): contact })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let code = otpd.message_to(contact, before + 1).await;
    let wrong = code.long_code().unwrap_or_else(|| other_than(&code.code));
    otpd.post("/api/users/verify-otp/", &json!({ (field): contact, "otp": wrong })).await
}
