//! Where a person goes after signing in.

use crate::site::{EMAIL, Site};

/// Signs in with a `next` as a form could be made to carry it; says where that leads.
async fn leads_to(site: &Site, next: &str) -> String {
    let mut browser = site.browser();
    browser.get("/otp/request/").await;
    let typed = [("contact_type", "email"), ("contact_value", EMAIL), ("next", next)];
    let page = browser.post("/otp/request/", &typed).await;
    assert_eq!(page.status, 303);
    let page = browser.get(page.location()).await;
    let carried = page.field("next").unwrap_or_default();
    let code = site.code().await;
    let page = browser.post("/otp/verify/", &[("otp_code", &code), ("next", &carried)]).await;
    assert_eq!(page.status, 303);
    page.location().to_owned()
}

#[tokio::test]
async fn a_path_on_this_host_is_where_it_leads() {
    let site = Site::new().await;
    for path in ["/bills/", "/bills/?year=2026&page=2", "/a%20b", "/x#part"] {
        assert_eq!(leads_to(&site, path).await, path);
    }
    assert_eq!(leads_to(&site, "/été").await, "/%C3%A9t%C3%A9");
}

#[tokio::test]
async fn any_other_host_leads_to_the_dashboard() {
    let site = Site::new().await;
    for evil in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "dashboard",
        "",
    ] {
        assert_eq!(leads_to(&site, evil).await, "/dashboard/", "{evil}");
    }
    assert_eq!(leads_to(&site, &format!("/{}", "a".repeat(600))).await, "/dashboard/");
}

#[tokio::test]
async fn the_verify_form_is_not_trusted_either() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let code = site.code().await;
    let page = browser.post("/otp/verify/", &[("otp_code", &code), ("next", "//evil.example")]).await;
    assert_eq!(page.location(), "/dashboard/");
    let page = browser.get("/otp/request/?next=//evil.example").await;
    assert_eq!(page.location(), "/dashboard/");
    let page = browser.get("/otp/request/?next=/bills/").await;
    assert_eq!(page.location(), "/bills/");
}

#[tokio::test]
async fn it_goes_along_on_every_way() {
    let site = Site::new().await;
    let mut browser = site.browser().waiting().await;
    let page = browser.get("/otp/verify/?next=/bills/").await;
    assert!(page.links().contains(&"/otp/request/?next=/bills/".to_owned()), "change contact keeps it");
    site.clock.advance(std::time::Duration::from_secs(30));
    let page = browser.post("/otp/resend/", &[("next", "/bills/")]).await;
    assert_eq!(page.location(), "/otp/verify/?next=/bills/");
}
