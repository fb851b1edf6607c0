//! What people, browsers and other back ends write: contacts, codes, handles, tokens, names, limits and passwords.
//! Every input goes to every parser.

#![no_main]

use std::fmt::Debug;
use std::sync::OnceLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use otpd_domain::account::Role;
use otpd_domain::api_key::{ApiKeyToken, Scope};
use otpd_domain::audit::AuditEvent;
use otpd_domain::browser::KnownBrowser;
use otpd_domain::challenge::{ChallengeHandle, Purpose, VerificationType};
use otpd_domain::code::{Code, CodeLength, LONG, MAX_LENGTH, MIN_LENGTH};
use otpd_domain::identifier::{Channel, ContactParser, EmailAddress, Identifier, PhoneNumber};
use otpd_domain::keys::{KeyId, SECRET_BYTES, Sealed, Secret};
use otpd_domain::limits::{Cooldown, MAX_RATE, MAX_TIMES, Rate, Rates, parse_duration};
use otpd_domain::password::{self, MIN_ALONE, Password, PasswordPolicy};
use otpd_domain::session::{SessionId, SessionToken};
use otpd_domain::sms::{Country, Money, NumberBlock, Prices};
use otpd_domain::visitor::Door;
use otpd_domain::{Keyring, Timestamp};
use otpd_fuzz::{FixedEntropy, text};
use zeroize::Zeroizing;

fuzz_target!(|data: &[u8]| {
    sealed(data);
    let Some(text) = text(data) else { return };
    email(text);
    phone(text);
    code(text);
    secrets(text);
    words(text);
    limits(text);
    money(text);
    passwords(text);
});

fn email(text: &str) {
    let read = EmailAddress::parse(text);
    assert_eq!(read, EmailAddress::parse(&text.to_ascii_uppercase()), "case makes another person of {text:?}");
    assert_eq!(read, EmailAddress::parse(&format!("\t {text} ")), "spaces make another person of {text:?}");
    let Ok(address) = read else { return };
    let canonical = address.as_str();
    assert!(canonical.len() <= 254 && canonical.bytes().all(|byte| byte.is_ascii_graphic()), "{canonical:?}");
    assert!(canonical.matches('@').count() == 1 && !canonical.contains([',', ';', '<', '>', '"']), "{canonical:?}");
    stays_as_it_is(Identifier::Email(address.clone()), |text| EmailAddress::parse(text).map(Identifier::Email));
}

fn phone(text: &str) {
    let parsers = ["IN", "US"].map(|region| ContactParser::with_default_region(region).expect("a region"));
    for parser in parsers.into_iter().chain([ContactParser::default()]) {
        let read = |text: &str| parser.parse_phone(text);
        let Ok(number) = read(text) else { continue };
        let digits = number.as_str().strip_prefix('+').expect("E.164");
        assert!((7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
        let bare: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        assert_eq!(read(&bare), Ok(number.clone()), "separators make another person of {text:?}");
        stays_as_it_is(Identifier::Phone(number), |text| read(text).map(Identifier::Phone));
    }
}

/// The canonical text reads back as the same identifier, in whatever way, and its masked form gives little away.
fn stays_as_it_is<E: Debug + PartialEq>(identifier: Identifier, read: impl Fn(&str) -> Result<Identifier, E>) {
    let canonical = identifier.as_str();
    assert_eq!(read(canonical), Ok(identifier.clone()));
    assert_eq!(Identifier::from_stored(identifier.channel(), canonical.to_owned()), identifier);
    let masked = identifier.masked().to_string();
    assert!(masked.contains('•') && masked != canonical, "{masked} shows all of {canonical}");
}

fn code(text: &str) {
    let lengths = (MIN_LENGTH..=MAX_LENGTH).map(|digits| CodeLength::new(digits).expect("within the limits"));
    let read: Vec<_> = lengths.filter_map(|length| Some((length, Code::parse(text, length).ok()?))).collect();
    assert!(read.iter().filter(|(_, code)| !code.is_long()).count() <= 1, "{text:?} is a code of several lengths");
    let bare = text.replace([' ', '-'], "");
    for (length, code) in read {
        let digits = code.digits();
        if code.is_long() {
            let unlike =
                |c: char| matches!(c, 'I' | 'L' | 'O' | 'U') || !(c.is_ascii_uppercase() || c.is_ascii_digit());
            assert!(digits.len() == LONG && bare.len() == LONG && !digits.contains(unlike), "{digits:?}");
            assert_eq!(Code::parse(&text.to_ascii_lowercase(), length).as_ref(), Ok(&code), "case counts");
        } else {
            assert!(digits.len() == usize::from(length.digits()) && digits == bare, "{digits:?} of {text:?}");
            assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits:?}");
        }
        assert_eq!(Code::parse(&code.readable(), length).as_ref(), Ok(&code));
        assert!(!format!("{code:?}").contains(digits), "a code shows itself");
    }
}

/// Each secret has one spelling, and never shows itself.
fn secrets(text: &str) {
    assert!(KnownBrowser::parse(keys(), text, Timestamp::from_millis(0)).is_none(), "a forgery");
    let handle = ChallengeHandle::parse(text).map(|it| (it.to_text(), format!("{it:?}")));
    let session = SessionToken::parse(text).map(|it| (it.to_text(), format!("{it:?}")));
    let api_key = ApiKeyToken::parse(text).map(|it| (it.to_text(), format!("{it:?}")));
    let all = [handle, session, api_key];
    assert!(all.iter().flatten().count() <= 1, "{text} is two kinds of secret");
    for (written, shown) in all.into_iter().flatten() {
        assert_eq!(written, text, "a second spelling");
        assert!(shown.len() < 60 && !shown.contains(text), "{shown}");
    }
}

fn words(text: &str) {
    if let Some(id) = SessionId::parse(text) {
        assert_eq!(SessionId::parse(&id.to_string()), Some(id));
    }
    let kind = VerificationType::parse(text);
    assert!(kind.is_none_or(|kind| kind.as_str() == text && (1..=40).contains(&text.len()) && text.is_ascii()));
    assert!(Purpose::from_word(text).is_none_or(|purpose| purpose.word() == text));
    assert!(Role::from_word(text).is_none_or(|role| role.as_str() == text));
    assert!(Scope::from_word(text).is_none_or(|scope| scope.as_str() == text));
    assert!(Channel::from_word(text).is_none_or(|channel| channel.as_str() == text));
    assert!(Door::from_word(text).is_none_or(|door| door.as_str() == text));
    assert!(AuditEvent::from_word(text).is_none_or(|event| event.as_str() == text));
}

/// What is read can be written again, and means the same.
fn limits(text: &str) {
    let written = |duration: Duration| format!("{}ms", duration.as_millis());
    if let Ok(duration) = parse_duration(text) {
        assert_eq!(parse_duration(&written(duration)), Ok(duration));
    }
    if let Ok(rate) = Rate::parse(text) {
        assert!((1..=MAX_RATE).contains(&rate.sends) && !rate.within.is_zero(), "{rate:?}");
        assert_eq!(Rate::parse(&format!("{}/{}", rate.sends, written(rate.within))), Ok(rate));
    }
    if let Ok(rates) = Rates::parse(text) {
        let list: Vec<String> = rates.iter().map(|rate| format!("{}/{}", rate.sends, written(rate.within))).collect();
        assert!(rates.iter().all(|rate| (1..=MAX_TIMES).contains(&rate.sends) && !rate.within.is_zero()), "{rates:?}");
        assert!(
            rates.iter().all(|rate| rates.reach() >= rate.within && rates.most_in(rate.within) <= rate.sends.into())
        );
        assert_eq!(Rates::parse(&list.join(",")), Ok(rates));
    }
    if let Ok(cooldown) = Cooldown::parse(text) {
        let waits = u32::try_from(text.split(',').count()).expect("a short text");
        let list: Vec<String> = (0..waits).map(|sends| written(cooldown.after_send(sends))).collect();
        assert_eq!(Cooldown::parse(&list.join(", ")).as_ref(), Ok(&cooldown));
        assert_eq!(cooldown.after_send(u32::MAX), cooldown.after_send(waits - 1), "the last one repeats");
    }
}

fn money(text: &str) {
    if let Ok(money) = Money::parse(text) {
        assert!(money.millionths() >= 0);
        assert_eq!(Money::parse(&money.to_string()), Ok(money));
    }
    if let Some(country) = Country::parse(text) {
        assert_eq!(country.to_string(), text.to_uppercase());
        assert_eq!(Country::parse(&country.to_string()), Some(country));
    }
    if let Some(block) = NumberBlock::parse(text) {
        assert!(block.as_str().bytes().all(|byte| byte.is_ascii_digit()) && block.as_str().len() <= 15);
        assert_eq!(NumberBlock::parse(block.as_str()), Some(block));
    }
    if let Ok(prices) = Prices::parse(text) {
        let number = PhoneNumber::from_stored("+255694230173".to_owned());
        let doubled = Prices::parse(&format!("{text}, {text}"));
        assert!(prices.of(&number) >= Money::default());
        assert!(doubled.is_err() || !text.contains(':'), "two prices for one prefix");
    }
}

fn passwords(text: &str) {
    let Some(presented) = Password::presented(text) else { return };
    let normal = std::str::from_utf8(presented.as_bytes()).expect("text");
    assert!(normal.chars().count() <= password::MAX_LENGTH);
    assert_eq!(Password::presented(normal).as_ref(), Some(&presented), "{text:?} has two normal forms");
    let policy = PasswordPolicy { min_length: MIN_ALONE };
    let chosen = Password::choose(text, policy, &[]);
    assert_eq!(chosen, Password::choose(normal, policy, &[]), "spelling decides whether {text:?} may be chosen");
    if let Ok(password) = chosen {
        assert!(password == presented && normal.chars().count() >= MIN_ALONE && otpd_fuzz::is_one_line(normal));
        assert!(Password::choose(text, policy, &[text]).is_err(), "{text:?} is one's own name");
    }
}

fn keys() -> &'static Keyring {
    static KEYS: OnceLock<Keyring> = OnceLock::new();
    let secret = || Secret { id: KeyId(1), bytes: Zeroizing::new([7; SECRET_BYTES]) };
    KEYS.get_or_init(|| Keyring::new(vec![secret()]).expect("one key"))
}

/// Nothing opens but what was sealed, whole and in its place.
fn sealed(data: &[u8]) {
    let keys = keys();
    assert!(keys.open(&Sealed { key_id: KeyId(1), bytes: data.to_vec() }, b"here").is_err(), "a forgery");
    let sealed = keys.seal(&FixedEntropy, data, b"here").expect("randomness");
    assert_eq!(keys.open(&sealed, b"here").expect("as sealed").as_slice(), data);
    assert!(keys.open(&sealed, b"there").is_err(), "opened elsewhere");
}
