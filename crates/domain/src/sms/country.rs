//! Countries that are served by SMS.

use std::fmt;

use rlibphonenumber::PHONE_NUMBER_UTIL;
use rlibphonenumber::enums::Region;

/// A country, or a territory with numbers of its own, by its ISO 3166 code of two letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Country(Region);

impl Country {
    /// Reads a code of two letters, large or small; `None` when libphonenumber knows no such region.
    pub fn parse(code: &str) -> Option<Self> {
        let region: Region = code.parse().ok()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
        Some(Self(region))
    }

    pub(crate) fn of_region(region: Region) -> Self {
        Self(region)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for code in ["IN", "TZ", "DE"] {
            assert_eq!(Country::parse(code).map(|country| country.to_string()).as_deref(), Some(code));
        }
        assert_eq!(Country::parse("tz"), Country::parse("TZ"), "small letters are read too");
        for wrong in ["", "XX", "IND", "001"] {
            assert_eq!(Country::parse(wrong), None, "{wrong}");
        }
    }
}
