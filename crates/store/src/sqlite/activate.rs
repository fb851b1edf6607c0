//! A registration becomes an account.

use otpd_domain::Timestamp;
use otpd_domain::account::{AccountId, NewAccount, PersonNames, RegistrationId, Role};
use otpd_domain::identifier::{EmailAddress, Identifier, PhoneNumber};
use otpd_domain::ports::{Origin, Redeemed};
use otpd_domain::session::NewSession;
use rusqlite::{Connection, Result, params};

use super::accounts::insert_account;
use super::passwords::set_password;
use super::registrations::{Registration, claims, has_rivals, mark_proven, read_registration, take_from_waiting};
use super::sessions::insert_session;
use super::subjects::holder;

/// Gives the proven contact to the registration's account, which is made if it is not there yet: see
/// [`otpd_domain::ports::Effect::Activate`].
pub(super) fn activate(
    connection: &Connection,
    id: RegistrationId,
    proven: &Identifier,
    origin: &Origin,
    session: Option<&NewSession>,
    now: Timestamp,
) -> Result<Redeemed> {
    if holder(connection, proven)?.is_some() || !claims(connection, id, proven, now)? {
        return Ok(Redeemed::Refused);
    }
    let Some(registration) = read_registration(connection, id)? else { return Ok(Redeemed::Refused) };
    let client = registration.client.as_deref();
    let is_doubtful = is_from_elsewhere(origin, client) && has_rivals(connection, id, client, proven)?;
    // To join an account that lives already takes more: nobody else may have registered the contact at all.
    let may_join = *origin == Origin::Bound || !has_rivals(connection, id, None, proven)?;
    let account = AccountId(id.0);
    if registration.activated {
        if !may_join || !gains(connection, account, proven)? {
            return Ok(Redeemed::Refused);
        }
    } else {
        make_account(connection, account, &registration, proven, is_doubtful, now)?;
        if let Some(password) = registration.password.filter(|_| !is_doubtful) {
            set_password(connection, account, &password, now)?;
        }
    }
    mark_proven(connection, id, proven, is_doubtful, now)?;
    take_from_waiting(connection, proven)?;
    if let Some(session) = session {
        insert_session(connection, session, account)?;
    }
    Ok(Redeemed::Done { account: Some(account), password_void: is_doubtful })
}

/// Whether the code came back from another place than the registration came from, as far as anybody knows.
fn is_from_elsewhere(origin: &Origin, client: Option<&str>) -> bool {
    match origin {
        Origin::Bound => false,
        Origin::Network(network) => network.is_none() || network.as_deref() != client,
    }
}

/// Nothing but a customer, whatever was asked for, with nothing but the contact that was proven.
fn make_account(
    connection: &Connection,
    id: AccountId,
    registration: &Registration,
    proven: &Identifier,
    is_doubtful: bool,
    now: Timestamp,
) -> Result<()> {
    let (email, phone) = apart(proven);
    // Of a doubtful registration the name is a stranger's, too.
    let names = Some(&registration.names).filter(|_| !is_doubtful);
    let account = NewAccount {
        name: names.map_or_else(|| proven.as_str().to_owned(), PersonNames::full),
        names: names.cloned(),
        email,
        phone,
        address: String::new(),
        customer_type: registration.customer_type.clone(),
        role: Role::Customer,
        active: true,
        language: Some(registration.language.clone()),
    };
    insert_account(connection, id, &account, now)
}

fn apart(contact: &Identifier) -> (Option<EmailAddress>, Option<PhoneNumber>) {
    match contact {
        Identifier::Email(address) => (Some(address.clone()), None),
        Identifier::Phone(number) => (None, Some(number.clone())),
    }
}

const GAIN_EMAIL: &str = "UPDATE accounts SET email = ?2 WHERE id = ?1 AND active AND email IS NULL";
const GAIN_PHONE: &str = "UPDATE accounts SET phone = ?2 WHERE id = ?1 AND active AND phone IS NULL";

/// Adds a contact to an account that is in use and has none of that kind.
fn gains(connection: &Connection, account: AccountId, contact: &Identifier) -> Result<bool> {
    let sql = match contact {
        Identifier::Email(_) => GAIN_EMAIL,
        Identifier::Phone(_) => GAIN_PHONE,
    };
    Ok(connection.prepare_cached(sql)?.execute(params![account.0, contact.as_str()])? > 0)
}

/// The statements of this file that people wait for.
#[cfg(test)]
pub(super) const HOT: &[&str] = &[GAIN_EMAIL, GAIN_PHONE];
