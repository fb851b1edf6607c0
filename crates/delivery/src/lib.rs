//! From the outbox to a phone or a mailbox: the worker and its transports.
//!
//! The [`Worker`] leases due messages, puts each into words ([`Renderer`]), hands it to the [`Transport`] of its
//! channel and records how that ended. A [`Transport`] says precisely how a hand-over ended ([`Handover`]); what
//! follows from it (again, later, never) is the worker's business alone.
//!
//! Messages that nobody has the contact of go the whole way, too, but are probed instead of sent, so that what
//! a page tells of the delivery is the same for a customer and a stranger.
//!
//! A [`Route`] puts several transports of a channel in order. Text messages go by Twilio or by any provider with an
//! HTTP gateway; reports on what became of them are read by [`TwilioCallbacks`].

mod bell;
mod capture;
mod console;
mod email;
mod file;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod render;
mod rendered;
mod route;
mod setup;
mod sms;
mod transport;
mod worker;

pub use bell::Bell;
pub use capture::CaptureMailbox;
pub use console::ConsoleTransport;
pub use email::{Encryption, Login, SmtpConfig, SmtpTransport};
pub use file::FileTransport;
pub use render::{Draft, RenderConfig, RenderFault, Renderer};
pub use rendered::{Mail, RenderedMessage, Sms};
pub use route::Route;
pub use setup::SetupError;
pub use sms::{
    Encoding, GatewayFault, GatewayPlan, GatewaySettings, GatewayTransport, PRESETS, Segments, TwilioCallbacks,
    TwilioConfig, TwilioTransport, segments,
};
pub use transport::{Detour, Handover, Transport};
pub use worker::{Step, Transports, Worker, WorkerConfig};
