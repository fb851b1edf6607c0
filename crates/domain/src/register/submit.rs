//! A person registers.

use super::form::{NewRegistration, RegistrationForm, RegistrationProblem};
use crate::account::RegistrationId;
use crate::audit::{AuditEvent, NewAuditEntry};
use crate::challenge::{ChallengeHandle, Purpose};
use crate::clock::Timestamp;
use crate::codes::{Drawing, Limited, charge, denied, draw_up, must_be_long};
use crate::identifier::Identifier;
use crate::ports::{Addressee, Charge, Issue, LimitedBy, Registered, StoreError, Turn};
use crate::{Domain, Fault, Visitor, meters};

/// How often a registration that found another one first looks again.
const LOOKS: u32 = 4;

/// What is asked.
#[derive(Clone)]
pub struct Register {
    /// The form.
    pub form: RegistrationForm,
    /// The language of the browser.
    pub language: String,
    /// Who registers.
    pub visitor: Visitor,
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
    /// A limit is reached.
    Limited(Limited),
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
    // Hashing is dear: whoever is over a limit learns it before.
    let contacts = match charged(domain, &input).await? {
        Ok(contacts) => contacts,
        Err(limited) => return Ok(Submitted::Limited(limited)),
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
        client: input.visitor.network(),
        created_at: now,
        expires_at: now.after(policy.keep),
    };
    for _ in 0..LOOKS {
        if let Some(submitted) = take_turn(domain, &registration, &contacts, &input.visitor, now).await? {
            return Ok(submitted);
        }
    }
    Err(StoreError::Unavailable("others kept registering the same contact".to_owned()).into())
}

/// A contact that a code goes to, and on what terms.
struct Charged {
    contact: Identifier,
    charge: Charge,
    long: bool,
}

/// The contacts with what sending to them is charged to, if that can be paid at this moment: the e-mail address first.
async fn charged(domain: &Domain, input: &Register) -> Result<Result<Vec<Charged>, Limited>, Fault> {
    let now = domain.clock.now();
    let phone = input.form.phone.clone().filter(|_| domain.policy.registration.sms).map(Identifier::Phone);
    let contacts = std::iter::once(Identifier::Email(input.form.email.clone())).chain(phone);
    let mut all = Vec::new();
    for contact in contacts {
        let mut charge = match charge(domain, &input.visitor, &Purpose::Registration, &contact, now) {
            Ok(charge) => charge,
            Err(limited) => return Ok(Err(limited.note(domain, &input.visitor, &contact, now))),
        };
        // One proof is handed in, and it pays for all of the registration.
        if !all.is_empty() {
            charge.limits.retain(|limit| !matches!(limit.by, LimitedBy::ProofNeeded | LimitedBy::ProofUsed));
        }
        if let Err(by) = domain.ports.limits.look(&charge, now).await? {
            return Ok(Err(denied(domain, &input.visitor, &contact, by, now)));
        }
        let long = must_be_long(domain, &input.visitor, &contact, now).await?;
        all.push(Charged { contact, charge, long });
    }
    Ok(Ok(all))
}

/// One look and one try; `None` when somebody else was first.
async fn take_turn(
    domain: &Domain,
    registration: &NewRegistration,
    contacts: &[Charged],
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<Submitted>, Fault> {
    let mut handles = Vec::with_capacity(contacts.len());
    let mut issues = Vec::with_capacity(contacts.len());
    for contact in contacts {
        let (handle, issue) = drawn(domain, contact, registration, now).await?;
        handles.push(handle);
        issues.push(issue);
    }
    let mut handles = handles.into_iter();
    let (Some(email), phone) = (handles.next(), handles.next()) else {
        unreachable!("every registration gives an e-mail address")
    };
    let contact = Identifier::Email(registration.email.clone());
    Ok(match domain.ports.challenges.register(registration.clone(), issues, now).await? {
        Registered::Done { id } => {
            domain.ports.bell.ring();
            for charged in contacts {
                meters::code_sent(&Purpose::Registration, charged.contact.channel());
            }
            tracing::debug!(registration = %id, challenge = %email.id, "registered");
            let entry = NewAuditEntry::new(AuditEvent::Registered, visitor.trail()).of_contact(&contact);
            domain.ports.audit.note(entry, now);
            Some(Submitted::Done { id, email, phone })
        }
        Registered::Overtaken => None,
        Registered::Limited(by) => Some(Submitted::Limited(denied(domain, visitor, &contact, by, now))),
    })
}

/// Registering again is not made to wait, within the rate: whoever corrects a form needs the code that belongs to it.
async fn drawn(
    domain: &Domain,
    Charged { contact, charge, long }: &Charged,
    registration: &NewRegistration,
    now: Timestamp,
) -> Result<(ChallengeHandle, Issue), Fault> {
    let policy = &domain.policy.registration.codes;
    let latest = domain.ports.challenges.latest(&Purpose::Registration, contact).await?;
    let name = registration.names.full();
    let drawing = Drawing {
        purpose: &Purpose::Registration,
        policy,
        addressee: Addressee::Registrant,
        identifier: contact,
        language: &registration.language,
        name: Some(&name),
        resends: 0,
        long: *long,
        charge: charge.clone(),
    };
    let (handle, mut issue) = draw_up(domain, drawing, now)?;
    let after = latest.map(|latest| latest.challenge.id);
    issue.turn = Some(Turn { after, replaces: false, rate: policy.rate });
    Ok((handle, issue))
}
