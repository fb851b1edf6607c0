//! Headers of requests: cookies, the way through proxies, API keys, and what a browser calls itself.
//! Each line of an input is the value of one header.

#![no_main]

use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::FromRequestParts;
use futures_util::FutureExt;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, USER_AGENT};
use libfuzzer_sys::fuzz_target;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::session::SessionToken;
use otpd_fuzz::is_one_line;
use otpd_web::TrustedProxies;
use otpd_web::fuzzing::{CookieRules, Kind, SentCookies, UserAgent, bearer};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

fuzz_target!(|data: &[u8]| {
    let lines = data.split(|byte| *byte == b'\n');
    let values: Vec<HeaderValue> = lines.take(8).filter_map(|line| HeaderValue::from_bytes(line).ok()).collect();
    cookies(&values);
    client(&values);
    key(&values);
    user_agent(&values);
});

fn headers(name: &HeaderName, values: &[HeaderValue]) -> HeaderMap {
    values.iter().map(|value| (name.clone(), value.clone())).collect()
}

/// What is read is what we would have set, and sets and reads back as the same.
fn cookies(values: &[HeaderValue]) {
    let headers = headers(&COOKIE, values);
    for secure in [true, false] {
        let rules = CookieRules::new(secure, Duration::from_hours(1));
        let sent = SentCookies::read(&headers, rules);
        let session = sent.session.readable().map(SessionToken::to_text);
        let pending = sent.pending.readable().map(ChallengeHandle::to_text);
        for (kind, text) in [(Kind::Session, session), (Kind::Pending, pending)] {
            let Some(text) = text else { continue };
            assert!(values.iter().any(|value| value.to_str().is_ok_and(|value| value.contains(&text))), "made up");
            let mut set = HeaderMap::new();
            rules.set(&mut set, kind, &text);
            let line = set[SET_COOKIE].to_str().expect("ASCII");
            let (pair, attributes) = line.split_once(';').expect("attributes");
            assert_eq!(secure, attributes.contains("Secure") && pair.starts_with("__Host-"), "{line}");
            let again = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(pair).expect("a value"))]);
            let again = SentCookies::read(&again, rules);
            assert!(again.session.readable().is_none() || again.session == sent.session);
            assert!(again.pending.readable().is_none() || again.pending == sent.pending);
            assert!(again.session.is_there() || again.pending.is_there());
        }
    }
}

/// The client is the peer or an address of the header that a proxy of ours vouches for; what a stranger puts in front
/// changes nothing.
fn client(values: &[HeaderValue]) {
    static PROXIES: OnceLock<TrustedProxies> = OnceLock::new();
    let proxies = PROXIES.get_or_init(|| TrustedProxies::parse(["10.0.0.0/8", "fd00::/8"]).expect("networks"));
    let is_proxy = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ip.octets()[0] == 10,
        IpAddr::V6(ip) => ip.octets()[0] == 0xfd,
    };
    let sent = headers(&FORWARDED, values);
    let stranger = SocketAddr::from(([192, 0, 2, 1], 4711));
    let proxy = SocketAddr::from(([10, 1, 2, 3], 4711));
    assert_eq!(proxies.client(None, &sent), None);
    assert_eq!(proxies.client(Some(stranger), &sent), Some(stranger.ip()), "a stranger is believed");
    assert_eq!(TrustedProxies::default().client(Some(proxy), &sent), Some(proxy.ip()));
    let client = proxies.client(Some(proxy), &sent).expect("a client");
    assert_eq!(client, client.to_canonical(), "two spellings of one address");
    if is_proxy(client) {
        return;
    }
    let first = HeaderValue::from_static("203.0.113.77, 10.9.9.9");
    let forged: Vec<HeaderValue> = [first].into_iter().chain(values.iter().cloned()).collect();
    assert_eq!(proxies.client(Some(proxy), &headers(&FORWARDED, &forged)), Some(client), "made up in front");
}

fn key(values: &[HeaderValue]) {
    let headers = headers(&AUTHORIZATION, values);
    match bearer(&headers) {
        Ok(None) => assert!(values.is_empty(), "a header was overlooked"),
        Ok(Some(token)) => assert!(values.len() == 1 && token == token.trim() && token.is_ascii(), "{token:?}"),
        Err(_) => assert!(!values.is_empty()),
    }
}

fn user_agent(values: &[HeaderValue]) {
    let mut request = http::Request::new(());
    *request.headers_mut() = headers(&USER_AGENT, values);
    let (mut parts, ()) = request.into_parts();
    let read = UserAgent::from_request_parts(&mut parts, &()).now_or_never().expect("nothing to wait for");
    assert!(is_one_line(&read.expect("never refused").0));
}
