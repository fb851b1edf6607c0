use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::system::OsEntropy;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn generated() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("otpd.keys");
    generate(&path, &OsEntropy, NOW).expect("a key file");
    (folder, path)
}

fn ids(path: &Path) -> Vec<u32> {
    read(path).expect("keys").iter().map(|key| key.secret.id.0).collect()
}

#[test]
fn a_generated_file_is_private_strong_and_reads_back() {
    let (_folder, path) = generated();
    assert_eq!(fs::metadata(&path).expect("a file").mode() & 0o777, 0o600);
    let keys = read(&path).expect("keys");
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].created, moment(NOW));
    assert!(!is_weak(&keys[0].secret));
    keyring(&path).expect("a keyring");
}

#[test]
fn an_existing_file_is_never_overwritten() {
    let (_folder, path) = generated();
    let before = fs::read(&path).expect("a file");
    let error = generate(&path, &OsEntropy, NOW).expect_err("it exists");
    assert!(error.to_string().contains("otpd keys rotate"), "{error}");
    assert_eq!(fs::read(&path).expect("a file"), before);
}

#[test]
fn a_rotation_adds_a_key_and_keeps_the_newest() {
    let (_folder, path) = generated();
    let first = read(&path).expect("keys").remove(0).secret.bytes;
    assert_eq!(rotate(&path, 3, &OsEntropy, NOW).expect("rotated").new, KeyId(2));
    assert_eq!(*read(&path).expect("keys")[0].secret.bytes, *first, "the old key stays as it was");
    rotate(&path, 3, &OsEntropy, NOW).expect("rotated");
    let rotated = rotate(&path, 3, &OsEntropy, NOW).expect("rotated");
    assert_eq!(rotated.dropped, [KeyId(1)]);
    assert_eq!(ids(&path), [2, 3, 4]);
    assert_eq!(fs::metadata(&path).expect("a file").mode() & 0o777, 0o600);
    keyring(&path).expect("a keyring");
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let (_folder, path) = generated();
    for mode in [0o640, 0o604, 0o660, 0o777] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("chmod");
        let error = keyring(&path).err().expect("refused").to_string();
        assert!(error.contains(&format!("chmod 600 {}", path.display())), "{error}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("chmod");
    keyring(&path).expect("read-only for the owner is fine");
}

#[test]
fn a_missing_file_says_what_to_run() {
    let error = keyring(Path::new("/nowhere/otpd.keys")).err().expect("missing").to_string();
    assert!(error.contains("otpd keys generate"), "{error}");
}

#[test]
fn a_damaged_line_is_named_and_not_shown() {
    let (_folder, path) = generated();
    let secret = STANDARD.encode([7; SECRET_BYTES]);
    for (line, why) in [
        ("1 2026-01-31T12:00:00Z".to_owned(), "id, moment and secret"),
        (format!("x 2026-01-31T12:00:00Z {secret}"), "no number"),
        (format!("1 yesterday {secret}"), "moment"),
        (format!("1 2026-01-31T12:00:00Z !{secret}"), "Base64"),
        (format!("1 2026-01-31T12:00:00Z {}", &secret[4..]), "32 bytes"),
    ] {
        fs::write(&path, format!("# keys\n\n{line}\n")).expect("written");
        let error = keyring(&path).err().expect("damaged").to_string();
        assert!(error.contains("line 3") && error.contains(why), "{error}");
        assert!(!error.contains(&secret[8..]), "{error}");
    }
    fs::write(&path, "# none\n").expect("written");
    assert!(keyring(&path).err().expect("empty").to_string().contains("there is no key"));
    fs::write(&path, format!("1 2026-01-31T12:00:00Z {secret}\n1 2026-01-31T12:00:00Z {secret}\n")).expect("written");
    assert!(keyring(&path).err().expect("twice").to_string().contains("share the id 1"));
    assert!(read(&path).expect("keys").iter().all(|key| is_weak(&key.secret)), "32 equal bytes are no secret");
}
