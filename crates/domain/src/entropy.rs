//! Randomness as an argument.

/// The system could not give random bytes. Nothing may go on without them.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the system's random source did not answer")]
pub struct EntropyError;

/// Gives cryptographically secure random bytes. The server hands in the operating system's source,
/// tests one that repeats itself from a seed.
pub trait Entropy: Send + Sync {
    /// Fills `dest` with random bytes.
    ///
    /// # Errors
    /// When the source fails; callers must then refuse their work.
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError>;
}

/// An array of fresh random bytes.
pub(crate) fn random<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
