//! The body of a request on its way in: it counts as here once it has arrived whole, and neither its time nor the memory
//! for all bodies is without end.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use super::pool::{Activity, Running};

/// What every body may have without asking, in bytes: many times what forms and API calls of ours have.
const FREE: usize = 4 * 1024;

/// Why a body ends before it is whole.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The connection broke, or what came is no body.
    #[error(transparent)]
    Broken(#[from] hyper::Error),
    /// It did not arrive in time.
    #[error("the body took longer than {0:?} to arrive")]
    Slow(Duration),
    /// Large bodies of others fill the memory there is for them.
    #[error("other bodies take up all memory for them")]
    NoRoom,
}

/// How much of large bodies is here at the moment, together.
pub struct Room {
    taken: AtomicUsize,
    most: usize,
}

impl Room {
    /// Room for so many bytes.
    pub fn new(most: usize) -> Self {
        Self { taken: AtomicUsize::new(0), most }
    }

    /// Whether there was still room for these.
    fn take(&self, bytes: usize) -> bool {
        self.taken.fetch_add(bytes, Ordering::Relaxed) + bytes <= self.most
    }

    fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// A body that counts its request as running only once it has arrived whole: whoever sends one byte a second is
/// as idle as whoever sends none.
pub struct Arriving {
    body: Incoming,
    activity: Arc<Activity>,
    running: Arc<OnceLock<Running>>,
    within: Duration,
    /// Set once the body keeps us waiting; most come with their head.
    late: Option<Pin<Box<Sleep>>>,
    room: Arc<Room>,
    length: usize,
    taken: usize,
}

impl Arriving {
    /// A body that must be here `within` that time. Its request counts as running while `running` lives.
    pub fn new(
        body: Incoming,
        activity: Arc<Activity>,
        running: Arc<OnceLock<Running>>,
        within: Duration,
        room: Arc<Room>,
    ) -> Self {
        Self { body, activity, running, within, late: None, room, length: 0, taken: 0 }
    }

    /// The body keeps us waiting; it is given up once its time is over.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<BodyError> {
        let within = self.within;
        let late = self.late.get_or_insert_with(|| Box::pin(tokio::time::sleep(within)));
        ready!(late.as_mut().poll(cx));
        Poll::Ready(BodyError::Slow(within))
    }

    fn keep(&mut self, bytes: usize) -> Result<(), BodyError> {
        self.length += bytes;
        let more = self.length.saturating_sub(FREE).saturating_sub(self.taken);
        self.taken += more;
        if more == 0 || self.room.take(more) { Ok(()) } else { Err(BodyError::NoRoom) }
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let frame = match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Pending => return this.poll_late(cx).map(|error| Some(Err(error))),
            Poll::Ready(frame) => frame,
        };
        if frame.is_none() || this.body.is_end_stream() {
            this.running.get_or_init(|| this.activity.run());
        }
        let Some(frame) = frame.transpose()? else { return Poll::Ready(None) };
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        Poll::Ready(Some(this.keep(bytes).map(|()| frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.room.give_back(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_that_is_given_back_can_be_taken_again() {
        let room = Room::new(10);
        assert!(room.take(6));
        assert!(!room.take(6), "more than there is");
        room.give_back(6);
        room.give_back(6);
        assert!(room.take(10));
    }
}
