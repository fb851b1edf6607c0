//! The doors that send, and what is sent to them.

use otpd_tests::Otpd;
use otpd_tests::api::PASSWORD;
use otpd_tests::browser::form_to;
use otpd_tests::http::Request;
use serde_json::json;

/// A door that sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// The request page.
    Request,
    /// "Resend" on the page.
    Resend,
    /// `/password/forgotten/`.
    Forgotten,
    /// `/api/users/send-otp/`.
    SendOtp,
    /// `/api/v1/verifications`.
    Verification,
    /// `/api/v1/sign-ins`.
    SignIn,
    /// `/api/register/`.
    Register,
    /// `/api/resend-otp/`.
    ResendOtp,
    /// The same; known is not who has an account but who has registered and not activated yet.
    Waiting,
}

/// All of them.
pub const DOORS: [Door; 9] = [
    Door::Request,
    Door::Resend,
    Door::Forgotten,
    Door::SendOtp,
    Door::Verification,
    Door::SignIn,
    Door::Register,
    Door::ResendOtp,
    Door::Waiting,
];

impl Door {
    /// What it answers when it sends, or seems to. `/api/resend-otp/` always seems to.
    pub fn done(self) -> u16 {
        match self {
            Self::Request | Self::Resend | Self::Forgotten => 303,
            Self::SendOtp | Self::ResendOtp | Self::Waiting => 200,
            Self::Verification | Self::SignIn | Self::Register => 201,
        }
    }

    /// A request for a code to that contact. What has to be done before is done.
    pub async fn request(self, otpd: &Otpd, key: &str, email: &str) -> Request {
        match self {
            Self::Request => page(otpd, "/otp/request/", &[("contact_type", "email"), ("contact_value", email)]).await,
            Self::Forgotten => page(otpd, "/password/forgotten/", &[("contact", email)]).await,
            Self::Resend => resend(otpd, email).await,
            Self::SendOtp => Request::new("POST", "/api/users/send-otp/").json(&json!({ "email": email })),
            Self::ResendOtp | Self::Waiting => {
                Request::new("POST", "/api/resend-otp/").json(&json!({ "email": email }))
            }
            Self::Verification => with_key(key, "/api/v1/verifications", &json!({ "to": { "email": email } })),
            Self::SignIn => with_key(key, "/api/v1/sign-ins", &json!({ "contact": { "email": email } })),
            Self::Register => {
                let form = json!({ "email": email, "password": PASSWORD, "first_name": "A", "last_name": "B" });
                Request::new("POST", "/api/register/").json(&form)
            }
        }
    }
}

fn with_key(key: &str, path: &str, body: &serde_json::Value) -> Request {
    Request::new("POST", path).header("authorization", &format!("Bearer {key}")).json(body)
}

/// The form of a page, filled in by a fresh browser.
async fn page(otpd: &Otpd, path: &str, fields: &[(&str, &str)]) -> Request {
    let mut browser = otpd.browser();
    let form = form_to(&browser.get(path).await, path).expect("a form");
    let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = hidden.chain(fields.iter().copied()).collect();
    browser.form_request(path, &fields)
}

/// The button of the page of a browser that has asked for a code.
async fn resend(otpd: &Otpd, email: &str) -> Request {
    let mut browser = otpd.browser();
    assert_eq!(browser.request_code("email", email).await.status, 303);
    let form = form_to(&browser.get("/otp/verify/").await, "/otp/resend/").expect("a form");
    let hidden: Vec<_> = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.form_request("/otp/resend/", &hidden)
}
