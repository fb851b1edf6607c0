//! Messages in all languages, by Fluent.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::error::{MessageError, line_of};
use crate::sources::{Files, Source};
use crate::{Language, LoadError};

/// The language that has every message.
const COMPLETE: &str = "en";

/// A value for a placeholder of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number; plural forms go by it.
    Number(f64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

macro_rules! number_args {
    ($($number:ty),*) => {$(
        impl From<$number> for Arg<'_> {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "people are shown no number above 2^52")]
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }
    )*};
}
number_args!(i32, i64, u32, u64, usize);

pub(crate) struct Translations {
    bundles: Vec<FluentBundle<FluentResource>>,
    languages: Vec<Language>,
    /// Where a message is looked for when a language lacks it.
    fallbacks: Vec<usize>,
    brand: String,
}

impl Translations {
    /// Reads the layers, lowest first; a message of a higher one takes the place of the one below.
    pub(crate) fn load(layers: &[Files], default: &str, brand: &str) -> Result<Self, LoadError> {
        let mut bundles: BTreeMap<String, FluentBundle<FluentResource>> = BTreeMap::new();
        for layer in layers {
            let mut seen = HashMap::new();
            for (path, source) in layer {
                let tag = path.split('/').next().unwrap_or_default();
                let id: LanguageIdentifier = tag.parse().map_err(|_| LoadError::LanguageTag { tag: tag.to_owned() })?;
                let bundle = bundles.entry(tag.to_owned()).or_insert_with(|| new_bundle(id));
                bundle.add_resource_overriding(parse(source, tag, &mut seen)?);
            }
        }
        let known: Vec<String> = bundles.keys().cloned().collect();
        let position = known
            .iter()
            .position(|tag| tag.eq_ignore_ascii_case(default))
            .ok_or_else(|| LoadError::UnknownDefault { tag: default.to_owned(), known: known.join(", ") })?;
        let mut bundles: Vec<(String, _)> = bundles.into_iter().collect();
        let default = bundles.remove(position);
        bundles.insert(0, default);
        let complete = bundles.iter().position(|(tag, _)| tag == COMPLETE);
        let languages = bundles.iter().enumerate().map(|(index, (tag, bundle))| describe(index, tag, bundle)).collect();
        let bundles = bundles.into_iter().map(|(_, bundle)| bundle).collect();
        Ok(Self {
            bundles,
            languages,
            fallbacks: [Some(0), complete].into_iter().flatten().collect(),
            brand: brand.to_owned(),
        })
    }

    /// The languages, the default one first.
    pub(crate) fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// The company's name, which every message may use.
    pub(crate) fn brand(&self) -> &str {
        &self.brand
    }

    /// Whether some fallback of every language has the message.
    pub(crate) fn has(&self, key: &str) -> bool {
        let (id, attribute) = split(key);
        self.fallbacks.iter().any(|index| pattern(&self.bundles[*index], id, attribute).is_some())
    }

    /// The message in a language, or in the next best one that has it.
    pub(crate) fn format<'a>(
        &'a self,
        language: usize,
        key: &str,
        mut args: FluentArgs<'a>,
    ) -> Result<String, MessageError> {
        let (id, attribute) = split(key);
        let found = std::iter::once(&language).chain(&self.fallbacks).find_map(|index| {
            let bundle = self.bundles.get(*index)?;
            Some((*index, bundle, pattern(bundle, id, attribute)?))
        });
        let (index, bundle, pattern) = found.ok_or_else(|| MessageError::Unknown(key.to_owned()))?;
        if args.get("brand").is_none() {
            args.set("brand", self.brand.as_str());
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        match errors.first() {
            None => Ok(text),
            Some(error) => Err(MessageError::Unformattable {
                key: key.to_owned(),
                language: self.languages[index].tag().to_owned(),
                problem: error.to_string(),
            }),
        }
    }
}

fn new_bundle(id: LanguageIdentifier) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation is up to the place the text goes to: see `isolated`.
    bundle.set_use_isolating(false);
    if bundle.add_builtins().is_err() {
        unreachable!("a new bundle has no functions yet");
    }
    bundle
}

fn describe(index: usize, tag: &str, bundle: &FluentBundle<FluentResource>) -> Language {
    let name = pattern(bundle, "language-name", None)
        .map_or_else(|| tag.to_owned(), |name| bundle.format_pattern(name, None, &mut Vec::new()).into_owned());
    let id = bundle.locales.first().cloned().unwrap_or_default();
    Language::new(index, tag.to_owned(), &id, name)
}

/// `title.label` is the attribute `label` of the message `title`.
fn split(key: &str) -> (&str, Option<&str>) {
    key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)))
}

fn pattern<'a>(
    bundle: &'a FluentBundle<FluentResource>,
    id: &str,
    attribute: Option<&str>,
) -> Option<&'a fluent_syntax::ast::Pattern<&'a str>> {
    let message = bundle.get_message(id)?;
    match attribute {
        None => message.value(),
        Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
    }
}

/// Parses one file; within a layer a key stands in one file of a language, once.
pub(crate) fn parse(
    source: &Source,
    tag: &str,
    seen: &mut HashMap<(String, String), String>,
) -> Result<FluentResource, LoadError> {
    let problem = |line, problem| LoadError::Messages { file: source.origin.clone(), line, problem };
    let resource = FluentResource::try_new(source.text.clone().into_owned()).map_err(|(_, errors)| {
        let (at, what) = errors.first().map_or((0, String::new()), |error| (error.pos.start, error.kind.to_string()));
        problem(line_of(&source.text, at), what)
    })?;
    for entry in resource.entries() {
        let (fluent_syntax::ast::Entry::Message(fluent_syntax::ast::Message { id, .. })
        | fluent_syntax::ast::Entry::Term(fluent_syntax::ast::Term { id, .. })) = entry
        else {
            continue;
        };
        let key = (tag.to_owned(), id.name.to_owned());
        if let Some(other) = seen.insert(key, source.origin.clone()) {
            let offset = id.name.as_ptr() as usize - resource.source().as_ptr() as usize;
            let what = format!("\"{}\" is also in {other}", id.name);
            return Err(problem(line_of(&source.text, offset), what));
        }
    }
    Ok(resource)
}

/// A text ready for a message of that language in HTML: wrapped in isolation marks (FSI, PDI) where its direction
/// may differ from that of the text around it, and without marks of its own that could end the isolation.
pub(crate) fn isolated(text: &str, direction: &str) -> String {
    // The Hebrew block is where right-to-left characters and directional marks begin.
    if direction == "ltr" && text.chars().all(|c| c < '\u{590}') {
        return text.to_owned();
    }
    let is_mark = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let inner: String = text.chars().filter(|c| !is_mark(*c)).collect();
    format!("\u{2068}{inner}\u{2069}")
}

impl<'a> From<&'a Arg<'a>> for FluentValue<'a> {
    fn from(arg: &'a Arg<'a>) -> Self {
        match arg {
            Arg::Text(text) => FluentValue::from(text.as_ref()),
            Arg::Number(number) => FluentValue::from(*number),
        }
    }
}
