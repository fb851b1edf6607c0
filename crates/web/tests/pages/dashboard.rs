//! The signed-in customer.

use otpd_domain::account::NewAccount;
use otpd_domain::identifier::EmailAddress;
use otpd_domain::visitor::Trail;

use crate::site::{Site, asha};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.5 Mobile/15E148 Safari/604.1";

async fn signed_in_with(site: &Site, user_agent: &str) -> crate::site::Browser {
    let mut browser = site.browser();
    browser.headers.push(("user-agent", user_agent.to_owned()));
    let mut browser = browser.waiting().await;
    assert_eq!(browser.type_code(&site.code().await).await.location(), "/dashboard/");
    browser
}

#[tokio::test]
async fn sessions_have_names_and_can_be_ended() {
    let site = Site::new().await;
    let mut laptop = signed_in_with(&site, FIREFOX).await;
    let mut phone = signed_in_with(&site, IPHONE).await;
    let mut script = signed_in_with(&site, "a\tb<i>").await;

    let page = laptop.get("/dashboard/").await;
    page.assert_says("Firefox on Linux This device");
    page.assert_says("Safari on iPhone");
    page.assert_says("Unknown device");
    assert_eq!(page.body.matches("name=\"session_id\"").count(), 2, "no button to end this one");

    let before_phone = page.body.split("Safari on iPhone").nth(1).expect("the phone's row");
    let id =
        before_phone.split("name=\"session_id\" value=\"").nth(1).expect("an id").split('"').next().expect("an id");
    let page = laptop.post("/dashboard/sessions/end/", &[("session_id", id)]).await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
    assert_eq!(phone.get("/dashboard/").await.status, 303);
    assert_eq!(script.get("/dashboard/").await.status, 200);

    let page = laptop.post("/dashboard/sessions/end-others/", &[]).await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
    assert_eq!(script.get("/dashboard/").await.status, 303);
    assert_eq!(laptop.get("/dashboard/").await.status, 200);
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    let site = Site::new().await;
    let email = Some(EmailAddress::from_stored("eve@example.com".to_owned()));
    site.add_customer(NewAccount { name: "Eve".to_owned(), email, phone: None, ..asha() }).await;
    let mut asha = site.signed_in().await;
    let listed = signed_in_with(&site, FIREFOX).await.get("/dashboard/").await;
    let id = listed.field("session_id").expect("asha's first session");

    let mut eve = site.browser();
    eve.request_code("eve@example.com").await;
    assert_eq!(eve.type_code(&site.code().await).await.location(), "/dashboard/");
    eve.get("/dashboard/").await;
    let page = eve.post("/dashboard/sessions/end/", &[("session_id", &id)]).await;
    assert_eq!((page.status, page.location()), (303, "/dashboard/"));
    assert_eq!(asha.get("/dashboard/").await.status, 200);

    for malformed in ["", "1", "../..", "' or 1=1"] {
        let page = eve.post("/dashboard/sessions/end/", &[("session_id", malformed)]).await;
        assert_eq!(page.status, 400, "{malformed}");
        page.assert_says("session_id");
    }
}

#[tokio::test]
async fn a_customer_without_a_session_is_sent_to_sign_in() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/otp/request/").await;
    for path in ["/dashboard/sessions/end/", "/dashboard/sessions/end-others/"] {
        let page = browser.post(path, &[("session_id", "x")]).await;
        assert_eq!((page.status, page.location()), (303, "/otp/request/?next=/dashboard/"));
    }
    assert_eq!(browser.get("/otp/logout/").await.location(), "/otp/request/");
    assert_eq!(browser.post("/otp/logout/", &[]).await.location(), "/otp/request/");
}

#[tokio::test]
async fn signed_in_pages_speak_the_accounts_language_and_escape_its_name() {
    let site = Site::new().await;
    let email = Some(EmailAddress::from_stored("layla@example.com".to_owned()));
    let name = "<b>Layla</b> & \"Co\"".to_owned();
    site.add_customer(NewAccount { name, email, phone: None, language: Some("ar".to_owned()), ..asha() }).await;
    let mut browser = site.browser();
    browser.request_code("layla@example.com").await;
    browser.type_code(&site.code().await).await;
    for path in ["/dashboard/", "/otp/logout/"] {
        let page = browser.get(path).await;
        assert!(page.body.contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(!page.body.contains("<b>Layla"));
        assert!(page.body.contains("&lt;b&gt;Layla"));
    }
}

#[tokio::test]
async fn a_disabled_account_is_signed_out_everywhere() {
    let site = Site::new().await;
    let mut browser = site.signed_in().await;
    let account = site.domain.ports.accounts.find(&otpd_testkit::sample::email(crate::site::EMAIL)).await;
    let id = account.expect("the store").expect("asha").id;
    otpd_domain::administer::disable_account(&site.domain, id, &Trail::default()).await.expect("disabled");
    assert_eq!(browser.get("/dashboard/").await.status, 303);
}
