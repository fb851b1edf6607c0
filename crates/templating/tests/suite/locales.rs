//! The built-in locales say the same things.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::Entry;
use otpd_templating::Language;

/// Every key of a language with the variables its message uses, as far as they are written `$name`.
fn messages(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales").join(tag);
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("a locale folder") {
        let text = std::fs::read_to_string(file.expect("an entry").path()).expect("a locale file");
        let resource = fluent_syntax::parser::parse(text.as_str()).expect("valid Fluent");
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let shown = format!("{message:?}");
                let variables = shown
                    .split("VariableReference { id: Identifier { name: \"")
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next())
                    .map(str::to_owned)
                    .collect();
                for attribute in &message.attributes {
                    found.insert(format!("{}.{}", message.id.name, attribute.id.name), BTreeSet::new());
                }
                found.insert(message.id.name.to_owned(), variables);
            }
        }
    }
    found
}

#[test]
fn english_and_arabic_have_the_same_messages_with_the_same_variables() {
    let (english, arabic) = (messages("en"), messages("ar"));
    assert!(english.len() >= 10, "the locale files were found");
    for (key, variables) in &english {
        assert_eq!(Some(variables), arabic.get(key), "{key}");
    }
    for key in arabic.keys() {
        assert!(english.contains_key(key), "only Arabic has {key}");
    }
}

#[test]
fn the_built_in_files_load() {
    let templates = crate::common::load(None).expect("built-in templates and locales");
    let names: Vec<&str> = templates.languages().iter().map(Language::name).collect();
    assert_eq!(names, ["English", "العربية"]);
}
