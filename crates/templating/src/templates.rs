//! All templates in all languages, ready to render.

use std::path::Path;
use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentValue};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value};
use serde::Serialize;

use crate::error::{Reason, line_of};
use crate::sources::{Files, Sources};
use crate::translations::{Translations, isolated};
use crate::{Arg, Brand, Language, LoadError, RenderError, keys, negotiate};

/// What a template shows: one type a template.
pub trait Template: Serialize {
    /// Its path under `templates/`, such as `pages/request.html`.
    const NAME: &'static str;

    /// Examples that reach every branch of the template; checks render them.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// All templates in all languages, parsed. Cheap to clone.
#[derive(Clone)]
pub struct Templates(Arc<Loaded>);

struct Loaded {
    brand: Brand,
    translations: Arc<Translations>,
    /// One for each language, in the languages' order; they share the parsed templates.
    environments: Vec<Environment<'static>>,
}

impl Templates {
    /// Reads the built-in templates and locales and lays those of the override folder over them: a file under its
    /// `templates/` takes the place of the built-in one of the same path, a message under its `locales/TAG/` that
    /// of the built-in one of the same key. Every file is parsed.
    ///
    /// # Errors
    /// When a file cannot be read or has a mistake; the error says where and what to do.
    pub fn load(overrides: Option<&Path>, brand: Brand, default_language: &str) -> Result<Self, LoadError> {
        brand.check()?;
        let sources = Sources::read(overrides)?;
        let translations = Arc::new(Translations::load(&sources.locales, default_language, &brand.name)?);
        check_keys(&sources.templates, &translations)?;
        let base = base_environment(sources.templates, &brand)?;
        let languages = translations.languages().iter();
        let environments = languages.map(|language| speak(base.clone(), language, &translations)).collect();
        Ok(Self(Arc::new(Loaded { brand, translations, environments })))
    }

    /// Renders a template.
    ///
    /// # Errors
    /// When it uses what the context does not have, or a message cannot be put in words.
    pub fn render<T: Template>(&self, context: &T, language: &Language) -> Result<String, RenderError> {
        self.render_named(T::NAME, context, language)
    }

    /// Renders a template whose name is known at run time only; [`check_named`](crate::check_named) tries it out first.
    ///
    /// # Errors
    /// When there is none of that name, it uses what the context does not have, or a message cannot be put in words.
    pub fn render_named<C: Serialize>(
        &self,
        name: &str,
        context: &C,
        language: &Language,
    ) -> Result<String, RenderError> {
        self.render_value(name, Value::from(Serde(context)), language).map_err(|error| RenderError {
            template: name.to_owned(),
            language: language.tag().to_owned(),
            reason: Reason::Engine(error),
        })
    }

    /// Whether there is a template of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.environments[0].get_template(name).is_ok()
    }

    pub(crate) fn render_value(&self, name: &str, context: Value, language: &Language) -> Result<String, Error> {
        let environments = &self.0.environments;
        // A language of another set of templates may have a place that this one lacks.
        let environment = environments.get(language.index()).unwrap_or(&environments[0]);
        environment.get_template(name)?.render(context)
    }

    /// The language a browser likes best, by its `Accept-Language`; else the default one.
    pub fn negotiate(&self, accept_language: Option<&str>) -> Language {
        negotiate::choose(self.languages(), accept_language).cloned().unwrap_or_else(|| self.default_language())
    }

    /// The language of that tag, or of its primary part: `en-GB` finds `en`.
    pub fn language(&self, tag: &str) -> Option<Language> {
        negotiate::find(self.languages(), tag).cloned()
    }

    /// The default language.
    pub fn default_language(&self) -> Language {
        self.languages()[0].clone()
    }

    /// All languages, the default one first; never empty.
    pub fn languages(&self) -> &[Language] {
        self.0.translations.languages()
    }

    /// A message for a place that is not HTML: a header, JSON, a log. It is not escaped and has no isolation marks.
    /// A message that cannot be put in words is logged, and its key stands in for it.
    pub fn text(&self, language: &Language, key: &str, args: &[(&str, Arg)]) -> String {
        let args = args.iter().map(|(name, value)| (*name, FluentValue::from(value)));
        match self.0.translations.format(language.index(), key, args.collect()) {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(%error, "a text is missing");
                key.to_owned()
            }
        }
    }

    /// The company.
    pub fn brand(&self) -> &Brand {
        &self.0.brand
    }
}

fn check_keys(templates: &Files, translations: &Translations) -> Result<(), LoadError> {
    for source in templates.values() {
        let missing = keys::used(&source.text).into_iter().find(|(_, key)| !translations.has(key));
        if let Some((offset, key)) = missing {
            let (file, line) = (source.origin.clone(), line_of(&source.text, offset));
            let language = translations.languages()[0].tag().to_owned();
            return Err(LoadError::UnknownMessage { file, line, key: key.to_owned(), language });
        }
    }
    Ok(())
}

fn base_environment(templates: Files, brand: &Brand) -> Result<Environment<'static>, LoadError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.add_global("brand", brand.for_templates());
    for (name, source) in templates {
        environment.add_template_owned(name, source.text).map_err(|error| LoadError::Template {
            file: source.origin,
            line: error.line().unwrap_or(1),
            problem: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
        })?;
    }
    Ok(environment)
}

/// Gives an environment its language: the function `t` and the global `lang`.
fn speak(
    mut environment: Environment<'static>,
    language: &Language,
    translations: &Arc<Translations>,
) -> Environment<'static> {
    environment.add_global("lang", language.for_templates());
    let (language, translations) = (language.clone(), Arc::clone(translations));
    let brand = isolated(translations.brand(), language.direction());
    environment.add_function("t", move |state: &State, key: &str, args: Kwargs| -> Result<String, Error> {
        let direction = matches!(state.auto_escape(), AutoEscape::Html).then(|| language.direction());
        let mut args = args
            .args()
            .map(|name| Ok((name.to_owned(), fluent_value(&args.get(name)?, direction))))
            .collect::<Result<FluentArgs, Error>>()?;
        if direction.is_some() && args.get("brand").is_none() {
            args.set("brand", brand.as_str());
        }
        translations.format(language.index(), key, args).map_err(|error| {
            Error::new(ErrorKind::InvalidOperation, "cannot put a message in words").with_source(error)
        })
    });
    environment
}

/// A template's value as Fluent takes it; texts are isolated when they go into HTML of that direction.
fn fluent_value(value: &Value, direction: Option<&str>) -> FluentValue<'static> {
    if let Some(number) = value.as_i64() {
        return FluentValue::from(number);
    }
    if value.is_number()
        && let Ok(number) = f64::try_from(value.clone())
    {
        return FluentValue::from(number);
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    FluentValue::from(match direction {
        Some(direction) => isolated(&text, direction),
        None => text,
    })
}
