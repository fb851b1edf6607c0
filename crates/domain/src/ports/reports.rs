//! Reports of providers on messages they took.

use crate::message::DeliveryReport;

/// A request that claims to be a provider's report, as it came in.
#[derive(Clone, Debug)]
pub struct CallbackRequest<'a> {
    /// The URL as the provider called it: the public URL with path and query, never one made from `Host`.
    pub url: &'a str,
    /// The signature header, if there was one.
    pub signature: Option<&'a str>,
    /// The fields of the form, in the order they came.
    pub fields: &'a [(String, String)],
}

/// Why a report is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackRefusal {
    /// It has no signature, or one that is not the provider's.
    #[error("the signature is missing or wrong")]
    Signature,
    /// It is the provider's but does not name a message.
    #[error("the report names no message")]
    Malformed,
}

/// Reads the reports of one provider, after checking that they are its own.
pub trait CallbackReader: Send + Sync {
    /// The report. `Ok(None)`: a report that says nothing new, such as "queued".
    ///
    /// # Errors
    /// When it is not the provider's or cannot be read.
    fn read(&self, request: &CallbackRequest<'_>) -> Result<Option<DeliveryReport>, CallbackRefusal>;
}
