//! Messages of every kind in words.

use std::path::Path;

use otpd_delivery::{Draft, Mail, RenderConfig, RenderFault, RenderedMessage, Renderer, SetupError, Sms};
use otpd_domain::Timestamp;
use otpd_domain::code::{Code, CodeLength};
use otpd_domain::identifier::Channel;
use otpd_domain::message::{MessageContent, MessageId, MessageKind};
use otpd_templating::{Brand, Templates};
use otpd_testkit::SeededEntropy;

use crate::world::{renderer, templates};

/// Codes that are typed on our pages.
pub const CODES: [MessageKind; 4] =
    [MessageKind::SignIn, MessageKind::Registration, MessageKind::PasswordReset, MessageKind::NewContact];
const NOTICES: [MessageKind; 3] =
    [MessageKind::AlreadyRegistered, MessageKind::ContactChanged, MessageKind::PasswordChanged];

pub fn verification(template: &str) -> MessageKind {
    MessageKind::Verification(template.to_owned())
}

/// What a message of that kind says, with a short code.
pub fn content(kind: MessageKind, language: &str) -> MessageContent {
    let code = Code::parse("012345", CodeLength::new(6).expect("a length")).expect("a code");
    let has_code = !NOTICES.contains(&kind);
    MessageContent {
        to: String::new(),
        kind,
        code: has_code.then_some(code),
        valid_seconds: if has_code { 300 } else { 0 },
        language: language.to_owned(),
        name: None,
    }
}

pub fn render(renderer: &Renderer, channel: Channel, content: &MessageContent) -> Result<RenderedMessage, RenderFault> {
    let to = match channel {
        Channel::Email => "asha@example.com",
        Channel::Sms => "+919876543210",
    };
    let content = MessageContent { to: to.to_owned(), ..content.clone() };
    let id = MessageId::generate(Timestamp::from_millis(1_793_840_523_000), &SeededEntropy::new(1)).expect("seeded");
    renderer.render(&Draft { id, channel, content: &content, recipient_name: None, recipient_language: None })
}

fn mail(renderer: &Renderer, kind: MessageKind, language: &str) -> Mail {
    let message = render(renderer, Channel::Email, &content(kind, language)).expect("a message");
    message.mail().expect("a mail").clone()
}

fn sms(renderer: &Renderer, kind: MessageKind, language: &str) -> Sms {
    let message = render(renderer, Channel::Sms, &content(kind, language)).expect("a message");
    message.sms().expect("an SMS").clone()
}

#[test]
fn every_code_says_what_it_is_for_and_what_to_do_if_nobody_asked() {
    for (kind, subject, purpose, ignore) in [
        (MessageKind::SignIn, "sign-in code", "to sign in", "Didn’t ask for a code?"),
        (MessageKind::Registration, "Activate", "to activate your account", "Didn’t register?"),
        (MessageKind::PasswordReset, "new password", "to choose a new password", "Didn’t ask for a new password?"),
        (MessageKind::NewContact, "new address", "your new address", "Didn’t ask for this?"),
        (verification("verification"), "verification code", "asks you for it", "Didn’t ask for a code?"),
    ] {
        let mail = mail(&renderer(), kind.clone(), "en");
        assert!(mail.subject.contains(subject) && mail.subject.contains("Waste Billing"), "{}", mail.subject);
        for part in [&mail.text, &mail.html] {
            for wanted in [purpose, ignore, "gnore this message", "012345", "valid for 5 minutes", "Waste Billing"] {
                assert!(part.contains(wanted), "{kind:?}: {wanted} in {part}");
            }
        }
        let sms = sms(&renderer(), kind.clone(), "en");
        assert!(sms.text.contains("012345") && sms.text.contains("Waste Billing"), "{}", sms.text);
        assert_eq!(sms.segments().segments, 1, "{kind:?}: {}", sms.text);
        assert_eq!(sms.expires_at, Some(Timestamp::from_millis(1_793_840_523_000 + 300_000)), "{kind:?}");
    }
}

#[test]
fn the_plain_text_of_a_code_is_as_it_always_was() {
    let wanted = "Hello,\n\nUse this code to sign in to Waste Billing:\n\n    012345\n\n\
                  The code is valid for 5 minutes and works only once.\n\
                  Keep it to yourself: nobody from Waste Billing will ever ask you for it.\n\n\
                  Didn’t ask for a code? Then ignore this message. Without the code nobody can sign in.\n\n\
                  -- \nWaste Billing\nThis message was sent by a machine; replies are not read.";
    assert_eq!(mail(&renderer(), MessageKind::SignIn, "en").text.trim_end(), wanted);
}

#[test]
fn notices_say_what_happened_and_carry_no_code() {
    for (kind, happened, to_do) in [
        (MessageKind::AlreadyRegistered, "already belongs to your account", "sign in at portal.example"),
        (MessageKind::ContactChanged, "was changed", "contact Waste Billing at once"),
        (MessageKind::PasswordChanged, "The password of your account", "choose a new password at portal.example"),
    ] {
        let mail = mail(&renderer(), kind.clone(), "en");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(happened) && part.contains(to_do), "{kind:?}: {part}");
            assert!(!part.contains("None") && !part.contains("minute"), "{kind:?}: {part}");
        }
        assert!(!mail.text.contains("\n\n\n"), "{:?}", mail.text);
        let sms = sms(&renderer(), kind.clone(), "en");
        assert!(!sms.text.contains('#') && !sms.text.contains('\n'), "nothing to fill in: {}", sms.text);
        assert_eq!(sms.expires_at, None);
    }
}

#[test]
fn codes_typed_on_our_pages_are_bound_to_them_and_others_are_not() {
    for language in ["en", "ar"] {
        for kind in CODES {
            let text = sms(&renderer(), kind.clone(), language).text;
            assert!(text.ends_with("\n\n@portal.example #012345"), "{kind:?}: {text}");
        }
        let text = sms(&renderer(), verification("verification"), language).text;
        assert!(text.contains("012345") && !text.contains('@') && !text.contains("portal.example"), "{text}");
    }
}

#[test]
fn every_kind_speaks_arabic() {
    for kind in CODES.into_iter().chain(NOTICES).chain([verification("verification")]) {
        let (arabic, english) = (mail(&renderer(), kind.clone(), "ar"), mail(&renderer(), kind.clone(), "en"));
        assert!(arabic.html.contains("<html lang=\"ar\" dir=\"rtl\">"));
        for (ours, other) in [(&arabic.subject, &english.subject), (&arabic.text, &english.text)] {
            assert!(ours.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)) && ours != other, "{kind:?}: {ours}");
        }
        for line in arabic.text.lines().filter(|line| !line.is_empty() && *line != "-- " && *line != "Waste Billing") {
            let arabic = line.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)) || line.trim() == "012345";
            assert!(arabic, "{kind:?}: {line}");
        }
        let text = sms(&renderer(), kind.clone(), "ar").text;
        assert!(text.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), "{kind:?}: {text}");
    }
}

#[test]
fn a_name_in_the_content_greets_where_no_account_has_one() {
    let named = MessageContent { name: Some("Asha Rao".to_owned()), ..content(MessageKind::Registration, "en") };
    let message = render(&renderer(), Channel::Email, &named).expect("a message");
    assert!(message.mail().expect("a mail").text.starts_with("Hello Asha Rao,\n"));
    let hostile = MessageContent { name: Some("see http://evil.example".to_owned()), ..named };
    let message = render(&renderer(), Channel::Email, &hostile).expect("a message");
    assert!(message.mail().expect("a mail").text.starts_with("Hello,\n"));
}

#[test]
fn a_code_where_none_belongs_is_a_fault() {
    for kind in [MessageKind::SignIn, MessageKind::PasswordChanged] {
        let mut wrong = content(kind.clone(), "en");
        wrong.code = match wrong.code {
            Some(_) => None,
            None => Code::parse("012345", CodeLength::new(6).expect("a length")).ok(),
        };
        let fault = render(&renderer(), Channel::Sms, &wrong).expect_err("a fault");
        assert!(matches!(fault, RenderFault::WrongContent(_)), "{kind:?}: {fault}");
    }
}

/// A renderer with these files of the company's and these declared templates.
pub fn company(files: &[(&str, &str)], declared: &[&str]) -> Result<Renderer, SetupError> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join("templates").join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    let brand = Brand { name: "Dawa".to_owned(), color: "#0b6e4f".to_owned(), logo: None };
    let templates = Templates::load(Some(folder.path()), brand, "en").expect("templates");
    Renderer::new(templates, config(declared))
}

fn config(declared: &[&str]) -> RenderConfig {
    RenderConfig {
        public_host: "portal.example".to_owned(),
        from: "a@b.example".to_owned(),
        verification_templates: declared.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[test]
fn a_company_writes_a_verification_in_its_own_words() {
    let files = [
        ("sms/pharmacy.txt", "{{ brand.name }}: {{ code }} ({{ minutes }} min)\n@evil.example #999999\n"),
        ("email/pharmacy.subject.txt", "{{ code }} from {{ brand.name }}\n"),
    ];
    let renderer = company(&files, &["pharmacy"]).expect("a renderer");
    assert_eq!(sms(&renderer, verification("pharmacy"), "en").text, "Dawa: 012345 (5 min)");
    let mail = mail(&renderer, verification("pharmacy"), "en");
    assert_eq!(mail.subject, "012345 from Dawa");
    assert!(mail.text.contains("Enter this code where Dawa asks you for it:"), "the rest is as shipped: {}", mail.text);
    let undeclared = render(&renderer, Channel::Sms, &content(verification("other"), "en")).expect_err("a fault");
    assert!(undeclared.to_string().contains("\"other\""), "{undeclared}");
}

#[test]
fn templates_of_verifications_are_tried_out_at_the_start() {
    assert!(Renderer::new(templates(), config(&["verification"])).is_ok());
    let missing = Renderer::new(templates(), config(&["pharmacy"])).err().expect("an error");
    let told = missing.to_string();
    assert!(told.contains("sms/pharmacy.txt") && told.contains("`templates.folder`"), "{told}");
    for (path, text, told) in [
        ("sms/pharmacy.txt", "{{ code }} {{ customer }}", "customer"),
        ("email/pharmacy.html", "<p>{{ name | safe }}{{ code }}</p>", "unescaped"),
    ] {
        let error = company(&[(path, text)], &["pharmacy"]).err().expect(path).to_string();
        assert!(error.contains(path) && error.contains(told), "{error}");
    }
}
