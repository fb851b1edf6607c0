use otpd_domain::limits::Rates;
use otpd_domain::sms::{Country, GuardPolicy, Money};

use super::super::limits::rates::written;
use super::super::{Config, Reading};
use super::{problems, read, sources};

fn rates(text: &str) -> Rates {
    Rates::parse(text).expect("rates")
}

#[test]
fn without_any_setting_the_limits_are_those_that_are_promised() {
    let Config { limits, sms, upkeep, .. } = read("", "", &[]);
    let guesses = &limits.guesses;
    assert_eq!([&guesses.codes, &guesses.codes_in_known_browser], [&rates("10/h, 20/d"), &rates("10/d")]);
    assert_eq!(
        [&guesses.passwords, &guesses.passwords_in_known_browser, &guesses.passwords_from_client],
        [&rates("20/h, 100/d"), &rates("10/h, 30/d"), &rates("60/h")]
    );
    let sends = &limits.sends;
    assert_eq!([&sends.to_contact, &sends.from_known_browser], [&rates("3/10m, 6/h, 10/d"), &rates("5/d")]);
    assert_eq!([&sends.from_client, &sends.to_block], [&rates("30/h"), &rates("20/h")]);
    assert_eq!((sends.before_proof.as_ref(), sends.to_country.as_ref()), (Some(&rates("10/h")), None));
    let waits: Vec<u64> = (0..4).map(|send| sends.cooldown.after_send(send).as_secs()).collect();
    assert_eq!(waits, [30, 60, 120, 120]);
    let day = std::time::Duration::from_hours(24);
    let guard = GuardPolicy { least_share: 0.2, enough: 20, enough_wide: 200, window: day, closed_for: day };
    assert_eq!(sms.policy.guard, Some(guard));
    assert!(sms.policy.prices.is_empty() && sms.policy.countries.is_none() && sms.policy.daily_ceiling.is_none());
    assert_eq!((sms.currency.as_str(), upkeep.audit), ("EUR", day * 365));
}

#[test]
fn limits_fit_into_variables_and_into_lists_of_the_file() {
    let file = "[limits.send]\nper_contact = [\"1/1m\", \"2/1h\"]\nproof_after = \"off\"\n[sms]\n\
                countries = [\"in\", \"TZ\", \"IN\"]\nprices = [\"91: 0.002\", \"*: 0.1\"]\ndaily_ceiling = 50\n\
                guard = { enabled = false }";
    let config = read(file, "", &[("OTPD_LIMITS__SEND__PER_COUNTRY", "1000/d, 100/h")]);
    let sends = &config.limits.sends;
    assert_eq!((&sends.to_contact, &sends.before_proof), (&rates("1/1m, 2/h"), &None));
    assert_eq!(sends.to_country.as_ref().map(written).as_deref(), Some("1000/d, 100/h"));
    let policy = &config.sms.policy;
    assert_eq!(
        policy.countries,
        Some(vec![Country::parse("IN").expect("a country"), Country::parse("TZ").expect("a country")])
    );
    assert_eq!(policy.daily_ceiling, Some(Money::from_millionths(50_000_000)));
    assert_eq!(policy.prices.otherwise(), Money::from_millionths(100_000));
    assert_eq!(policy.guard, None);
}

#[test]
fn nothing_written_for_what_may_be_left_out_is_nothing() {
    let file = "[server]\nmetrics_listen = \"\"\n[limits.send]\nper_country = \"\"\n[sms]\ncountries = \"\"\nprices = \"\"\n\
                daily_ceiling = \"\"";
    let config = read(file, "", &[]);
    assert!(config.server.metrics_listen.is_none() && config.limits.sends.to_country.is_none());
    assert!(config.sms.policy.countries.is_none() && config.sms.policy.daily_ceiling.is_none());
}

#[test]
fn development_sends_as_often_as_a_developer_likes_and_counts_guesses_as_ever() {
    let mut trying_out = sources("", "", &[]);
    trying_out.development = true;
    let Reading { config, .. } = Config::read(&trying_out);
    let Config { limits: development, sms: development_sms, .. } = config.expect("a configuration");
    let usual = read("", "", &[]).limits;
    let day = std::time::Duration::from_hours(24);
    assert!(development.sends.to_contact.most_in(day) >= 20_000);
    assert!(development.sends.before_proof.expect("rates").most_in(day) >= 20_000);
    assert!(development.sends.cooldown.after_send(9).as_secs() <= 5);
    assert!(development_sms.policy.guard.is_none(), "codes that nobody types are usual there");
    assert_eq!(development.guesses.codes, usual.guesses.codes);
    assert_eq!(development.guesses.passwords, usual.guesses.passwords);
}

#[test]
fn what_contradicts_itself_is_told() {
    let found = problems("[sms.guard]\nenough = 300", "", &[]);
    assert!(
        found.len() == 1 && found[0].contains("sms.guard.enough_wide") && found[0].contains("Write 300"),
        "{found:?}"
    );
    let found = problems("[server]\nlisten = \"127.0.0.1:9464\"\nmetrics_listen = \"127.0.0.1:9464\"", "", &[]);
    assert!(found.len() == 1 && found[0].starts_with("server.metrics_listen (otpd.toml line 3)"), "{found:?}");
}
