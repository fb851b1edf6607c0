//! What is kept of passwords; access tokens, forged ones and ones signed with our key that say anything; proofs of work.

#![no_main]

use std::cell::RefCell;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use libfuzzer_sys::fuzz_target;
use otpd_credentials::fuzzing::{Argon2Hash, DjangoHash, Memory, SigningKey};
use otpd_credentials::{ProofConfig, SignedProofs, SignedTokens, TokenConfig};
use otpd_domain::Timestamp;
use otpd_domain::keys::{KeyId, Keyring, SECRET_BYTES, Secret};
use otpd_domain::ports::{AccessClaims, AccessTokens, Handed, ProofOfWork, Task, TokenRefusal};
use otpd_domain::session::SessionId;
use otpd_fuzz::{FixedEntropy, text, texts};
use serde_json::Value;
use zeroize::Zeroizing;

const ISSUER: &str = "https://login.example.com";
const AUDIENCE: &str = "https://api.example.com";
const NETWORK: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);
/// Longest reason for a refusal: it is ours, and nothing of the token gets into it.
const LONGEST_REASON: usize = 80;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    argon2(text);
    django(text);
    let ours = ours();
    assert!(believed(ours, text).is_err(), "a forgery: {text}");
    proofs(ours, text);
    let [header, claims] = texts(text);
    signed(ours, header, claims);
});

/// Settings that cost too much are refused, and those that are taken can be worked with.
fn argon2(text: &str) {
    thread_local!(static MEMORY: RefCell<Memory> = RefCell::default());
    let Some(hash) = Argon2Hash::read(text) else { return };
    assert!(DjangoHash::read(text).is_none());
    let stored = hash.to_stored();
    assert_eq!(Argon2Hash::read(stored.as_str()).as_ref(), Some(&hash), "{text} and {}", stored.as_str());
    let setting = |name: &str| {
        let part = stored.as_str().split(['$', ',']).find_map(|part| part.strip_prefix(name));
        part.and_then(|number| number.parse::<u64>().ok()).expect("a setting")
    };
    let work = setting("m=") * setting("t=");
    assert!(work <= 19 * 1024 * 8 && setting("p=") <= 16, "{text}");
    if work <= 256 {
        MEMORY.with_borrow_mut(|memory| assert!(!hash.matches(b"a password", memory), "{text}"));
    }
}

fn django(text: &str) {
    let Some(hash) = DjangoHash::read(text) else { return };
    let iterations: u32 = text.split('$').nth(1).and_then(|number| number.parse().ok()).expect("a number");
    assert!((1..=3_000_000).contains(&iterations), "{text}");
    if iterations <= 100 {
        assert!(!hash.matches(b"a password"), "{text}");
    }
}

struct Ours {
    tokens: SignedTokens,
    key: SigningKey,
    proofs: SignedProofs,
    task: Task,
}

fn ours() -> &'static Ours {
    static OURS: OnceLock<Ours> = OnceLock::new();
    OURS.get_or_init(|| {
        let secret = Secret { id: KeyId(1), bytes: Zeroizing::new([7; SECRET_BYTES]) };
        let keyring = Keyring::new(vec![secret]).expect("one key");
        let (_, seed) = keyring.signing_seeds().next().expect("a key");
        let key = SigningKey::from_seed(seed).expect("a key");
        let config =
            TokenConfig { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned(), lifetime: Duration::from_mins(5) };
        let tokens = SignedTokens::new(config, &keyring, Arc::new(FixedEntropy)).expect("keys");
        // The first key that is tried is the right one, and so one was found for the corpus.
        let config = ProofConfig { work: NonZeroU32::MIN, ..ProofConfig::default() };
        let proofs = SignedProofs::new(config, &keyring, Arc::new(FixedEntropy));
        let task = proofs.task(NETWORK, NOW).expect("randomness");
        Ours { tokens, key, proofs, task }
    })
}

fn believed(ours: &Ours, token: &str) -> Result<AccessClaims, TokenRefusal> {
    let checked = ours.tokens.check(token, NOW);
    if let Err(TokenRefusal(reason)) = &checked {
        assert!(reason.len() <= LONGEST_REASON && reason.is_ascii(), "{reason}");
    }
    checked
}

/// Only what was given out for this network counts, solved and alive; a solved challenge has one name, however it is written.
fn proofs(ours: &Ours, text: &str) {
    let check = |handed: &str, network: &str| ours.proofs.check(handed, network, NOW);
    assert_eq!(check(text, ELSEWHERE), Handed::Wrong);
    match check(text, NETWORK) {
        Handed::Wrong => {}
        Handed::TooEarly { .. } => assert_eq!(text, ours.task.ticket, "a second spelling"),
        handed => panic!("{handed:?}"),
    }
    let handed = STANDARD.encode(text);
    assert_eq!(check(&handed, ELSEWHERE), Handed::Wrong);
    match check(&handed, NETWORK) {
        Handed::Wrong => {}
        Handed::Work { id, .. } => assert_eq!(text_of(&id), ours.task.altcha["signature"], "a second name"),
        handed => panic!("{handed:?}"),
    }
}

fn text_of(id: &[u8]) -> &str {
    text(id).expect("text")
}

/// Whatever our key signs: it is believed when every part is as we write it, and then says what was written.
fn signed(ours: &Ours, header: &str, claims: &str) {
    let encoded = |json: &str| URL_SAFE_NO_PAD.encode(json.replace("KID", &ours.key.id));
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &ours.key.private, Algorithm::EdDSA);
    let token = format!("{message}.{}", signature.expect("a signature"));
    let Ok(read) = believed(ours, &token) else { return };
    let header: Value = serde_json::from_str(header).expect("a header of JSON");
    assert!(header["alg"] == "EdDSA" && header["typ"] == "at+jwt" && header.get("crit").is_none_or(Value::is_null));
    let claims: Value = serde_json::from_str(claims).expect("claims of JSON");
    assert!(claims["iss"] == ISSUER && claims["aud"] == AUDIENCE, "{claims}");
    assert_eq!(claims["sub"], read.account.to_string(), "one way to write an account");
    assert_eq!(claims["sid"].as_str().and_then(SessionId::parse), Some(read.session));
    assert!(read.expires_at > NOW && claims["exp"].as_i64().is_some_and(|seconds| seconds > 1_700_000_000));
    let mut forged = token.clone();
    forged.insert(message.len() + 1, 'A');
    assert!(believed(ours, &forged).is_err() && believed(ours, &format!("{token}A")).is_err());
}
