//! Where use cases are played: one turn at a time, with faults and departures by the dice.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use otpd_domain::Visitor;
use otpd_domain::account::Account;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Ports, StoreError};
use tokio::runtime::Runtime;

use crate::clock::SimClock;
use crate::dice::Dice;
use crate::journal::Journal;
use crate::turn::{Play, go_on, turn};
use crate::witness::Witness;

/// Who plays a use case, as the witness knows them: the rules may be wrong about it.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// Who is at the door.
    pub visitor: Visitor,
    /// What they type as a code, if they do.
    pub typed: Option<String>,
}

impl Actor {
    /// Somebody who types nothing.
    pub fn new(visitor: &Visitor) -> Self {
        Self { visitor: visitor.clone(), typed: None }
    }

    /// Somebody who types that.
    pub fn typing(visitor: &Visitor, typed: &str) -> Self {
        let plain = typed.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_uppercase());
        Self { visitor: visitor.clone(), typed: Some(plain.collect()) }
    }
}

/// How likely faults are, each in a thousand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    /// Calls of a port that fail before or after they were done.
    pub failures: u64,
    /// Use cases that are dropped at some turn: the client left, or the process died.
    pub departures: u64,
}

/// Where use cases are played.
pub struct Stage {
    /// Chance.
    pub dice: Dice,
    /// The server's clock.
    pub clock: SimClock,
    /// What happened.
    pub journal: Journal,
    runtime: Runtime,
    witness: Mutex<Witness>,
    failures: AtomicU64,
    departures: AtomicU64,
    crashed: AtomicBool,
    playing: AtomicUsize,
    actors: Mutex<BTreeMap<usize, Actor>>,
    truth: Mutex<Option<Ports>>,
}

impl Stage {
    /// An empty stage.
    pub fn new(dice: Dice, clock: SimClock, witness: Witness) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self {
            dice,
            clock,
            journal: Journal::default(),
            runtime: runtime.expect("a runtime without threads"),
            witness: Mutex::new(witness),
            failures: AtomicU64::new(0),
            departures: AtomicU64::new(0),
            crashed: AtomicBool::new(false),
            playing: AtomicUsize::new(0),
            actors: Mutex::default(),
            truth: Mutex::default(),
        }
    }

    /// From now on the weather is like that.
    pub fn set_weather(&self, weather: Weather) {
        self.failures.store(weather.failures, Ordering::SeqCst);
        self.departures.store(weather.departures, Ordering::SeqCst);
    }

    /// Whether the process died since this was last asked.
    pub fn take_crash(&self) -> bool {
        self.crashed.swap(false, Ordering::SeqCst)
    }

    /// The store as it is, without faults.
    pub fn truth(&self) -> Ports {
        let truth = self.truth.lock().unwrap_or_else(PoisonError::into_inner);
        truth.clone().expect("a site is open while anything is asked of it")
    }

    /// The store behind the ports is another from now on.
    pub fn set_truth(&self, ports: Option<Ports>) {
        *self.truth.lock().unwrap_or_else(PoisonError::into_inner) = ports;
    }

    /// Waits for a call that never takes a turn, such as one of the store.
    pub fn wait<T>(&self, call: impl Future<Output = T>) -> T {
        self.runtime.block_on(call)
    }

    /// The account that holds the contact at this moment, active or not.
    pub fn holder(&self, contact: &Identifier) -> Option<Account> {
        let truth = self.truth();
        self.wait(truth.accounts.find(contact)).expect("a store without faults answers")
    }

    /// The books.
    pub fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who plays at this moment.
    pub fn actor(&self) -> Actor {
        let playing = self.playing.load(Ordering::SeqCst);
        let actors = self.actors.lock().unwrap_or_else(PoisonError::into_inner);
        actors.get(&playing).cloned().unwrap_or_default()
    }

    /// A call of a port: it may fail before it is done or after, and be left before or after. The witness sees what was
    /// committed, and whether whoever called learned of it.
    pub async fn call<T, E: From<StoreError>>(
        &self,
        name: &'static str,
        work: impl Future<Output = Result<T, E>> + Send,
        seen: impl FnOnce(&Self, &T) + Send,
    ) -> Result<T, E> {
        turn().await;
        let failures = self.failures.load(Ordering::SeqCst);
        if self.dice.permille(failures) {
            return Err(fault(name, "before").into());
        }
        let done = self.wait(work);
        if let Ok(done) = &done {
            seen(self, done);
        }
        turn().await;
        if self.dice.permille(failures) {
            return Err(fault(name, "after").into());
        }
        done
    }

    /// Plays one use case. `None`: it was left before its end.
    pub fn play<'a, T>(&self, actor: Actor, play: impl Future<Output = T> + 'a) -> Option<T> {
        self.play_all(vec![(actor, Box::pin(play) as Play<'a, T>)]).pop().flatten()
    }

    /// Plays several at the same time; the dice say whose turn it is.
    pub fn play_all<T>(&self, plays: Vec<(Actor, Play<'_, T>)>) -> Vec<Option<T>> {
        let mut ends: Vec<Option<T>> = plays.iter().map(|_| None).collect();
        let (actors, mut plays): (Vec<_>, Vec<_>) =
            plays.into_iter().enumerate().map(|(index, (actor, play))| ((index, actor), (index, play))).unzip();
        *self.actors.lock().unwrap_or_else(PoisonError::into_inner) = actors.into_iter().collect();
        let departures = self.departures.load(Ordering::SeqCst);
        let mut turns_left = self.dice.permille(departures).then(|| self.dice.below(16));
        while !plays.is_empty() {
            let chosen = self.dice.index(plays.len());
            if turns_left == Some(0) {
                turns_left = None;
                if self.dice.permille(400) {
                    self.journal.note("the process dies".to_owned());
                    self.crashed.store(true, Ordering::SeqCst);
                    break;
                }
                self.journal.note("a client leaves".to_owned());
                drop(plays.swap_remove(chosen));
                continue;
            }
            turns_left = turns_left.map(|turns| turns - 1);
            let (index, play) = &mut plays[chosen];
            self.playing.store(*index, Ordering::SeqCst);
            if let Some(end) = go_on(play) {
                ends[*index] = Some(end);
                drop(plays.swap_remove(chosen));
            }
        }
        ends
    }
}

fn fault(name: &str, when: &str) -> StoreError {
    StoreError::Unavailable(format!("the dice failed {name} {when} it was done"))
}
