//! The doors of parts B and C, asked as other back ends and front ends ask them, over a real store.

#[path = "../pages/site/mod.rs"]
mod site;

mod call;

mod access;
mod accounts;
mod activation;
mod cors;
mod edge;
mod input;
mod jwks;
mod languages;
mod limits;
mod login;
mod silence;
mod twilio;
mod users;
mod users_limits;
