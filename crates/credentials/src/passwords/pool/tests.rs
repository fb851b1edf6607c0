//! The queue, with tasks that a test holds and lets go.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Waker};

use super::*;

fn pool(threads: usize, waiting: usize) -> Pool {
    Pool::start(PoolConfig { threads, waiting }).expect("it starts")
}

/// Polls once; only what is already there is seen.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Work that says when it begins and ends only when told to.
fn held() -> (impl FnOnce(&mut Memory) + Send + 'static, Receiver<()>, Sender<()>) {
    let (tell, begun) = channel();
    let (let_go, gate) = channel();
    let work = move |_: &mut Memory| {
        tell.send(()).expect("the test listens");
        // An error means that the test is over.
        let _ = gate.recv();
    };
    (work, begun, let_go)
}

#[tokio::test]
async fn one_more_than_may_wait_is_turned_away_at_once() {
    let pool = pool(1, 2);
    let (work, begun, let_go) = held();
    let mut first = pin!(pool.run(work));
    assert!(poll(first.as_mut()).is_pending());
    begun.recv().expect("it begins");
    let mut second = pin!(pool.run(|_| 2));
    let mut third = pin!(pool.run(|_| 3));
    assert!(poll(second.as_mut()).is_pending() && poll(third.as_mut()).is_pending());
    let mut fourth = pin!(pool.run(|_| 4));
    assert!(matches!(poll(fourth.as_mut()), Poll::Ready(Err(HashError::Busy))));
    assert_eq!((pool.figures().waiting, pool.figures().refused), (2, 1));
    let_go.send(()).expect("it waits");
    assert!(first.await.is_ok());
    assert_eq!((second.await.ok(), third.await.ok()), (Some(2), Some(3)));
    assert_eq!(pool.run(|_| 5).await.ok(), Some(5), "there is room again");
}

#[tokio::test]
async fn none_waiting_still_serves_as_many_as_there_are_threads() {
    let pool = pool(2, 0);
    let (work, begun, let_go) = held();
    let mut held_one = pin!(pool.run(work));
    assert!(poll(held_one.as_mut()).is_pending());
    begun.recv().expect("it begins");
    // The answer comes after the thread counts as free, so one after the other always finds room.
    for number in 0..200 {
        assert_eq!(pool.run(move |_| number).await.ok(), Some(number));
    }
    let_go.send(()).expect("it waits");
    assert!(held_one.await.is_ok());
}

#[tokio::test]
async fn who_went_away_is_skipped() {
    let pool = pool(1, 2);
    let (work, begun, let_go) = held();
    let mut first = pin!(pool.run(work));
    assert!(poll(first.as_mut()).is_pending());
    begun.recv().expect("it begins");
    let (tell, told) = channel();
    {
        let mut gone = pin!(pool.run(move |_| tell.send("done for nobody")));
        assert!(poll(gone.as_mut()).is_pending());
    }
    let mut stays = pin!(pool.run(|_| "done"));
    assert!(poll(stays.as_mut()).is_pending());
    let_go.send(()).expect("it waits");
    assert_eq!(stays.await.ok(), Some("done"));
    assert!(told.try_recv().is_err());
    assert_eq!(pool.figures().skipped, 1);
}

#[tokio::test]
async fn who_went_away_makes_room_in_a_full_queue() {
    let pool = pool(1, 1);
    let (work, begun, let_go) = held();
    let mut first = pin!(pool.run(work));
    assert!(poll(first.as_mut()).is_pending());
    begun.recv().expect("it begins");
    {
        let mut gone = pin!(pool.run(|_| ()));
        assert!(poll(gone.as_mut()).is_pending());
    }
    let mut next = pin!(pool.run(|_| "served"));
    assert!(poll(next.as_mut()).is_pending());
    let_go.send(()).expect("it waits");
    assert_eq!(next.await.ok(), Some("served"));
}

#[tokio::test]
async fn a_panic_costs_only_its_own_caller() {
    let pool = pool(1, 4);
    let panicked: Result<(), _> = pool.run(|_| panic!("on purpose, in a test")).await;
    assert!(matches!(panicked, Err(HashError::Busy)));
    assert_eq!(pool.run(|_| "alive").await.ok(), Some("alive"));
}

#[tokio::test]
async fn threads_bear_names_and_are_as_many_as_asked_for() {
    let pool = pool(2, 0);
    let (first_work, first_begun, first_go) = held();
    let mut first = pin!(pool.run(first_work));
    assert!(poll(first.as_mut()).is_pending());
    first_begun.recv().expect("it begins");
    let name = pool.run(|_| std::thread::current().name().map(str::to_owned)).await.expect("an answer");
    assert!(["password-1", "password-2"].contains(&name.expect("a name").as_str()));
    first_go.send(()).expect("it waits");
    assert!(first.await.is_ok());
}

#[test]
fn dropping_it_ends_the_threads() {
    let pool = pool(2, 4);
    let shared = Arc::downgrade(&pool.shared);
    drop(pool);
    assert!(shared.upgrade().is_none(), "each thread held on to it");
}

#[test]
fn the_default_leaves_half_of_the_processor_to_others() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let config = PoolConfig::default();
    assert!(config.threads >= 1 && (config.threads == 1 || config.threads * 2 <= cores) && config.threads <= 8);
}
