//! What browsers send in forms and queries, and where they want to go on to.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otpd_fuzz::{is_one_line, text};
use otpd_web::fuzzing::{Colour, Device, Fields, Next, carry};
use otpd_web::{PublicUrl, TrustedProxies};
use url::Url;

fuzz_target!(|data: &[u8]| {
    fields(data);
    let Some(text) = text(data) else { return };
    next(text);
    public_url(text);
    proxies(text);
    device(text);
    colour(text);
});

/// What is taken says the same to every other reader, and nothing that is refused is shown whole.
fn fields(data: &[u8]) {
    let fields = match Fields::parse(data) {
        Ok(fields) => fields,
        Err(problem) => {
            assert!(is_one_line(&problem.field) && problem.field.chars().count() <= 40, "{problem:?}");
            return;
        }
    };
    let others: Vec<(String, String)> = form_urlencoded::parse(data).into_owned().collect();
    assert_eq!(fields.names().collect::<Vec<_>>(), others.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for (name, value) in &others {
        assert_eq!(fields.get(name), Some(value.as_str()), "{name:?}");
        assert!(is_one_line(name) && is_one_line(value) && !name.contains(['[', ']']), "{name:?}");
    }
    let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(&others).finish();
    assert_eq!(Fields::parse(written.as_bytes()).as_ref(), Ok(&fields), "{written}");
}

/// Wherever it is followed from, a browser stays on this host, and the path is not another one on the way.
fn next(text: &str) {
    let Some(next) = Next::check(text) else { return };
    assert!(next.as_str() == text && text.len() <= 512);
    let here = Url::parse("https://signin.example.com/otp/verify/?next=%2F").expect("a URL");
    let carried = carry("/otp/request/", Some(&next));
    for location in [text, next.location().as_str(), carried.as_str()] {
        let there = here.join(location).expect("a path");
        assert_eq!(there.origin(), here.origin(), "{location:?} leads to {there}");
    }
    for location in [next.location(), carried.clone()] {
        assert!(location.bytes().all(|byte| byte.is_ascii_graphic()), "{location:?}");
    }
    let query = carried.split_once('?').expect("a query").1;
    let fields = Fields::parse(query.as_bytes()).expect("fields");
    assert_eq!(fields.get("next"), Some(text), "{carried}");
    assert_eq!(fields.names().count(), 1, "{carried}");
}

/// A public URL is one origin, as browsers write it.
fn public_url(text: &str) {
    let Ok(url) = PublicUrl::parse(text) else { return };
    assert_eq!(PublicUrl::parse(url.origin()).as_ref(), Ok(&url));
    assert!(url.admits(url.origin()) && !url.admits("null"));
    assert!(url.is_secure() == url.origin().starts_with("https://") && !url.link("/x").contains('@'));
    if let Ok(browsers) = Url::parse(text) {
        let is_plain =
            |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
        let numeric = |host: &str| host.bytes().any(|byte| byte.is_ascii_digit());
        if is_plain(url.host()) && !numeric(url.host()) {
            assert_eq!(url.origin(), browsers.origin().ascii_serialization(), "{text:?}");
        }
    }
}

fn proxies(text: &str) {
    match TrustedProxies::parse(text.split(',')) {
        Ok(_) => assert!(text.split(',').all(|part| part.trim().is_ascii())),
        Err(error) => assert!(text.contains(&error.0)),
    }
}

/// The names are ours, never the browser's own words.
fn device(text: &str) {
    let device = Device::of(text);
    assert_eq!(Device::of(&format!("{text} ")), device);
    assert!([device.browser, device.system].into_iter().flatten().all(|name| name.len() <= 20));
}

fn colour(text: &str) {
    let Some(colour) = Colour::parse(text) else { return };
    let css = colour.to_css();
    assert_eq!(css, text.to_ascii_lowercase());
    assert_eq!(Colour::parse(&css), Some(colour));
}
