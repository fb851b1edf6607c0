//! The whole site, asked as a browser asks it, over a real store.

mod site;

mod bodies;
mod budget;
mod contact;
mod dashboard;
mod doors;
mod forgery;
mod headers;
mod input;
mod journey;
mod known;
mod lifetime;
mod limited;
mod login;
mod messages;
mod next;
mod proof;
mod purposes;
mod register;
mod reset;
mod server;
mod silence;
mod silent_accounts;
