//! `serve --dev`: everything made on the spot, and a customer to sign in as.

use std::io::Write;

use anyhow::Result;
use otpd_domain::account::{NewAccount, Role};
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::{Clock, Domain, administer};
use otpd_store::sqlite;
use otpd_web::PublicUrl;

use super::listen::Door;
use crate::config::Config;
use crate::key_file::{self, KeyFileError};
use crate::system::{OsEntropy, SystemClock};

/// The demo customer's address.
const EMAIL: &str = "test@example.com";
/// The demo customer's number, as it is typed.
const PHONE: &str = "9876543210";
/// The demo customer's number where no default region makes one of [`PHONE`].
const PHONE_WITH_COUNTRY: &str = "+919876543210";

/// Makes database and keys, or brings them up to date.
pub fn prepare(config: &Config) -> Result<()> {
    sqlite::migrate_to(&config.database.path, None)?;
    match key_file::generate(&config.keys.file, &OsEntropy, SystemClock.now()) {
        Ok(()) | Err(KeyFileError::Exists(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Makes the customer to sign in as, unless somebody has those contacts already.
pub async fn demo_customer(config: &Config, domain: &Domain) -> Result<()> {
    let contacts = domain.contacts;
    let email = contacts.parse(Channel::Email, EMAIL)?;
    let phone = contacts.parse(Channel::Sms, PHONE).or_else(|_| contacts.parse(Channel::Sms, PHONE_WITH_COUNTRY))?;
    for contact in [&email, &phone] {
        if domain.ports.accounts.find(contact).await?.is_some() {
            return Ok(());
        }
    }
    let types = &config.customers.types;
    let mut profile = NewAccount {
        name: "Test Customer".to_owned(),
        email: None,
        phone: None,
        address: "12 Lake Road, Pune".to_owned(),
        customer_type: types.first().cloned().unwrap_or_default(),
        role: Role::Customer,
        active: true,
        language: None,
    };
    for contact in [email, phone] {
        match contact {
            Identifier::Email(email) => profile.email = Some(email),
            Identifier::Phone(phone) => profile.phone = Some(phone),
        }
    }
    administer::create_account(domain, profile, types).await?;
    Ok(())
}

/// Says what to open and what to try.
pub fn greet(config: &Config, url: &PublicUrl, door: &Door, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "otpd is ready for trying out. Nothing here is for real customers.\n")?;
    if let Some(taken) = door.instead_of {
        writeln!(out, "Port {} is taken by another program, so this is port {}.\n", taken.port(), door.address.port())?;
    }
    let (database, keys) = (config.database.path.display(), config.keys.file.display());
    writeln!(out, "  Open        {}", url.link("/"))?;
    writeln!(out, "  Sign in as  {EMAIL} or {PHONE}")?;
    writeln!(out, "  Codes       {} (and below)", url.link("/dev/mailbox"))?;
    writeln!(out, "  Database    {database}; keys in {keys}\n")?;
    writeln!(out, "Commands on this database:  OTPD_DATABASE__URL=sqlite:{database} otpd account list")?;
    writeln!(out, "Ctrl+C stops the server.\n")?;
    out.flush()?;
    Ok(())
}
