//! Looking after it all: accounts and their contacts, API keys, limits, the audit trail, clean-up, figures, reports of providers.

mod accounts;
mod api_keys;
mod contacts;
mod limits;
mod reports;
mod upkeep;

pub use accounts::{ChangeError, change_customer, create_account, create_customer, disable_account, set_role};
pub use api_keys::{KeyError, authenticate, create_api_key, list_api_keys, revoke_api_key};
pub use contacts::{
    ContactChange, ContactChangeRequest, FRESH, confirm_contact_change, is_fresh, request_contact_change,
};
pub use limits::{chance_of_guessing_an_account, closed_blocks, list_blocks, open_block, read_audit, sms_spending};
pub use reports::record_report;
pub use upkeep::{clean_up, stats, waiting_messages};
