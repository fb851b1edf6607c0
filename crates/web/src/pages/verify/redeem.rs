//! What a typed code does, by what it was sent for.

use otpd_domain::Fault;
use otpd_domain::administer::{ContactChange, confirm_contact_change};
use otpd_domain::browser::KnownBrowser;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::codes::Refusal;
use otpd_domain::password_sign_in::{Reset, ResetPassword, reset_password};
use otpd_domain::register::{Activate, Activated, Proof, activate};
use otpd_domain::session::SessionToken;
use otpd_domain::sign_in::{Verified, VerifyCode, verify_code};

use super::CodeEntry;
use crate::extract::SentCookies;
use crate::pages::dashboard::Done;
use crate::pages::flow::Flow;
use crate::pages::password::PasswordFault;

/// What came with the form.
pub struct Presented<'a> {
    /// The pending challenge.
    pub handle: &'a ChallengeHandle,
    /// What was typed as the code.
    pub typed: &'a str,
    /// What was typed as the new password, on the page that asks for one.
    pub password: &'a str,
    /// The browser's own description.
    pub user_agent: String,
}

/// What the code did.
pub struct Redeemed {
    /// The session it opened, if it opened one.
    pub opened: Option<Opened>,
    /// What the dashboard shall say of it.
    pub done: Option<Done>,
    /// The code to be typed next: a registration's other one.
    pub other: Option<ChallengeHandle>,
}

/// A session that a code opened.
pub struct Opened {
    /// Its token.
    pub token: SessionToken,
    /// The accounts that the browser is known to from now on.
    pub known: Vec<KnownBrowser>,
}

/// Why it did nothing.
pub enum Refused {
    /// Because of the code.
    Code(Refusal),
    /// Because of the new password; the code was not looked at.
    Password(PasswordFault),
}

/// Uses a code.
///
/// # Errors
/// When the use case fails; nothing was done then.
pub async fn redeem(
    entry: &CodeEntry,
    cookies: &SentCookies,
    presented: Presented<'_>,
) -> Result<Result<Redeemed, Refused>, Fault> {
    match entry.flow {
        Flow::SignIn => sign_in(entry, cookies, presented).await,
        Flow::Registration => registration(entry, cookies, presented).await,
        Flow::PasswordReset => password_reset(entry, presented).await,
        Flow::NewContact => new_contact(entry, presented).await,
    }
}

async fn sign_in(
    entry: &CodeEntry,
    cookies: &SentCookies,
    presented: Presented<'_>,
) -> Result<Result<Redeemed, Refused>, Fault> {
    let input = VerifyCode {
        handle: presented.handle.clone(),
        typed: presented.typed.to_owned(),
        user_agent: presented.user_agent,
        replaces: cookies.session.readable().map(|token| token.id),
        visitor: entry.visitor.clone(),
    };
    Ok(match verify_code(entry.state.domain(), input).await? {
        Verified::SignedIn { token, known } => {
            Ok(Redeemed { opened: Some(Opened { token, known }), done: None, other: None })
        }
        Verified::Refused(refusal) => Err(Refused::Code(refusal)),
    })
}

/// Two codes may be on their way, one by e-mail and one by SMS, and there is one field for both. Whichever comes first
/// activates the account; then the other one is asked for, since only a proven contact signs in.
async fn registration(
    entry: &CodeEntry,
    cookies: &SentCookies,
    presented: Presented<'_>,
) -> Result<Result<Redeemed, Refused>, Fault> {
    let phone = cookies.pending_phone.readable();
    let first = activation(entry, presented.handle, &presented).await?;
    let redeemed = match (first, phone) {
        (Ok(opened), other) => Ok((opened, other)),
        (Err(refusal), Some(phone)) if refusal != Refusal::Malformed => {
            let other = (refusal != Refusal::AlreadyUsed).then_some(presented.handle);
            let second = activation(entry, phone, &presented).await?;
            second.map(|opened| (opened, other)).map_err(|_| refusal)
        }
        (Err(refusal), _) => Err(refusal),
    };
    let redeemed = redeemed.map(|(opened, other)| {
        let done = Some(if other.is_some() { Done::ActivatedByOne } else { Done::Activated });
        Redeemed { opened, done, other: other.cloned() }
    });
    Ok(redeemed.map_err(Refused::Code))
}

/// The session that an activation opened, if it opened one.
async fn activation(
    entry: &CodeEntry,
    handle: &ChallengeHandle,
    presented: &Presented<'_>,
) -> Result<Result<Option<Opened>, Refusal>, Fault> {
    let input = Activate {
        proof: Proof::Handle(handle.clone()),
        typed: presented.typed.to_owned(),
        visitor: entry.visitor.clone(),
        // Who types the other code is signed in by the first.
        sign_in: entry.who.is_none().then(|| presented.user_agent.clone()),
    };
    Ok(match activate(entry.state.domain(), input).await? {
        Activated::Done { token, known, .. } => Ok(token.map(|token| Opened { token, known })),
        Activated::Refused(refusal) => Err(refusal),
    })
}

async fn password_reset(entry: &CodeEntry, presented: Presented<'_>) -> Result<Result<Redeemed, Refused>, Fault> {
    let input = ResetPassword {
        handle: presented.handle.clone(),
        typed: presented.typed.to_owned(),
        password: presented.password.to_owned(),
        user_agent: presented.user_agent,
        language: entry.language.tag().to_owned(),
        visitor: entry.visitor.clone(),
    };
    Ok(match reset_password(entry.state.domain(), input).await? {
        Reset::Done { token, known } => {
            let opened = Some(Opened { token, known });
            Ok(Redeemed { opened, done: Some(Done::PasswordChanged), other: None })
        }
        Reset::Unacceptable(error) => Err(Refused::Password(PasswordFault::of(presented.password, error))),
        Reset::Refused(refusal) => Err(Refused::Code(refusal)),
    })
}

async fn new_contact(entry: &CodeEntry, presented: Presented<'_>) -> Result<Result<Redeemed, Refused>, Fault> {
    // The extractor of this page lets nobody else in.
    let Some(who) = &entry.who else { return Ok(Err(Refused::Code(Refusal::Gone))) };
    let (domain, language, visitor) = (entry.state.domain(), entry.language.tag(), &entry.visitor);
    let change = confirm_contact_change(domain, who, presented.handle, presented.typed, language, visitor).await?;
    Ok(match change {
        ContactChange::Done => Ok(Redeemed { opened: None, done: Some(Done::ContactChanged), other: None }),
        ContactChange::Refused(refusal) => Err(Refused::Code(refusal)),
    })
}
