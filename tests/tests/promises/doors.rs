//! The doors that take a code, with one pending at each.

use std::net::SocketAddr;

use otpd_tests::Otpd;
use otpd_tests::http::{Reply, Request, send};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Where a code is typed by a back end, and the rest of what is said there.
#[derive(Clone, Debug)]
pub struct Check {
    /// The door's name, for what a failed test says.
    pub door: &'static str,
    address: SocketAddr,
    path: String,
    key: Option<String>,
    body: Value,
    field: &'static str,
}

impl Check {
    /// The request that types this code.
    pub fn request(&self, code: &str) -> Request {
        let mut body = self.body.clone();
        body[self.field] = code.into();
        let request = Request::new("POST", &self.path);
        let request = match &self.key {
            Some(key) => request.header("authorization", &format!("Bearer {key}")),
            None => request,
        };
        request.json(&body)
    }

    /// Types a code.
    pub async fn ask(&self, code: &str) -> Reply {
        send(self.address, &self.request(code)).await.unwrap_or_else(|error| panic!("{}: {error}", self.door))
    }

    /// Types codes, all at once.
    pub async fn ask_at_once(&self, codes: Vec<String>) -> Vec<Reply> {
        let mut asking = JoinSet::new();
        for code in codes {
            let check = self.clone();
            asking.spawn(async move { check.ask(&code).await });
        }
        asking.join_all().await
    }
}

/// A code that was sent, where it is typed, and the contact that challenge is for.
pub struct Pending {
    pub check: Check,
    pub code: String,
    pub contact: &'static str,
}

/// One pending code at each door that is no page, each for a contact of its own. The server needs Asha, who has
/// `test@example.com`; `key` is one of the scopes `verifications` and `sign-ins`.
pub async fn pending_everywhere(otpd: &Otpd, key: &str) -> Vec<Pending> {
    vec![
        verification(otpd, "b@example.com").await,
        registration(otpd).await,
        native(otpd, key).await,
        sign_in(otpd, key).await,
    ]
}

/// A verification asked for by the door of the old back ends.
pub async fn verification(otpd: &Otpd, contact: &'static str) -> Pending {
    let reply = otpd.post("/api/users/send-otp/", &json!({ "email": contact })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let check = check(otpd, "/api/users/", "/api/users/verify-otp/", None, json!({ "email": contact }), "otp");
    pending(otpd, check, contact).await
}

/// A registration that waits to be activated.
pub async fn registration(otpd: &Otpd) -> Pending {
    let contact = "c@example.com";
    otpd.register(contact).await;
    let check = check(otpd, "/api/register/", "/api/verify-otp/", None, json!({ "email": contact }), "otp");
    pending(otpd, check, contact).await
}

async fn native(otpd: &Otpd, key: &str) -> Pending {
    let contact = "v@example.com";
    let path = opened(otpd, key, "/api/v1/verifications", &json!({ "to": { "email": contact } })).await;
    pending(otpd, check(otpd, "/api/v1/verifications", &path, Some(key), json!({}), "code"), contact).await
}

async fn sign_in(otpd: &Otpd, key: &str) -> Pending {
    let contact = "test@example.com";
    let path = opened(otpd, key, "/api/v1/sign-ins", &json!({ "contact": { "email": contact } })).await;
    pending(otpd, check(otpd, "/api/v1/sign-ins", &path, Some(key), json!({}), "code"), contact).await
}

/// Makes a resource of the native API and gives back where its code is checked.
async fn opened(otpd: &Otpd, key: &str, path: &str, body: &Value) -> String {
    let reply = otpd.post_with_key(key, path, body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    format!("{path}/{}/check", reply.json()["id"].as_str().expect("an id"))
}

async fn pending(otpd: &Otpd, check: Check, contact: &'static str) -> Pending {
    Pending { check, code: otpd.message_to(contact, 1).await.code, contact }
}

fn check(otpd: &Otpd, door: &'static str, path: &str, key: Option<&str>, body: Value, field: &'static str) -> Check {
    Check { door, address: otpd.address, path: path.to_owned(), key: key.map(str::to_owned), body, field }
}

/// Another code of the same length.
pub fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}
