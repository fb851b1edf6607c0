//! The configuration as a whole: which layer wins, what is refused, and how it is told.

mod layers;
mod limits;
mod old_names;
mod refused;
mod verification;
mod wrong_values;

use secrecy::ExposeSecret;

use super::layers::Sources;
use super::{Config, Reading};

/// Sources of these texts and variables.
fn sources(file: &str, dotenv: &str, environment: &[(&str, &str)]) -> Sources {
    Sources {
        file: (!file.is_empty()).then(|| ("otpd.toml".into(), file.to_owned())),
        dotenv: (!dotenv.is_empty()).then(|| dotenv.to_owned()),
        environment: environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        development: false,
    }
}

fn read(file: &str, dotenv: &str, environment: &[(&str, &str)]) -> Config {
    let Reading { config, .. } = Config::read(&sources(file, dotenv, environment));
    config.unwrap_or_else(|problems| panic!("{problems}"))
}

/// All problems as they are shown.
fn problems(file: &str, dotenv: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let Reading { config, .. } = Config::read(&sources(file, dotenv, environment));
    config.err().map(|problems| problems.0.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

#[test]
fn without_any_setting_the_defaults_hold() {
    let config = read("", "", &[]);
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert!(config.server.required_public_url().is_err());
    assert_eq!(config.challenges.code_length.digits(), 6);
    assert_eq!(config.challenges.ttl.as_secs(), 300);
    assert_eq!(config.challenges.max_attempts, 5);
    assert_eq!(config.brand.name, "Waste Billing");
    assert_eq!(config.customers.types, ["Household", "Shop", "Hotel"]);
}

#[test]
fn development_has_its_own_defaults_and_gives_way_to_settings() {
    let mut sources = sources("", "", &[]);
    sources.development = true;
    let config = Config::read(&sources).config.expect("a configuration");
    assert_eq!(config.database.path.to_str(), Some("otpd-dev.db"));
    assert_eq!(config.keys.file.to_str(), Some("otpd-dev.keys"));
    assert!(config.phone.contacts.parse_phone("9876543210").is_ok());
    sources.environment = vec![("OTPD_DATABASE__URL".into(), "sqlite:mine.db".into())];
    assert_eq!(Config::read(&sources).config.expect("a configuration").database.path.to_str(), Some("mine.db"));
}

#[test]
fn secrets_never_show() {
    let config = read(
        "[email]\ntransport = \"smtp\"\nfrom = \"a@b.example\"\nsmtp.host = \"h\"\nsmtp.username = \"u\"\nsmtp.password = \"hunter2\"",
        "",
        &[],
    );
    assert!(!format!("{config:?}").contains("hunter2"));
    let smtp = config.email.smtp().expect("SMTP was chosen");
    assert_eq!(smtp.login.as_ref().expect("a login").1.expose_secret(), "hunter2");
    for broken in
        ["[email.smtp]\npassword = \"hunter2", "[email.smtp]\npassword = [\"hunter2\"]", "password = \"hunter2\""]
    {
        let shown = problems(broken, "", &[]).join("\n");
        assert!(!shown.is_empty() && !shown.contains("hunter2"), "{shown}");
    }
}
