//! Rendering: languages, plural forms, escaping, strictness.

use crate::common::{Note, Page, folder, load};
use otpd_templating::check_samples;

const PAGE: &str = r#"<p title="{{ name }}">{{ t("email-code-greeting", name=name) }}</p>
{% if error %}
<b>{{ t(error) }}</b>
{% endif %}
{{ t("email-code-validity", minutes=minutes) }} <i lang="{{ lang.tag }}" dir="{{ lang.dir }}">{{ lang.name }}</i>
{{ brand.name }} {{ brand.color }}{% if brand.logo %} logo{% endif %}"#;

fn folder_with_intro() -> tempfile::TempDir {
    folder(&[("templates/tests/page.html", "{{ t('email-code-intro') }}")])
}

fn page(name: &str, minutes: u64) -> Page {
    Page { name: name.to_owned(), minutes, error: None }
}

#[test]
fn pages_speak_the_language_asked_for() {
    let folder = folder(&[("templates/tests/page.html", PAGE)]);
    let templates = load(Some(folder.path())).expect("templates");
    let render = |tag| templates.render(&page("Asha", 5), &templates.language(tag).expect(tag)).expect("a page");
    assert_eq!(
        render("en"),
        "<p title=\"Asha\">Hello Asha,</p>\nThe code is valid for 5 minutes and works only once. \
         <i lang=\"en\" dir=\"ltr\">English</i>\nWaste Billing #0b6e4f"
    );
    let arabic = render("ar");
    assert!(arabic.contains("مرحبًا \u{2068}Asha\u{2069}،"), "{arabic}");
    assert!(arabic.contains("5 دقائق"), "{arabic}");
    assert!(arabic.contains("<i lang=\"ar\" dir=\"rtl\">العربية</i>"), "{arabic}");
    check_samples::<Page>(&templates).expect("samples");
}

#[test]
fn arabic_has_its_six_plural_forms() {
    let templates = load(None).expect("templates");
    let arabic = templates.language("ar").expect("Arabic");
    let forms = [
        (0_u64, "لأقل من دقيقة"),
        (1, "دقيقة واحدة"),
        (2, "دقيقتين"),
        (3, "3 دقائق"),
        (10, "10 دقائق"),
        (11, "11 دقيقة"),
        (100, "100 دقيقة"),
    ];
    for (minutes, form) in forms {
        let text = templates.text(&arabic, "email-code-validity", &[("minutes", minutes.into())]);
        assert!(text.contains(form), "{minutes}: {text}");
    }
    let ids = |form: &str| forms.iter().filter(|(_, other)| *other == form).count();
    assert!(forms.iter().all(|(_, form)| ids(form) == 1));
}

#[test]
fn number_can_be_given_its_form() {
    let folder =
        folder(&[("locales/en/own.ftl", "share = { NUMBER($part, minimumFractionDigits: 2) } of { $brand }\n")]);
    let templates = load(Some(folder.path())).expect("templates");
    let text = templates.text(&templates.default_language(), "share", &[("part", 5_u32.into())]);
    assert_eq!(text, "5.00 of Waste Billing");
}

#[test]
fn a_value_cannot_leave_its_direction() {
    let folder = folder(&[("templates/tests/page.html", PAGE)]);
    let templates = load(Some(folder.path())).expect("templates");
    let english = templates.language("en").expect("English");
    let mixed = templates.render(&page("أمل\u{2069}\u{202e}", 5), &english).expect("a page");
    assert!(mixed.contains("Hello \u{2068}أمل\u{2069},"), "{mixed}");
    let folder = folder_with_intro();
    let templates = load(Some(folder.path())).expect("templates");
    let arabic = templates.language("ar").expect("Arabic");
    let branded = templates.render(&page("Asha", 5), &arabic).expect("a page");
    assert!(branded.contains("إلى \u{2068}Waste Billing\u{2069}:"), "the brand neither: {branded}");
}

#[test]
fn html_escapes_and_text_does_not() {
    let folder = folder(&[("templates/tests/page.html", PAGE), ("templates/tests/note.txt", "{{ name }}\n")]);
    let templates = load(Some(folder.path())).expect("templates");
    let english = templates.default_language();
    let html = templates.render(&page("\"><script>x</script>", 5), &english).expect("a page");
    assert!(!html.contains("<script>") && html.contains("&quot;&gt;&lt;script&gt;"), "{html}");
    let note = templates.render(&Note { name: "a<b>&\"c".to_owned() }, &english).expect("a note");
    assert_eq!(note, "a<b>&\"c");
}

#[test]
fn unescaped_output_is_found_by_the_samples() {
    for unsafe_page in [
        "{{ name|safe }}{{ minutes }}{{ error }}",
        "{% autoescape false %}{{ t('email-code-greeting', name=name) }}{% endautoescape %}",
    ] {
        let folder = folder(&[("templates/tests/page.html", unsafe_page)]);
        let templates = load(Some(folder.path())).expect("templates");
        let error = check_samples::<Page>(&templates).expect_err("not escaped").to_string();
        assert!(error.contains("tests/page.html") && error.contains("unescaped"), "{error}");
    }
}

#[test]
fn what_is_undefined_is_an_error() {
    for wrong in ["{{ nmae }}", "{% if nmae %}x{% endif %}", "{{ name.first }}", "{{ t('email-code-greeting') }}"] {
        let folder = folder(&[("templates/tests/page.html", wrong)]);
        let templates = load(Some(folder.path())).expect("templates");
        let error = templates.render(&page("Asha", 5), &templates.default_language()).expect_err(wrong).to_string();
        assert!(error.contains("tests/page.html") && error.contains("language en"), "{error}");
        assert!(!error.contains("Asha"), "values stay out of errors: {error}");
        assert!(check_samples::<Page>(&templates).is_err(), "{wrong}");
    }
}

#[test]
fn text_of_an_unknown_key_is_the_key() {
    let templates = load(None).expect("templates");
    assert_eq!(templates.text(&templates.default_language(), "no-such-key", &[]), "no-such-key");
}
