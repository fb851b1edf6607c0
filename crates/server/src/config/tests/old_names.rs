use super::super::email::{EmailTransport, Encryption};
use super::super::{Config, Reading};
use super::{problems, read, sources};

const DJANGO: &str = "EMAIL_HOST=smtp.gmail.com\nEMAIL_PORT=587\nEMAIL_USE_TLS=True\nEMAIL_HOST_USER=shop@gmail.example\n\
                      EMAIL_HOST_PASSWORD=abcd efgh\nDEFAULT_FROM_EMAIL=Shop <shop@gmail.example>\nOTP_EXPIRY_MINUTES=3\nOTP_MAX_ATTEMPTS=4\n";

#[test]
fn a_dotenv_of_the_old_systems_is_enough() {
    let config = read("", DJANGO, &[]);
    let smtp = config.email.smtp().expect("EMAIL_HOST chooses SMTP");
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.encryption), ("smtp.gmail.com", 587, Encryption::StartTls));
    assert_eq!(smtp.login.as_ref().expect("a login").0, "shop@gmail.example");
    assert_eq!(config.email.from.to_string(), "Shop <shop@gmail.example>");
    assert_eq!((config.challenges.ttl.as_secs(), config.challenges.max_attempts), (180, 4));
}

#[test]
fn a_chosen_transport_goes_before_an_implied_one() {
    let config = read("", DJANGO, &[("OTPD_EMAIL__TRANSPORT", "console")]);
    assert!(matches!(config.email.transports[..], [EmailTransport::Console]));
    let mut trying_out = sources("", DJANGO, &[]);
    trying_out.development = true;
    let config = Config::read(&trying_out).config.expect("a configuration");
    assert!(matches!(config.email.transports[..], [EmailTransport::Console]), "--dev sends nothing unasked");
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
        let config = read("", "", &env);
        let smtp = config.email.smtp().expect("EMAIL_HOST chooses SMTP");
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

const SMS_LOGINS: &str = "TWILIO_ACCOUNT_SID=AC0123\nTWILIO_AUTH_TOKEN=hidden\nTWILIO_PHONE_NUMBER=+1 (415) 555-0100\n\
                          SMS_USERNAME=pharmacy\nSMS_PASSWORD=hidden\nSMS_SENDER=DAWA\n";

fn words(config: &Config) -> Vec<&'static str> {
    config.sms.transports.iter().map(super::super::sms::SmsTransport::word).collect()
}

#[test]
fn logins_of_the_old_systems_choose_their_transports() {
    let config = read("", SMS_LOGINS, &[]);
    assert_eq!(words(&config), ["twilio", "gateway"]);
    let twilio = config.sms.twilio().expect("Twilio");
    assert_eq!((twilio.account_sid.as_str(), twilio.from.as_str()), ("AC0123", "+14155550100"));
    assert_eq!(twilio.base_url, "https://api.twilio.com");
    assert!(!format!("{config:?}").contains("hidden"));
    let config = read("", SMS_LOGINS, &[("OTPD_SMS__TRANSPORT", "gateway")]);
    assert_eq!(words(&config), ["gateway"], "what is chosen goes before what is implied");
    let mut trying_out = sources("", SMS_LOGINS, &[]);
    trying_out.development = true;
    assert_eq!(words(&Config::read(&trying_out).config.expect("a configuration")), ["console"]);
}

#[test]
fn an_own_gateway_keeps_the_old_login_and_needs_no_preset() {
    let own = "[sms.gateway]\nurl = \"https://sms.example/send\"\n\
               body = '{\"to\":\"{{to}}\",\"text\":\"{{text}}\",\"key\":\"{{password}}\"}'\n";
    let config = read(own, "SMS_USERNAME=u\nSMS_PASSWORD=hidden", &[]);
    assert_eq!(words(&config), ["gateway"]);
}
