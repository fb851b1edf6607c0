//! A person who registered asks for another code, by contact.

use crate::challenge::Purpose;
use crate::codes::{SendCode, Sent, send_code};
use crate::identifier::Identifier;
use crate::ports::Addressee;
use crate::{Domain, Fault, Visitor};

/// Sends another code to the newest registration of the contact that waits, if there is one. Doors must answer whatever
/// came of it the same way, but for limits, which hold for every contact.
///
/// # Errors
/// When the store or the source of randomness fails; the old code stands then.
pub async fn resend_activation(
    domain: &Domain,
    identifier: Identifier,
    language: String,
    visitor: Visitor,
) -> Result<Sent, Fault> {
    let (purpose, addressee) = (Purpose::Registration, Addressee::Registrant);
    send_code(domain, SendCode { purpose, addressee, identifier, language, again: false, once: None, visitor }).await
}
