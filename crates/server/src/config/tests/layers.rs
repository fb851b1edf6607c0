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
    let super::super::email::EmailTransport::Smtp(smtp) = config.email.transport else { panic!("SMTP was chosen") };
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
        let super::super::email::EmailTransport::Smtp(smtp) = config.email.transport else { panic!("SMTP was chosen") };
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
