//! What the store says, held against the books.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::{ChallengeId, PendingChallenge};
use otpd_domain::identifier::Channel;
use otpd_domain::message::DeliveryState;
use otpd_domain::ports::Ports;

use crate::home::KEPT_IN_MEMORY;
use crate::stage::Stage;
use crate::witness::{CodeFact, Life};

/// What is looked at after every crash: the latest of each kind.
const LATEST: usize = 40;

/// Sessions that were not used for that long may be gone.
const UNUSED: Duration = Duration::from_hours(6 * 24);

/// Looks at the latest of all kinds: what was committed before a crash is there after it.
pub fn check_latest(stage: &Stage) {
    check(stage, LATEST);
}

/// Looks at all that the books hold.
pub fn check_all(stage: &Stage) {
    check(stage, usize::MAX);
}

fn check(stage: &Stage, most: usize) {
    let truth = stage.truth();
    let codes: Vec<_> = stage.witness().codes().rev().take(most).map(|(id, fact)| (*id, fact.clone())).collect();
    for (id, fact) in &codes {
        check_code(stage, &truth, *id, fact);
    }
    check_sessions(stage, &truth, most);
    let accounts: Vec<_> = stage.witness().accounts().collect();
    for (account, disabled) in accounts.into_iter().rev().take(most) {
        check_account(stage, &truth, account, disabled);
    }
}

/// N1, N3: challenge and message are there, and nothing was forgotten of what became of them. A code in memory dies with
/// its process, for good.
fn check_code(stage: &Stage, truth: &Ports, id: ChallengeId, fact: &CodeFact) {
    let journal = &stage.journal;
    let found = stage.wait(truth.challenges.find(id)).expect("a store without faults answers");
    if fact.life == Life::Lost {
        journal.demand(found.is_none(), || format!("challenge {id} died with its process and is back"));
        return;
    }
    let Some(found) = found else {
        let made_room =
            fact.life == Life::InMemory && stage.clock.moment().run >= fact.issued.run.after(KEPT_IN_MEMORY);
        journal.demand(made_room, || format!("challenge {id} was committed and is gone"));
        return;
    };
    journal.demand(found.attempts == fact.reserved, || {
        format!("{} guesses at {id} were counted, the store says {}", fact.reserved, found.attempts)
    });
    journal.demand(found.verified_at.is_some() == (fact.used > 0), || {
        format!("{id} was used {} times, the store says {:?}", fact.used, found.verified_at)
    });
    journal.demand(found.challenge.expires_at == fact.expires_at, || format!("{id} has another expiry"));
    check_message(stage, fact, &found);
}

fn check_message(stage: &Stage, fact: &CodeFact, found: &PendingChallenge) {
    let journal = &stage.journal;
    let id = fact.message;
    journal.demand(found.delivery.is_some(), || format!("message {id} was committed and is gone"));
    let Some(message) = stage.witness().message(id).cloned() else { return };
    let ended = !matches!(found.delivery, Some(DeliveryState::Pending { .. } | DeliveryState::Deferred));
    journal.demand(ended || !message.ended, || format!("message {id} had ended and is {:?}", found.delivery));
}

/// N3, N4: what was opened is open, what was ended stays so.
fn check_sessions(stage: &Stage, truth: &Ports, most: usize) {
    let moment = stage.clock.moment();
    let now = moment.shown;
    let sessions: Vec<_> = stage.witness().sessions().rev().take(most).map(|(id, fact)| (*id, fact.clone())).collect();
    for (id, fact) in sessions {
        if now >= fact.expires_at || moment.run >= fact.seen.run.after(UNUSED) {
            stage.witness().over(id);
            continue;
        }
        let found = stage.wait(truth.sessions.find_any(id, now, Timestamp::from_millis(0)));
        let found = found.expect("a store without faults answers");
        stage.journal.demand(found.is_some() != fact.ended, || {
            format!("session {id} of {}: ended {}, found {}", fact.account, fact.ended, found.is_some())
        });
    }
}

/// N4: an account is there for good, and one that was disabled stays so.
fn check_account(stage: &Stage, truth: &Ports, account: AccountId, disabled: bool) {
    match stage.wait(truth.accounts.get(account)) {
        Ok(found) => stage.journal.demand(found.profile.active != disabled, || {
            format!("account {account} was disabled: {disabled}, the store says active: {}", found.profile.active)
        }),
        Err(error) => stage.journal.violated(format!("account {account} is gone: {error}")),
    }
}

/// N2: nothing waits in the outbox for ever.
pub fn check_outbox_is_empty(stage: &Stage) {
    let truth = stage.truth();
    let due =
        stage.wait(truth.outbox.next_due_at(&[Channel::Email, Channel::Sms])).expect("a store without faults answers");
    stage.journal.demand(due.is_none(), || format!("a message is still due at {due:?} when all must have ended"));
}
