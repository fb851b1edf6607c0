//! Challenges of ALTCHA.
//!
//! The server chooses the counter of the solution and shows half of the key derived from it; the browser tries counters until
//! it meets that half, and hands in the whole. The other half is signed within the challenge, so checking costs no derivation.

use std::num::NonZeroU32;

use altcha::{
    Challenge, ChallengeParameters, HmacAlgorithm, Payload, Solution, VerifySolutionOptions, sign_challenge,
    verify_solution,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::pbkdf2;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use otpd_domain::ports::Handed;
use otpd_domain::{Entropy, EntropyError, Timestamp};
use serde_json::Value;

use super::ProofConfig;
use super::secrets::{Secrets, WorkKeys, hex};

/// Iterations of PBKDF2 for each key tried. With many fewer, what a browser needs around them would weigh more than they do, and
/// who works without one would be far ahead; with many more, the one key that each challenge costs the server would be dear.
pub const ITERATIONS: NonZeroU32 = NonZeroU32::new(1000).expect("not zero");
/// Browsers have it, and it needs no WebAssembly, which a strict content security policy refuses.
const ALGORITHM: &str = "PBKDF2/SHA-256";
/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of it that are shown.
const SHOWN: usize = KEY / 2;
/// Bytes of nonce and salt, as the library has them.
const RANDOM: usize = 16;

/// A challenge for the network whose keys these are, as the widget takes it.
pub fn challenge(
    config: &ProofConfig,
    keys: &WorkKeys,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<Value, EntropyError> {
    let (mut nonce, mut salt) = ([0; RANDOM], [0; RANDOM]);
    entropy.fill(&mut nonce)?;
    entropy.fill(&mut salt)?;
    let key = derived(&nonce, counter(config.work, entropy)?, &salt);
    let parameters = ChallengeParameters {
        algorithm: ALGORITHM.to_owned(),
        cost: ITERATIONS.get(),
        data: None,
        expires_at: Some(now.after(config.lifetime).as_millis().div_euclid(1000)),
        key_length: KEY,
        key_prefix: hex(&key[..SHOWN]),
        key_signature: None,
        memory_cost: None,
        nonce: hex(&nonce),
        parallelism: None,
        salt: hex(&salt),
    };
    let challenge = keys.sign(parameters, Some(&key));
    let value = challenge.and_then(|challenge| serde_json::to_value(challenge).ok());
    Ok(value.unwrap_or_else(|| unreachable!("texts and numbers can always be signed and written as JSON")))
}

/// Uniform: the remainder of 64 bits by less than 32 favours none by more than one part in four thousand million.
fn counter(work: NonZeroU32, entropy: &dyn Entropy) -> Result<u32, EntropyError> {
    let mut drawn = [0; 8];
    entropy.fill(&mut drawn)?;
    let counter = u64::from_be_bytes(drawn) % u64::from(work.get());
    Ok(u32::try_from(counter).unwrap_or_else(|_| unreachable!("it is less than a number of 32 bits")))
}

/// The key of a counter, as the protocol has it.
fn derived(nonce: &[u8; RANDOM], counter: u32, salt: &[u8; RANDOM]) -> [u8; KEY] {
    let password = [nonce.as_slice(), &counter.to_be_bytes()].concat();
    let mut key = [0; KEY];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, salt, &password, &mut key);
    key
}

/// What the widget handed in counts for; `None` when it is nothing of ours for that network, solved and alive.
pub fn check(handed: &str, secrets: &[Secrets], network: &str, now: Timestamp) -> Option<Handed> {
    let Payload { challenge, solution } = serde_json::from_slice(&STANDARD.decode(handed).ok()?).ok()?;
    let expires_at = Timestamp::from_millis(challenge.parameters.expires_at?.checked_mul(1000)?);
    if now >= expires_at {
        return None;
    }
    let keys = secrets.iter().map(|secrets| secrets.of_work(network)).find(|keys| keys.have_signed(&challenge))?;
    // There may be many ways to write a payload, but the challenge in it has one signature.
    let id = challenge.signature.clone()?.into_bytes();
    keys.is_solved(challenge, &solution).then_some(Handed::Work { id, expires_at })
}

impl WorkKeys {
    /// Signs a challenge, and its solution if it is given.
    fn sign(&self, mut parameters: ChallengeParameters, key: Option<&[u8]>) -> Option<Challenge> {
        let solution = Some(self.solution.as_str());
        sign_challenge(&HmacAlgorithm::Sha256, &mut parameters, key, &self.challenge, solution).ok()
    }

    fn have_signed(&self, challenge: &Challenge) -> bool {
        let ours = self.sign(challenge.parameters.clone(), None).and_then(|ours| ours.signature);
        let (Some(ours), Some(shown)) = (ours, &challenge.signature) else { return false };
        verify_slices_are_equal(ours.as_bytes(), shown.as_bytes()).is_ok()
    }

    /// Whether that solves one of our challenges that is alive.
    fn is_solved(&self, challenge: Challenge, solution: &Solution) -> bool {
        // The library would ask the system's clock.
        let ageless = ChallengeParameters { expires_at: None, ..challenge.parameters };
        let Some(challenge) = self.sign(ageless, None) else { return false };
        let options = VerifySolutionOptions {
            hmac_key_signature_secret: Some(self.solution.to_string()),
            ..VerifySolutionOptions::new(&challenge, solution, self.challenge.as_str())
        };
        verify_solution(options).is_ok_and(|result| result.verified)
    }
}
