//! The documentation page: whole without scripts, without anything from elsewhere.

use otpd_domain::api_key::Scope;
use serde_json::json;

use crate::backend::{Backend, VERIFICATIONS};
use crate::document::operations;
use crate::site::Site;

#[tokio::test]
async fn the_page_shows_every_operation_and_needs_nobody() {
    let site = Site::new().await;
    let page = site.browser().get("/api/docs").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    for (path, method, operation) in operations(&site).await {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(page.body.contains(&format!("<article id=\"{id}\"")), "{id}");
        page.assert_says(&format!("{} {path}", method.to_uppercase()));
    }
    assert!(!page.body.contains("<script") && !page.body.contains(" style=") && !page.body.contains("<style"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let mut links = 0;
    for link in page.body.split("href=\"").skip(1) {
        let link = link.split('"').next().expect("an end").replace("&#x2f;", "/");
        links += 1;
        if let Some(anchor) = link.strip_prefix('#') {
            assert!(page.body.contains(&format!("id=\"{anchor}\"")), "nothing is called {anchor}");
        } else {
            assert!(link.starts_with('/'), "{link} is elsewhere");
            assert_eq!(site.browser().get(&link).await.status, 200, "{link}");
        }
    }
    assert!(links > 100, "{links}");
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_description() {
    let site = Site::new().await;
    let backend = Backend::with(&site, &[Scope::Verifications]).await;
    let refused = backend.post(VERIFICATIONS, json!({ "to": { "phone": "1" } })).await.problem(409, "contact-unusable");
    let (path, anchor) = refused.text("type").split_once('#').expect("an anchor");
    let page = site.browser().get(path).await;
    assert!(page.body.contains(&format!("id=\"{anchor}\"")));
    page.assert_says("no country has such a number");
}
