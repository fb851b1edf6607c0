//! The words of replies, and of what is sent.

use otpd_domain::identifier::Channel;
use serde_json::json;

use crate::accounts::{REGISTER, ravi};
use crate::call::post_with;
use crate::site::Site;

const SEND: &str = "/api/users/send-otp/";

#[tokio::test]
async fn programs_get_english_and_people_their_own_language() {
    let site = Site::new().await;
    for (number, (accepted, message, language)) in [
        (None, "OTP sent successfully", "en"),
        (Some("en-GB"), "OTP sent successfully", "en"),
        (Some("ar-EG,ar;q=0.9"), "أُرسل الرمز بنجاح", "ar"),
        (Some("xx"), "OTP sent successfully", "en"),
    ]
    .into_iter()
    .enumerate()
    {
        let headers: Vec<_> = accepted.map(|tag| ("accept-language", tag)).into_iter().collect();
        let body = json!({ "email": format!("person{number}@example.com") });
        let reply = post_with(&site, SEND, &headers, &body).await;
        reply.assert(200, message);
        assert!(reply.headers("vary").contains(&"Accept-Language"));
        assert_eq!(site.content_of(&site.message().await).language, language);
    }
    let refused = post_with(&site, SEND, &[("accept-language", "ar")], &json!({})).await;
    refused.assert(400, "أرسل رقم الهاتف (phone) أو البريد الإلكتروني (email).");
    post_with(&site, REGISTER, &[("accept-language", "ar")], &ravi()).await;
    let messages = site.messages().await;
    let mail = messages.iter().find(|message| message.channel == Channel::Email).expect("a mail");
    assert_eq!(site.content_of(mail).language, "ar");
}

/// Every message of the replies is there in every language, and takes the same values.
#[test]
fn every_language_has_every_reply() {
    let read = |language: &str| {
        let path = format!("{}/../../locales/{language}/api.ftl", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).expect("a language file")
    };
    let keys = |text: &str| {
        let ids = text.lines().filter(|line| line.starts_with("api-")).filter_map(|line| line.split_once(" ="));
        ids.map(|(id, _)| id.to_owned()).collect::<Vec<_>>()
    };
    let english = keys(&read("en"));
    assert!(english.len() > 50);
    assert_eq!(keys(&read("ar")), english);
}
