//! What the templates of messages see.

use serde::Serialize;

/// What the templates of messages see.
#[derive(Clone, Copy, Serialize)]
pub(super) struct MessageContext<'a> {
    /// The recipient's name, if it is known and may be greeted by.
    pub(super) name: Option<&'a str>,
    /// The code as people read it, a long one in groups; none in notices.
    pub(super) code: Option<&'a str>,
    /// Whether the code is a long one, such as `7KQ4-MZ2X-9HTWB`: then many wrong ones were typed before.
    pub(super) long_code: bool,
    /// Whether the code is typed on another site or app, and not on our pages.
    pub(super) elsewhere: bool,
    /// Whole minutes that the code is valid; 0 when it is less than one, and in notices.
    pub(super) minutes: u64,
    /// The host of the site, to say where to sign in.
    pub(super) site: &'a str,
}

const NAMES: [Option<&str>; 4] = [Some("Asha Rao"), None, Some("أمل"), Some("<script>\"'&")];
/// Codes of both kinds, for our pages and for others.
const CODES: [(&str, bool, bool); 4] = [
    ("012345", false, false),
    ("7KQ4-MZ2X-9HTWB", true, false),
    ("012345", false, true),
    ("7KQ4-MZ2X-9HTWB", true, true),
];
const SITE: &str = "signin.example.com";

impl MessageContext<'static> {
    /// Examples that reach every plural form of every language, every way of greeting, and every kind of code.
    pub(super) fn samples(with_code: bool) -> Vec<Self> {
        let notice = Self { name: None, code: None, long_code: false, elsewhere: false, minutes: 0, site: SITE };
        let named = NAMES.into_iter().cycle().map(|name| Self { name, ..notice });
        if with_code {
            let minutes = [0, 1, 2, 5, 10, 11, 100];
            let codes = CODES.into_iter().flat_map(|code| minutes.map(|minutes| (code, minutes)));
            let samples = named.zip(codes).map(|(sample, ((code, long_code, elsewhere), minutes))| Self {
                code: Some(code),
                long_code,
                elsewhere,
                minutes,
                ..sample
            });
            samples.collect()
        } else {
            named.take(NAMES.len()).collect()
        }
    }
}
