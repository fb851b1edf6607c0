//! The open connections, and which of them can be spared.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// What is known of a connection.
#[derive(Default)]
pub struct Activity {
    /// Requests that arrived whole and are being answered.
    running: AtomicU32,
    /// Asked for something since the pool last looked.
    used: AtomicBool,
    /// Asked for something since the connection's own watch last looked.
    seen: AtomicBool,
    /// Told to close.
    pub close: Notify,
    /// Told to close whatever it is doing.
    at_once: AtomicBool,
}

impl Activity {
    /// A request has begun to arrive.
    pub fn note_request(&self) {
        self.used.store(true, Ordering::Relaxed);
        self.seen.store(true, Ordering::Relaxed);
    }

    /// A request has arrived whole; it counts as being answered until the guard is dropped.
    pub fn run(self: &Arc<Self>) -> Running {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(Arc::clone(self))
    }

    /// Whether there was any request since the last call, or is one now.
    pub fn was_seen(&self) -> bool {
        self.seen.swap(false, Ordering::Relaxed) || self.is_running()
    }

    /// Whether it may do as it was told and close. Since then a request may have arrived whole: that one is answered, and
    /// another connection makes room.
    pub fn may_close(&self) -> bool {
        !self.is_running() || self.at_once.load(Ordering::Relaxed)
    }

    fn is_running(&self) -> bool {
        self.running.load(Ordering::Relaxed) > 0
    }
}

/// A request being answered.
pub struct Running(Arc<Activity>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All open connections.
#[derive(Default)]
pub struct Pool {
    open: Mutex<Open>,
    left: Notify,
}

#[derive(Default)]
struct Open {
    by_number: BTreeMap<u64, Arc<Activity>>,
    next: u64,
    /// Where the search for an idle connection stopped: the hand of a clock that goes round them in the order they came.
    hand: u64,
}

/// A connection's place in the pool, until it is dropped.
pub struct Place {
    pool: Arc<Pool>,
    number: u64,
    /// The connection's own entry.
    pub activity: Arc<Activity>,
}

impl Pool {
    /// Takes a connection in.
    pub fn enter(self: &Arc<Self>) -> Place {
        let activity = Arc::new(Activity::default());
        // A newcomer is spared once: its first request may still be on the way.
        activity.used.store(true, Ordering::Relaxed);
        let mut open = self.open();
        let number = open.next;
        open.next += 1;
        open.by_number.insert(number, Arc::clone(&activity));
        Place { pool: Arc::clone(self), number, activity }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.open().by_number.len()
    }

    /// Tells one connection to close that is not being answered and has not asked for anything since the hand
    /// last came by (the "clock" algorithm). When all are busy, nothing happens.
    pub fn close_idlest(&self) {
        let mut open = self.open();
        // Twice round: the first time takes away the marks.
        for _ in 0..open.by_number.len() * 2 {
            let after_hand = open.by_number.range((Excluded(open.hand), Unbounded)).next();
            let Some((&number, activity)) = after_hand.or_else(|| open.by_number.iter().next()) else { return };
            let spared = activity.is_running() || activity.used.swap(false, Ordering::Relaxed);
            if !spared {
                activity.close.notify_one();
                // So that the next call finds another, should this one need a moment to close.
                activity.used.store(true, Ordering::Relaxed);
            }
            open.hand = number;
            if !spared {
                return;
            }
        }
    }

    /// Tells all to close, whatever they are doing.
    pub fn close_all(&self) {
        for activity in self.open().by_number.values() {
            activity.at_once.store(true, Ordering::Relaxed);
            activity.close.notify_one();
        }
    }

    /// Waits until a connection leaves.
    pub async fn one_left(&self) {
        self.left.notified().await;
    }

    /// Waits until there is none left.
    pub async fn empty(&self) {
        while self.len() > 0 {
            self.left.notified().await;
        }
    }

    /// A panic while the lock was held leaves a map that is still whole.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.pool.open().by_number.remove(&self.number);
        self.pool.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_to_close(place: &Place) -> bool {
        use std::task::{Context, Poll, Waker};
        let notified = std::pin::pin!(place.activity.close.notified());
        notified.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn the_oldest_idle_connection_makes_room() {
        let pool = Arc::new(Pool::default());
        let places: Vec<_> = (0..4).map(|_| pool.enter()).collect();
        let _answering = places[0].activity.run();
        pool.close_idlest();
        assert_eq!(places.iter().map(told_to_close).collect::<Vec<_>>(), [false, true, false, false]);
        places[2].activity.note_request();
        pool.close_idlest();
        assert_eq!(places.iter().map(told_to_close).collect::<Vec<_>>(), [false, false, false, true]);
    }

    #[test]
    fn who_is_being_answered_is_never_closed() {
        let pool = Arc::new(Pool::default());
        let places: Vec<_> = (0..3).map(|_| pool.enter()).collect();
        let running: Vec<_> = places.iter().map(|place| place.activity.run()).collect();
        pool.close_idlest();
        assert!(!places.iter().any(told_to_close));
        drop(running);
        pool.close_idlest();
        assert!(places.iter().any(told_to_close));
        drop(places);
        assert_eq!(pool.len(), 0);
        pool.close_idlest();
    }

    #[test]
    fn a_request_that_arrives_just_in_time_is_answered() {
        let pool = Arc::new(Pool::default());
        let place = pool.enter();
        pool.close_idlest();
        assert!(told_to_close(&place) && place.activity.may_close());
        let _answering = place.activity.run();
        assert!(!place.activity.may_close());
        pool.close_all();
        assert!(place.activity.may_close(), "at the end nobody is waited for");
    }
}
