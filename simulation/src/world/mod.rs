//! Everybody who comes to the doors.

mod attackers;
mod drills;
mod guessing;
mod newcomers;
mod owners;
mod people;
mod staff;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use otpd_domain::Visitor;
use otpd_domain::account::Account;
use otpd_domain::browser::KnownBrowser;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::{Limited, Requested};
use otpd_domain::ports::LimitedBy;
use otpd_domain::session::SessionToken;
use otpd_domain::visitor::Door;

pub use attackers::Plan;
pub use people::{Pending, Person};

use crate::site::Site;
use crate::stage::{Actor, Stage};
use attackers::Foe;

/// Customers that staff makes accounts for at the beginning.
const CUSTOMERS: usize = 24;
/// People who have no account and may register.
const NEWCOMERS: usize = 6;

/// Everybody, and the server they come to.
pub struct World {
    /// What they play on.
    pub stage: Arc<Stage>,
    /// The server.
    pub site: Site,
    /// People who mean well.
    pub people: Vec<Person>,
    foe: Foe,
    proofs: u64,
}

impl World {
    /// Customers with accounts, people without, and an attacker who has not begun.
    pub fn new(stage: Arc<Stage>, site: Site) -> Self {
        let mut world = Self { stage, site, people: Vec::new(), foe: Foe::default(), proofs: 0 };
        for _ in 0..CUSTOMERS {
            world.customer();
        }
        world.more_newcomers();
        world
    }

    /// People without accounts, as many as there should be.
    pub fn more_newcomers(&mut self) {
        let waiting = self.people.iter().filter(|person| self.account_of(person).is_none()).count();
        for _ in waiting..NEWCOMERS {
            self.people.push(Person::new(self.people.len()));
        }
    }

    /// Somebody who has no account, if there is anybody.
    pub fn newcomer(&self) -> usize {
        let newcomers: Vec<_> =
            (0..self.people.len()).filter(|person| self.account_of(&self.people[*person]).is_none()).collect();
        newcomers.get(self.stage.dice.index(newcomers.len().max(1))).copied().unwrap_or_default()
    }

    /// Somebody who means well does something.
    pub fn acts(&mut self, person: usize) {
        match self.account_of(&self.people[person]) {
            Some(account) if account.profile.active => self.owner_acts(person, &account),
            Some(_) => {}
            None => self.newcomer_acts(person),
        }
    }

    /// The attacker goes on with a plan.
    pub fn attacker_acts(&mut self, plan: Plan) {
        self.foe_acts(plan);
    }

    /// The worker does a round.
    pub fn deliver(&self) {
        let worker = self.site.worker();
        let step = self.stage.play(Actor::default(), async move { worker.step().await });
        match step {
            Some(Ok(step)) if step.claimed > 0 => self.note(|| format!("the worker: {step:?}")),
            Some(Ok(_)) => {}
            Some(Err(error)) => self.note(|| format!("the worker: {error}")),
            None => self.note(|| "the worker is left".to_owned()),
        }
    }

    /// Time passes.
    pub fn wait(&self, step: Duration) {
        self.stage.clock.advance(step);
    }

    /// After a crash everything that was in memory is gone.
    pub fn come_back(&mut self) {
        self.note(|| "the server comes back".to_owned());
        self.site.crash();
    }

    fn note(&self, event: impl FnOnce() -> String) {
        let at = self.stage.clock.moment().shown.as_millis();
        self.stage.journal.note(format!("{at} {}", event()));
    }

    /// The account of a person, as the store has it at this moment.
    fn account_of(&self, person: &Person) -> Option<Account> {
        self.stage.holder(&person.email).or_else(|| self.stage.holder(&person.phone))
    }

    fn visitor(&self, person: usize, browser: usize, door: Door) -> Visitor {
        let (domain, now) = (self.site.domain(), self.stage.clock.moment().shown);
        let person = &self.people[person];
        let browser = &person.browsers[browser];
        let known = browser.known.iter().filter_map(|text| KnownBrowser::parse(&domain.keys, text, now)).collect();
        let client = Some(person.network);
        Visitor { door, client, known, has_key: false, proof: browser.proof.clone() }
    }

    /// A proof of work that was done for this send.
    fn proof(&mut self) -> String {
        self.proofs += 1;
        format!("work:{}", self.proofs)
    }

    /// A browser has signed in.
    fn signed_in(&mut self, person: usize, browser: usize, token: &SessionToken, known: &[KnownBrowser]) {
        let domain = self.site.domain();
        let browser = &mut self.people[person].browsers[browser];
        browser.known = known.iter().map(|known| known.to_text(&domain.keys)).collect();
        browser.pending = None;
        browser.session = Some(token.clone());
        self.handed_out(token);
    }

    fn handed_out(&self, token: &SessionToken) {
        let committed = self.stage.witness().acknowledged(token.id);
        self.stage.journal.demand(committed, || format!("session {} was handed out and never committed", token.id));
    }

    /// What asking for a code came to: the handle, if there is one.
    fn requested(&mut self, who: &str, answer: Option<Result<Requested, otpd_domain::Fault>>) -> Asked {
        let asked = match answer {
            None => Asked::Left,
            Some(Err(fault)) => Asked::Fault(fault.to_string()),
            Some(Ok(Requested::Limited(limited))) => Asked::Limited(limited),
            Some(Ok(Requested::Done(code))) => {
                self.demand_committed(&code.handle);
                Asked::Code(code.handle)
            }
        };
        self.note(|| format!("{who}: {asked}"));
        asked
    }

    /// What a caller was told is committed, is.
    fn demand_committed(&self, handle: &ChallengeHandle) {
        let committed = self.stage.witness().code(handle.id).is_some();
        self.stage.journal.demand(committed, || format!("{} was handed out and never committed", handle.id));
    }
}

/// What asking for a code came to.
enum Asked {
    /// A code is on its way, or stands.
    Code(ChallengeHandle),
    /// A limit is reached.
    Limited(Limited),
    /// It failed.
    Fault(String),
    /// Whoever asked left, or the server died.
    Left,
}

impl Asked {
    fn wants_proof(&self) -> bool {
        matches!(self, Self::Limited(Limited { by: LimitedBy::ProofNeeded | LimitedBy::ProofUsed, .. }))
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(handle) => write!(f, "{}", handle.id),
            Self::Limited(limited) => write!(f, "{limited:?}"),
            Self::Fault(fault) => f.write_str(fault),
            Self::Left => f.write_str("left"),
        }
    }
}

/// An address of a network by its number.
fn address(network: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + network))
}
