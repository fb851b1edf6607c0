use super::*;

/// The example of Twilio's documentation ("Validating signatures from Twilio").
const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const SIGNATURE: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
const FIELDS: [(&str, &str); 5] = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
];

fn reader() -> TwilioCallbacks {
    TwilioCallbacks::new(&"12345".into())
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(
    url: &str,
    signature: Option<&str>,
    fields: &[(&str, &str)],
) -> Result<Option<DeliveryReport>, CallbackRefusal> {
    reader().read(&CallbackRequest { url, signature, fields: &owned(fields) })
}

fn signed(url: &str, fields: &[(&str, &str)]) -> String {
    let text = format!("{url}{}", joined(&owned(fields)));
    STANDARD.encode(hmac::sign(&reader().key, text.as_bytes()))
}

#[test]
fn the_documented_example_is_signed() {
    let (fields, mut turned) = (owned(&FIELDS), owned(&FIELDS));
    turned.reverse();
    for fields in [fields, turned] {
        assert!(reader().is_signed(&CallbackRequest { url: URL, signature: Some(SIGNATURE), fields: &fields }));
    }
    // It names no message, which is looked at only after the signature.
    assert_eq!(read(URL, Some(SIGNATURE), &FIELDS), Err(CallbackRefusal::Malformed));
}

#[test]
fn whatever_was_changed_is_not_signed() {
    let changed = [&FIELDS[..4], &[("To", "+18005551213")]].concat();
    let more = [&FIELDS[..], &[("X", "1")]].concat();
    for (url, signature, fields) in [
        (URL, None, &FIELDS[..]),
        (URL, Some(""), &FIELDS),
        (URL, Some("RSOYDt4T1cUTdK1PDd93/VVr8B9="), &FIELDS),
        (URL, Some("not base64!"), &FIELDS),
        (URL, Some(SIGNATURE), &FIELDS[..4]),
        (URL, Some(SIGNATURE), &changed),
        (URL, Some(SIGNATURE), &more),
        ("https://mycompany.com/myapp.php?foo=1&bar=3", Some(SIGNATURE), &FIELDS),
        ("http://mycompany.com/myapp.php?foo=1&bar=2", Some(SIGNATURE), &FIELDS),
    ] {
        assert_eq!(read(url, signature, fields), Err(CallbackRefusal::Signature), "{url} {signature:?} {fields:?}");
    }
    let other = TwilioCallbacks::new(&"12346".into());
    let request = CallbackRequest { url: URL, signature: Some(SIGNATURE), fields: &owned(&FIELDS) };
    assert_eq!(other.read(&request), Err(CallbackRefusal::Signature));
}

#[test]
fn the_port_may_be_written_or_not() {
    let fields = [("MessageSid", "SM1"), ("MessageStatus", "sent")];
    for (signed_as, ours) in [
        ("https://a.example:443/x?y", "https://a.example/x?y"),
        ("https://a.example/x?y", "https://a.example:8443/x?y"),
        ("http://a.example:80/x", "http://a.example/x"),
        ("http://[::1]/x", "http://[::1]:8080/x"),
    ] {
        assert!(read(ours, Some(&signed(signed_as, &fields)), &fields).is_ok(), "{signed_as} as {ours}");
    }
}

#[test]
fn stages_are_read_and_the_rest_is_no_news() {
    let url = "https://portal.example/api/twilio/status";
    let report = |status: &str, code: &str| {
        let fields = [("ErrorCode", code), ("MessageSid", "SM0123"), ("MessageStatus", status)];
        read(url, Some(&signed(url, &fields)), &fields).expect("signed")
    };
    for status in ["queued", "accepted", "scheduled", "sending", "partially_delivered", "?"] {
        assert_eq!(report(status, ""), None, "{status}");
    }
    for (status, stage) in [
        ("sent", ReportedStage::Sent),
        ("delivered", ReportedStage::Delivered),
        ("read", ReportedStage::Delivered),
        ("undelivered", ReportedStage::Undelivered),
        ("failed", ReportedStage::Undelivered),
    ] {
        let report = report(status, "30003").expect("news");
        assert_eq!((report.transport.as_str(), report.reference.as_str()), ("twilio", "SM0123"));
        assert_eq!((report.stage, report.error_code.as_deref()), (stage, Some("30003")));
    }
    assert_eq!(report("sent", "").expect("news").error_code, None);
}

#[test]
fn a_signed_report_without_a_message_is_malformed() {
    let url = "https://portal.example/api/twilio/status";
    let long = "a".repeat(65);
    for fields in [
        vec![("MessageStatus", "sent")],
        vec![("MessageSid", "SM1")],
        vec![("MessageSid", ""), ("MessageStatus", "sent")],
        vec![("MessageSid", "SM 1\n"), ("MessageStatus", "sent")],
        vec![("MessageSid", long.as_str()), ("MessageStatus", "sent")],
    ] {
        assert_eq!(read(url, Some(&signed(url, &fields)), &fields), Err(CallbackRefusal::Malformed), "{fields:?}");
    }
}
