//! The stop of a worker, seen from its tasks.

use tokio::sync::watch;

/// How far the stop has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Phase {
    /// Not at all.
    Running,
    /// Nothing more is claimed; what is being sent goes on.
    Draining,
    /// What is being sent is cut off.
    Cutting,
}

/// Tells the tasks of a worker to stop.
pub(super) struct Stop(watch::Sender<Phase>);

/// Lets a task see how far the stop has come.
#[derive(Clone)]
pub(super) struct Stopping(watch::Receiver<Phase>);

impl Stop {
    pub(super) fn new() -> (Self, Stopping) {
        let (sender, receiver) = watch::channel(Phase::Running);
        (Self(sender), Stopping(receiver))
    }

    pub(super) fn advance(&self, phase: Phase) {
        self.0.send_replace(phase);
    }
}

impl Stopping {
    /// Whether the stop has come to that phase.
    pub(super) fn has_reached(&self, phase: Phase) -> bool {
        *self.0.borrow() >= phase
    }

    /// Waits until the stop has come to that phase.
    pub(super) async fn reach(&mut self, phase: Phase) {
        if self.0.wait_for(|reached| *reached >= phase).await.is_err() {
            // The worker is gone, and this task with it at its next wait.
            std::future::pending::<()>().await;
        }
    }
}
