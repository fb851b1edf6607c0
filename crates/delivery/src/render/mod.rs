//! Puts messages into words.

mod context;
mod names;

use std::borrow::Cow;
use std::sync::Arc;

use context::MessageContext;
use names::{Names, Paths};
use otpd_domain::code::Code;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{MessageContent, MessageId, MessageKind};
use otpd_templating::{Language, RenderError, Templates};
use zeroize::Zeroizing;

use crate::email::{Letterhead, NotAnAddress};
use crate::sms::{bind_to_host, trimmed};
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
    /// The names of the templates that declared verifications use, beside the shipped `verification`.
    pub verification_templates: Vec<String>,
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
    /// The account's name, for the greeting; goes before the name in the content.
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
    /// The message's templates are not among those that were checked at the start.
    #[error("there is no template \"{0}\" (any more): declare a verification type that uses it")]
    NoTemplate(String),
    /// A message of this kind must carry a code, or must not.
    #[error("the message does not have what its template \"{0}\" needs")]
    WrongContent(String),
}

/// Puts messages into words. Cheap to clone.
#[derive(Clone)]
pub struct Renderer(Arc<Inner>);

struct Inner {
    templates: Templates,
    names: Names,
    letterhead: Letterhead,
    public_host: String,
}

impl Renderer {
    /// Checks the settings, and every template of a message with samples in every language.
    ///
    /// # Errors
    /// When the sender is no mailbox, the host no host name, a verification's templates do not exist, or a template
    /// fails.
    pub fn new(templates: Templates, config: RenderConfig) -> Result<Self, SetupError> {
        let names = Names::checked(&templates, &config.verification_templates)?;
        let letterhead = Letterhead::new(&config.from, &config.public_host)?;
        Ok(Self(Arc::new(Inner { templates, names, letterhead, public_host: config.public_host })))
    }

    /// Puts a message into words, in the account's language if there are messages in it, else in the browser's,
    /// else in the default one. The same draft gives the same message, byte for byte.
    ///
    /// # Errors
    /// When a template fails or the recipient is no address.
    pub fn render(&self, draft: &Draft) -> Result<RenderedMessage, RenderFault> {
        let content = draft.content;
        let template = content.kind.template();
        let paths = self.0.names.get(template).ok_or_else(|| RenderFault::NoTemplate(template.to_owned()))?;
        if is_notice(&content.kind) == content.code.is_some() {
            return Err(RenderFault::WrongContent(template.to_owned()));
        }
        let name = draft.recipient_name.or(content.name.as_deref()).and_then(greetable);
        let readable = content.code.as_ref().map(|code| Zeroizing::new(code.readable()));
        let seen = MessageContext {
            name: name.as_deref(),
            code: readable.as_ref().map(|code| code.as_str()),
            long_code: content.code.as_ref().is_some_and(Code::is_long),
            elsewhere: matches!(content.kind, MessageKind::Verification(_)),
            minutes: content.valid_seconds / 60,
            site: &self.0.public_host,
        };
        let words = Words { paths, seen, language: self.language(draft) };
        Ok(match draft.channel {
            Channel::Email => RenderedMessage::Mail(self.mail(draft, &words)?),
            Channel::Sms => RenderedMessage::Sms(self.sms(draft, &words)?),
        })
    }

    fn mail(&self, draft: &Draft, words: &Words) -> Result<Mail, RenderFault> {
        let part = |path: &str| self.0.templates.render_named(path, &words.seen, &words.language);
        let subject = one_line(&part(&words.paths.subject)?).into_owned();
        let (text, html) = (part(&words.paths.text)?, part(&words.paths.html)?);
        Ok(self.0.letterhead.compose(draft.id, &draft.content.to, subject, text, html)?)
    }

    fn sms(&self, draft: &Draft, words: &Words) -> Result<Sms, RenderFault> {
        let content = draft.content;
        let text = self.0.templates.render_named(&words.paths.sms, &words.seen, &words.language)?;
        let text = match &content.code {
            // Phones fill in what stands there, letter by letter: no hyphens.
            Some(code) if is_typed_on_our_pages(&content.kind) => {
                bind_to_host(&text, &self.0.public_host, code.digits())
            }
            _ => trimmed(&text),
        };
        let valid = std::time::Duration::from_secs(content.valid_seconds);
        let expires_at = content.code.is_some().then(|| draft.id.created_at().after(valid));
        Ok(Sms { id: draft.id, to: content.to.clone(), text, expires_at })
    }

    fn language(&self, draft: &Draft) -> Language {
        let templates = &self.0.templates;
        let own = draft.recipient_language.and_then(|tag| templates.language(tag));
        own.or_else(|| templates.language(&draft.content.language)).unwrap_or_else(|| templates.default_language())
    }
}

/// Everything that words are made of.
struct Words<'a> {
    paths: &'a Paths,
    seen: MessageContext<'a>,
    language: Language,
}

/// Whether the message only says that something happened.
fn is_notice(kind: &MessageKind) -> bool {
    match kind {
        MessageKind::AlreadyRegistered | MessageKind::ContactChanged | MessageKind::PasswordChanged => true,
        MessageKind::SignIn
        | MessageKind::Registration
        | MessageKind::PasswordReset
        | MessageKind::NewContact
        | MessageKind::Verification(_) => false,
    }
}

/// Whether its code is typed on pages of the public host, so that phones may fill it in there and nowhere else. A
/// verification's code is typed on pages of the back end that asked for it.
fn is_typed_on_our_pages(kind: &MessageKind) -> bool {
    !is_notice(kind) && !matches!(kind, MessageKind::Verification(_))
}

/// The name if a message may greet by it. Names come from imports and from strangers who register: what looks like
/// a link is not repeated in a mail that carries the company's name.
fn greetable(name: &str) -> Option<Cow<'_, str>> {
    let name = one_line(name);
    let looks_like_a_link = name.contains("://") || name.contains('@') || name.to_lowercase().contains("www.");
    // Marks that turn or hide what stands beside them.
    let tricks = |c: char| matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    (!name.is_empty() && !looks_like_a_link && !name.contains(tricks) && name.chars().count() <= MAX_GREETED)
        .then_some(name)
}

/// The text with every run of white space and control characters made one space.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let text = text.trim_matches(is_gap);
    if !text.contains(|c| is_gap(c) && c != ' ') && !text.contains("  ") {
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
        for other in [
            "",
            "  ",
            "\u{202e}live",
            "a\u{200b}b",
            "http://evil.example",
            "see WWW.evil.example",
            "a@b.example",
            &"a".repeat(61),
        ] {
            assert_eq!(greetable(other), None, "{other}");
        }
    }
}
