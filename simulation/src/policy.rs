//! The settings of the simulated server: those that hold when nothing is configured, with prices and a ceiling.

use std::time::Duration;

use otpd_domain::Policy;
use otpd_domain::challenge::VerificationType;
use otpd_domain::code::CodeLength;
use otpd_domain::limits::{LimitPolicy, Rate};
use otpd_domain::password::PasswordPolicy;
use otpd_domain::policy::{CodePolicy, RegistrationPolicy, VerificationPolicy};
use otpd_domain::ports::Retention;
use otpd_domain::sms::{Money, Prices, SmsPolicy};
use otpd_testkit::limits::{cooldown, default_limits, guard};

/// Digits of a code.
const DIGITS: u8 = 6;
/// A session lives that long.
const SESSIONS: Duration = Duration::from_hours(30 * 24);
/// What finished rows are kept for: longer than checks look back, whatever the clock does.
const KEPT: Duration = Duration::from_hours(6 * 24);

/// The kind of verification that the simulated back ends ask for.
pub fn login() -> VerificationType {
    VerificationType::parse("Login").expect("a word")
}

/// A server's settings, with those limits.
pub fn policy(limits: LimitPolicy) -> Policy {
    let codes = |minutes, sends| CodePolicy {
        length: CodeLength::new(DIGITS).expect("a length"),
        ttl: Duration::from_mins(minutes),
        max_attempts: 5,
        cooldown: cooldown(),
        rate: Rate { sends, within: Duration::from_mins(10) },
    };
    Policy {
        sign_in: codes(5, 100),
        registration: RegistrationPolicy {
            codes: codes(10, 3),
            keep: Duration::from_hours(24),
            customer_type: "Household".to_owned(),
            sms: true,
        },
        verifications: [(login(), VerificationPolicy { codes: codes(5, 3), template: "verification".to_owned() })]
            .into(),
        passwords: PasswordPolicy { min_length: 15 },
        limits,
        session_idle: Duration::from_hours(7 * 24),
        session_lifetime: SESSIONS,
    }
}

/// The limits of a simulated year: the default ones, and a little money for each day.
pub fn limits_of_a_year() -> LimitPolicy {
    let sms = SmsPolicy {
        prices: Prices::parse("91: 0.002, 255: 0.06, *: 0.10").expect("a table"),
        daily_ceiling: Some(ceiling()),
        guard: Some(guard()),
        countries: None,
    };
    LimitPolicy { sms, ..default_limits() }
}

/// Most that the simulated company spends on a day.
pub fn ceiling() -> Money {
    Money::parse("0.03").expect("an amount")
}

/// How long finished rows are kept.
pub fn retention() -> Retention {
    Retention {
        challenges: KEPT,
        sessions: KEPT,
        messages: KEPT,
        session_idle: Duration::from_hours(7 * 24),
        audit: Duration::from_hours(30 * 24),
    }
}
