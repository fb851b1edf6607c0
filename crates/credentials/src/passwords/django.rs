//! Django's `pbkdf2_sha256$iterations$salt$hash`, so that people of an imported system keep their passwords.
//!
//! Only read, never made: the first right password is hashed anew.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Most iterations taken. Django 5.2 makes 1,000,000, its next releases a fifth more each; more than this would hold a
/// thread for a second.
const MOST_ITERATIONS: u32 = 3_000_000;
/// Longest salt taken, in bytes; Django makes 22.
const LONGEST_SALT: usize = 128;

/// A hash with its salt and iterations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DjangoHash {
    iterations: NonZeroU32,
    salt: String,
    output: [u8; 32],
}

impl DjangoHash {
    /// Reads the text of Django's column `password`. `None` when it is something else or asks for too much work.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("pbkdf2_sha256$")?.split('$');
        let (iterations, salt, output) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = iterations.bytes().all(|byte| byte.is_ascii_digit());
        let iterations = iterations.parse().ok().filter(|it: &NonZeroU32| it.get() <= MOST_ITERATIONS)?;
        let whole = digits && parts.next().is_none() && (1..=LONGEST_SALT).contains(&salt.len());
        let output = STANDARD.decode(output).ok()?.try_into().ok()?;
        whole.then(|| Self { iterations, salt: salt.to_owned(), output })
    }

    /// Whether the password leads to this hash. Compares in constant time.
    pub fn matches(&self, password: &[u8]) -> bool {
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, self.iterations, self.salt.as_bytes(), password, &self.output)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Django 5.2: `PBKDF2PasswordHasher().encode("correct horse battery staple", "seasalt2seasalt2seasa2", 20000)`;
    /// without Django: `base64.b64encode(hashlib.pbkdf2_hmac("sha256", password, salt, 20000))`.
    const MADE_BY_DJANGO: &str =
        "pbkdf2_sha256$20000$seasalt2seasalt2seasa2$5S/mySf0o2DMH3pZScPF6u2fuf5a34HFCe5lxJQc3i8=";

    #[test]
    fn what_django_made_is_matched_by_its_password_alone() {
        let hash = DjangoHash::read(MADE_BY_DJANGO).expect("a hash of Django");
        assert!(hash.matches(b"correct horse battery staple"));
        assert!(!hash.matches(b"correct horse battery stable"));
        assert!(!hash.matches(b""));
    }

    #[test]
    fn salt_and_iterations_count() {
        for changed in [MADE_BY_DJANGO.replace("20000", "20001"), MADE_BY_DJANGO.replace("seasa2$", "seasa3$")] {
            let hash = DjangoHash::read(&changed).expect("as well formed as before");
            assert!(!hash.matches(b"correct horse battery staple"), "{changed}");
        }
    }

    #[test]
    fn anything_else_is_not_read() {
        let output = "5S/mySf0o2DMH3pZScPF6u2fuf5a34HFCe5lxJQc3i8=";
        let bad = [
            String::new(),
            "pbkdf2_sha256".to_owned(),
            format!("pbkdf2_sha1$20000$salt${output}"),
            format!("pbkdf2_sha256$0$salt${output}"),
            format!("pbkdf2_sha256$+20000$salt${output}"),
            format!("pbkdf2_sha256$-1$salt${output}"),
            format!("pbkdf2_sha256${}$salt${output}", MOST_ITERATIONS + 1),
            format!("pbkdf2_sha256$99999999999999999999$salt${output}"),
            format!("pbkdf2_sha256$20000$${output}"),
            format!("pbkdf2_sha256$20000${}${output}", "s".repeat(LONGEST_SALT + 1)),
            format!("pbkdf2_sha256$20000$salt${output}$more"),
            "pbkdf2_sha256$20000$salt$".to_owned(),
            "pbkdf2_sha256$20000$salt$c2hvcnQ=".to_owned(),
            "pbkdf2_sha256$20000$salt$not base64".to_owned(),
            // What Django writes for an account without a password.
            "!RjTkzTW1rSTRSRMMXTtYIXIJHnxTRGBCkGlOIXQe".to_owned(),
        ];
        for text in bad {
            assert_eq!(DjangoHash::read(&text), None, "{text}");
        }
        assert!(DjangoHash::read(&format!("pbkdf2_sha256${MOST_ITERATIONS}$salt${output}")).is_some());
    }
}
