use super::super::email::{EmailTransport, Encryption};
use super::super::{Config, Reading};
use super::{problems, read, sources};

const DJANGO: &str = "EMAIL_HOST=smtp.gmail.com\nEMAIL_PORT=587\nEMAIL_USE_TLS=True\nEMAIL_HOST_USER=shop@gmail.example\n\
                      EMAIL_HOST_PASSWORD=abcd efgh\nDEFAULT_FROM_EMAIL=Shop <shop@gmail.example>\nOTP_EXPIRY_MINUTES=3\nOTP_MAX_ATTEMPTS=4\n";

#[test]
fn a_dotenv_of_the_old_systems_is_enough() {
    let config = read("", DJANGO, &[]);
    let EmailTransport::Smtp(smtp) = config.email.transport else { panic!("EMAIL_HOST chooses SMTP") };
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.encryption), ("smtp.gmail.com", 587, Encryption::StartTls));
    assert_eq!(smtp.login.expect("a login").0, "shop@gmail.example");
    assert_eq!(config.email.from.to_string(), "Shop <shop@gmail.example>");
    assert_eq!((config.challenges.ttl.as_secs(), config.challenges.max_attempts), (180, 4));
}

#[test]
fn a_chosen_transport_goes_before_an_implied_one() {
    let config = read("", DJANGO, &[("OTPD_EMAIL__TRANSPORT", "console")]);
    assert!(matches!(config.email.transport, EmailTransport::Console));
    let mut trying_out = sources("", DJANGO, &[]);
    trying_out.development = true;
    let config = Config::read(&trying_out).config.expect("a configuration");
    assert!(matches!(config.email.transport, EmailTransport::Console), "--dev sends nothing unasked");
}

#[test]
fn use_tls_means_starttls_and_use_ssl_means_tls() {
    for (tls, ssl, encryption) in [
        ("True", "False", Encryption::StartTls),
        ("1", "", Encryption::StartTls),
        ("False", "True", Encryption::Tls),
        ("False", "False", Encryption::None),
        ("", "", Encryption::StartTls),
        ("", "False", Encryption::StartTls),
    ] {
        let env = [
            ("EMAIL_HOST", "h"),
            ("DEFAULT_FROM_EMAIL", "a@b.example"),
            ("EMAIL_USE_TLS", tls),
            ("EMAIL_USE_SSL", ssl),
        ];
        let EmailTransport::Smtp(smtp) = read("", "", &env).email.transport else { panic!("EMAIL_HOST chooses SMTP") };
        assert_eq!(smtp.encryption, encryption, "{tls} {ssl}");
    }
}

#[test]
fn wrong_old_values_are_told_under_their_own_names() {
    for (name, value, remedy) in [
        ("OTP_EXPIRY_MINUTES", "five", "whole number such as 5"),
        ("OTP_EXPIRY_MINUTES", "60", "10m"),
        ("OTP_MAX_ATTEMPTS", "50", "from 1 to 5"),
        ("EMAIL_USE_TLS", "maybe", "True or False"),
    ] {
        let found = problems("", "", &[(name, value)]).join("\n");
        assert!(found.contains(name) && found.contains(remedy), "{found}");
    }
    let both = problems("", "", &[("EMAIL_USE_TLS", "True"), ("EMAIL_USE_SSL", "True")]).join("\n");
    assert!(both.contains("EMAIL_USE_SSL") && both.contains("only one"), "{both}");
}

#[test]
fn what_has_no_effect_is_said() {
    let Reading { config, notes, .. } = Config::read(&sources("", "TWILIO_AUTH_TOKEN=hidden\nSMS_SENDER=", &[]));
    assert!(config.is_ok());
    let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("TWILIO_AUTH_TOKEN") && notes[0].contains("no effect") && !notes[0].contains("hidden"));
}
