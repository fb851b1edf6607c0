//! The customer to sign in as on a development server.

use anyhow::Result;
use otpd_domain::account::{AccountId, NewAccount, PersonNames, Role};
use otpd_domain::challenge::Subject;
use otpd_domain::identifier::{Channel, Identifier};
use otpd_domain::message::MessageId;
use otpd_domain::password::Password;
use otpd_domain::ports::{Compared, Effect, Records, Redemption, Settled};
use otpd_domain::{Domain, administer};

use crate::commands::staff;
use crate::config::Config;

/// The demo customer's address.
pub const EMAIL: &str = "test@example.com";
/// The demo customer's number, as it is typed.
pub const PHONE: &str = "9876543210";
/// The demo customer's number where no default region makes one of [`PHONE`].
const PHONE_WITH_COUNTRY: &str = "+919876543210";
/// The demo customer's password. Everybody knows it: a development server shows its codes to everybody, too.
pub const PASSWORD: &str = "monsoon kettle harbour";

/// Makes the customer, unless somebody has those contacts already, and gives one without a password the demo password. Says
/// whether that is the password now: somebody may have chosen another one.
pub async fn customer(config: &Config, domain: &Domain, records: &dyn Records) -> Result<bool> {
    let contacts = domain.contacts;
    let email = contacts.parse(Channel::Email, EMAIL)?;
    let phone = contacts.parse(Channel::Sms, PHONE).or_else(|_| contacts.parse(Channel::Sms, PHONE_WITH_COUNTRY))?;
    let mut holders = [None, None];
    for (holder, contact) in holders.iter_mut().zip([&email, &phone]) {
        *holder = domain.ports.accounts.find(contact).await?.map(|account| account.id);
    }
    if let [None, None] = holders {
        let profile = profile(config, &email, &phone);
        holders[0] = Some(administer::create_account(domain, profile, &config.customers.types, &staff()).await?);
    }
    match holders {
        [Some(account), _] => password(domain, records, account, email).await,
        [None, _] => Ok(false),
    }
}

fn profile(config: &Config, email: &Identifier, phone: &Identifier) -> NewAccount {
    let mut profile = NewAccount {
        name: "Test Customer".to_owned(),
        names: Some(PersonNames { first: "Test".to_owned(), last: "Customer".to_owned() }),
        email: None,
        phone: None,
        address: "12 Lake Road, Pune".to_owned(),
        customer_type: config.customers.types.first().cloned().unwrap_or_default(),
        role: Role::Customer,
        active: true,
        language: None,
    };
    for contact in [email, phone] {
        match contact.clone() {
            Identifier::Email(email) => profile.email = Some(email),
            Identifier::Phone(phone) => profile.phone = Some(phone),
        }
    }
    profile
}

async fn password(domain: &Domain, records: &dyn Records, account: AccountId, email: Identifier) -> Result<bool> {
    let Some(password) = Password::presented(PASSWORD) else { return Ok(false) };
    let stored = domain.ports.accounts.password(&email).await?.and_then(|stored| stored.hash);
    if let Some(hash) = stored {
        let compared = domain.ports.passwords.compare(password, Some(hash)).await?;
        return Ok(compared != Compared::Wrong);
    }
    let hash = domain.ports.passwords.hash(password).await?;
    let now = domain.clock.now();
    // As if a code had been typed: there is no other way to a password, and this customer's codes are everybody's.
    let message_id = MessageId::generate(now, domain.entropy.as_ref())?;
    let proven = Settled { subject: Subject::Account(account), identifier: email, message_id, sent_at: now };
    let effect = Effect::SetPassword { hash, session: None, notices: Vec::new() };
    records.settle(proven, Redemption { effect, spent: None, trail: staff() }, now).await?;
    Ok(true)
}
