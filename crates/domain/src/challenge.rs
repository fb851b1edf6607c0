//! The pending sign-in: who asked, what was sent, and how often it may be guessed.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::{Builder, Uuid};

use crate::account::{AccountId, RegistrationId};
use crate::clock::Timestamp;
use crate::code::Code;
use crate::entropy::{Entropy, EntropyError, random};
use crate::identifier::Identifier;
use crate::keys::{Keyring, Mac256};
use crate::message::MessageId;

/// Bytes of the secret half of a handle: 128 bits, so that nobody finds another's challenge by trying.
pub const HANDLE_SECRET: usize = 16;

/// Names a challenge. A version 7 UUID: its order is the order of creation, which keeps the newest rows of a
/// store side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChallengeId(Uuid);

/// A fresh, time-ordered UUID.
pub(crate) fn new_uuid(now: Timestamp, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(millis, &random(entropy)?).into_uuid())
}

impl ChallengeId {
    /// A fresh id.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        new_uuid(now, entropy).map(Self)
    }

    /// The id of sixteen stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes stores keep.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The smallest id that a challenge created at `moment` can have: everything older sorts before it.
    pub fn floor(moment: Timestamp) -> Self {
        let millis = u64::try_from(moment.as_millis()).unwrap_or_default();
        Self(Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }
}

impl fmt::Display for ChallengeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the asking browser holds: the challenge's id and a secret that only this browser was given. Whoever
/// merely knows the address has no handle and can burn nobody's attempts.
#[derive(Clone, PartialEq, Eq)]
pub struct ChallengeHandle {
    /// The challenge meant.
    pub id: ChallengeId,
    secret: [u8; HANDLE_SECRET],
}

impl ChallengeHandle {
    /// The handle of a fresh id. Its secret is an HMAC of the id, which nobody without the key can make, and which
    /// the holder of the key can make again.
    pub fn derive(keys: &Keyring, id: ChallengeId) -> Self {
        Self::new(id, half(keys.handle(id.as_bytes())))
    }

    /// The handle that a stored challenge was given out with; `None` when its key is gone. Only for doors that find a
    /// challenge by contact and purpose: what they may do with it, the rules of those doors say.
    pub fn of(keys: &Keyring, challenge: &Challenge) -> Option<Self> {
        let secret = keys.handle_with(challenge.verifier.key_id, challenge.id.as_bytes())?;
        Some(Self::new(challenge.id, half(secret)))
    }

    /// The handle of these parts.
    pub const fn new(id: ChallengeId, secret: [u8; HANDLE_SECRET]) -> Self {
        Self { id, secret }
    }

    /// Reads the text of a cookie or of an API id; `None` when it is no handle.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16 + HANDLE_SECRET];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (id, secret) = bytes.get(..length)?.split_first_chunk::<16>()?;
        Some(Self { id: ChallengeId::from_bytes(*id), secret: secret.try_into().ok()? })
    }

    /// The text for a cookie, and the id that API callers get.
    pub fn to_text(&self) -> String {
        let mut bytes = [0; 16 + HANDLE_SECRET];
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..].copy_from_slice(&self.secret);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What stores keep of the secret.
    pub fn secret_hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }
}

fn half(bytes: [u8; 32]) -> [u8; HANDLE_SECRET] {
    let (first, _) = bytes.split_first_chunk().unwrap_or_else(|| unreachable!("32 bytes have a half"));
    *first
}

impl fmt::Debug for ChallengeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChallengeHandle({})", self.id)
    }
}

/// What a code is good for. A code is bound to its purpose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Signing in to an account.
    SignIn,
    /// Activating a registration.
    Registration,
    /// Choosing a new password.
    PasswordReset,
    /// Giving an account another address or number.
    NewContact,
    /// What another back end asked for.
    Verification(VerificationType),
}

/// What the stored word of a verification begins with.
const VERIFICATION: &str = "verification:";

impl Purpose {
    /// The word stored for it.
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            Self::SignIn => "sign-in".into(),
            Self::Registration => "registration".into(),
            Self::PasswordReset => "password-reset".into(),
            Self::NewContact => "new-contact".into(),
            Self::Verification(kind) => format!("{VERIFICATION}{}", kind.as_str()).into(),
        }
    }

    /// The purpose of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        if let Some(kind) = word.strip_prefix(VERIFICATION) {
            return VerificationType::parse(kind).map(Self::Verification);
        }
        [Self::SignIn, Self::Registration, Self::PasswordReset, Self::NewContact]
            .into_iter()
            .find(|purpose| purpose.word() == word)
    }

    /// Whether its challenges are found by contact, too, and take turns for it. All others are found by the browser's
    /// handle alone.
    pub fn is_found_by_contact(&self) -> bool {
        matches!(self, Self::Registration | Self::Verification(_))
    }

    /// Whether browsers hold its challenges, so that nobody else may end one.
    pub fn is_held_by_browsers(&self) -> bool {
        !matches!(self, Self::Verification(_))
    }
}

/// The name of a kind of verification, such as `Login`: the caller's word for what it verifies for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct VerificationType(String);

impl VerificationType {
    /// Reads a name: 1 to 40 letters, digits, hyphens and underscores of ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=40).contains(&text.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (fits && plain).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VerificationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whom a challenge is about: what the store found when it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nobody has this contact: no guess is right, and its message is not sent.
    Nobody,
    /// Whoever reads the message: no account is asked for.
    Anyone,
    /// An account.
    Account(AccountId),
    /// A registration that waits to be activated.
    Registration(RegistrationId),
}

/// Makes what is kept of a code: HMAC-SHA-256 over the challenge's id and the digits.
pub fn verifier(keys: &Keyring, id: ChallengeId, code: &Code) -> Mac256 {
    keys.verifier(&[id.as_bytes(), code.digits().as_bytes()])
}

/// Compares a presented code with what is kept, in constant time. A verifier whose key is gone matches nothing.
pub fn matches(keys: &Keyring, id: ChallengeId, kept: &Mac256, presented: &Code) -> bool {
    let made = keys.verifier_with(kept.key_id, &[id.as_bytes(), presented.digits().as_bytes()]);
    made.is_some_and(|made| made.ct_eq(&kept.bytes).into())
}

/// A challenge as it is written when it is issued. Counts and marks that change later belong to the store.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Its id.
    pub id: ChallengeId,
    /// SHA-256 of the handle's secret.
    pub secret_hash: [u8; 32],
    /// What the code is good for.
    pub purpose: Purpose,
    /// Where the code goes.
    pub identifier: Identifier,
    /// What is kept of the code.
    pub verifier: Mac256,
    /// When it was issued.
    pub created_at: Timestamp,
    /// From when on the code is dead.
    pub expires_at: Timestamp,
    /// How often the code may be guessed.
    pub max_attempts: u32,
    /// How many sends came before this one in the same browser, or for the same contact and purpose where those find
    /// the challenge: 0 for a first request.
    pub resends: u32,
    /// From when on another code may be asked for.
    pub resend_at: Timestamp,
    /// The message that carries the code.
    pub message_id: MessageId,
}

/// A challenge as whoever asked for it sees it: for the verify page, for API callers, and for a resend.
#[derive(Clone, Debug)]
pub struct PendingChallenge {
    /// The challenge as issued.
    pub challenge: Challenge,
    /// Whom it is about.
    pub subject: Subject,
    /// Guesses spent.
    pub attempts: u32,
    /// When its code was accepted, if it was.
    pub verified_at: Option<Timestamp>,
    /// When a newer code took its place, if one did.
    pub superseded_at: Option<Timestamp>,
    /// What became of its message; `None` once the outbox forgot it.
    pub delivery: Option<crate::message::DeliveryState>,
}

impl PendingChallenge {
    /// Guesses left.
    pub fn attempts_left(&self) -> u32 {
        self.challenge.max_attempts.saturating_sub(self.attempts)
    }

    /// Whether the handle shown is the one this challenge was issued with.
    pub fn belongs_to(&self, handle: &ChallengeHandle) -> bool {
        handle.secret_hash().ct_eq(&self.challenge.secret_hash).into()
    }

    /// Whether its code can still be tried.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        !self.is_over() && now < self.challenge.expires_at && self.attempts_left() > 0
    }

    /// Whether a code can no longer be tried because a right one, or a newer one, has come.
    pub fn is_over(&self) -> bool {
        self.verified_at.is_some() || self.superseded_at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyId, Secret};

    struct Counting(std::sync::atomic::AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
            for byte in dest {
                *byte = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
            Ok(())
        }
    }

    fn keyring(ids: &[u32]) -> Keyring {
        let secret = |id: &u32| Secret {
            id: KeyId(*id),
            bytes: zeroize::Zeroizing::new([u8::try_from(*id).expect("small"); 32]),
        };
        Keyring::new(ids.iter().map(secret).collect()).expect("keys")
    }

    #[test]
    fn handles_read_back_and_nothing_else_reads() {
        let id = ChallengeId::generate(Timestamp::from_millis(1), &Counting(0.into())).expect("entropy");
        let handle = ChallengeHandle::derive(&keyring(&[1]), id);
        assert_eq!(ChallengeHandle::parse(&handle.to_text()), Some(handle.clone()));
        let text = handle.to_text();
        for wrong in ["", "x", &text[1..], &format!("{text}A"), &text.replace(char::is_alphanumeric, "é")] {
            assert_eq!(ChallengeHandle::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_matches_its_own_challenge_only_and_survives_a_rotation() {
        let entropy = Counting(0.into());
        let [one, two] = [1, 2].map(|ms| ChallengeId::generate(Timestamp::from_millis(ms), &entropy).expect("entropy"));
        let length = crate::code::CodeLength::new(6).expect("a length");
        let code = Code::parse("012345", length).expect("a code");
        let kept = verifier(&keyring(&[1]), one, &code);
        assert!(matches(&keyring(&[1]), one, &kept, &code));
        assert!(matches(&keyring(&[1, 2]), one, &kept, &code), "after a rotation");
        assert!(!matches(&keyring(&[1]), two, &kept, &code), "another challenge");
        assert!(!matches(&keyring(&[2]), one, &kept, &code), "the key is gone");
        assert!(!matches(&keyring(&[1]), one, &kept, &Code::parse("012346", length).expect("a code")));
    }

    #[test]
    fn handles_cannot_be_made_without_the_key_that_made_them() {
        let id = ChallengeId::generate(Timestamp::from_millis(1), &Counting(0.into())).expect("entropy");
        let handle = ChallengeHandle::derive(&keyring(&[1]), id);
        assert_eq!(ChallengeHandle::derive(&keyring(&[1]), id), handle);
        assert_ne!(ChallengeHandle::derive(&keyring(&[2]), id), handle);
        assert_ne!(&handle.secret_hash(), id.as_bytes().as_slice());
    }

    #[test]
    fn purposes_read_back_and_nothing_else_reads() {
        let login = VerificationType::parse("Login").expect("a name");
        for purpose in [
            Purpose::SignIn,
            Purpose::Registration,
            Purpose::PasswordReset,
            Purpose::NewContact,
            Purpose::Verification(login),
        ] {
            assert_eq!(Purpose::from_word(&purpose.word()), Some(purpose));
        }
        for wrong in ["", "signin", "verification:", "verification:a b", "verification:é", "Verification:Login"] {
            assert_eq!(Purpose::from_word(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_sort_by_creation() {
        let entropy = Counting(0.into());
        let at = |ms| ChallengeId::generate(Timestamp::from_millis(ms), &entropy).expect("entropy");
        assert!(at(1_000) < at(1_001));
        assert!(ChallengeId::floor(Timestamp::from_millis(1_000)) <= at(1_000));
        assert!(ChallengeId::floor(Timestamp::from_millis(1_001)) > at(1_000));
    }
}
