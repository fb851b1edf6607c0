//! Those who only want to sign in, and how long they wait.

use std::fmt;
use std::time::{Duration, Instant};

use otpd_tests::Otpd;
use otpd_tests::browser::{Browser, form_to};
use otpd_tests::http::{Reply, Request};

/// How many people of a round.
const PEOPLE: usize = 100;
/// What a request counts for that was not answered at all.
const UNANSWERED: Duration = Duration::from_mins(1);
/// How often a person tries before giving up.
const TRIES: usize = 5;

/// How long their requests took, in order.
#[derive(Default)]
pub struct Times {
    pages: Vec<Duration>,
    forms: Vec<Duration>,
}

impl Times {
    /// Lets a hundred people open the page and ask for a code, each from an address of their own and for a contact of
    /// their own: they meet no limit that is meant for others.
    pub async fn measure(otpd: &Otpd, round: usize) -> Self {
        let mut times = Self::default();
        for person in 0..PEOPLE {
            let mut browser = otpd.browser();
            let address = format!("2001:db8:{round:x}:{person:x}::1");
            let request = browser.request("GET", "/otp/request/").header("x-forwarded-for", &address);
            let page = answered(&mut browser, &request, &mut times.pages).await;
            let form = form_to(&page, "/otp/request/").expect("a form");
            let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let contact = format!("person-{round}-{person}@example.com");
            let typed = [("contact_type", "email"), ("contact_value", contact.as_str())];
            let fields: Vec<_> = hidden.chain(typed).collect();
            let request = browser.form_request(&form.action, &fields).header("x-forwarded-for", &address);
            let reply = answered(&mut browser, &request, &mut times.forms).await;
            assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"), "{}", reply.text());
        }
        times.pages.sort_unstable();
        times.forms.sort_unstable();
        times
    }

    /// The longer of what 99 of 100 pages and 99 of 100 forms took.
    pub fn p99(&self) -> Duration {
        at(&self.pages, 99).max(at(&self.forms, 99))
    }
}

/// Sends a request, as often as a person would, and notes how long each took.
async fn answered(browser: &mut Browser, request: &Request, times: &mut Vec<Duration>) -> Reply {
    for _ in 0..TRIES {
        let began = Instant::now();
        match browser.exchange(request).await {
            Ok(reply) => {
                times.push(began.elapsed());
                return reply;
            }
            Err(error) => {
                println!("{} was not answered: {error}, after {:?}", request.method, began.elapsed());
                times.push(UNANSWERED);
            }
        }
    }
    panic!("{} {} was not answered in {TRIES} tries", request.method, request.target);
}

/// The time that so many of a hundred do not exceed.
fn at(times: &[Duration], percent: usize) -> Duration {
    times[(times.len() * percent).div_ceil(100) - 1]
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |times: &[Duration]| format!("p50 {:?}, p99 {:?}", at(times, 50), at(times, 99));
        write!(f, "page {}; form {}", of(&self.pages), of(&self.forms))
    }
}
