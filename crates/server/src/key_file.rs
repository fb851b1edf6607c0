//! The file of secret keys: one line a key, with its id, when it was made, and the secret in Base64.
//!
//! Lines and not TOML, because a reader of ours never shows a line in an error, and a general one does.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use otpd_domain::keys::{KeyId, KeyringError, SECRET_BYTES, Secret};
use otpd_domain::{Entropy, EntropyError, Keyring, Timestamp};
use zeroize::Zeroizing;

use crate::output::moment;

/// Fewer different bytes than this in a secret and nobody drew it at random: 32 random bytes have fewer than 20
/// different ones about once in 7·10^9 times.
const LEAST_DIFFERENT_BYTES: usize = 20;
/// What the file begins with.
const HEADING: &str = "# Secret keys of otpd: id, when made, secret. Keep this file to its owner (chmod 600), and a copy apart from\n\
                       # the backups of the database. `otpd keys rotate` adds a key; the one with the highest id is in use.\n";

/// A key of the file.
pub struct StoredKey {
    /// Its id and secret.
    pub secret: Secret,
    /// When it was made, as written in the file.
    pub created: jiff::Timestamp,
}

/// Why a key file cannot be used. No message shows any of its content.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is none.
    #[error("there is no key file {}; make one with: otpd keys generate", .0.display())]
    Missing(PathBuf),
    /// There is one already.
    #[error("there is a key file {} already; add a key to it with: otpd keys rotate", .0.display())]
    Exists(PathBuf),
    /// Others may read it.
    #[error("the key file {path} may be read by others (mode {mode:04o}); run: chmod 600 {path}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A line is no key.
    #[error("{} line {line}: {why}; restore the file from its copy", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// The keys do not fit together.
    #[error("the key file {}: {source}; restore it from its copy, or make another with: otpd keys generate", path.display())]
    Set {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeyringError,
    },
    /// It cannot be read or written.
    #[error("the key file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Reads the keys of a file that only its owner may read.
pub fn read(path: &Path) -> Result<Vec<StoredKey>, KeyFileError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
        _ => KeyFileError::Io { path: path.to_owned(), source },
    };
    let mut file = File::open(path).map_err(failed)?;
    // Of the open file, so that nobody can change it in between.
    let mode = file.metadata().map_err(failed)?.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    io::Read::read_to_string(&mut file, &mut text).map_err(failed)?;
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    keys.map(|(line, text)| parse(text).map_err(|why| KeyFileError::Line { path: path.to_owned(), line, why }))
        .collect()
}

/// The keyring of a key file.
pub fn keyring(path: &Path) -> Result<Keyring, KeyFileError> {
    let secrets = read(path)?.into_iter().map(|key| key.secret).collect();
    Keyring::new(secrets).map_err(|source| KeyFileError::Set { path: path.to_owned(), source })
}

/// Writes a new file with one key.
pub fn generate(path: &Path, entropy: &dyn Entropy, now: Timestamp) -> Result<(), KeyFileError> {
    let keys = [draw(1, entropy, now)?];
    let beside = write_beside(path, &keys).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
    // A link, unlike a renaming, never takes the place of a key file that is there.
    let linked = fs::hard_link(&beside, path);
    let _ = fs::remove_file(&beside);
    linked.and_then(|()| sync_folder(path)).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
        _ => KeyFileError::Io { path: path.to_owned(), source },
    })
}

/// What a rotation did.
pub struct Rotated {
    /// The key that is in use from the next start on.
    pub new: KeyId,
    /// Keys that were dropped.
    pub dropped: Vec<KeyId>,
}

/// Adds a key and keeps at most `keep` in all, the newest ones. The file is replaced in one step.
pub fn rotate(path: &Path, keep: usize, entropy: &dyn Entropy, now: Timestamp) -> Result<Rotated, KeyFileError> {
    let mut keys = read(path)?;
    keys.sort_by_key(|key| key.secret.id);
    let new = KeyId(keys.last().map_or(0, |key| key.secret.id.0) + 1);
    keys.push(draw(new.0, entropy, now)?);
    let dropped: Vec<KeyId> = keys.drain(..keys.len().saturating_sub(keep.max(1))).map(|key| key.secret.id).collect();
    replace(path, &keys).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
    Ok(Rotated { new, dropped })
}

/// Whether a secret looks as if a person had made it up.
pub fn is_weak(secret: &Secret) -> bool {
    let mut seen = [false; 256];
    secret.bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    seen.into_iter().filter(|seen| *seen).count() < LEAST_DIFFERENT_BYTES
}

fn draw(id: u32, entropy: &dyn Entropy, now: Timestamp) -> Result<StoredKey, EntropyError> {
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    entropy.fill(bytes.as_mut_slice())?;
    Ok(StoredKey { secret: Secret { id: KeyId(id), bytes }, created: moment(now) })
}

/// Reads a line.
pub fn parse(line: &str) -> Result<StoredKey, &'static str> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [id, created, secret] = fields.as_slice() else {
        return Err("a key is written as id, moment and secret");
    };
    let id = id.parse().map_err(|_| "the id is no number")?;
    let created = created.parse().map_err(|_| "the moment is not written as 2026-01-31T12:00:00Z")?;
    let decoded = Zeroizing::new(STANDARD.decode(secret).map_err(|_| "the secret is not Base64")?);
    let bytes: [u8; SECRET_BYTES] = decoded.as_slice().try_into().map_err(|_| "the secret is not 32 bytes long")?;
    Ok(StoredKey { secret: Secret { id: KeyId(id), bytes: Zeroizing::new(bytes) }, created })
}

/// The whole file.
pub fn written(keys: &[StoredKey]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(HEADING.to_owned());
    for key in keys {
        let secret = Zeroizing::new(STANDARD.encode(key.secret.bytes.as_slice()));
        let _ = writeln!(text, "{} {} {}", key.secret.id.0, key.created, secret.as_str());
    }
    text
}

fn replace(path: &Path, keys: &[StoredKey]) -> io::Result<()> {
    fs::rename(write_beside(path, keys)?, path)?;
    sync_folder(path)
}

/// Writes a whole file beside the real one: what a crash or a full disk leaves of it is never taken for keys.
fn write_beside(path: &Path, keys: &[StoredKey]) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(written(keys).as_bytes())?;
    file.sync_all()?;
    Ok(beside)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
