//! The schema goes up and down, and is never mistaken.

use std::path::Path;

use otpd_domain::account::AccountId;
use otpd_domain::ports::AccountStore;
use otpd_store::sqlite::{Direction, MigrateError, OpenError, Options, SqliteStore, migrate_to, status};
use otpd_testkit::sample::{NOW, Sampler};
use rusqlite::Connection;

use crate::support::Folder;

const NEWEST: u32 = 12;

fn schema(path: &Path) -> Vec<(String, String)> {
    let connection = Connection::open(path).expect("opened");
    let mut statement =
        connection.prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name").expect("prepared");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("queried");
    rows.collect::<Result<_, _>>().expect("read")
}

fn applied(path: &Path) -> Vec<bool> {
    status(path).expect("status").iter().map(|line| line.applied).collect()
}

#[test]
fn each_step_goes_up_down_and_up_again() {
    let folder = Folder::new();
    let path = folder.database();
    let mut schemas = vec![];
    for version in 0..=NEWEST {
        migrate_to(&path, Some(version)).expect("up");
        schemas.push(schema(&path));
    }
    assert!(schemas.windows(2).all(|pair| pair[0] != pair[1]), "every step changes something");
    for version in (0..NEWEST).rev() {
        let down = migrate_to(&path, Some(version)).expect("down");
        assert_eq!((down.from, down.to, down.steps.len()), (version + 1, version, 1));
        assert_eq!(down.steps[0].direction, Direction::Down);
        assert_eq!(schema(&path), schemas[version as usize], "down to {version}");
        migrate_to(&path, Some(version + 1)).expect("up again");
        assert_eq!(schema(&path), schemas[version as usize + 1], "up again to {}", version + 1);
        migrate_to(&path, Some(version)).expect("down again");
    }
    let up = migrate_to(&path, None).expect("all the way");
    assert_eq!((up.from, up.to, up.steps.len()), (0, NEWEST, NEWEST as usize));
    assert_eq!(schema(&path), schemas[NEWEST as usize]);
    assert!(migrate_to(&path, None).expect("nothing to do").steps.is_empty());
}

#[test]
fn the_status_tells_what_was_applied() {
    let folder = Folder::new();
    let path = folder.database();
    assert_eq!(applied(&path), [false; NEWEST as usize]);
    assert!(!path.exists(), "asking makes no file");
    migrate_to(&path, Some(2)).expect("up");
    assert_eq!(applied(&path), [[true; 2].as_slice(), &[false; NEWEST as usize - 2]].concat());
    let names: Vec<_> = status(&path).expect("status").iter().map(|line| line.name).collect();
    assert_eq!(names[..6], ["accounts", "challenges", "sessions", "outbox", "tallies", "names"]);
}

#[test]
fn an_unknown_version_is_refused() {
    let folder = Folder::new();
    let refused = migrate_to(&folder.database(), Some(NEWEST + 1));
    assert!(matches!(refused, Err(MigrateError::Unknown { wanted: 13, newest: 12 })));
    assert!(!folder.database().exists());
}

#[test]
fn an_applied_migration_that_was_changed_since_is_refused() {
    let folder = Folder::new();
    let path = folder.database();
    migrate_to(&path, None).expect("up");
    let connection = Connection::open(&path).expect("opened");
    connection.execute("UPDATE schema_migrations SET checksum = zeroblob(32) WHERE version = 3", []).expect("changed");
    drop(connection);
    let changed = |error: &MigrateError| matches!(error, MigrateError::Changed { version: 3, name: "sessions" });
    assert!(migrate_to(&path, Some(0)).is_err_and(|error| changed(&error)));
    assert!(status(&path).is_err_and(|error| changed(&error)));
    let opened = SqliteStore::open(&path, Options::default());
    assert!(opened.is_err_and(|error| matches!(error, OpenError::Schema(error) if changed(&error))));
}

#[test]
fn a_newer_program_s_database_is_refused() {
    let folder = Folder::new();
    let path = folder.database();
    migrate_to(&path, None).expect("up");
    let connection = Connection::open(&path).expect("opened");
    let add = "INSERT INTO schema_migrations (version, name, checksum) VALUES (?1, 'later', zeroblob(32))";
    for version in [NEWEST + 1, NEWEST + 2] {
        connection.execute(add, [version]).expect("added");
    }
    drop(connection);
    let newer = |error: &MigrateError| matches!(error, MigrateError::Newer { found: 14, newest: 12 });
    assert!(migrate_to(&path, None).is_err_and(|error| newer(&error)));
    let opened = SqliteStore::open(&path, Options::default());
    assert!(opened.is_err_and(|error| matches!(error, OpenError::Schema(error) if newer(&error))));
}

#[test]
fn a_store_opens_only_when_fully_migrated_and_says_what_to_do() {
    let folder = Folder::new();
    let path = folder.database();
    let told = || SqliteStore::open(&path, Options::default()).err().expect("refused").to_string();
    assert!(told().contains("otpd migrate"), "{}", told());
    assert!(!path.exists(), "opening makes no file");
    migrate_to(&path, Some(NEWEST - 1)).expect("up");
    assert!(told().contains("at migration 11 of 12; run `otpd migrate`"), "{}", told());
    migrate_to(&path, None).expect("up");
    assert!(SqliteStore::open(&path, Options::default()).is_ok());
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = Folder::new();
    let text = "not a database, but a text that is long enough to be taken for the head of one: ".repeat(20);
    std::fs::write(folder.database(), &text).expect("written");
    assert!(migrate_to(&folder.database(), None).is_err());
    assert!(SqliteStore::open(&folder.database(), Options::default()).is_err());
    assert_eq!(std::fs::read_to_string(folder.database()).expect("read"), text);
}

#[test]
fn many_may_migrate_at_once() {
    let folder = Folder::new();
    let path = folder.database();
    let steps = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..6).map(|_| scope.spawn(|| migrate_to(&path, None))).collect();
        runs.into_iter().map(|run| run.join().expect("no panic").expect("migrated").steps.len()).sum::<usize>()
    });
    assert_eq!(steps, NEWEST as usize, "each step was gone once");
    assert_eq!(applied(&path), [true; NEWEST as usize]);
}

/// Numbers of accounts go on where they were.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_from_before_the_counter_keep_their_numbers() {
    let folder = Folder::new();
    let path = folder.database();
    migrate_to(&path, Some(5)).expect("up");
    let connection = Connection::open(&path).expect("opened");
    let insert = "INSERT INTO accounts (id, name, email, address, customer_type, role, active, created_at) \
                  VALUES (41, 'Asha', 'old@example.com', '', 'Household', 'customer', 1, 0)";
    connection.execute(insert, []).expect("inserted");
    drop(connection);
    let (store, samples) = (folder.store(), Sampler::default());
    let old = AccountStore::get(&store, AccountId(41)).await.expect("kept").profile;
    assert_eq!((old.name.as_str(), old.names), ("Asha", None));
    assert_eq!(AccountStore::create(&store, samples.account(), NOW).await.expect("created"), AccountId(42));
}
