//! Looking after it all: accounts and their contacts, API keys, clean-up, figures, reports of providers.

mod accounts;
mod api_keys;
mod contacts;
mod reports;
mod upkeep;

pub use accounts::{ChangeError, change_customer, create_account, create_customer, disable_account, set_role};
pub use api_keys::{KeyError, authenticate, create_api_key, list_api_keys, revoke_api_key};
pub use contacts::{
    ContactChange, ContactChangeRequest, FRESH, confirm_contact_change, is_fresh, request_contact_change,
};
pub use reports::record_report;
pub use upkeep::{clean_up, stats};
