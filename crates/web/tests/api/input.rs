//! Whatever is sent to whichever door: a clear refusal, never a 500, and nothing goes out.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::call::{Reply, post_text};
use crate::site::Site;

/// Every door, with a body that it takes.
fn doors() -> Vec<(&'static str, Value)> {
    let register = json!({ "email": "a@example.com", "phone": "9876543211", "password": "purple monkey dishwasher", "first_name": "A" });
    vec![
        ("/api/users/send-otp/", json!({ "phone": "255694230173", "verification_type": "Login" })),
        ("/api/users/resend-otp/", json!({ "phone": "255694230173", "verification_type": "Login" })),
        (
            "/api/users/verify-otp/",
            json!({ "phone": "255694230173", "otp": "1234", "verification_type": "Login", "verification_id": "x" }),
        ),
        ("/api/register/", register),
        ("/api/verify-otp/", json!({ "email": "a@example.com", "otp": "123456", "verification_id": "x" })),
        ("/api/resend-otp/", json!({ "email": "a@example.com" })),
        ("/api/login/", json!({ "email": "a@example.com", "password": "purple monkey dishwasher" })),
    ]
}

fn assert_clear(reply: &Reply, sent: &str) {
    assert!((400..500).contains(&reply.status), "{} for {sent}", reply.status);
    let message = reply.message();
    assert!(message.len() > 10 && !message.starts_with("api-"), "{message}");
}

#[tokio::test]
async fn a_field_that_cannot_be_taken_is_named() {
    let site = Site::new().await;
    for (path, body) in doors() {
        for name in body.as_object().expect("an object").keys() {
            for (value, words) in [
                (r#"["a"]"#, "must be text in quotation marks"),
                ("[]", "must be text in quotation marks"),
                ("{}", "must be text in quotation marks"),
                (r#"{"$ne":""}"#, "must be text in quotation marks"),
                ("123456", "must be text in quotation marks"),
                ("-1.5e3", "must be text in quotation marks"),
                ("true", "must be text in quotation marks"),
                (r#""\u0000""#, "line breaks or other control characters"),
                (r#""a\r\nBcc: b@example.com""#, "line breaks or other control characters"),
                (r#""\u0085""#, "line breaks or other control characters"),
                (r#""\u007f""#, "line breaks or other control characters"),
            ] {
                let mut fields: Vec<_> = body.as_object().expect("an object").iter().collect();
                fields.retain(|(known, _)| *known != name);
                let rest: Vec<_> = fields.iter().map(|(name, value)| format!(",\"{name}\":{value}")).collect();
                let text = format!("{{\"{name}\":{value}{}}}", rest.concat());
                let reply = post_text(&site, path, text.clone()).await;
                assert_clear(&reply, &text);
                assert_eq!(reply.status, 400);
                assert!(
                    reply.message().contains(name.as_str()) && reply.message().contains(words),
                    "{text}: {reply:?}"
                );
            }
            let twice = body.to_string().replacen('{', &format!("{{\"{name}\":\"x\","), 1);
            let reply = post_text(&site, path, twice).await;
            reply.assert(400, &format!("The field {name} was sent more than once."));
        }
    }
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let site = Site::new().await;
    for (path, good) in doors() {
        let good = good.to_string();
        let cut = &good[..good.len() - 1];
        for (body, message) in [
            ("", "The body is empty. Send a JSON object."),
            ("  \n", "The body is empty. Send a JSON object."),
            ("null", "The body is not a JSON object."),
            ("\"text\"", "The body is not a JSON object."),
            ("42", "The body is not a JSON object."),
            ("[]", "The body is not a JSON object."),
            (&format!("[{good}]"), "The body is not a JSON object."),
            ("{", "The body is not valid JSON (line 1, column 1)."),
            ("phone=255694230173", "The body is not valid JSON (line 1, column 1)."),
            (cut, &format!("The body is not valid JSON (line 1, column {}).", cut.len())),
        ] {
            post_text(&site, path, body.to_owned()).await.assert(400, message);
        }
        for body in [
            br#"{"email":"\ud800"}"#.to_vec(),
            br#"{"email":"\udc00a"}"#.to_vec(),
            b"{\"email\":\"\xff\xfe\"}".to_vec(),
            b"{\"email\":\"\xed\xa0\x80\"}".to_vec(),
            b"{\"email\":\"a\0b\"}".to_vec(),
            b"{\"email\":\"a\nb\"}".to_vec(),
            format!("{good}{good}").into_bytes(),
            "[".repeat(60_000).into_bytes(),
            format!(r#"{{"a":{}1{}}}"#, "[".repeat(200), "]".repeat(200)).into_bytes(),
            br#"{"n":1e400}"#.to_vec(),
        ] {
            let reply = post_text(&site, path, body.clone()).await;
            assert_eq!(reply.status, 400, "{}", String::from_utf8_lossy(&body));
            assert!(reply.message().starts_with("The body is not valid JSON (line "), "{reply:?}");
        }
    }
    assert!(site.messages().await.is_empty());
}

#[tokio::test]
async fn nothing_sent_comes_back_in_a_reply() {
    let site = Site::new().await;
    for (path, body) in doors() {
        for name in body.as_object().expect("an object").keys() {
            let mut body = body.clone();
            body[name] = "<script>alert(4711)</script>".into();
            let reply = post_text(&site, path, body.to_string()).await;
            assert!(!format!("{:?}", reply.body).contains("4711"), "{reply:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_makes_a_door_fall(texts in proptest::collection::vec("\\PC{0,30}|[0-9+ -]{0,20}", 5), which in 0..7_usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let site = Site::new().await;
            let (path, mut body) = doors().remove(which);
            for (text, value) in texts.iter().zip(body.as_object_mut().expect("an object").values_mut()) {
                *value = text.as_str().into();
            }
            let reply = post_text(&site, path, body.to_string()).await;
            assert!(reply.status < 500, "{body}: {reply:?}");
        });
    }
}
