//! What must not be repeated of a provider's reply.

use crate::render::one_line;

/// Shortest text that is looked for: shorter ones are in every sentence.
const SHORTEST: usize = 4;

/// Logins, in every form in which a provider may send them back.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let texts = texts.into_iter().map(|text| one_line(&text).into_owned());
        let mut texts: Vec<String> = texts.filter(|text| text.len() >= SHORTEST).collect();
        // The longest first: one may hold another.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts.dedup();
        Self(texts)
    }

    /// The text without them, in one line.
    pub(crate) fn hide(&self, text: &str) -> String {
        // First, for the line might put together what was broken off inside of a secret.
        self.0.iter().fold(one_line(text).into_owned(), |text, secret| text.replace(secret, "•••"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_was_broken_into_lines_is_hidden() {
        let secrets = Secrets::new(["my  pass word".to_owned()]);
        assert_eq!(secrets.hide("no: my\u{1b}pass\r\n  word"), "no: •••");
    }

    #[test]
    fn secrets_are_hidden_longest_first() {
        let secrets = Secrets::new(["hunter2", "hunter2hunter2", "abc"].map(str::to_owned));
        assert_eq!(secrets.hide("abc:\r\n  hunter2hunter2 is hunter2 "), "abc: ••• is •••");
    }
}
