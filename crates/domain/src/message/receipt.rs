//! What is known of a message once it was handed over.

use serde::{Deserialize, Serialize};

/// What is known of a message that was handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The transport that took it, by its configured name such as `smtp` or `twilio`.
    pub transport: String,
    /// The name the provider gave it, such as a Twilio message SID; its later reports use it.
    pub reference: Option<String>,
    /// What it was billed as; `None` for mail.
    pub segments: Option<SmsSize>,
}

/// How many SMS a text took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsSize {
    /// Number of segments.
    pub count: u32,
    /// Whether it had to be sent as UCS-2, 70 characters an SMS, instead of GSM-7 with 160.
    pub unicode: bool,
}

/// What a provider said later of a message it had taken. Ordered: a later stage never goes back to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportedStage {
    /// On its way within the provider's network.
    Sent,
    /// It cannot reach the phone.
    Undelivered,
    /// It is on the phone.
    Delivered,
}

impl ReportedStage {
    /// The word stored and printed for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Undelivered => "undelivered",
            Self::Delivered => "delivered",
        }
    }
}

/// A provider's report on a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The transport it is about.
    pub transport: String,
    /// The provider's name for the message.
    pub reference: String,
    /// How far it came.
    pub stage: ReportedStage,
    /// The provider's error code, if it gave one.
    pub error_code: Option<String>,
}
