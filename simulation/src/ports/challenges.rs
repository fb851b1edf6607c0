//! Live codes.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::challenge::{ChallengeHandle, ChallengeId, PendingChallenge, Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{
    ChallengeStore, Effect, GuessBudget, Issue, Issued, Redeemed, Redemption, Registered, Reissued, Reservation,
    StoreError,
};
use otpd_domain::register::NewRegistration;

use super::Watched;
use crate::policy::{ceiling, limits_of_a_year};
use crate::stage::Stage;
use crate::witness::{Guess, Send, Whose};

type Done<T> = Result<T, StoreError>;

#[async_trait]
impl ChallengeStore for Watched<dyn ChallengeStore> {
    async fn issue(&self, issue: Issue, now: Timestamp) -> Done<Issued> {
        let seen = issue.clone();
        let write = self.inner.issue(issue, now);
        self.stage
            .call("issue", write, |stage, issued| match issued {
                Issued::Done { subject, .. } => note_issue(stage, &seen, Some(*subject)),
                Issued::Limited(_) => stage.witness().figures.denied += 1,
                _ => {}
            })
            .await
    }

    async fn reissue(&self, old: &ChallengeHandle, issue: Issue, now: Timestamp) -> Done<Reissued> {
        let seen = issue.clone();
        let write = self.inner.reissue(old, issue, now);
        self.stage
            .call("reissue", write, |stage, reissued| match reissued {
                Reissued::Done { subject } => note_issue(stage, &seen, Some(*subject)),
                Reissued::Limited(_) => stage.witness().figures.denied += 1,
                _ => {}
            })
            .await
    }

    async fn register(&self, form: NewRegistration, issues: Vec<Issue>, now: Timestamp) -> Done<Registered> {
        let seen = issues.clone();
        let write = self.inner.register(form, issues, now);
        self.stage
            .call("register", write, |stage, registered| match registered {
                Registered::Done { .. } => {
                    for issue in &seen {
                        let held = stage.holder(&issue.challenge.identifier).is_some();
                        note_issue(stage, issue, held.then_some(Subject::Nobody));
                    }
                }
                Registered::Limited(_) => stage.witness().figures.denied += 1,
                Registered::Overtaken => {}
            })
            .await
    }

    async fn find(&self, id: ChallengeId) -> Done<Option<PendingChallenge>> {
        self.stage.call("find", self.inner.find(id), |_, _| {}).await
    }

    async fn latest(&self, purpose: &Purpose, identifier: &Identifier) -> Done<Option<PendingChallenge>> {
        self.stage.call("latest", self.inner.latest(purpose, identifier), |_, _| {}).await
    }

    async fn reserve_guess(
        &self,
        handle: &ChallengeHandle,
        purpose: &Purpose,
        budget: &GuessBudget,
        now: Timestamp,
    ) -> Done<Reservation> {
        let mut guess = None;
        let write = self.inner.reserve_guess(handle, purpose, budget, now);
        let done = self.stage.call("reserve_guess", write, |stage, reservation| {
            guess = note_guess(stage, handle.id, reservation);
        });
        let done = done.await;
        if let (Ok(Reservation::Reserved { subject, .. }), Some(guess)) = (&done, &guess) {
            // Nothing lies between this answer and the comparison.
            self.stage.witness().compared(guess, *subject, &self.stage.journal);
        }
        done
    }

    async fn redeem(&self, id: ChallengeId, redemption: Redemption, now: Timestamp) -> Done<Redeemed> {
        let seen = redemption.clone();
        let write = self.inner.redeem(id, redemption, now);
        self.stage
            .call("redeem", write, |stage, redeemed| {
                if let Redeemed::Done { account, .. } = redeemed {
                    note_use(stage, id, &seen, *account);
                }
            })
            .await
    }

    async fn cancel(&self, handle: &ChallengeHandle, now: Timestamp) -> Done<bool> {
        self.stage.call("cancel", self.inner.cancel(handle, now), |_, _| {}).await
    }
}

/// `subject` is what the store found; `None` when it did not say and somebody waits for the code.
fn note_issue(stage: &Stage, issue: &Issue, subject: Option<Subject>) {
    let (now, actor) = (stage.clock.moment(), stage.actor());
    let contact = &issue.challenge.identifier;
    let holder = stage.holder(contact).map(|account| account.id);
    let account = match subject {
        Some(Subject::Account(account)) => Some(account),
        _ => holder,
    };
    let known = actor.visitor.known.iter().find(|known| Some(known.account) == account);
    let send = Send {
        contact,
        network: actor.visitor.network().filter(|_| !actor.visitor.has_key),
        known: known.map(|known| known.account),
        costs: subject != Some(Subject::Nobody),
    };
    let prices = limits_of_a_year().sms.prices;
    let mut witness = stage.witness();
    witness.sent(&send, (&prices, ceiling()), now, &stage.journal);
    witness.issued(issue, subject, now);
    if issue.challenge.long {
        let whose = Whose::of(contact.as_str(), holder.map(|holder| holder.0), &actor.visitor.known);
        witness.demand_spent(&whose, now, "a long code was sent", &stage.journal);
    }
}

fn note_guess(stage: &Stage, challenge: ChallengeId, reservation: &Reservation) -> Option<Guess> {
    let (Reservation::Reserved { contact, .. } | Reservation::OverBudget { contact, .. }) = reservation else {
        return None;
    };
    let actor = stage.actor();
    let holder = stage.holder(contact).map(|account| account.id.0);
    let whose = Whose::of(contact.as_str(), holder, &actor.visitor.known);
    let guess = Guess { challenge, whose, at: stage.clock.moment(), typed: actor.typed };
    stage.witness().guessed(&guess, reservation, &stage.journal);
    Some(guess)
}

fn note_use(stage: &Stage, id: ChallengeId, redemption: &Redemption, account: Option<otpd_domain::account::AccountId>) {
    let now = stage.clock.moment();
    let mut witness = stage.witness();
    witness.used(id, now, &stage.journal);
    if let Some(spent) = redemption.spent {
        witness.given_back(id, spent);
    }
    let (session, notices) = match &redemption.effect {
        Effect::Verify => (None, &Vec::new()),
        Effect::OpenSession { session, replaces } => {
            if let (Some(account), Some(replaced)) = (account, replaces) {
                witness.ended(account, *replaced);
            }
            (Some(session), &Vec::new())
        }
        Effect::Activate { session, .. } => {
            witness.figures.activated += 1;
            (session.as_ref(), &Vec::new())
        }
        Effect::SetPassword { session, notices, .. } => {
            if let Some(account) = account {
                witness.all_ended(account, None);
            }
            (session.as_ref(), notices)
        }
        Effect::ChangeContact { keep, notices } => {
            if let Some(account) = account {
                witness.all_ended(account, Some(*keep));
            }
            (None, notices)
        }
    };
    for notice in notices {
        witness.noticed(notice, now);
    }
    let Some(account) = account else { return };
    witness.account(account, true, &stage.journal);
    if let Some(session) = session {
        witness.opened(session, account, now);
    }
}
