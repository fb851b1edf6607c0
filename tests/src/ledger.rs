//! What the file transports wrote: every message that left.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// A message that left through a file transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub id: String,
    /// Where it went.
    pub to: String,
    /// Its subject; empty for SMS.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML part; empty for SMS.
    pub html: String,
    /// The code of six digits or more in it; empty where there is none.
    pub code: String,
    /// When it was sent, in milliseconds since the epoch.
    pub at_millis: i64,
}

/// Reads a ledger; an absent file is an empty one.
///
/// # Panics
/// When a line is not what the transport writes. A last line without its line break is left out: it is being written.
pub fn read(path: &Path) -> Vec<Sent> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    lines(complete).collect()
}

fn lines(text: &str) -> impl Iterator<Item = Sent> {
    text.lines().map(|line| sent(line).unwrap_or_else(|| panic!("not a line of a ledger: {line}")))
}

fn sent(line: &str) -> Option<Sent> {
    let value: Value = serde_json::from_str(line).ok()?;
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let text = field("text")?;
    Some(Sent {
        id: field("id")?,
        to: field("to")?,
        subject: field("subject").unwrap_or_default(),
        html: field("html").unwrap_or_default(),
        code: code_in(&text).unwrap_or_default(),
        at_millis: value.get("at").and_then(Value::as_i64)?,
        text,
    })
}

/// The code in a message: its first run of 6 to 10 digits that stands alone.
pub fn code_in(text: &str) -> Option<String> {
    numbers(text).find(|number| (6..=10).contains(&number.len())).map(str::to_owned)
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Sent {
    /// The long code in it, as it is shown: `7KQ4-MZ2X-9HTWB`.
    pub fn long_code(&self) -> Option<String> {
        let is_group = |group: &str| group.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let is_long = |word: &&str| {
            let groups: Vec<&str> = word.split('-').collect();
            groups.iter().map(|group| group.len()).eq([4, 4, 5]) && groups.into_iter().all(is_group)
        };
        let mut words = self.text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-');
        words.find(is_long).map(str::to_owned)
    }

    /// The code of exactly so many digits in it, also of fewer than six.
    pub fn code_of(&self, digits: usize) -> String {
        let found = numbers(&self.text).find(|number| number.len() == digits);
        found.unwrap_or_else(|| panic!("no code of {digits} digits in: {}", self.text)).to_owned()
    }
}

/// Follows a ledger that grows, reading every line once.
pub struct Tail {
    path: PathBuf,
    read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
    bytes: u64,
    by_recipient: HashMap<String, Vec<Sent>>,
}

impl Tail {
    /// Follows the ledger at this path, which need not exist yet.
    pub fn of(path: PathBuf) -> Self {
        Self { path, read: Mutex::default() }
    }

    /// The messages to a recipient so far, in order.
    pub fn to(&self, recipient: &str) -> Vec<Sent> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        self.catch_up(&mut read).expect("the ledger can be read");
        read.by_recipient.get(recipient).cloned().unwrap_or_default()
    }

    fn catch_up(&self, read: &mut Read) -> io::Result<()> {
        let Ok(mut file) = File::open(&self.path) else { return Ok(()) };
        if file.metadata()?.len() == read.bytes {
            return Ok(());
        }
        file.seek(SeekFrom::Start(read.bytes))?;
        let mut new = String::new();
        file.read_to_string(&mut new)?;
        let complete = new.rfind('\n').map_or(0, |end| end + 1);
        for sent in lines(&new[..complete]) {
            read.by_recipient.entry(sent.to.clone()).or_default().push(sent);
        }
        read.bytes += complete as u64;
        Ok(())
    }
}
