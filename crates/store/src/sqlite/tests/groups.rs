//! One commit for many, each for itself.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use otpd_domain::ports::StoreError;
use rusqlite::Connection;

use super::{Pause, fresh, until_queued};
use crate::sqlite::{Options, Priority, SqliteStore};

fn add(name: &'static str) -> impl Fn(&Connection) -> rusqlite::Result<()> + Clone {
    let sql = "INSERT INTO accounts (name, address, customer_type, role, active, created_at) \
               VALUES (?1, '', '', 'customer', 1, 0)";
    move |connection| connection.execute(sql, [name]).map(|_| ())
}

fn names(store: &SqliteStore) -> Vec<String> {
    let read = |connection: &Connection| {
        connection.prepare("SELECT name FROM accounts ORDER BY name")?.query_map([], |row| row.get(0))?.collect()
    };
    store.read(read).expect("read")
}

/// A failing operation of a group takes back what it did, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_inside_a_group_is_its_own() {
    let (_folder, store) = fresh(Options::default());
    let pause = Pause::of(&store);
    let failing = |connection: &Connection| {
        add("half")(connection)?;
        connection.execute("INSERT INTO accounts (id) VALUES (NULL)", []).map(|_| ())
    };
    let (before, failed, after, ()) =
        tokio::join!(store.write(add("before")), store.write(failing), store.write(add("after")), async {
            until_queued(&store, 3).await;
            pause.end();
        });
    before.expect("committed");
    after.expect("committed");
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    assert_eq!(names(&store), ["after", "before"]);
}

/// Nor does a panic reach the others or the writer.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_inside_a_group_is_its_own() {
    let (_folder, store) = fresh(Options::default());
    let pause = Pause::of(&store);
    let panicking = |connection: &Connection| -> rusqlite::Result<()> {
        add("half")(connection)?;
        panic!("as planned by the test");
    };
    let (before, panicked, ()) = tokio::join!(store.write(add("before")), store.write(panicking), async {
        until_queued(&store, 2).await;
        pause.end();
    });
    before.expect("committed");
    assert!(matches!(panicked, Err(StoreError::Unavailable(_))));
    store.write(add("later")).await.expect("the writer lives");
    assert_eq!(names(&store), ["before", "later"]);
}

/// When the queue is full, further operations are refused at once; those queued are done.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_at_once() {
    let (_folder, store) = fresh(Options { queue: 3, ..Options::default() });
    let pause = Pause::of(&store);
    let queued = ["a", "b", "c"].map(|name| {
        let store = store.clone();
        tokio::spawn(async move { store.write(add(name)).await })
    });
    until_queued(&store, 3).await;
    let refused = tokio::time::timeout(Duration::from_secs(20), store.write(add("d"))).await.expect("at once");
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    assert!(names(&store).is_empty(), "readers go on beside a busy writer");
    pause.end();
    for job in queued {
        job.await.expect("no panic").expect("committed");
    }
    assert_eq!(names(&store), ["a", "b", "c"]);
}

/// However much background work waits, people come first.
#[tokio::test(flavor = "multi_thread")]
async fn background_work_waits_for_people() {
    let (_folder, store) = fresh(Options::default());
    let pause = Pause::of(&store);
    let order = Arc::new(Mutex::new(Vec::new()));
    let noting = |priority: Priority| {
        let order = Arc::clone(&order);
        move |_: &Connection| {
            order.lock().expect("unpoisoned").push(priority);
            Ok(())
        }
    };
    let mut jobs = Vec::new();
    for priority in [Priority::Background, Priority::Urgent] {
        for _ in 0..50 {
            let (queue, operation) = (Arc::clone(&store.inner.queue), noting(priority));
            jobs.push(tokio::spawn(async move { queue.submit(priority, operation).await }));
        }
    }
    until_queued(&store, 100).await;
    pause.end();
    for job in jobs {
        job.await.expect("no panic").expect("committed");
    }
    let order = order.lock().expect("unpoisoned");
    let (first, rest) = order.split_at(50);
    assert!(first.iter().all(|priority| *priority == Priority::Urgent));
    assert!(rest.iter().all(|priority| *priority == Priority::Background));
}

/// What was queued before the store is closed is committed; what comes later is refused.
#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_is_queued() {
    let (_folder, store) = fresh(Options::default());
    let pause = Pause::of(&store);
    let queued = {
        let store = store.clone();
        tokio::spawn(async move { store.write(add("queued")).await })
    };
    until_queued(&store, 1).await;
    let closing = {
        let store = store.clone();
        tokio::spawn(async move { store.close().await })
    };
    pause.end();
    queued.await.expect("no panic").expect("committed");
    closing.await.expect("closed");
    assert!(matches!(store.write(add("late")).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.read(|_| Ok(())), Err(StoreError::Unavailable(_))));
    let reopened = SqliteStore::open(store.path(), Options::default()).expect("opened");
    assert_eq!(names(&reopened), ["queued"]);
}
