//! What every store must do, as tests: one function a rule, each on a fresh store.
//!
//! ```ignore
//! struct Sqlite;
//! impl otpd_testkit::store_contract::Harness for Sqlite { /* a store in a temporary folder */ }
//! otpd_testkit::store_contract!(Sqlite);
//! ```

pub mod accounts;
pub mod activating;
pub mod api_keys;
pub mod audit;
pub mod budgets;
pub mod cancelling;
pub mod charges;
pub mod clean_up;
pub mod contacts;
pub mod figures;
pub mod guessing;
pub mod issuing;
pub mod model;
pub mod model_budgets;
pub mod model_sends;
pub mod money;
pub mod once;
pub mod outbox;
pub mod password_budgets;
pub mod passwords;
pub mod pumping;
pub mod redeeming;
pub mod registering;
pub mod reissuing;
pub mod reports;
pub mod sessions;
pub mod turns;

mod outcome;
mod suite;
mod world;

use std::any::Any;

use otpd_domain::Ports;
pub use world::World;

/// Makes stores for the suite.
pub trait Harness {
    /// A store with nothing in it.
    fn fresh() -> impl Future<Output = Fresh> + Send;
}

/// A store with nothing in it.
pub struct Fresh {
    /// The store.
    pub ports: Ports,
    /// What must live as long as it, such as its temporary folder.
    pub keep: Box<dyn Any + Send + Sync>,
}
