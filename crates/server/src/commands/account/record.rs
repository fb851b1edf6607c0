//! An account as scripts get it.

use jiff::Timestamp;
use otpd_domain::account::{Account, AccountId, Role};
use serde::Serialize;

use crate::output::moment;

/// An account in JSON.
#[derive(Serialize)]
pub struct Record<'a> {
    id: AccountId,
    name: &'a str,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    address: &'a str,
    customer_type: &'a str,
    role: Role,
    active: bool,
    language: Option<&'a str>,
    created_at: Timestamp,
    last_sign_in_at: Option<Timestamp>,
}

impl<'a> From<&'a Account> for Record<'a> {
    fn from(account: &'a Account) -> Self {
        let profile = &account.profile;
        Self {
            id: account.id,
            name: &profile.name,
            first_name: profile.names.as_ref().map(|names| names.first.as_str()),
            last_name: profile.names.as_ref().map(|names| names.last.as_str()),
            email: profile.email.as_ref().map(otpd_domain::identifier::EmailAddress::as_str),
            phone: profile.phone.as_ref().map(otpd_domain::identifier::PhoneNumber::as_str),
            address: &profile.address,
            customer_type: &profile.customer_type,
            role: profile.role,
            active: profile.active,
            language: profile.language.as_deref(),
            created_at: moment(account.created_at),
            last_sign_in_at: account.last_sign_in_at.map(moment),
        }
    }
}
