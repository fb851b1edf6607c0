//! The files: those built into the binary, and the company's own laid over them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;

use crate::LoadError;

#[derive(RustEmbed)]
#[folder = "../../templates"]
#[include = "*.html"]
#[include = "*.txt"]
struct EmbeddedTemplates;

#[derive(RustEmbed)]
#[folder = "../../locales"]
#[include = "*.ftl"]
struct EmbeddedLocales;

/// A text and where it came from, for messages about it.
pub(crate) struct Source {
    pub(crate) text: Cow<'static, str>,
    pub(crate) origin: String,
}

/// Files by their path relative to `templates/` or `locales/`, with `/` between the parts.
pub(crate) type Files = BTreeMap<Cow<'static, str>, Source>;

/// The built-in files and the company's.
pub(crate) struct Sources {
    /// Templates; the company's have taken the place of the built-in ones.
    pub(crate) templates: Files,
    /// Locale files in layers, lowest first: single messages are overridden, not whole files.
    pub(crate) locales: Vec<Files>,
}

impl Sources {
    pub(crate) fn read(overrides: Option<&Path>) -> Result<Self, LoadError> {
        let mut templates = embedded::<EmbeddedTemplates>("templates")?;
        let mut locales = vec![embedded::<EmbeddedLocales>("locales")?];
        if let Some(folder) = overrides {
            let root = folder.canonicalize().map_err(unreadable(folder))?;
            templates.extend(read_folder(&root, "templates", &["html", "txt"])?);
            locales.push(read_folder(&root, "locales", &["ftl"])?);
        }
        Ok(Self { templates, locales })
    }
}

fn embedded<E: RustEmbed>(folder: &str) -> Result<Files, LoadError> {
    E::iter()
        .map(|path| {
            let origin = format!("{folder}/{path} (built in)");
            let data = E::get(&path).map(|file| file.data).unwrap_or_default();
            let text = match data {
                Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
                Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
            };
            let text = text.ok_or_else(|| LoadError::NotUtf8 { file: origin.clone() })?;
            Ok((path, Source { text, origin }))
        })
        .collect()
}

/// Reads all files with these endings under `root/folder`; a missing folder is an empty one.
fn read_folder(root: &Path, folder: &str, endings: &[&str]) -> Result<Files, LoadError> {
    let mut files = Files::new();
    let top = root.join(folder);
    let mut open = if top.exists() { vec![top.clone()] } else { Vec::new() };
    while let Some(current) = open.pop() {
        for entry in std::fs::read_dir(&current).map_err(unreadable(&current))? {
            let path = entry.map_err(unreadable(&current))?.path();
            if is_hidden(&path) {
                continue;
            }
            let real = path.canonicalize().map_err(unreadable(&path))?;
            if !real.starts_with(root) {
                return Err(LoadError::Outside { path });
            }
            if real.is_dir() {
                // A link to a folder above itself would never end.
                if real == path {
                    open.push(path);
                } else {
                    return Err(LoadError::Outside { path });
                }
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                let (name, source) = read_file(&top, &path)?;
                files.insert(name, source);
            } else {
                tracing::warn!(file = %path.display(), "not a template or locale file by its ending: left out");
            }
        }
    }
    Ok(files)
}

fn read_file(top: &Path, path: &Path) -> Result<(Cow<'static, str>, Source), LoadError> {
    let origin = path.display().to_string();
    let not_utf8 = || LoadError::NotUtf8 { file: origin.clone() };
    let parts: Option<Vec<&str>> =
        path.strip_prefix(top).unwrap_or(path).components().map(|part| part.as_os_str().to_str()).collect();
    let name = parts.ok_or_else(not_utf8)?.join("/");
    let bytes = std::fs::read(path).map_err(unreadable(path))?;
    let text = String::from_utf8(bytes).map_err(|_| not_utf8())?;
    // Windows editors put a byte order mark before the text; it would be printed.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok((name.into(), Source { text: text.into(), origin }))
}

/// Editors leave `.code.html.swp` and the like.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> LoadError {
    let path: PathBuf = path.to_owned();
    move |reason| LoadError::Unreadable { path: path.clone(), reason }
}
