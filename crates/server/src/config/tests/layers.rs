use super::{problems, read};

#[test]
fn a_later_layer_wins() {
    let file = "[brand]\nname = \"file\"";
    let dotenv = "OTPD_BRAND__NAME=dotenv";
    let environment = [("OTPD_BRAND__NAME", "environment")];
    let name = |file, dotenv, environment: &[_]| read(file, dotenv, environment).brand.name;
    assert_eq!(name("", "", &[]), "Waste Billing");
    assert_eq!(name(file, "", &[]), "file");
    assert_eq!(name(file, dotenv, &[]), "dotenv");
    assert_eq!(name(file, dotenv, &environment), "environment");
    assert_eq!(name(file, dotenv, &[("OTPD_BRAND__NAME", "")]), "dotenv", "an empty variable counts as not set");
}

#[test]
fn old_names_stand_between_the_file_and_ours() {
    let attempts = |file, dotenv, environment: &[_]| read(file, dotenv, environment).challenges.max_attempts;
    let file = "challenges.max_attempts = 1";
    assert_eq!(attempts(file, "OTP_MAX_ATTEMPTS=2", &[]), 2);
    assert_eq!(attempts(file, "OTP_MAX_ATTEMPTS=2", &[("OTP_MAX_ATTEMPTS", "3")]), 3);
    assert_eq!(attempts(file, "OTPD_CHALLENGES__MAX_ATTEMPTS=4", &[("OTP_MAX_ATTEMPTS", "3")]), 4);
}

#[test]
fn every_key_can_be_a_variable_and_lists_and_numbers_have_two_forms() {
    let config = read(
        "[customers]\ntypes = [\"Farm\", \"Mill\"]\n[challenges]\ncode_length = \"8\"\nmax_attempts = 3\n[email]\nsmtp = { port = 2525 }",
        "",
        &[
            ("OTPD_EMAIL__SMTP__HOST", "mail.example.com"),
            ("OTPD_EMAIL__TRANSPORT", "smtp"),
            ("OTPD_EMAIL__FROM", "a@b.example"),
        ],
    );
    assert_eq!(config.customers.types, ["Farm", "Mill"]);
    assert_eq!((config.challenges.code_length.digits(), config.challenges.max_attempts), (8, 3));
    let smtp = config.email.smtp().expect("SMTP was chosen");
    assert_eq!((smtp.host.as_str(), smtp.port), ("mail.example.com", 2525));
    assert_eq!(read("", "", &[("OTPD_CUSTOMERS__TYPES", "Farm, Mill")]).customers.types, ["Farm", "Mill"]);
}

#[test]
fn the_port_follows_the_encryption() {
    for (encryption, port) in [("starttls", 587), ("tls", 465), ("none", 25)] {
        let config = read(
            "[email]\ntransport = \"smtp\"\nfrom = \"a@b.example\"\nsmtp.host = \"h\"",
            "",
            &[("OTPD_EMAIL__SMTP__ENCRYPTION", encryption)],
        );
        let smtp = config.email.smtp().expect("SMTP was chosen");
        assert_eq!(smtp.port, port);
    }
}

#[test]
fn variables_of_other_programs_and_the_name_of_the_file_are_let_be() {
    assert_eq!(
        problems("", "PATH=/bin\nOTP_OTHER=1", &[("OTPD_CONFIG", "x.toml"), ("HOME", "/"), ("OTPDX", "1")]),
        [""; 0]
    );
}

#[test]
fn the_sender_may_have_a_name() {
    for (written, shown) in [
        ("Waste Billing <No-Reply@Example.org>", "Waste Billing <no-reply@example.org>"),
        ("\"Waste Billing\" <a@b.example>", "Waste Billing <a@b.example>"),
        ("a@b.example", "a@b.example"),
        ("<a@b.example>", "a@b.example"),
    ] {
        assert_eq!(read("", "", &[("OTPD_EMAIL__FROM", written)]).email.from.to_string(), shown);
    }
}

#[test]
fn a_shorter_lifetime_takes_the_default_idle_timeout_with_it() {
    let config = read("sessions.lifetime = \"1h\"", "", &[]);
    assert_eq!(config.sessions.idle_timeout.as_secs(), 3600);
}

#[test]
fn what_is_not_written_follows_another_key() {
    let config = read("", "", &[]);
    assert_eq!((config.registration.codes.ttl.as_secs(), config.registration.codes.length.digits()), (600, 6));
    assert_eq!(config.registration.customer_type, "Household");
    assert_eq!((config.passwords.policy.min_length, config.tokens.lifetime.as_secs()), (15, 900));
    let config = read(
        "[challenges]\ncode_length = 8\nmax_attempts = 3\n[customers]\ntypes = \"Farm, Mill\"",
        "",
        &[("OTPD_LIMITS__SEND__COOLDOWN", "5s")],
    );
    assert_eq!((config.registration.codes.length.digits(), config.registration.codes.max_attempts), (8, 3));
    assert_eq!(config.registration.codes.cooldown.after_send(0).as_secs(), 5);
    assert_eq!(config.registration.customer_type, "Farm");
    let config = read("[challenges]\ncode_length = 8\n[registration]\ncode_length = 7", "", &[]);
    assert_eq!(config.registration.codes.length.digits(), 7);
}

#[test]
fn registrations_get_an_sms_where_messages_are_sent() {
    let sms = |environment: &[_]| read("", "", environment).registration.sms;
    let file = ("OTPD_SMS__FILE__PATH", "sms.jsonl");
    assert!(!sms(&[]), "the console is nobody's phone");
    assert!(sms(&[("OTPD_SMS__TRANSPORT", "file"), file]));
    assert!(!sms(&[("OTPD_SMS__TRANSPORT", "file"), file, ("OTPD_REGISTRATION__SMS", "off")]));
    assert!(sms(&[("OTPD_REGISTRATION__SMS", "on")]));
}

#[test]
fn waiting_follows_the_threads() {
    let pool = |environment: &[_]| read("", "", environment).passwords.pool;
    let usual = otpd_credentials::PoolConfig::default();
    assert_eq!(pool(&[]), usual);
    let three = pool(&[("OTPD_PASSWORDS__THREADS", "3")]);
    assert_eq!((three.threads, three.waiting), (3, usual.waiting / usual.threads * 3));
    assert_eq!(pool(&[("OTPD_PASSWORDS__WAITING", "0")]).waiting, 0);
}

#[test]
fn origins_are_kept_as_browsers_write_them() {
    let origins = read("api.allowed_origins = [\"https://Shop.Example.com:443/\", \"http://localhost:3000\"]", "", &[]);
    assert_eq!(origins.api.allowed_origins, ["https://shop.example.com", "http://localhost:3000"]);
}
