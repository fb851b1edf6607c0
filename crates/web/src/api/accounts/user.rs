//! An account as part C shows it.

use otpd_domain::account::{Account, PersonNames, Role};
use serde::Serialize;

/// An account, in the words of the system it replaces.
#[derive(Serialize)]
pub struct User {
    id: i64,
    email: Option<String>,
    phone: Option<String>,
    first_name: String,
    last_name: String,
    is_active: bool,
    is_staff: bool,
    is_superuser: bool,
}

impl From<&Account> for User {
    fn from(account: &Account) -> Self {
        let profile = &account.profile;
        let names = profile.names.clone().unwrap_or_else(|| split(&profile.name));
        Self {
            id: account.id.0,
            email: profile.email.as_ref().map(ToString::to_string),
            phone: profile.phone.as_ref().map(ToString::to_string),
            first_name: names.first,
            last_name: names.last,
            is_active: profile.active,
            is_staff: matches!(profile.role, Role::Staff | Role::Superuser),
            is_superuser: profile.role == Role::Superuser,
        }
    }
}

/// The first word, and the rest.
fn split(name: &str) -> PersonNames {
    let (first, last) = name.trim().split_once(char::is_whitespace).unwrap_or((name.trim(), ""));
    PersonNames { first: first.to_owned(), last: last.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_one_piece_is_split_after_its_first_word() {
        for (name, first, last) in
            [("Asha Rao", "Asha", "Rao"), ("Asha", "Asha", ""), (" Asha  Devi Rao ", "Asha", "Devi Rao"), ("", "", "")]
        {
            assert_eq!(split(name), PersonNames { first: first.into(), last: last.into() });
        }
    }
}
