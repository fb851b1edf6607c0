use super::*;
use crate::entropy::{Entropy, EntropyError};
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
    let secret =
        |id: &u32| Secret { id: KeyId(*id), bytes: zeroize::Zeroizing::new([u8::try_from(*id).expect("small"); 32]) };
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
