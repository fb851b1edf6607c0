//! A fresh challenge with its sealed message.

use crate::Domain;
use crate::challenge::{Challenge, ChallengeHandle, ChallengeId, Purpose, verifier};
use crate::clock::Timestamp;
use crate::code::Code;
use crate::entropy::EntropyError;
use crate::identifier::Identifier;
use crate::message::{MessageContent, MessageId, MessageKind, OutboxMessage};
use crate::policy::CodePolicy;
use crate::ports::{Addressee, Charge, Issue};

/// What a challenge is drawn up from.
pub(crate) struct Drawing<'a> {
    pub(crate) purpose: &'a Purpose,
    pub(crate) policy: &'a CodePolicy,
    pub(crate) addressee: Addressee,
    pub(crate) identifier: &'a Identifier,
    pub(crate) language: &'a str,
    /// The name to greet by when no account has the contact.
    pub(crate) name: Option<&'a str>,
    /// Sends that came before this one.
    pub(crate) resends: u32,
    /// Whether a long code is needed: see [`super::must_be_long`].
    pub(crate) long: bool,
    /// What the send is charged to.
    pub(crate) charge: Charge,
}

/// A fresh challenge with its sealed message, and its handle. Where the contact's own account is to be told instead, a
/// notice is sealed beside it, whether or not it will be needed: the same work takes the same time.
pub(crate) fn draw_up(
    domain: &Domain,
    drawing: Drawing<'_>,
    now: Timestamp,
) -> Result<(ChallengeHandle, Issue), EntropyError> {
    let entropy = domain.entropy.as_ref();
    let Drawing { purpose, policy, identifier, .. } = drawing;
    let handle = ChallengeHandle::derive(&domain.keys, ChallengeId::generate(now, entropy)?);
    let code = if drawing.long { Code::generate_long(entropy)? } else { Code::generate(entropy, policy.length)? };
    let challenge = Challenge {
        id: handle.id,
        secret_hash: handle.secret_hash(),
        purpose: purpose.clone(),
        identifier: identifier.clone(),
        verifier: verifier(&domain.keys, handle.id, &code),
        created_at: now,
        expires_at: now.after(policy.ttl),
        max_attempts: policy.max_attempts,
        long: drawing.long,
        resends: drawing.resends,
        resend_at: now.after(policy.cooldown.after_send(drawing.resends)),
        message_id: MessageId::generate(now, entropy)?,
    };
    let content = |kind, code: Option<Code>| MessageContent {
        to: identifier.as_str().to_owned(),
        kind,
        valid_seconds: code.as_ref().map_or(0, |_| policy.ttl.as_secs()),
        code,
        language: drawing.language.to_owned(),
        name: drawing.name.map(str::to_owned),
    };
    let message = seal(domain, &challenge, &content(kind_of(domain, purpose), Some(code)))?;
    let tells_owner = matches!(purpose, Purpose::Registration | Purpose::NewContact);
    let notice = tells_owner.then(|| seal(domain, &challenge, &content(MessageKind::AlreadyRegistered, None)));
    let issue = Issue {
        challenge,
        message,
        addressee: drawing.addressee,
        notice: notice.transpose()?,
        turn: None,
        once: None,
        charge: drawing.charge,
    };
    Ok((handle, issue))
}

/// The kind of message that carries a purpose's code.
fn kind_of(domain: &Domain, purpose: &Purpose) -> MessageKind {
    match purpose {
        Purpose::SignIn => MessageKind::SignIn,
        Purpose::Registration => MessageKind::Registration,
        Purpose::PasswordReset => MessageKind::PasswordReset,
        Purpose::NewContact => MessageKind::NewContact,
        Purpose::Verification(kind) => {
            let declared = domain.policy.verifications.get(kind).map(|policy| policy.template.clone());
            MessageKind::Verification(declared.unwrap_or_default())
        }
    }
}

fn seal(domain: &Domain, challenge: &Challenge, content: &MessageContent) -> Result<OutboxMessage, EntropyError> {
    let channel = challenge.identifier.channel();
    let id = challenge.message_id;
    Ok(OutboxMessage {
        id,
        channel,
        sealed: OutboxMessage::seal(&domain.keys, domain.entropy.as_ref(), id, channel, content)?,
        created_at: challenge.created_at,
        expires_at: challenge.expires_at,
    })
}

/// How long a notice may wait for a mail server that is away. Nobody sits and waits for it.
const NOTICE_TTL: std::time::Duration = std::time::Duration::from_hours(24);

/// A message without a code, to a contact of an account.
pub(crate) fn notice(
    domain: &Domain,
    to: &Identifier,
    kind: MessageKind,
    language: &str,
    now: Timestamp,
) -> Result<OutboxMessage, EntropyError> {
    let entropy = domain.entropy.as_ref();
    let (id, channel) = (MessageId::generate(now, entropy)?, to.channel());
    let content = MessageContent {
        to: to.as_str().to_owned(),
        kind,
        code: None,
        valid_seconds: 0,
        language: language.to_owned(),
        name: None,
    };
    Ok(OutboxMessage {
        id,
        channel,
        sealed: OutboxMessage::seal(&domain.keys, entropy, id, channel, &content)?,
        created_at: now,
        expires_at: now.after(NOTICE_TTL),
    })
}
