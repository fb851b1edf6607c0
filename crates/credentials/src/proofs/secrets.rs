//! The keys of a secret: one for each use and network.

use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};
use otpd_domain::keys::SECRET_BYTES;
use zeroize::Zeroizing;

/// One secret of the key file.
pub struct Secrets(Key);

/// What signs the challenges for one network. The library takes texts.
pub struct WorkKeys {
    /// Signs the challenge.
    pub challenge: Zeroizing<String>,
    /// Signs the solution, which then need not be derived again when it is checked.
    pub solution: Zeroizing<String>,
}

impl Secrets {
    pub fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        Self(Key::new(HMAC_SHA256, secret))
    }

    /// The keys of challenges for that network.
    pub fn of_work(&self, network: &str) -> WorkKeys {
        let derived = |label: &str| Zeroizing::new(hex(self.tag(label, &[], network).as_ref()));
        WorkKeys { challenge: derived("challenge"), solution: derived("solution") }
    }

    /// An HMAC-SHA-256 for one use: of a value whose length follows from the use, and of the network.
    pub fn tag(&self, label: &str, value: &[u8], network: &str) -> aws_lc_rs::hmac::Tag {
        let mut context = Context::with_key(&self.0);
        for part in [label.as_bytes(), &[0], value, network.as_bytes()] {
            context.update(part);
        }
        context.sign()
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
