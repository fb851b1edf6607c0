//! Forged forms: a signed double submit, beside what browsers themselves say of a request's origin.
//!
//! The cookie holds 128 random bits, the form an HMAC over them. Another site can make a browser send the cookie,
//! but can neither read it nor make its HMAC. Nothing of it is stored on the server.

use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{HeaderMap, HeaderName, ORIGIN};
use http::request::Parts;
use otpd_domain::{Entropy, EntropyError, Keyring};
use subtle::ConstantTimeEq;

use super::cookies::SentCookies;
use crate::config::PublicUrl;
use crate::cookies::{CookieRules, Kind};
use crate::error::Problem;
use crate::state::WebState;

/// The name of the hidden field.
pub const TOKEN_FIELD: &str = "csrf_token";
/// What browsers say of the site a request was made from (Fetch Metadata).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Keeps these HMACs apart from any other use of the keys for forms.
const LABEL: &[u8] = b"csrf";

/// The browser's half: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CsrfSeed([u8; 16]);

impl std::fmt::Debug for CsrfSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsrfSeed")
    }
}

impl CsrfSeed {
    fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads the text of a cookie.
    pub fn parse(text: &str) -> Option<Self> {
        decode(text).map(Self)
    }

    fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    fn token(self, keys: &Keyring) -> String {
        let newest = keys.form_macs(&[LABEL, &self.0]).next();
        newest.map(|mac| URL_SAFE_NO_PAD.encode(mac)).unwrap_or_default()
    }

    fn admits(self, keys: &Keyring, token: &str) -> bool {
        let Some(token) = decode::<32>(token) else { return false };
        keys.form_macs(&[LABEL, &self.0]).any(|mac| mac.ct_eq(&token).into())
    }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; 48];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    bytes.get(..length)?.try_into().ok()
}

/// Why a form is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsrfRefusal {
    /// The browser says that another site sent it.
    #[error("sent from another site")]
    OtherSite,
    /// The browser did not bring our cookie.
    #[error("no form cookie")]
    NoCookie,
    /// The form has no token, or one of another browser or key.
    #[error("no matching form token")]
    NoToken,
}

/// Whether browsers' own headers speak against a POST. They cannot be set by a page.
///
/// With `Referrer-Policy: no-referrer` browsers send `Origin: null` even for a form of our own: then
/// `Sec-Fetch-Site` decides, and where a browser is too old for it, the token alone.
pub fn check_site(public_url: &PublicUrl, headers: &HeaderMap) -> Result<(), CsrfRefusal> {
    let fetch_site = only(headers, &SEC_FETCH_SITE)?;
    let origin = only(headers, &ORIGIN)?;
    let site_fits = match (fetch_site, origin) {
        (Some(b"same-origin") | None, _) => true,
        (Some(b"none"), origin) => origin != Some(b"null"),
        (Some(_), _) => false,
    };
    let origin_fits = match origin {
        None | Some(b"null") => true,
        Some(origin) => std::str::from_utf8(origin).is_ok_and(|origin| public_url.admits(origin)),
    };
    if site_fits && origin_fits { Ok(()) } else { Err(CsrfRefusal::OtherSite) }
}

/// The value of a header that browsers send at most once: of two, another reader could believe the other.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, CsrfRefusal> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next().map(http::HeaderValue::as_bytes);
    if values.next().is_some() { Err(CsrfRefusal::OtherSite) } else { Ok(value) }
}

/// Whether the form's token is the one of the browser's cookie.
pub fn check_token(keys: &Keyring, cookies: &SentCookies, token: Option<&str>) -> Result<(), CsrfRefusal> {
    let seed = cookies.csrf.readable().ok_or(CsrfRefusal::NoCookie)?;
    let token = token.ok_or(CsrfRefusal::NoToken)?;
    if seed.admits(keys, token) { Ok(()) } else { Err(CsrfRefusal::NoToken) }
}

/// The token for the forms of a page. A browser without the cookie is given one with the page.
#[derive(Clone, Debug)]
pub struct FormToken {
    /// The text for the hidden field.
    pub token: String,
    fresh: Option<CsrfSeed>,
}

impl FormToken {
    /// The token for a browser that sent these cookies.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn of(cookies: &SentCookies, keys: &Keyring, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let known = cookies.csrf.readable().copied();
        let seed = known.map_or_else(|| CsrfSeed::generate(entropy), Ok)?;
        Ok(Self { token: seed.token(keys), fresh: known.is_none().then_some(seed) })
    }

    /// Gives the browser its half, if it has none yet.
    pub fn apply(&self, rules: CookieRules, headers: &mut HeaderMap) {
        if let Some(seed) = self.fresh {
            rules.set(headers, Kind::Csrf, &seed.to_text());
        }
    }
}

impl FromRequestParts<WebState> for FormToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let cookies = SentCookies::read(&parts.headers, state.cookie_rules());
        Ok(state.form_token(&cookies)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(public: &str, origin: Option<&'static str>, fetch_site: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in [("origin", origin), ("sec-fetch-site", fetch_site)] {
            if let Some(value) = value {
                headers.insert(name, http::HeaderValue::from_static(value));
            }
        }
        check_site(&PublicUrl::parse(public).expect("a URL"), &headers).is_ok()
    }

    fn sent_twice(name: &'static str, value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.append(name, http::HeaderValue::from_static(value));
        headers.append(name, http::HeaderValue::from_static(value));
        check_site(&PublicUrl::parse("https://example.com").expect("a URL"), &headers).is_ok()
    }

    #[test]
    fn origin_and_fetch_site_decide_together() {
        let (own, evil) = (Some("https://example.com"), Some("https://evil.example"));
        let null = Some("null");
        for (origin, fetch_site, taken) in [
            (None, None, true),
            (own, None, true),
            (own, Some("same-origin"), true),
            (own, Some("none"), true),
            (None, Some("same-origin"), true),
            (None, Some("none"), true),
            (null, None, true),
            (null, Some("same-origin"), true),
            (null, Some("none"), false),
            (null, Some("same-site"), false),
            (null, Some("cross-site"), false),
            (own, Some("cross-site"), false),
            (own, Some("same-site"), false),
            (None, Some("cross-site"), false),
            (None, Some("made-up"), false),
            (evil, None, false),
            (evil, Some("same-origin"), false),
            (evil, Some("cross-site"), false),
            (Some("http://example.com"), None, false),
            (Some("https://example.com:8443"), None, false),
            (Some("http://localhost"), None, false),
        ] {
            assert_eq!(site("https://example.com", origin, fetch_site), taken, "{origin:?} {fetch_site:?}");
        }
        assert!(!sent_twice("origin", "https://example.com"));
        assert!(!sent_twice("sec-fetch-site", "same-origin"));
        assert!(site("http://localhost:8080", Some("http://127.0.0.1:8080"), Some("same-origin")));
        assert!(!site("http://localhost:8080", Some("http://127.0.0.1:9"), Some("same-origin")));
    }
}
