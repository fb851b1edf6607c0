//! The configuration: `otpd.toml`, `.env` and variables, up to the last table; and durations as it writes them.
//! An input is the file, `.env` and the variables, a line each.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otpd::fuzzing::{Config, Kind, Merged, Reading, Sources, dotenv, find_key, variable, written_duration};
use otpd_domain::limits::parse_duration;
use otpd_fuzz::{is_one_line, text, texts};

/// Shorter ones may well stand in a sentence of ours, too.
const SECRET_BYTES: usize = 12;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    duration(text);
    variables(text);
    let [file, dotenv, environment] = texts(text);
    let lines = environment.lines().filter_map(|line| line.split_once('='));
    let environment = lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let file = some(file).map(|text| ("otpd.toml".into(), text));
    // One of the two is work enough for an input.
    let development = data.len() % 2 == 1;
    let sources = Sources { file, dotenv: some(dotenv), environment, development };
    let merged = sources.merge();
    same_by_variables(&merged, development);
    configuration(&sources, &merged, text);
});

fn duration(text: &str) {
    if let Ok(duration) = parse_duration(text) {
        assert_eq!(parse_duration(&written_duration(duration)), Ok(duration));
    }
}

/// Every value of a `.env` file can be written in double quotes, and is then the same.
fn variables(text: &str) {
    let read = dotenv(text);
    let mut written = String::new();
    for variable in &read.variables {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        assert!(!variable.name.is_empty() && variable.name.chars().all(plain), "{:?}", variable.name);
        let value = variable.value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('\n', "\\n");
        written.push_str(&format!("{}=\"{value}\"\n", variable.name));
    }
    let again = dotenv(&written);
    assert!(again.problems.is_empty(), "{written:?}");
    let pairs = |read: &otpd::fuzzing::DotEnv| -> Vec<(String, String)> {
        read.variables.iter().map(|variable| (variable.name.clone(), variable.value.clone())).collect()
    };
    assert_eq!(pairs(&again), pairs(&read));
}

/// A key means the same in the file and as a variable.
fn same_by_variables(merged: &Merged, development: bool) {
    let given = merged.values.values().filter(|raw| !raw.text.is_empty());
    let environment = given.map(|raw| (variable(&raw.path), raw.text.clone())).collect();
    let again = Sources { environment, development, ..Sources::default() }.merge();
    for (path, raw) in merged.values.iter().filter(|(_, raw)| !raw.text.is_empty()) {
        let found = again.values.get(path).map(|found| found.text.as_str());
        assert_eq!(found, Some(raw.text.as_str()), "{path} by {}", variable(&raw.path));
    }
}

/// All that is wrong is told with a way out, and what is taken has no line breaks; secrets never show.
fn configuration(sources: &Sources, merged: &Merged, input: &str) {
    let Reading { config, notes, .. } = Config::read(sources);
    let mut told: Vec<String> = notes.iter().map(ToString::to_string).collect();
    match config {
        Ok(config) => {
            assert!(is_one_line(&config.brand.name) && is_one_line(&config.texts.default_language));
            assert!(!config.customers.types.is_empty() && config.customers.types.iter().all(|word| is_one_line(word)));
            assert!(config.challenges.ttl <= std::time::Duration::from_mins(10), "codes live for ten minutes at most");
            told.push(format!("{config:?}"));
        }
        Err(problems) => {
            let whole = |problem: &otpd::fuzzing::Problem| !problem.why.is_empty() && !problem.remedy.is_empty();
            assert!(!problems.0.is_empty() && problems.0.iter().all(whole), "{problems}");
            told.push(problems.to_string());
        }
    }
    let is_secret = |path: &str| find_key(path).is_some_and(|key| key.kind == Kind::Secret);
    for raw in merged.values.values().filter(|raw| is_secret(&raw.path) && raw.text.len() >= SECRET_BYTES) {
        // What also stands elsewhere in the input is shown for what it is there.
        let once = input.matches(raw.text.as_str()).count() == 1;
        assert!(!once || !told.iter().any(|told| told.contains(raw.text.as_str())), "{told:?}");
    }
}
