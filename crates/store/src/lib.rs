//! Where otpd keeps its state: the ports of the domain on real databases.

pub mod sqlite;
