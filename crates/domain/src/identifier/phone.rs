//! Phone numbers: every usual way of writing one becomes one E.164 number, by libphonenumber's data.

use std::fmt;

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use crate::sms::Country;

use super::{Channel, ContactError, EmailAddress, Identifier};

/// More characters than any number written with separators has.
const MAX_TYPED: usize = 40;

/// The plus and fifteen digits (ITU-T E.164 §6.1).
const MAX_E164: usize = 16;

/// A valid number in E.164 form: `+` and up to fifteen digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Letters or other characters that no written number has.
    #[error("a phone number is written with digits, spaces, dots, dashes and brackets only")]
    Malformed,
    /// No country has such a number.
    #[error("not a valid phone number; write it with its country code, such as +919876543210")]
    Invalid,
}

impl PhoneNumber {
    /// A number read back from a store, where only parsed ones are.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The E.164 text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its digits: country code and national number, without the plus.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// The country it belongs to; `None` for numbers of no country, such as those of satellites.
    pub fn country(&self) -> Option<Country> {
        let number = PHONE_NUMBER_UTIL.parse(&self.0, None).ok()?;
        PHONE_NUMBER_UTIL.get_region_for_number(&number).map(Country::of_region)
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Turns what people type into identifiers, by the settings in force.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContactParser {
    default_region: Option<Region>,
}

impl ContactParser {
    /// A parser that takes numbers without a country code as numbers of `region`, an ISO 3166 code of two
    /// capital letters. `None` when libphonenumber knows no such region.
    pub fn with_default_region(region: &str) -> Option<Self> {
        let region: Region = region.parse().ok()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
        Some(Self { default_region: Some(region) })
    }

    /// Loads the phone metadata now, so that the first visitor need not wait for it.
    pub fn warm_up(&self) {
        let _ = self.parse_phone("+919876543210");
    }

    /// Reads a contact for a channel.
    ///
    /// # Errors
    /// When the text is no contact of that kind.
    pub fn parse(&self, channel: Channel, typed: &str) -> Result<Identifier, ContactError> {
        Ok(match channel {
            Channel::Email => Identifier::Email(EmailAddress::parse(typed)?),
            Channel::Sms => Identifier::Phone(self.parse_phone(typed)?),
        })
    }

    /// Reads a phone number: national with the default region, international with `+`, `00` or neither.
    ///
    /// # Errors
    /// When it has letters, an extension, or is no valid number anywhere.
    pub fn parse_phone(&self, typed: &str) -> Result<PhoneNumber, PhoneError> {
        let typed = typed.trim_matches([' ', '\t']);
        // libphonenumber would read letters as a keypad and drop extensions in silence.
        if typed.is_empty() || typed.len() > MAX_TYPED || !typed.bytes().all(is_written_in_numbers) {
            return Err(PhoneError::Malformed);
        }
        let national = self.default_region.and_then(|region| valid_e164(typed, Some(region)));
        national
            .or_else(|| typed.starts_with('+').then(|| valid_e164(typed, None)).flatten())
            .or_else(|| international_without_plus(typed))
            .map(PhoneNumber)
            .ok_or(PhoneError::Invalid)
    }
}

fn is_written_in_numbers(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+ -./()".contains(&byte)
}

/// `255694230173` and `00255 694 230 173` are `+255694230173`.
fn international_without_plus(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    if typed.contains('+') || digits.starts_with('0') {
        return None;
    }
    valid_e164(&format!("+{digits}"), None)
}

fn valid_e164(typed: &str, region: Option<Region>) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(typed, region).ok()?;
    let complete = number.extension.is_none() && PHONE_NUMBER_UTIL.is_valid_number(&number);
    let e164 = complete.then(|| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned());
    // libphonenumber knows longer numbers of Germany and Austria, which no text message reaches.
    e164.filter(|e164| e164.len() <= MAX_E164)
}
