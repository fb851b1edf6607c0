//! Tickets of patience: whoever cannot work waits.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use otpd_domain::Timestamp;
use otpd_domain::ports::Handed;

use super::ProofConfig;
use super::secrets::Secrets;

/// What its signature is made for.
const LABEL: &str = "patience";
/// The moment in milliseconds, and its HMAC.
const BYTES: usize = 8 + 32;
/// Its characters in base64.
const CHARACTERS: usize = (BYTES * 4).div_ceil(3);

/// A ticket for that network.
pub fn ticket(secrets: &Secrets, network: &str, now: Timestamp) -> String {
    let moment = now.as_millis().to_be_bytes();
    let tag = secrets.tag(LABEL, &moment, network);
    URL_SAFE_NO_PAD.encode([&moment, tag.as_ref()].concat())
}

/// When a ticket was made; `None` when it is no ticket of ours for that network.
pub fn read(handed: &str, secrets: &[Secrets], network: &str) -> Option<Timestamp> {
    if handed.len() != CHARACTERS {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(handed).ok()?;
    let (moment, shown) = bytes.split_first_chunk::<8>()?;
    let is_ours =
        |secrets: &Secrets| verify_slices_are_equal(secrets.tag(LABEL, moment, network).as_ref(), shown).is_ok();
    secrets.iter().any(is_ours).then(|| Timestamp::from_millis(i64::from_be_bytes(*moment)))
}

/// What a ticket made at `made_at` counts for. One of the future, left from before the clock was set back, would have its
/// owner wait for too long: a new one is better.
pub fn judge(config: &ProofConfig, made_at: Timestamp, now: Timestamp) -> Handed {
    let counts_from = made_at.after(config.patience);
    if now < made_at || now >= made_at.after(config.lifetime) {
        Handed::Wrong
    } else if now < counts_from {
        Handed::TooEarly { wait: counts_from.since(now) }
    } else {
        Handed::Patience { patience: config.patience }
    }
}
