use proptest::prelude::*;

use super::*;

fn india() -> ContactParser {
    ContactParser::with_default_region("IN").expect("India is a region")
}

#[test]
fn every_listed_way_of_writing_a_number_becomes_one() {
    let written = [
        ("9876543210", "+919876543210"),
        ("09876543210", "+919876543210"),
        ("919876543210", "+919876543210"),
        ("+919876543210", "+919876543210"),
        ("+91 98765 43210", "+919876543210"),
        ("98765-43210", "+919876543210"),
        ("987.654.3210", "+919876543210"),
        ("(+91) 98765 43210", "+919876543210"),
        ("0091 9876543210", "+919876543210"),
        ("255694230173", "+255694230173"),
        ("+255 694 230 173", "+255694230173"),
        ("00255-694-230-173", "+255694230173"),
    ];
    for (typed, e164) in written {
        assert_eq!(india().parse_phone(typed).map(|n| n.to_string()), Ok(e164.to_owned()), "{typed}");
    }
}

#[test]
fn without_a_default_region_a_country_code_is_needed() {
    let parser = ContactParser::default();
    assert_eq!(parser.parse_phone("919876543210").map(|n| n.to_string()), Ok("+919876543210".to_owned()));
    assert_eq!(parser.parse_phone("09876543210"), Err(PhoneError::Invalid));
}

#[test]
fn what_is_no_number_is_refused() {
    for typed in [
        "",
        "12",
        "98765432",
        "9876543210 ext 5",
        "9876543210x5",
        "1-800-FLOWERS",
        "９８７６５４３２１０",
        "98765\n43210",
        "98765\x0043210",
        "+",
        "()",
        "+91+9876543210",
        "9876543210;9876543211",
        "00000000000",
        "+4953237496953201",
    ] {
        assert!(india().parse_phone(typed).is_err(), "{typed:?} became {:?}", india().parse_phone(typed));
    }
}

#[test]
fn unknown_regions_are_refused() {
    assert!(ContactParser::with_default_region("XX").is_none());
    assert!(ContactParser::with_default_region("India").is_none());
}

#[test]
fn addresses_have_one_form() {
    let written = [
        ("test@example.com", "test@example.com"),
        (" Test@Example.COM ", "test@example.com"),
        ("a.b+c@sub.example.co.in", "a.b+c@sub.example.co.in"),
        ("me@bücher.example", "me@xn--bcher-kva.example"),
        ("me@مثال.إختبار", "me@xn--mgbh0fb.xn--kgbechtv"),
    ];
    for (typed, canonical) in written {
        assert_eq!(EmailAddress::parse(typed).map(|a| a.to_string()), Ok(canonical.to_owned()), "{typed}");
    }
}

#[test]
fn what_is_no_address_is_refused() {
    let long = format!("{}@example.com", "a".repeat(300));
    for typed in [
        "",
        "a",
        "a@",
        "@b.com",
        "a@b",
        "a@b@c.com",
        "Name <a@b.com>",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "\"a b\"@c.com",
        "a b@c.com",
        "a@b..com",
        ".a@b.com",
        "a.@b.com",
        "a..b@c.com",
        "a@-b.com",
        "a@b.com\r\nBcc: x@y.com",
        "a@b.com\0",
        "a@b.com,c@d.com",
        "ａ@example.com",
        &long,
    ] {
        assert!(EmailAddress::parse(typed).is_err(), "{typed:?} became {:?}", EmailAddress::parse(typed));
    }
}

#[test]
fn masks_show_the_ends_only() {
    let phone = Identifier::Phone(india().parse_phone("9876543210").expect("valid"));
    assert_eq!(phone.masked().to_string(), "+91•••••••210");
    let email = Identifier::Email(EmailAddress::parse("test@example.com").expect("valid"));
    assert_eq!(email.masked().to_string(), "t•••@example.com");
}

proptest! {
    #[test]
    fn parsing_a_phone_never_panics_and_is_stable(typed in "\\PC{0,44}|[+0-9 ().-]{0,20}") {
        if let Ok(number) = india().parse_phone(&typed) {
            prop_assert_eq!(india().parse_phone(number.as_str()), Ok(number.clone()));
            prop_assert!(number.as_str().len() <= 16);
        }
    }

    #[test]
    fn parsing_an_address_never_panics_and_is_stable(typed in "\\PC{0,40}|[a-z0-9.+]{1,10}@[a-zA-Zü0-9.-]{1,20}") {
        if let Ok(address) = EmailAddress::parse(&typed) {
            prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
            prop_assert!(address.as_str().is_ascii());
        }
    }
}
