//! A language there are messages in.

use std::sync::Arc;

use unic_langid::{CharacterDirection, LanguageIdentifier};

/// A language there are messages in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Language(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    index: usize,
    tag: String,
    name: String,
    direction: &'static str,
}

impl Language {
    pub(crate) fn new(index: usize, tag: String, id: &LanguageIdentifier, name: String) -> Self {
        let direction = if id.character_direction() == CharacterDirection::RTL { "rtl" } else { "ltr" };
        Self(Arc::new(Facts { index, tag, name, direction }))
    }

    /// Its tag (BCP 47): `en`, `ar`, `pt-BR`.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// What it calls itself: `English`, `العربية`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// How it is written: `ltr` or `rtl`, as the HTML attribute `dir` has it.
    pub fn direction(&self) -> &'static str {
        self.0.direction
    }

    /// Its place among the loaded languages.
    pub(crate) fn index(&self) -> usize {
        self.0.index
    }

    /// What templates see as `lang`.
    pub(crate) fn for_templates(&self) -> minijinja::Value {
        minijinja::context! { tag => self.tag(), dir => self.direction(), name => self.name() }
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag() == other.tag()
    }
}

impl Eq for Language {}
