//! The embedded store: the contract of every store, and what only this one promises.

mod support;

use support::OnSqlite;

otpd_testkit::store_contract!(OnSqlite);
