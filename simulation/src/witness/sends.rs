//! Sends: how many to a contact, from a network, and for how much money.

use std::time::Duration;

use otpd_domain::account::AccountId;
use otpd_domain::identifier::Identifier;
use otpd_domain::sms::{Money, Prices};

use super::Witness;
use crate::clock::Moment;
use crate::journal::Journal;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const MILLIS_OF_A_DAY: i64 = 86_400_000;

/// A send that was committed.
pub struct Send<'a> {
    /// Where it goes.
    pub contact: &'a Identifier,
    /// The network it was asked from, where that is limited.
    pub network: Option<String>,
    /// The account that holds the contact, when the browser it was asked from is known to it.
    pub known: Option<AccountId>,
    /// Whether anybody has the contact: then it costs money.
    pub costs: bool,
}

impl Witness {
    /// A code was sent.
    pub fn sent(&mut self, send: &Send<'_>, (prices, ceiling): (&Prices, Money), now: Moment, journal: &Journal) {
        let contact = send.contact.as_str();
        // Of the contact's allowance known browsers take what is left, and then their own.
        let (asked_by, limits): (String, &[(usize, Duration)]) = match &send.known {
            None => (format!("strangers to {contact}"), &[(3, 10 * MINUTE), (6, HOUR), (10, DAY)]),
            Some(account) => (format!("browsers of {account} to {contact}"), &[(15, DAY)]),
        };
        self.count_send(&asked_by, limits, now, journal);
        if let Some(account) = &send.known {
            self.count_send(&format!("browsers of {account}"), &[], now, journal);
        }
        self.count_send(&format!("anybody to {contact}"), &[], now, journal);
        if let Some(network) = &send.network {
            self.count_send(&format!("network {network}"), &[(30, HOUR)], now, journal);
        }
        if let Identifier::Phone(number) = send.contact {
            let block = number.digits();
            let block = format!("block {}", &block[..block.len().saturating_sub(4)]);
            self.count_send(&block, &[(20, HOUR)], now, journal);
            if send.costs {
                let day = now.shown.as_millis().div_euclid(MILLIS_OF_A_DAY);
                let spent = self.spent.entry(day).or_default();
                *spent += prices.of(number).millionths();
                let spent = Money::from_millionths(*spent);
                journal
                    .demand(spent <= ceiling, || format!("{spent} were spent on a day, with a ceiling of {ceiling}"));
            }
        }
    }

    fn count_send(&mut self, name: &str, limits: &[(usize, Duration)], now: Moment, journal: &Journal) {
        let tally = self.sends.entry(name.to_owned()).or_default();
        tally.add(now);
        for (most, stretch) in limits {
            let made = tally.while_it_ran(*stretch, now);
            journal.demand(made <= *most, || format!("{made} codes were sent within {stretch:?}: {name}"));
        }
    }

    /// How many codes that name has had in that time, as the clock showed it.
    pub fn sends(&self, name: &str, stretch: Duration, now: Moment) -> usize {
        self.sends.get(name).map_or(0, |tally| tally.as_it_showed(stretch, now))
    }
}
