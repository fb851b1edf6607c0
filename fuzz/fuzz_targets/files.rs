//! Files that operators bring along: accounts as CSV, and the file of keys.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otpd::fuzzing::{COLUMNS, Rows, cells, defused, key, key_file, plain, profile};
use otpd_domain::Timestamp;
use otpd_domain::account::{Account, AccountId, MAX_TEXT, NewAccount};
use otpd_domain::identifier::ContactParser;
use otpd_fuzz::{is_one_line, text};

/// What a spreadsheet takes for a formula.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fuzz_target!(|data: &[u8]| {
    rows(data);
    let Some(text) = text(data) else { return };
    cell(text);
    keys(text);
});

fn types() -> Vec<String> {
    ["Household", "Shop", "Hotel"].map(str::to_owned).to_vec()
}

fn imported(file: &[u8]) -> Option<Vec<(u64, Option<NewAccount>)>> {
    let contacts = ContactParser::with_default_region("IN").expect("a region");
    let rows = Rows::open(file).ok()?;
    let read = rows.map(|row| {
        let read = row.typed.and_then(|typed| profile(typed, contacts, &types()));
        if let Err(faults) = &read {
            assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.why.is_empty()), "{faults:?}");
        }
        (row.line, read.ok())
    });
    Some(read.collect())
}

/// Rows are counted as an editor counts them; what is taken can be stored, exported and imported again as it was.
fn rows(data: &[u8]) {
    let Some(rows) = imported(data) else { return };
    let lines = 1 + data.iter().filter(|byte| **byte == b'\n').count();
    assert!(rows.is_sorted_by_key(|(line, _)| *line), "lines go back");
    assert!(rows.iter().all(|(line, _)| usize::try_from(*line).is_ok_and(|line| line <= lines)), "past the end");
    let accounts: Vec<NewAccount> = rows.into_iter().filter_map(|(_, account)| account).collect();
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS).expect("in memory");
    for account in &accounts {
        assert_eq!(account.check(&types()), Ok(()));
        let texts = [&account.name, &account.address];
        assert!(texts.iter().all(|text| is_one_line(text) && text.chars().count() <= MAX_TEXT), "{account:?}");
        let stored = Account {
            id: AccountId(7),
            profile: account.clone(),
            created_at: Timestamp::from_millis(0),
            last_sign_in_at: None,
        };
        csv.write_record(cells(&stored).map(|cell| defused(&cell))).expect("in memory");
    }
    let again = imported(&csv.into_inner().expect("in memory")).expect("our own columns");
    assert_eq!(again.into_iter().filter_map(|(_, account)| account).collect::<Vec<_>>(), accounts);
}

/// No cell is a formula, and every cell comes back.
fn cell(text: &str) {
    let cell = defused(text);
    assert!(!cell.starts_with(FORMULAS), "{cell:?}");
    assert_eq!(plain(&cell), text);
}

/// A line that is a key is written as it was read; of any other, nothing is shown.
fn keys(text: &str) {
    for line in text.lines() {
        match key(line) {
            Ok(read) => {
                let written = key_file(&[read]);
                let again = written.lines().last().map(key).expect("a line").expect("a key");
                assert_eq!(key_file(&[again]).as_str(), written.as_str());
                let secret = line.split_whitespace().last().expect("a secret");
                assert!(written.contains(secret), "{line} and {}", written.as_str());
            }
            Err(why) => assert!(why.len() < 60),
        }
    }
}
