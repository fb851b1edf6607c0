//! The key pairs that sign tokens.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use otpd_domain::keys::SECRET_BYTES;
use otpd_domain::ports::SigningError;

/// An Ed25519 key pair. Its private half is wiped from memory when dropped.
pub struct SigningKey {
    /// Its JWK thumbprint (RFC 7638), the `kid` of tokens: it follows from the key, so nobody has to give it out.
    pub id: String,
    /// The half that signs.
    pub private: EncodingKey,
    /// The half that checks.
    pub public: DecodingKey,
    jwk: Jwk,
}

impl SigningKey {
    /// The key pair of a seed (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn from_seed(seed: &[u8; SECRET_BYTES]) -> Result<Self, SigningError> {
        let failed = |what: &dyn std::fmt::Display| SigningError(format!("no key can be derived: {what}"));
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|error| failed(&error))?;
        let private = EncodingKey::from_ed_der(pair.to_pkcs8v1().map_err(|error| failed(&error))?.as_ref());
        let public = DecodingKey::from_ed_der(pair.public_key().as_ref());
        let mut jwk = Jwk::from_decoding_key(&public, Some(Algorithm::EdDSA)).map_err(|error| failed(&error))?;
        let id = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|error| failed(&error))?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { id, private, public, jwk })
    }

    /// Its public half as it is published.
    pub fn published(&self) -> Jwk {
        self.jwk.clone()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    /// The key of RFC 8037, appendix A.1, and its thumbprint of appendix A.3.
    #[test]
    fn the_key_of_rfc_8037_has_its_thumbprint() {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").expect("base64url");
        let key = SigningKey::from_seed(&seed.try_into().expect("32 bytes")).expect("a key");
        assert_eq!(key.id, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let published = json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        });
        assert_eq!(serde_json::to_value(key.published()).expect("JSON"), published);
    }
}
