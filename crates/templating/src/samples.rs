//! Renders what templates may be given, before anybody asks for it.

use minijinja::value::{Serde, ValueKind};
use minijinja::{ErrorKind, Value};
use serde::Serialize;

use crate::error::{MessageError, Reason};
use crate::{Language, RenderError, Template, Templates};

/// Ends an attribute, opens a tag, breaks a line.
const HOSTILE: &str = "hostile\"hostile'hostile<script>hostile\r\n&hostile";
/// What must not be found in HTML when it was printed.
const UNESCAPED: [&str; 4] = ["hostile\"hostile", "hostile'hostile", "hostile<script>", "&hostile"];

/// Renders every sample of a template in every language. For `.html` also with each text in turn replaced by one
/// that would break out of tags and attributes, and looks whether it came out escaped.
///
/// Cheap enough to be done at every start, so that a company's own template with a mistake is told then and not
/// to a customer.
///
/// # Errors
/// Says which template fails in which language, and why.
pub fn check_samples<T: Template>(templates: &Templates) -> Result<(), RenderError> {
    check_named(templates, T::NAME, &T::samples())
}

/// The same for a template whose name is known at run time only, such as one that a setting names.
///
/// # Errors
/// Says in which language the template fails, and why; also when there is no template of that name.
pub fn check_named<C: Serialize>(templates: &Templates, name: &str, samples: &[C]) -> Result<(), RenderError> {
    for language in templates.languages() {
        let fail = |reason| RenderError { template: name.to_owned(), language: language.tag().to_owned(), reason };
        if samples.is_empty() {
            return Err(fail(Reason::NoSamples));
        }
        for sample in samples {
            templates.render_named(name, sample, language)?;
            if is_html(name) {
                check_escaping(templates, name, &Value::from(Serde(sample)), language).map_err(fail)?;
            }
        }
    }
    Ok(())
}

/// By the same rule as the engine's own escaping.
fn is_html(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "html")
}

fn check_escaping(templates: &Templates, name: &str, sample: &Value, language: &Language) -> Result<(), Reason> {
    for nth in 0.. {
        let mut skip = nth;
        let hostile = replace_text(sample, &mut skip);
        if skip >= 0 {
            return Ok(());
        }
        match templates.render_value(name, hostile, language) {
            Ok(page) if UNESCAPED.iter().any(|mark| page.contains(mark)) => return Err(Reason::NotEscaped),
            Err(error) if !is_a_name(&error) => return Err(Reason::Engine(error)),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

/// The value with the text number `skip` replaced; `skip` is below zero afterwards if there was one.
fn replace_text(value: &Value, skip: &mut i32) -> Value {
    match value.kind() {
        ValueKind::String => {
            *skip -= 1;
            if *skip == -1 { Value::from(HOSTILE) } else { value.clone() }
        }
        ValueKind::Map => {
            let keys = value.try_iter().into_iter().flatten();
            let replaced = keys.map(|key| {
                let item = value.get_item(&key).unwrap_or_default();
                (key, replace_text(&item, skip))
            });
            Value::from_pairs(replaced)
        }
        ValueKind::Seq => {
            let items = value.try_iter().into_iter().flatten();
            Value::from(items.map(|item| replace_text(&item, skip)).collect::<Vec<_>>())
        }
        _ => value.clone(),
    }
}

/// The text was the key of a message or the name of a template, which the program chooses, not a visitor.
fn is_a_name(error: &minijinja::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        let unknown_message = matches!(current.downcast_ref(), Some(MessageError::Unknown(_)));
        let unknown_template =
            current.downcast_ref::<minijinja::Error>().is_some_and(|error| error.kind() == ErrorKind::TemplateNotFound);
        if unknown_message || unknown_template {
            return true;
        }
        cause = current.source();
    }
    false
}
