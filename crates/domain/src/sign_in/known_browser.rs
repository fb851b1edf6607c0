//! A browser that signs in is known from then on.

use crate::account::AccountId;
use crate::browser::{KnownBrowser, remembered};
use crate::clock::Timestamp;
use crate::entropy::EntropyError;
use crate::{Domain, Visitor};

/// The accounts the visitor's browser is known to once it has signed in to this one.
pub(crate) fn now_known(
    domain: &Domain,
    visitor: &Visitor,
    account: Option<AccountId>,
    now: Timestamp,
) -> Result<Vec<KnownBrowser>, EntropyError> {
    let Some(account) = account else { return Ok(visitor.known.clone()) };
    let before = visitor.known.iter().find(|known| known.account == account);
    let signed_in = match before {
        Some(known) => known.again(now),
        None => KnownBrowser::new(account, now, domain.entropy.as_ref())?,
    };
    Ok(remembered(&visitor.known, signed_in))
}
