//! Log-ins with a password: many and huge ones at once, and what their answers tell.

mod flood;
mod silence;
