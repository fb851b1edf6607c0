//! What the tests of proofs share.

mod patience;
mod work;

use otpd_domain::keys::{KeyId, SECRET_BYTES, Secret};
use otpd_testkit::SeededEntropy;
use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);
const HOME: &str = "192.0.2.1";
const AWAY: &str = "2001:db8:1:2::/64";

/// Tasks signed with the last of these keys, and so easy that a test without optimisation solves them.
fn proofs_of(ids: &[u8]) -> SignedProofs {
    let secret = |&id: &u8| Secret { id: KeyId(u32::from(id)), bytes: Zeroizing::new([id; SECRET_BYTES]) };
    let keyring = Keyring::new(ids.iter().map(secret).collect()).expect("a keyring");
    let work = NonZeroU32::new(8).expect("not zero");
    SignedProofs::new(ProofConfig { work, ..ProofConfig::default() }, &keyring, Arc::new(SeededEntropy::default()))
}

fn proofs() -> SignedProofs {
    proofs_of(&[1])
}

fn task() -> Task {
    proofs().task(HOME, NOW).expect("seeded")
}

fn after(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + millis)
}

proptest! {
    #[test]
    fn any_text_is_wrong(text in "\\PC{0,200}|(?s).{0,80}|[A-Za-z0-9_-]{54}|[A-Za-z0-9+/]{0,400}={0,2}") {
        prop_assert_eq!(proofs().check(&text, HOME, NOW), Handed::Wrong);
    }
}

#[test]
fn nothing_too_long_is_looked_at() {
    for length in [MAX_HANDED, MAX_HANDED + 1, 1_000_000] {
        assert_eq!(proofs().check(&"A".repeat(length), HOME, NOW), Handed::Wrong);
    }
}
