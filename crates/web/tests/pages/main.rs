//! The whole site, asked as a browser asks it, over a real store.

mod site;

mod contact;
mod dashboard;
mod doors;
mod forgery;
mod headers;
mod input;
mod journey;
mod login;
mod messages;
mod next;
mod purposes;
mod register;
mod reset;
mod server;
mod silence;
mod silent_accounts;
