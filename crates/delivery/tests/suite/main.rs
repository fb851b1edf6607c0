//! Delivery against a real store and a scripted mail server.

mod logging;
mod peer;
mod rendering;
mod smtp;
mod transports;
mod withheld;
mod worker;
mod world;
