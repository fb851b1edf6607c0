//! The outbox, emptied by reading it: what a phone would show.

use std::collections::BTreeMap;
use std::time::Duration;

use otpd_domain::Domain;
use otpd_domain::identifier::Channel;
use otpd_domain::message::{Receipt, SmsSize, TryOutcome};

/// Messages claimed at once.
const BATCH: u32 = 256;
/// Long enough for a batch.
const LEASE: Duration = Duration::from_secs(30);

/// Delivers everything that is due; says which number got which code.
pub async fn deliver(domain: &Domain) -> BTreeMap<String, String> {
    let mut phones = BTreeMap::new();
    loop {
        let now = domain.clock.now();
        let claimed = domain.ports.outbox.claim_due(&[Channel::Sms], now, LEASE, BATCH).await;
        let claimed = claimed.expect("a store without faults answers");
        if claimed.is_empty() {
            return phones;
        }
        let mut tries = Vec::with_capacity(claimed.len());
        for message in claimed {
            let content = message.open(&domain.keys).expect("sealed with the same key");
            let code = content.code.map(|code| code.digits().to_owned()).unwrap_or_default();
            phones.insert(content.to, code);
            let segments = Some(SmsSize { count: 1, unicode: false });
            let receipt = Receipt { transport: "simulated".to_owned(), reference: None, segments };
            tries.push((message.id, message.leased_until, TryOutcome::Accepted(receipt)));
        }
        domain.ports.outbox.record_tries(tries, now).await.expect("a store without faults records");
    }
}
