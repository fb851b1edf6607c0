//! What the server acknowledged: the only things a customer may hold it to.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The first sixteen bytes of a handle or token: the id of its row.
pub type Id = [u8; 16];

/// What was promised of a challenge.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The contact the code was asked for with.
    pub contact: String,
    /// Guesses that were answered.
    pub guesses: u32,
    /// A newer code took its place, and that was answered.
    pub replaced: bool,
    /// A right code was accepted, and that was answered.
    pub verified: bool,
}

/// What was promised of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was opened and nobody asked for its end.
    Open,
    /// Its end was asked for and never answered.
    Unsure,
    /// Its end was answered.
    Ended,
}

/// What was promised of a registration.
#[derive(Clone, Copy, Debug)]
pub struct Joined {
    /// Its id, and the account's.
    pub id: i64,
    /// The activation was answered.
    pub activated: bool,
}

/// All promises.
#[derive(Default)]
pub struct Promises {
    joined: Mutex<HashMap<String, Joined>>,
    asked: Mutex<HashMap<Id, Asked>>,
    sessions: Mutex<HashMap<String, Standing>>,
}

impl Promises {
    /// Challenges, by their ids.
    pub fn asked(&self) -> MutexGuard<'_, HashMap<Id, Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sessions, by their tokens.
    pub fn sessions(&self) -> MutexGuard<'_, HashMap<String, Standing>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registrations, by their addresses.
    pub fn joined(&self) -> MutexGuard<'_, HashMap<String, Joined>> {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes something about a challenge by its handle.
    pub fn note(&self, handle: &str, change: impl FnOnce(&mut Asked)) {
        change(self.asked().entry(id_of(handle)).or_default());
    }

    /// How many promises there are.
    pub fn count(&self) -> usize {
        self.asked().len() + self.sessions().len()
    }

    /// The counts, for the log of the test.
    pub fn summary(&self) -> String {
        let (asked, sessions) = (self.asked(), self.sessions());
        let guesses: u32 = asked.values().map(|asked| asked.guesses).sum();
        let replaced = asked.values().filter(|asked| asked.replaced).count();
        let joined = self.joined();
        let activated = joined.values().filter(|joined| joined.activated).count();
        let ended = sessions.values().filter(|standing| **standing == Standing::Ended).count();
        format!(
            "{} codes, {guesses} guesses, {replaced} resends, {} sessions, {ended} ended, {} registered, {activated} activated",
            asked.len(),
            sessions.len(),
            joined.len()
        )
    }
}

/// The id in a handle or token.
pub fn id_of(text: &str) -> Id {
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("a handle or token is base64");
    *bytes.first_chunk().expect("its id")
}
