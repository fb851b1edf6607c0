//! What the fuzz targets share: how an input is read, and the few things every target asks of what came out.

use otpd_domain::{Entropy, EntropyError};

/// What stands between the parts of an input that has several, on a line of its own.
const BETWEEN: &[u8] = b"\n--\n";

/// The input as text; `None` when it is none.
pub fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// The parts of an input. Those that are not there are empty, and the last one takes the rest.
pub fn parts<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut rest = Some(data);
    std::array::from_fn(|at| {
        let data = rest.take().unwrap_or_default();
        let cut = data.windows(BETWEEN.len()).position(|window| window == BETWEEN).filter(|_| at + 1 < N);
        let Some(cut) = cut else { return data };
        rest = Some(&data[cut + BETWEEN.len()..]);
        &data[..cut]
    })
}

/// The same, of text.
pub fn texts<const N: usize>(data: &str) -> [&str; N] {
    // Cut at ASCII, so every part is text.
    parts::<N>(data.as_bytes()).map(|part| text(part).unwrap_or_default())
}

/// Whether a text has no line breaks, NUL or other control characters.
pub fn is_one_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// Randomness that is none, so that an input always does the same.
pub struct FixedEntropy;

impl Entropy for FixedEntropy {
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        dest.fill(0x5a);
        Ok(())
    }
}
