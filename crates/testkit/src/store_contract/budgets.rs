//! Budgets of guesses: what is compared, over all codes, contacts, purposes and stores.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::browser::KnownBrowser;
use otpd_domain::challenge::{ChallengeHandle, Purpose};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Addressee, Effect, OverBudget, Redemption, Reservation};
use otpd_domain::visitor::Trail;

use super::world::{after, is_compared, is_done, over, spent_of, together, told};
use super::{Harness, World};
use crate::limits::code_budget;
use crate::sample::{COOLDOWN, MAX_ATTEMPTS, NOW, email, phone, verification};

const HOUR: Duration = Duration::from_hours(1);
/// What the default budget allows in an hour.
const PER_HOUR: usize = 10;

impl World {
    /// A guess from the default budget, by a browser nobody knows.
    async fn guess_tight(&self, handle: &ChallengeHandle, now: Timestamp) -> Reservation {
        self.guess_within(&code_budget(Vec::new()), &Purpose::SignIn, handle, now).await
    }

    /// So many wrong guesses at codes for that contact, a new code for every few; all of them are compared.
    async fn spend_guesses(&self, contact: &Identifier, guesses: usize, now: Timestamp) {
        let mut left = guesses;
        while left > 0 {
            let (handle, _) = self.issue(contact, now).await;
            for _ in 0..left.min(4) {
                assert!(is_compared(&self.guess_tight(&handle, now).await));
            }
            left = left.saturating_sub(4);
        }
    }

    /// The e-mail address and the number of a new account.
    async fn reachable(&self) -> [Identifier; 2] {
        let (id, address) = self.customer().await;
        let number = self.account(id).await.profile.phone.expect("samples have one");
        [address, phone(number.as_str())]
    }
}

/// Four wrong ones and a new code, again and again: the count goes on. What is refused counts for the code all the same.
pub async fn new_codes_give_no_guesses_back<H: Harness>() {
    let world = World::of::<H>().await;
    for contact in [world.customer().await.1, email("nobody@example.com")] {
        world.spend_guesses(&contact, PER_HOUR, NOW).await;
        let (fresh, _) = world.issue(&contact, after(1)).await;
        for attempts_left in (0..MAX_ATTEMPTS).rev() {
            let (over, contact) = (OverBudget { retry_at: NOW.after(HOUR), told: true }, contact.clone());
            let refused = Reservation::OverBudget { over, contact, attempts_left };
            assert_eq!(world.guess_tight(&fresh, after(1)).await, refused);
        }
        assert_eq!(world.guess_tight(&fresh, after(1)).await, Reservation::Exhausted);
        let (next, _) = world.issue(&contact, NOW.after(HOUR)).await;
        assert!(is_compared(&world.guess_tight(&next, NOW.after(HOUR)).await), "the hour is over");
    }
}

/// Twenty a day, whatever the hours allow.
pub async fn a_day_has_its_own_budget<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    world.spend_guesses(&contact, PER_HOUR, NOW).await;
    world.spend_guesses(&contact, PER_HOUR, NOW.after(HOUR * 2)).await;
    let later = NOW.after(HOUR * 12);
    let (handle, _) = world.issue(&contact, later).await;
    assert_eq!(over(&world.guess_tight(&handle, later).await), Some(told(NOW.after(HOUR * 24))));
}

/// However many guess at however many codes at once, no more are compared.
pub async fn parallel_guesses_never_exceed_the_budget<H: Harness>() {
    let world = World::of::<H>().await;
    let contacts = world.reachable().await;
    let mut handles = Vec::new();
    for n in 0..20 {
        handles.push(world.issue(&contacts[n % 2], NOW).await.0);
    }
    let results = together(handles.into_iter().flat_map(|handle| vec![handle; 4]).map(|handle| {
        let world = world.clone();
        async move { world.guess_tight(&handle, NOW).await }
    }))
    .await;
    assert_eq!(results.iter().filter(|guess| is_compared(guess)).count(), PER_HOUR);
    assert_eq!(results.iter().filter(|guess| over(guess).is_some()).count(), 80 - PER_HOUR);
}

/// Sign-in, password, verification: one account, one budget.
pub async fn all_purposes_share_the_budget<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    world.spend_guesses(&contact, PER_HOUR - 2, NOW).await;
    let budget = code_budget(Vec::new());
    for (purpose, addressee) in
        [(Purpose::PasswordReset, Addressee::Holder), (verification("Login"), Addressee::Anyone)]
    {
        let (handle, issue) = world.samples.issue_for(&purpose, addressee, &contact, NOW);
        world.ports.challenges.issue(issue, NOW).await.expect("issued");
        assert!(is_compared(&world.guess_within(&budget, &purpose, &handle, NOW).await));
    }
    let (handle, _) = world.issue(&contact, NOW).await;
    assert_eq!(over(&world.guess_tight(&handle, NOW).await), Some(told(NOW.after(HOUR))));
}

/// Guesses at the account's other contact spend the budget, too, but nobody is told: it would tell that both are one's.
pub async fn the_other_contact_s_part_is_not_told<H: Harness>() {
    let world = World::of::<H>().await;
    let [address, number] = world.reachable().await;
    world.spend_guesses(&address, PER_HOUR - 1, NOW).await;
    world.spend_guesses(&number, 1, after(1)).await;
    for (contact, is_told) in [(&number, false), (&address, false)] {
        let (handle, _) = world.issue(contact, after(2)).await;
        let over = over(&world.guess_tight(&handle, after(2)).await).expect("refused");
        assert_eq!(over.told, is_told, "{contact:?}");
    }
    let [address, number] = world.reachable().await;
    world.spend_guesses(&address, PER_HOUR, NOW).await;
    for (contact, is_told) in [(&number, false), (&address, true)] {
        let (handle, _) = world.issue(contact, after(2)).await;
        let over = over(&world.guess_tight(&handle, after(2)).await).expect("refused");
        assert_eq!(over.told, is_told, "{contact:?}");
    }
}

/// A right guess is given back with its use, to the last one, and nothing else is.
pub async fn a_right_guess_is_given_back_with_its_use<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    world.spend_guesses(&contact, PER_HOUR - 1, NOW).await;
    for n in 1..=3 {
        let (handle, _) = world.issue(&contact, after(n)).await;
        let spent = spent_of(&world.guess_tight(&handle, after(n)).await);
        let effect = Effect::OpenSession { session: world.samples.session(after(n)), replaces: None };
        let redemption = Redemption { effect, spent, trail: Trail::default() };
        let redeemed = world.ports.challenges.redeem(handle.id, redemption.clone(), after(n)).await.expect("answered");
        assert!(is_done(redeemed));
        let again = world.ports.challenges.redeem(handle.id, redemption, after(n)).await.expect("answered");
        assert!(!is_done(again), "and once only");
    }
    let (handle, _) = world.issue(&contact, after(4)).await;
    assert!(is_compared(&world.guess_tight(&handle, after(4)).await), "the tenth");
    assert!(over(&world.guess_tight(&handle, after(4)).await).is_some(), "the eleventh");
}

/// When the use of a right code is refused, its guess stays taken.
pub async fn a_refused_use_gives_nothing_back<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    world.spend_guesses(&contact, PER_HOUR - 1, NOW).await;
    let (handle, _) = world.issue(&contact, NOW).await;
    let spent = spent_of(&world.guess_tight(&handle, NOW).await);
    world.set_active(id, false, NOW).await;
    let effect = Effect::OpenSession { session: world.samples.session(NOW), replaces: None };
    let redemption = Redemption { effect, spent, trail: Trail::default() };
    assert!(!is_done(world.ports.challenges.redeem(handle.id, redemption, NOW).await.expect("answered")));
    world.set_active(id, true, NOW).await;
    let (handle, _) = world.issue(&contact, NOW).await;
    assert!(over(&world.guess_tight(&handle, NOW).await).is_some());
}

/// Nobody guesses a long code: it works when the budget is spent, and takes nothing from it.
pub async fn long_codes_take_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    let long = async |now| {
        let (handle, mut issue) = world.samples.issue(&contact, now);
        issue.challenge.long = true;
        world.ports.challenges.issue(issue, now).await.expect("issued");
        assert!(world.find(handle.id).await.expect("kept").challenge.long);
        handle
    };
    let handle = long(NOW).await;
    for _ in 0..MAX_ATTEMPTS {
        assert_eq!(spent_of(&world.guess_tight(&handle, NOW).await), None);
    }
    assert_eq!(world.guess_tight(&handle, NOW).await, Reservation::Exhausted, "its own guesses are counted");
    world.spend_guesses(&contact, PER_HOUR, NOW).await;
    let handle = long(after(1)).await;
    assert_eq!(spent_of(&world.guess_tight(&handle, after(1)).await), None);
    assert!(is_done(world.redeem(&handle, after(1)).await.1));
}

/// Strangers spend the account's; its own browsers have ten a day together, and one that is known to another account has none.
pub async fn a_known_browser_has_a_budget_of_its_own<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (other, _) = world.customer().await;
    let known = |id| KnownBrowser::new(id, NOW, world.samples.entropy()).expect("seeded entropy does not fail");
    let (own, second, others) = (known(id), known(id), known(other));
    let guess = async |browsers: Vec<KnownBrowser>, now| {
        let (handle, _) = world.issue(&contact, now).await;
        world.guess_within(&code_budget(browsers), &Purpose::SignIn, &handle, now).await
    };
    world.spend_guesses(&contact, PER_HOUR, NOW).await;
    assert!(over(&guess(vec![others], after(1)).await).is_some());
    for n in 0..10 {
        assert!(is_compared(&guess(vec![others, own], after(n)).await), "{n}");
    }
    assert_eq!(
        over(&guess(vec![own], NOW.after(HOUR * 2)).await),
        Some(told(NOW.after(HOUR * 24))),
        "its own are spent"
    );
    assert_eq!(
        over(&guess(vec![second], NOW.after(HOUR * 2)).await),
        Some(told(NOW.after(HOUR * 24))),
        "all browsers known to an account have one: nobody has a thousand by signing in a thousand times"
    );
    assert!(is_compared(&guess(Vec::new(), NOW.after(HOUR * 2)).await), "and the account's are untouched by them");
}

/// The account counts, whether or not it is in use: being disabled gives nothing back.
pub async fn an_inactive_holder_s_budget_is_its_own<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    world.spend_guesses(&contact, 6, NOW).await;
    world.set_active(id, false, NOW).await;
    world.spend_guesses(&contact, PER_HOUR - 6, NOW).await;
    let (handle, _) = world.issue(&contact, NOW).await;
    assert!(over(&world.guess_tight(&handle, NOW).await).is_some());
    world.set_active(id, true, NOW).await;
    let (handle, _) = world.issue(&contact, NOW).await;
    assert!(over(&world.guess_tight(&handle, NOW).await).is_some());
}

/// Nothing is given back by a clock that is set back.
pub async fn a_clock_set_back_gives_no_guesses_back<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    world.spend_guesses(&contact, PER_HOUR, NOW).await;
    for back in [HOUR, HOUR * 24, HOUR * 24 * 30] {
        let now = NOW.before(back);
        let (handle, _) = world.issue(&contact, now).await;
        assert_eq!(over(&world.guess_tight(&handle, now).await), Some(told(NOW.after(HOUR))), "{back:?}");
    }
}

/// Looking takes nothing, and says what a guess would meet.
pub async fn whether_there_is_room_is_asked_for_free<H: Harness>() {
    let world = World::of::<H>().await;
    let [address, number] = world.reachable().await;
    let budget = code_budget(Vec::new());
    let has_room =
        async |contact, now| world.ports.limits.guess_has_room(contact, &budget, now).await.expect("answered");
    world.spend_guesses(&address, PER_HOUR - 1, NOW).await;
    for _ in 0..3 {
        assert!(has_room(&address, NOW).await);
    }
    world.spend_guesses(&address, 1, NOW).await;
    for contact in [&address, &number] {
        assert!(!has_room(contact, NOW).await);
        assert!(has_room(contact, NOW.after(COOLDOWN).after(HOUR)).await);
    }
    assert!(has_room(&email("nobody@example.com"), NOW).await);
}

/// A budget may be spent without a guess: here the clock is set back so that two hours' guesses fall into one. Once a guess is
/// refused everybody who looks knows, so that the next code is a long one.
pub async fn a_budget_that_a_clock_set_back_spends_has_no_room<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = world.customer().await.1;
    let later = NOW.after(HOUR).after(COOLDOWN);
    world.spend_guesses(&contact, PER_HOUR - 1, NOW).await;
    world.spend_guesses(&contact, PER_HOUR - 1, later).await;
    let now = NOW.after(HOUR / 2);
    let (handle, _) = world.issue(&contact, now).await;
    assert!(over(&world.guess_tight(&handle, now).await).is_some());
    let budget = code_budget(Vec::new());
    assert!(!world.ports.limits.guess_has_room(&contact, &budget, now).await.expect("answered"));
}
