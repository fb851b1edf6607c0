//! A customer who signs in again and again, whatever happens to the server, and remembers what it was told.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use otpd_tests::Browser;
use otpd_tests::browser::{PENDING, SESSION};
use otpd_tests::http::Reply;
use otpd_tests::ledger::Tail;
use otpd_tests::sink::Sink;

use crate::promises::{Promises, Standing};

/// Longer than any life of the server: a customer waits for a message until the server is gone.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The address of a person; its ending tells the mail server what to do.
pub fn email(number: usize) -> String {
    let mood = match number % 40 {
        0 => "-never",
        1 => "-refused",
        2..=5 => "-late",
        _ => "",
    };
    format!("c{number}{mood}@example.com")
}

/// Whether messages to the contact are taken at the first try or after a few.
pub fn is_easy(contact: &str) -> bool {
    !["stranger", "-never", "-refused"].iter().any(|hard| contact.contains(hard))
}

/// The number of a person.
pub fn phone(number: usize) -> String {
    format!("+9198{number:08}")
}

/// All people, and where their messages come in.
pub struct Town {
    people: usize,
    next: AtomicUsize,
    sink: Sink,
    texts: Tail,
}

impl Town {
    /// So many people; their texts come in by this file.
    pub fn new(people: usize, sink: Sink, texts: PathBuf) -> Self {
        Self { people, next: AtomicUsize::new(0), sink, texts: Tail::of(texts) }
    }

    /// A contact nobody used before, with its kind. After all are used, and now and then before, one that nobody has.
    fn contact(&self) -> (&'static str, String) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match number % 12 {
            0 => ("email", format!("stranger{number}@example.com")),
            _ if number / 2 >= self.people => ("email", format!("stranger{number}@example.com")),
            other if other % 2 == 1 => ("email", email(number / 2)),
            _ => ("phone", phone(number / 2)),
        }
    }

    /// The codes that arrived for a contact, each message once, in order.
    fn codes(&self, contact: &str) -> Vec<String> {
        let mut seen: Vec<(String, String)> = if contact.contains('@') {
            let taken = self.sink.hand_offs_for(contact).into_iter().filter(|hand_off| hand_off.arrived());
            taken.filter_map(|hand_off| Some((hand_off.message_id()?.to_owned(), hand_off.code()?))).collect()
        } else {
            self.texts.to(contact).into_iter().map(|sent| (sent.id, sent.code)).collect()
        };
        let mut ids = std::collections::HashSet::new();
        seen.retain(|(id, _)| ids.insert(id.clone()));
        seen.into_iter().map(|(_, code)| code).collect()
    }
}

/// One customer.
pub struct Customer {
    address: SocketAddr,
    town: Arc<Town>,
    promises: Arc<Promises>,
    random: fastrand::Rng,
    /// What it was in the middle of when the server was killed.
    pending: Option<Journey>,
}

/// A sign-in on its way.
struct Journey {
    browser: Browser,
    contact: String,
    /// Messages that were promised: one for the request, one for every resend.
    promised: usize,
}

impl Customer {
    /// A customer with a mind of its own.
    pub fn new(address: SocketAddr, town: Arc<Town>, promises: Arc<Promises>, random: fastrand::Rng) -> Self {
        Self { address, town, promises, random, pending: None }
    }

    /// Goes on with what it was doing, then signs in over and over, until there is no answer any more.
    pub async fn until_the_server_is_gone(mut self) -> Self {
        while self.look_at_sessions(2).await.is_ok() && self.sign_in().await.is_ok() {}
        self
    }

    async fn sign_in(&mut self) -> io::Result<()> {
        let mut journey = match self.pending.take() {
            Some(journey) => journey,
            None => self.ask().await?,
        };
        let done = self.go_on(&mut journey).await;
        // What was asked and not answered may have happened or not: such a journey is not gone on with.
        if matches!(&done, Err(Broken { in_doubt: false, .. })) {
            self.pending = Some(journey);
        }
        done.map_err(|broken| broken.error)
    }

    /// Asks for a code.
    async fn ask(&mut self) -> io::Result<Journey> {
        let mut browser = Browser::new(self.address);
        let (kind, contact) = self.town.contact();
        let fields = [("contact_type", kind), ("contact_value", contact.as_str())];
        let reply = browser.try_submit("/otp/request/", "/otp/request/", &fields).await?;
        expect(&reply, 303, "/otp/verify/");
        let handle = browser.cookie(PENDING).expect("a pending sign-in");
        self.promises.note(handle, |asked| asked.contact.clone_from(&contact));
        Ok(Journey { browser, contact, promised: 1 })
    }

    /// Guesses wrongly now and then, asks for another code now and then, and signs in.
    async fn go_on(&mut self, journey: &mut Journey) -> Result<(), Broken> {
        if !is_easy(&journey.contact) {
            return Ok(());
        }
        let mut code = self.newest_code(journey).await.map_err(Broken::before)?;
        if self.random.u8(0..3) == 0 {
            self.guess(journey, &code).await?;
        }
        if self.random.u8(0..4) == 0 {
            self.resend(journey).await?;
            code = self.newest_code(journey).await.map_err(Broken::before)?;
        }
        self.verify(journey, &code).await?;
        if self.random.bool() {
            self.sign_out(journey).await?;
        }
        Ok(())
    }

    /// Waits for the last message promised; asks the server meanwhile whether it is still there.
    async fn newest_code(&self, journey: &Journey) -> io::Result<String> {
        let started = Instant::now();
        loop {
            if let Some(code) = self.town.codes(&journey.contact).into_iter().nth(journey.promised - 1) {
                return Ok(code);
            }
            journey.browser.clone().try_get("/health/live").await?;
            assert!(started.elapsed() < PATIENCE, "no message {} to {}", journey.promised, journey.contact);
        }
    }

    async fn guess(&self, journey: &mut Journey, code: &str) -> Result<(), Broken> {
        let wrong = if code == "123456" { "654321" } else { "123456" };
        let handle = handle(journey);
        let reply = journey.browser.try_submit("/otp/verify/", "/otp/verify/", &[("otp_code", wrong)]).await;
        // A guess that may have counted does no harm: the right code is still good.
        let reply = reply.map_err(Broken::before)?;
        expect(&reply, 200, "");
        self.promises.note(&handle, |asked| asked.guesses += 1);
        Ok(())
    }

    async fn resend(&self, journey: &mut Journey) -> Result<(), Broken> {
        let old = handle(journey);
        let reply = journey.browser.try_submit("/otp/verify/", "/otp/resend/", &[]).await.map_err(Broken::in_doubt)?;
        expect(&reply, 303, "/otp/verify/");
        self.promises.note(&old, |asked| asked.replaced = true);
        self.promises.note(&handle(journey), |asked| asked.contact.clone_from(&journey.contact));
        journey.promised += 1;
        Ok(())
    }

    async fn verify(&self, journey: &mut Journey, code: &str) -> Result<(), Broken> {
        let handle = handle(journey);
        let fields = [("otp_code", code)];
        let reply =
            journey.browser.try_submit("/otp/verify/", "/otp/verify/", &fields).await.map_err(Broken::in_doubt)?;
        expect(&reply, 303, "/dashboard/");
        self.promises.note(&handle, |asked| {
            asked.verified = true;
            asked.guesses += 1;
        });
        let token = journey.browser.cookie(SESSION).expect("a session").to_owned();
        self.promises.sessions().insert(token, Standing::Open);
        Ok(())
    }

    async fn sign_out(&self, journey: &mut Journey) -> Result<(), Broken> {
        let token = journey.browser.cookie(SESSION).expect("a session").to_owned();
        self.promises.sessions().insert(token.clone(), Standing::Unsure);
        let reply = journey.browser.try_submit("/otp/logout/", "/otp/logout/", &[]).await.map_err(Broken::in_doubt)?;
        expect(&reply, 303, "/otp/request/");
        self.promises.sessions().insert(token, Standing::Ended);
        Ok(())
    }

    /// Shows tokens of earlier sign-ins, at most so many of each standing: open ones must work, ended ones must not.
    pub async fn look_at_sessions(&mut self, at_most: usize) -> io::Result<()> {
        let all: Vec<(String, Standing)> =
            self.promises.sessions().iter().map(|(token, standing)| (token.clone(), *standing)).collect();
        for wanted in [Standing::Open, Standing::Ended] {
            let mut some: Vec<String> =
                all.iter().filter(|(_, standing)| *standing == wanted).map(|(token, _)| token.clone()).collect();
            self.random.shuffle(&mut some);
            for token in some.into_iter().take(at_most) {
                let mut browser = Browser::new(self.address);
                browser.set_cookie(SESSION, &token);
                let reply = browser.try_get("/dashboard/").await?;
                // Another customer may have signed out with it since.
                if self.promises.sessions().get(&token) == Some(&wanted) {
                    assert_eq!(reply.status, if wanted == Standing::Open { 200 } else { 303 }, "{wanted:?}");
                }
            }
        }
        Ok(())
    }
}

/// The server was gone in the middle of a journey.
struct Broken {
    error: io::Error,
    in_doubt: bool,
}

impl Broken {
    fn before(error: io::Error) -> Self {
        Self { error, in_doubt: false }
    }

    fn in_doubt(error: io::Error) -> Self {
        Self { error, in_doubt: true }
    }
}

fn handle(journey: &Journey) -> String {
    journey.browser.cookie(PENDING).expect("a pending sign-in").to_owned()
}

fn expect(reply: &Reply, status: u16, location: &str) {
    assert_eq!((reply.status, reply.location()), (status, location), "{}", reply.text());
}
