//! Limits for tests: those that hold by default, and ones that nothing reaches.

use std::time::Duration;

use otpd_domain::browser::KnownBrowser;
use otpd_domain::identifier::{Identifier, PhoneNumber};
use otpd_domain::limits::{Cooldown, GuessPolicy, LedgerKey, LimitPolicy, Rates, SendPolicy};
use otpd_domain::ports::{Charge, ContactCharge, GuessBudget, GuessKind, Limit, LimitedBy, SmsCharge};
use otpd_domain::sms::{BlockWidth, GuardPolicy, Money, NumberBlock, SmsPolicy};

/// Rates from their text.
pub fn rates(text: &str) -> Rates {
    Rates::parse(text).expect("a test writes rates that can be read")
}

/// The limits that hold when nothing is configured. Text messages cost nothing and have no ceiling.
pub fn default_limits() -> LimitPolicy {
    LimitPolicy {
        guesses: GuessPolicy {
            codes: rates("10/h, 20/d"),
            codes_in_known_browser: rates("10/d"),
            passwords: rates("20/h, 100/d"),
            passwords_in_known_browser: rates("10/h, 30/d"),
            passwords_from_client: rates("60/h"),
        },
        sends: SendPolicy {
            to_contact: rates("3/10m, 6/h, 10/d"),
            cooldown: cooldown(),
            from_known_browser: rates("5/d"),
            from_client: rates("30/h"),
            before_proof: Some(rates("10/h")),
            to_block: rates("20/h"),
            to_country: None,
        },
        sms: SmsPolicy { guard: Some(guard()), ..SmsPolicy::default() },
    }
}

/// Limits that no test reaches by accident: for tests of something else. There are no waits, no proofs and no guard.
pub fn ample_limits() -> LimitPolicy {
    let ample = rates("100000/h");
    LimitPolicy {
        guesses: GuessPolicy {
            codes: ample.clone(),
            codes_in_known_browser: ample.clone(),
            passwords: ample.clone(),
            passwords_in_known_browser: ample.clone(),
            passwords_from_client: ample.clone(),
        },
        sends: SendPolicy {
            to_contact: ample.clone(),
            cooldown: Cooldown::parse("0s").expect("a list"),
            from_known_browser: ample.clone(),
            from_client: ample.clone(),
            before_proof: None,
            to_block: ample,
            to_country: None,
        },
        sms: SmsPolicy::default(),
    }
}

/// The waits between sends that hold by default.
pub fn cooldown() -> Cooldown {
    Cooldown::parse("30s, 60s, 120s").expect("a list")
}

/// The guard against pumping that holds by default.
pub fn guard() -> GuardPolicy {
    let day = Duration::from_hours(24);
    GuardPolicy { least_share: 0.2, enough: 20, enough_wide: 200, window: day, closed_for: day }
}

/// The budget of guesses at codes that holds by default, in a browser that is known to these accounts.
pub fn code_budget(known: Vec<KnownBrowser>) -> GuessBudget {
    let guesses = default_limits().guesses;
    GuessBudget { kind: GuessKind::Code, known, known_rates: guesses.codes_in_known_browser, rates: guesses.codes }
}

/// A budget of guesses at codes that no test spends by accident. Guesses are kept moment by moment in it.
pub fn ample_budget() -> GuessBudget {
    let ample = rates("100/1s");
    GuessBudget { kind: GuessKind::Code, known: Vec::new(), known_rates: ample.clone(), rates: ample }
}

/// The limit of that name in these rates.
pub fn limit(by: LimitedBy, name: &str, text: &str) -> Limit {
    Limit { by, key: LedgerKey::of("test", name.as_bytes()), rates: rates(text) }
}

/// A charge to these limits alone.
pub fn charge_to(limits: &[Limit]) -> Charge {
    Charge { limits: limits.to_vec(), ..Charge::default() }
}

/// A charge to a contact as pages have it, in these rates, by a browser that is known to these accounts.
pub fn contact_charge(contact: &Identifier, text: &str, known: &[KnownBrowser]) -> Charge {
    let key = LedgerKey::of("sends/contact", contact.as_str().as_bytes());
    let (rates, known_rates, known) = (rates(text), default_limits().sends.from_known_browser, known.to_vec());
    let contact = ContactCharge { key, rates, mark: 1, cooldown: None, known, known_rates };
    Charge { contact: Some(contact), ..Charge::default() }
}

/// A charge for a text message to that number, under these terms.
pub fn sms_charge(number: &PhoneNumber, price: &str, ceiling: Option<&str>, guard: Option<GuardPolicy>) -> Charge {
    let money = |text: &str| Money::parse(text).expect("a test writes amounts that can be read");
    let sms = SmsCharge {
        narrow: NumberBlock::of(number, BlockWidth::Narrow),
        wide: NumberBlock::of(number, BlockWidth::Wide),
        price: money(price),
        daily_ceiling: ceiling.map(money),
        guard,
    };
    Charge { sms: Some(sms), ..Charge::default() }
}
