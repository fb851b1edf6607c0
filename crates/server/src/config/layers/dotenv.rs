//! The `.env` file: `NAME=value` lines, as shells and the systems otpd replaces read them.
//!
//! Values may be bare, in single quotes (taken as they are) or in double quotes (with `\n`, `\t`, `\"`, `\\` and
//! `\$`); quoted ones may run over several lines. `export ` before a name, blank lines and comments are overlooked.
//! Nothing is substituted, and the environment of the process is not changed.

use super::Variable;
use crate::config::table::problem::{Origin, Problem, Wrong};

/// What a `.env` file holds.
#[derive(Default)]
pub struct DotEnv {
    /// Its variables, in order.
    pub variables: Vec<Variable>,
    /// Lines that cannot be read. Their text is not shown: it may hold a secret.
    pub problems: Vec<Problem>,
}

/// Reads a `.env` file.
pub fn parse(text: &str) -> DotEnv {
    let mut found = DotEnv::default();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let line = 1 + text[..text.len() - rest.len()].matches('\n').count();
        rest = match entry(rest) {
            Ok((entry, after)) => {
                found.variables.extend(entry.map(|(name, value)| {
                    let origin = Origin::DotEnv { line, name: name.to_owned() };
                    Variable { name: name.to_owned(), value, origin }
                }));
                after
            }
            Err(wrong) => {
                found.problems.push(Problem::new(format!(".env line {line}"), None, wrong));
                rest.split_once('\n').map_or("", |(_, after)| after)
            }
        };
    }
    found
}

type Entry<'t> = (&'t str, String);

/// The variable at the head of `text`, if its first line sets one, and the lines after it.
fn entry(text: &str) -> Result<(Option<Entry<'_>>, &str), Wrong> {
    let (line, after_line) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok((None, after_line));
    }
    let (name, _) = line
        .split_once('=')
        .ok_or_else(|| Wrong::new("the line sets no variable", "Write NAME=value, or # before a comment"))?;
    let name = name.trim();
    let name = name.strip_prefix("export ").map_or(name, str::trim);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Wrong::new(
            "the text before = is no name of a variable",
            "Write NAME=value without spaces in the name",
        ));
    }
    // From the first `=` of the text, since a quoted value may run past the line.
    let value = text.split_once('=').map_or("", |(_, value)| value).trim_start_matches([' ', '\t']);
    let (value, after) = match value.chars().next() {
        Some('\'') => single_quoted(&value[1..])?,
        Some('"') => double_quoted(&value[1..])?,
        _ => return Ok((Some((name, bare(value))), after_line)),
    };
    let (tail, after) = after.split_once('\n').unwrap_or((after, ""));
    let tail = tail.trim();
    if !tail.is_empty() && !tail.starts_with('#') {
        return Err(Wrong::new("there is more text after the closing quote", "Put the whole value between the quotes"));
    }
    Ok((Some((name, value)), after))
}

/// A bare value ends with its line, or before a `#` after white space.
fn bare(text: &str) -> String {
    let line = text.split('\n').next().unwrap_or_default();
    let comment = line.char_indices().find(|(at, c)| *c == '#' && (*at == 0 || line[..*at].ends_with([' ', '\t'])));
    comment.map_or(line, |(at, _)| &line[..at]).trim().to_owned()
}

fn single_quoted(text: &str) -> Result<(String, &str), Wrong> {
    text.split_once('\'').map(|(value, after)| (value.to_owned(), after)).ok_or_else(|| unclosed('\''))
}

fn double_quoted(text: &str) -> Result<(String, &str), Wrong> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, escaped @ ('"' | '\\' | '$'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            },
            plain => value.push(plain),
        }
    }
    Err(unclosed('"'))
}

fn unclosed(quote: char) -> Wrong {
    Wrong::new(format!("the closing {quote} is missing"), format!("Put {quote} after the value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let found = parse(text);
        assert_eq!(found.problems, [], "{text}");
        found.variables.into_iter().map(|variable| (variable.name, variable.value)).collect()
    }

    #[test]
    fn every_usual_way_of_writing_a_value() {
        for (line, value) in [
            ("A=b", "b"),
            ("A = b c ", "b c"),
            ("export A=b", "b"),
            ("A=b # comment", "b"),
            ("A=b#c", "b#c"),
            ("A=# nothing", ""),
            ("A=", ""),
            ("A='b # c \\n' # comment", "b # c \\n"),
            ("A=\"b\\n\\\"c\\\" \\$d \\e\"", "b\n\"c\" $d \\e"),
            ("A=b=c", "b=c"),
            ("A=b\r", "b"),
            ("A=it's", "it's"),
            ("\u{feff}A=b", "b"),
        ] {
            assert_eq!(pairs(line), [("A".to_owned(), value.to_owned())], "{line}");
        }
    }

    #[test]
    fn lines_comments_and_values_over_several_lines() {
        let found = parse("# a comment\n\nA=1\nB=\"two\nlines\"\nC='3'\n");
        let seen: Vec<_> = found.variables.iter().map(|v| (v.value.as_str(), v.origin.to_string())).collect();
        let at = |line, name| format!(".env line {line}, {name}");
        assert_eq!(seen, [("1", at(3, "A")), ("two\nlines", at(4, "B")), ("3", at(6, "C"))]);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_line_and_not_shown() {
        for (text, line, why) in [
            ("A=1\nsecret words\nB=2", 2, "sets no variable"),
            ("A=1\nA B=2\nB=2", 2, "no name"),
            ("A=\"secret\nB=2", 1, "closing \""),
            ("A='x' secret\nB=2", 1, "after the closing quote"),
        ] {
            let found = parse(text);
            let problem = found.problems.first().expect(text);
            assert_eq!(problem.key, format!(".env line {line}"), "{text}");
            assert!(problem.why.contains(why), "{problem}");
            assert!(!problem.to_string().contains("secret"), "{problem}");
            assert_eq!(found.variables.last().map(|variable| variable.name.as_str()), Some("B"), "{text}");
        }
    }
}
