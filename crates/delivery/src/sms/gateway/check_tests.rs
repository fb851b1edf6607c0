use super::*;

fn settings() -> GatewaySettings {
    GatewaySettings {
        url: Some("https://sms.example/send".to_owned()),
        body: Some(r#"{"to":"{{to}}","msg":"{{text}}"}"#.to_owned()),
        ..GatewaySettings::default()
    }
}

fn faults(change: impl FnOnce(&mut GatewaySettings)) -> Vec<(&'static str, String)> {
    let mut settings = settings();
    change(&mut settings);
    let faults = plan(settings).err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.key, format!("{}. {}", fault.why, fault.remedy))).collect()
}

/// A setting of that text.
#[allow(clippy::unnecessary_wraps, reason = "settings are options")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A key, words that its fault must have, and what is wrong.
type Wrong = (&'static str, &'static str, fn(&mut GatewaySettings));

#[test]
fn the_least_settings_are_enough() {
    assert_eq!(faults(|_| {}), []);
}

#[test]
fn every_preset_works_with_a_login_and_a_sender() {
    for (name, _) in super::super::PRESETS {
        let settings = GatewaySettings {
            preset: text(name),
            username: text("me"),
            password: Some("hunter2".into()),
            sender: text("SHOP"),
            ..GatewaySettings::default()
        };
        assert_eq!(plan(settings).err().unwrap_or_default(), [], "{name}");
        let without = GatewaySettings { preset: text(name), ..GatewaySettings::default() };
        let missing = plan(without).expect_err("no login");
        assert!(missing.iter().any(|fault| fault.key == "password" && fault.is_missing), "{name}");
    }
}

#[test]
fn every_wrong_setting_is_told_with_its_key_and_a_remedy() {
    let wrong: [Wrong; 24] = [
        ("preset", "mshastra", |s| s.preset = text("nobody")),
        ("url", "sms.gateway.preset", |s| s.url = None),
        ("url", "https://", |s| s.url = text("sms.example/send")),
        ("url", "https://", |s| s.url = text("ftp://sms.example/send")),
        ("url", "basic_login", |s| s.url = text("https://me:x@sms.example/send")),
        ("url", "does not end", |s| s.url = text("https://sms.example/{{to")),
        ("method", "POST, PUT or GET", |s| s.method = text("DELETE")),
        ("method", "no body", |s| s.method = text("GET")),
        ("headers", "Name: value", |s| s.headers = Some(vec!["Accept".to_owned()])),
        ("headers", "Name: value", |s| s.headers = Some(vec!["Bad Name: x".to_owned()])),
        ("headers", "content_type", |s| s.headers = Some(vec!["Content-Type: x".to_owned()])),
        ("headers", "ASCII", |s| s.headers = Some(vec!["X: a\r\nY: b".to_owned()])),
        ("headers", "into the body", |s| s.headers = Some(vec!["X: {{text}}".to_owned()])),
        ("content_type", "application/xml", |s| s.content_type = text("text/plain")),
        ("body", "between quotes", |s| s.body = text(r#"{"to":"{{to}}","msg":{{text}}}"#)),
        ("body", "none of", |s| s.body = text(r#"{"to":"{{to}}","msg":"{{text}}{{code}}"}"#)),
        ("body", "no {{text}}", |s| s.body = text(r#"{"to":"{{to}}"}"#)),
        ("body", "no {{to}}", |s| s.body = text(r#"{"msg":"{{text}}"}"#)),
        ("success_status", "200-299", |s| s.success_status = text("ok")),
        ("success_status", "200-299", |s| s.success_status = text("299-200")),
        ("success_body", "body ~ OK", |s| s.success_body = text("OK")),
        ("reference", "JSON pointer", |s| s.reference = text("id")),
        ("username", "control", |s| s.username = text("a\r\nb")),
        ("sender", "what the provider gave you", |s| s.body = text(r#"["{{to}}","{{text}}","{{sender}}"]"#)),
    ];
    for (key, told, change) in wrong {
        let found = faults(change);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].0 == key && found[0].1.contains(told), "{key} {told}: {found:?}");
    }
}

#[test]
fn the_password_is_never_repeated() {
    let broken = GatewaySettings {
        password: Some("hunter2\n".into()),
        body: text(r#"{"to":"{{to}}","msg":"{{text}}","p":{{password}}}"#),
        ..settings()
    };
    let shown = format!("{:?}", plan(broken).expect_err("broken"));
    assert!(!shown.contains("hunter2"), "{shown}");
    let plan = plan(GatewaySettings { password: Some("hunter2".into()), ..settings() }).expect("a plan");
    assert!(!format!("{plan:?}").contains("hunter2"));
}

#[test]
fn http_is_open_to_readers_unless_it_stays_on_the_machine() {
    for (url, open) in [
        ("http://sms.example/send", true),
        ("https://sms.example/send", false),
        ("http://127.0.0.1:9/send", false),
        ("http://[::1]/send", false),
        ("http://localhost/send", false),
    ] {
        let plan = plan(GatewaySettings { url: text(url), ..settings() }).expect("a plan");
        assert_eq!(plan.is_open_to_readers(), open, "{url}");
    }
}
