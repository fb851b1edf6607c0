//! Tables for a terminal: columns as wide as their widest cell, two spaces between them.

use std::io::{self, Write};

/// On which side of its column a cell stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Left: words.
    Left,
    /// Right: numbers.
    Right,
}

/// A table that is filled and then printed.
pub struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these headings. With no heading at all the first line is left out.
    pub fn new(columns: &[(&'static str, Align)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(|cell| shown(&cell.into())).collect());
    }

    /// Prints it.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let headings: Vec<String> = self.columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
        let headed = headings.iter().any(|heading| !heading.is_empty());
        let lines: Vec<&Vec<String>> = headed.then_some(&headings).into_iter().chain(&self.rows).collect();
        let widest =
            |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(widest).collect();
        for line in lines {
            let cells = line
                .iter()
                .zip(&widths)
                .zip(&self.columns)
                .map(|((cell, width), (_, align))| pad(cell, *width, *align));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

fn pad(cell: &str, wanted: usize, align: Align) -> String {
    let space = " ".repeat(wanted.saturating_sub(width(cell)));
    if align == Align::Right { space + cell } else { cell.to_owned() + &space }
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

/// Control characters could move the cursor of whoever looks at the table.
fn shown(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_cannot_move_the_cursor() {
        let mut table = Table::new(&[("name", Align::Left), ("codes", Align::Right)]);
        table.row(["é", "1"]);
        table.row(["\u{1b}[2Jlonger", "1000"]);
        let mut out = Vec::new();
        table.print(&mut out).expect("printed");
        let text = String::from_utf8(out).expect("text");
        assert_eq!(text, "name        codes\né               1\n\u{fffd}[2Jlonger   1000\n");
    }
}
