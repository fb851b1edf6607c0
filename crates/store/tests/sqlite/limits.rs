//! Limits and the audit trail on the disk: what survives, and what is written for whom.

use std::time::Duration;

use otpd_domain::account::AccountId;
use otpd_domain::audit::{AuditEvent, NewAuditEntry};
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{
    AccountStore, Addressee, AuditLog, AuditQuery, ChallengeStore, Charge, Effect, Issue, Issued, LimitStore,
    LimitedBy, Redemption, Reservation,
};
use otpd_domain::visitor::Trail;
use otpd_store::sqlite::{Options, SqliteStore, backup_to, restore_from};
use otpd_testkit::limits::{code_budget, contact_charge, guard, limit, sms_charge};
use otpd_testkit::sample::{NOW, Sampler, email, open, phone};
use rusqlite::Connection;

use crate::support::Folder;

/// A customer's e-mail address and number.
async fn customer(store: &SqliteStore, samples: &Sampler) -> (AccountId, Identifier, Identifier) {
    let profile = samples.account();
    let address = email(profile.email.as_ref().expect("has one").as_str());
    let number = phone(profile.phone.as_ref().expect("has one").as_str());
    (AccountStore::create(store, profile, NOW).await.expect("created"), address, number)
}

async fn issued(store: &SqliteStore, samples: &Sampler, contact: &Identifier) -> ChallengeHandle {
    let (handle, issue) = samples.issue(contact, NOW);
    store.issue(issue, NOW).await.expect("issued");
    handle
}

async fn guess(store: &SqliteStore, handle: &ChallengeHandle) -> Reservation {
    let budget = code_budget(Vec::new());
    store.reserve_guess(handle, &Purpose::SignIn, &budget, NOW).await.expect("answered")
}

async fn spend_budget(store: &SqliteStore, samples: &Sampler, contact: &Identifier) {
    for _ in 0..5 {
        let handle = issued(store, samples, contact).await;
        for _ in 0..2 {
            assert!(matches!(guess(store, &handle).await, Reservation::Reserved { .. }));
        }
    }
}

async fn is_over(store: &SqliteStore, samples: &Sampler, contact: &Identifier) -> bool {
    let handle = issued(store, samples, contact).await;
    matches!(guess(store, &handle).await, Reservation::OverBudget { .. })
}

fn rows(store: &SqliteStore, sql: &str) -> Vec<i64> {
    let connection = Connection::open(store.path()).expect("opened");
    let mut statement = connection.prepare(sql).expect("prepared");
    statement.query_map([], |row| row.get(0)).expect("queried").collect::<Result<_, _>>().expect("read")
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_and_limits_survive_a_restart() {
    let (folder, samples) = (Folder::new(), Sampler::default());
    let store = folder.store();
    let (_, contact, _) = customer(&store, &samples).await;
    spend_budget(&store, &samples, &contact).await;
    let send = async |store: &SqliteStore| {
        let charge = contact_charge(&contact, "1/h", &[]);
        let issue = Issue { charge, ..samples.issue(&contact, NOW).1 };
        store.issue(issue, NOW).await.expect("answered")
    };
    assert!(matches!(send(&store).await, Issued::Done { .. }));
    store.close().await;
    let store = SqliteStore::open(&folder.database(), Options::default()).expect("opened");
    assert!(is_over(&store, &samples, &contact).await);
    assert!(matches!(send(&store).await, Issued::Limited(_)));
}

/// A backup from before gives nothing back, and the trail goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_gives_no_budget_back() {
    let (folder, samples) = (Folder::new(), Sampler::default());
    let store = folder.store();
    let (_, contact, _) = customer(&store, &samples).await;
    let backup = folder.path("backup.db");
    backup_to(&folder.database(), &backup, &mut |_| {}).expect("backed up");
    spend_budget(&store, &samples, &contact).await;
    let entry = NewAuditEntry::new(AuditEvent::RoleSet, Trail::default());
    store.append(entry, NOW).await.expect("noted");
    store.close().await;
    assert!(restore_from(&backup, &folder.database(), NOW).expect("restored").limits_kept);
    let store = folder.store();
    assert!(is_over(&store, &samples, &contact).await);
    let trail = AuditLog::list(&store, AuditQuery { limit: 10, ..AuditQuery::default() }).await.expect("listed");
    let events: Vec<_> = trail.iter().map(|line| line.entry.event).collect();
    assert_eq!(events, [AuditEvent::Restored, AuditEvent::RoleSet]);
    store.close().await;

    std::fs::write(folder.database(), "damaged".repeat(1_000)).expect("written");
    assert!(!restore_from(&backup, &folder.database(), NOW).expect("restored").limits_kept, "nothing can be read");
    assert!(!is_over(&folder.store(), &samples, &contact).await, "as it was in the backup");
}

/// Whoever looks at the database's size learns nothing of who has the contact.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_rows_are_written_for_known_and_unknown() {
    let (folder, samples) = (Folder::new(), Sampler::default());
    let store = folder.store();
    let ((_, address, _), (_, _, number)) = (customer(&store, &samples).await, customer(&store, &samples).await);
    let written = async |contact: &Identifier, network: &str| {
        let tables = ["challenges", "outbox", "ledgers", "guess_ledgers", "number_blocks", "sms_days"];
        let counts = || tables.map(|table| rows(&store, &format!("SELECT count(*) FROM {table}"))[0]);
        let sizes = "SELECT sum(length(moments)) FROM (SELECT moments FROM ledgers UNION ALL SELECT moments FROM guess_ledgers)";
        let before = (counts(), rows(&store, &format!("SELECT coalesce(({sizes}), 0)"))[0]);
        let limits = vec![limit(LimitedBy::Client, network, "30/h")];
        let sms = match contact {
            Identifier::Phone(number) => sms_charge(number, "0.05", Some("10"), Some(guard())).sms,
            Identifier::Email(_) => None,
        };
        let charge = Charge { limits, sms, ..contact_charge(contact, "3/10m, 6/h, 10/d", &[]) };
        let (handle, issue) = samples.issue_for(&Purpose::SignIn, Addressee::Holder, contact, NOW);
        store.issue(Issue { charge, ..issue }, NOW).await.expect("answered");
        assert!(matches!(guess(&store, &handle).await, Reservation::Reserved { .. }));
        let after = (counts(), rows(&store, &format!("SELECT coalesce(({sizes}), 0)"))[0]);
        let grown: Vec<i64> = after.0.iter().zip(before.0).map(|(after, before)| after - before).collect();
        (grown, after.1 - before.1)
    };
    assert_eq!(written(&address, "a").await, written(&email("nobody@example.com"), "b").await);
    // Of other blocks each, on a day that has its row already.
    let days = async |contact: &Identifier, network: &str| {
        let (mut grown, sizes) = written(contact, network).await;
        grown.truncate(5);
        (grown, sizes)
    };
    assert_eq!(days(&number, "c").await, days(&phone("+255694230173"), "d").await);
}

/// A right guess leaves no row behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_guess_takes_its_row_away() {
    let (folder, samples) = (Folder::new(), Sampler::default());
    let store = folder.store();
    let (_, contact, _) = customer(&store, &samples).await;
    let ledgers = || rows(&store, "SELECT count(*) FROM guess_ledgers")[0];
    for times in [1, 3] {
        let mut right = Vec::new();
        for _ in 0..times {
            let handle = issued(&store, &samples, &contact).await;
            let Reservation::Reserved { spent, .. } = guess(&store, &handle).await else { panic!("refused") };
            right.push((handle, spent));
        }
        assert_eq!(ledgers(), 1, "in the same millisecond");
        for (handle, spent) in right {
            let effect: Effect = open(samples.session(NOW));
            let redemption = Redemption { effect, spent, trail: Trail::default() };
            store.redeem(handle.id, redemption, NOW).await.expect("redeemed");
        }
        assert_eq!(ledgers(), 0);
    }
    store.give_back(Vec::new()).await.expect("nothing to do");
}

/// What was noted is written when the store is closed, if not before; what comes later is lost without harm.
#[tokio::test(flavor = "multi_thread")]
async fn notes_are_written_when_the_store_is_closed() {
    let folder = Folder::new();
    let store = folder.store();
    let entry = |n: u64| NewAuditEntry::new(AuditEvent::WrongCode, Trail::default()).saying(n.to_string());
    for n in 0..150 {
        store.note(entry(n), NOW);
    }
    store.close().await;
    store.note(entry(999), NOW);
    assert_eq!(lines(&folder.store()).await, 150);
}

async fn lines(store: &SqliteStore) -> usize {
    let query = AuditQuery { limit: 1_000, ..AuditQuery::default() };
    AuditLog::list(store, query).await.expect("listed").len()
}

/// Within about a second, whether or not anything else is written; the bound is there against a hang alone.
#[tokio::test(flavor = "multi_thread")]
async fn notes_are_written_by_themselves() {
    let folder = Folder::new();
    let store = folder.store();
    for round in 1..=2 {
        store.note(NewAuditEntry::new(AuditEvent::WrongCode, Trail::default()), NOW);
        let mut looks = 0;
        while lines(&store).await < round {
            looks += 1;
            assert!(looks < 2_000, "never written");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
