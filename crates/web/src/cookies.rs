//! The cookies: who is signed in, which codes are pending, the browser's half of the form token, what the dashboard is to
//! say once, and which accounts the browser is known to.

use std::time::Duration;

use cookie::{Cookie, SameSite, time};
use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use otpd_domain::browser::{KNOWN_FOR, KnownBrowser, MAX_KNOWN};
use otpd_domain::{Keyring, Timestamp};

/// How long a browser may come back to a pending sign-in: longer than any code lives, so that the page can
/// say "expired" instead of "who are you?".
const PENDING_LIFETIME: Duration = Duration::from_hours(1);

/// How long what was done may wait to be said: until the browser has followed to the dashboard.
const DONE_LIFETIME: Duration = Duration::from_mins(10);

/// Stands between the accounts that a browser is known to: in no text of theirs.
const BETWEEN_KNOWN: char = '.';

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The session token.
    Session,
    /// The challenge handle.
    Pending,
    /// The handle of a registration's second code, sent by SMS.
    PendingPhone,
    /// The browser's half of the form token.
    Csrf,
    /// What was done just now.
    Done,
    /// The accounts the browser has signed in to before. It gives no power and outlives signing out.
    Browser,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Session, Self::Pending, Self::PendingPhone, Self::Csrf, Self::Done, Self::Browser];
}

/// The names and attributes of the site's cookies.
#[derive(Clone, Copy, Debug)]
pub struct CookieRules {
    secure: bool,
    session_lifetime: Duration,
}

impl CookieRules {
    /// The rules of a site; `secure` when it is reached by https.
    pub fn new(secure: bool, session_lifetime: Duration) -> Self {
        Self { secure, session_lifetime }
    }

    /// The cookie's name. `__Host-` makes browsers refuse it from other hosts, paths and from plain http.
    pub fn name(self, kind: Kind) -> &'static str {
        match (kind, self.secure) {
            (Kind::Session, true) => "__Host-otpd_session",
            (Kind::Session, false) => "otpd_session",
            (Kind::Pending, true) => "__Host-otpd_pending",
            (Kind::Pending, false) => "otpd_pending",
            (Kind::PendingPhone, true) => "__Host-otpd_pending_phone",
            (Kind::PendingPhone, false) => "otpd_pending_phone",
            (Kind::Csrf, true) => "__Host-otpd_csrf",
            (Kind::Csrf, false) => "otpd_csrf",
            (Kind::Done, true) => "__Host-otpd_done",
            (Kind::Done, false) => "otpd_done",
            (Kind::Browser, true) => "__Host-otpd_browser",
            (Kind::Browser, false) => "otpd_browser",
        }
    }

    /// Gives the browser a cookie.
    pub fn set(self, headers: &mut HeaderMap, kind: Kind, value: &str) {
        // The form token lives as long as the browser window: pages that outlive it ask to reload.
        let lifetime = match kind {
            Kind::Session => Some(self.session_lifetime),
            Kind::Pending | Kind::PendingPhone => Some(PENDING_LIFETIME),
            Kind::Csrf => None,
            Kind::Done => Some(DONE_LIFETIME),
            Kind::Browser => Some(KNOWN_FOR),
        };
        self.append(headers, kind, value, lifetime);
    }

    /// Lets the browser be known to these accounts from now on.
    pub fn set_known(self, headers: &mut HeaderMap, keys: &Keyring, known: &[KnownBrowser]) {
        let texts: Vec<String> = known.iter().map(|known| known.to_text(keys)).collect();
        self.set(headers, Kind::Browser, &texts.join(&BETWEEN_KNOWN.to_string()));
    }

    /// The accounts that the browser is known to, as its cookie says and this server once signed. What is forged, or too
    /// old, says nothing.
    pub fn known(self, headers: &HeaderMap, keys: &Keyring, now: Timestamp) -> Vec<KnownBrowser> {
        let cookie = sent(headers).find(|(name, _)| *name == self.name(Kind::Browser));
        let texts = cookie.into_iter().flat_map(|(_, value)| value.split(BETWEEN_KNOWN)).take(MAX_KNOWN);
        texts.filter_map(|text| KnownBrowser::parse(keys, text, now)).collect()
    }

    /// Takes a cookie away from the browser.
    pub fn clear(self, headers: &mut HeaderMap, kind: Kind) {
        self.append(headers, kind, "", Some(Duration::ZERO));
    }

    fn append(self, headers: &mut HeaderMap, kind: Kind, value: &str, lifetime: Option<Duration>) {
        let mut cookie = Cookie::build((self.name(kind), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build();
        if let Some(lifetime) = lifetime {
            cookie.set_max_age(time::Duration::seconds(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)));
        }
        // Our values are base64url or plain words: always a header value.
        if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
            headers.append(SET_COOKIE, value);
        }
    }

    /// Which of ours a cookie of a request is.
    pub fn kind_of(self, name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| self.name(*kind) == name)
    }
}

/// The cookies of a request, as name and value. What cannot be read is no cookie of ours.
pub fn sent(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(secure: bool, change: impl Fn(CookieRules, &mut HeaderMap)) -> String {
        let mut headers = HeaderMap::new();
        change(CookieRules::new(secure, Duration::from_hours(24)), &mut headers);
        headers[SET_COOKIE].to_str().expect("ASCII").to_owned()
    }

    #[test]
    fn cookies_have_every_attribute() {
        assert_eq!(
            line(true, |rules, headers| rules.set(headers, Kind::Session, "abc")),
            "__Host-otpd_session=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400"
        );
        assert_eq!(
            line(false, |rules, headers| rules.set(headers, Kind::Pending, "abc")),
            "otpd_pending=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600"
        );
        assert_eq!(
            line(true, |rules, headers| rules.set(headers, Kind::Csrf, "abc")),
            "__Host-otpd_csrf=abc; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        assert_eq!(
            line(true, |rules, headers| rules.clear(headers, Kind::Session)),
            "__Host-otpd_session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn cookies_of_several_header_lines_are_read() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; b=2=3"));
        headers.append(COOKIE, HeaderValue::from_static("nonsense; c="));
        assert_eq!(sent(&headers).collect::<Vec<_>>(), [("a", "1"), ("b", "2=3"), ("c", "")]);
    }
}
