//! Outcomes side by side.

use std::fmt::Write;

use super::{Attack, Defence, Outcome};

/// A table in Markdown, a line for each day.
pub fn table(days: &[(Attack, Defence, Outcome)]) -> String {
    let mut text = String::from(
        "| attack | defence | fraud asked | fraud sent | fraud money | honest sent | honest money | \
         honest denied at first | in blocks nobody attacked | got none | wait of the others | blocks closed | after (median) |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (attack, defence, outcome) in days {
        let (fraud, honest) = (&outcome.fraud, &outcome.honest);
        let wait = honest.waited.checked_div(honest.late).map_or("–".to_owned(), |minutes| format!("{minutes} min"));
        let after = outcome.median_minutes().map_or("–".to_owned(), |minutes| format!("{minutes} min"));
        let closed = format!("{} of {}", outcome.closed_after.len(), outcome.attacked);
        let written = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {wait} | {closed} | {after} |",
            attack.name(),
            defence.name,
            fraud.asked,
            fraud.sent,
            fraud.spent,
            honest.sent,
            honest.spent,
            honest.denied,
            outcome.bystanders,
            honest.never(),
        );
        written.unwrap_or_else(|_| unreachable!("text takes every line"));
    }
    text
}
