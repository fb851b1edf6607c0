//! Years of sign-ins, attacks and crashes in one process, from one seed; and a day of SMS pumping.
//!
//! The rules, the embedded store and the delivery worker are the real ones. Time, randomness, people, attackers, staff, the
//! mail server and every fault come from the seed, so a year that goes wrong goes wrong again:
//!
//! ```text
//! world (people, attackers, staff) ─► use cases ─► ports (faults, then the witness) ─► SqliteStore
//!                                         ▲
//! site (clock, crash, restart, worker) ───┘   checks ◄─ what the witness saw
//! ```
//!
//! Half of all seeds keep live codes, or those of some purposes, in the memory of the process: they end with it.
//!
//! The [`witness`] stands between the faults and the store and keeps its own books of all that was committed. What the
//! store answers later, after any crash, is compared with them.

#![allow(clippy::missing_panics_doc, reason = "it serves tests, and a simulation that cannot be set up panics")]

pub mod pumping;
pub mod year;

mod checks;
mod clock;
mod dice;
mod home;
mod journal;
mod policy;
mod ports;
mod post;
mod remains;
mod site;
mod stage;
mod turn;
mod witness;
mod world;
