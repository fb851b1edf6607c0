//! E-mail addresses: checked strictly, the domain by IDNA.

use std::fmt;

/// Longest address that SMTP carries: 254 characters (RFC 5321 §4.5.3.1.3 with its path brackets taken off).
const MAX_ADDRESS: usize = 254;

/// A deliverable address in canonical form: lower case, the domain as IDNA A-labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// Why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// No `local@domain`, or characters in it that an address cannot have.
    #[error("not an e-mail address such as name@example.com")]
    Malformed,
    /// Longer than SMTP carries.
    #[error("an e-mail address has at most 254 characters")]
    TooLong,
}

impl EmailAddress {
    /// Reads a typed address. White space around it is overlooked; display names, comments, quoted local
    /// parts, address literals and single-label domains are refused, since no customer has them and each
    /// is a way to smuggle a second recipient.
    ///
    /// # Errors
    /// When the text is no such address.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let typed = typed.trim_matches([' ', '\t']);
        if typed.len() > MAX_ADDRESS * 4 {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(EmailError::Malformed)?;
        if !local.bytes().all(is_plain_local) {
            return Err(EmailError::Malformed);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError::Malformed)?;
        let canonical = format!("{}@{domain}", local.to_ascii_lowercase());
        if canonical.len() > MAX_ADDRESS {
            return Err(EmailError::TooLong);
        }
        let last_label = domain.rsplit('.').next().unwrap_or_default();
        if last_label.len() < 2 || last_label.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(EmailError::Malformed);
        }
        email_address::EmailAddress::parse_with_options(&canonical, strict())
            .map(|_| Self(canonical))
            .map_err(|_| EmailError::Malformed)
    }

    /// An address read back from a store, where only parsed ones are.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The canonical address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn strict() -> email_address::Options {
    email_address::Options::default().without_display_text().without_domain_literal().with_required_tld()
}

/// `atext` and the dot of RFC 5322 §3.2.3.
fn is_plain_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}
