//! Which templates a message is written with.

use std::collections::HashMap;

use otpd_domain::message::MessageKind;
use otpd_templating::{Templates, check_named};

use super::context::MessageContext;
use super::is_notice;
use crate::SetupError;

/// The templates of verifications that name no others.
const VERIFICATION: &str = "verification";

/// The templates of a name, by their paths.
pub(super) struct Paths {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) sms: String,
}

/// All names, each with its templates.
pub(super) struct Names(HashMap<String, Paths>);

impl Names {
    /// Looks every template up and tries it out.
    pub(super) fn checked(templates: &Templates, verifications: &[String]) -> Result<Self, SetupError> {
        let kinds = [
            MessageKind::SignIn,
            MessageKind::Registration,
            MessageKind::PasswordReset,
            MessageKind::NewContact,
            MessageKind::AlreadyRegistered,
            MessageKind::ContactChanged,
            MessageKind::PasswordChanged,
            MessageKind::Verification(VERIFICATION.to_owned()),
        ];
        let declared = verifications.iter().map(|name| MessageKind::Verification(name.clone()));
        let mut names = HashMap::new();
        for kind in kinds.into_iter().chain(declared) {
            let name = kind.template();
            let paths = match &kind {
                MessageKind::Verification(_) => Paths::completed(name, templates)?,
                _ => Paths::of(name),
            };
            paths.check(templates, &MessageContext::samples(!is_notice(&kind)))?;
            names.insert(name.to_owned(), paths);
        }
        Ok(Self(names))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Paths> {
        self.0.get(name)
    }
}

impl Paths {
    fn of(name: &str) -> Self {
        Self {
            subject: format!("email/{name}.subject.txt"),
            text: format!("email/{name}.txt"),
            html: format!("email/{name}.html"),
            sms: format!("sms/{name}.txt"),
        }
    }

    /// The templates of a company's own name. Where it has written only some of them (that of the SMS, say), those
    /// of every verification stand in for the others.
    fn completed(name: &str, templates: &Templates) -> Result<Self, SetupError> {
        let (own, shipped) = (Self::of(name), Self::of(VERIFICATION));
        let has_any = [&own.subject, &own.text, &own.html, &own.sms].iter().any(|path| templates.has(path));
        if !has_any {
            return Err(SetupError::NoTemplate { name: name.to_owned() });
        }
        let or = |own: String, shipped: String| if templates.has(&own) { own } else { shipped };
        Ok(Self {
            subject: or(own.subject, shipped.subject),
            text: or(own.text, shipped.text),
            html: or(own.html, shipped.html),
            sms: or(own.sms, shipped.sms),
        })
    }

    fn check(&self, templates: &Templates, samples: &[MessageContext<'static>]) -> Result<(), SetupError> {
        for path in [&self.subject, &self.text, &self.html, &self.sms] {
            check_named(templates, path, samples)?;
        }
        Ok(())
    }
}
