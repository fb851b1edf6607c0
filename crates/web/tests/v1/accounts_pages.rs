//! The list of accounts, page by page.

use otpd_domain::account::NewAccount;
use otpd_domain::identifier::EmailAddress;
use serde_json::Value;

use crate::backend::{ACCOUNTS, Backend, Reply};
use crate::site::{Site, asha};

fn ids(page: &Reply) -> Vec<i64> {
    let items = page.body["items"].as_array().expect("items");
    items.iter().map(|account| account["id"].as_i64().expect("an id")).collect()
}

/// A site with 250 accounts: Asha's and 249 others, of which every third is out of use.
async fn crowd() -> Site {
    let site = Site::new().await;
    for number in 2..=250 {
        let email = EmailAddress::from_stored(format!("person{number}@example.com"));
        let name = format!("Person {number}");
        let account = NewAccount { name, email: Some(email), phone: None, active: number % 3 != 0, ..asha() };
        site.add_customer(account).await;
    }
    site
}

#[tokio::test]
async fn following_the_cursor_shows_each_account_once() {
    let site = crowd().await;
    let backend = Backend::new(&site).await;
    for limit in [1, 20, 83, 100] {
        let (mut seen, mut path) = (Vec::new(), format!("{ACCOUNTS}?limit={limit}"));
        loop {
            let page = backend.get(&path).await.done(200);
            let found = ids(&page);
            assert!(!found.is_empty() && found.len() <= limit);
            seen.extend(found);
            let Some(cursor) = page.body["next_cursor"].as_str() else {
                assert!(!page.headers.contains_key("link"));
                break;
            };
            path = format!("{ACCOUNTS}?limit={limit}&cursor={cursor}");
            assert_eq!(page.header("link"), format!("<{}{path}>; rel=\"next\"", crate::site::PUBLIC_URL));
        }
        assert_eq!(seen, (1..=250).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn the_last_page_may_be_full() {
    let site = crowd().await;
    let backend = Backend::new(&site).await;
    let page = backend.get(&format!("{ACCOUNTS}?limit=100&cursor=0000000000000096")).await.done(200);
    assert_eq!((ids(&page), &page.body["next_cursor"]), ((151..=250).collect(), &Value::Null));
    let behind = backend.get(&format!("{ACCOUNTS}?cursor=00000000000000fa")).await.done(200);
    assert_eq!((ids(&behind), &behind.body["next_cursor"]), (Vec::new(), &Value::Null));
    assert_eq!(ids(&backend.get(ACCOUNTS).await.done(200)), (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn filters_go_along_to_the_next_page() {
    let site = crowd().await;
    let backend = Backend::new(&site).await;
    let first = backend.get(&format!("{ACCOUNTS}?active=false&limit=50&q=PERSON&role=customer")).await.done(200);
    let link = first.header("link");
    let path =
        link.trim_start_matches('<').split_once('>').expect("a link").0.trim_start_matches(crate::site::PUBLIC_URL);
    let second = backend.get(path).await.done(200);
    let found: Vec<i64> = ids(&first).into_iter().chain(ids(&second)).collect();
    assert_eq!(found, (1..=83).map(|number| number * 3).collect::<Vec<_>>());
    let one = backend.get(&format!("{ACCOUNTS}?q=person%20250")).await.done(200);
    assert_eq!(ids(&one), [250]);
    assert!(ids(&backend.get(&format!("{ACCOUNTS}?role=staff")).await.done(200)).is_empty());
}

#[tokio::test]
async fn what_is_no_query_is_refused_by_name() {
    let site = Site::new().await;
    let backend = Backend::new(&site).await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=5&limit=6", "limit"),
        ("cursor=1", "cursor"),
        ("role=king", "role"),
        ("active=1", "active"),
        ("q=", "q"),
        ("q=%00", "q"),
        ("q=%ff", "q"),
        ("page=2", "page"),
        ("limit%5B%5D=5", "limit[]"),
    ] {
        let refused = backend.get(&format!("{ACCOUNTS}?{query}")).await.problem(400, "invalid-request");
        assert_eq!(refused.fields(), [field], "{query}");
    }
}
