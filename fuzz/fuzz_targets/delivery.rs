//! What operators and providers of SMS write: the settings of gateways, replies, reports; and the texts that go out.

#![no_main]

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use otpd_delivery::fuzzing::{Said, bind_to_host, gateway_replies, gateway_requests, twilio_reply, wait_of};
use otpd_delivery::{Encoding, GatewayPlan, GatewaySettings, Handover, Sms, TwilioCallbacks, segments};
use otpd_domain::Timestamp;
use otpd_domain::identifier::EmailAddress;
use otpd_domain::message::MessageId;
use otpd_domain::ports::{CallbackReader, CallbackRefusal, CallbackRequest};
use otpd_fuzz::{text, texts};

const NOW: Timestamp = Timestamp::from_millis(1_793_840_523_000);
/// With a space in it, as passwords may have.
const PASSWORD: &str = "Pass word+1";
const TOKEN: &str = "0123456789abcdef";

fuzz_target!(|data: &[u8]| {
    let Some(text) = text(data) else { return };
    size(text);
    bound_line(text);
    address(text);
    wait(text);
    report(text);
    let [settings, message, head, body] = texts(text);
    let (status, retry_after) = head.split_once(' ').unwrap_or((head, ""));
    let status = status.parse().ok().filter(|status| (100..=999).contains(status)).unwrap_or(200);
    let said = Said { status, retry_after: Some(retry_after), body: Some(body) };
    twilio(message, said);
    gateway(settings, message, said);
});

fn sms(text: &str) -> Sms {
    Sms { id: MessageId::from_bytes([1; 16]), to: "+255694230173".to_owned(), text: text.to_owned(), expires_at: None }
}

fn size(text: &str) {
    let whole = segments(text);
    let characters = text.chars().count();
    let (alone, least) = match whole.encoding {
        Encoding::Gsm7 => (160, 152),
        Encoding::Ucs2 => (70, 66),
    };
    assert!((characters..=2 * characters).contains(&whole.units), "{whole:?}");
    assert_eq!(whole.segments <= 1, whole.units <= alone, "{whole:?}");
    // At most one unit of each is lost to a character that is not parted.
    assert!(whole.segments <= 1 || whole.segments <= whole.units.div_ceil(least), "{whole:?}");
    assert!(segments(&format!("{text}a")).segments >= whole.segments);
}

fn bound_line(text: &str) {
    let bound = bind_to_host(text, "portal.example", "123456");
    assert_eq!(bound.lines().last(), Some("@portal.example #123456"));
    assert_eq!(bound.lines().filter(|line| line.trim_start().starts_with('@')).count(), 1, "{bound:?}");
    assert_eq!(bind_to_host(&bound, "portal.example", "123456"), bound, "binding twice");
}

/// Whatever the rules take for an address, mail can be sent to.
fn address(text: &str) {
    if let Ok(address) = EmailAddress::parse(text) {
        let mailable: lettre::Address = address.as_str().parse().expect("an address");
        assert_eq!(mailable.to_string(), address.as_str());
    }
}

fn wait(text: &str) {
    if let Some(wait) = wait_of(text, NOW) {
        // The worker adds it to the present moment.
        assert!(NOW.after(wait) >= NOW);
    }
}

/// A report is Twilio's by its signature alone, whatever the order of its fields.
fn report(text: &str) {
    const URL: &str = "https://login.example.com/api/twilio/status";
    let reader = TwilioCallbacks::new(&TOKEN.into());
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let mut sorted = fields.clone();
    sorted.sort();
    sorted.dedup();
    let joined: String = sorted.into_iter().flat_map(|(name, value)| [name, value]).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, TOKEN.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, format!("{URL}{joined}").as_bytes()));
    let read =
        |fields: &[_], signature: &str| reader.read(&CallbackRequest { url: URL, signature: Some(signature), fields });
    assert_eq!(read(&fields, text).err(), Some(CallbackRefusal::Signature), "a forgery");
    let report = read(&fields, &signature);
    assert_ne!(report.as_ref().err(), Some(&CallbackRefusal::Signature), "not believed");
    if let Ok(Some(report)) = &report {
        let plain =
            |text: &str| (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(plain(&report.reference) && report.error_code.as_deref().is_none_or(plain), "{report:?}");
    }
    fields.push(("one".to_owned(), format!("more than {text}")));
    assert_eq!(read(&fields, &signature).err(), Some(CallbackRefusal::Signature), "a field was added");
}

/// Nothing of the login comes back, and no name of a message is longer than what is kept.
fn told(handover: &Handover, secrets: &[&str]) {
    let (Handover::Accepted { note: told, .. }
    | Handover::Refused { reason: told }
    | Handover::Failed { reason: told }
    | Handover::Retry { reason: told, .. }) = handover;
    assert!(otpd_fuzz::is_one_line(told), "{told:?}");
    assert!(!secrets.iter().any(|secret| told.contains(secret)), "{told:?}");
    if let Handover::Accepted { receipt, .. } = handover {
        let name = receipt.reference.as_deref();
        assert!(name.is_none_or(|name| !name.is_empty() && name.len() <= 128), "{name:?}");
    }
}

fn twilio(message: &str, said: Said<'_>) {
    told(&twilio_reply(&sms(message), said, &[TOKEN], NOW), &[TOKEN]);
}

/// Settings that are taken make requests that no text of a message can break out of.
fn gateway(settings: &str, message: &str, said: Said<'_>) {
    let settings = match toml::from_str::<GatewaySettings>(settings) {
        Ok(settings) => settings,
        Err(_) => GatewaySettings { preset: Some(settings.trim().to_owned()), ..GatewaySettings::default() },
    };
    let written_out = settings.preset.is_none().then(|| "application/json".to_owned());
    let content_type = settings.content_type.clone().or(written_out);
    // Settings that spell the password out by themselves may show it.
    let spelled_out = format!("{settings:?}").contains(PASSWORD);
    let login = (Some("shop".to_owned()), Some(PASSWORD.into()), Some("SHOP".to_owned()));
    let (username, password, sender) = login;
    let plan = match GatewayPlan::new(GatewaySettings { username, password, sender, ..settings }) {
        Ok(plan) => plan,
        Err(faults) => {
            assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.why.is_empty() && !fault.remedy.is_empty()));
            return;
        }
    };
    assert!(spelled_out || !format!("{plan:?}").contains(PASSWORD));
    let message = &format!("{message}.");
    for (wild, tame) in gateway_requests(&plan, &sms(message)).into_iter().zip(gateway_requests(&plan, &sms("x"))) {
        let (wild, tame) = (wild.expect("a request"), tame.expect("a request"));
        let (url, other) = (wild.url(), tame.url());
        assert_eq!((url.scheme(), url.host_str(), url.port()), (other.scheme(), other.host_str(), other.port()));
        assert_eq!(url.query_pairs().count(), other.query_pairs().count(), "{url} and {other}");
        let [wild, tame] = [wild.body(), tame.body()].map(|body| body.and_then(|body| text(body.as_bytes()?)));
        let (Some(wild), Some(tame)) = (wild, tame) else { continue };
        match content_type.as_deref() {
            Some("application/x-www-form-urlencoded") => {
                let fields = |body: &str| form_urlencoded::parse(body.as_bytes()).count();
                assert_eq!(fields(wild), fields(tame), "{wild:?}");
            }
            Some("application/xml" | "text/xml") => {
                let marks = |body: &str| body.matches(['<', '>', '"', '\'']).count();
                assert_eq!(marks(wild), marks(tame), "{wild:?}");
            }
            Some("application/json") => {
                assert!(serde_json::from_str::<serde_json::Value>(wild).is_ok(), "{wild:?}");
            }
            _ => {}
        }
    }
    for handover in gateway_replies(&plan, &sms(message), said, NOW) {
        told(&handover, &[PASSWORD]);
    }
}
