use super::problems;
use super::wrong_values::WRONG;

#[test]
fn every_wrong_value_names_its_key_its_place_and_a_remedy() {
    for (key, value, remedy) in WRONG {
        let name = format!("OTPD_{}", key.to_ascii_uppercase().replace('.', "__"));
        let found = problems("", "", &[(&name, value)]);
        let problem = found.first().unwrap_or_else(|| panic!("{key} = {value:?} was taken"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(problem.starts_with(&format!("{key} (environment variable {name}): ")), "{problem}");
        assert!(problem.contains(remedy), "{problem}\nlacks: {remedy}");
        assert!(!problem.contains("secret"), "{problem}");
    }
}

#[test]
fn a_value_of_the_file_is_told_with_its_line() {
    let found = problems("[challenges]\n\nttl = \"1h\"\nmax_attempts = 2.5\n", "", &[]);
    assert!(found.iter().any(|problem| problem.starts_with("challenges.ttl (otpd.toml line 3): ")), "{found:?}");
    assert!(
        found.iter().any(|problem| problem.starts_with("challenges.max_attempts (otpd.toml line 4): ")),
        "{found:?}"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let found = problems(
        "[server]\nlisten = \"x\"\n[brand]\ncolour = \"#000000\"",
        "OTPD_LOG__LEVEL=loud\nbroken",
        &[("OTPD_X", "1")],
    );
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn an_unknown_key_names_the_nearest() {
    for (file, suggestion) in [
        ("[server]\nlissen = \"x\"", "Did you mean server.listen"),
        ("[server]\npublic-url = \"x\"", "Did you mean server.public_url"),
        ("[brand]\ncolour = \"x\"", "Did you mean brand.color"),
        ("[emial]\ntransport = \"x\"", "Did you mean email.transport"),
        ("[smtp]\nhost = \"x\"", "Did you mean email.smtp.host"),
        ("[email]\nhost = \"x\"", "Did you mean email.smtp.host"),
        ("[xyzzy]\nplugh = 1", "docs/reference/configuration.md"),
        ("email = \"smtp\"", "Write [email]"),
        ("[verification.Login]\nrat = \"3/10m\"", "Did you mean verification.Login.rate"),
        ("[verification]\nrate = \"3/10m\"", "verification.NAME.rate"),
        ("[registrations]\nttl = \"5m\"", "Did you mean registration.ttl"),
        ("[password]\nmin_length = 15", "Did you mean passwords.min_length"),
        ("verification = \"open\"", "Write [verification]"),
        ("[sms]\ncountry = \"IN\"", "Did you mean sms.countries"),
        ("[limits]\nper_ip = \"30/h\"", "Did you mean limits."),
        ("[limits.guess]\nper_accounts = \"10/h\"", "Did you mean limits.guess.per_account"),
        ("[metrics]\nlisten = \"x\"", "Did you mean"),
    ] {
        let found = problems(file, "", &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(suggestion), "{file}: {}", found[0]);
    }
    for (name, suggestion) in [
        ("OTPD_SERVER_LISTEN", "Did you mean OTPD_SERVER__LISTEN"),
        ("OTPD_EMAIL__SMTP_HOST", "Did you mean OTPD_EMAIL__SMTP__HOST"),
        ("OTPD_BRAND__NAM", "Did you mean OTPD_BRAND__NAME"),
        ("OTPD_VERIFICATION__LOGIN__RATES", "Did you mean OTPD_VERIFICATION__LOGIN__RATE"),
        ("OTPD_LIMITS__SEND__PER_IPS", "Did you mean OTPD_LIMITS__SEND__PER_IP"),
        ("OTPD_SMS__CEILING", "Did you mean OTPD_SMS__DAILY_CEILING"),
        ("OTPD_XYZZY", "Remove the variable"),
    ] {
        for (dotenv, environment) in [(format!("{name}=x"), vec![]), (String::new(), vec![(name, "x")])] {
            let found = problems("", &dotenv, &environment);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(suggestion), "{name}: {}", found[0]);
        }
    }
}

#[test]
fn what_belongs_together_is_asked_for() {
    for (file, missing) in [
        ("[email]\ntransport = \"smtp\"\nfrom = \"a@b.example\"", "email.smtp.host"),
        ("[email]\ntransport = \"smtp\"\nsmtp.host = \"h\"", "email.from"),
        ("[email]\ntransport = \"file\"", "email.file.path"),
        ("[sms]\ntransport = \"file\"", "sms.file.path"),
        ("[sms]\ntransport = \"twilio\"\ntwilio.account_sid = \"AC1\"\ntwilio.auth_token = \"t\"", "sms.twilio.from"),
        ("[sms]\ntransport = \"gateway\"", "sms.gateway.url"),
        (
            "[sms]\ntransport = \"gateway\"\ngateway.preset = \"vonage\"\ngateway.username = \"u\"\ngateway.sender = \"S\"",
            "sms.gateway.password",
        ),
        ("[email.smtp]\nusername = \"u\"", "email.smtp.password"),
        ("[email.smtp]\npassword = \"p\"", "email.smtp.username"),
    ] {
        let found = problems(file, "", &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        let variable = format!("OTPD_{}", missing.to_ascii_uppercase().replace('.', "__"));
        assert!(
            found[0].starts_with(&format!("{missing}: it is missing")) && found[0].contains(&variable),
            "{}",
            found[0]
        );
    }
    let found = problems("[sessions]\nlifetime = \"1h\"\nidle_timeout = \"2h\"", "", &[]);
    assert!(found[0].contains("sessions.idle_timeout") && found[0].contains("Write 1h or less"), "{found:?}");
}

#[test]
fn a_file_that_is_no_toml_is_told_by_line() {
    let found = problems("[server]\nlisten = 127.0.0.1:8080\n", "", &[]);
    assert!(found[0].starts_with("otpd.toml line 2: this is not TOML"), "{found:?}");
}

/// Settings of a gateway, one of them wrong.
const WRONG_GATEWAY: &[(&str, &str, &str)] = &[
    ("preset", "nobody", "mshastra"),
    ("url", "sms.example/send", "https://"),
    ("method", "DELETE", "POST, PUT or GET"),
    ("headers", "Accept", "Name: value"),
    ("headers", "Content-Type: text/plain", "content_type"),
    ("content_type", "text/plain", "application/json"),
    ("body", "{}{{to}}{{text}}", "between quotes"),
    ("body", "{{message}}", "{{to}} and {{text}}"),
    ("success_status", "fine", "200-299"),
    ("success_body", "OK", "body ~ OK"),
    ("reference", "id", "JSON pointer"),
];

#[test]
fn a_wrong_gateway_is_told_by_its_key() {
    for (key, value, remedy) in WRONG_GATEWAY {
        let good = [("url", "https://sms.example/send"), ("body", r#"["{{to}}","{{text}}"]"#)];
        let path = |key: &str| format!("OTPD_SMS__GATEWAY__{}", key.to_ascii_uppercase());
        let mut settings: Vec<(String, &str)> = good.iter().map(|(key, value)| (path(key), *value)).collect();
        settings.push((path(key), value));
        let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        settings.push(("OTPD_SMS__TRANSPORT", "gateway"));
        let found = problems("", "", &settings);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("sms.gateway.{key} (environment variable ")), "{}", found[0]);
        assert!(found[0].contains(remedy), "{}\nlacks: {remedy}", found[0]);
    }
}

#[test]
fn headers_may_have_commas_in_their_values() {
    let config = super::read(
        "[sms]\ntransport = \"gateway\"\n[sms.gateway]\nurl = \"https://sms.example/send\"\n\
         headers = [\"Accept: text/xml, */*;q=0.1\", \"X-Key: k\"]\nbody = '[\"{{to}}\",\"{{text}}\"]'",
        "",
        &[],
    );
    let shown = format!("{:?}", config.sms);
    assert!(shown.contains("text/xml, */*;q=0.1") && shown.contains("x-key"), "{shown}");
}
