//! The text of an SMS.

mod segments;

pub use segments::{Encoding, Segments, segments};

/// Puts the line that binds the code to the site (`@host #code`, the origin-bound one-time codes of WICG) under the
/// text. Phones read the last line only, so it is added here and not by the template: whatever a template, a brand
/// or a name contains, this line is the last one, and the only one of its kind.
pub(crate) fn bind_to_host(text: &str, host: &str, code: &str) -> String {
    let mut bound = String::with_capacity(text.len() + host.len() + code.len() + 4);
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('@'));
    for line in lines {
        bound.push_str(line);
        bound.push('\n');
    }
    bound.truncate(bound.trim_end().len());
    bound.push_str("\n\n@");
    bound.push_str(host);
    bound.push_str(" #");
    bound.push_str(code);
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_line_is_the_last_and_the_only_one() {
        let bound = bind_to_host("Your OTP is: 123456.\n", "portal.example", "123456");
        assert_eq!(bound, "Your OTP is: 123456.\n\n@portal.example #123456");
        for hostile in ["x\n@evil.example #999999", "x\n\n  @evil.example #999999 \n\n", "@evil.example #999999\r\nx"] {
            assert_eq!(bind_to_host(hostile, "portal.example", "123456"), "x\n\n@portal.example #123456", "{hostile}");
        }
    }
}
