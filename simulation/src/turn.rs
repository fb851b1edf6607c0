//! Where a use case can be held, dropped, or overtaken by another: at every call of a port, before it and after it.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A use case on its way.
pub type Play<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Lets others have a turn.
pub fn turn() -> impl Future<Output = ()> + Send {
    Turn { had: false }
}

struct Turn {
    had: bool,
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.had {
            return Poll::Ready(());
        }
        self.had = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Goes on to the next turn, or to the end.
pub fn go_on<T>(play: &mut Play<'_, T>) -> Option<T> {
    match play.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}
