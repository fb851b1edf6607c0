//! What `docs/SECURITY.md` promises, row by row, against the real binary: a module for each of its tables, a test for each row that
//! no other suite shows already. That page says which test shows what, and `named` holds it to that.

mod browser;
mod codes;
mod doors;
mod input;
mod named;
mod sends;
