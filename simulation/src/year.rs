//! A year, in episodes: something happens for a while, then nothing for hours or weeks.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use otpd_domain::Timestamp;

use crate::checks::{check_all, check_latest, check_outbox_is_empty};
use crate::clock::{Moment, SimClock};
use crate::dice::Dice;
pub use crate::home::Home;
pub use crate::journal::Violation;
use crate::policy::{limits_of_a_year, policy};
use crate::post::Mood;
use crate::site::{Site, keyring};
use crate::stage::{Stage, Weather};
pub use crate::witness::Figures;
use crate::witness::Witness;
use crate::world::{Plan, World};

/// 1 January 2026, 00:00 UTC.
const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);
const DAY: Duration = Duration::from_hours(24);
/// How far back the books go: further than any limit looks, less far than the clean-up keeps.
const BOOKS: Duration = Duration::from_hours(50);
/// Longest time that anything may stay in the outbox: a notice waits a day.
const OUTBOX: Duration = Duration::from_hours(25);
/// People who mean well in an episode, beside its victim.
const CAST: usize = 6;
/// Rounds of the worker that empty the outbox when nothing fails.
const ROUNDS: u32 = 40;

/// How a run went.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Where codes were kept, by the seed.
    pub home: Home,
    /// Events noted.
    pub events: u64,
    /// The hash of them all: two runs of one seed have the same.
    pub hash: String,
    /// How often the server died and came back.
    pub crashes: u64,
    /// What was seen.
    pub figures: Figures,
}

/// Plays so many days from a seed.
///
/// # Errors
/// When a promise did not hold.
pub fn play(seed: u64, days: u64) -> Result<Report, Box<Violation>> {
    let mut year = Year::new(seed);
    let end = START.after(DAY * u32::try_from(days).unwrap_or(u32::MAX));
    while year.stage.clock.moment().run < end {
        year.episode();
        if let Some(violation) = year.stage.journal.violation(seed) {
            return Err(Box::new(violation));
        }
    }
    let (events, hash) = year.stage.journal.sum();
    let figures = year.stage.witness().figures;
    Ok(Report { seed, home: Home::of(seed), events, hash, crashes: year.crashes, figures })
}

struct Year {
    stage: Arc<Stage>,
    world: World,
    episodes: u64,
    crashes: u64,
    /// The attack that goes on.
    attack: Option<Plan>,
}

/// What an episode is about.
struct Scene {
    /// Who means well and is there.
    cast: Vec<usize>,
    attack: Option<Plan>,
    weather: Weather,
    mood: Mood,
    set_back: Option<Duration>,
}

impl Year {
    fn new(seed: u64) -> Self {
        let keys = Arc::new(keyring(seed));
        let home = Home::of(seed);
        let witness = Witness::new(Arc::clone(&keys), home.in_memory());
        let stage = Arc::new(Stage::new(Dice::new(seed), SimClock::at(START), witness));
        let site = Site::new(&stage, keys, policy(limits_of_a_year()), home, seed.wrapping_add(1));
        let world = World::new(Arc::clone(&stage), site);
        Self { stage, world, episodes: 0, crashes: 0, attack: None }
    }

    fn episode(&mut self) {
        self.episodes += 1;
        let scene = self.scene();
        self.stage.set_weather(scene.weather);
        self.world.site.post().set_mood(scene.mood);
        let steps = self.stage.dice.between(60, 240);
        for step in 0..steps {
            self.step(&scene);
            if self.stage.journal.is_violated() {
                return;
            }
            if let Some(back) = scene.set_back.filter(|_| step == steps / 2) {
                self.stage.journal.note(format!("the clock is set back by {back:?}"));
                self.stage.clock.set_back(back);
            }
        }
        self.calm(&scene);
        self.pass();
    }

    fn scene(&mut self) -> Scene {
        let stage = Arc::clone(&self.stage);
        let dice = &stage.dice;
        let anybody = || dice.index(self.world.people.len());
        let victim = anybody();
        let another = dice.pick(&[
            (4, None),
            (6, Some(Plan::One(victim))),
            (2, Some(Plan::Spray)),
            (2, Some(Plan::Crowd)),
            (2, Some(Plan::Flood(victim))),
            (3, Some(Plan::Squat(self.world.newcomer()))),
            (2, Some(Plan::Password(victim))),
        ]);
        // Half of all attacks go on with the next episode.
        self.attack = self.attack.filter(|_| dice.permille(500)).or(another);
        let victim = self.attack.and_then(Plan::victim).unwrap_or(victim);
        let cast = (0..CAST).map(|_| anybody()).chain([victim]).collect();
        let weather = dice.pick(&[
            (3, Weather::default()),
            (4, Weather { failures: 5, departures: 20 }),
            (2, Weather { failures: 40, departures: 60 }),
            (1, Weather { failures: 200, departures: 100 }),
        ]);
        let mood = dice.pick(&[(5, Mood::Fine), (4, Mood::Flaky), (1, Mood::Down)]);
        let minutes = dice.pick(&[(8, 0), (1, 1), (1, 5)]) * dice.between(1, 40);
        let set_back = (minutes > 0).then(|| Duration::from_mins(minutes));
        Scene { cast, attack: self.attack, weather, mood, set_back }
    }

    fn step(&mut self, scene: &Scene) {
        match (self.stage.dice.below(100), scene.attack) {
            (0..45, Some(plan)) => self.world.attacker_acts(plan),
            (45..70, _) => self.world.deliver(),
            (70, _) => self.world.staff_acts(),
            _ => self.world.acts(scene.cast[self.stage.dice.index(scene.cast.len())]),
        }
        if self.stage.take_crash() {
            self.die();
        }
        let dice = &self.stage.dice;
        let seconds = dice.pick(&[(60, 3), (30, 20), (8, 90), (2, 1_500)]);
        self.world.wait(Duration::from_millis(dice.between(0, seconds * 1_000)));
    }

    fn die(&mut self) {
        self.crashes += 1;
        self.world.come_back();
        check_latest(&self.stage);
    }

    /// Nothing fails any more: what was promised must be there, and people get in.
    fn calm(&mut self, scene: &Scene) {
        self.stage.journal.note("calm".to_owned());
        self.stage.set_weather(Weather::default());
        self.world.site.post().set_mood(Mood::Fine);
        match self.stage.dice.below(10) {
            0..3 => self.die(),
            3..5 => self.world.site.restart(),
            _ => {}
        }
        check_all(&self.stage);
        if let Some(victim) = scene.attack.and_then(Plan::victim) {
            self.world.wait(Duration::from_mins(11));
            self.world.drill_person(victim);
            self.world.drill_unknown(victim);
        }
        self.world.drill_known();
        if self.episodes.is_multiple_of(5) {
            self.world.deliver();
            self.world.wait(OUTBOX + scene.set_back.unwrap_or_default());
            (0..ROUNDS).for_each(|_| self.world.deliver());
            check_outbox_is_empty(&self.stage);
        }
        // Put right again.
        self.world.wait(scene.set_back.unwrap_or_default());
    }

    /// Nothing happens for hours, days, or weeks.
    fn pass(&mut self) {
        let hours = self.stage.dice.pick(&[(10, 3), (10, 20), (8, 50), (2, 300), (1, 1_000)]);
        let hours = self.stage.dice.between(1, hours);
        check_all(&self.stage);
        self.world.wait(Duration::from_hours(hours));
        let now = self.stage.clock.moment();
        self.stage.witness().forget(Moment { shown: now.shown.before(BOOKS), run: now.run.before(BOOKS) });
        self.world.site.post().forget();
        self.world.cleans_up();
        self.world.more_newcomers();
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, home, events, hash, crashes, figures } = self;
        write!(f, "seed {seed}, codes in {home:?}: {events} events ({hash}), {crashes} crashes, {figures:?}")
    }
}
