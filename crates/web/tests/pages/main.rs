//! The whole site, asked as a browser asks it, over a real store.

mod site;

mod dashboard;
mod forgery;
mod headers;
mod input;
mod journey;
mod messages;
mod next;
mod server;
mod silence;
