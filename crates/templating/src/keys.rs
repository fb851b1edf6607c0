//! Which messages a template asks for by a literal key, so that a misspelt one is told when it is loaded.

/// The literal keys of `t("key")` in a template, each with its byte offset.
pub(crate) fn used(source: &str) -> Vec<(usize, &str)> {
    let mut keys = Vec::new();
    for (start, tag) in tags(source) {
        for (at, _) in tag.match_indices("t(") {
            let before = tag[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
                continue;
            }
            let argument = tag[at + 2..].trim_start();
            let Some(quote @ ('"' | '\'')) = argument.chars().next() else { continue };
            let inner = &argument[1..];
            if let Some(end) = inner.find(quote) {
                // `t("error-" ~ kind)` is put together at run time.
                if matches!(inner[end + 1..].trim_start().chars().next(), Some(',' | ')')) {
                    keys.push((start + at, &inner[..end]));
                }
            }
        }
    }
    keys
}

/// The insides of `{{ … }}` and `{% … %}`, each with its byte offset; comments are left out.
fn tags(source: &str) -> Vec<(usize, &str)> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = source[at..].find('{').map(|found| at + found) {
        let closing = match source.as_bytes().get(open + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at = open + 1;
                continue;
            }
        };
        let inside = open + 2;
        let end = source[inside..].find(closing).map_or(source.len(), |found| inside + found);
        if closing != "#}" {
            tags.push((inside, &source[inside..end]));
        }
        at = (end + 2).min(source.len());
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_keys_are_found_in_tags_only() {
        let source = "t(\"no\") {# t('no') #} {{ t(\"one\") }}\n{% if t( 'two', n=1) and cat('no') %}{{ t(name) ~ t('x' ~ y) }}{{ t(\"a.b\") }}";
        let keys: Vec<&str> = used(source).into_iter().map(|(_, key)| key).collect();
        assert_eq!(keys, ["one", "two", "a.b"]);
        let (offset, _) = used(source)[1];
        assert_eq!(crate::error::line_of(source, offset), 2);
    }

    #[test]
    fn unfinished_tags_do_no_harm() {
        for source in ["{{", "{", "{%", "{{ t(", "{{ t('", "{{ t('a'", "é{{ t('é') }}{", "{# t('a')"] {
            let _ = used(source);
        }
    }
}
