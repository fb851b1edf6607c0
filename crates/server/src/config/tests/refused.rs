use super::problems;

/// A value that must be refused: the key, the value, and words that the remedy must have.
const WRONG: &[(&str, &str, &str)] = &[
    ("server.listen", "8080", "127.0.0.1:8080"),
    ("server.listen", "localhost:8080", "IP address and a port"),
    ("server.public_url", "signin.example.com", "https://signin.example.com"),
    ("server.public_url", "https://example.com/app", "https://signin.example.com"),
    ("server.public_url", "ftp://example.com", "https://signin.example.com"),
    ("server.trusted_proxies", "10.0.0.0/99", "10.0.0.0/8"),
    ("server.trusted_proxies", "10.0.0.1, proxy", "10.0.0.7"),
    ("database.url", "otpd.db", "sqlite:otpd.db"),
    ("database.url", "sqlite:", "sqlite:otpd.db"),
    ("database.url", "sqlite::memory:", "sqlite:otpd.db"),
    ("database.url", "postgres://user:secret@db/otpd", "sqlite:otpd.db"),
    ("challenges.store", "redis://:secret@cache", "\"database\" or \"memory\""),
    ("challenges.store", "disk", "\"database\" or \"memory\""),
    ("challenges.memory_capacity", "10", "from 1000 to 100000000"),
    ("challenges.memory_capacity", "lots", "from 1000 to 100000000"),
    ("challenges.code_length", "3", "4 to 10"),
    ("challenges.code_length", "11", "4 to 10"),
    ("challenges.code_length", "six", "4 to 10"),
    ("challenges.ttl", "11m", "10m"),
    ("challenges.ttl", "1s", "10s"),
    ("challenges.ttl", "5", "such as 90s or 5m"),
    ("challenges.max_attempts", "6", "1 to 5"),
    ("challenges.max_attempts", "0", "1 to 5"),
    ("limits.send.cooldown", "soon", "30s, 60s, 120s"),
    ("sessions.idle_timeout", "1s", "1m"),
    ("sessions.lifetime", "400d", "365d"),
    ("registration.access", "key", "\"open\" or \"off\""),
    ("registration.store", "disk", "\"database\" or \"memory\""),
    ("registration.code_length", "3", "4 to 10"),
    ("registration.ttl", "11m", "10m"),
    ("registration.ttl", "9s", "10s"),
    ("registration.max_attempts", "6", "1 to 5"),
    ("registration.rate", "3", "such as 3/10m"),
    ("registration.rate", "0/10m", "such as 3/10m"),
    ("registration.rate", "101/1h", "such as 3/10m"),
    ("registration.rate", "3/2d", "at most a day"),
    ("registration.keep", "5m", "from 10m to 30d"),
    ("registration.keep", "31d", "from 10m to 30d"),
    ("registration.sms", "yes", "\"on\" or \"off\""),
    ("registration.customer_type", "Farm", "Household or Shop or Hotel"),
    ("passwords.min_length", "7", "from 8 to 64"),
    ("passwords.min_length", "65", "from 8 to 64"),
    ("passwords.threads", "0", "from 1 to 64"),
    ("passwords.waiting", "10001", "from 0 to 10000"),
    ("tokens.lifetime", "30s", "from 1m to 1h"),
    ("tokens.lifetime", "61m", "from 1m to 1h"),
    ("tokens.audience", " ", "remove the key"),
    ("tokens.audience", "a\nb", "one line"),
    ("verification.access", "closed", "\"open\" or \"key\" or \"off\""),
    ("verification.types", "Log in", "letters, digits, hyphens and underscores"),
    ("verification.types", "Login, types", "letters, digits, hyphens and underscores"),
    ("verification.types", "Access", "letters, digits, hyphens and underscores"),
    ("verification.types", "Login, login", "Remove \"login\""),
    ("verification.types", "Sign-up, Sign_up", "Remove \"Sign_up\""),
    ("verification.types", "Order, Order", "Remove \"Order\""),
    ("verification.Login.code_length", "11", "4 to 10"),
    ("verification.Login.ttl", "11m", "10m"),
    ("verification.Login.max_attempts", "0", "1 to 5"),
    ("verification.Login.cooldown", "soon", "30s, 60s, 120s"),
    ("verification.Login.rate", "3/1w", "such as 3/10m"),
    ("verification.Login.template", "../../etc/passwd", "letters, digits, hyphens and underscores"),
    ("api.allowed_origins", "*", "https://shop.example.com"),
    ("api.allowed_origins", "https://*.example.com", "https://shop.example.com"),
    ("api.allowed_origins", "null", "https://shop.example.com"),
    ("api.allowed_origins", "shop.example.com", "https://shop.example.com"),
    ("api.allowed_origins", "https://shop.example.com/app", "https://shop.example.com"),
    ("email.transport", "sendmail", "\"smtp\""),
    ("email.from", "nobody", "name@example.com"),
    ("email.from", "A <a@b.example>, B <c@d.example>", "name@example.com"),
    ("email.from", "A <a@b.example", "name@example.com"),
    ("email.smtp.host", "smtp://mail", "smtp.example.com"),
    ("email.smtp.port", "99999", "1 to 65535"),
    ("email.smtp.port", "0", "1 to 65535"),
    ("email.smtp.encryption", "ssl", "\"starttls\" or \"tls\" or \"none\""),
    ("email.smtp.timeout", "1h", "2m"),
    ("sms.transport", "pigeon", "\"console\" or \"file\" or \"twilio\" or \"gateway\""),
    ("sms.transport", "console, pigeon", "\"console\" or \"file\""),
    ("sms.transport", "console, console", "once"),
    ("sms.transport", ",", "\"console\""),
    ("sms.twilio.account_sid", "SK0123", "AC and 32"),
    ("sms.twilio.account_sid", "AC01/../23", "AC and 32"),
    ("sms.twilio.auth_token", "two words", "letters and digits"),
    ("sms.twilio.from", "A name that is long", "+14155550100"),
    ("sms.twilio.from", "+12", "+14155550100"),
    ("sms.twilio.base_url", "api.twilio.com", "https://api.twilio.com"),
    ("sms.twilio.base_url", "https://me:x@api.twilio.com", "https://api.twilio.com"),
    ("phone.default_region", "India", "two letters"),
    ("phone.default_region", "ZZ", "two letters"),
    ("brand.name", " ", "remove the key"),
    ("brand.name", "a\nb", "one line"),
    ("brand.name", "0123456789012345678901234567890123456789012345678901234567890", "shorter"),
    ("brand.color", "teal", "#0f766e"),
    ("brand.color", "#12345", "#0f766e"),
    ("locales.default", "english language", "en"),
    ("customers.types", ",", "Household, Shop, Hotel"),
    ("delivery.concurrency", "0", "1 to 256"),
    ("delivery.timeout", "0s", "1s"),
    ("delivery.lease", "20s", "30s"),
    ("cleanup.interval", "0s", "1s"),
    ("retention.challenges", "-1d", "such as 90s or 5m"),
    ("retention.sessions", "forever", "such as 90s or 5m"),
    ("retention.messages", "10000d", "3650d"),
    ("log.format", "xml", "\"text\" or \"json\""),
    ("log.level", "loud", "error, warn, info"),
    ("log.level", "info,otpd_web=loud", "error, warn, info"),
];

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
        ("[sms]\ncountries = \"IN\"", "does not have the list of allowed countries yet"),
        ("[limits.send]\nper_ip = \"30/h\"", "does not have limits of sends"),
        ("[limits.guess]\nper_account = \"10/h\"", "does not have the guess budget yet"),
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
        ("OTPD_LIMITS__SEND__PER_IP", "does not have limits of sends"),
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
