//! Guesses at the same moment.

use otpd_tests::Otpd;
use otpd_tests::browser::form_to;

use crate::victim::{AN_HOUR, EMAIL, asked, ledgers, other_than, settings, spent};

#[tokio::test(flavor = "multi_thread")]
async fn of_200_parallel_guesses_at_forty_codes_ten_are_compared() {
    let otpd = Otpd::start(settings()).await;
    let mut forms = Vec::new();
    for _ in 0..40 {
        let (mut browser, code) = asked(&otpd, "email", EMAIL).await;
        let form = form_to(&browser.get("/otp/verify/").await, "/otp/verify/").expect("a form");
        forms.push((browser, form, other_than(&code)));
    }
    let mut tasks = tokio::task::JoinSet::new();
    for (browser, form, wrong) in &forms {
        for _ in 0..5 {
            let (mut browser, form, wrong) = (browser.clone(), form.clone(), wrong.clone());
            tasks.spawn(async move { browser.try_send(&form, &[("otp_code", &wrong)]).await.expect("a reply") });
        }
    }
    let replies = tasks.join_all().await;
    let over = replies.iter().filter(|reply| crate::victim::is_over_budget(reply)).count();
    assert_eq!(over, 200 - AN_HOUR);
    assert_eq!((spent(&otpd), ledgers(&otpd)), (AN_HOUR, 1));
}
