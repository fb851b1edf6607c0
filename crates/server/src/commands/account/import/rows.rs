//! The rows of an imported file.

use std::io::BufRead;

use anyhow::{Context as _, Result};
use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::header::Header;
use crate::commands::account::profile::{Fault, Typed};

/// A row.
pub struct Row {
    /// The line it begins on, counted from 1.
    pub line: u64,
    /// Its texts, or why it cannot be read.
    pub typed: Result<Typed, Vec<Fault>>,
}

/// The rows of a file, one after the other.
pub struct Rows {
    csv: Reader<Box<dyn BufRead>>,
    header: Header,
    broken: bool,
}

impl Rows {
    /// Reads the first line.
    pub fn open(mut input: Box<dyn BufRead>) -> Result<Self> {
        let delimiter = delimiter(input.fill_buf().context("the file cannot be read")?);
        let mut csv = ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(input);
        let names = csv.headers().context("the first line cannot be read")?.clone();
        let header = Header::read(names.iter())?;
        Ok(Self { csv, header, broken: false })
    }

    fn read(&self, record: &ByteRecord) -> Result<Typed, Vec<Fault>> {
        if record.len() != self.header.len() {
            let (has, wanted) = (record.len(), self.header.len());
            return Err(vec![Fault::new("", format!("the row has {has} cells, the first line {wanted}"))]);
        }
        let mut cells = Vec::with_capacity(record.len());
        for (at, cell) in record.iter().enumerate() {
            let text = std::str::from_utf8(cell);
            cells.push(text.map_err(|_| vec![Fault::new(self.header.name(at), "it is not UTF-8; save the file as UTF-8")])?);
        }
        Ok(self.header.typed(cells.into_iter()))
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut record = ByteRecord::new();
        // The reader stands where the record begins, blank lines before it included.
        let before = self.csv.position().line();
        if self.broken {
            return None;
        }
        match self.csv.read_byte_record(&mut record) {
            Ok(false) => None,
            Ok(true) => {
                let line = record.position().map_or(before, csv::Position::line);
                Some(Row { line, typed: self.read(&record) })
            }
            Err(error) => {
                self.broken = true;
                let why = match error.kind() {
                    ErrorKind::Io(io) => format!("the file cannot be read further: {io}"),
                    _ => format!("the file cannot be read further: {error}"),
                };
                Some(Row { line: before, typed: Err(vec![Fault::new("", why)]) })
            }
        }
    }
}

/// Spreadsheets of some countries write semicolons: the first line tells.
fn delimiter(start: &[u8]) -> u8 {
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.contains(&b';') && !first_line.contains(&b',') { b';' } else { b',' }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn rows(text: &'static [u8]) -> Vec<(u64, Result<String, String>)> {
        let rows = Rows::open(Box::new(Cursor::new(text))).expect("a header");
        rows.map(|row| (row.line, row.typed.map(|typed| typed.name).map_err(|faults| faults[0].why.clone()))).collect()
    }

    #[test]
    fn lines_are_counted_through_quotes_and_blank_lines() {
        let read = rows(b"\xef\xbb\xbfname,email\n\"A\nB\",a@b.example\n\nC,c@b.example\r\nD\n");
        assert_eq!(read[0], (2, Ok("A\nB".to_owned())));
        assert_eq!(read[1], (5, Ok("C".to_owned())));
        assert_eq!(read[2].0, 6);
        assert!(read[2].1.as_ref().expect_err("ragged").contains("1 cells, the first line 2"));
    }

    #[test]
    fn semicolons_and_other_encodings() {
        assert_eq!(rows(b"name;email\nA;a@b.example\n"), [(2, Ok("A".to_owned()))]);
        let latin = rows(b"name,email\nJos\xe9,a@b.example\nB,b@b.example\n");
        assert!(latin[0].1.as_ref().expect_err("Latin 1").contains("UTF-8"));
        assert_eq!(latin[1], (3, Ok("B".to_owned())));
    }
}
