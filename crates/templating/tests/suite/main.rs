//! The crate seen from outside.

mod common;
mod locales;
mod overrides;
mod rendering;
