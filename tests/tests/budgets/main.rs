//! The budget of guesses: one for an account, over all its codes, doors, browsers and addresses, across restarts; and its owner
//! still gets in.

mod doors;
mod many_hands;
mod owner;
mod victim;
