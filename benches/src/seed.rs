//! A database with accounts to sign in and a million old challenges.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use otpd_domain::account::{NewAccount, Role};
use otpd_domain::identifier::{Channel, ContactParser};
use otpd_domain::ports::{AccountStore, ChallengeStore, Outbox};
use otpd_store::sqlite::SqliteStore;

use crate::bare::{System, made_up_issue};
use crate::journey::Contact;
use crate::{Plan, bare};

/// Operations kept in flight while seeding.
const TOGETHER: u64 = 2_000;

/// Makes the database, or finds the one an earlier run made for the same plan.
pub async fn prepare(plan: &Plan) -> Result<PathBuf> {
    let name = format!("accounts-{}-{}-{:?}.db", plan.stored, plan.sign_ins, plan.channel).to_lowercase();
    let path = plan.folder.join(name);
    if path.exists() {
        return Ok(path);
    }
    std::fs::create_dir_all(&plan.folder)?;
    let unfinished = path.with_extension("unfinished");
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", unfinished.display()));
    }
    println!("Seeding {} once; later runs reuse it.", path.display());
    let store = bare::open(&unfinished)?;
    accounts(&store, plan).await?;
    challenges(&store, plan).await?;
    store.close().await;
    std::fs::rename(&unfinished, &path).with_context(|| format!("cannot keep {}", path.display()))?;
    Ok(path)
}

async fn accounts(store: &SqliteStore, plan: &Plan) -> Result<()> {
    let parser = ContactParser::default();
    for from in (0..plan.sign_ins).step_by(usize::try_from(TOGETHER)?) {
        let batch = (from..plan.sign_ins.min(from + TOGETHER)).map(|number| {
            let contact = plan.channel.of(number);
            let store = store.clone();
            async move {
                let email = matches!(plan.channel, Contact::Email).then(|| contact.clone());
                let account = NewAccount {
                    // No digits: the code is looked for in the text.
                    name: "Asha Rao".to_owned(),
                    names: None,
                    email: email.map(otpd_domain::identifier::EmailAddress::from_stored),
                    phone: matches!(plan.channel, Contact::Sms).then(|| parser.parse_phone(&contact)).transpose()?,
                    address: String::new(),
                    customer_type: "Household".to_owned(),
                    role: Role::Customer,
                    active: true,
                    language: None,
                };
                AccountStore::create(&store, account, System::now()).await?;
                anyhow::Ok(())
            }
        });
        bare::all(batch).await?;
    }
    Ok(())
}

/// Challenges of the last hours, long expired, their messages ended.
async fn challenges(store: &SqliteStore, plan: &Plan) -> Result<()> {
    let start = System::now().before(Duration::from_hours(20));
    let stored = plan.stored;
    for from in (0..stored).step_by(usize::try_from(TOGETHER)?) {
        let at = start.after(Duration::from_millis(from * 10));
        let batch = (from..stored.min(from + TOGETHER)).map(|number| {
            let store = store.clone();
            async move {
                let contact = plan.channel.of(number % plan.sign_ins.max(1));
                let (_, issue) = made_up_issue(plan.channel, &contact, at)?;
                store.issue(issue, at).await?;
                anyhow::Ok(())
            }
        });
        bare::all(batch).await?;
        // Their time is over: the claim ends and erases them.
        let now = System::now();
        while Outbox::next_due_at(store, &[Channel::Email, Channel::Sms]).await?.is_some() {
            store.claim_due(&[Channel::Email, Channel::Sms], now, Duration::from_secs(30), 1_000).await?;
        }
        if from % 100_000 == 0 {
            println!("  {from} of {stored} challenges");
        }
    }
    Ok(())
}
