//! The budget of guesses, at the pages: it goes on over codes and browsers, and locks nobody out.

use std::time::Duration;

use otpd_domain::limits::{Cooldown, LimitPolicy};
use otpd_testkit::limits::rates;

use crate::site::{Browser, EMAIL, PASSWORD, PHONE, Page, Seen, Site, wrong};

const NOBODY: &str = "akim@example.com";

/// The budgets as they are by default; sends have room.
fn sends_have_room(limits: &mut LimitPolicy) {
    limits.sends.to_contact = rates("1000/h");
    limits.sends.from_client = rates("1000/h");
    limits.sends.to_block = rates("1000/h");
    limits.sends.before_proof = None;
    limits.sends.cooldown = Cooldown::parse("0s").expect("a wait");
}

/// Four wrong codes and a resend, again and again; says what each guess was answered.
async fn guess_and_resend(site: &Site, browser: &mut Browser, rounds: usize) -> Vec<Page> {
    let mut told = Vec::new();
    for _ in 0..rounds {
        let code = site.code().await;
        for _ in 0..4 {
            told.push(browser.type_code(&wrong(&code)).await);
        }
        site.clock.advance(Duration::from_secs(121));
        assert_eq!(browser.post("/otp/resend/", &[]).await.status, 303);
    }
    site.messages().await;
    told
}

/// A stranger spends the budget of the account that has the contact.
async fn attack(site: &Site, contact: &str) {
    let mut stranger = site.browser();
    stranger.request_code(contact).await;
    guess_and_resend(site, &mut stranger, 3).await;
}

fn says_over_budget(page: &Page) -> bool {
    page.text().contains("Ask for a new code: it will be longer and will work.")
}

#[tokio::test]
async fn four_wrong_and_a_resend_ten_times_are_ten_guesses() {
    let site = Site::limited(sends_have_room).await;
    let mut browser = site.browser();
    browser.request_code(EMAIL).await;
    let told = guess_and_resend(&site, &mut browser, 10).await;
    assert_eq!(told.len(), 40);
    let (compared, refused) = told.split_at(10);
    for page in compared {
        page.assert_says("That code is wrong.");
    }
    // Short codes of the time before; the next ones were long, and those nobody guesses.
    assert!(says_over_budget(&refused[0]) && says_over_budget(&refused[1]));
    assert_eq!(refused[0].status, 429);
    assert!(refused[0].headers.contains_key("retry-after"));
}

#[tokio::test]
async fn fresh_cookie_jars_and_the_other_contact_take_from_one_budget() {
    let site = Site::limited(sends_have_room).await;
    let mut compared = 0;
    for round in 0..12 {
        let mut browser = site.browser();
        browser.request_code(if round % 2 == 0 { EMAIL } else { PHONE }).await;
        let code = site.code().await;
        if code.len() == 6 {
            browser.type_code(&wrong(&code)).await;
            compared += 1;
        }
    }
    assert_eq!(compared, 10, "then the codes are long, by either channel");
}

#[tokio::test]
async fn the_right_code_gives_its_guess_back_and_no_other() {
    let site = Site::limited(sends_have_room).await;
    for _ in 0..9 {
        let mut browser = site.browser();
        browser.request_code(EMAIL).await;
        let code = site.code().await;
        browser.type_code(&wrong(&code)).await.assert_says("That code is wrong.");
        // The first sign-in makes the browser known; this one forgets it.
        assert_eq!(browser.type_code(&code).await.location(), "/dashboard/");
    }
    let mut browser = site.browser();
    browser.request_code(EMAIL).await;
    let code = site.code().await;
    assert_eq!(code.len(), 6, "one is left");
    browser.type_code(&wrong(&code)).await.assert_says("That code is wrong.");
    assert!(says_over_budget(&browser.type_code(&code).await), "success gave nothing else back");
}

#[tokio::test]
async fn the_owner_gets_in_with_a_long_code_however_it_is_typed() {
    for typed in
        [str::to_lowercase, |code: &str| format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]).to_lowercase()]
    {
        let site = Site::limited(sends_have_room).await;
        attack(&site, EMAIL).await;
        let mut owner = site.browser();
        owner.request_code(EMAIL).await;
        let code = site.code().await;
        assert_eq!(code.len(), 13);
        let page = owner.get("/otp/verify/?letters=1").await;
        assert!(page.body.contains("autocapitalize=\"characters\"") && !page.body.contains("pattern="));
        let page = owner.post("/otp/verify/", &[("otp_code", &typed(&code)), ("letters", "1")]).await;
        assert_eq!((page.status, page.location()), (303, "/dashboard/"), "{}", page.text());
    }
}

#[tokio::test]
async fn a_known_browser_keeps_its_own_budget_and_short_codes() {
    let site = Site::limited(sends_have_room).await;
    let mut owner = site.signed_in().await;
    owner.get("/dashboard/").await;
    owner.post("/otp/logout/", &[]).await;
    attack(&site, EMAIL).await;
    owner.request_code(EMAIL).await;
    let code = site.code().await;
    assert_eq!(code.len(), 6, "nobody can spend what is this browser's");
    owner.type_code(&wrong(&code)).await.assert_says("That code is wrong. You have 4 attempts left.");
    assert_eq!(owner.type_code(&code).await.location(), "/dashboard/");
}

/// A visit after an attack, as an outsider sees it.
async fn visit(contact: &str, attacked: bool) -> Vec<Seen> {
    let site = Site::limited(sends_have_room).await;
    if attacked {
        attack(&site, contact).await;
    }
    let mut browser = site.browser();
    browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let typed = [("contact_type", "email"), ("contact_value", contact)];
    browser.get("/otp/request/").await;
    let pages = [
        browser.post("/otp/request/", &typed).await,
        browser.get("/otp/verify/").await,
        browser.get("/otp/status/").await,
        browser.get("/otp/verify/?letters=1").await,
        browser.type_code("0000000").await,
    ];
    pages.iter().map(Page::seen).collect()
}

#[tokio::test]
async fn no_page_shows_whether_the_code_is_long_or_anybody_has_the_contact() {
    let plain = visit(EMAIL, false).await;
    assert_eq!(plain, visit(EMAIL, true).await);
    assert_eq!(plain, visit(NOBODY, false).await);
    assert_eq!(plain, visit(NOBODY, true).await);
}

#[tokio::test]
async fn guesses_at_nobody_are_answered_as_those_at_a_customer() {
    let mut seen = Vec::new();
    for contact in [EMAIL, NOBODY] {
        let site = Site::limited(sends_have_room).await;
        let mut browser = site.browser();
        browser.cookies.insert("__Host-otpd_csrf".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        browser.request_code(contact).await;
        let told = guess_and_resend(&site, &mut browser, 4).await;
        seen.push(told.iter().map(Page::seen).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn a_page_in_letters_stays_so_and_leads_back() {
    let site = Site::limited(sends_have_room).await;
    let mut browser = site.browser();
    browser.get("/otp/request/?next=/bills/").await;
    browser.request_code(EMAIL).await;
    let usual = browser.get("/otp/verify/?next=/bills/").await;
    let letters = usual.links().into_iter().find(|link| link.contains("letters=1")).expect("a link");
    let page = browser.get(&letters).await;
    assert_eq!((page.field("letters").as_deref(), page.field("next").as_deref()), (Some("1"), Some("/bills/")));
    assert!(page.links().iter().any(|link| link == "/otp/verify/?next=/bills/"), "{:?}", page.links());
    let page = browser.post("/otp/verify/", &[("otp_code", "7kq4"), ("letters", "1")]).await;
    assert_eq!(page.status, 400);
    page.assert_says("Type it as it stands in the message: 13 letters and digits.");
    assert_eq!(page.field("letters").as_deref(), Some("1"));
    for flow in ["/register/verify/", "/password/new/", "/account/contact/verify/"] {
        let mut browser = if flow.starts_with("/account") { site.signed_in().await } else { site.browser() };
        match flow {
            "/register/verify/" => browser.register("nila@example.com", "").await,
            "/password/new/" => browser.forget_password(EMAIL).await,
            _ => browser.change_contact("nila@example.com").await,
        }
        let page = browser.get(&format!("{flow}?letters=1")).await;
        assert!(page.body.contains("autocapitalize=\"characters\""), "{flow}");
        site.messages().await;
    }
}

#[tokio::test]
async fn asking_anew_when_the_budget_is_spent_leads_to_a_field_for_letters() {
    let site = Site::limited(sends_have_room).await;
    let mut stranger = site.browser();
    stranger.request_code(EMAIL).await;
    let told = guess_and_resend(&site, &mut stranger, 3).await;
    let spent = told.iter().find(|page| says_over_budget(page)).expect("the budget is spent");
    assert!(!spent.body.contains("name=\"otp_code\"") && spent.field("letters").as_deref() == Some("1"));
    site.clock.advance(Duration::from_secs(121));
    let another = stranger.post("/otp/resend/", &[("letters", "1")]).await;
    assert_eq!((another.status, another.location()), (303, "/otp/verify/?letters=1"));
}

#[tokio::test]
async fn wrong_passwords_have_a_budget_and_a_code_still_signs_in() {
    let site = Site::limited(|limits| {
        sends_have_room(limits);
        limits.guesses.passwords = rates("3/h");
    })
    .await;
    site.give_password().await;
    for contact in [EMAIL, NOBODY] {
        let mut stranger = site.browser();
        for _ in 0..3 {
            assert_eq!(stranger.log_in(contact, "not the password at all").await.status, 200);
        }
        let page = stranger.log_in(contact, PASSWORD).await;
        assert_eq!((page.status, page.header("retry-after")), (429, "3600"), "{}", page.text());
        page.assert_says("You can try again in 60 minutes. Signing in with a code works at once.");
        assert_eq!(page.field("contact").as_deref(), Some(contact));
    }
    let mut owner = site.browser();
    owner.request_code(EMAIL).await;
    assert_eq!(owner.type_code(&site.code().await).await.location(), "/dashboard/");
    owner.get("/dashboard/").await;
    owner.post("/otp/logout/", &[]).await;
    assert_eq!(owner.log_in(EMAIL, PASSWORD).await.location(), "/dashboard/", "known by now");
}
