//! `application/x-www-form-urlencoded`, read strictly: what would have to be guessed is refused.

use std::fmt;

/// More fields than any of our forms has.
const MAX_FIELDS: usize = 32;
/// How much of a field's name is shown when it is refused.
const SHOWN: usize = 40;

/// The fields of a form or query: each name once, every value plain text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFault {
    /// Its bytes are no percent-encoded UTF-8.
    NotText,
    /// It stands there more than once.
    Repeated,
    /// It has line breaks, NUL or other control characters.
    Control,
    /// It is written as a list: `name[]`.
    List,
    /// There are more fields than any form has.
    TooMany,
    /// It is missing.
    Missing,
    /// It does not hold what our page put there.
    Malformed,
}

/// A field that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its name, as far as it can be shown; never its value.
    pub field: String,
    /// What is wrong.
    pub fault: FieldFault,
}

impl Fields {
    /// Reads the pairs of a body or query.
    ///
    /// # Errors
    /// Names the first field that cannot be taken.
    pub fn parse(bytes: &[u8]) -> Result<Self, FieldProblem> {
        let mut fields = Vec::with_capacity(4);
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let split = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = split.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            let refuse = |fault| FieldProblem { field: shown(name), fault };
            let name = decode(name).ok_or_else(|| refuse(FieldFault::NotText))?;
            let value = decode(value).ok_or_else(|| refuse(FieldFault::NotText))?;
            check(&name, &value, &fields).map_err(refuse)?;
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// The names, as they were sent.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn require(&self, name: &'static str) -> Result<&str, FieldProblem> {
        self.get(name).ok_or_else(|| FieldProblem { field: name.to_owned(), fault: FieldFault::Missing })
    }
}

/// Values never show themselves in debug output: one of them is the code.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

fn check(name: &str, value: &str, before: &[(String, String)]) -> Result<(), FieldFault> {
    if name.contains(['[', ']']) {
        Err(FieldFault::List)
    } else if name.chars().chain(value.chars()).any(char::is_control) {
        Err(FieldFault::Control)
    } else if before.iter().any(|(known, _)| known == name) {
        Err(FieldFault::Repeated)
    } else if before.len() >= MAX_FIELDS {
        Err(FieldFault::TooMany)
    } else {
        Ok(())
    }
}

/// Percent-decoding without mercy: `%zz`, a cut-off `%4` and bytes that are no UTF-8 give `None`. The libraries
/// at hand put a replacement character in their place.
fn decode(encoded: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(*rest.next()?)? << 4 | hex(*rest.next()?)?,
            other => *other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A name for a page and a log: cut short, and without anything that could move a cursor.
fn shown(name: &[u8]) -> String {
    let name = decode(name).unwrap_or_else(|| String::from_utf8_lossy(name).into_owned());
    name.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(body: &[u8]) -> (String, FieldFault) {
        let problem = Fields::parse(body).expect_err("refused");
        (problem.field, problem.fault)
    }

    #[test]
    fn plain_fields_are_read() {
        let fields = Fields::parse(b"contact_type=email&contact_value=a%40b.example&&note=one+two%20three&empty=&bare");
        let fields = fields.expect("fields");
        assert_eq!(fields.get("contact_value"), Some("a@b.example"));
        assert_eq!(fields.get("note"), Some("one two three"));
        assert_eq!((fields.get("empty"), fields.get("bare"), fields.get("none")), (Some(""), Some(""), None));
        assert_eq!(Fields::parse("name=é%C3%A9".as_bytes()).expect("fields").get("name"), Some("éé"));
    }

    #[test]
    fn what_would_have_to_be_guessed_is_refused_by_name() {
        use FieldFault::{Control, List, NotText, Repeated, TooMany};
        for (body, field, fault_expected) in [
            (&b"a=1&a=2"[..], "a", Repeated),
            (b"a=1&%61=2", "a", Repeated),
            (b"otp_code=%00", "otp_code", Control),
            (b"a=x%0d%0aSet-Cookie:%20b", "a", Control),
            (b"a=\x7f", "a", Control),
            (b"a=%C2%85", "a", Control),
            (b"contact_value[]=x", "contact_value[]", List),
            (b"a%5b0%5d=x", "a[0]", List),
            (b"a=%ED%A0%80", "a", NotText),
            (b"a=%ff", "a", NotText),
            (b"a=\xff", "a", NotText),
            (b"a=%zz", "a", NotText),
            (b"a=%4", "a", NotText),
            (b"a=%", "a", NotText),
            (b"a=%+1", "a", NotText),
            (b"%00=1", "\u{fffd}", Control),
        ] {
            assert_eq!(fault(body), (field.to_owned(), fault_expected), "{:?}", String::from_utf8_lossy(body));
        }
        let many: Vec<String> = (0..=MAX_FIELDS).map(|n| format!("f{n}=")).collect();
        assert_eq!(fault(many.join("&").as_bytes()), ("f32".to_owned(), TooMany));
        assert_eq!(
            fault("x".repeat(1000).as_bytes().iter().copied().chain(*b"=%00").collect::<Vec<_>>().as_slice()).0.len(),
            SHOWN
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            if let Ok(fields) = Fields::parse(&bytes) {
                for (name, value) in &fields.0 {
                    prop_assert!(!name.chars().chain(value.chars()).any(char::is_control));
                }
            }
        }

        #[test]
        fn what_a_browser_encodes_reads_back(value in "\\PC*") {
            let encoded = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
            let fields = Fields::parse(format!("field={encoded}").as_bytes()).expect("fields");
            prop_assert_eq!(fields.get("field"), Some(value.as_str()));
        }
    }
}
