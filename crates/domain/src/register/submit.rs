//! A person registers.

use std::net::IpAddr;
use std::time::Duration;

use super::form::{NewRegistration, RegistrationForm, RegistrationProblem, network};
use crate::account::RegistrationId;
use crate::challenge::{ChallengeHandle, Purpose};
use crate::clock::Timestamp;
use crate::codes::{Drawing, draw_up};
use crate::identifier::Identifier;
use crate::ports::{Addressee, Issue, Registered, StoreError, Turn};
use crate::{Domain, Fault};

/// How often a registration that found another one first looks again.
const LOOKS: u32 = 4;

/// What is asked.
#[derive(Clone)]
pub struct Register {
    /// The form.
    pub form: RegistrationForm,
    /// The language of the browser.
    pub language: String,
    /// Where it comes from.
    pub client: Option<IpAddr>,
}

/// What came of it. Doors must answer the first the same way whoever has the contacts.
#[derive(Clone, Debug)]
pub enum Submitted {
    /// Codes are on their way to its contacts; where an account holds one, its owner is told instead.
    Done {
        /// Its id: the account's, once it is activated.
        id: RegistrationId,
        /// For the browser's cookie: the code sent by e-mail.
        email: ChallengeHandle,
        /// The code sent by SMS, where one was.
        phone: Option<ChallengeHandle>,
    },
    /// The form cannot be taken.
    Refused(RegistrationProblem),
    /// Too many codes went to one of the contacts.
    Limited {
        /// How long to wait.
        wait: Duration,
    },
}

/// Writes the registration and sends a code to each contact, in one commit.
///
/// # Errors
/// When the store, the hasher or the source of randomness fails; nothing was written then.
pub async fn register(domain: &Domain, input: Register) -> Result<Submitted, Fault> {
    let password = match input.form.check(domain) {
        Ok(password) => password,
        Err(problem) => return Ok(Submitted::Refused(problem)),
    };
    let password = domain.ports.passwords.hash(password).await?;
    let now = domain.clock.now();
    let policy = &domain.policy.registration;
    let registration = NewRegistration {
        names: input.form.names,
        email: input.form.email,
        phone: input.form.phone,
        password,
        customer_type: policy.customer_type.clone(),
        language: input.language,
        client: input.client.map(network),
        created_at: now,
        expires_at: now.after(policy.keep),
    };
    for _ in 0..LOOKS {
        if let Some(submitted) = take_turn(domain, &registration, now).await? {
            return Ok(submitted);
        }
    }
    Err(StoreError::Unavailable("others kept registering the same contact".to_owned()).into())
}

/// One look and one try; `None` when somebody else was first.
async fn take_turn(
    domain: &Domain,
    registration: &NewRegistration,
    now: Timestamp,
) -> Result<Option<Submitted>, Fault> {
    let email = Identifier::Email(registration.email.clone());
    let (email, mail) = drawn(domain, &email, registration, now).await?;
    let mut issues = vec![mail];
    let mut phone = None;
    if let Some(number) = registration.phone.as_ref().filter(|_| domain.policy.registration.sms) {
        let (handle, sms) = drawn(domain, &Identifier::Phone(number.clone()), registration, now).await?;
        issues.push(sms);
        phone = Some(handle);
    }
    Ok(match domain.ports.challenges.register(registration.clone(), issues, now).await? {
        Registered::Done { id } => {
            domain.ports.bell.ring();
            tracing::debug!(registration = %id, challenge = %email.id, "registered");
            Some(Submitted::Done { id, email, phone })
        }
        Registered::Overtaken => None,
        Registered::Limited { retry_at } => Some(Submitted::Limited { wait: retry_at.since(now) }),
    })
}

/// Registering again is not made to wait, within the rate: whoever corrects a form needs the code that belongs to it.
async fn drawn(
    domain: &Domain,
    identifier: &Identifier,
    registration: &NewRegistration,
    now: Timestamp,
) -> Result<(ChallengeHandle, Issue), Fault> {
    let policy = &domain.policy.registration.codes;
    let latest = domain.ports.challenges.latest(&Purpose::Registration, identifier).await?;
    let name = registration.names.full();
    let drawing = Drawing {
        purpose: &Purpose::Registration,
        policy,
        addressee: Addressee::Registrant,
        identifier,
        language: &registration.language,
        name: Some(&name),
        resends: 0,
    };
    let (handle, mut issue) = draw_up(domain, &drawing, now)?;
    let after = latest.map(|latest| latest.challenge.id);
    issue.turn = Some(Turn { after, replaces: false, rate: policy.rate });
    Ok((handle, issue))
}
