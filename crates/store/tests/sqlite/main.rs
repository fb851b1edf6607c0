//! The embedded store: the contract of every store, and what only this one promises.

mod backup;
mod files;
mod limits;
mod memory;
mod migrations;
mod restore;
mod support;

otpd_testkit::store_contract!(support::OnSqlite);
