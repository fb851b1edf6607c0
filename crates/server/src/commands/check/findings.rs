//! What a check found.

use std::io::{self, Write};

use serde::Serialize;

use super::guessing::Guessing;
use crate::config::table::problem::{Problem, Wrong};
use crate::output;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The server does not start, or is not safe.
    Error,
    /// It works, but somebody should look at it.
    Warning,
}

/// One thing that was found.
#[derive(Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What, why, and what to write instead.
    #[serde(flatten)]
    pub problem: Problem,
}

/// Everything that was found, and what was looked at without finding anything.
#[derive(Default)]
pub struct Findings {
    found: Vec<Finding>,
    fine: Vec<String>,
    told: Vec<String>,
    /// What the limits on guessing come to, once they were looked at.
    pub guessing: Option<Guessing>,
}

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    errors: usize,
    warnings: usize,
    findings: &'a [Finding],
    fine: &'a [String],
    guessing: Option<Guessing>,
}

impl Findings {
    /// Notes an error.
    pub fn error(&mut self, key: &str, why: impl Into<String>, remedy: impl Into<String>) {
        self.add(Severity::Error, Problem::new(key, None, Wrong::new(why, remedy)));
    }

    /// Notes a warning.
    pub fn warning(&mut self, key: &str, why: impl Into<String>, remedy: impl Into<String>) {
        self.add(Severity::Warning, Problem::new(key, None, Wrong::new(why, remedy)));
    }

    /// Notes a problem.
    pub fn add(&mut self, severity: Severity, problem: Problem) {
        self.found.push(Finding { severity, problem });
    }

    /// Notes what was looked at and is as it should be.
    pub fn fine(&mut self, what: impl Into<String>) {
        self.fine.push(what.into());
    }

    /// Notes what the settings come to, neither good nor bad.
    pub fn tell(&mut self, what: impl Into<String>) {
        self.told.push(what.into());
    }

    /// How many of that severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.found.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Prints them for people.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        for fine in &self.fine {
            writeln!(out, "ok       {fine}")?;
        }
        for told in &self.told {
            writeln!(out, "note     {told}")?;
        }
        for Finding { severity, problem } in &self.found {
            let word = if *severity == Severity::Error { "error" } else { "warning" };
            writeln!(out, "{word:<8} {}", problem.to_string().replace("\n    ", "\n         "))?;
        }
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        writeln!(out, "{errors} error{}, {warnings} warning{}", plural(errors), plural(warnings))
    }

    /// Prints them for scripts.
    pub fn print_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        let Self { found, fine, guessing, .. } = self;
        let ok = errors == 0;
        output::json(out, &Report { ok, errors, warnings, findings: found, fine, guessing: *guessing })
    }
}
