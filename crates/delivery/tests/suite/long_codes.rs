//! Messages with a long code, and that those with a short one know nothing of it.

use otpd_delivery::{Encoding, Mail, Renderer, Sms};
use otpd_domain::code::{Code, CodeLength};
use otpd_domain::identifier::Channel;
use otpd_domain::message::{MessageContent, MessageKind};

use crate::messages::{CODES, company, content, render, verification};
use crate::world::{renderer, templates};

const READABLE: &str = "7KQ4-MZ2X-9HTWB";
const LANGUAGES: [&str; 2] = ["en", "ar"];

/// What the link on the pages is called.
fn link(language: &str) -> String {
    let templates = templates();
    templates.text(&templates.language(language).expect("a language"), "verify-letters", &[])
}

fn length() -> CodeLength {
    CodeLength::new(6).expect("a length")
}

fn long(kind: MessageKind, language: &str) -> MessageContent {
    MessageContent { code: Code::parse(READABLE, length()).ok(), ..content(kind, language) }
}

fn mail(renderer: &Renderer, content: &MessageContent) -> Mail {
    render(renderer, Channel::Email, content).expect("a message").mail().expect("a mail").clone()
}

fn sms(renderer: &Renderer, content: &MessageContent) -> Sms {
    render(renderer, Channel::Sms, content).expect("a message").sms().expect("an SMS").clone()
}

#[test]
fn a_mail_shows_it_in_groups_that_stay_whole() {
    let mail = mail(&renderer(), &long(MessageKind::SignIn, "en"));
    assert!(mail.text.contains("\n\n    7KQ4-MZ2X-9HTWB\n\n"), "{}", mail.text);
    assert!(!mail.text.contains("\n\n\n"), "{:?}", mail.text);
    let groups = ["7KQ4-", "MZ2X-", "9HTWB"].map(|group| format!("<span style=\"white-space:nowrap;\">{group}</span>"));
    assert!(mail.html.contains(&groups.join("<wbr>")), "{}", mail.html);
    assert!(!mail.subject.contains("7KQ4"), "{}", mail.subject);
}

#[test]
fn a_code_for_our_pages_says_why_it_is_long_and_where_to_type_it() {
    for language in LANGUAGES {
        let link = link(language);
        for kind in CODES {
            let content = long(kind.clone(), language);
            let (mail, sms) = (mail(&renderer(), &content), sms(&renderer(), &content));
            for part in [&mail.text, &mail.html, &sms.text] {
                assert_eq!(part.matches(&link).count(), 1, "{kind:?}: {part}");
            }
        }
    }
    let content = long(MessageKind::PasswordReset, "en");
    let (mail, sms) = (mail(&renderer(), &content), sms(&renderer(), &content));
    let why = "This code is longer than usual because somebody has typed many wrong codes.";
    assert!(mail.text.contains(why) && mail.html.contains(why), "{}", mail.text);
    assert!(sms.text.contains("Longer as many wrong codes were typed"), "{}", sms.text);
}

#[test]
fn a_code_for_other_sites_is_typed_as_it_is() {
    let own = company(&[("sms/pharmacy.txt", "{{ brand.name }}: {{ code }}\n")], &["pharmacy"]).expect("a renderer");
    for (renderer, name) in [(&renderer(), "verification"), (&own, "pharmacy")] {
        let content = long(verification(name), "en");
        let (mail, sms) = (mail(renderer, &content), sms(renderer, &content));
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("many wrong codes. Type it just as it is."), "{part}");
        }
        for part in [&mail.text, &mail.html, &sms.text] {
            assert!(!part.contains(&link("en")), "there is no such link elsewhere: {part}");
        }
        assert!(sms.text.contains(READABLE) && !sms.text.contains('#'), "{}", sms.text);
    }
    assert!(sms(&renderer(), &long(verification("verification"), "en")).text.contains("type it just as it is"));
}

#[test]
fn phones_fill_it_in_without_hyphens() {
    for language in LANGUAGES {
        for kind in CODES {
            let text = sms(&renderer(), &long(kind.clone(), language)).text;
            assert!(text.ends_with("\n\n@portal.example #7KQ4MZ2X9HTWB"), "{kind:?}: {text}");
            assert_eq!(text.matches(READABLE).count(), 1, "{kind:?}: {text}");
        }
    }
}

#[test]
fn one_english_sms_carries_it() {
    for kind in CODES.into_iter().chain([verification("verification")]) {
        for (seconds, validity) in [(59, "(<1 min)"), (60, "(1 min)"), (300, "(5 min)"), (600, "(10 min)")] {
            let content = MessageContent { valid_seconds: seconds, ..long(kind.clone(), "en") };
            let sms = sms(&renderer(), &content);
            let size = sms.segments();
            assert_eq!((size.encoding, size.segments), (Encoding::Gsm7, 1), "{size:?}: {}", sms.text);
            assert!(sms.text.contains(validity) && sms.text.contains("Waste Billing"), "{}", sms.text);
        }
        let arabic = sms(&renderer(), &long(kind.clone(), "ar"));
        assert!(arabic.segments().segments <= 3, "{kind:?}: {}", arabic.text);
    }
}

/// Digits at its beginning would follow the direction of Arabic before them, and trade places with the other groups.
#[test]
fn in_arabic_it_stands_on_a_line_of_its_own() {
    for kind in CODES.into_iter().chain([verification("verification")]) {
        let content = long(kind.clone(), "ar");
        for text in [mail(&renderer(), &content).text, sms(&renderer(), &content).text] {
            assert!(text.lines().any(|line| line.trim() == READABLE), "{kind:?}: {text}");
        }
        let html = mail(&renderer(), &content).html;
        assert!(html.contains("class=\"code\" align=\"center\" dir=\"ltr\""), "{html}");
    }
}

#[test]
fn every_template_has_the_code_as_it_is_typed() {
    for kind in CODES.into_iter().chain([verification("verification")]) {
        let content = long(kind.clone(), "en");
        let shown = mail(&renderer(), &content).text;
        let line =
            shown.lines().find(|line| line.contains('-') && line.starts_with("    ")).expect("a line of its own");
        assert_eq!(Code::parse(line.trim(), length()).ok(), content.code, "{kind:?}: {line}");
    }
}

/// What a short code is told with does not change because there are long ones.
#[test]
fn the_html_of_a_short_code_is_as_it_always_was() {
    let mail = mail(&renderer(), &content(MessageKind::SignIn, "en"));
    assert_eq!(mail.html.trim_end(), include_str!("sign-in.html").trim_end());
}

#[test]
fn a_short_code_says_nothing_of_long_ones() {
    for language in LANGUAGES {
        let link = link(language);
        for kind in CODES.into_iter().chain([verification("verification")]) {
            let content = content(kind.clone(), language);
            let (mail, sms) = (mail(&renderer(), &content), sms(&renderer(), &content));
            for part in [&mail.text, &mail.html, &sms.text] {
                assert!(
                    !part.contains(&link) && !part.contains("wrong") && !part.contains("الخاطئة"),
                    "{kind:?}: {part}"
                );
                assert!(part.contains("012345"), "{kind:?}: {part}");
            }
        }
    }
}
