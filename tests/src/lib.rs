//! What the journeys share: the otpd binary under test, a small browser, mail servers, and looks into the database.
//!
//! The tests in `tests/` drive the real binary from outside, over HTTP, SMTP and its command line. The one they run is, in
//! this order:
//!
//! 1. the file that `OTPD_BIN` names; `scripts/test` sets it to the release build;
//! 2. else the `otpd` beside the running test in the target folder, so that `cargo test --workspace`, which builds
//!    that binary too, tests what it built. `cargo test -p otpd-tests` alone does not build it: run
//!    `cargo build -p otpd` before.
//!
//! Tests never sleep to wait for something: they poll for it with a bound ([`poll::until`]).

#![allow(clippy::missing_panics_doc, reason = "a helper of a test panics when what it asks for is not so")]

pub mod api;
pub mod browser;
pub mod curl;
pub mod database;
pub mod forms;
pub mod h2;
pub mod http;
pub mod ledger;
pub mod otpd;
pub mod passage;
pub mod peers;
pub mod poll;
pub mod process;
pub mod provider;
pub mod rank;
pub mod sink;
pub mod time;
pub mod wire;

pub use browser::Browser;
pub use otpd::{Otpd, Settings};
