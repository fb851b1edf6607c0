//! Where people may not register, the pages for that are not there, and nothing leads to them.

use otpd_web::Access;

use crate::site::{EMAIL, Site, Unusual};

const PAGES: [&str; 10] = [
    "/register/",
    "/register/verify/",
    "/register/resend/",
    "/login/",
    "/password/forgotten/",
    "/password/new/",
    "/password/resend/",
    "/account/contact/",
    "/account/contact/verify/",
    "/account/contact/resend/",
];

fn leads_there(links: &[String]) -> bool {
    links.iter().any(|link| ["/register", "/login", "/password", "/account"].iter().any(|path| link.starts_with(path)))
}

#[tokio::test]
async fn closed_doors_are_not_there() {
    for access in [Access::Closed, Access::Key] {
        let config: fn(&mut otpd_web::WebConfig) = match access {
            Access::Closed => |config| config.doors.registration = Access::Closed,
            _ => |config| config.doors.registration = Access::Key,
        };
        let site = Site::unusual(Unusual { config: Some(config), ..Unusual::default() }).await;
        let mut browser = site.browser();
        assert!(!leads_there(&browser.get("/otp/request/").await.links()));
        let mut customer = site.signed_in().await;
        assert!(!leads_there(&customer.get("/dashboard/").await.links()));
        for path in PAGES {
            assert_eq!(customer.get(path).await.status, 404, "{path}");
            assert_eq!(customer.post(path, &[("contact", EMAIL)]).await.status, 404, "{path}");
            assert_eq!(customer.get(path.trim_end_matches('/')).await.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn open_doors_are_linked_and_next_goes_along() {
    let site = Site::new().await;
    let mut browser = site.browser();
    let links = browser.get("/otp/request/?next=/bills/").await.links();
    for link in ["/login/?next=/bills/", "/register/?next=/bills/"] {
        assert!(links.contains(&link.to_owned()), "{link}");
    }
    let links = browser.get("/login/?next=/bills/").await.links();
    for link in ["/register/?next=/bills/", "/password/forgotten/?next=/bills/", "/otp/request/?next=/bills/"] {
        assert!(links.contains(&link.to_owned()), "{link}");
    }
    assert!(browser.get("/register/?next=/bills/").await.links().contains(&"/login/?next=/bills/".to_owned()));
    assert!(!browser.get("/login/?next=//evil.example").await.body.contains("evil"));
}
