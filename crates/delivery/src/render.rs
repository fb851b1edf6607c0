//! Puts messages into words: typed contexts for the templates of mail and SMS.

use std::borrow::Cow;
use std::sync::Arc;

use otpd_domain::identifier::Channel;
use otpd_domain::message::{MessageContent, MessageId};
use otpd_templating::{Language, RenderError, Template, Templates, check_samples};
use serde::Serialize;

use crate::email::{Letterhead, NotAnAddress};
use crate::sms::bind_to_host;
use crate::{Mail, RenderedMessage, SetupError, Sms};

/// Longest name a message greets by, in characters; a longer one is no name.
const MAX_GREETED: usize = 60;

/// The settings of messages.
#[derive(Clone, Debug)]
pub struct RenderConfig {
    /// The host of the public URL, without scheme and port: right half of message ids, and what codes in SMS are
    /// bound to.
    pub public_host: String,
    /// The sender of mail: an address, or `Name <address>`.
    pub from: String,
}

/// A message before it is put into words.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Its id.
    pub id: MessageId,
    /// How it travels.
    pub channel: Channel,
    /// What it says.
    pub content: &'a MessageContent,
    /// The account's name, for the greeting.
    pub recipient_name: Option<&'a str>,
    /// The account's own language; goes before that of the asking browser.
    pub recipient_language: Option<&'a str>,
}

/// A message cannot be put into words.
#[derive(Debug, thiserror::Error)]
pub enum RenderFault {
    /// A template failed.
    #[error(transparent)]
    Template(#[from] RenderError),
    /// The recipient is nothing mail can be sent to.
    #[error(transparent)]
    Address(#[from] NotAnAddress),
}

/// Puts messages into words. Cheap to clone.
#[derive(Clone)]
pub struct Renderer(Arc<Inner>);

struct Inner {
    templates: Templates,
    letterhead: Letterhead,
    public_host: String,
}

/// What the templates of a code see.
#[derive(Clone, Copy, Serialize)]
struct CodeContext<'a> {
    name: Option<&'a str>,
    code: &'a str,
    /// Whole minutes; 0 when the code is valid for less than one.
    minutes: u64,
}

impl CodeContext<'static> {
    fn samples() -> Vec<Self> {
        let names = [Some("Asha Rao"), None, Some("أمل"), Some("<script>\"'&")];
        let minutes = [0, 1, 2, 5, 10, 11, 100];
        minutes
            .into_iter()
            .zip(names.into_iter().cycle())
            .map(|(minutes, name)| Self { name, code: "012345", minutes })
            .collect()
    }
}

macro_rules! code_templates {
    ($($(#[$doc:meta])* $context:ident = $path:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Serialize)]
        #[serde(transparent)]
        struct $context<'a>(CodeContext<'a>);

        impl Template for $context<'_> {
            const NAME: &'static str = $path;

            fn samples() -> Vec<Self> {
                CodeContext::samples().into_iter().map(Self).collect()
            }
        }
    )*};
}

code_templates! {
    MailSubject = "email/code.subject.txt";
    MailText = "email/code.txt";
    MailHtml = "email/code.html";
    SmsText = "sms/code.txt";
}

impl Renderer {
    /// Checks the settings, and every template of a message with samples in every language.
    ///
    /// # Errors
    /// When the sender is no mailbox, the host no host name, or a template fails.
    pub fn new(templates: Templates, config: RenderConfig) -> Result<Self, SetupError> {
        check_samples::<MailSubject>(&templates)?;
        check_samples::<MailText>(&templates)?;
        check_samples::<MailHtml>(&templates)?;
        check_samples::<SmsText>(&templates)?;
        let letterhead = Letterhead::new(&config.from, &config.public_host)?;
        Ok(Self(Arc::new(Inner { templates, letterhead, public_host: config.public_host })))
    }

    /// Puts a message into words, in the account's language if there are messages in it, else in the browser's,
    /// else in the default one. The same draft gives the same message, byte for byte.
    ///
    /// # Errors
    /// When a template fails or the recipient is no address.
    pub fn render(&self, draft: &Draft) -> Result<RenderedMessage, RenderFault> {
        let language = self.language(draft);
        let name = draft.recipient_name.and_then(greetable);
        let code = draft.content.code.digits();
        let context = CodeContext { name: name.as_deref(), code, minutes: draft.content.valid_seconds / 60 };
        Ok(match draft.channel {
            Channel::Email => RenderedMessage::Mail(self.mail(draft, context, &language)?),
            Channel::Sms => RenderedMessage::Sms(self.sms(draft, context, &language)?),
        })
    }

    fn mail(&self, draft: &Draft, context: CodeContext, language: &Language) -> Result<Mail, RenderFault> {
        let templates = &self.0.templates;
        let subject = one_line(&templates.render(&MailSubject(context), language)?).into_owned();
        let text = templates.render(&MailText(context), language)?;
        let html = templates.render(&MailHtml(context), language)?;
        Ok(self.0.letterhead.compose(draft.id, &draft.content.to, subject, text, html)?)
    }

    fn sms(&self, draft: &Draft, context: CodeContext, language: &Language) -> Result<Sms, RenderFault> {
        let text = self.0.templates.render(&SmsText(context), language)?;
        let text = bind_to_host(&text, &self.0.public_host, context.code);
        Ok(Sms { id: draft.id, to: draft.content.to.clone(), text })
    }

    fn language(&self, draft: &Draft) -> Language {
        let templates = &self.0.templates;
        let own = draft.recipient_language.and_then(|tag| templates.language(tag));
        own.or_else(|| templates.language(&draft.content.language)).unwrap_or_else(|| templates.default_language())
    }
}

/// The name if a message may greet by it. Names come from imports and, one day, from strangers who register:
/// what looks like a link is not repeated in a mail that carries the company's name.
fn greetable(name: &str) -> Option<Cow<'_, str>> {
    let name = one_line(name);
    let looks_like_a_link = name.contains("://") || name.contains('@') || name.to_lowercase().contains("www.");
    (!name.is_empty() && !looks_like_a_link && name.chars().count() <= MAX_GREETED).then_some(name)
}

/// The text with every run of white space and control characters made one space.
fn one_line(text: &str) -> Cow<'_, str> {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let text = text.trim_matches(is_gap);
    if !text.contains(|c| is_gap(c) && c != ' ') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split(is_gap).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_greeted_by() {
        for name in ["Asha Rao", "Ravi s/o Mohan", "Dr. O'Neil-Smith", "أمل", "李雷"] {
            assert_eq!(greetable(name).as_deref(), Some(name));
        }
        assert_eq!(greetable(" Asha\r\nBcc: x \t Rao\u{0}").as_deref(), Some("Asha Bcc: x Rao"));
        for other in ["", "  ", "http://evil.example", "see WWW.evil.example", "a@b.example", &"a".repeat(61)] {
            assert_eq!(greetable(other), None, "{other}");
        }
    }
}
