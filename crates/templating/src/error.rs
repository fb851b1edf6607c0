//! What can be wrong with templates and locales, told with the file, the line and the way out.

use std::fmt;
use std::path::PathBuf;

/// Templates or locales could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A folder or file could not be read.
    #[error("cannot read {}: {reason}; check `templates.folder` and the permissions", .path.display())]
    Unreadable {
        /// What was read.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A link leads out of the override folder.
    #[error("{} leads out of the template folder; put a copy of the file there instead of the link", .path.display())]
    Outside {
        /// The link.
        path: PathBuf,
    },
    /// A file is no text.
    #[error("{file} is not UTF-8 text; save it as UTF-8")]
    NotUtf8 {
        /// The file.
        file: String,
    },
    /// A template has a mistake in its syntax.
    #[error("{file}:{line}: {problem}; correct the template, or delete the file to get the built-in one back")]
    Template {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A template asks for a message that no language has.
    #[error(
        "{file}:{line}: no locale file has a message \"{key}\"; correct the key, or add the message to locales/{language}/"
    )]
    UnknownMessage {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The key asked for.
        key: String,
        /// The default language.
        language: String,
    },
    /// A locale file has a mistake in its syntax, or a key twice.
    #[error("{file}:{line}: {problem}; correct the message, or delete it to get the built-in one back")]
    Messages {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A folder under `locales/` has no language tag as its name.
    #[error("locales/{tag}: not a language tag; name the folder after one, such as en, sw or pt-BR")]
    LanguageTag {
        /// The folder's name.
        tag: String,
    },
    /// The default language has no locale folder.
    #[error(
        "`locales.default` is \"{tag}\", but there are only {known}; choose one of them, or add locales/{tag}/ to `templates.folder`"
    )]
    UnknownDefault {
        /// The configured tag.
        tag: String,
        /// The languages there are.
        known: String,
    },
    /// The brand's colour is none.
    #[error("`brand.color` is \"{given}\"; write it as #rrggbb, such as #0b6e4f")]
    Color {
        /// What was configured.
        given: String,
    },
}

/// A template could not be rendered. Shows the template, the line and the reason, never the values.
pub struct RenderError {
    pub(crate) template: String,
    pub(crate) language: String,
    pub(crate) reason: Reason,
}

pub(crate) enum Reason {
    Engine(minijinja::Error),
    NotEscaped,
    NoSamples,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template {} in language {}: ", self.template, self.language)?;
        match &self.reason {
            Reason::Engine(error) => {
                write!(f, "{error}")?;
                let mut cause = std::error::Error::source(error);
                while let Some(inner) = cause {
                    write!(f, ": {inner}")?;
                    cause = inner.source();
                }
                Ok(())
            }
            Reason::NotEscaped => f.write_str("a value is printed unescaped; take `safe` and `autoescape` out"),
            Reason::NoSamples => f.write_str("the context has no samples to check the template with"),
        }
    }
}

/// As it displays: the engine's own debug output quotes the template and its variables.
impl fmt::Debug for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for RenderError {}

/// Why a message cannot be put in words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MessageError {
    #[error("no locale file has a message \"{0}\"")]
    Unknown(String),
    #[error("message \"{key}\" in {language}: {problem}")]
    Unformattable { key: String, language: String, problem: String },
}

/// The line, from 1, of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
