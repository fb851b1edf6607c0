//! Sends that a limit does not let through: what each page that sends says of each limit, for known and unknown alike.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use otpd_domain::limits::{Cooldown, LimitPolicy};
use otpd_domain::sms::{Country, GuardPolicy, Money, Prices};
use otpd_testkit::limits::rates;

use crate::site::{Browser, EMAIL, PHONE, Page, Seen, Site, registration};

/// Nobody's, and as long as [`EMAIL`] and [`PHONE`].
const NOBODY: &str = "akim@example.com";
const NO_PHONE: &str = "+919876543211";
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// A page that sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sends {
    Request,
    Forgotten,
    Register,
    Contact,
}

const PAGES: [Sends; 4] = [Sends::Request, Sends::Forgotten, Sends::Register, Sends::Contact];

impl Sends {
    /// A browser that may send there.
    async fn browser(self, site: &Site) -> Browser {
        let mut browser = if self == Self::Contact { site.signed_in().await } else { site.browser() };
        // One form cookie for all, so that the tokens in the pages are the same.
        browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        browser.address = Some(HOME);
        browser
    }

    async fn send(self, browser: &mut Browser, contact: &str) -> Page {
        let kind = if contact.contains('@') { "email" } else { "phone" };
        let chosen = [("contact_type", kind), ("contact_value", contact)];
        match self {
            Self::Request => {
                browser.get("/otp/request/").await;
                browser.post("/otp/request/", &chosen).await
            }
            Self::Forgotten => {
                browser.get("/password/forgotten/").await;
                browser.post("/password/forgotten/", &[("contact", contact)]).await
            }
            Self::Register => {
                browser.get("/register/").await;
                let form = match kind {
                    "email" => registration(contact, ""),
                    _ => registration("nila@example.com", contact),
                };
                browser.post("/register/", &form).await
            }
            Self::Contact => {
                browser.get("/account/contact/").await;
                browser.post("/account/contact/", &chosen).await
            }
        }
    }
}

/// Sends as often as is allowed, then once more, each time from another browser; says how the last one was answered.
async fn last_of(change: fn(&mut LimitPolicy), page: Sends, contact: &str, allowed: usize) -> Page {
    let site = Site::limited(change).await;
    let fresh = page.browser(&site).await;
    site.messages().await;
    for _ in 0..allowed {
        let sent = page.send(&mut fresh.clone(), contact).await;
        assert_eq!(sent.status, 303, "{page:?}: {}", sent.text());
        site.messages().await;
    }
    let refused = page.send(&mut fresh.clone(), contact).await;
    assert!(site.messages().await.is_empty(), "{page:?}: nothing is sent");
    assert!(refused.headers.get("set-cookie").is_none(), "{page:?}: nothing is pending");
    assert!(refused.body.contains(contact), "{page:?}: what was typed is kept");
    refused
}

/// The same, asked for a known and an unknown contact: all but the contact itself is one.
async fn refused(change: fn(&mut LimitPolicy), page: Sends, [known, unknown]: [&str; 2], allowed: usize) -> Page {
    let without = |page: &Page, contact: &str| -> Seen {
        let (status, headers, body) = page.seen();
        (status, headers, body.replace(contact, "CONTACT"))
    };
    let told = last_of(change, page, known, allowed).await;
    let also = last_of(change, page, unknown, allowed).await;
    assert_eq!(without(&told, known), without(&also, unknown), "{page:?}");
    told
}

const EMAILS: [&str; 2] = [EMAIL, NOBODY];
const PHONES: [&str; 2] = [PHONE, NO_PHONE];

#[tokio::test]
async fn too_many_to_a_contact() {
    let limit: fn(&mut LimitPolicy) = |limits| {
        limits.sends.to_contact = rates("1/12m");
        limits.sends.cooldown = Cooldown::parse("0s").expect("a wait");
    };
    for page in [Sends::Request, Sends::Forgotten, Sends::Register] {
        let told = refused(limit, page, EMAILS, 1).await;
        assert_eq!((told.status, told.header("retry-after")), (429, "720"), "{page:?}");
        told.assert_says("You can ask for another one in 12 minutes, or use another address or number of yours.");
        assert!(told.body.contains("data-seconds=\"720\">12:00<"), "{}", told.body);
    }
    let told = refused(limit, Sends::Contact, [NO_PHONE, "+919876543212"], 1).await;
    assert_eq!((told.status, told.header("retry-after")), (429, "720"));
    told.assert_says("in 12 minutes");
}

#[tokio::test]
async fn too_soon_after_the_last_one_from_another_browser() {
    let limit: fn(&mut LimitPolicy) = |_| {};
    for page in [Sends::Request, Sends::Forgotten] {
        let told = refused(limit, page, EMAILS, 1).await;
        assert_eq!((told.status, told.header("retry-after")), (429, "30"), "{page:?}");
        told.assert_says("A code was sent a moment ago. You can ask for another one in 30 seconds.");
    }
}

#[tokio::test]
async fn too_many_from_a_network() {
    let limit: fn(&mut LimitPolicy) = |limits| {
        limits.sends.from_client = rates("1/h");
        limits.sends.cooldown = Cooldown::parse("0s").expect("a wait");
    };
    for page in PAGES {
        // The signed-in browser asks for contacts that nobody has, and its own sign-in came from nowhere.
        let contacts = if page == Sends::Contact { [NOBODY, "akin@example.com"] } else { EMAILS };
        let told = refused(limit, page, contacts, 1).await;
        assert_eq!((told.status, told.header("retry-after")), (429, "3600"), "{page:?}");
        told.assert_says("Too many codes were asked for from your network. You can ask for another one in 60 minutes.");
    }
}

/// What keeps text messages from going out for now, each reached by the first one.
fn sms_limits() -> [fn(&mut LimitPolicy); 4] {
    [
        |limits| limits.sends.to_block = rates("1/h"),
        |limits| limits.sends.to_country = Some(rates("1/h")),
        |limits| {
            limits.sms.prices = Prices::parse("*: 0.05").expect("prices");
            limits.sms.daily_ceiling = Some(Money::parse("0.05").expect("money"));
        },
        |limits| {
            limits.sms.prices = Prices::parse("91: 1").expect("prices");
            limits.sms.daily_ceiling = Some(Money::parse("1.5").expect("money"));
        },
    ]
}

#[tokio::test]
async fn no_text_messages_for_now() {
    for limit in sms_limits() {
        for page in PAGES {
            let site = Site::limited(limit).await;
            let fresh = page.browser(&site).await;
            // One that really goes out: a message to nobody costs nothing.
            let first = if matches!(page, Sends::Request | Sends::Forgotten) { PHONE } else { NO_PHONE };
            assert_eq!(page.send(&mut fresh.clone(), first).await.status, 303, "{page:?}");
            let [known, unknown] = if page == Sends::Contact { ["+919876543212", "+919876543213"] } else { PHONES };
            let mut seen = Vec::new();
            site.clock.advance(Duration::from_secs(31));
            for contact in [known, if page == Sends::Contact { unknown } else { "+919876543214" }] {
                let told = page.send(&mut fresh.clone(), contact).await;
                assert_eq!(told.status, 429, "{page:?}: {}", told.text());
                let seconds: u64 = told.header("retry-after").parse().expect("seconds");
                assert!((1..=86_400).contains(&seconds));
                told.assert_says("We cannot send an SMS to this number");
                seen.push(told.body.replace(contact, "CONTACT"));
            }
            assert_eq!(seen[0], seen[1], "{page:?}");
            // E-mail goes on.
            site.messages().await;
            assert_eq!(page.send(&mut fresh.clone(), "ravi@example.com").await.status, 303, "{page:?}");
        }
    }
}

#[tokio::test]
async fn a_block_of_numbers_whose_codes_nobody_types_is_closed() {
    let limit: fn(&mut LimitPolicy) = |limits| {
        let (window, closed_for) = (Duration::from_hours(24), Duration::from_hours(24));
        limits.sms.guard = Some(GuardPolicy { least_share: 0.5, enough: 1, enough_wide: 9, window, closed_for });
    };
    let site = Site::limited(limit).await;
    let fresh = Sends::Request.browser(&site).await;
    assert_eq!(Sends::Request.send(&mut fresh.clone(), PHONE).await.status, 303);
    // Until the fate of that code is known.
    site.clock.advance(Duration::from_mins(30));
    for contact in PHONES {
        let told = Sends::Request.send(&mut fresh.clone(), contact).await;
        assert_eq!((told.status, told.header("retry-after")), (429, "86400"), "{}", told.text());
        told.assert_says("Please use your e-mail address, or try again in 24 hours.");
    }
}

#[tokio::test]
async fn a_country_without_text_messages_is_not_worth_the_wait() {
    let limit: fn(&mut LimitPolicy) = |limits| limits.sms.countries = Country::parse("TZ").map(|country| vec![country]);
    for page in PAGES {
        let told = refused(limit, page, PHONES, 0).await;
        assert_eq!((told.status, told.header("retry-after")), (400, ""), "{page:?}");
        let words = match page {
            Sends::Register => "Please leave it out: you can add it later.",
            _ => "We do not send SMS to this country. Please use your e-mail address.",
        };
        told.assert_says(words);
        assert!(!told.body.contains("id=\"wait\""), "there is nothing to wait for");
    }
}

#[tokio::test]
async fn another_code_is_limited_like_the_first_and_the_one_there_is_still_works() {
    let site = Site::limited(|limits| limits.sends.to_contact = rates("1/12m")).await;
    for contact in EMAILS {
        let mut browser = site.browser();
        browser.request_code(contact).await;
        let code = site.code().await;
        site.clock.advance(Duration::from_secs(31));
        let told = browser.post("/otp/resend/", &[]).await;
        assert_eq!((told.status, told.header("retry-after")), (429, "689"), "{}", told.text());
        told.assert_says("You can ask for another one in 12 minutes, or use another address or number of yours.");
        assert!(told.body.contains("name=\"otp_code\"") && told.body.contains("data-seconds=\"689\">11:29<"));
        let page = browser.type_code(&code).await;
        assert_eq!(page.location() == "/dashboard/", contact == EMAIL, "{}", page.text());
    }
}

#[tokio::test]
async fn every_page_says_it_in_arabic_too() {
    let site = Site::limited(|limits| limits.sends.to_contact = rates("1/12m")).await;
    let mut browser = site.browser();
    browser.headers.push(("accept-language", "ar".to_owned()));
    for page in [Sends::Request, Sends::Forgotten, Sends::Register] {
        let told = page.send(&mut browser.clone(), EMAIL).await;
        if page != Sends::Request {
            told.assert_says("بعد 12 دقيقة");
            assert_eq!(told.status, 429);
        }
    }
}
