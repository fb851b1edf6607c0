//! Limits on sends against the real binary: per contact, network, block of numbers, country and day, and what a proof of
//! work is good for.
//!
//! Time passes by making what was sent older (`Otpd::later`). How a closed block of numbers opens again, and what every
//! page says of every limit, is tested with a clock of its own in the room of the pages.

mod contact;
mod networks;
mod numbers;
mod proof;
mod visits;
