//! A person asks for a code to sign in with.

use crate::challenge::{ChallengeHandle, Purpose};
use crate::codes::{RequestCode, Requested, request_code};
use crate::identifier::Identifier;
use crate::ports::Addressee;
use crate::{Domain, Fault, Visitor};

/// What is asked.
#[derive(Clone, Debug)]
pub struct RequestSignIn {
    /// Where the code shall go.
    pub identifier: Identifier,
    /// The challenge this browser has pending, if any.
    pub pending: Option<ChallengeHandle>,
    /// The language of the browser.
    pub language: String,
    /// Who asks.
    pub visitor: Visitor,
}

/// Sends a code to the contact's active account, if there is one; see [`request_code`].
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn request_sign_in(domain: &Domain, input: RequestSignIn) -> Result<Requested, Fault> {
    let RequestSignIn { identifier, pending, language, visitor } = input;
    let (purpose, addressee) = (Purpose::SignIn, Addressee::Holder);
    request_code(domain, RequestCode { purpose, addressee, identifier, pending, language, visitor }).await
}
