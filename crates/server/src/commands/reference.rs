//! The command reference, made from the help texts. `UPDATE_REFERENCE=1 cargo test -p otpd reference` writes it.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};

use crate::cli::Cli;
use crate::config::reference::hold;

const HEAD: &str = "\
# Command reference

<!-- Made from the help texts in crates/server/src/commands; UPDATE_REFERENCE=1 cargo test -p otpd reference writes it. -->

Every command reads the same [configuration](configuration.md). Results go to the standard output, everything else to
the standard error.

| exit code | meaning |
|---|---|
| 0 | all is well |
| 1 | a problem was found, or the work failed; the standard error says what to do |
| 2 | the command line is wrong |
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    // Lines as wide as a page, whatever terminal the tests run in.
    add(&mut page, Cli::command().term_width(100), "otpd");
    page
}

fn add(page: &mut String, mut command: Command, name: &str) {
    let help = command.clone().bin_name(name).disable_help_subcommand(true).render_long_help().to_string();
    let text: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(page, "\n## `{name}`\n\n```text\n{}\n```\n", text.join("\n").trim_end());
    command.build();
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        add(page, inner.clone().term_width(100), &format!("{name} {}", inner.get_name()));
    }
}

#[test]
fn the_command_reference_is_up_to_date() {
    hold("docs/reference/commands.md", &page());
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}
