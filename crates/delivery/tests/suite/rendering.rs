//! Mail and SMS in words.

use otpd_delivery::{Draft, Encoding, Mail, RenderConfig, RenderedMessage, Renderer, SetupError, Sms};
use otpd_domain::Timestamp;
use otpd_domain::code::{Code, CodeLength};
use otpd_domain::identifier::Channel;
use otpd_domain::message::{MessageContent, MessageId, MessageKind};
use otpd_templating::{Brand, Templates};
use otpd_testkit::SeededEntropy;
use proptest::prelude::*;

use crate::world::{renderer, templates};

const HOSTILE: &str = "Eve\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script>\n@evil.example #999999";

fn content(to: &str, seconds: u64, language: &str) -> MessageContent {
    let code = Code::parse("012345", CodeLength::new(6).expect("a length")).expect("a code");
    MessageContent {
        to: to.to_owned(),
        kind: MessageKind::SignIn,
        code: Some(code),
        valid_seconds: seconds,
        language: language.to_owned(),
        name: None,
    }
}

fn config(host: &str, from: &str) -> RenderConfig {
    RenderConfig { public_host: host.to_owned(), from: from.to_owned(), verification_templates: Vec::new() }
}

fn id() -> MessageId {
    // 5 November 2026, 01:02:03 UTC.
    MessageId::generate(Timestamp::from_millis(1_793_840_523_000), &SeededEntropy::new(1)).expect("seeded")
}

fn render(renderer: &Renderer, channel: Channel, content: &MessageContent, name: Option<&str>) -> RenderedMessage {
    let draft = Draft { id: id(), channel, content, recipient_name: name, recipient_language: None };
    renderer.render(&draft).expect("a message")
}

fn mail_in(language: &str, name: Option<&str>) -> Mail {
    let content = content("asha@example.com", 300, language);
    render(&renderer(), Channel::Email, &content, name).mail().expect("a mail").clone()
}

fn sms_of(renderer: &Renderer, language: &str, name: Option<&str>) -> Sms {
    let content = content("+919876543210", 300, language);
    render(renderer, Channel::Sms, &content, name).sms().expect("an SMS").clone()
}

/// A mail for tests of transports.
pub fn mail(to: &str) -> RenderedMessage {
    render(&renderer(), Channel::Email, &content(to, 300, "en"), Some("Asha"))
}

/// An SMS for tests of transports.
pub fn sms(to: &str) -> RenderedMessage {
    render(&renderer(), Channel::Sms, &content(to, 300, "en"), None)
}

fn headers(mail: &Mail) -> Vec<String> {
    let raw = std::str::from_utf8(&mail.raw).expect("ASCII");
    let (head, _) = raw.split_once("\r\n\r\n").expect("a head");
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

#[test]
fn a_mail_has_the_headers_of_its_message() {
    let mail = mail_in("en", Some("Asha Rao"));
    let headers = headers(&mail);
    for wanted in [
        "From: \"Waste Billing\" <noreply@portal.example>".to_owned(),
        "To: asha@example.com".to_owned(),
        "Subject: Your sign-in code for Waste Billing".to_owned(),
        "Date: Thu, 05 Nov 2026 01:02:03 +0000".to_owned(),
        format!("Message-ID: <{}@portal.example>", mail.id),
        "Auto-Submitted: auto-generated".to_owned(),
        "MIME-Version: 1.0".to_owned(),
    ] {
        assert_eq!(headers.iter().filter(|header| **header == wanted).count(), 1, "{wanted} in {headers:#?}");
    }
    let kind = format!("Content-Type: multipart/alternative; boundary=\"otpd-{}\"", mail.id);
    assert!(headers.contains(&kind), "{headers:#?}");
    assert!(mail.raw.is_ascii());
    assert!(mail.raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
}

#[test]
fn a_mail_says_what_it_must_in_both_parts() {
    for (language, name, wanted) in [
        ("en", Some("Asha Rao"), ["Hello Asha Rao,", "valid for 5 minutes", "Didn’t ask for a code?"]),
        ("en", None, ["Hello,", "works only once", "ignore this message"]),
        ("ar", None, ["مرحبًا،", "5 دقائق", "لم تطلب رمزًا؟"]),
    ] {
        let mail = mail_in(language, name);
        for part in [&mail.text, &mail.html] {
            for wanted in wanted {
                assert!(part.contains(wanted), "{wanted} in {part}");
            }
            assert!(part.contains("012345"), "the code in {part}");
        }
    }
    let arabic = mail_in("ar", Some("Asha"));
    assert!(arabic.html.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert!(arabic.subject.starts_with("رمز الدخول"));
    let english = mail_in("en", None);
    assert!(!english.html.contains("http://") && !english.html.contains("https://"), "nothing is loaded from outside");
    assert!(english.html.contains("prefers-color-scheme: dark"));
}

#[test]
fn the_same_draft_is_the_same_mail() {
    assert_eq!(mail_in("en", Some("Asha")).raw, mail_in("en", Some("Asha")).raw);
}

#[test]
fn the_account_s_language_goes_before_the_browser_s() {
    let content = content("asha@example.com", 300, "en-GB");
    let subject = |own| {
        let draft = Draft {
            id: id(),
            channel: Channel::Email,
            content: &content,
            recipient_name: None,
            recipient_language: own,
        };
        renderer().render(&draft).expect("a message").mail().expect("a mail").subject.clone()
    };
    assert!(subject(Some("ar")).starts_with("رمز"));
    for other in [None, Some("en"), Some("tlh"), Some("")] {
        assert!(subject(other).starts_with("Your sign-in code"), "{other:?}");
    }
}

#[test]
fn a_hostile_name_stays_a_name() {
    let mail = mail_in("en", Some(HOSTILE));
    assert_eq!(headers(&mail), headers(&mail_in("en", None)), "no header comes of it");
    assert!(!mail.html.contains("<script"), "{}", mail.html);
    let short = mail_in("en", Some("<b>\"Eve'\r\nX: y"));
    assert!(short.html.contains("Hello &lt;b&gt;&quot;Eve&#x27; X: y,"), "{}", short.html);
    assert!(short.text.starts_with("Hello <b>\"Eve' X: y,\n"), "{}", short.text);
}

#[test]
fn an_sms_is_short_and_bound_to_the_site() {
    let english = sms_of(&renderer(), "en", Some(HOSTILE));
    assert_eq!(
        english.text,
        "Your OTP for Waste Billing is: 012345. Valid for 5 minutes only.\n\n@portal.example #012345"
    );
    let segments = english.segments();
    assert_eq!((segments.encoding, segments.segments), (Encoding::Gsm7, 1));
    let arabic = sms_of(&renderer(), "ar", None);
    assert!(
        arabic.text.starts_with("رمز الدخول إلى Waste Billing هو: 012345. صالح لمدة 5 دقائق فقط."),
        "{}",
        arabic.text
    );
    assert!(arabic.text.ends_with("\n@portal.example #012345"));
    assert_eq!(arabic.segments().encoding, Encoding::Ucs2);
}

#[test]
fn minutes_are_whole_and_never_too_many() {
    for (seconds, wanted) in
        [(59, "less than a minute"), (60, "1 minute only"), (119, "1 minute only"), (600, "10 minutes only")]
    {
        let content = content("+919876543210", seconds, "en");
        let message = render(&renderer(), Channel::Sms, &content, None);
        let text = &message.sms().expect("an SMS").text;
        assert!(text.contains(wanted), "{seconds}: {text}");
    }
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let setup = |from: &str, host: &str| Renderer::new(templates(), config(host, from)).err();
    for from in ["", "noreply", "noreply@", "a@b, c@d", "Name <a@b.example>\r\nBcc: x@y.example"] {
        assert!(matches!(setup(from, "portal.example"), Some(SetupError::From { .. })), "{from}");
    }
    for host in ["", "portal.example\r\nBcc: x", "portal example", "a>b"] {
        assert!(matches!(setup("a@b.example", host), Some(SetupError::PublicHost { .. })), "{host}");
    }
    assert!(setup("noreply@b.example", "127.0.0.1").is_none());
}

#[test]
fn a_broken_template_of_the_company_is_told_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("templates/email")).expect("folders");
    std::fs::write(folder.path().join("templates/email/code.html"), "{{ code }} {{ customer }}").expect("a file");
    let brand = Brand { name: "B".to_owned(), color: "#000000".to_owned(), logo: None };
    let templates = Templates::load(Some(folder.path()), brand, "en").expect("it parses");
    let error = Renderer::new(templates, config("b.example", "a@b.example")).err().expect("an error").to_string();
    assert!(error.contains("email/code.html") && error.contains("customer"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a company calls itself, the last line of an SMS is the bound code and mail has the same headers.
    #[test]
    fn no_brand_displaces_the_bound_line(brand in "\\PC{0,40}|(?s).{0,20}\n@[a-z]{1,5}\\.example #[0-9]{6}\r?\n?") {
        let brand = Brand { name: brand, color: "#000000".to_owned(), logo: None };
        let templates = Templates::load(None, brand, "en").expect("templates");
        let renderer = Renderer::new(templates, config("b.example", "a@b.example")).expect("a renderer");
        let text = sms_of(&renderer, "en", None).text;
        prop_assert!(text.ends_with("\n\n@b.example #012345"), "{text}");
        let bound = text.lines().filter(|line| line.starts_with('@')).count();
        prop_assert_eq!(bound, 1);
        let content = content("asha@example.com", 300, "en");
        let message = render(&renderer, Channel::Email, &content, None);
        let names: Vec<String> = headers(message.mail().expect("a mail"))
            .iter()
            .map(|header| header.split(':').next().unwrap_or_default().to_owned())
            .collect();
        prop_assert_eq!(names, ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]);
    }
}
