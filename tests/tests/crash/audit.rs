//! Holds the promises against the database, the mail server's ledger and the file of texts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use otpd_tests::database::Database;
use otpd_tests::ledger::Sent;
use otpd_tests::sink::HandOff;

use crate::promises::{Id, Promises, Standing, id_of};

/// From the last look at the clock to the receiver's ledger, on a busy machine.
const HAND_OFF_MILLIS: i64 = 1_000;

/// A challenge as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    attempts: u32,
    verified_at: Option<i64>,
    superseded_at: Option<i64>,
}

/// A message as the database has it.
#[derive(Debug)]
struct Message {
    challenge: Id,
    to: String,
    outcome: Option<String>,
    expires_at: i64,
    withheld: bool,
}

/// What earlier looks saw, for nothing may go backwards.
#[derive(Default)]
pub struct Audit {
    challenges: HashMap<Id, Row>,
    ended: HashMap<Id, i64>,
    /// Of every life of the server, when it was started and when it was dead.
    lives: Vec<(i64, i64)>,
}

impl Audit {
    /// A server was killed or stopped.
    pub fn a_life_ended(&mut self, born: i64, dead: i64) {
        self.lives.push((born, dead));
    }

    /// Looks at the database of a dead server: N1, N3 and N4.
    pub fn look(&mut self, database: &Database, promises: &Promises) {
        assert_eq!(database.value::<String>("PRAGMA integrity_check", []), "ok");
        for (what, one, other) in [
            ("codes without their message", "message_id FROM challenges", "id FROM outbox"),
            ("messages without their code", "id FROM outbox", "message_id FROM challenges"),
        ] {
            let lonely = format!("SELECT count(*) FROM (SELECT {one} EXCEPT SELECT {other})");
            assert_eq!(database.value::<u32>(&lonely, []), 0, "N1: {what}");
        }
        self.look_at_challenges(database, promises);
        self.look_at_sessions(database, promises);
        look_at_registrations(database, promises);
    }

    fn look_at_challenges(&mut self, database: &Database, promises: &Promises) {
        let rows = challenges(database);
        for (id, asked) in promises.asked().iter() {
            let row = rows.get(id).unwrap_or_else(|| panic!("N1: the code for {} is gone", asked.contact));
            assert!(row.attempts >= asked.guesses, "N3: guesses forgotten: {row:?} {asked:?}");
            assert!(row.superseded_at.is_some() || !asked.replaced, "N3: a replaced code lives again: {asked:?}");
            assert!(row.verified_at.is_some() || !asked.verified, "N3: a used code lives again: {asked:?}");
        }
        for (id, before) in &self.challenges {
            let row = rows.get(id).expect("N1: a stored code is gone");
            assert!(row.attempts >= before.attempts, "N3: {row:?} was {before:?}");
            assert!(
                before.verified_at.is_none() || row.verified_at == before.verified_at,
                "N3: {row:?} was {before:?}"
            );
            assert!(
                before.superseded_at.is_none() || row.superseded_at == before.superseded_at,
                "N3: {row:?} was {before:?}"
            );
        }
        self.challenges = rows;
    }

    fn look_at_sessions(&mut self, database: &Database, promises: &Promises) {
        let rows = sessions(database);
        for (token, standing) in promises.sessions().iter() {
            let ended_at = rows.get(&id_of(token)).unwrap_or_else(|| panic!("N4: a session is gone"));
            match standing {
                Standing::Open => assert_eq!(*ended_at, None, "N4: a session ended by itself"),
                Standing::Ended => assert!(ended_at.is_some(), "N3: an ended session lives again"),
                Standing::Unsure => {}
            }
        }
        for (id, ended_at) in &self.ended {
            assert_eq!(rows.get(id), Some(&Some(*ended_at)), "N3: an ended session lives again");
        }
        self.ended = rows.into_iter().filter_map(|(id, ended_at)| Some((id, ended_at?))).collect();
    }

    /// The last look: N2 and N5. Gives the counts back as text.
    pub fn close(&self, database: &Database, promises: &Promises, mails: &[Arc<HandOff>], texts: &[Sent]) -> String {
        let outcomes = outcomes(database);
        assert!(!outcomes.contains_key("unfinished"), "N2: {outcomes:?}");
        let messages = messages(database);
        let mut copies: HashMap<Id, Vec<Copy>> = HashMap::new();
        for mail in mails {
            let copy = Copy { to: mail.to.clone(), code: mail.code(), life: mail.port_number, at: mail.at_millis };
            if mail.arrived() {
                let id = message_id(mail.message_id().expect("a Message-ID"));
                copies.entry(id).or_default().push(copy);
            } else {
                let last =
                    messages.values().filter(|message| message.to == mail.to).map(|message| message.expires_at).max();
                assert!(Some(copy.at) <= last.map(|at| at + HAND_OFF_MILLIS), "N5: tried after expiry: {copy:?}");
            }
        }
        for text in texts {
            let life = self.lives.iter().position(|(born, dead)| (*born..=*dead).contains(&text.at_millis));
            let life = life.expect("it was sent by some life of the server");
            let copy = Copy { to: text.to.clone(), code: Some(text.code.clone()), life, at: text.at_millis };
            copies.entry(message_id(&text.id)).or_default().push(copy);
        }
        let mut duplicates = 0;
        for (id, copies) in &copies {
            duplicates += copies.len() - 1;
            let message = messages.get(id).expect("N1: what was sent was committed before");
            check_copies(message, copies);
        }
        for (id, message) in &messages {
            let taken = message.outcome.as_deref() == Some("accepted") && !message.withheld;
            assert!(!taken || copies.contains_key(id), "N2: accepted, but it never arrived: {message:?}");
            let awaited =
                promises.asked().get(&message.challenge).is_some_and(|asked| crate::customer::is_easy(&asked.contact));
            let replaced = self.challenges[&message.challenge].superseded_at.is_some();
            assert!(!awaited || replaced || taken, "N2: promised, deliverable, and not delivered: {message:?}");
        }
        let sent = copies.len();
        format!(
            "outcomes: {outcomes:?}; {sent} messages arrived, {duplicates} of them once more after {} lives",
            self.lives.len()
        )
    }
}

/// N4: an acknowledged registration is there, and an acknowledged activation has made the account of its id.
fn look_at_registrations(database: &Database, promises: &Promises) {
    let accounts =
        "SELECT count(*) FROM accounts JOIN passwords ON account_id = id WHERE id = ?1 AND email = ?2 AND active";
    let waiting = "SELECT count(*) FROM registrations WHERE id = ?1 AND email = ?2 AND account_id IS NULL";
    for (email, joined) in promises.joined().iter() {
        let count = |statement: &str| database.value::<u32>(statement, (joined.id, email));
        let (active, waits) = (count(accounts) == 1, count(waiting) == 1);
        assert!(active || !joined.activated, "N4: the account of {email} is gone: {joined:?}");
        // What was asked and not answered may have happened.
        assert!(active != waits, "N4: the registration of {email} is gone or there twice: {joined:?}");
    }
}

/// One arrival of a message.
#[derive(Debug)]
struct Copy {
    to: String,
    code: Option<String>,
    life: usize,
    at: i64,
}

/// N5: one message is the same every time, comes at most once in a life of the server, never after its code expired, and
/// never to anybody but its contact.
fn check_copies(message: &Message, copies: &[Copy]) {
    let first = &copies[0];
    assert!(first.code.is_some(), "no code in {first:?}");
    assert!(copies.iter().all(|copy| (&copy.to, &copy.code) == (&first.to, &first.code)), "N5: {copies:?}");
    let mut lives: Vec<usize> = copies.iter().map(|copy| copy.life).collect();
    lives.sort_unstable();
    lives.dedup();
    assert_eq!(lives.len(), copies.len(), "N5: twice in one life, without a crash between: {copies:?}");

    assert_eq!(message.to, first.to);
    assert!(!message.withheld, "sent to a stranger: {first:?}");
    let late = message.expires_at + HAND_OFF_MILLIS;
    assert!(copies.iter().all(|copy| copy.at <= late), "N5: after expiry: {copies:?} {message:?}");
}

/// The id in `<0190…@host>`, or in the bare form of the file transport.
fn message_id(text: &str) -> Id {
    let bare = text.trim_matches(['<', '>']).split('@').next().unwrap_or_default();
    *uuid::Uuid::parse_str(bare).unwrap_or_else(|_| panic!("{text} names no message")).as_bytes()
}

fn challenges(database: &Database) -> HashMap<Id, Row> {
    let statement = "SELECT id, attempts, verified_at, superseded_at FROM challenges";
    let mut statement = database.connection().prepare(statement).expect("a statement");
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<(Id, Row)> {
        Ok((row.get(0)?, Row { attempts: row.get(1)?, verified_at: row.get(2)?, superseded_at: row.get(3)? }))
    };
    statement.query_map([], row).expect("rows").map(|row| row.expect("a challenge")).collect()
}

fn messages(database: &Database) -> HashMap<Id, Message> {
    let statement = "SELECT o.id, c.id, c.identifier, o.outcome, o.expires_at, o.withheld FROM challenges c JOIN outbox o ON o.id = c.message_id";
    let mut statement = database.connection().prepare(statement).expect("a statement");
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<(Id, Message)> {
        Ok((
            row.get(0)?,
            Message {
                challenge: row.get(1)?,
                to: row.get(2)?,
                outcome: row.get(3)?,
                expires_at: row.get(4)?,
                withheld: row.get(5)?,
            },
        ))
    };
    statement.query_map([], row).expect("rows").map(|row| row.expect("a message")).collect()
}

fn sessions(database: &Database) -> HashMap<Id, Option<i64>> {
    let mut statement = database.connection().prepare("SELECT id, ended_at FROM sessions").expect("a statement");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.map(|row| row.expect("a session")).collect()
}

fn outcomes(database: &Database) -> BTreeMap<String, u32> {
    let statement = "SELECT coalesce(outcome, 'unfinished'), count(*) FROM outbox GROUP BY 1";
    let mut statement = database.connection().prepare(statement).expect("a statement");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.map(|row| row.expect("an outcome")).collect()
}
