//! Looking after it all: accounts, clean-up, figures.

mod accounts;
mod upkeep;

pub use accounts::{ChangeError, create_account, disable_account, set_role};
pub use upkeep::{clean_up, stats};
