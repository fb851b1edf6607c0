//! The table "Codes": how they are drawn, what they are good for, how often they may be guessed, and where they never are.

mod bound;
mod drawn;
mod listed;
mod sealed;
mod secret;
mod used;
