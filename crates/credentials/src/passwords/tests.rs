//! The hasher as its callers see it.

use std::sync::{Arc, LazyLock};

use otpd_domain::password::{Password, PasswordHash};
use otpd_domain::ports::{Compared, HashError, PasswordHasher};
use otpd_domain::{Entropy, EntropyError};
use otpd_testkit::SeededEntropy;
use proptest::prelude::*;
use proptest::test_runner::Config;
use tokio::runtime::Runtime;

use super::argon2id::{Argon2Hash, LANES, MEMORY_KIB, Memory, OUTPUT_BYTES, PASSES, SALT_BYTES};
use super::{Argon2Hasher, PoolConfig, StartError};

/// Made by argon2-cffi 25.1, which wraps the reference implementation in C:
/// `hash_secret(b"correct horse battery staple", bytes(range(16)), 2, 19456, 1, 32, Type.ID)`.
const BY_THE_REFERENCE: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$gYJZtjEAJqjg26xdLmknq8/bB7MiWPrE9hsYuA+SkIU";
/// Likewise with one pass over 8 MiB in two lanes.
const WEAKER: &str = "$argon2id$v=19$m=8192,t=1,p=2$AAECAwQFBgcICQoLDA0ODw$UfjLa+aYqyVriNW8C+M66qqYM+z6MPZsm1/8VfYBK5E";
/// By Django 5.2: `PBKDF2PasswordHasher().encode("correct horse battery staple", "seasalt2seasalt2seasa2", 1000)`.
const DJANGOS: &str = "pbkdf2_sha256$1000$seasalt2seasalt2seasa2$84ji8Nd+SnGZgqiAdkAMcvhNRnPKtALSZjvcr2rMFXg=";

const RIGHT: &str = "correct horse battery staple";

fn hasher() -> Argon2Hasher {
    Argon2Hasher::start(PoolConfig { threads: 1, waiting: 8 }, Arc::new(SeededEntropy::new(1))).expect("it starts")
}

fn password(typed: &str) -> Password {
    Password::presented(typed).expect("short enough")
}

fn stored(text: &str) -> PasswordHash {
    PasswordHash::from_stored(text.to_owned())
}

#[tokio::test]
async fn a_password_matches_its_own_hash_alone() {
    let hasher = hasher();
    let hash = hasher.hash(password(RIGHT)).await.expect("a hash");
    let same = hasher.compare(password(RIGHT), Some(hash.clone())).await.expect("an answer");
    assert_eq!(same, Compared::Right { rehashed: None });
    for other in ["correct horse battery stapl", "Correct horse battery staple", "correct horse battery staple ", ""] {
        let compared = hasher.compare(password(other), Some(hash.clone())).await.expect("an answer");
        assert_eq!(compared, Compared::Wrong, "{other:?}");
    }
    let again = hasher.hash(password(RIGHT)).await.expect("a hash");
    assert_ne!(again, hash, "each hash has a salt of its own");
}

#[tokio::test]
async fn hashes_are_phc_strings_with_the_documented_settings() {
    let hash = hasher().hash(password(RIGHT)).await.expect("a hash");
    let parts: Vec<_> = hash.as_str().split('$').collect();
    let ["", "argon2id", "v=19", "m=19456,t=2,p=1", salt, output] = parts[..] else {
        panic!("another form than documented: {}", hash.as_str());
    };
    // 16 and 32 bytes in base64 without padding.
    assert_eq!((salt.len(), output.len()), (22, 43));
    assert_eq!((MEMORY_KIB, PASSES, LANES, SALT_BYTES, OUTPUT_BYTES), (19 * 1024, 2, 1, 16, 32));
}

#[tokio::test]
async fn the_reference_implementation_agrees() {
    let salt = std::array::from_fn(|at| u8::try_from(at).expect("below 16"));
    let ours = Argon2Hash::make(RIGHT.as_bytes(), salt, &mut Memory::default());
    assert_eq!(ours.to_stored().as_str(), BY_THE_REFERENCE);
    let compared = hasher().compare(password(RIGHT), Some(stored(BY_THE_REFERENCE))).await.expect("an answer");
    assert_eq!(compared, Compared::Right { rehashed: None });
}

#[tokio::test]
async fn weaker_and_imported_hashes_are_made_anew_when_the_password_is_right() {
    let hasher = hasher();
    for old in [WEAKER, DJANGOS] {
        assert_eq!(
            hasher.compare(password("wrong"), Some(stored(old))).await.expect("an answer"),
            Compared::Wrong,
            "{old}"
        );
        let compared = hasher.compare(password(RIGHT), Some(stored(old))).await.expect("an answer");
        let Compared::Right { rehashed: Some(new) } = compared else { panic!("not hashed anew: {old}") };
        assert!(new.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", new.as_str());
        let compared = hasher.compare(password(RIGHT), Some(new)).await.expect("an answer");
        assert_eq!(compared, Compared::Right { rehashed: None });
    }
}

#[tokio::test]
async fn unknown_unreadable_and_wrong_cost_the_same_work() {
    let hasher = hasher();
    let known = Some(hasher.hash(password(RIGHT)).await.expect("a hash"));
    let before = hasher.figures();
    let mut cost = (before.computed, before.filled_kib);
    assert_eq!(cost, (1, u64::from(MEMORY_KIB * PASSES)));
    for hash in [known, None, Some(stored("!no password")), None] {
        let compared = hasher.compare(password("wrong"), hash.clone()).await;
        assert!(matches!(compared, Ok(Compared::Wrong) | Err(HashError::Unreadable)), "{compared:?}");
        let after = hasher.figures();
        assert_eq!(
            (after.computed - cost.0, after.filled_kib - cost.1),
            (1, u64::from(MEMORY_KIB * PASSES)),
            "{hash:?}"
        );
        cost = (after.computed, after.filled_kib);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said_to_be_unreadable() {
    let hasher = hasher();
    let bad = [
        "",
        "plain text",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        // Argon2i; version 16; no hash; more memory, passes, lanes than allowed; less memory than the lanes need.
        "$argon2i$v=19$m=1024,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$62gr+t1M/qdsHLAhpiDOd19AllSIe2fAgdrtzSUhrIE",
        &BY_THE_REFERENCE.replace("v=19", "v=16"),
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw",
        &BY_THE_REFERENCE.replace("m=19456", "m=19457"),
        &BY_THE_REFERENCE.replace("m=19456", "m=4294967295"),
        &BY_THE_REFERENCE.replace("t=2", "t=9"),
        &BY_THE_REFERENCE.replace("p=1", "p=17"),
        &BY_THE_REFERENCE.replace("m=19456,t=2,p=1", "m=8,t=2,p=2"),
        &BY_THE_REFERENCE.replace("t=2", "t=0"),
    ];
    for text in bad {
        let compared = hasher.compare(password(RIGHT), Some(stored(text))).await;
        assert!(matches!(compared, Err(HashError::Unreadable)), "{text}: {compared:?}");
    }
}

/// A source that has run dry.
struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

#[test]
fn without_randomness_it_does_not_start() {
    let started = Argon2Hasher::start(PoolConfig::default(), Arc::new(NoEntropy));
    assert!(matches!(started, Err(StartError::Entropy(_))));
}

/// One runtime and one hasher for all cases: each case costs two hashes.
static SHARED: LazyLock<(Runtime, Argon2Hasher)> =
    LazyLock::new(|| (tokio::runtime::Builder::new_current_thread().build().expect("a runtime"), hasher()));

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn another_password_never_matches(one in ".{0,80}", other in ".{0,80}") {
        let (runtime, hasher) = &*SHARED;
        let (one, other) = (password(&one), password(&other));
        let hash = runtime.block_on(hasher.hash(one.clone())).expect("a hash");
        let same = one == other;
        let compared = runtime.block_on(hasher.compare(other, Some(hash))).expect("an answer");
        let expected = if same { Compared::Right { rehashed: None } } else { Compared::Wrong };
        prop_assert_eq!(compared, expected);
    }

    #[test]
    fn no_stored_text_makes_it_panic(text in "(\\$argon2id\\$v=19\\$)?[a-z0-9=,$+/]{0,80}") {
        prop_assert!(Argon2Hash::read(&text).is_none_or(|hash| hash.to_stored().as_str().starts_with("$argon2id$")));
    }
}
