//! The reference page and the example file, made from the tables of keys. The tests hold the files in the
//! repository to them; `UPDATE_REFERENCE=1 cargo test -p otpd reference` writes the files anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::layers::OLD_NAMES;
use super::table::{Key, Kind, Section};
use super::{SECTIONS, keys};

const PAGE_HEAD: &str = "\
# Configuration reference

<!-- Made from the tables in crates/server/src/config; UPDATE_REFERENCE=1 cargo test -p otpd reference writes it. -->

`otpd` reads its settings from these places; what stands later in the list wins:

1. the defaults below,
2. the file named by `--config` or `OTPD_CONFIG`, or else `otpd.toml` in the working directory, if there is one
   ([an example with every key](../../otpd.example.toml)),
3. the [older names](#older-names) from `.env`, then from the environment,
4. `OTPD_…` variables from `.env` in the working directory, then from the environment.

Every key is also a variable: `OTPD_`, the path in capitals, two underscores between its levels. `email.smtp.host` is
`OTPD_EMAIL__SMTP__HOST`. An empty variable counts as not set. `NAME` in a key is a name of your own, compared without case;
in a variable a hyphen of it is an underscore: `verification.Sign-up.rate` is `OTPD_VERIFICATION__SIGN_UP__RATE`.

An unknown key or `OTPD_…` variable keeps the server from starting, and so does a value that cannot be right. All
problems are told at once, each with the file and line or the variable it was written in; `otpd check` tells them
without starting.

| value | written |
|---|---|
| text | `\"…\"` |
| secret text | the same; it is never shown, logged or listed |
| number | `6` |
| duration | `\"90s\"`, `\"5m\"`, `\"24h\"`, `\"14d\"`, `\"250ms\"` |
| list | `\"a, b\"`; in the file also `[\"a\", \"b\"]` |
| path | `\"…\"`, relative to the working directory |
";

const OLD_NAMES_HEAD: &str = "
## Older names

The variables of the systems that otpd replaces are understood, from the environment and from `.env`. They win over the
file, and any `OTPD_…` variable wins over them.

| variable | key | how it is read |
|---|---|---|
";

const OLD_NAMES_TAIL: &str = "
Without the account or the user name, the other `TWILIO_…` and `SMS_…` have no effect; the server says so when it starts.
";

const EXAMPLE_HEAD: &str = "\
# Settings of otpd, every key with its default or an example. Copy this file to otpd.toml and take the # from what you
# change. docs/reference/configuration.md explains how values are written; every key is also a variable:
# server.public_url is OTPD_SERVER__PUBLIC_URL.
";

fn page() -> String {
    let mut page = PAGE_HEAD.to_owned();
    for section in SECTIONS {
        let _ = write!(page, "\n## `[{}]`\n\n{}\n\n", section.name, section.doc);
        page.push_str("| key | value | default | |\n|---|---|---|---|\n");
        for key in section.keys {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} |",
                key.path,
                kind(key),
                default(key),
                key.doc.replace('|', "\\|")
            );
        }
    }
    page.push_str(OLD_NAMES_HEAD);
    for (name, path, how) in OLD_NAMES {
        let _ = writeln!(page, "| `{name}` | `{path}` | {how} |");
    }
    page + OLD_NAMES_TAIL
}

fn kind(key: &Key) -> String {
    match key.kind {
        Kind::Text => "text".to_owned(),
        Kind::Secret => "secret text".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Duration => "duration".to_owned(),
        Kind::List => "list".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
    }
}

fn default(key: &Key) -> String {
    let default = match key.default {
        Some("") => "empty".to_owned(),
        Some(default) => format!("`{default}`"),
        None => key.fallback.map_or_else(|| "none".to_owned(), |other| format!("that of `{other}`")),
    };
    match key.development {
        Some(development) => format!("{default}; with `--dev` `{development}`"),
        None => default,
    }
}

fn example() -> String {
    let mut example = EXAMPLE_HEAD.to_owned();
    for section in SECTIONS {
        example.push('\n');
        comment(&mut example, section.doc);
        let mut table = String::new();
        for key in section.keys {
            // A name of one's own needs one to show it with.
            let path = key.path_of("Login");
            let (parent, name) = path.rsplit_once('.').unwrap_or(("", &path));
            if parent != table {
                let space = if table.is_empty() { "" } else { "\n" };
                let _ = writeln!(example, "{space}[{parent}]");
                parent.clone_into(&mut table);
            }
            comment(&mut example, key.doc);
            let quote = if key.kind == Kind::Number { "" } else { "\"" };
            let _ = writeln!(example, "#{name} = {quote}{}{quote}", key.example);
        }
    }
    example
}

/// Adds a text as a comment, whose reader sees no Markdown.
fn comment(example: &mut String, text: &str) {
    for line in wrapped(&text.replace('`', "")) {
        let _ = writeln!(example, "# {line}");
    }
}

/// Lines of at most 110 characters.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + word.len() < 110 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Holds a file of the repository to what it should say, or writes it.
pub fn hold(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, wanted).expect("written");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == wanted, "{path} is out of date; run: UPDATE_REFERENCE=1 cargo test -p otpd reference");
}

#[test]
fn the_reference_page_is_up_to_date() {
    hold("docs/reference/configuration.md", &page());
}

#[test]
fn the_example_file_is_up_to_date() {
    hold("otpd.example.toml", &example());
}

#[test]
fn every_line_of_the_example_may_be_taken() {
    let text = example();
    let setting = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
    let taken: String = text.lines().map(|line| setting(line) + "\n").collect();
    let sources = super::Sources { file: Some(("otpd.toml".into(), taken)), ..Default::default() };
    super::Config::read(&sources).config.map(|_| ()).map_err(|problems| problems.to_string()).expect("all accepted");
    assert_eq!(sources.merge().values.len(), keys().count(), "every key is in the example");
}

#[test]
fn the_table_of_keys_is_in_order() {
    for Section { name, keys, .. } in SECTIONS {
        for key in *keys {
            assert!(key.path.starts_with(&format!("{name}.")), "{} is not of section {name}", key.path);
            assert!(key.doc.ends_with('.') && !key.doc.contains("  "), "{}: {:?}", key.path, key.doc);
            assert_eq!(key.variable().matches("__").count(), key.path.matches('.').count(), "{}", key.path);
        }
    }
    let mut paths: Vec<_> = keys().map(|key| key.path).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), keys().count(), "no key is there twice");
}
