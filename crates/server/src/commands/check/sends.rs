//! What somebody could have sent at the operator's cost.

use otpd_domain::sms::Money;

use super::findings::Findings;
use crate::config::Config;

/// Looks for what is not safe for real customers.
pub fn check(config: &Config, findings: &mut Findings) {
    if config.limits.sends.before_proof.is_none() {
        let why = "\"off\" lets one network ask for codes as fast as its limit allows, with no work of its own";
        findings.warning("limits.send.proof_after", why, "Write \"10/h\"");
    }
    if config.sms.is_paid_for() {
        sms(config, findings);
    }
    if let Some(address) = config.server.metrics_listen.filter(|address| !address.ip().is_loopback()) {
        let why = format!("whoever reaches {address} reads the figures: there is no login");
        let remedy = "Let only the collector reach it (firewall, container network), or write 127.0.0.1 and the port";
        findings.warning("server.metrics_listen", why, remedy);
    }
}

fn sms(config: &Config, findings: &mut Findings) {
    let policy = &config.sms.policy;
    if policy.prices.is_empty() {
        let why = "text messages cost money, and without prices nobody counts how much";
        let remedy =
            "Write what your provider asks, such as 91: 0.002, 255: 0.06, *: 0.10, and sms.daily_ceiling with it";
        findings.warning("sms.prices", why, remedy);
    } else {
        if policy.prices.otherwise() == Money::default() && policy.countries.is_none() {
            let why = "numbers that no prefix fits count as free, and sms.countries lets text messages go anywhere";
            findings.warning("sms.prices", why, "Add a price for every other number, such as *: 0.10");
        }
        if policy.daily_ceiling.is_none() {
            let why = "there is no ceiling: a flood of text messages costs whatever it costs";
            let remedy = format!("Write the most that a day may cost, in {}, such as 50", config.sms.currency);
            findings.warning("sms.daily_ceiling", why, remedy);
        }
    }
    if policy.countries.is_none() {
        let why = "text messages go to every country, also to those that you have no customers in";
        findings.warning("sms.countries", why, "Write the countries of your customers, such as IN, TZ");
    }
    if policy.guard.is_none() {
        let why = "nothing notices when codes are sent to numbers where nobody ever types them";
        findings.warning("sms.guard.enabled", why, "Write \"true\"");
    }
}
