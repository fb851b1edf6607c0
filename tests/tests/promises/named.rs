//! What the security pages say of tests is true: each test that is named exists, each promise names one, and each test of this
//! suite is named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use otpd_tests::otpd::repository;

/// The pages that name tests.
const PAGES: [&str; 2] = ["docs/SECURITY.md", "docs/asvs.md"];

/// The rooms, and the folders their files are looked for in.
const ROOMS: [(&str, &[&str]); 14] = [
    ("journeys", &["tests/tests"]),
    ("chromium", &["tests/browser"]),
    ("pages", &["crates/web/tests/pages"]),
    ("api", &["crates/web/tests/api"]),
    ("v1", &["crates/web/tests/v1"]),
    ("contract", &["crates/testkit/src/store_contract"]),
    ("domain", &["crates/domain/src", "crates/domain/tests"]),
    ("credentials", &["crates/credentials/src"]),
    ("delivery", &["crates/delivery/tests/suite", "crates/delivery/src"]),
    ("store", &["crates/store/tests", "crates/store/src"]),
    ("web", &["crates/web/src"]),
    ("server", &["crates/server/tests", "crates/server/src"]),
    ("simulation", &["simulation/tests", "simulation/src"]),
    ("fuzz", &["fuzz/fuzz_targets"]),
];

/// A test as a page names it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named<'a> {
    room: &'a str,
    file: &'a str,
    name: &'a str,
}

impl<'a> Named<'a> {
    /// `room/file::name`; none when the text is anything else.
    fn read(text: &'a str) -> Option<Self> {
        let (path, name) = text.split_once("::")?;
        let (room, file) = path.split_once('/')?;
        ROOMS.iter().any(|(known, _)| *known == room).then_some(Self { room, file, name })
    }

    fn exists(&self) -> bool {
        let folders = ROOMS.iter().find(|(room, _)| *room == self.room).map_or(&[][..], |(_, folders)| folders);
        let ending = if self.room == "chromium" { "test.mjs" } else { "rs" };
        let files = folders.iter().map(|folder| repository().join(folder).join(format!("{}.{ending}", self.file)));
        files.filter_map(|file| std::fs::read_to_string(file).ok()).any(|text| self.is_in(&text))
    }

    fn is_in(&self, text: &str) -> bool {
        if self.room == "chromium" {
            return text.contains(&format!("(\"{}", self.name)) || text.contains(&format!("(`{}", self.name));
        }
        text.contains(&format!("fn {}(", self.name)) || text.contains(&format!("fn {}<", self.name))
    }
}

fn page(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands between backticks and names a test.
fn named(text: &str) -> impl Iterator<Item = Named<'_>> {
    text.split('`').skip(1).step_by(2).filter_map(Named::read)
}

/// The rows of the tables with a column "shown by", without their headings.
fn rows(text: &str) -> Vec<&str> {
    let mut rows = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with('|') && line.ends_with("| shown by |") {
            rows.extend(lines.by_ref().skip(1).take_while(|line| line.starts_with('|')));
        }
    }
    rows
}

#[test]
fn every_named_test_exists() {
    for path in PAGES {
        let text = page(path);
        let missing: Vec<Named> = named(&text).filter(|test| !test.exists()).collect();
        assert!(missing.is_empty(), "{path} names tests that do not exist: {missing:#?}");
        assert!(named(&text).count() > 100, "{path}");
        let unread: Vec<&str> =
            text.split('`').skip(1).step_by(2).filter(|it| it.contains("::") && Named::read(it).is_none()).collect();
        assert!(unread.is_empty() || unread == ["room/file::name"], "{path}: no such room: {unread:?}");
    }
}

#[test]
fn every_promise_names_a_test() {
    let text = page("docs/SECURITY.md");
    let rows = rows(&text);
    assert!(rows.len() > 40, "{}", rows.len());
    for row in rows {
        assert!(named(row).count() > 0, "nothing shows this: {row}");
    }
}

#[test]
fn every_requirement_stands_once() {
    let text = page("docs/asvs.md");
    let mut seen = BTreeSet::new();
    for row in rows(&text) {
        let ids = row.split('|').nth(1).unwrap_or_default().split(',').map(str::trim);
        for id in ids {
            let parts: Vec<&str> = id.split('.').collect();
            assert!(parts.len() == 3 && parts.iter().all(|part| part.parse::<u8>().is_ok()), "no id: {id:?} in {row}");
            assert!(seen.insert(id.to_owned()), "{id} stands twice");
        }
    }
    // Level 2 has 253 requirements; V10 and V17, which have 36 of them, do not apply.
    assert_eq!(seen.len(), 217, "of levels 1 and 2");
}

#[test]
fn every_test_of_this_suite_is_named() {
    let text = page("docs/SECURITY.md");
    let said: BTreeSet<(String, String)> = named(&text)
        .filter(|test| test.room == "journeys")
        .map(|test| (test.file.to_owned(), test.name.to_owned()))
        .collect();
    let folder = repository().join("tests/tests/promises");
    let mut silent = Vec::new();
    for file in files_below(&folder).into_iter().filter(|file| !file.ends_with("named.rs")) {
        let path = file.strip_prefix(repository().join("tests/tests")).expect("below").with_extension("");
        let source = std::fs::read_to_string(&file).expect("it can be read");
        for test in source.split("#[tokio::test").skip(1) {
            let name = test.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default();
            if !said.contains(&(path.display().to_string(), name.to_owned())) {
                silent.push(format!("journeys/{}::{name}", path.display()));
            }
        }
    }
    assert!(silent.is_empty(), "docs/SECURITY.md does not say what these show: {silent:#?}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
