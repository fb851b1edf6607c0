//! Where otpd keeps its state: the ports of the domain on real databases, and live codes in memory.

pub mod memory;
pub mod sqlite;

mod rules;
