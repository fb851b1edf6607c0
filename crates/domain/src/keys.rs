//! The secret keys: they live outside the database, have ids, and rotate.
//!
//! One secret of 32 bytes per id; the keys for each use are derived from it, so that a value made for one
//! use means nothing in another. New values are made with the newest key; older ones still open what they closed.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::entropy::{Entropy, EntropyError, random};

/// Bytes of a secret key.
pub const SECRET_BYTES: usize = 32;
/// Bytes of the XChaCha20-Poly1305 nonce: wide enough to be drawn at random for every message.
const NONCE_BYTES: usize = 24;

type HmacSha256 = Hmac<Sha256>;

/// The number of a key in the key file; stored beside every value made with that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

/// A secret of [`SECRET_BYTES`] bytes and its id. Its memory is wiped when dropped.
pub struct Secret {
    /// The id stored beside what this secret made.
    pub id: KeyId,
    /// The secret itself.
    pub bytes: Zeroizing<[u8; SECRET_BYTES]>,
}

/// What is wrong with a set of keys.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyringError {
    /// There is no key at all.
    #[error("there is no key")]
    Empty,
    /// Two keys share an id.
    #[error("two keys share the id {}", .0.0)]
    Duplicate(KeyId),
}

/// A sealed value cannot be opened: its key is gone or it was changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpenError {
    /// The key it was sealed with is not in the key file.
    #[error("the key {} is not in the key file", .0.0)]
    UnknownKey(KeyId),
    /// The value does not authenticate.
    #[error("the sealed value was changed or belongs elsewhere")]
    Tampered,
}

/// A value sealed with authenticated encryption: what the outbox keeps of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key that opens it.
    pub key_id: KeyId,
    /// Nonce, then ciphertext with its tag.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed(key {}, {} bytes)", self.key_id.0, self.bytes.len())
    }
}

/// What is kept of a code: an HMAC that only the key's holder can recompute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mac256 {
    /// The key that made it.
    pub key_id: KeyId,
    /// HMAC-SHA-256.
    pub bytes: [u8; 32],
}

struct DerivedKeys {
    id: KeyId,
    verifier: HmacSha256,
    handles: HmacSha256,
    forms: HmacSha256,
    browsers: HmacSha256,
    sealing: XChaCha20Poly1305,
    signing: Zeroizing<[u8; SECRET_BYTES]>,
    proofs: Zeroizing<[u8; SECRET_BYTES]>,
}

/// The keys in force, newest first.
pub struct Keyring {
    keys: Vec<DerivedKeys>,
}

impl Keyring {
    /// Derives the keys of every secret. The secret with the highest id makes new values.
    ///
    /// # Errors
    /// When there is no secret, or two share an id.
    pub fn new(mut secrets: Vec<Secret>) -> Result<Self, KeyringError> {
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.id));
        if let Some(pair) = secrets.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(KeyringError::Duplicate(pair[0].id));
        }
        if secrets.is_empty() {
            return Err(KeyringError::Empty);
        }
        Ok(Self { keys: secrets.iter().map(DerivedKeys::derive).collect() })
    }

    /// HMAC of a code's parts with the newest key.
    pub fn verifier(&self, parts: &[&[u8]]) -> Mac256 {
        let key = self.newest();
        Mac256 { key_id: key.id, bytes: mac(&key.verifier, parts) }
    }

    /// HMAC of a code's parts with the key of that id, if it still exists.
    pub fn verifier_with(&self, id: KeyId, parts: &[&[u8]]) -> Option<[u8; 32]> {
        self.find(id).map(|key| mac(&key.verifier, parts))
    }

    /// The secret half of the handle of a challenge, with the newest key.
    pub fn handle(&self, id: &[u8]) -> [u8; 32] {
        mac(&self.newest().handles, &[id])
    }

    /// The secret half of a handle with the key of that id, if it still exists.
    pub fn handle_with(&self, key: KeyId, id: &[u8]) -> Option<[u8; 32]> {
        self.find(key).map(|key| mac(&key.handles, &[id]))
    }

    /// HMAC for form tokens with every key, newest first; a form may outlive a rotation.
    pub fn form_macs<'a>(&'a self, parts: &'a [&'a [u8]]) -> impl Iterator<Item = [u8; 32]> + 'a {
        self.keys.iter().map(move |key| mac(&key.forms, parts))
    }

    /// HMAC for the cookies of known browsers with every key, newest first; such a cookie outlives many rotations.
    pub(crate) fn browser_macs<'a>(&'a self, parts: &'a [&'a [u8]]) -> impl Iterator<Item = [u8; 32]> + 'a {
        self.keys.iter().map(move |key| mac(&key.browsers, parts))
    }

    /// Secrets for the challenges of proofs of work, newest first.
    pub fn proof_secrets(&self) -> impl Iterator<Item = &Zeroizing<[u8; SECRET_BYTES]>> {
        self.keys.iter().map(|key| &key.proofs)
    }

    /// Seals a value with the newest key; `context` is authenticated beside it and must be given again to open it.
    ///
    /// # Errors
    /// When no random nonce can be drawn.
    pub fn seal(&self, entropy: &dyn Entropy, plain: &[u8], context: &[u8]) -> Result<Sealed, EntropyError> {
        let key = self.newest();
        let nonce: [u8; NONCE_BYTES] = random(entropy)?;
        let sealed = key
            .sealing
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context })
            .map_err(|_| EntropyError)?;
        let mut bytes = Vec::with_capacity(NONCE_BYTES + sealed.len());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(Sealed { key_id: key.id, bytes })
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// When its key is unknown, or value or context are not the ones that were sealed.
    pub fn open(&self, sealed: &Sealed, context: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let key = self.find(sealed.key_id).ok_or(OpenError::UnknownKey(sealed.key_id))?;
        let (nonce, ciphertext) = sealed.bytes.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Tampered)?;
        key.sealing
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: context })
            .map(Zeroizing::new)
            .map_err(|_| OpenError::Tampered)
    }

    /// Seeds for the keys that sign access tokens, newest first. Whoever has one can sign as this server.
    pub fn signing_seeds(&self) -> impl Iterator<Item = (KeyId, &Zeroizing<[u8; SECRET_BYTES]>)> {
        self.keys.iter().map(|key| (key.id, &key.signing))
    }

    fn newest(&self) -> &DerivedKeys {
        // `new` refuses an empty set.
        &self.keys[0]
    }

    fn find(&self, id: KeyId) -> Option<&DerivedKeys> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl DerivedKeys {
    fn derive(secret: &Secret) -> Self {
        let of = |label: &[u8]| mac(&keyed(secret.bytes.as_slice()), &[b"otpd/v1/", label]);
        Self {
            id: secret.id,
            verifier: keyed(&of(b"verifier")),
            handles: keyed(&of(b"handles")),
            forms: keyed(&of(b"forms")),
            browsers: keyed(&of(b"browsers")),
            proofs: Zeroizing::new(of(b"proofs")),
            sealing: XChaCha20Poly1305::new(&of(b"sealing").into()),
            signing: Zeroizing::new(of(b"signing")),
        }
    }
}

fn keyed(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
}

/// The keyed state is cloned, not rebuilt: two compressions less for each value.
fn mac(keyed: &HmacSha256, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed.clone();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
