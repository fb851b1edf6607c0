//! The day itself, minute by minute.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::Sent;
use otpd_domain::identifier::{ContactParser, Identifier, PhoneNumber};
use otpd_domain::ports::{LimitedBy, Retention};
use otpd_domain::sms::Prices;
use otpd_domain::verification::{Checked, SendVerification, check_by_handle, send_verification};
use otpd_domain::visitor::Door;
use otpd_domain::{Domain, Timestamp, Visitor};
use otpd_store::sqlite::{Options, SqliteStore, migrate_to};
use otpd_testkit::{FixedClock, NoBell, SeededEntropy, TestHasher, TestProofs, TestTokens};

use super::outcome::{Outcome, Share};
use super::post::deliver;
use super::users::{MINUTES, User, arrivals};
use super::{Day, Defence, PRICES};
use crate::dice::Dice;
use crate::policy::{login, policy};
use crate::site::{folder, keyring};

/// 1 January 2026, 00:00 UTC.
const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);
const MINUTE: Duration = Duration::from_mins(1);
/// Use cases at the same time: the store commits them together.
const AT_ONCE: usize = 256;
/// Somebody who is denied a code asks again after so many minutes, and gives up after so many asks.
const AGAIN: usize = 5;
const ASKS: u32 = 4;

struct Town {
    domain: Domain,
    clock: Arc<FixedClock>,
    outcome: Outcome,
    /// Blocks that the fraudster sends to: when first, and whether one was found closed.
    attacked: BTreeMap<u64, (usize, bool)>,
    /// Blocks of a million numbers with attacked ones in them.
    around: BTreeSet<u64>,
}

/// Lives through the day.
pub fn run(day: &Day, defence: &Defence) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(live(day, defence))
}

async fn live(day: &Day, defence: &Defence) -> Outcome {
    let begun = Instant::now();
    let folder = folder();
    let path = folder.path().join("otpd.db");
    migrate_to(&path, None).expect("an empty database takes every migration");
    let store = SqliteStore::open(&path, Options::default()).expect("a fresh database opens");
    let clock = Arc::new(FixedClock::at(START));
    let ports = store.ports(Arc::new(NoBell), Arc::new(TestHasher), Arc::new(TestTokens), Arc::new(TestProofs));
    let domain = Domain {
        ports,
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(day.seed)),
        keys: Arc::new(keyring(day.seed)),
        policy: Arc::new(policy(defence.limits())),
        contacts: ContactParser::default(),
    };
    let mut asking = arrivals(day, &Dice::new(day.seed));
    let mut town =
        Town { domain, clock, outcome: Outcome::default(), attacked: BTreeMap::new(), around: BTreeSet::new() };
    for user in asking.iter().flatten().filter(|user| user.is_fraud) {
        town.around.insert(user.number / 1_000_000);
    }
    for minute in 0..MINUTES {
        let users = std::mem::take(&mut asking[minute]);
        for later in town.minute(minute, users).await {
            if let Some(again) = asking.get_mut(minute + AGAIN) {
                again.push(later);
            }
        }
        if minute % 60 == 59 {
            town.clean_up().await;
        }
    }
    store.close().await;
    town.outcome.attacked = u64::try_from(town.attacked.len()).unwrap_or(u64::MAX);
    town.outcome.seconds = begun.elapsed().as_secs_f64();
    town.outcome
}

impl Town {
    /// Everybody asks, the phones ring, and some type. Says who will ask again.
    async fn minute(&mut self, minute: usize, users: Vec<User>) -> Vec<User> {
        let mut again = Vec::new();
        let mut holding = Vec::new();
        for some in users.chunks(AT_ONCE) {
            let sent = join_all(some.iter().map(|user| ask(&self.domain, user))).await;
            for (user, sent) in some.iter().zip(sent) {
                match sent {
                    Ok(handle) => {
                        self.note_sent(minute, user);
                        holding.push((user.clone(), handle));
                    }
                    Err(by) => again.extend(self.note_denied(minute, user, by)),
                }
            }
        }
        let phones = deliver(&self.domain).await;
        self.clock.advance(MINUTE);
        holding.retain(|(user, _)| user.types);
        for some in holding.chunks(AT_ONCE) {
            let typed = some.iter().map(|(user, handle)| enter(&self.domain, handle, phones.get(&text(user))));
            for ((user, _), right) in some.iter().zip(join_all(typed).await) {
                self.share(user).typed += u64::from(right);
            }
        }
        again
    }

    fn share(&mut self, user: &User) -> &mut Share {
        if user.is_fraud { &mut self.outcome.fraud } else { &mut self.outcome.honest }
    }

    fn note_ask(&mut self, minute: usize, user: &User) {
        if user.is_fraud {
            self.attacked.entry(user.number / 10_000).or_insert((minute, false));
        }
        let share = self.share(user);
        share.asked += 1;
        share.people += u64::from(user.asks == 0);
    }

    fn note_sent(&mut self, minute: usize, user: &User) {
        self.note_ask(minute, user);
        let price = Prices::parse(PRICES).expect("a table").of(&PhoneNumber::from_stored(text(user)));
        let share = self.share(user);
        share.sent += 1;
        share.spent = share.spent.plus(price);
        if user.asks > 0 {
            share.late += 1;
            share.waited += u64::try_from(minute - user.first).unwrap_or(0);
        }
    }

    /// A person asks again, if not for ever; a machine does not.
    fn note_denied(&mut self, minute: usize, user: &User, by: LimitedBy) -> Option<User> {
        self.note_ask(minute, user);
        if by == LimitedBy::BlockClosed
            && user.is_fraud
            && let Some((first, closed @ false)) = self.attacked.get_mut(&(user.number / 10_000))
        {
            *closed = true;
            self.outcome.closed_after.push(u64::try_from(minute - *first).unwrap_or(0));
        }
        if !user.is_fraud && user.asks == 0 && !self.around.contains(&(user.number / 1_000_000)) {
            self.outcome.bystanders += 1;
        }
        let share = self.share(user);
        share.denied += u64::from(user.asks == 0);
        *share.by.entry(by.as_str()).or_default() += 1;
        let later = User { asks: user.asks + 1, ..user.clone() };
        (!later.is_fraud && later.asks < ASKS).then_some(later)
    }

    /// Nothing is kept longer than a limit looks back.
    async fn clean_up(&self) {
        let hour = Duration::from_hours(1);
        let kept = Retention { challenges: hour, sessions: hour, messages: hour, session_idle: hour, audit: hour };
        let now = self.clock.advance(Duration::ZERO);
        self.domain.ports.upkeep.clean_up(kept, now).await.expect("a store without faults cleans up");
    }
}

fn text(user: &User) -> String {
    format!("+{}", user.number)
}

/// A code for that number; or what stands in the way.
async fn ask(domain: &Domain, user: &User) -> Result<ChallengeHandle, LimitedBy> {
    // A back end speaks for everybody: their networks are not known here.
    let visitor = Visitor { door: Door::NativeApi, has_key: true, ..Visitor::default() };
    let input = SendVerification {
        identifier: Identifier::Phone(PhoneNumber::from_stored(text(user))),
        kind: login(),
        language: "en".to_owned(),
        again: false,
        once: None,
        visitor,
    };
    match send_verification(domain, input).await.expect("a store without faults sends") {
        Sent::Sent(code) => Ok(code.handle),
        Sent::Limited { limited, .. } => Err(limited.by),
        // The same number a moment ago.
        _ => Err(LimitedBy::Cooldown),
    }
}

async fn enter(domain: &Domain, handle: &ChallengeHandle, code: Option<&String>) -> bool {
    let Some(code) = code else { return false };
    let visitor = Visitor { door: Door::NativeApi, has_key: true, ..Visitor::default() };
    let checked = check_by_handle(domain, handle, code, &visitor).await.expect("a store without faults checks");
    checked == Checked::Verified
}
