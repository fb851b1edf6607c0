//! A browser without JavaScript: keeps cookies, fills forms, follows nothing by itself.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use crate::forms::{Form, forms};
use crate::http::{Reply, Request, send};

/// The cookie that names the pending sign-in, over plain http.
pub const PENDING: &str = "otpd_pending";
/// The cookie that names the session, over plain http.
pub const SESSION: &str = "otpd_session";

/// A browser with its cookie jar. A clone has a copy of the jar.
#[derive(Clone, Debug)]
pub struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
    /// Sent as `Accept-Language`.
    pub language: String,
}

impl Browser {
    /// A fresh browser that visits the server at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), language: "en".to_owned() }
    }

    /// The value of a cookie it holds.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// The jar as a `Cookie` header.
    pub fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// A request with the headers every browser sends.
    pub fn request(&self, method: &str, target: &str) -> Request {
        let request = Request::new(method, target)
            .header("accept", "text/html")
            .header("accept-language", &self.language)
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            .header("sec-fetch-site", "same-origin");
        if self.cookies.is_empty() { request } else { request.header("cookie", &self.cookie_header()) }
    }

    /// A POST with the headers every browser sends, and no body yet.
    pub fn post_request(&self, target: &str) -> Request {
        self.request("POST", target).header("origin", &format!("http://{}", self.address))
    }

    /// A form as a browser sends it.
    pub fn form_request(&self, target: &str, fields: &[(&str, &str)]) -> Request {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_request(target).form(body)
    }

    /// Opens a page.
    ///
    /// # Errors
    /// When there is no complete reply.
    pub async fn try_get(&mut self, target: &str) -> io::Result<Reply> {
        self.exchange(&self.request("GET", target)).await
    }

    /// Opens a page, finds the form that is sent to `action`, and sends it with its hidden fields and these.
    ///
    /// # Errors
    /// When there is no complete reply, or no such form on the page.
    pub async fn try_submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> io::Result<Reply> {
        let reply = self.try_get(page).await?;
        let form = form_to(&reply, action).ok_or_else(|| {
            let what = format!("no form for {action} on {page}: {} {}", reply.status, reply.location());
            io::Error::new(io::ErrorKind::NotFound, what)
        })?;
        self.try_send(&form, fields).await
    }

    /// Sends a form with its hidden fields and these.
    ///
    /// # Errors
    /// When there is no complete reply.
    pub async fn try_send(&mut self, form: &Form, fields: &[(&str, &str)]) -> io::Result<Reply> {
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<_> = hidden.chain(fields.iter().copied()).collect();
        self.exchange(&self.form_request(&form.action, &all)).await
    }

    /// Sends a request and keeps the cookies of its reply.
    ///
    /// # Errors
    /// When there is no complete reply.
    pub async fn exchange(&mut self, request: &Request) -> io::Result<Reply> {
        let reply = send(self.address, request).await?;
        for cookie in reply.headers_named("set-cookie") {
            self.keep(cookie);
        }
        Ok(reply)
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let Some((name, value)) = pair.split_once('=') else { return };
        if attributes.to_ascii_lowercase().split(';').any(|attribute| attribute.trim() == "max-age=0") {
            self.cookies.remove(name.trim());
        } else {
            self.set_cookie(name.trim(), value.trim());
        }
    }

    /// Opens a page.
    ///
    /// # Panics
    /// When there is no complete reply.
    pub async fn get(&mut self, target: &str) -> Reply {
        self.try_get(target).await.expect("a reply")
    }

    /// As [`Self::try_submit`].
    ///
    /// # Panics
    /// When it fails.
    pub async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        self.try_submit(page, action, fields).await.expect("a form and a reply")
    }

    /// Asks for a code with the request page; `kind` is `email` or `phone`.
    pub async fn request_code(&mut self, kind: &str, contact: &str) -> Reply {
        let fields = [("contact_type", kind), ("contact_value", contact)];
        self.submit("/otp/request/", "/otp/request/", &fields).await
    }

    /// Types a code into the verify page.
    pub async fn verify(&mut self, code: &str) -> Reply {
        self.submit("/otp/verify/", "/otp/verify/", &[("otp_code", code)]).await
    }

    /// Presses "resend" on the verify page.
    pub async fn resend(&mut self) -> Reply {
        self.submit("/otp/verify/", "/otp/resend/", &[]).await
    }
}

/// The form of a page that is sent to `action`, whatever its query.
pub fn form_to(page: &Reply, action: &str) -> Option<Form> {
    forms(&page.text()).into_iter().find(|form| form.action.split('?').next() == Some(action))
}
