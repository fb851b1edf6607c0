//! A browser: keeps cookies, sends forms with the token of the last page it saw.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{CONTENT_TYPE, COOKIE, HeaderName, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{EMAIL, PASSWORD, PUBLIC_URL};

#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request, beside the cookies.
    pub headers: Vec<(&'static str, String)>,
    /// Where it is, if the server shall know.
    pub address: Option<IpAddr>,
    token: Option<String>,
}

/// An answer.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

/// What an outsider can tell two answers apart by: status, headers, body.
pub type Seen = (u16, Vec<(String, String)>, String);

impl Page {
    /// Everything an outsider can tell it apart by: all but the values of the cookies.
    pub fn seen(&self) -> Seen {
        let headers = self.headers.iter().map(|(name, value)| {
            let value = value.to_str().expect("text");
            let value = if name == SET_COOKIE {
                let (pair, attributes) = value.split_once(';').expect("attributes");
                let (name, value) = pair.split_once('=').expect("a pair");
                format!("{name}={};{attributes}", "x".repeat(value.len()))
            } else {
                value.to_owned()
            };
            (name.to_string(), value)
        });
        (self.status, headers.collect(), self.body.clone())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The text of the page: tags taken out, white space made one, as a reader sees it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (number, piece) in self.body.split('<').enumerate() {
            let words = if number == 0 { piece } else { piece.split_once('>').map_or("", |(_, words)| words) };
            text.push(' ');
            text.push_str(words);
        }
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn assert_says(&self, words: &str) {
        assert!(self.text().contains(words), "{words:?} is not in: {} {}", self.status, self.text());
    }

    /// The value of the hidden or visible field of that name.
    pub fn field(&self, name: &str) -> Option<String> {
        let (_, after) = self.body.split_once(&format!("name=\"{name}\""))?;
        after.split('>').next()?.split_once("value=\"")?.1.split('"').next().map(unescape)
    }

    /// The value of the attribute of that name, wherever it stands.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let (_, after) = self.body.split_once(&format!(" {name}=\""))?;
        after.split('"').next().map(unescape)
    }

    /// Where the links of the page lead.
    pub fn links(&self) -> Vec<String> {
        self.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(unescape).collect()
    }
}

fn unescape(html: &str) -> String {
    let pairs = [("&#x2f;", "/"), ("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    pairs.iter().fold(html.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), headers: Vec::new(), address: None, token: None }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), "").await
    }

    pub async fn head(&mut self, path: &str) -> Page {
        self.send(Request::head(path), "").await
    }

    /// Sends a form as a browser does: with the token of the page, cookies and origin.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token.clone().unwrap_or_default();
        let mut pairs = vec![("csrf_token", token.as_str())];
        pairs.extend(fields);
        let body = encode(&pairs);
        self.post_raw(path, &body).await
    }

    /// Sends a body as it is.
    pub async fn post_raw(&mut self, path: &str, body: &str) -> Page {
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if !self.headers.iter().any(|(name, _)| *name == "origin") {
            request = request.header("origin", PUBLIC_URL).header("sec-fetch-site", "same-origin");
        }
        self.send(request, body.to_owned()).await
    }

    pub async fn send(&mut self, mut request: http::request::Builder, body: impl Into<Body>) -> Page {
        for (name, value) in &self.headers {
            request = request.header(HeaderName::from_static(name), value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::new(address, 4711)));
        }
        let request = request.body(body.into()).expect("a request");
        let is_head = request.method() == Method::HEAD;
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        assert!(!is_head || body.is_empty());
        let body = String::from_utf8(body.to_vec()).expect("text");
        let page = Page { status: parts.status.as_u16(), headers: parts.headers, body };
        self.keep(&page);
        page
    }

    fn keep(&mut self, page: &Page) {
        for cookie in page.headers.get_all(SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().expect("text").split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = page.field("csrf_token") {
            self.token = Some(token);
        }
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(&format!("__Host-otpd_{name}")).map(String::as_str)
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Opens the page and asks for a code; expects to be sent on.
    pub async fn request_code(&mut self, contact: &str) {
        self.get("/otp/request/").await;
        let kind = if contact.contains('@') { "email" } else { "phone" };
        let page = self.post("/otp/request/", &[("contact_type", kind), ("contact_value", contact)]).await;
        assert_eq!((page.status, page.location()), (303, "/otp/verify/"), "{}", page.text());
        let page = self.get("/otp/verify/").await;
        assert_eq!(page.status, 200);
    }

    pub async fn type_code(&mut self, code: &str) -> Page {
        self.post("/otp/verify/", &[("otp_code", code)]).await
    }

    /// Opens the page and registers with [`PASSWORD`]; expects to be sent on.
    pub async fn register(&mut self, email: &str, phone: &str) {
        self.get("/register/").await;
        let page = self.post("/register/", &registration(email, phone)).await;
        assert_eq!((page.status, page.location()), (303, "/register/verify/"), "{}", page.text());
        assert_eq!(self.get("/register/verify/").await.status, 200);
    }

    pub async fn type_activation(&mut self, code: &str) -> Page {
        self.post("/register/verify/", &[("otp_code", code)]).await
    }

    /// Opens the page and signs in with a password.
    pub async fn log_in(&mut self, contact: &str, password: &str) -> Page {
        self.get("/login/").await;
        self.post("/login/", &[("contact", contact), ("password", password)]).await
    }

    /// Opens the page and asks for a code to choose a new password with; expects to be sent on.
    pub async fn forget_password(&mut self, contact: &str) {
        self.get("/password/forgotten/").await;
        let page = self.post("/password/forgotten/", &[("contact", contact)]).await;
        assert_eq!((page.status, page.location()), (303, "/password/new/"), "{}", page.text());
        assert_eq!(self.get("/password/new/").await.status, 200);
    }

    pub async fn choose_password(&mut self, code: &str, password: &str) -> Page {
        self.post("/password/new/", &[("otp_code", code), ("password", password)]).await
    }

    /// Opens the page and asks for a code to a new contact; expects to be sent on.
    pub async fn change_contact(&mut self, contact: &str) {
        self.get("/account/contact/").await;
        let kind = if contact.contains('@') { "email" } else { "phone" };
        let page = self.post("/account/contact/", &[("contact_type", kind), ("contact_value", contact)]).await;
        assert_eq!((page.status, page.location()), (303, "/account/contact/verify/"), "{}", page.text());
        assert_eq!(self.get("/account/contact/verify/").await.status, 200);
    }

    pub async fn confirm_contact(&mut self, code: &str) -> Page {
        self.post("/account/contact/verify/", &[("otp_code", code)]).await
    }

    /// A browser half-way: it has asked for a code for [`EMAIL`].
    pub async fn waiting(mut self) -> Self {
        self.request_code(EMAIL).await;
        self
    }
}

/// The form of somebody called Nila Das.
pub fn registration<'a>(email: &'a str, phone: &'a str) -> [(&'static str, &'a str); 5] {
    [("first_name", "Nila"), ("last_name", "Das"), ("email", email), ("phone", phone), ("password", PASSWORD)]
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}
