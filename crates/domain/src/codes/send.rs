//! Another back end has a code sent to a contact. There is at most one live code for a contact and a purpose.

use std::time::Duration;

use super::limited::Limited;
use super::{Drawing, charge, denied, draw_up, must_be_long};
use crate::challenge::{Challenge, ChallengeHandle, PendingChallenge, Purpose, Subject};
use crate::clock::Timestamp;
use crate::identifier::Identifier;
use crate::limits::Rate;
use crate::policy::CodePolicy;
use crate::ports::{Addressee, Charge, Issue, Issued, LimitedBy, Once, Sends, StoreError, Turn};
use crate::{Domain, Fault, Visitor, meters};

/// How often a send that found another one first looks again. Each time somebody else has sent, so the second look finds a
/// fresh code and gives up; more are needed only where codes are used within milliseconds.
const LOOKS: u32 = 4;

/// What is asked.
#[derive(Clone, Debug)]
pub struct SendCode {
    /// What the code shall be good for; a purpose that is found by contact.
    pub purpose: Purpose,
    /// Whom it is meant for.
    pub addressee: Addressee,
    /// Where the code shall go.
    pub identifier: Identifier,
    /// The language to write in.
    pub language: String,
    /// Another code is wanted although the last one is fresh: too soon is then an answer of its own.
    pub again: bool,
    /// The caller's own name for this request.
    pub once: Option<Once>,
    /// Who asks.
    pub visitor: Visitor,
}

/// A code that stands.
#[derive(Clone, Debug)]
pub struct SentCode {
    /// Names it, and lets it be guessed.
    pub handle: ChallengeHandle,
    /// When it was sent.
    pub created_at: Timestamp,
    /// From when on it is dead.
    pub expires_at: Timestamp,
    /// From when on another one may be asked for.
    pub resend_at: Timestamp,
    /// Guesses in all.
    pub max_attempts: u32,
    /// Whom it is for; only callers that may know who is a customer may look.
    pub subject: Subject,
    /// What is left of the rate; `None` where nothing was counted just now.
    pub rate: Option<RateState>,
    /// The caller had made the same request before: this is what came of it then.
    pub replayed: bool,
}

/// What is left of a rate after a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateState {
    /// The rate.
    pub rate: Rate,
    /// Sends left.
    pub remaining: u32,
    /// How long until there is room for one more.
    pub resets_in: Duration,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Sent {
    /// A code is on its way; an older one is dead.
    Sent(SentCode),
    /// The last code was sent a moment ago and stands, or the caller had made the same request before: nothing was sent.
    Stands(SentCode),
    /// Too soon after the last one.
    TooSoon {
        /// How long to wait.
        wait: Duration,
    },
    /// A limit is reached.
    Limited {
        /// Which one, and how long to wait.
        limited: Limited,
        /// The rate, where it is the purpose's own.
        rate: Option<Rate>,
    },
    /// The caller used its key for another request before.
    KeyReused,
    /// This kind of verification is not declared (any more).
    UnknownPurpose,
}

/// Sends a code, unless the last one for this contact and purpose is so fresh that it still stands. Of parallel calls
/// one sends.
///
/// # Errors
/// When the store or the source of randomness fails; nothing was sent then.
pub async fn send_code(domain: &Domain, input: SendCode) -> Result<Sent, Fault> {
    let Some(policy) = domain.policy.codes(&input.purpose) else { return Ok(Sent::UnknownPurpose) };
    for _ in 0..LOOKS {
        if let Some(sent) = take_turn(domain, &input, policy).await? {
            return Ok(sent);
        }
    }
    Err(StoreError::Unavailable("others kept sending to the same contact".to_owned()).into())
}

/// One look and one try; `None` when somebody else was first.
async fn take_turn(domain: &Domain, input: &SendCode, policy: &CodePolicy) -> Result<Option<Sent>, Fault> {
    let now = domain.clock.now();
    let latest = domain.ports.challenges.latest(&input.purpose, &input.identifier).await?;
    // A code that died by wrong guesses or was taken back leaves its cooldown behind; one that did its work does not.
    let unused = latest.as_ref().filter(|latest| latest.verified_at.is_none());
    let fresh = unused.filter(|latest| now < latest.challenge.resend_at);
    // A caller's repeated request is answered by the store, which knows it.
    if let Some(fresh) = fresh.filter(|_| input.once.is_none()) {
        return Ok(Some(stands_or_too_soon(domain, input, fresh, now)));
    }
    let charge = match charge(domain, &input.visitor, &input.purpose, &input.identifier, now) {
        Ok(charge) => charge,
        Err(limited) => return not_served(domain, input, policy, limited, now).await.map(Some),
    };
    let long = must_be_long(domain, &input.visitor, &input.identifier, now).await?;
    let (handle, issue) = drawn(domain, input, policy, latest.as_ref(), Terms { long, charge }, now)?;
    let code = SentCode::of(&issue.challenge, handle, Subject::Nobody);
    if let Some(fresh) = fresh {
        return once_only(domain, input, issue, fresh, now).await;
    }
    Ok(Some(match domain.ports.challenges.issue(issue, now).await? {
        Issued::Done { subject, sends } => {
            domain.ports.bell.ring();
            meters::code_sent(&input.purpose, input.identifier.channel());
            let (challenge, contact) = (code.handle.id, input.identifier.masked());
            tracing::debug!(%challenge, %contact, purpose = %input.purpose.word(), "code sent for a caller");
            Sent::Sent(SentCode { subject, rate: sends.map(|sends| state(policy.rate, sends, now)), ..code })
        }
        Issued::Overtaken => return Ok(None),
        Issued::Limited(by) => Sent::Limited {
            rate: (by.by == LimitedBy::Purpose).then_some(policy.rate),
            limited: denied(domain, &input.visitor, &input.identifier, by, now),
        },
        Issued::Repeated(id) => return repeated(domain, id).await,
        Issued::KeyReused => Sent::KeyReused,
    }))
}

/// Nothing may be sent there; a caller's repeated request is answered all the same.
async fn not_served(
    domain: &Domain,
    input: &SendCode,
    policy: &CodePolicy,
    limited: Limited,
    now: Timestamp,
) -> Result<Sent, Fault> {
    if input.once.is_some() {
        let (_, issue) = drawn(domain, input, policy, None, Terms::default(), now)?;
        if let Some(before) = known(domain, issue, now).await? {
            return Ok(before);
        }
    }
    let limited = limited.note(domain, &input.visitor, &input.identifier, now);
    Ok(Sent::Limited { limited, rate: None })
}

/// On what terms a code is sent.
#[derive(Default)]
struct Terms {
    long: bool,
    charge: Charge,
}

fn drawn(
    domain: &Domain,
    input: &SendCode,
    policy: &CodePolicy,
    latest: Option<&PendingChallenge>,
    terms: Terms,
    now: Timestamp,
) -> Result<(ChallengeHandle, Issue), Fault> {
    // Cooldowns grow while codes go unused; a verified one ends the series.
    let series = latest
        .filter(|latest| latest.verified_at.is_none() && now < latest.challenge.created_at.after(policy.rate.within));
    let drawing = Drawing {
        purpose: &input.purpose,
        policy,
        addressee: input.addressee,
        identifier: &input.identifier,
        language: &input.language,
        name: None,
        resends: series.map_or(0, |latest| latest.challenge.resends.saturating_add(1)),
        long: terms.long,
        charge: terms.charge,
    };
    let (handle, mut issue) = draw_up(domain, drawing, now)?;
    let after = latest.map(|latest| latest.challenge.id);
    let replaces = !input.purpose.is_held_by_browsers();
    issue.turn = Some(Turn { after, replaces, rate: policy.rate });
    issue.once = input.once;
    Ok((handle, issue))
}

fn stands_or_too_soon(domain: &Domain, input: &SendCode, fresh: &PendingChallenge, now: Timestamp) -> Sent {
    let too_soon = Sent::TooSoon { wait: fresh.challenge.resend_at.since(now) };
    if input.again || !fresh.is_alive(now) {
        return too_soon;
    }
    // Its key was rotated away within the cooldown: it can no longer be checked, so another one must do, later.
    standing(domain, fresh).map_or(too_soon, Sent::Stands)
}

fn standing(domain: &Domain, pending: &PendingChallenge) -> Option<SentCode> {
    let handle = ChallengeHandle::of(&domain.keys, &pending.challenge)?;
    Some(SentCode::of(&pending.challenge, handle, pending.subject))
}

/// A keyed request within the cooldown is not to send: it was made before, or the fresh code stands.
async fn once_only(
    domain: &Domain,
    input: &SendCode,
    issue: Issue,
    fresh: &PendingChallenge,
    now: Timestamp,
) -> Result<Option<Sent>, Fault> {
    let before = known(domain, issue, now).await?;
    Ok(before.or_else(|| Some(stands_or_too_soon(domain, input, fresh, now))))
}

/// What came of a keyed request that was made before; `None` when it was not. Sends nothing.
///
/// # Errors
/// When the store or the source of randomness fails.
pub async fn replay_of(domain: &Domain, input: SendCode) -> Result<Option<Sent>, Fault> {
    let Some(policy) = domain.policy.codes(&input.purpose) else { return Ok(Some(Sent::UnknownPurpose)) };
    let now = domain.clock.now();
    let (_, issue) = drawn(domain, &input, policy, None, Terms::default(), now)?;
    known(domain, issue, now).await
}

/// What the store knows of a key.
async fn known(domain: &Domain, mut issue: Issue, now: Timestamp) -> Result<Option<Sent>, Fault> {
    // A turn after itself is nobody's turn: the store answers what it knows of the key, or that it was overtaken.
    issue.turn = issue.turn.map(|turn| Turn { after: Some(issue.challenge.id), ..turn });
    Ok(match domain.ports.challenges.issue(issue, now).await? {
        Issued::Repeated(id) => repeated(domain, id).await?,
        Issued::KeyReused => Some(Sent::KeyReused),
        _ => None,
    })
}

async fn repeated(domain: &Domain, id: crate::challenge::ChallengeId) -> Result<Option<Sent>, Fault> {
    let found = domain.ports.challenges.find(id).await?;
    let code = found.and_then(|found| standing(domain, &found));
    Ok(code.map(|code| Sent::Stands(SentCode { replayed: true, ..code })).or(Some(Sent::KeyReused)))
}

fn state(rate: Rate, sends: Sends, now: Timestamp) -> RateState {
    RateState {
        rate,
        remaining: rate.sends.saturating_sub(sends.made),
        resets_in: sends.first_at.after(rate.within).since(now),
    }
}

impl SentCode {
    fn of(challenge: &Challenge, handle: ChallengeHandle, subject: Subject) -> Self {
        Self {
            handle,
            created_at: challenge.created_at,
            expires_at: challenge.expires_at,
            resend_at: challenge.resend_at,
            max_attempts: challenge.max_attempts,
            subject,
            rate: None,
            replayed: false,
        }
    }
}
