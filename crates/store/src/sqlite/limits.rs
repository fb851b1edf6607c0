//! Limits: what is asked of them besides the sends and guesses that spend them.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Charge, Denied, GuessBudget, Limit, LimitStore, OverBudget, Spent, StoreError};
use otpd_domain::sms::{BlockState, GuardPolicy, NumberBlock, SmsSpending};

use super::charge::{Charges, answered};
use super::{SqliteStore, blocks, guesses, money};

#[async_trait]
impl LimitStore for SqliteStore {
    async fn guess_has_room(
        &self,
        contact: &Identifier,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if self.spent_until().is_none(now) {
            return Ok(true);
        }
        self.read(|connection| guesses::has_room(connection, contact, budget, now))
    }

    async fn spend_guess(
        &self,
        contact: &Identifier,
        budget: GuessBudget,
        limits: Vec<Limit>,
        now: Timestamp,
    ) -> Result<Result<Vec<Spent>, OverBudget>, StoreError> {
        let contact = contact.clone();
        self.write(move |connection| guesses::take_guess_within(connection, &contact, &budget, &limits, now)).await
    }

    async fn give_back(&self, spent: Vec<Spent>) -> Result<(), StoreError> {
        self.write(move |connection| spent.iter().try_for_each(|spent| guesses::give_back(connection, spent))).await
    }

    async fn look(&self, charge: &Charge, now: Timestamp) -> Result<Result<(), Denied>, StoreError> {
        self.read(|connection| answered(Charges::new(connection, &self.inner.sends, now).look(charge)))
    }

    async fn blocks(&self, guard: &GuardPolicy, limit: u32, now: Timestamp) -> Result<Vec<BlockState>, StoreError> {
        let guard = guard.clone();
        self.scan(move |connection| blocks::list_blocks(connection, &guard, limit, now)).await
    }

    async fn open_block(&self, block: &NumberBlock, now: Timestamp) -> Result<bool, StoreError> {
        let block = block.clone();
        self.write(move |connection| blocks::open_block(connection, &block, now)).await
    }

    async fn sms_spending(&self, now: Timestamp) -> Result<SmsSpending, StoreError> {
        self.read(|connection| money::spending(connection, now))
    }
}
