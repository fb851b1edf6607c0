//! What the tests of tokens share: our own tokens, and the means to forge others.

mod issuing;
mod refusals;

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};
use otpd_domain::Timestamp;
use otpd_domain::account::{Account, AccountId};
use otpd_domain::keys::{KeyId, Keyring, SECRET_BYTES, Secret};
use otpd_domain::ports::AccessTokens;
use otpd_domain::session::SessionId;
use otpd_testkit::SeededEntropy;
use otpd_testkit::sample::Sampler;
use proptest::prelude::*;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);
const LIFETIME: Duration = Duration::from_mins(5);
const SESSION: SessionId = SessionId::from_bytes([7; 16]);

fn keyring(ids: &[u8]) -> Keyring {
    let secret = |&id: &u8| Secret { id: KeyId(u32::from(id)), bytes: Zeroizing::new([id; SECRET_BYTES]) };
    Keyring::new(ids.iter().map(secret).collect()).expect("a keyring")
}

fn config() -> TokenConfig {
    TokenConfig {
        issuer: "https://login.example.com".to_owned(),
        audience: "https://api.example.com".to_owned(),
        lifetime: LIFETIME,
    }
}

fn tokens_of(config: TokenConfig, ids: &[u8]) -> SignedTokens {
    SignedTokens::new(config, &keyring(ids), Arc::new(SeededEntropy::default())).expect("keys")
}

fn tokens() -> SignedTokens {
    tokens_of(config(), &[1])
}

fn account() -> Account {
    Account { id: AccountId(42), profile: Sampler::new(0).account(), created_at: NOW, last_sign_in_at: None }
}

fn issue(tokens: &SignedTokens) -> AccessToken {
    tokens.issue(&account(), SESSION, NOW).expect("a token")
}

fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

fn kid_of(ids: &[u8], number: usize) -> String {
    tokens_of(config(), ids).keys[number].id.clone()
}

/// A header as ours.
fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": kid_of(&[1], 0) })
}

/// Claims as ours.
fn claims() -> Value {
    let seconds = NOW.as_millis() / 1000;
    json!({
        "iss": "https://login.example.com", "aud": "https://api.example.com", "sub": "42", "sid": SESSION.to_string(),
        "iat": seconds, "exp": seconds + 300, "jti": "one",
    })
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().expect("an object").remove(name).expect("it was there");
    object
}

fn encoded(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Any header and claims with a true signature of the key with that id, as only its holder could make it.
fn signed(id: u8, header: &Value, claims: &Value) -> String {
    let keyring = keyring(&[id]);
    let (_, seed) = keyring.signing_seeds().next().expect("one key");
    let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).expect("a seed");
    let message = encoded(header, claims);
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn refused(token: &str) -> String {
    tokens().check(token, NOW).expect_err("not to be believed").0
}
