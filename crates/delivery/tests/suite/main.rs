//! Delivery against a real store, a scripted mail server and scripted providers of SMS.

mod gateway;
mod logging;
mod long_codes;
mod messages;
mod peer;
mod rendering;
mod route;
mod smtp;
mod transports;
mod twilio;
mod web_peer;
mod withheld;
mod worker;
mod world;
