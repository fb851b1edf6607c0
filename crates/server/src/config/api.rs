//! `[api]`: front ends of other origins.

use otpd_web::PublicUrl;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "api",
    doc: "The API for front ends.",
    keys: &[Key::with_default(
        "api.allowed_origins",
        Kind::List,
        "",
        "Origins whose pages may call `/api/users/…`, `/api/register/` and their fellows from a browser, such as \
         `https://shop.example.com`. Other back ends need no entry: only browsers send an origin.",
    )],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Api {
    /// The origins, as browsers write them.
    pub allowed_origins: Vec<String>,
}

impl Api {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self { allowed_origins: reader.value("api.allowed_origins", origins) }
    }
}

fn origins(text: &str) -> Result<Vec<String>, Wrong> {
    parse::list(text).map(origin).collect()
}

fn origin(text: &str) -> Result<String, Wrong> {
    const REMEDY: &str = "Write each with its scheme, such as https://shop.example.com";
    if text.contains('*') || text == "null" {
        let why = format!("\"{text}\" would let every page of the web call the API in its visitors' names");
        return Err(Wrong::new(why, REMEDY));
    }
    let origin =
        PublicUrl::parse(text).map_err(|error| Wrong::new(format!("\"{text}\" is no origin: {error}"), REMEDY))?;
    Ok(origin.origin().to_owned())
}
