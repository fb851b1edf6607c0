//! A company's own folder, and what it is told when something in it is wrong.

use std::path::Path;

use crate::common::{Note, brand, folder, load};
use otpd_templating::{Brand, Language, LoadError, Templates};

fn note(templates: &Templates, tag: &str) -> String {
    let language = templates.language(tag).expect("a language");
    templates.render(&Note { name: "Asha".to_owned() }, &language).expect("a note")
}

fn error(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let error = load(Some(folder.path())).err().expect("a load error").to_string();
    error.replace(&folder.path().canonicalize().expect("a folder").display().to_string(), "OWN")
}

#[test]
fn own_templates_and_single_messages_lie_over_the_built_in_ones() {
    let folder = folder(&[
        ("templates/tests/note.txt", "{% include 'tests/part.txt' %} {{ t('email-code-ignore') }}"),
        ("templates/tests/part.txt", "{{ t('email-code-greeting', name=name) }}"),
        ("locales/en/own.ftl", "email-code-greeting = Dear { $name }:\n"),
    ]);
    let templates = load(Some(folder.path())).expect("templates");
    assert!(note(&templates, "en").starts_with("Dear Asha: Didn’t ask"), "{}", note(&templates, "en"));
    assert!(note(&templates, "ar").starts_with("مرحبًا Asha،"), "Arabic keeps its own");
}

#[test]
fn an_added_language_borrows_what_it_lacks() {
    let folder = folder(&[
        ("templates/tests/note.txt", "{{ t('email-code-greeting', name=name) }} {{ t('email-code-intro') }}"),
        ("locales/sw/messages.ftl", "language-name = Kiswahili\nemail-code-greeting = Habari { $name },\n"),
    ]);
    let templates = Templates::load(Some(folder.path()), brand(), "ar").expect("templates");
    let tags: Vec<&str> = templates.languages().iter().map(Language::tag).collect();
    assert_eq!(tags, ["ar", "en", "sw"], "the default first");
    assert_eq!(templates.language("sw-TZ").expect("Swahili").name(), "Kiswahili");
    assert!(note(&templates, "sw").starts_with("Habari Asha, استخدم"), "from the default language");
    assert_eq!(templates.negotiate(Some("sw;q=0.9, en;q=0.1")).tag(), "sw");
    assert_eq!(templates.negotiate(None).tag(), "ar");
}

#[test]
fn a_mistake_is_told_with_file_and_line() {
    let broken = error(&[("templates/pages/x.html", "fine\n{{ name\n")]);
    assert!(broken.starts_with("OWN/templates/pages/x.html:2: "), "{broken}");
    let key = error(&[("templates/pages/x.html", "\n\n{{ t(\"no-such-key\") }}")]);
    assert!(key.starts_with("OWN/templates/pages/x.html:3: no locale file has a message \"no-such-key\""), "{key}");
    let ftl = error(&[("locales/en/own.ftl", "# one\nfine = yes\nbroken = { $name\n")]);
    assert!(ftl.starts_with("OWN/locales/en/own.ftl:") && !ftl.contains(".ftl:1:"), "{ftl}");
    let twice = error(&[("locales/en/a.ftl", "key = a\n"), ("locales/en/b.ftl", "# b\nkey = b\n")]);
    assert!(twice.starts_with("OWN/locales/en/b.ftl:2: \"key\" is also in OWN/locales/en/a.ftl"), "{twice}");
    let tag = error(&[("locales/not a tag/own.ftl", "key = a\n")]);
    assert!(tag.contains("locales/not a tag: not a language tag"), "{tag}");
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let missing = load(Some(Path::new("/nowhere/at/all"))).err().expect("an error").to_string();
    assert!(missing.contains("/nowhere/at/all") && missing.contains("templates.folder"), "{missing}");
    let unknown = Templates::load(None, brand(), "de").err().expect("an error").to_string();
    assert!(unknown.contains("\"de\"") && unknown.contains("ar, en"), "{unknown}");
    for color in ["red", "#fff", "#12345g", "#123456;}", ""] {
        let brand = Brand { color: color.to_owned(), ..brand() };
        assert!(matches!(Templates::load(None, brand, "en"), Err(LoadError::Color { .. })), "{color}");
    }
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let folder = folder(&[("templates/pages/x.html", "")]);
    std::fs::write(folder.path().join("templates/pages/x.html"), [0xff, 0xfe, 0x00]).expect("a file");
    assert!(matches!(load(Some(folder.path())), Err(LoadError::NotUtf8 { .. })));
}

#[cfg(unix)]
#[test]
fn links_cannot_lead_out_of_the_folder() {
    use std::os::unix::fs::symlink;

    let outside = folder(&[("secret.html", "secret"), ("folder/secret.html", "secret")]);
    for (target, link) in [("secret.html", "templates/pages/x.html"), ("folder", "templates/pages/own")] {
        let folder = folder(&[("templates/pages/y.html", "fine")]);
        symlink(outside.path().join(target), folder.path().join(link)).expect("a link");
        assert!(matches!(load(Some(folder.path())), Err(LoadError::Outside { .. })), "{link}");
    }
    let looped = folder(&[("templates/pages/y.html", "fine")]);
    symlink(looped.path().join("templates"), looped.path().join("templates/pages/loop")).expect("a link");
    assert!(load(Some(looped.path())).is_err(), "a loop ends");
}

#[test]
fn a_template_cannot_name_a_file_outside() {
    let folder =
        folder(&[("templates/tests/note.txt", "{% include '../../../../etc/hostname' %}"), ("secret.txt", "x")]);
    let templates = load(Some(folder.path())).expect("templates");
    let language = templates.default_language();
    assert!(templates.render(&Note { name: String::new() }, &language).is_err());
}

#[test]
fn leftovers_of_editors_are_overlooked() {
    let folder = folder(&[
        ("templates/tests/note.txt", "fine"),
        ("templates/tests/.note.txt.swp", "\u{0}"),
        ("templates/tests/note.txt~", "{{"),
        ("templates/README", "{{"),
    ]);
    assert_eq!(note(&load(Some(folder.path())).expect("templates"), "en"), "fine");
}
