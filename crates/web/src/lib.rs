//! The pages and the APIs of otpd.
//!
//! A request runs through [`router()`]: the edge (`edge`) puts the security headers on every answer and turns every failure
//! into a page, or into JSON below `/api/`; the extractors (`extract`, `api::json`) refuse what is malformed or forged before
//! a handler sees it; the handlers (`pages` and `api`, one route a file) call the use cases of `otpd_domain` and nothing
//! else. There are no rules here: what a code, a session or a contact is, the domain knows.

mod api;
mod assets;
mod client;
mod colour;
mod config;
mod cookies;
mod device;
mod edge;
mod error;
mod extract;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod headers;
mod host;
mod moment;
mod pages;
mod router;
mod serve;
mod state;

pub use api::v1::{Declared, openapi};
pub use client::{ProxyError, TrustedProxies};
pub use config::{Access, Doors, PublicUrl, PublicUrlError, WebConfig};
pub use router::router;
pub use serve::{Limits, listen, serve};
pub use state::{SetupError, WebState};
