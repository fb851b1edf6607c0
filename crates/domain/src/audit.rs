//! The audit trail: who signed in, what failed, what was limited, what was changed and by whom. Contacts are masked in it.

use serde::Serialize;

use crate::account::AccountId;
use crate::clock::Timestamp;
use crate::visitor::Trail;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        pub enum AuditEvent {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl AuditEvent {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word stored and printed for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

events! {
    /// Somebody signed in with a code.
    SignedIn = "signed-in",
    /// Somebody signed in with a password.
    LoggedIn = "logged-in",
    /// A registration became an account.
    Activated = "activated",
    /// Somebody registered.
    Registered = "registered",
    /// A password was set with a code.
    PasswordSet = "password-set",
    /// An account's address or number was changed by its owner.
    ContactChanged = "contact-changed",
    /// A session was ended by its owner, or by signing out.
    SessionEnded = "session-ended",
    /// Several sessions of an account were ended at once.
    SessionsEnded = "sessions-ended",
    /// A wrong code was typed.
    WrongCode = "wrong-code",
    /// A wrong password was typed.
    WrongPassword = "wrong-password",
    /// A guess was not compared: the budget of the account, the contact or the browser is spent.
    GuessRefused = "guess-refused",
    /// Nothing was sent: a limit is reached. The detail says which.
    SendRefused = "send-refused",
    /// A block of numbers was closed, since too few of the codes sent there were typed.
    BlockClosed = "block-closed",
    /// A block of numbers was opened by hand.
    BlockOpened = "block-opened",
    /// Staff made an account.
    AccountCreated = "account-created",
    /// Staff, or a back end for it, changed an account.
    AccountChanged = "account-changed",
    /// Staff took an account out of use.
    AccountDisabled = "account-disabled",
    /// Staff gave an account another role.
    RoleSet = "role-set",
    /// Staff made an API key.
    ApiKeyCreated = "api-key-created",
    /// Staff revoked an API key.
    ApiKeyRevoked = "api-key-revoked",
    /// The database was restored from a backup.
    Restored = "restored",
    /// So many failures and limits came at once that some were not noted: as many as are counted here.
    LeftOut = "left-out",
}

impl AuditEvent {
    /// The event of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.as_str() == word)
    }
}

/// A line of the audit trail, to be written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewAuditEntry {
    /// What happened.
    pub event: AuditEvent,
    /// The account it was about, if there is one and it is known.
    pub account: Option<AccountId>,
    /// The contact it was about, masked.
    pub contact: Option<String>,
    /// The door and the network it came by.
    pub trail: Trail,
    /// What else there is to say, such as which limit, or which role; never a code, a key or a whole contact.
    pub detail: Option<String>,
}

/// A line of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number: later ones are higher.
    pub number: i64,
    /// When it happened; of several alike, the first.
    pub at: Timestamp,
    /// How often it happened within a moment: failures and limits alike are counted, not repeated.
    pub times: u32,
    /// What happened.
    pub entry: NewAuditEntry,
}

impl NewAuditEntry {
    /// An event and whom it came by; the rest is added where it is known.
    pub fn new(event: AuditEvent, trail: Trail) -> Self {
        Self { event, account: None, contact: None, trail, detail: None }
    }

    /// About that account.
    #[must_use]
    pub fn of_account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// About that contact, which is masked here.
    #[must_use]
    pub fn of_contact(self, contact: &crate::identifier::Identifier) -> Self {
        Self { contact: Some(contact.masked().to_string()), ..self }
    }

    /// With that to say besides.
    #[must_use]
    pub fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}
