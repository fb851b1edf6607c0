//! The pages of otpd.
//!
//! A request runs through [`router()`]: the edge (`edge`) puts the security headers on every answer and turns
//! every failure into a page; the extractors (`extract`) refuse what is malformed or forged before a handler sees
//! it; the handlers (`pages`, one route a file) call the use cases of `otpd_domain::sign_in` and nothing else.
//! There are no rules here: what a code, a session or a contact is, the domain knows.

mod assets;
mod client;
mod colour;
mod config;
mod cookies;
mod device;
mod edge;
mod error;
mod extract;
mod headers;
mod moment;
mod pages;
mod router;
mod serve;
mod state;

pub use client::{ProxyError, TrustedProxies};
pub use config::{PublicUrl, PublicUrlError, WebConfig};
pub use router::router;
pub use serve::{Limits, listen, serve};
pub use state::{SetupError, WebState};
