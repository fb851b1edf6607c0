//! `[customers]`: what a customer can be.

use otpd_domain::account::MAX_TEXT;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "customers",
    doc: "What a customer can be.",
    keys: &[Key::with_default(
        "customers.types",
        Kind::List,
        "Household, Shop, Hotel",
        "The customer types. The first one is given to an account for which none is named.",
    )],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Customers {
    /// The customer types; never empty.
    pub types: Vec<String>,
}

impl Customers {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { types: reader.value("customers.types", types) }
    }
}

fn types(text: &str) -> Result<Vec<String>, Wrong> {
    let remedy = "Write the types with commas between them, such as Household, Shop, Hotel";
    let types = parse::list(text).map(parse::text).collect::<Result<Vec<_>, _>>()?;
    if types.is_empty() {
        return Err(Wrong::new("there is no customer type in it", remedy));
    }
    match types.iter().find(|one| one.chars().count() > MAX_TEXT) {
        Some(long) => Err(Wrong::new(format!("\"{long}\" has more than {MAX_TEXT} characters"), remedy)),
        None => Ok(types),
    }
}
