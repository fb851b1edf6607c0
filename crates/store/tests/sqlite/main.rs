//! The embedded store: the contract of every store, and what only this one promises.

mod backup;
mod files;
mod migrations;
mod restore;
mod support;

use support::OnSqlite;

otpd_testkit::store_contract!(OnSqlite);
