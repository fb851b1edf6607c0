//! Codes are typed: rightly, wrongly, and several times at once.

use std::time::Duration;

use otpd_domain::administer::{ContactChange, confirm_contact_change};
use otpd_domain::browser::KnownBrowser;
use otpd_domain::challenge::Purpose;
use otpd_domain::codes::Refusal;
use otpd_domain::identifier::Identifier;
use otpd_domain::password_sign_in::{Reset, ResetPassword, reset_password};
use otpd_domain::register::{Activate, Activated, Proof, activate};
use otpd_domain::session::{SessionToken, SignedIn};
use otpd_domain::sign_in::{Verified, VerifyCode, signed_in, verify_code};
use otpd_domain::verification::{Checked, check_by_handle};
use otpd_domain::visitor::Door;
use otpd_domain::{Domain, Fault, Visitor};

use super::{Pending, World};
use crate::stage::Actor;
use crate::turn::Play;
use crate::witness::CodeFact;

/// Registrations wait longer than this.
const LATELY: Duration = Duration::from_hours(20);

/// What came of a typed code.
pub(super) enum Entered {
    /// A session was opened, and the browser is known to these accounts.
    In(SessionToken, Vec<KnownBrowser>),
    /// The account is active; its password was left out, or not.
    Active(Option<SessionToken>, Vec<KnownBrowser>, bool),
    /// It had its effect, and that is all.
    Done,
    /// It had none.
    Refused(Refusal),
    /// The password cannot be taken.
    Unacceptable,
}

/// What is typed where.
pub(super) struct Entry {
    pub(super) pending: Pending,
    pub(super) typed: String,
    pub(super) visitor: Visitor,
    /// A new password, where one is asked for.
    pub(super) password: String,
    /// Who is signed in, for a change of contact.
    pub(super) who: Option<SignedIn>,
    /// A registration is activated by its contact instead of by what its browser holds.
    pub(super) by_contact: Option<Identifier>,
}

impl World {
    /// The owner of a browser types what is in the mailbox, or something else.
    pub(super) fn types(&mut self, person: usize, browser: usize) {
        let Some(pending) = self.people[person].browsers[browser].pending.clone() else { return };
        let Some(fact) = self.stage.witness().code(pending.handle.id).cloned() else { return };
        let arrived = self.site.post().has(fact.message);
        let typed = if arrived && !self.stage.dice.permille(120) {
            self.written(&fact)
        } else if self.stage.dice.permille(300) {
            self.random_code(false)
        } else {
            return;
        };
        let times = if self.stage.dice.permille(120) { self.stage.dice.between(2, 5) } else { 1 };
        self.enters(person, browser, &pending, &typed, times);
    }

    /// The code of the newest registration mail, whoever registered: people who registered a moment ago, and type the code
    /// where no browser holds anything, take the newest.
    fn newest_in_mailbox(&self, contact: &Identifier, own: &Pending, typed: &str) -> String {
        let now = self.stage.clock.moment();
        let witness = self.stage.witness();
        let lately = witness.code(own.handle.id).is_some_and(|fact| now.run < fact.issued.run.after(LATELY));
        let newest = witness.codes().rev().map(|(_, fact)| fact).find(|fact| {
            fact.purpose == Purpose::Registration && fact.contact == *contact && self.site.post().has(fact.message)
        });
        newest.filter(|_| lately).map_or_else(|| typed.to_owned(), |fact| fact.code.clone())
    }

    /// A code as people write it.
    fn written(&self, fact: &CodeFact) -> String {
        match (fact.code.get(..4), fact.code.get(4..)) {
            (Some(first), Some(rest)) if fact.long && self.stage.dice.permille(500) => {
                format!("{first}-{rest}").to_lowercase()
            }
            _ => fact.code.clone(),
        }
    }

    pub(super) fn random_code(&self, long: bool) -> String {
        if long {
            return (0..13).map(|_| char::from(b'A' + u8::try_from(self.stage.dice.below(8)).unwrap_or(0))).collect();
        }
        format!("{:06}", self.stage.dice.below(1_000_000))
    }

    /// Types a code in a browser, so many times at once.
    pub(super) fn enters(&mut self, person: usize, browser: usize, pending: &Pending, typed: &str, times: u64) {
        let visitor = self.visitor(person, browser, Door::Pages);
        let who = self.who_is(person, browser);
        if pending.purpose == Purpose::NewContact && who.is_none() {
            return;
        }
        let password = format!("a good long password {person} {}", self.stage.dice.below(1_000));
        let contact = self.stage.witness().code(pending.handle.id).map(|fact| fact.contact.clone());
        let by_contact = contact.clone().filter(|_| self.stage.dice.permille(300));
        let typed = match &by_contact {
            Some(contact) if pending.purpose == Purpose::Registration => {
                self.newest_in_mailbox(contact, pending, typed)
            }
            _ => typed.to_owned(),
        };
        let entry = || Entry {
            pending: pending.clone(),
            typed: typed.clone(),
            visitor: visitor.clone(),
            password: password.clone(),
            who: who.clone(),
            by_contact: by_contact.clone(),
        };
        let ends = self.enter_all((0..times).map(|_| entry()).collect());
        let who = format!("{person}.{browser} types {typed} for {}", pending.handle.id);
        for end in ends {
            self.note(|| format!("{who}: {}", told(end.as_ref())));
            self.follow(person, browser, pending, &password, end);
        }
        if let (Purpose::NewContact, Some(contact)) = (&pending.purpose, contact)
            && self.stage.holder(&contact).is_some()
        {
            self.people[person].email = contact;
        }
    }

    fn follow(
        &mut self,
        person: usize,
        browser: usize,
        pending: &Pending,
        password: &str,
        end: Option<Result<Entered, Fault>>,
    ) {
        match end {
            Some(Ok(Entered::In(token, known))) => {
                if pending.purpose == Purpose::PasswordReset {
                    self.people[person].password = Some(password.to_owned());
                }
                self.signed_in(person, browser, &token, &known);
            }
            Some(Ok(Entered::Active(token, known, void))) => {
                self.people[person].password = pending.password.clone().filter(|_| !void);
                self.people[person].browsers[browser].pending = None;
                if let Some(token) = token {
                    self.signed_in(person, browser, &token, &known);
                }
            }
            Some(Ok(Entered::Done)) => self.people[person].browsers[browser].pending = None,
            Some(Ok(Entered::Refused(Refusal::Gone | Refusal::AlreadyUsed | Refusal::TooManyAttempts))) => {
                self.people[person].browsers[browser].pending = None;
            }
            // Nobody knows whether the password was set.
            Some(Err(_)) | None if pending.purpose == Purpose::PasswordReset => self.people[person].password = None,
            _ => {}
        }
    }

    fn who_is(&self, person: usize, browser: usize) -> Option<SignedIn> {
        let token = self.people[person].browsers[browser].session.clone()?;
        let domain = self.site.domain();
        self.stage.play(Actor::default(), signed_in(&domain, &token))?.ok()?
    }

    /// Several codes at the same time.
    pub(super) fn enter_all(&self, entries: Vec<Entry>) -> Vec<Option<Result<Entered, Fault>>> {
        let domain = self.site.domain();
        let play = |entry: Entry| {
            let actor = Actor::typing(&entry.visitor, &entry.typed);
            let domain = domain.clone();
            (actor, Box::pin(async move { enter(&domain, entry).await }) as Play<'_, _>)
        };
        self.stage.play_all(entries.into_iter().map(play).collect())
    }
}

async fn enter(domain: &Domain, entry: Entry) -> Result<Entered, Fault> {
    let Entry { pending, typed, visitor, password, who, by_contact } = entry;
    let (handle, user_agent, language) = (pending.handle, "simulated".to_owned(), "en".to_owned());
    Ok(match (&pending.purpose, who) {
        (Purpose::SignIn, _) => {
            match verify_code(domain, VerifyCode { handle, typed, user_agent, replaces: None, visitor }).await? {
                Verified::SignedIn { token, known } => Entered::In(token, known),
                Verified::Refused(refusal) => Entered::Refused(refusal),
            }
        }
        (Purpose::PasswordReset, _) => {
            match reset_password(domain, ResetPassword { handle, typed, password, user_agent, language, visitor })
                .await?
            {
                Reset::Done { token, known } => Entered::In(token, known),
                Reset::Refused(refusal) => Entered::Refused(refusal),
                Reset::Unacceptable(_) => Entered::Unacceptable,
            }
        }
        (Purpose::Registration, _) => {
            let proof = by_contact.map_or(Proof::Handle(handle), Proof::Contact);
            match activate(domain, Activate { proof, typed, visitor, sign_in: Some(user_agent) }).await? {
                Activated::Done { token, known, password_void, .. } => Entered::Active(token, known, password_void),
                Activated::Refused(refusal) => Entered::Refused(refusal),
            }
        }
        (Purpose::NewContact, Some(who)) => {
            match confirm_contact_change(domain, &who, &handle, &typed, &language, &visitor).await? {
                ContactChange::Done => Entered::Done,
                ContactChange::Refused(refusal) => Entered::Refused(refusal),
            }
        }
        (Purpose::NewContact, None) => Entered::Refused(Refusal::Gone),
        (Purpose::Verification(_), _) => match check_by_handle(domain, &handle, &typed, &visitor).await? {
            Checked::Verified => Entered::Done,
            Checked::Refused(refusal) => Entered::Refused(refusal),
        },
    })
}

pub(super) fn told(end: Option<&Result<Entered, Fault>>) -> String {
    match end {
        None => "left".to_owned(),
        Some(Err(fault)) => fault.to_string(),
        Some(Ok(Entered::In(token, _))) => format!("session {}", token.id),
        Some(Ok(Entered::Active(_, _, void))) => format!("active, password void: {void}"),
        Some(Ok(Entered::Done)) => "done".to_owned(),
        Some(Ok(Entered::Refused(refusal))) => format!("{refusal:?}"),
        Some(Ok(Entered::Unacceptable)) => "password not taken".to_owned(),
    }
}
