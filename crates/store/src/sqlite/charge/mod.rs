//! What a send is charged to: all of it is looked at before anything is spent, and spent in memory before anything is
//! written.

mod sms;

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::limits::{LedgerKey, SERIES};
use otpd_domain::ports::{Charge, ContactCharge, Denied, Limit, LimitedBy};
use rusqlite::{Connection, Error};

use self::sms::SmsBook;
use super::ledgers::{Book, SendLedgers};
use crate::rules::{contact_reach, known_to, terms_of};

/// Why a send is not charged.
pub(super) enum Stop {
    /// Something stands in the way.
    Denied(Denied),
    /// The database failed.
    Failed(Error),
}

impl From<Denied> for Stop {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What came of asking: a denial is an answer like any other.
pub(super) fn answered(asked: Result<(), Stop>) -> rusqlite::Result<Result<(), Denied>> {
    match asked {
        Ok(()) => Ok(Ok(())),
        Err(Stop::Denied(denied)) => Ok(Err(denied)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Sends of one step that are charged together, each on what those before it spent. Nothing of them is written before
/// [`Self::write`].
pub(super) struct Charges<'c> {
    connection: &'c Connection,
    now: Timestamp,
    ledgers: Book<'c, SendLedgers>,
    sms: SmsBook,
}

impl<'c> Charges<'c> {
    /// None so far.
    pub(super) fn new(connection: &'c Connection, ledgers: &'c SendLedgers, now: Timestamp) -> Self {
        Self { connection, now, ledgers: Book::of(ledgers), sms: SmsBook::default() }
    }

    /// Charges a send of a code for that account, if it is for one, and if nothing is in the way. A message that does not go
    /// out costs no money and is no traffic; all else is the same for it.
    pub(super) fn charge(&mut self, charge: &Charge, account: Option<AccountId>, goes_out: bool) -> Result<(), Stop> {
        let browser = self.ask_contact(charge.contact.as_ref(), account)?;
        self.charge_rest(charge, goes_out)?;
        self.spend_contact(charge.contact.as_ref(), browser)?;
        Ok(())
    }

    /// Whether a send may be made. Spends nothing and closes no block.
    pub(super) fn look(&mut self, charge: &Charge) -> Result<(), Stop> {
        self.ask_contact(charge.contact.as_ref(), None)?;
        self.ask_limits(&charge.limits)?;
        if let Some(sms) = &charge.sms {
            self.sms.ask_blocks(self.connection, sms, self.now)?;
            self.sms.ask_ceiling(self.connection, sms, self.now)?;
        }
        Ok(())
    }

    /// Writes all that was charged.
    pub(super) fn write(&self) -> rusqlite::Result<()> {
        self.ledgers.write(self.connection)?;
        self.sms.write(self.connection, self.now)
    }

    /// Waits and rates of the contact. When they are in the way, browsers that are known to the account share an allowance
    /// besides: its ledger is the answer.
    fn ask_contact(
        &mut self,
        contact: Option<&ContactCharge>,
        account: Option<AccountId>,
    ) -> Result<Option<LedgerKey>, Stop> {
        let Some(contact) = contact else { return Ok(None) };
        let ledger = &self.ledgers.page(self.connection, &contact.key)?.ledger;
        let denied = |by| move |retry_at| Denied { by, retry_at };
        let rested = match &contact.cooldown {
            Some(cooldown) => ledger.rested(contact.mark, cooldown, SERIES, self.now),
            None => Ok(()),
        };
        let asked = rested.map_err(denied(LimitedBy::Cooldown)).and_then(|()| {
            let room = ledger.room(&contact.rates, self.now);
            room.map_err(denied(LimitedBy::Contact))
        });
        let Err(denied) = asked else { return Ok(None) };
        let Some(browser) = known_to(contact, account) else { return Err(denied.into()) };
        let own = &self.ledgers.page(self.connection, &browser)?.ledger;
        match own.room(&contact.known_rates, self.now) {
            Ok(()) => Ok(Some(browser)),
            Err(_) => Err(denied.into()),
        }
    }

    /// Charges all but the contact.
    fn charge_rest(&mut self, charge: &Charge, goes_out: bool) -> Result<(), Stop> {
        self.ask_limits(&charge.limits)?;
        if let Some(sms) = &charge.sms {
            self.sms.ask_blocks(self.connection, sms, self.now)?;
            self.sms.judge_blocks(self.connection, sms, self.now)?;
            self.sms.ask_ceiling(self.connection, sms, self.now)?;
            self.sms.spend(sms, goes_out, self.now);
        }
        for (index, limit) in charge.limits.iter().enumerate() {
            let Some((rates, reach)) = terms_of(&charge.limits, index) else { continue };
            self.ledgers.page(self.connection, &limit.key)?.spend(rates, 0, reach, self.now);
        }
        Ok(())
    }

    fn ask_limits(&mut self, limits: &[Limit]) -> Result<(), Stop> {
        for limit in limits {
            let page = self.ledgers.page(self.connection, &limit.key)?;
            let room = page.ledger.room(&limit.rates, self.now);
            room.map_err(|retry_at| Denied { by: limit.by, retry_at })?;
        }
        Ok(())
    }

    fn spend_contact(&mut self, contact: Option<&ContactCharge>, browser: Option<LedgerKey>) -> rusqlite::Result<()> {
        let Some(contact) = contact else { return Ok(()) };
        let page = self.ledgers.page(self.connection, &contact.key)?;
        page.spend(&contact.rates, contact.mark, contact_reach(contact), self.now);
        if let Some(browser) = browser {
            let page = self.ledgers.page(self.connection, &browser)?;
            page.spend(&contact.known_rates, 0, contact.known_rates.reach(), self.now);
        }
        Ok(())
    }
}
