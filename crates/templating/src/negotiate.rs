//! The choice of a language for a browser or an account (RFC 9110 §12.5.4, RFC 4647 §3.4).

use crate::Language;

/// Ranges of an `Accept-Language` header that are looked at; browsers send fewer than ten.
const MAX_RANGES: usize = 20;

/// The language of that tag, else the one closest to it: `en-GB` takes `en`, and `pt` takes `pt-BR`.
pub(crate) fn find<'a>(languages: &'a [Language], tag: &str) -> Option<&'a Language> {
    let mut wanted = tag;
    loop {
        if let Some(found) = languages.iter().find(|language| same(language.tag(), wanted)) {
            return Some(found);
        }
        let Some(cut) = wanted.rfind(['-', '_']) else { break };
        wanted = &wanted[..cut];
    }
    languages.iter().find(|language| same(primary(language.tag()), wanted))
}

/// The language a browser likes best among those there are; the first one when it names none of them.
pub(crate) fn choose<'a>(languages: &'a [Language], accept_language: Option<&str>) -> Option<&'a Language> {
    let mut ranges: Vec<(&str, u16)> =
        accept_language.unwrap_or_default().split(',').take(MAX_RANGES).filter_map(range).collect();
    // Stable: of equally liked ones the first named comes first.
    ranges.sort_by_key(|(_, quality)| std::cmp::Reverse(*quality));
    let refused = |language: &Language| ranges.iter().any(|(tag, quality)| *quality == 0 && same(tag, language.tag()));
    let liked = ranges.iter().filter(|(_, quality)| *quality > 0).find_map(|(tag, _)| match *tag {
        "*" => languages.iter().find(|language| !refused(language)),
        tag => find(languages, tag).filter(|language| !refused(language)),
    });
    liked.or(languages.first())
}

/// One range with its quality in thousandths; `None` when it is malformed.
fn range(text: &str) -> Option<(&str, u16)> {
    let (tag, parameter) = text.split_once(';').unwrap_or((text, "q=1"));
    let (tag, parameter) = (tag.trim(), parameter.trim());
    let well_formed =
        tag == "*" || !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let quality = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    well_formed.then_some((tag, thousandths(quality)?))
}

/// `0`, `1`, `0.5`, `0.125`, `1.000`.
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: u16 = format!("{whole}{fraction:0<3}").parse().ok()?;
    (value <= 1_000).then_some(value)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .all(|(one, other)| one.eq_ignore_ascii_case(&other) || matches!((one, other), (b'-', b'_') | (b'_', b'-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages() -> Vec<Language> {
        ["en", "ar", "pt-BR"]
            .into_iter()
            .enumerate()
            .map(|(index, tag)| Language::new(index, tag.to_owned(), &tag.parse().expect("a tag"), tag.to_owned()))
            .collect()
    }

    fn chosen(header: &str) -> String {
        choose(&languages(), Some(header)).expect("a language").tag().to_owned()
    }

    #[test]
    fn the_best_liked_language_is_chosen() {
        assert_eq!(chosen("ar"), "ar");
        assert_eq!(chosen("AR-eg, en;q=0.5"), "ar");
        assert_eq!(chosen("en;q=0.3, ar;q=0.7"), "ar");
        assert_eq!(chosen("de, ar;q=0.8, en;q=0.7"), "ar");
        assert_eq!(chosen("ar;q=0.5,en;q=0.5"), "ar", "the first of equals");
        assert_eq!(chosen("pt"), "pt-BR");
        assert_eq!(chosen("pt-PT"), "pt-BR");
        assert_eq!(chosen("ar-Arab-EG"), "ar");
        assert_eq!(chosen("de, *;q=0.1, en;q=0"), "ar", "anything but English");
    }

    #[test]
    fn nothing_known_or_nonsense_gives_the_default() {
        let many = "ar,".repeat(2_000);
        for header in ["", "de", "*", "ar;q=0", "ar;q=2", "ar;q=-1", "ar;q=0.1234", "ar;q", ";;;,,,", "a r", "\u{0}"] {
            assert_eq!(chosen(header), "en", "{header}");
        }
        assert_eq!(chosen(&many), "ar");
        assert_eq!(choose(&languages(), None).expect("a language").tag(), "en");
    }

    #[test]
    fn tags_are_found_whatever_their_case() {
        let languages = languages();
        for (tag, found) in
            [("EN", Some("en")), ("en-gb", Some("en")), ("pt_br", Some("pt-BR")), ("sw", None), ("", None)]
        {
            assert_eq!(find(&languages, tag).map(Language::tag), found, "{tag}");
        }
    }
}
