//! Asking for codes, from anywhere and by every door.

use otpd_tests::browser::form_to;
use otpd_tests::http::{Reply, Request};
use otpd_tests::{Browser, Otpd};
use serde_json::{Value, json};

/// Asha's address.
pub const EMAIL: &str = "test@example.com";
/// Asha's number.
pub const PHONE: &str = "+919876543210";

/// Asks by the page, from a fresh browser.
pub async fn ask(otpd: &Otpd, contact: &str) -> Reply {
    ask_with(otpd, &mut otpd.browser(), contact, &[], None).await
}

/// The same through a proxy that saw the visitor at an address.
pub async fn ask_from(otpd: &Otpd, contact: &str, address: &str) -> Reply {
    ask_with(otpd, &mut otpd.browser(), contact, &[], Some(address)).await
}

/// The same by a browser, with further fields.
pub async fn ask_with(
    otpd: &Otpd,
    browser: &mut Browser,
    contact: &str,
    more: &[(&str, &str)],
    address: Option<&str>,
) -> Reply {
    let form = form_to(&browser.get("/otp/request/").await, "/otp/request/").expect("a form");
    let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let chosen = [("contact_type", kind_of(contact)), ("contact_value", contact)];
    let fields: Vec<_> = hidden.chain(chosen).chain(more.iter().copied()).collect();
    otpd.send(&forwarded(browser.form_request("/otp/request/", &fields), address)).await
}

/// Asks at `/api/users/`, as another back end or its pages do.
pub async fn send_otp(otpd: &Otpd, contact: &str, address: Option<&str>) -> Reply {
    let field = kind_of(contact);
    post_from(otpd, "/api/users/send-otp/", &json!({ (field): contact }), address).await
}

/// Posts JSON through a proxy.
pub async fn post_from(otpd: &Otpd, path: &str, body: &Value, address: Option<&str>) -> Reply {
    otpd.send(&forwarded(Request::new("POST", path).json(body), address)).await
}

fn forwarded(request: Request, address: Option<&str>) -> Request {
    match address {
        Some(address) => request.header("x-forwarded-for", address),
        None => request,
    }
}

/// `email` or `phone`.
pub fn kind_of(contact: &str) -> &'static str {
    if contact.contains('@') { "email" } else { "phone" }
}

/// A form that registers somebody.
pub fn registration(email: &str) -> Value {
    json!({ "email": email, "password": "purple monkey dishwasher", "first_name": "Asha", "last_name": "Rao" })
}

/// The seconds of `Retry-After`.
pub fn told(reply: &Reply) -> u64 {
    let seconds = reply.header("retry-after").and_then(|seconds| seconds.parse().ok());
    seconds.unwrap_or_else(|| panic!("{} without Retry-After: {}", reply.status, reply.text()))
}

/// How many messages there are, sent or on their way, to whomever.
pub fn messages(otpd: &Otpd) -> u32 {
    otpd.database().value("SELECT count(*) FROM outbox", [])
}

/// The statuses of replies, sorted.
pub fn statuses(replies: &[Reply]) -> Vec<u16> {
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    statuses
}
