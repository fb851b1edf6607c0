//! Templates and languages: embedded ones, a company's own over them, and the choice between languages.
//!
//! [`Templates::load`] reads everything once: the files built into the binary, then those of the override
//! folder, each of which takes the place of the built-in one of the same path. After that a render parses
//! nothing.
//!
//! In a template, `{{ t("key", name=value) }}` gives a message of the current language, `brand` (`name`,
//! `color`, `logo`) and `lang` (`tag`, `dir`, `name`) describe the company and the language. An undefined
//! variable is an error. Files ending in `.html` escape what they print, others do not.

mod brand;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod keys;
mod language;
mod negotiate;
mod samples;
mod sources;
mod templates;
mod translations;

pub use brand::Brand;
pub use error::{LoadError, RenderError};
pub use language::Language;
pub use samples::{check_named, check_samples};
pub use templates::{Template, Templates};
pub use translations::Arg;
