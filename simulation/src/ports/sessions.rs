//! Signed-in browsers.

use async_trait::async_trait;
use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::ports::{PasswordProof, SessionStore, StoreError};
use otpd_domain::session::{NewSession, Session, SessionId, SignedIn};

use super::Watched;
use crate::stage::Stage;
use crate::witness::Whose;

type Done<T> = Result<T, StoreError>;

#[async_trait]
impl SessionStore for Watched<dyn SessionStore> {
    async fn find(&self, id: SessionId, now: Timestamp, idle_since: Timestamp) -> Done<Option<SignedIn>> {
        self.stage.call("session", self.inner.find(id, now, idle_since), |_, _| {}).await
    }

    async fn open(
        &self,
        proof: PasswordProof,
        session: NewSession,
        replaces: Option<SessionId>,
        now: Timestamp,
    ) -> Done<bool> {
        let (seen, opened) = (proof.clone(), session.clone());
        let write = self.inner.open(proof, session, replaces, now);
        self.stage
            .call("open", write, |stage, done| {
                if *done {
                    note_log_in(stage, &seen, &opened, replaces);
                }
            })
            .await
    }

    async fn find_any(&self, id: SessionId, now: Timestamp, idle_since: Timestamp) -> Done<Option<Session>> {
        self.stage.call("any session", self.inner.find_any(id, now, idle_since), |_, _| {}).await
    }

    async fn touch(&self, id: SessionId, now: Timestamp) -> Done<()> {
        let write = self.inner.touch(id, now);
        self.stage.call("touch", write, |stage, ()| stage.witness().in_use(id, stage.clock.moment())).await
    }

    async fn list(&self, account: AccountId, now: Timestamp, idle_since: Timestamp) -> Done<Vec<Session>> {
        self.stage.call("list", self.inner.list(account, now, idle_since), |_, _| {}).await
    }

    async fn end(&self, account: AccountId, id: SessionId, now: Timestamp) -> Done<bool> {
        let write = self.inner.end(account, id, now);
        self.stage.call("end", write, |stage, _| stage.witness().ended(account, id)).await
    }

    async fn end_all(&self, account: AccountId, keep: Option<SessionId>, now: Timestamp) -> Done<u64> {
        let write = self.inner.end_all(account, keep, now);
        self.stage.call("end all", write, |stage, _| stage.witness().all_ended(account, keep)).await
    }
}

fn note_log_in(stage: &Stage, proof: &PasswordProof, session: &NewSession, replaces: Option<SessionId>) {
    let (actor, now) = (stage.actor(), stage.clock.moment());
    let mut witness = stage.witness();
    witness.opened(session, proof.account, now);
    if let Some(replaced) = replaces {
        witness.ended(proof.account, replaced);
    }
    let whose = Whose::of("", Some(proof.account.0), &actor.visitor.known);
    if let Some(spent) = proof.spent.first() {
        let network = actor.visitor.network().filter(|_| !actor.visitor.has_key);
        witness.password_given_back(&whose, network.as_deref(), spent.at);
    }
}
