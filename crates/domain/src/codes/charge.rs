//! What a send is charged to.

use super::limited::Limited;
use crate::challenge::Purpose;
use crate::clock::Timestamp;
use crate::identifier::{Identifier, PhoneNumber};
use crate::limits::{LedgerKey, Rate, Rates};
use crate::ports::{Charge, ContactCharge, Denied, Handed, Limit, LimitedBy, SmsCharge};
use crate::sms::{BlockWidth, NumberBlock};
use crate::{Domain, Visitor};

/// What sending a code for that purpose to that contact is charged to.
///
/// # Errors
/// When the country is not served, or a ticket of patience was handed in too early.
pub(crate) fn charge(
    domain: &Domain,
    visitor: &Visitor,
    purpose: &Purpose,
    contact: &Identifier,
    now: Timestamp,
) -> Result<Charge, Limited> {
    let mut limits = client_limits(domain, visitor, now)?;
    let sms = match contact {
        Identifier::Email(_) => None,
        Identifier::Phone(number) => {
            limits.extend(number_limits(domain, number)?);
            Some(sms_charge(domain, number))
        }
    };
    let sends = &domain.policy.limits.sends;
    let contact = ContactCharge {
        key: LedgerKey::of("sends/contact", contact.as_str().as_bytes()),
        rates: sends.to_contact.clone(),
        mark: mark_of(purpose),
        // Purposes that are found by contact have waits of their own.
        cooldown: (!purpose.is_found_by_contact()).then(|| sends.cooldown.clone()),
        // Only there: with a new contact, a person could have codes sent to anybody beyond all limits.
        known: if purpose.goes_to_its_own_account() { visitor.known.clone() } else { Vec::new() },
        known_rates: sends.from_known_browser.clone(),
    };
    Ok(Charge { contact: Some(contact), limits, sms })
}

/// Waits are counted for each purpose by itself.
fn mark_of(purpose: &Purpose) -> u8 {
    match purpose {
        Purpose::SignIn => 1,
        Purpose::PasswordReset => 2,
        Purpose::NewContact => 3,
        Purpose::Registration => 4,
        Purpose::Verification(_) => 5,
    }
}

/// A back end with a key speaks for many people: their addresses are not known here.
fn client_limits(domain: &Domain, visitor: &Visitor, now: Timestamp) -> Result<Vec<Limit>, Limited> {
    let Some(network) = visitor.network().filter(|_| !visitor.has_key) else { return Ok(Vec::new()) };
    let sends = &domain.policy.limits.sends;
    let key = LedgerKey::of("sends/client", network.as_bytes());
    let mut limits = vec![Limit { by: LimitedBy::Client, key, rates: sends.from_client.clone() }];
    let Some(before_proof) = &sends.before_proof else { return Ok(limits) };
    let handed = visitor.proof.as_deref().map(|handed| domain.ports.proofs.check(handed, &network, now));
    limits.push(match handed {
        Some(Handed::Work { id, expires_at }) => {
            let rates = once_in(PROOF_KEPT.max(expires_at.since(now)));
            Limit { by: LimitedBy::ProofUsed, key: LedgerKey::of("proof", &id), rates }
        }
        Some(Handed::Patience { patience }) => Limit {
            by: LimitedBy::ProofNeeded,
            key: LedgerKey::of("patience", network.as_bytes()),
            rates: once_in(patience),
        },
        Some(Handed::TooEarly { wait }) => return Err(Limited { by: LimitedBy::ProofNeeded, wait }),
        Some(Handed::Wrong) | None => Limit { by: LimitedBy::ProofNeeded, key, rates: before_proof.clone() },
    });
    Ok(limits)
}

/// How long a used proof is known again: longer than any lives. What is left of its own life would be too short, for it is
/// counted from the moment of its use.
const PROOF_KEPT: std::time::Duration = std::time::Duration::from_hours(24);

fn once_in(within: std::time::Duration) -> Rates {
    Rates::one(Rate { sends: 1, within: within.max(std::time::Duration::from_secs(1)) })
}

fn number_limits(domain: &Domain, number: &PhoneNumber) -> Result<Vec<Limit>, Limited> {
    let (sends, sms) = (&domain.policy.limits.sends, &domain.policy.limits.sms);
    let country = number.country();
    if let Some(served) = &sms.countries
        && !country.is_some_and(|country| served.contains(&country))
    {
        return Err(Limited { by: LimitedBy::CountryNotServed, wait: std::time::Duration::ZERO });
    }
    let block = NumberBlock::of(number, BlockWidth::Narrow);
    let key = LedgerKey::of("sends/block", block.as_str().as_bytes());
    let mut limits = vec![Limit { by: LimitedBy::Block, key, rates: sends.to_block.clone() }];
    if let Some(rates) = &sends.to_country {
        // Numbers of no country share one ledger.
        let country = country.map(|country| country.to_string()).unwrap_or_default();
        let key = LedgerKey::of("sends/country", country.as_bytes());
        limits.push(Limit { by: LimitedBy::Country, key, rates: rates.clone() });
    }
    Ok(limits)
}

fn sms_charge(domain: &Domain, number: &PhoneNumber) -> SmsCharge {
    let sms = &domain.policy.limits.sms;
    SmsCharge {
        narrow: NumberBlock::of(number, BlockWidth::Narrow),
        wide: NumberBlock::of(number, BlockWidth::Wide),
        price: sms.prices.of(number),
        daily_ceiling: sms.daily_ceiling,
        guard: sms.guard.clone(),
    }
}

/// What a denied send comes to at the doors; noted in the audit trail.
pub(crate) fn denied(
    domain: &Domain,
    visitor: &Visitor,
    contact: &Identifier,
    denied: Denied,
    now: Timestamp,
) -> Limited {
    let limited = Limited { by: denied.by, wait: denied.retry_at.since(now) };
    limited.note(domain, visitor, contact, now)
}
