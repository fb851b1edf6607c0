//! `[sms]`: how text messages leave, and what they may cost.

mod gateway;
mod money;
mod table;
mod twilio;

use std::path::PathBuf;

use otpd_delivery::GatewayPlan;
use otpd_domain::sms::SmsPolicy;
pub use table::SECTION;
pub use twilio::Twilio;

use super::table::parse;
use super::table::reader::Reader;

/// The checked settings of this section.
#[derive(Debug)]
pub struct Sms {
    /// What sends, the preferred one first; never empty.
    pub transports: Vec<SmsTransport>,
    /// What they may cost, and where they go.
    pub policy: SmsPolicy,
    /// What the amounts are called.
    pub currency: String,
}

/// What sends text messages.
#[derive(Debug)]
pub enum SmsTransport {
    /// Prints them.
    Console,
    /// Appends them to this file.
    File(PathBuf),
    /// Hands them to Twilio.
    Twilio(Twilio),
    /// Hands them to a provider's HTTP gateway.
    Gateway(Box<GatewayPlan>),
}

/// The words of `sms.transport`.
const WORDS: [(&str, &str); 4] =
    [("console", "console"), ("file", "file"), ("twilio", "twilio"), ("gateway", "gateway")];

impl Sms {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let words = reader.value("sms.transport", parse::choices(&WORDS));
        let file = reader.optional("sms.file.path", parse::path);
        if words.contains(&"file") && file.is_none() {
            reader.missing("sms.file.path", "sms.transport is \"file\"");
        }
        let mut twilio = Some(Twilio::read(reader, words.contains(&"twilio")));
        let mut gateway = gateway::read(reader, words.contains(&"gateway"));
        let transports = words.into_iter().filter_map(|word| match word {
            "twilio" => twilio.take().map(SmsTransport::Twilio),
            // Without a plan there is a problem, and no server.
            "gateway" => gateway.take().map(|plan| SmsTransport::Gateway(Box::new(plan))),
            "file" => Some(SmsTransport::File(file.clone().unwrap_or_default())),
            _ => Some(SmsTransport::Console),
        });
        let transports = transports.collect();
        let (policy, currency) = money::read(reader);
        Self { transports, policy, currency }
    }

    /// Whether a provider is paid for each message.
    pub fn is_paid_for(&self) -> bool {
        self.transports.iter().any(|one| matches!(one, SmsTransport::Twilio(_) | SmsTransport::Gateway(_)))
    }

    /// Twilio, if it is one of the transports.
    pub fn twilio(&self) -> Option<&Twilio> {
        self.transports.iter().find_map(|transport| match transport {
            SmsTransport::Twilio(twilio) => Some(twilio),
            _ => None,
        })
    }
}

impl SmsTransport {
    /// Its word in the configuration.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::File(_) => "file",
            Self::Twilio(_) => "twilio",
            Self::Gateway(_) => "gateway",
        }
    }
}
