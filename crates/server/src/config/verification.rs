//! `[verification]`: codes that other back ends have sent, and a table `[verification.NAME]` for each type of them.

use otpd_domain::challenge::VerificationType;
use otpd_domain::policy::{CodePolicy, VerificationPolicy};
use otpd_web::Access;

use super::codes;
use super::table::problem::Wrong;
use super::table::reader::Reader;
use super::table::{Key, Kind, Section, canonical, parse};

/// The type that always is: what a caller means who names none.
const DEFAULT_TYPE: &str = "Login";
/// Names that are keys of the section itself.
const RESERVED: &[&str] = &["access", "types"];

/// The table of this section.
pub const SECTION: Section = Section {
    name: "verification",
    doc: "Codes that other back ends have sent to phones and addresses. Each type may have a table [verification.NAME].",
    keys: &[
        Key::with_default(
            "verification.access",
            Kind::Choice(&["open", "key", "off"]),
            "open",
            "Who may call `/api/users/send-otp/` and its fellows: everybody, callers with an API key of the scope \
             `verifications`, or nobody. Open to everybody means that strangers can have messages sent to anybody.",
        ),
        Key::with_default(
            "verification.types",
            Kind::List,
            "Login",
            "The types callers may name, such as `Login, Payment`: 1 to 40 letters, digits, hyphens and underscores. \
             `Login` is always there.",
        ),
        Key::like(
            "verification.NAME.code_length",
            Kind::Number,
            "challenges.code_length",
            "6",
            "Digits of a code of the type NAME, 4 to 10.",
        ),
        Key::like(
            "verification.NAME.ttl",
            Kind::Duration,
            "challenges.ttl",
            "5m",
            "How long such a code is valid, from 10s to 10m.",
        ),
        Key::like(
            "verification.NAME.max_attempts",
            Kind::Number,
            "challenges.max_attempts",
            "5",
            "How often such a code may be guessed, 1 to 5.",
        ),
        Key::like(
            "verification.NAME.cooldown",
            Kind::List,
            "limits.send.cooldown",
            "30s, 60s, 120s",
            "How long to wait before another such code may be sent to the same contact.",
        ),
        Key::with_default(
            "verification.NAME.rate",
            Kind::Text,
            "3/10m",
            "How many such codes may be sent to one contact in how long: 1 to 100 in at most a day. \
             `limits.send.per_contact` holds besides, for codes of all kinds together.",
        ),
        Key::with_default(
            "verification.NAME.template",
            Kind::Text,
            "verification",
            "The name of its messages' templates. With `welcome` they are `email/welcome.subject.txt`, \
             `email/welcome.txt`, `email/welcome.html` and `sms/welcome.txt` in `templates.folder`.",
        ),
    ],
};

/// The checked settings of this section.
#[derive(Debug)]
pub struct Verification {
    /// Who may call the API.
    pub access: Access,
    /// The types, `Login` first.
    pub types: Vec<DeclaredType>,
}

/// A type of verification.
#[derive(Debug)]
pub struct DeclaredType {
    /// Its name.
    pub name: VerificationType,
    /// What holds for its codes.
    pub policy: VerificationPolicy,
}

impl Verification {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let access = reader.value("verification.access", access);
        let names = reader.value("verification.types", types);
        for (name, path) in reader.names_in("verification.") {
            if names.iter().all(|declared| canonical(declared.as_str()) != canonical(&name)) {
                reader.wrong(&path, undeclared(&name, &names));
            }
        }
        let declare = |name: VerificationType| DeclaredType { policy: policy(reader, &name), name };
        Self { access, types: names.into_iter().map(declare).collect() }
    }

    /// The names of the templates of all types, each once.
    pub fn templates(&self) -> Vec<String> {
        let mut names: Vec<String> = self.types.iter().map(|kind| kind.policy.template.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn policy(reader: &mut Reader, name: &VerificationType) -> VerificationPolicy {
    let key = |last: &str| format!("verification.{name}.{last}");
    VerificationPolicy {
        codes: CodePolicy {
            length: reader.value(&key("code_length"), codes::length),
            ttl: reader.value(&key("ttl"), codes::ttl),
            max_attempts: reader.value(&key("max_attempts"), codes::max_attempts),
            cooldown: reader.value(&key("cooldown"), codes::cooldown),
            rate: reader.value(&key("rate"), codes::rate),
        },
        template: reader.value(&key("template"), template),
    }
}

fn access(text: &str) -> Result<Access, Wrong> {
    parse::choice(&[("open", Access::Open), ("key", Access::Key), ("off", Access::Closed)])(text)
}

fn types(text: &str) -> Result<Vec<VerificationType>, Wrong> {
    let remedy =
        "Write names of letters, digits, hyphens and underscores with commas between them, such as Login, Payment";
    let mut types = Vec::new();
    for name in std::iter::once(DEFAULT_TYPE).chain(parse::list(text)) {
        let read = VerificationType::parse(name).filter(|_| !RESERVED.contains(&name.to_ascii_lowercase().as_str()));
        let read = read.ok_or_else(|| Wrong::new(format!("\"{name}\" cannot be the name of a type"), remedy))?;
        match types.iter().find(|other: &&VerificationType| canonical(other.as_str()) == canonical(name)) {
            None => types.push(read),
            // Naming the one that always is does no harm.
            Some(same) if *same == read && name == DEFAULT_TYPE => {}
            Some(other) => {
                let why = format!("\"{name}\" and \"{other}\" are the same but for case or hyphens");
                return Err(Wrong::new(why, format!("Remove \"{name}\", or give it another name")));
            }
        }
    }
    Ok(types)
}

fn undeclared(name: &str, declared: &[VerificationType]) -> Wrong {
    let known: Vec<&str> = declared.iter().map(VerificationType::as_str).collect();
    let why = format!("verification.types does not name the type {name}");
    Wrong::new(why, format!("Write verification.types = \"{}, {name}\", or remove the table", known.join(", ")))
}

/// A name that becomes the name of files.
fn template(text: &str) -> Result<String, Wrong> {
    let name = text.trim();
    VerificationType::parse(name).map(|_| name.to_owned()).ok_or_else(|| {
        let why = format!("\"{name}\" cannot be the name of templates");
        Wrong::new(why, "Write 1 to 40 letters, digits, hyphens and underscores, such as verification")
    })
}
