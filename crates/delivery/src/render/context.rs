//! What the templates of messages see.

use serde::Serialize;

/// What the templates of messages see.
#[derive(Clone, Copy, Serialize)]
pub(super) struct MessageContext<'a> {
    /// The recipient's name, if it is known and may be greeted by.
    pub(super) name: Option<&'a str>,
    /// The code; none in notices.
    pub(super) code: Option<&'a str>,
    /// Whole minutes that the code is valid; 0 when it is less than one, and in notices.
    pub(super) minutes: u64,
    /// The host of the site, to say where to sign in.
    pub(super) site: &'a str,
}

const NAMES: [Option<&str>; 4] = [Some("Asha Rao"), None, Some("أمل"), Some("<script>\"'&")];
const SITE: &str = "signin.example.com";

impl MessageContext<'static> {
    /// Examples that reach every plural form of every language and every way of greeting.
    pub(super) fn samples(with_code: bool) -> Vec<Self> {
        let names = NAMES.into_iter().cycle();
        if with_code {
            let minutes = [0, 1, 2, 5, 10, 11, 100];
            let samples = minutes.into_iter().zip(names);
            samples.map(|(minutes, name)| Self { name, code: Some("012345"), minutes, site: SITE }).collect()
        } else {
            names.take(NAMES.len()).map(|name| Self { name, code: None, minutes: 0, site: SITE }).collect()
        }
    }
}
