//! `[brand]`: under whose name the pages and messages appear.

use std::path::PathBuf;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// Longest name: it has to fit into one text message with the code.
const LONGEST_NAME: usize = 60;

/// The table of this section.
pub const SECTION: Section = Section {
    name: "brand",
    doc: "Under whose name the pages and messages appear.",
    keys: &[
        Key::with_default(
            "brand.name",
            Kind::Text,
            "Waste Billing",
            "The name in pages and messages, at most 60 characters.",
        ),
        Key::with_default("brand.color", Kind::Text, "#0f766e", "The colour of buttons and links, as `#rrggbb`."),
        Key::optional("brand.logo", Kind::Path, "logo.svg", "An image file shown above the pages."),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Brand {
    /// The name.
    pub name: String,
    /// Whether a name was chosen.
    pub name_is_given: bool,
    /// The colour, `#rrggbb`.
    pub color: String,
    /// The image file.
    pub logo: Option<PathBuf>,
}

impl Brand {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            name: reader.value("brand.name", name),
            name_is_given: reader.is_given("brand.name"),
            color: reader.value("brand.color", color),
            logo: reader.optional("brand.logo", parse::path),
        }
    }
}

fn name(text: &str) -> Result<String, Wrong> {
    let name = parse::text(text)?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Wrong::new(
            format!("it has more than {LONGEST_NAME} characters"),
            "Write a shorter name: it has to fit into a text message",
        ));
    }
    Ok(name)
}

fn color(text: &str) -> Result<String, Wrong> {
    let color = text.trim().to_ascii_lowercase();
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(color)
    } else {
        Err(Wrong::new(format!("\"{text}\" is no colour"), "Write # and six hexadecimal digits, such as #0f766e"))
    }
}
