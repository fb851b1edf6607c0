//! `[delivery]`: the worker that sends.

use std::time::Duration;

use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, parse};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "delivery",
    doc: "The worker that sends messages.",
    keys: &[
        Key::with_default(
            "delivery.concurrency",
            Kind::Number,
            "16",
            "How many messages are sent at the same time, 1 to 256.",
        ),
        Key::with_default(
            "delivery.timeout",
            Kind::Duration,
            "20s",
            "How long one try to send may take, from 1s to 5m.",
        ),
        Key::with_default(
            "delivery.lease",
            Kind::Duration,
            "30s",
            "How long a message belongs to the worker that sends it: after that, another may. Longer than \
             `delivery.timeout`, so that no message is sent twice at once.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Delivery {
    /// How many messages are sent at the same time.
    pub concurrency: usize,
    /// How long one try may take.
    pub timeout: Duration,
    /// How long a message belongs to the worker that sends it.
    pub lease: Duration,
}

impl Delivery {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let timeout =
            reader.value("delivery.timeout", parse::duration(Duration::from_secs(1)..=Duration::from_mins(5)));
        let lease = reader.value("delivery.lease", parse::duration(Duration::from_secs(2)..=Duration::from_mins(10)));
        if lease <= timeout {
            let why = format!("it is not longer than delivery.timeout, {}", parse::written(timeout));
            let remedy = format!("Write for example {}", parse::written(timeout + timeout / 2));
            reader.wrong("delivery.lease", Wrong::new(why, remedy));
        }
        Self { concurrency: reader.value("delivery.concurrency", parse::number(1..=256)), timeout, lease }
    }
}
