//! How many SMS a text takes: carriers bill each of them.

use std::fmt;

use otpd_domain::message::SmsSize;

/// How the characters of an SMS are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The default alphabet with its extension table: 7 bits a character (3GPP TS 23.038 §6.2.1).
    Gsm7,
    /// 16 bits a character, as soon as one is outside the default alphabet.
    Ucs2,
}

/// What a text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// How its characters are sent.
    pub encoding: Encoding,
    /// Septets or UTF-16 units in all; a character of the extension table is two septets.
    pub units: usize,
    /// SMS needed; 0 for an empty text.
    pub segments: usize,
}

impl From<Segments> for SmsSize {
    fn from(segments: Segments) -> Self {
        Self {
            count: u32::try_from(segments.segments).unwrap_or(u32::MAX),
            unicode: segments.encoding == Encoding::Ucs2,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        })
    }
}

impl Encoding {
    /// Units that fit into an SMS that stands alone: 140 bytes.
    const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Units that fit into each of several: six bytes go to the header that joins them.
    const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }
}

/// The default alphabet, in the order of its table. The escape at 0x1B is left out: it is no character.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";
/// The characters that take an escape before them.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Counts the SMS a text takes.
pub fn segments(text: &str) -> Segments {
    let septets = text.chars().map(septets);
    let (encoding, lengths): (_, Vec<usize>) = match septets.collect::<Option<Vec<usize>>>() {
        Some(lengths) => (Encoding::Gsm7, lengths),
        None => (Encoding::Ucs2, text.chars().map(char::len_utf16).collect()),
    };
    let units = lengths.iter().sum();
    let segments = if units <= encoding.alone() { usize::from(units > 0) } else { split(&lengths, encoding.joined()) };
    Segments { encoding, units, segments }
}

/// The septets of a character; `None` when the default alphabet lacks it.
fn septets(c: char) -> Option<usize> {
    match c {
        // Most characters of most texts, without a search.
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => Some(1),
        other if BASIC.contains(other) => Some(1),
        other if EXTENSION.contains(other) => Some(2),
        _ => None,
    }
}

/// Fills SMS after SMS; an escape or a surrogate is never parted from its other half.
fn split(lengths: &[usize], room: usize) -> usize {
    let mut count = 1;
    let mut used = 0;
    for length in lengths {
        if used + length > room {
            count += 1;
            used = 0;
        }
        used += length;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (Encoding, usize, usize) {
        let Segments { encoding, units, segments } = segments(text);
        (encoding, units, segments)
    }

    #[test]
    fn the_default_alphabet_is_complete() {
        // 128 places, less the escape.
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
    }

    #[test]
    fn plain_texts_fill_160_and_then_153() {
        assert_eq!(counted(""), (Encoding::Gsm7, 0, 0));
        assert_eq!(counted("@portal.example #123456"), (Encoding::Gsm7, 23, 1));
        assert_eq!(counted(&"a".repeat(160)), (Encoding::Gsm7, 160, 1));
        assert_eq!(counted(&"a".repeat(161)), (Encoding::Gsm7, 161, 2));
        assert_eq!(counted(&"a".repeat(306)), (Encoding::Gsm7, 306, 2));
        assert_eq!(counted(&"a".repeat(307)), (Encoding::Gsm7, 307, 3));
    }

    #[test]
    fn characters_of_the_extension_count_twice_and_are_not_parted() {
        assert_eq!(counted("€"), (Encoding::Gsm7, 2, 1));
        assert_eq!(counted(&"€".repeat(80)), (Encoding::Gsm7, 160, 1));
        let at_the_edge = format!("{}€{}", "a".repeat(152), "a".repeat(151));
        assert_eq!(counted(&at_the_edge), (Encoding::Gsm7, 305, 2), "152, then the euro sign and 151");
        let past_the_edge = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        assert_eq!(counted(&past_the_edge), (Encoding::Gsm7, 306, 3), "one unit is lost");
    }

    #[test]
    fn one_other_character_makes_it_ucs2() {
        assert_eq!(counted("مرحبا"), (Encoding::Ucs2, 5, 1));
        assert_eq!(counted(&format!("{}’", "a".repeat(69))), (Encoding::Ucs2, 70, 1));
        assert_eq!(counted(&format!("{}’", "a".repeat(70))), (Encoding::Ucs2, 71, 2));
        assert_eq!(counted("ç"), (Encoding::Ucs2, 1, 1), "only the capital one is in the alphabet");
        assert_eq!(counted("😀"), (Encoding::Ucs2, 2, 1), "a surrogate pair");
        assert_eq!(counted(&"😀".repeat(67)), (Encoding::Ucs2, 134, 3), "33 pairs a segment");
    }
}
