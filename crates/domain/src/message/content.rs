//! What a message says, before it is put in words.

use serde::{Deserialize, Serialize};

use crate::code::Code;

/// What a message is about: it chooses the templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
    /// A code to sign in with.
    SignIn,
    /// A code that activates a registration.
    Registration,
    /// A code to choose a new password with.
    PasswordReset,
    /// A code that proves a new address or number of an account.
    NewContact,
    /// A code that another back end asked for; it is written with the templates of that name.
    Verification(String),
    /// No code: somebody registered with, or moved to, a contact that an account has already.
    AlreadyRegistered,
    /// No code: the account's address or number was changed.
    ContactChanged,
    /// No code: the account's password was changed.
    PasswordChanged,
}

impl MessageKind {
    /// The name of its templates: `email/NAME.txt`, `sms/NAME.txt` and so on.
    pub fn template(&self) -> &str {
        match self {
            Self::SignIn => "code",
            Self::Registration => "registration",
            Self::PasswordReset => "password-reset",
            Self::NewContact => "new-contact",
            Self::Verification(template) => template,
            Self::AlreadyRegistered => "already-registered",
            Self::ContactChanged => "contact-changed",
            Self::PasswordChanged => "password-changed",
        }
    }
}

/// What a message says, before it is put in words. Sealed while it waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageContent {
    /// Where it goes: the canonical identifier.
    pub to: String,
    /// What it is about.
    pub kind: MessageKind,
    /// The code it carries, if it carries one.
    pub code: Option<Code>,
    /// How long the code is valid, in seconds from the request; 0 without a code.
    pub valid_seconds: u64,
    /// The language of the asking browser; the account's own language goes before it.
    pub language: String,
    /// The name to greet by when no account has the contact yet.
    pub name: Option<String>,
}
