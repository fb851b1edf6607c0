//! The first line of an imported file: which column is where.

use anyhow::{Result, bail};
use strsim::jaro_winkler;

use crate::commands::account::cells::plain;
use crate::commands::account::export::COLUMNS;
use crate::commands::account::profile::Typed;

/// Columns of an export that an import overlooks: the database gives them.
const OVERLOOKED: [&str; 3] = ["id", "created_at", "last_sign_in_at"];
/// Below this likeness (0 to 1) no column is suggested.
const LIKE: f64 = 0.75;

/// The columns of a file, in its order.
pub struct Header(Vec<&'static str>);

impl Header {
    /// Reads the names of the columns.
    pub fn read<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self> {
        let columns = names.map(|name| column(&name.trim().to_ascii_lowercase())).collect::<Result<Vec<_>>>()?;
        let has = |name| columns.contains(&name);
        let has_name = has("name") || has("first_name") || has("last_name");
        if !has_name || !(has("email") || has("phone")) {
            bail!("the first line must name the columns: name, and email or phone or both, such as name,email,phone");
        }
        match columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)) {
            Some((_, twice)) => bail!("the column {twice} is there twice; remove one of them"),
            None => Ok(Self(columns)),
        }
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The name of a column.
    pub fn name(&self, at: usize) -> &'static str {
        self.0.get(at).copied().unwrap_or_default()
    }

    /// The texts of a row.
    pub fn typed<'a>(&self, cells: impl Iterator<Item = &'a str>) -> Typed {
        let mut typed = Typed::default();
        for (column, cell) in self.0.iter().zip(cells) {
            let text = plain(cell.trim_matches([' ', '\t'])).to_owned();
            match *column {
                "name" => typed.name = text,
                "first_name" => typed.first_name = text,
                "last_name" => typed.last_name = text,
                "email" => typed.email = text,
                "phone" => typed.phone = text,
                "address" => typed.address = text,
                "customer_type" => typed.customer_type = text,
                "role" => typed.role = text,
                "active" => typed.active = text,
                "language" => typed.language = text,
                // Overlooked.
                _ => {}
            }
        }
        typed
    }
}

fn column(name: &str) -> Result<&'static str> {
    if let Some(known) = COLUMNS.into_iter().find(|known| *known == name) {
        return Ok(known);
    }
    let known = COLUMNS.into_iter().filter(|known| !OVERLOOKED.contains(known));
    let nearest = known.clone().map(|known| (jaro_winkler(known, name), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((likeness, near)) if likeness >= LIKE => bail!("there is no column \"{name}\"; did you mean {near}?"),
        _ => bail!("there is no column \"{name}\"; the columns are {}", known.collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Header> {
        Header::read(line.split(','))
    }

    #[test]
    fn columns_stand_in_any_order_and_are_told_when_wrong() {
        let header = read("Phone, NAME ,id").expect("a header");
        let typed = header.typed(["'+919876543210", " Asha ", "7"].into_iter());
        assert_eq!((typed.phone.as_str(), typed.name.as_str()), ("+919876543210", "Asha"));
        for (line, why) in [
            ("name,adress", "did you mean address?"),
            ("name,email,adress", "did you mean address?"),
            ("name,email,xyzzy", "the columns are name, first_name"),
            ("name,email,email", "twice"),
            ("email,phone", "first line must name"),
        ] {
            let error = read(line).err().expect(line).to_string();
            assert!(error.contains(why), "{line}: {error}");
        }
    }
}
