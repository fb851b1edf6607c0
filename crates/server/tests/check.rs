//! `otpd check`: what is wrong, why, and what to write instead.

mod support;

use std::os::unix::fs::PermissionsExt;

use support::Place;

/// Findings as (severity, key, why).
fn findings(place: &Place, args: &[&str], env: &[(&str, &str)]) -> (i32, Vec<(String, String, String)>) {
    let ran = place.run_with(&[&["check", "--json"], args].concat(), env);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let found = report["findings"].as_array().expect("a list");
    assert_eq!(report["ok"], ran.code == 0);
    assert!(found.iter().all(|one| !text(&one["remedy"]).is_empty()));
    (ran.code, found.iter().map(|one| (text(&one["severity"]), text(&one["key"]), text(&one["why"]))).collect())
}

const DEPLOYED: &[(&str, &str)] = &[
    ("OTPD_EMAIL__TRANSPORT", "smtp"),
    ("OTPD_EMAIL__FROM", "Shop <no-reply@shop.example>"),
    ("OTPD_EMAIL__SMTP__HOST", "smtp.shop.example"),
    ("OTPD_BRAND__NAME", "Shop"),
    ("OTPD_SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ("OTPD_VERIFICATION__ACCESS", "key"),
];

#[test]
fn a_folder_that_was_set_up_is_fine() {
    let place = Place::ready();
    assert_eq!(findings(&place, &[], &[]), (0, vec![]));
    let shown = place.ok(&["check"]);
    assert!(shown.contains("all migrations applied") && shown.ends_with("0 errors, 0 warnings\n"), "{shown}");
}

#[test]
fn an_empty_folder_is_told_everything_that_is_missing() {
    let place = Place::empty();
    let (code, found) = findings(&place, &[], &[]);
    let keys: Vec<&str> = found.iter().map(|(_, key, _)| key.as_str()).collect();
    assert_eq!((code, keys), (1, vec!["server.public_url", "keys.file", "database.url"]));
    assert!(!place.path("otpd.db").exists() && !place.path("otpd.keys").exists(), "nothing is changed");
    let shown = place.run(&["check"]).out;
    assert!(shown.contains("Make one with: otpd keys generate") && shown.contains("otpd migrate"), "{shown}");
}

#[test]
fn what_can_be_tried_out_is_tried_out() {
    let place = Place::ready();
    for (name, value, key) in [
        ("OTPD_DATABASE__URL", "sqlite:nowhere/otpd.db", "database.url"),
        ("OTPD_TEMPLATES__FOLDER", "overrides", "templates.folder"),
        ("OTPD_BRAND__LOGO", "logo.svg", "brand.logo"),
        ("OTPD_VERIFICATION__LOGIN__TEMPLATE", "nowhere", "verification.Login.template"),
        ("OTPD_EMAIL__FILE__PATH", "nowhere/mail.jsonl", "email.file.path"),
        ("OTPD_SERVER__LISTEN", "nonsense", "server.listen"),
    ] {
        std::fs::create_dir_all(place.path("overrides/templates/pages")).expect("a folder");
        place.write("overrides/templates/pages/request.html", "{% if %}");
        let (code, found) = findings(&place, &[], &[(name, value)]);
        assert!(
            code == 1 && found.iter().any(|(severity, found, _)| severity == "error" && found == key),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn a_production_server_passes_and_each_development_setting_is_named() {
    let place = Place::ready();
    let (code, found) = findings(&place, &["--deploy"], DEPLOYED);
    assert_eq!(code, 0, "{found:?}");
    assert_eq!(found.iter().map(|(_, key, _)| key.as_str()).collect::<Vec<_>>(), ["sms.transport"], "{found:?}");
    for (name, value, key) in [
        ("OTPD_SERVER__PUBLIC_URL", "http://signin.example.org", "server.public_url"),
        ("OTPD_SERVER__PUBLIC_URL", "https://localhost", "server.public_url"),
        ("OTPD_EMAIL__TRANSPORT", "console", "email.transport"),
        ("OTPD_EMAIL__TRANSPORT", "file", "email.transport"),
        ("OTPD_SMS__TRANSPORT", "console", "sms.transport"),
        ("OTPD_EMAIL__FROM", "a@example.com", "email.from"),
        ("OTPD_LOG__LEVEL", "debug", "log.level"),
        ("OTPD_LOG__LEVEL", "info,otpd_web=trace", "log.level"),
        ("OTPD_PASSWORDS__MIN_LENGTH", "14", "passwords.min_length"),
        ("OTPD_API__ALLOWED_ORIGINS", "http://shop.example.org", "api.allowed_origins"),
        ("OTPD_CHALLENGES__CODE_LENGTH", "4", "challenges.code_length"),
        ("OTPD_REGISTRATION__CODE_LENGTH", "5", "registration.code_length"),
        ("OTPD_LIMITS__GUESS__PER_ACCOUNT", "10/h", "limits.guess.per_account"),
    ] {
        let (code, found) = findings(&place, &["--deploy"], &[DEPLOYED, &[(name, value)]].concat());
        assert!(
            code == 1 && found.iter().any(|(severity, found, _)| severity == "error" && found == key),
            "{name}: {found:?}"
        );
    }
    for (name, value, key) in [
        ("OTPD_SERVER__LISTEN", "0.0.0.0:8080", "server.listen"),
        ("OTPD_SERVER__TRUSTED_PROXIES", "", "server.trusted_proxies"),
        ("OTPD_BRAND__NAME", "", "brand.name"),
        ("OTPD_SERVER__METRICS_LISTEN", "0.0.0.0:9464", "server.metrics_listen"),
        ("OTPD_LIMITS__SEND__PROOF_AFTER", "off", "limits.send.proof_after"),
        ("OTPD_EMAIL__SMTP__ENCRYPTION", "none", "email.smtp.encryption"),
        ("OTPD_VERIFICATION__ACCESS", "open", "verification.access"),
        ("OTPD_VERIFICATION__LOGIN__CODE_LENGTH", "4", "verification.Login.code_length"),
        ("OTPD_TOKENS__LIFETIME", "1h", "tokens.lifetime"),
        ("OTPD_CHALLENGES__STORE", "memory", "challenges.store"),
    ] {
        let (code, found) = findings(&place, &["--deploy"], &[DEPLOYED, &[(name, value)]].concat());
        assert!(
            code == 0 && found.iter().any(|(severity, found, _)| severity == "warning" && found == key),
            "{name}: {found:?}"
        );
    }
    let login = [
        ("OTPD_EMAIL__SMTP__ENCRYPTION", "none"),
        ("OTPD_EMAIL__SMTP__USERNAME", "u"),
        ("OTPD_EMAIL__SMTP__PASSWORD", "p"),
    ];
    assert_eq!(findings(&place, &["--deploy"], &[DEPLOYED, &login].concat()).0, 1, "a password in the clear");
}

#[test]
fn what_nobody_can_reach_is_not_warned_of() {
    let place = Place::ready();
    let closed = [
        ("OTPD_REGISTRATION__ACCESS", "off"),
        ("OTPD_PASSWORDS__MIN_LENGTH", "8"),
        ("OTPD_REGISTRATION__CODE_LENGTH", "4"),
        ("OTPD_VERIFICATION__ACCESS", "off"),
        ("OTPD_VERIFICATION__LOGIN__CODE_LENGTH", "4"),
    ];
    let (_, found) = findings(&place, &["--deploy"], &[DEPLOYED, &closed].concat());
    assert_eq!(found.iter().map(|(_, key, _)| key.as_str()).collect::<Vec<_>>(), ["sms.transport"], "{found:?}");
}

#[test]
fn the_declared_types_are_listed() {
    let place = Place::ready();
    let env = [("OTPD_VERIFICATION__TYPES", "Order"), ("OTPD_VERIFICATION__ORDER__RATE", "10/1h")];
    let shown = place.run_with(&["check"], &env).out;
    assert!(shown.contains("verification type Login: 6 digits, valid 5m, 5 guesses, 3 sends in 10m"), "{shown}");
    assert!(shown.contains("verification type Order: 6 digits, valid 5m, 5 guesses, 10 sends in 1h"), "{shown}");
    let cut_short = "verification.Order.rate: of its 10 in 1h, limits.send.per_contact lets 6 through";
    assert!(shown.contains(cut_short) && !shown.contains("verification.Login.rate"), "{shown}");
    assert!(!place.run_with(&["check"], &[("OTPD_VERIFICATION__ACCESS", "off")]).out.contains("verification type"));
}

#[test]
fn files_that_others_may_read_are_found() {
    let place = Place::ready();
    let open =
        |name: &str, mode| std::fs::set_permissions(place.path(name), PermissionsExt::from_mode(mode)).expect("chmod");
    open("otpd.db", 0o644);
    let (code, found) = findings(&place, &["--deploy"], DEPLOYED);
    assert!(code == 1 && found.iter().any(|(_, key, why)| key == "database.url" && why.contains("0644")), "{found:?}");
    open("otpd.db", 0o600);
    place.write(".env", "OTPD_EMAIL__SMTP__USERNAME=u\nOTPD_EMAIL__SMTP__PASSWORD=hunter2\n");
    open(".env", 0o644);
    let (_, found) = findings(&place, &["--deploy"], DEPLOYED);
    assert!(found.iter().any(|(_, key, why)| key == "email.smtp.password" && why.contains(".env")), "{found:?}");
    open(".env", 0o640);
    assert_eq!(findings(&place, &["--deploy"], DEPLOYED).0, 0);
    open("otpd.keys", 0o644);
    let (code, found) = findings(&place, &[], &[]);
    assert!(code == 1 && found[0].2.contains("0644"), "{found:?}");
    place.write("otpd.keys", &format!("1 2026-01-31T12:00:00Z {}=\n", "A".repeat(43)));
    open("otpd.keys", 0o600);
    let (code, found) = findings(&place, &[], &[]);
    assert!(code == 1 && found[0].2.contains("not drawn at random"), "{found:?}");
}

#[test]
fn providers_of_sms_are_to_be_reached_over_tls() {
    let place = Place::ready();
    let paid = [("OTPD_SMS__PRICES", "91: 0.002"), ("OTPD_SMS__DAILY_CEILING", "50"), ("OTPD_SMS__COUNTRIES", "IN")];
    let twilio = [
        ("OTPD_SMS__TRANSPORT", "twilio"),
        ("OTPD_SMS__TWILIO__ACCOUNT_SID", "AC0123"),
        ("OTPD_SMS__TWILIO__AUTH_TOKEN", "hidden"),
        ("OTPD_SMS__TWILIO__FROM", "+14155550100"),
    ];
    let gateway = [
        ("OTPD_SMS__TRANSPORT", "gateway"),
        ("OTPD_SMS__GATEWAY__PRESET", "mshastra"),
        ("OTPD_SMS__GATEWAY__USERNAME", "u"),
        ("OTPD_SMS__GATEWAY__PASSWORD", "hidden"),
        ("OTPD_SMS__GATEWAY__SENDER", "SHOP"),
    ];
    for (settings, open, key) in [
        (&twilio[..], ("OTPD_SMS__TWILIO__BASE_URL", "http://api.twilio.example"), "sms.twilio.base_url"),
        (&gateway[..], ("OTPD_SMS__GATEWAY__URL", "http://sms.example/send"), "sms.gateway.url"),
    ] {
        let (code, found) = findings(&place, &["--deploy"], &[DEPLOYED, settings, &paid].concat());
        assert!(code == 0 && found.is_empty(), "{found:?}");
        let (code, found) = findings(&place, &["--deploy"], &[DEPLOYED, settings, &paid, &[open]].concat());
        assert_eq!(code, 1, "{found:?}");
        assert!(found.iter().any(|(severity, found, _)| severity == "error" && found == key), "{found:?}");
        assert!(!format!("{found:?}").contains("hidden"), "{found:?}");
    }
}

#[test]
fn what_text_messages_may_cost_is_asked_of_who_pays_for_them() {
    let place = Place::ready();
    let twilio = [
        ("OTPD_SMS__TRANSPORT", "twilio"),
        ("OTPD_SMS__TWILIO__ACCOUNT_SID", "AC0123"),
        ("OTPD_SMS__TWILIO__AUTH_TOKEN", "hidden"),
        ("OTPD_SMS__TWILIO__FROM", "+14155550100"),
    ];
    let warned = |settings: &[(&str, &str)]| -> Vec<String> {
        let (code, found) = findings(&place, &["--deploy"], &[DEPLOYED, &twilio, settings].concat());
        assert!(code == 0 && found.iter().all(|(severity, ..)| severity == "warning"), "{found:?}");
        found.into_iter().map(|(_, key, _)| key).collect()
    };
    let (prices, ceiling, countries) =
        (("OTPD_SMS__PRICES", "91: 0.002"), ("OTPD_SMS__DAILY_CEILING", "50"), ("OTPD_SMS__COUNTRIES", "IN"));
    assert_eq!(warned(&[]), ["sms.prices", "sms.countries"]);
    assert_eq!(warned(&[prices, countries]), ["sms.daily_ceiling"]);
    assert_eq!(warned(&[prices, ceiling]), ["sms.prices", "sms.countries"], "other numbers count as free");
    assert_eq!(warned(&[("OTPD_SMS__PRICES", "*: 0.1"), ceiling]), ["sms.countries"]);
    assert_eq!(warned(&[prices, ceiling, countries, ("OTPD_SMS__GUARD__ENABLED", "false")]), ["sms.guard.enabled"]);
}

#[test]
fn the_chance_of_a_guess_is_always_told() {
    let place = Place::ready();
    let shown = place.ok(&["check"]);
    for part in [
        "an account takes 20 wrong codes a day (10/h, 20/d)",
        "a code of 6 digits with a chance of 1 in 50,000 a day and 1 in 137 (0.73 %) a year",
        "take 10 more together (10/d): 1 in 100,000 a day",
        "an account takes 100 wrong passwords a day (20/h, 100/d)",
    ] {
        assert!(shown.contains(part), "{shown}\nlacks: {part}");
    }
    let report = place.json(&["check", "--json"]);
    let close = |value: &serde_json::Value, wanted: f64| {
        value.as_f64().is_some_and(|value| (value - wanted).abs() < wanted / 1_000.0)
    };
    let guessing = &report["guessing"];
    assert_eq!(guessing["failures_a_day"], 20);
    assert!(close(&guessing["chance_in_a_day"], 2e-5) && close(&guessing["chance_in_a_year"], 0.007_273), "{guessing}");
    // Beyond what is promised: told as a warning here, and refused for real customers.
    let env = [("OTPD_LIMITS__GUESS__PER_ACCOUNT", "10/h")];
    let (code, found) = findings(&place, &[], &env);
    assert_eq!((code, found.len()), (0, 1), "{found:?}");
    let (severity, key, why) = &found[0];
    assert_eq!((severity.as_str(), key.as_str()), ("warning", "limits.guess.per_account"));
    assert!(why.contains("1 in 4,167 a day") && why.contains("1 in 50,000 a day is too much"), "{why}");
    let four = place.run_with(&["check"], &[("OTPD_CHALLENGES__CODE_LENGTH", "4")]).out;
    assert!(four.contains("1 in 500 (0.20 %) a day") && four.contains("Write challenges.code_length = 6"), "{four}");
}
