//! The tables `[verification.NAME]`.

use super::{problems, read};

#[test]
fn login_is_always_there_and_follows_the_challenges() {
    let config = read("", "", &[("OTPD_CHALLENGES__CODE_LENGTH", "4"), ("OTPD_CHALLENGES__TTL", "2m")]);
    let [login] = config.verification.types.as_slice() else { panic!("one type") };
    let codes = &login.policy.codes;
    assert_eq!((login.name.as_str(), codes.length.digits(), codes.ttl.as_secs()), ("Login", 4, 120));
    assert_eq!((codes.rate.sends, codes.rate.within.as_secs()), (3, 600));
    assert_eq!(config.verification.templates(), ["verification"]);
    assert_eq!(config.longest_rate().as_secs(), 600);
}

#[test]
fn each_type_has_its_own_table_in_the_file_and_in_variables() {
    let config = read(
        "[verification]\ntypes = [\"Sign-up\", \"Payment\"]\n\
         [verification.Sign-up]\nrate = \"5/1h\"\ntemplate = \"welcome\"\ncode_length = 8\n\
         [verification.payment]\nttl = \"90s\"",
        "OTPD_VERIFICATION__PAYMENT__MAX_ATTEMPTS=2",
        &[("OTPD_VERIFICATION__SIGN_UP__CODE_LENGTH", "4"), ("OTPD_VERIFICATION__Login__COOLDOWN", "1s, 2s")],
    );
    let [login, sign_up, payment] = config.verification.types.as_slice() else { panic!("three types") };
    assert_eq!(sign_up.name.as_str(), "Sign-up");
    assert_eq!(sign_up.policy.codes.length.digits(), 4, "a variable goes over the file, whatever the case");
    assert_eq!((sign_up.policy.codes.rate.sends, sign_up.policy.template.as_str()), (5, "welcome"));
    assert_eq!((payment.policy.codes.ttl.as_secs(), payment.policy.codes.max_attempts), (90, 2));
    assert_eq!(login.policy.codes.cooldown.after_send(9).as_secs(), 2);
    assert_eq!(config.verification.templates(), ["verification", "welcome"]);
    assert_eq!(config.longest_rate().as_secs(), 3600);
}

#[test]
fn a_table_that_no_type_has_is_told_once_with_its_place() {
    let file = "[verification]\ntypes = \"Order\"\n[verification.Paiment]\nrate = \"5/1h\"\nttl = \"1m\"";
    let found = problems(file, "", &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("verification.Paiment.") && found[0].contains("otpd.toml line"), "{found:?}");
    assert!(found[0].contains("does not name the type Paiment"), "{found:?}");
    assert!(found[0].contains("verification.types = \"Login, Order, Paiment\""), "{found:?}");
    let found = problems("", "", &[("OTPD_VERIFICATION__ORDER__RATE", "5/1h")]);
    assert!(found.len() == 1 && found[0].contains("OTPD_VERIFICATION__ORDER__RATE"), "{found:?}");
}

#[test]
fn a_wrong_value_is_told_under_the_name_of_its_type() {
    let file = "verification.types = \"Order\"\n[verification.Order]\nrate = \"often\"\nttl = [\"1m\"]";
    let found = problems(file, "", &[]).join("\n");
    assert!(found.contains("verification.Order.rate (otpd.toml line 3): \"often\" is no rate"), "{found}");
    assert!(found.contains("verification.Order.ttl (otpd.toml line 4): a value of this kind does not fit"), "{found}");
}

#[test]
fn what_a_type_follows_is_told_once_when_it_is_wrong() {
    let found = problems("", "", &[("OTPD_CHALLENGES__TTL", "11m")]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("challenges.ttl "), "{found:?}");
}
