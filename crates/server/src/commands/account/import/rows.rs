//! The rows of an imported file.

use std::io::Cursor;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use csv::{ByteRecord, Position, Reader, ReaderBuilder};

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
    csv: Reader<Cursor<Arc<[u8]>>>,
    header: Header,
    /// The file as it is. The reader passes over blank lines in silence, so lines are counted here.
    bytes: Arc<[u8]>,
    counted_to: usize,
    line: u64,
}

impl Rows {
    /// Reads the first line of a file.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        let bytes: Arc<[u8]> = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).into();
        let mut csv = ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter(&bytes))
            .from_reader(Cursor::new(Arc::clone(&bytes)));
        let names = csv.headers().context("the first line cannot be read; save the file as UTF-8")?.clone();
        let header = Header::read(names.iter())?;
        Ok(Self { csv, header, bytes, counted_to: 0, line: 1 })
    }

    fn read(&self, record: &ByteRecord) -> Result<Typed, Vec<Fault>> {
        if record.len() != self.header.len() {
            let (has, wanted) = (record.len(), self.header.len());
            return Err(vec![Fault::new("", format!("the row has {has} cells, the first line {wanted}"))]);
        }
        let mut cells = Vec::with_capacity(record.len());
        for (at, cell) in record.iter().enumerate() {
            let wrong = |_| vec![Fault::new(self.header.name(at), "it is not UTF-8; save the file as UTF-8")];
            cells.push(std::str::from_utf8(cell).map_err(wrong)?);
        }
        Ok(self.header.typed(cells.into_iter()))
    }

    /// The line on which the record read from there on begins.
    fn line_from(&mut self, byte: usize) -> u64 {
        let blank = self.bytes[byte..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let begins = byte + blank;
        let passed = &self.bytes[self.counted_to..begins];
        self.line += passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.counted_to = begins;
        self.line
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut record = ByteRecord::new();
        // Bytes in memory can always be read, and with `flexible` every record is one.
        if !self.csv.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        let from = record.position().map_or(0, Position::byte);
        let line = self.line_from(usize::try_from(from).unwrap_or_default());
        Some(Row { line, typed: self.read(&record) })
    }
}

/// Spreadsheets of some countries write semicolons: the first line tells.
fn delimiter(start: &[u8]) -> u8 {
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.contains(&b';') && !first_line.contains(&b',') { b';' } else { b',' }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::commands::account::cells::defused;

    fn rows(text: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let rows = Rows::open(text).expect("a header");
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

    proptest! {
        /// White space at the ends is nothing that a name has.
        #[test]
        fn what_is_exported_reads_back(names in prop::collection::vec("['=+@a-zé\\-\",;\n\r]{1,8}", 1..8)) {
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(["name", "email"]).expect("in memory");
            for name in &names {
                csv.write_record([defused(name), "a@example.org".to_owned()]).expect("in memory");
            }
            let bytes = csv.into_inner().expect("in memory");
            let read: Vec<String> = rows(&bytes).into_iter().map(|(_, name)| name.expect("a row")).collect();
            prop_assert_eq!(read, names);
        }

        #[test]
        fn no_file_breaks_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = [b"name,email\n".as_slice(), &bytes].concat();
            let lines: Vec<u64> = rows(&text).into_iter().map(|(line, _)| line).collect();
            prop_assert!(lines.is_sorted() && lines.iter().all(|line| *line >= 2));
        }
    }
}
