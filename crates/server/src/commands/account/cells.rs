//! Cells of a CSV file that spreadsheets must not take for formulas.
//!
//! An exported cell that a spreadsheet would compute gets an apostrophe before it, and so does one that already
//! looks like such a cell; the import takes exactly one off again. What is exported is imported as it was.

/// What a formula begins with (OWASP, "CSV Injection").
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text as a cell that computes nothing.
pub fn defused(text: &str) -> String {
    if looks_like_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text of a cell.
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| looks_like_formula(text)).unwrap_or(cell)
}

fn looks_like_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_defused_and_come_back() {
        for text in ["=1+1", "+919876543210", "-1", "@SUM(A1)", "\t=1", "'=1", "''+1"] {
            let cell = defused(text);
            assert!(cell.starts_with('\''), "{cell}");
            assert_eq!(plain(&cell), text);
        }
        for text in ["", "Asha", "O'Brien", "'quoted'", "1=1", "'"] {
            assert_eq!(defused(text), text);
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn a_number_without_the_apostrophe_is_read_as_well() {
        assert_eq!(plain("+919876543210"), "+919876543210");
    }

    proptest! {
        #[test]
        fn every_text_survives_the_round_trip(text in "['=+@\\-\t\r a-zé\",;\n]{0,12}") {
            let cell = defused(&text);
            prop_assert!(!cell.starts_with(FORMULA_STARTS));
            prop_assert_eq!(plain(&cell), &text);
        }
    }
}
