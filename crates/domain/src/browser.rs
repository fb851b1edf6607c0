//! Browsers that have signed in before: whoever guesses from elsewhere must not be able to lock their owners out.
//!
//! OWASP calls this a device cookie. It gives no power: it only says which budget a guess is taken from.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::account::AccountId;
use crate::clock::Timestamp;
use crate::entropy::{Entropy, EntropyError, random};
use crate::keys::Keyring;
use crate::limits::LedgerKey;

/// How long a browser stays known after its latest sign-in.
pub const KNOWN_FOR: Duration = Duration::from_hours(24 * 180);
/// Accounts that one browser is known to: a family shares one.
pub const MAX_KNOWN: usize = 5;

/// Random bytes of the name: nobody meets another's.
const NAME: usize = 16;
/// Account, name, and moment of the sign-in.
const BODY: usize = 8 + NAME + 8;

/// A browser that has signed in to an account before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KnownBrowser {
    /// The account.
    pub account: AccountId,
    name: [u8; NAME],
    since: Timestamp,
}

impl KnownBrowser {
    /// A browser that signs in now.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(account: AccountId, now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { account, name: random(entropy)?, since: now })
    }

    /// The same browser, signed in again.
    #[must_use]
    pub fn again(self, now: Timestamp) -> Self {
        Self { since: now.max(self.since), ..self }
    }

    /// Reads the text of a cookie; `None` when it is not one that this server gave out in the last [`KNOWN_FOR`].
    pub fn parse(keys: &Keyring, text: &str, now: Timestamp) -> Option<Self> {
        let mut bytes = [0; BODY + 32];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (body, mac) = bytes.get(..length)?.split_first_chunk::<BODY>()?;
        let mac: &[u8; 32] = mac.try_into().ok()?;
        if !keys.browser_macs(&[body]).any(|made| made.ct_eq(mac).into()) {
            return None;
        }
        let (account, rest) = body.split_first_chunk::<8>()?;
        let (name, since) = rest.split_first_chunk::<NAME>()?;
        let known = Self {
            account: AccountId(i64::from_be_bytes(*account)),
            name: *name,
            since: Timestamp::from_millis(i64::from_be_bytes(since.try_into().ok()?)),
        };
        (now < known.since.after(KNOWN_FOR)).then_some(known)
    }

    /// The text for the cookie.
    pub fn to_text(&self, keys: &Keyring) -> String {
        let body = self.body();
        let mac = keys.browser_macs(&[&body]).next().unwrap_or_default();
        URL_SAFE_NO_PAD.encode([body.as_slice(), &mac].concat())
    }

    /// The ledger of one kind that all browsers known to the account share: were it one for each, whoever once had the
    /// mailbox could sign in a thousand times and keep a thousand budgets.
    pub fn ledger(&self, kind: &str) -> LedgerKey {
        LedgerKey::of(kind, &self.account.0.to_be_bytes())
    }

    fn body(&self) -> [u8; BODY] {
        let mut body = [0; BODY];
        body[..8].copy_from_slice(&self.account.0.to_be_bytes());
        body[8..8 + NAME].copy_from_slice(&self.name);
        body[8 + NAME..].copy_from_slice(&self.since.as_millis().to_be_bytes());
        body
    }
}

impl fmt::Debug for KnownBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownBrowser(account {})", self.account)
    }
}

/// The accounts a browser is known to once it signs in to one: that one first, the longest unused forgotten.
pub fn remembered(known: &[KnownBrowser], signed_in: KnownBrowser) -> Vec<KnownBrowser> {
    let others = known.iter().copied().filter(|known| known.account != signed_in.account);
    std::iter::once(signed_in).chain(others).take(MAX_KNOWN).collect()
}

#[cfg(test)]
mod tests;
