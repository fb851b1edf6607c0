//! The company whose name stands on pages and in messages.

use std::path::PathBuf;

use crate::LoadError;

/// The company whose name stands on pages and in messages.
#[derive(Clone, Debug)]
pub struct Brand {
    /// Its name, as customers know it.
    pub name: String,
    /// Its colour, as `#rrggbb`.
    pub color: String,
    /// The file of its logo.
    pub logo: Option<PathBuf>,
}

impl Brand {
    /// A colour goes into style attributes, so nothing but a colour may stand there.
    pub(crate) fn check(&self) -> Result<(), LoadError> {
        let digits = self.color.strip_prefix('#').unwrap_or_default();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(())
        } else {
            Err(LoadError::Color { given: self.color.clone() })
        }
    }

    /// What templates see as `brand`.
    pub(crate) fn for_templates(&self) -> minijinja::Value {
        minijinja::context! { name => self.name.as_str(), color => self.color.as_str(), logo => self.logo.is_some() }
    }
}
