//! Several transports of a channel in order: what one cannot do now, the next one does.
//!
//! One hand-over never reaches two providers: the next one is asked only when the one before it clearly did not take
//! the message. A transport that is in trouble is remembered for a while (see [`pause`]), so that not every message
//! has to find it out.

mod pause;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use otpd_domain::Clock;
use pause::{Pause, Standing};
use tokio::time::Instant;

use crate::transport::{Detour, Errand};
use crate::{Handover, RenderedMessage, Transport};

/// Least time that another transport is given: with less, its end would most likely be in doubt.
const LEAST: Duration = Duration::from_millis(500);

/// Transports of a channel, the preferred one first.
pub struct Route {
    links: Vec<Link>,
    clock: Arc<dyn Clock>,
}

struct Link {
    name: String,
    transport: Arc<dyn Transport>,
    pause: Pause,
}

/// What went wrong so far.
#[derive(Default)]
struct Trouble {
    reasons: Vec<String>,
    after: Option<Duration>,
    deferred: bool,
    needs_operator: bool,
    failed: bool,
}

impl Route {
    /// A route over these transports, by their configured names.
    pub fn new(transports: Vec<(String, Arc<dyn Transport>)>, clock: Arc<dyn Clock>) -> Self {
        let links = transports.into_iter().map(|(name, transport)| Link { name, transport, pause: Pause::default() });
        Self { links: links.collect(), clock }
    }

    /// The transports that may be asked now: those without trouble in their order, then those that had some.
    fn order(&self) -> Vec<&Link> {
        let now = self.clock.now();
        let standing = |link: &&Link| link.pause.standing(now);
        let (fresh, others): (Vec<&Link>, Vec<&Link>) =
            self.links.iter().partition(|link| standing(link) == Standing::Fresh);
        let tired = others.into_iter().filter(|link| standing(link) == Standing::Tired);
        fresh.into_iter().chain(tired).collect()
    }

    async fn run(&self, message: &RenderedMessage, errand: Errand, time_limit: Duration) -> Handover {
        let deadline = Instant::now() + time_limit;
        let mut trouble = Trouble::default();
        for link in self.order() {
            let left = deadline.saturating_duration_since(Instant::now());
            if !trouble.reasons.is_empty() && left < LEAST {
                break;
            }
            let handover = match errand {
                Errand::Send => link.transport.send(message, left).await,
                Errand::Probe => link.transport.probe(message, left).await,
            };
            let news = link.pause.note(&handover, self.clock.now());
            match handover {
                Handover::Accepted { note, receipt, .. } => {
                    return Handover::Accepted { note, receipt, detour: trouble.into_detour() };
                }
                Handover::Refused { reason } => {
                    trouble.alert_apart();
                    return Handover::Refused { reason: trouble.told_with(&self.named(link, reason)) };
                }
                Handover::Failed { reason } => {
                    trouble.failed |= trouble.reasons.is_empty();
                    trouble.reasons.push(self.named(link, reason));
                }
                Handover::Retry { reason, ambiguous: true, after, deferred, .. } => {
                    let reason = trouble.told_with(&self.named(link, reason));
                    let (deferred, needs_operator) = (deferred || trouble.deferred, trouble.needs_operator);
                    return Handover::Retry { reason, after, ambiguous: true, deferred, needs_operator };
                }
                Handover::Retry { reason, after, deferred, needs_operator, .. } => {
                    trouble.failed = false;
                    trouble.reasons.push(self.named(link, reason));
                    trouble.after = after;
                    trouble.deferred |= deferred;
                    // The alert is for the message that found it out; the others only wait.
                    trouble.needs_operator |= needs_operator && news;
                }
            }
        }
        self.not_now(trouble)
    }

    /// No transport took it.
    fn not_now(&self, trouble: Trouble) -> Handover {
        let Trouble { reasons, after, deferred, needs_operator, failed } = trouble;
        if reasons.is_empty() {
            return self.all_paused();
        }
        let reason = reasons.join("; ");
        if failed {
            return Handover::Failed { reason };
        }
        // With another transport to ask, the wait of one of them holds nobody up.
        let after = after.filter(|_| self.links.len() == 1);
        Handover::Retry { reason, after, ambiguous: false, deferred, needs_operator }
    }

    fn all_paused(&self) -> Handover {
        let now = self.clock.now();
        let names: Vec<&str> = self.links.iter().map(|link| link.name.as_str()).collect();
        let mut handover = Handover::retry(format!("not asked, because of its last reply: {}", names.join(", ")));
        if let Handover::Retry { after, .. } = &mut handover {
            *after = self.links.iter().map(|link| link.pause.left(now)).min();
        }
        handover
    }

    /// The reason with the name of the transport, where there are several.
    fn named(&self, link: &Link, reason: String) -> String {
        if self.links.len() == 1 { reason } else { format!("{}: {reason}", link.name) }
    }
}

impl Trouble {
    fn told_with(&self, last: &str) -> String {
        self.reasons.iter().map(String::as_str).chain([last]).collect::<Vec<_>>().join("; ")
    }

    /// Gives the alert where the end cannot carry it. The line that follows it has the reason.
    fn alert_apart(&self) {
        if self.needs_operator {
            tracing::error!(
                "a transport is left out until its settings or the other system are mended: see the next message"
            );
        }
    }

    fn into_detour(self) -> Option<Detour> {
        let Self { reasons, needs_operator, .. } = self;
        (!reasons.is_empty()).then(|| Detour { reason: reasons.join("; "), needs_operator })
    }
}

#[async_trait]
impl Transport for Route {
    async fn send(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        self.run(message, Errand::Send, time_limit).await
    }

    async fn probe(&self, message: &RenderedMessage, time_limit: Duration) -> Handover {
        self.run(message, Errand::Probe, time_limit).await
    }

    fn never_waits(&self) -> bool {
        self.links.iter().all(|link| link.transport.never_waits())
    }

    async fn close(&self) {
        for link in &self.links {
            link.transport.close().await;
        }
    }
}
