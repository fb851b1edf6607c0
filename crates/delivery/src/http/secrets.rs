//! What must not be repeated of a provider's reply.

/// Shortest text that is looked for: shorter ones are in every sentence.
const SHORTEST: usize = 4;

/// Logins, in every form in which a provider may send them back.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut texts: Vec<String> = texts.into_iter().filter(|text| text.len() >= SHORTEST).collect();
        // The longest first: one may hold another.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts.dedup();
        Self(texts)
    }

    /// The text without them, in one line.
    pub(crate) fn hide(&self, text: &str) -> String {
        let hidden = self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "•••"));
        hidden.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_longest_first() {
        let secrets = Secrets::new(["hunter2", "hunter2hunter2", "abc"].map(str::to_owned));
        assert_eq!(secrets.hide("abc:\r\n  hunter2hunter2 is hunter2 "), "abc: ••• is •••");
    }
}
