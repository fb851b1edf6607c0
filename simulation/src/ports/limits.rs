//! Limits.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Charge, Denied, GuessBudget, GuessKind, Limit, LimitStore, OverBudget, Spent, StoreError};
use otpd_domain::sms::{BlockState, GuardPolicy, NumberBlock, SmsSpending};

use super::Watched;
use crate::stage::Stage;
use crate::witness::Whose;

type Done<T> = Result<T, StoreError>;

#[async_trait]
impl LimitStore for Watched<dyn LimitStore> {
    async fn guess_has_room(&self, contact: &Identifier, budget: &GuessBudget, now: Timestamp) -> Done<bool> {
        self.stage.call("room", self.inner.guess_has_room(contact, budget, now), |_, _| {}).await
    }

    async fn spend_guess(
        &self,
        contact: &Identifier,
        budget: GuessBudget,
        limits: Vec<Limit>,
        now: Timestamp,
    ) -> Done<Result<Vec<Spent>, OverBudget>> {
        let kind = budget.kind;
        let write = self.inner.spend_guess(contact, budget, limits, now);
        self.stage
            .call("spend", write, |stage, spent| {
                if kind == GuessKind::Password {
                    note_password(stage, contact, spent);
                }
            })
            .await
    }

    async fn give_back(&self, spent: Vec<Spent>) -> Done<()> {
        self.stage.call("give back", self.inner.give_back(spent), |_, ()| {}).await
    }

    async fn look(&self, charge: &Charge, now: Timestamp) -> Done<Result<(), Denied>> {
        self.stage.call("look", self.inner.look(charge, now), |_, _| {}).await
    }

    async fn blocks(&self, guard: &GuardPolicy, limit: u32, now: Timestamp) -> Done<Vec<BlockState>> {
        self.stage.call("blocks", self.inner.blocks(guard, limit, now), |_, _| {}).await
    }

    async fn open_block(&self, block: &NumberBlock, now: Timestamp) -> Done<bool> {
        self.stage.call("open block", self.inner.open_block(block, now), |_, _| {}).await
    }

    async fn sms_spending(&self, now: Timestamp) -> Done<SmsSpending> {
        self.stage.call("spending", self.inner.sms_spending(now), |_, _| {}).await
    }
}

fn note_password(stage: &Stage, contact: &Identifier, spent: &Result<Vec<Spent>, OverBudget>) {
    let (actor, now) = (stage.actor(), stage.clock.moment());
    if spent.is_err() {
        stage.witness().figures.passwords_over_budget += 1;
        return;
    }
    let holder = stage.holder(contact).map(|account| account.id.0);
    let whose = Whose::of(contact.as_str(), holder, &actor.visitor.known);
    let network = actor.visitor.network().filter(|_| !actor.visitor.has_key);
    stage.witness().password_counted(&whose, network.as_deref(), now, &stage.journal);
}
