//! Argon2id (RFC 9106): the settings in force, the memory it fills, and its hashes as PHC strings.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash as PhcString, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use otpd_domain::password::PasswordHash;
use zeroize::{Zeroize, Zeroizing};

/// Memory of one hash, in KiB: the least that OWASP's Password Storage Cheat Sheet gives for two passes and one lane.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
pub const PASSES: u32 = 2;
/// Lanes: one, for several would only be worked off one after the other.
pub const LANES: u32 = 1;
/// Bytes of a salt (RFC 9106 §3.1).
pub const SALT_BYTES: usize = 16;
/// Bytes of a hash.
pub const OUTPUT_BYTES: usize = 32;

/// Most passes a hash from elsewhere may ask for; eight take four times as long as those made here.
const MOST_PASSES: u32 = 8;
/// Most lanes a hash from elsewhere may ask for.
const MOST_LANES: u32 = 16;

/// The memory one thread hashes in, taken at its first hash and kept. What a hash leaves behind in it is no password,
/// and the second pass has overwritten the blocks that a guess could be tried on cheaply; it is wiped at the end.
#[derive(Default)]
pub struct Memory {
    blocks: Vec<Block>,
    /// Argon2 computations so far.
    pub computed: u64,
    /// KiB filled by them, all passes together: the measure of work.
    pub filled_kib: u64,
}

/// A hash with its salt and settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argon2Hash {
    params: Params,
    salt: Salt,
    output: Output,
}

impl Memory {
    fn fill(&mut self, params: &Params, password: &[u8], salt: &[u8], output: &mut [u8]) {
        // Never more: `Argon2Hash::read` refuses settings that need more than those in force.
        self.blocks.resize(MEMORY_KIB as usize, Block::new());
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(password, salt, output, &mut self.blocks)
            .unwrap_or_else(|error| unreachable!("settings, salt and lengths were checked when they came in: {error}"));
        self.computed += 1;
        self.filled_kib += u64::from(params.m_cost()) * u64::from(params.t_cost());
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.blocks.zeroize();
    }
}

impl Argon2Hash {
    /// Hashes a password with the settings in force.
    pub fn make(password: &[u8], salt: [u8; SALT_BYTES], memory: &mut Memory) -> Self {
        let mut output = Zeroizing::new([0; OUTPUT_BYTES]);
        memory.fill(&in_force(), password, &salt, output.as_mut_slice());
        Self::in_force(salt, *output)
    }

    /// The hash of that salt and output with the settings in force.
    pub fn in_force(salt: [u8; SALT_BYTES], output: [u8; OUTPUT_BYTES]) -> Self {
        let fits = "these lengths lie within those of the PHC format";
        let salt = Salt::new(&salt).unwrap_or_else(|_| unreachable!("{fits}"));
        let output = Output::new(&output).unwrap_or_else(|_| unreachable!("{fits}"));
        Self { params: in_force(), salt, output }
    }

    /// Reads a PHC string of Argon2id version 19. `None` when it is something else, or asks for more memory than one thread
    /// has, or for more time than a sign-in may take.
    pub fn read(text: &str) -> Option<Self> {
        let phc = PhcString::new(text).ok()?;
        let named = phc.algorithm == ARGON2ID_IDENT && phc.version == Some(Version::V0x13.into());
        let (params, salt, output) = (Params::try_from(&phc).ok()?, phc.salt?, phc.hash?);
        let bearable = params.m_cost() <= MEMORY_KIB && params.t_cost() <= MOST_PASSES && params.p_cost() <= MOST_LANES;
        (named && bearable).then_some(Self { params, salt, output })
    }

    /// The PHC string.
    pub fn to_stored(&self) -> PasswordHash {
        let params = ParamsString::try_from(&self.params).unwrap_or_else(|_| unreachable!("three numbers fit"));
        let phc = PhcString {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params,
            salt: Some(self.salt),
            hash: Some(self.output),
        };
        PasswordHash::from_stored(phc.to_string())
    }

    /// Whether the password leads to this hash. Compares in constant time.
    pub fn matches(&self, password: &[u8], memory: &mut Memory) -> bool {
        let mut buffer = Zeroizing::new([0; Output::MAX_LENGTH]);
        let output = &mut buffer[..self.output.len()];
        memory.fill(&self.params, password, &self.salt, output);
        aws_lc_rs::constant_time::verify_slices_are_equal(output, self.output.as_bytes()).is_ok()
    }

    /// Whether it was made with less than what is in force.
    pub fn is_outdated(&self) -> bool {
        self.params.m_cost() < MEMORY_KIB
            || self.params.t_cost() < PASSES
            || self.salt.len() < SALT_BYTES
            || self.output.len() < OUTPUT_BYTES
    }
}

fn in_force() -> Params {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES))
        .unwrap_or_else(|error| unreachable!("the settings in force are valid: {error}"))
}
