use super::*;
use crate::keys::{KeyId, Secret};

struct Nines;

impl Entropy for Nines {
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        dest.fill(9);
        Ok(())
    }
}

fn keyring(ids: &[u32]) -> Keyring {
    let secret =
        |id: &u32| Secret { id: KeyId(*id), bytes: zeroize::Zeroizing::new([u8::try_from(*id).expect("small"); 32]) };
    Keyring::new(ids.iter().map(secret).collect()).expect("keys")
}

fn known(account: i64) -> KnownBrowser {
    KnownBrowser::new(AccountId(account), Timestamp::from_millis(1_000), &Nines).expect("entropy")
}

#[test]
fn cookies_read_back_until_they_are_too_old_or_their_key_is_gone() {
    let (browser, now) = (known(7), Timestamp::from_millis(2_000));
    let text = browser.to_text(&keyring(&[1]));
    assert_eq!(KnownBrowser::parse(&keyring(&[1]), &text, now), Some(browser));
    assert_eq!(KnownBrowser::parse(&keyring(&[1, 2]), &text, now), Some(browser), "after a rotation");
    assert_eq!(KnownBrowser::parse(&keyring(&[2]), &text, now), None);
    let end = Timestamp::from_millis(1_000).after(KNOWN_FOR);
    assert!(KnownBrowser::parse(&keyring(&[1]), &text, end.before(Duration::from_millis(1))).is_some());
    assert_eq!(KnownBrowser::parse(&keyring(&[1]), &text, end), None);
}

#[test]
fn nobody_makes_one_up() {
    let keys = keyring(&[1]);
    let text = known(7).to_text(&keys);
    for index in 0..text.len() {
        let mut forged = text.clone().into_bytes();
        forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).expect("ASCII");
        let read = KnownBrowser::parse(&keys, &forged, Timestamp::from_millis(2_000));
        // The last character has bits that mean nothing; a strict decoder refuses them.
        assert_eq!(read, None, "{index}");
    }
    for wrong in ["", "x", &text[1..], &format!("{text}A")] {
        assert_eq!(KnownBrowser::parse(&keys, wrong, Timestamp::from_millis(2_000)), None, "{wrong}");
    }
}

#[test]
fn all_browsers_of_an_account_share_a_ledger_that_stays() {
    let browser = known(7);
    let again = browser.again(Timestamp::from_millis(9_000));
    assert_eq!(browser.ledger("guesses"), again.ledger("guesses"));
    assert_ne!(browser.ledger("guesses"), browser.ledger("sends"));
    assert_ne!(browser.ledger("guesses"), known(8).ledger("guesses"));
}

#[test]
fn a_browser_remembers_a_few_accounts() {
    let mut kept = Vec::new();
    for account in [1, 2, 3, 4, 5, 6, 2] {
        kept = remembered(&kept, known(account));
    }
    assert_eq!(kept.iter().map(|known| known.account.0).collect::<Vec<_>>(), [2, 6, 5, 4, 3]);
}
