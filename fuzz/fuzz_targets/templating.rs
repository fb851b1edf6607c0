//! What browsers ask for by `Accept-Language`, and what a company writes: templates and messages.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use otpd_fuzz::text;
use otpd_templating::fuzzing::{isolated, keys_used, messages};
use otpd_templating::{Brand, LoadError, Templates};

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    accept_language(text);
    tag(text);
    keys(text);
    message_file(text);
    isolation(text);
});

fn templates() -> &'static Templates {
    static TEMPLATES: OnceLock<Templates> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let brand = Brand { name: "Waste Billing".to_owned(), color: "#1d4ed8".to_owned(), logo: None };
        Templates::load(None, brand, "en").expect("the built-in templates")
    })
}

fn accept_language(text: &str) {
    let chosen = templates().negotiate(Some(text));
    assert!(templates().languages().contains(&chosen));
    assert_eq!(templates().negotiate(Some(&text.to_ascii_uppercase())), chosen, "case chooses a language");
    assert_eq!(templates().negotiate(Some(&format!(" {text} ,!"))), chosen, "nonsense chooses a language");
    for language in templates().languages() {
        assert_eq!(&templates().negotiate(Some(language.tag())), language);
    }
}

fn tag(text: &str) {
    let Some(language) = templates().language(text) else { return };
    assert_eq!(templates().language(language.tag()).as_ref(), Some(&language));
    assert_eq!(templates().language(&text.replace('-', "_")).as_ref(), Some(&language));
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    assert_eq!(primary(text), primary(language.tag()), "another language");
}

/// Each key lies where it is said to lie.
fn keys(text: &str) {
    for (offset, key) in keys_used(text) {
        assert!(text.get(offset..).is_some_and(|rest| rest.contains(key)), "{key:?} at {offset}");
        assert!(text[..offset].contains('{'), "{key:?} is outside of the tags");
    }
}

/// A mistake is told with a line that is there.
fn message_file(text: &str) {
    let Err(error) = messages(text) else { return };
    let LoadError::Messages { line, problem, .. } = error else { panic!("another error: {error}") };
    assert!((1..=1 + text.matches('\n').count()).contains(&line), "line {line}");
    assert!(!problem.is_empty());
}

/// No text can end its own isolation, and nothing else of it is lost.
fn isolation(text: &str) {
    let is_mark = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let bare: String = text.chars().filter(|c| !is_mark(*c)).collect();
    for direction in ["ltr", "rtl"] {
        let isolated = isolated(text, direction);
        let inner = isolated.strip_prefix('\u{2068}').and_then(|rest| rest.strip_suffix('\u{2069}'));
        assert_eq!(inner.unwrap_or(&isolated), bare);
        assert!(inner.is_some() || direction == "ltr", "not isolated");
    }
}
