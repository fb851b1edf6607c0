//! What sends are charged to.

use std::time::Duration;

use otpd_domain::Timestamp;
use otpd_domain::browser::KnownBrowser;
use otpd_domain::challenge::{ChallengeHandle, Purpose, Subject};
use otpd_domain::identifier::Identifier;
use otpd_domain::ports::{Addressee, Charge, Denied, Issue, Issued, LimitedBy, Registered, Reissued};

use super::world::{after, is_issued, limited, rate_is_up, together};
use super::{Harness, World};
use crate::limits::{charge_to, contact_charge, cooldown, limit};
use crate::sample::{COOLDOWN, NOW, RATE, email};

const MILLI: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_mins(1);

/// As many as the rate says, and one more in the millisecond in which the first leaves it.
pub async fn a_charge_holds_its_rate_to_the_millisecond<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let charge = contact_charge(&contact, "3/10m, 4/h", &[]);
    for now in [NOW, after(1_000), after(2_000)] {
        assert!(is_issued(&world.charged(&contact, charge.clone(), now).await.1));
    }
    let free = NOW.after(MINUTE * 10);
    for now in [after(3_000), free.before(MILLI)] {
        let (handle, issued) = world.charged(&contact, charge.clone(), now).await;
        assert_eq!(issued, limited(LimitedBy::Contact, free));
        assert!(world.find(handle.id).await.is_none());
    }
    assert!(is_issued(&world.charged(&contact, charge.clone(), free).await.1));
    let denied = limited(LimitedBy::Contact, NOW.after(MINUTE * 60));
    assert_eq!(
        world.charged(&contact, charge, free.after(MINUTE * 20)).await.1,
        denied,
        "of both rates the longer one"
    );
}

/// However many come at once, for each key exactly as many go out as its rate says.
pub async fn parallel_sends_never_exceed_a_rate<H: Harness>() {
    let world = World::of::<H>().await;
    let keys = [(LimitedBy::Client, "client", 30), (LimitedBy::Block, "block", 5), (LimitedBy::Country, "country", 17)];
    for (by, name, allowed) in keys {
        let results = together((0..64).map(|n| {
            let (world, contact) = (world.clone(), email(&format!("{name}{n}@example.com")));
            let charge = charge_to(&[limit(by, name, &format!("{allowed}/h"))]);
            async move { world.charged(&contact, charge, NOW).await.1 }
        }))
        .await;
        assert_eq!(results.iter().filter(|issued| is_issued(issued)).count(), allowed, "{name}");
        let denied = limited(by, NOW.after(MINUTE * 60));
        assert!(results.iter().all(|issued| is_issued(issued) || *issued == denied));
    }
}

/// What one limit denies takes nothing from the others, and writes nothing.
pub async fn a_denied_send_spends_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let (free, full) = (limit(LimitedBy::Block, "free", "1/h"), limit(LimitedBy::Client, "full", "1/h"));
    let contact = email("a@example.com");
    assert!(is_issued(&world.charged(&contact, charge_to(std::slice::from_ref(&full)), NOW).await.1));
    let both = Charge { limits: vec![free.clone(), full], ..contact_charge(&contact, "1/h", &[]) };
    for n in 1..4 {
        let (handle, issued) = world.charged(&contact, both.clone(), after(n)).await;
        assert_eq!(issued, limited(LimitedBy::Client, NOW.after(MINUTE * 60)));
        assert!(world.find(handle.id).await.is_none());
    }
    assert_eq!(world.claim(after(9), 10).await.len(), 1, "of the first one alone");
    let others = Charge { limits: vec![free], ..contact_charge(&contact, "1/h", &[]) };
    assert!(is_issued(&world.charged(&contact, others, after(9)).await.1));
}

/// The waits grow with the sends, and other purposes have waits of their own.
pub async fn waits_grow_with_the_sends<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let marked = |mark| {
        let mut charge = contact_charge(&contact, "100/h", &[]);
        let own = charge.contact.as_mut().expect("it has one");
        (own.mark, own.cooldown) = (mark, Some(cooldown()));
        charge
    };
    let mut now = NOW;
    for wait in [30, 60, 120, 120] {
        assert!(is_issued(&world.charged(&contact, marked(1), now).await.1));
        let rested = now.after(Duration::from_secs(wait));
        for soon in [now, rested.before(MILLI)] {
            let issued = world.charged(&contact, marked(1), soon).await.1;
            assert_eq!(issued, limited(LimitedBy::Cooldown, rested));
        }
        now = rested;
    }
    assert!(is_issued(&world.charged(&contact, marked(2), after(1)).await.1), "another purpose");
    assert!(
        is_issued(&world.charged(&contact, marked(1).without_cooldown(), after(2)).await.1),
        "waited for elsewhere"
    );
}

/// Twenty at once are one.
pub async fn of_twenty_parallel_first_sends_one_is_done<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let results = together((0..20).map(|_| {
        let (world, contact) = (world.clone(), contact.clone());
        let mut charge = contact_charge(&contact, "3/10m", &[]);
        charge.contact.as_mut().expect("it has one").cooldown = Some(cooldown());
        async move { world.charged_for(&Purpose::SignIn, Addressee::Holder, &contact, charge, NOW).await.1 }
    }))
    .await;
    assert_eq!(results.iter().filter(|issued| is_issued(issued)).count(), 1);
    assert_eq!(world.claim(NOW, 100).await.len(), 1);
}

/// Strangers use the contact's sends up; the owner's browsers have some besides, and nobody else's have.
pub async fn a_known_browser_has_sends_of_its_own<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (other, _) = world.customer().await;
    let known = |id| KnownBrowser::new(id, NOW, world.samples.entropy()).expect("seeded entropy does not fail");
    let (own, second, others) = (known(id), known(id), known(other));
    let send = async |known: &[KnownBrowser], now: Timestamp| {
        let charge = contact_charge(&contact, "1/d", known);
        world.charged_for(&Purpose::SignIn, Addressee::Holder, &contact, charge, now).await.1
    };
    assert!(is_issued(&send(&[own], NOW).await), "taken from the contact's first");
    let denied = limited(LimitedBy::Contact, NOW.after(MINUTE * 60 * 24));
    assert_eq!(send(&[], after(1)).await, denied);
    assert_eq!(send(&[others], after(2)).await, denied);
    for n in 0..5 {
        assert!(is_issued(&send(&[others, own], after(3 + n)).await), "{n}");
    }
    let denied = limited(LimitedBy::Contact, after(7).after(MINUTE * 60 * 24));
    assert_eq!(send(&[own], after(8)).await, denied, "those count for the contact, too");
    assert_eq!(send(&[second], after(9)).await, denied, "all browsers known to an account have them together");
}

/// The same sends, the same answers, whoever has the contact.
pub async fn known_and_unknown_contacts_are_charged_alike<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, known) = world.customer().await;
    let unknown = email("nobody@example.com");
    let browser = KnownBrowser::new(id, NOW, world.samples.entropy()).expect("seeded entropy does not fail");
    let answers = async |contact: &Identifier, browsers: &[KnownBrowser]| {
        let mut answers = Vec::new();
        for minute in 0..30_u32 {
            let mut charge = contact_charge(contact, "3/10m, 6/h", browsers);
            charge.contact.as_mut().expect("it has one").cooldown = Some(cooldown());
            let now = NOW.after(MINUTE * minute);
            let issued = world.charged_for(&Purpose::SignIn, Addressee::Holder, contact, charge, now).await.1;
            answers.push(match issued {
                Issued::Limited(denied) => Some(denied),
                _ => None,
            });
        }
        answers
    };
    assert_eq!(answers(&known, &[]).await, answers(&unknown, &[]).await);
    let other = email("another@example.com");
    assert_eq!(answers(&other, &[browser]).await, answers(&email("third@example.com"), &[]).await);
}

/// Two limits of one thing are one list of moments, kept for the longer of them.
pub async fn limits_that_share_a_ledger_spend_it_once<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let long = limit(LimitedBy::Client, "same", "4/h");
    let both = charge_to(&[limit(LimitedBy::ProofNeeded, "same", "2/1m"), long.clone()]);
    for now in [NOW, after(1)] {
        assert!(is_issued(&world.charged(&contact, both.clone(), now).await.1));
    }
    assert_eq!(
        world.charged(&contact, both.clone(), after(2)).await.1,
        limited(LimitedBy::ProofNeeded, NOW.after(MINUTE))
    );
    let later = NOW.after(MINUTE * 2);
    for _ in 0..2 {
        assert!(is_issued(&world.charged(&contact, both.clone(), later).await.1));
    }
    let denied = limited(LimitedBy::Client, NOW.after(MINUTE * 60));
    assert_eq!(world.charged(&contact, charge_to(&[long]), NOW.after(MINUTE * 5)).await.1, denied);
}

/// However many hand the same proof in at once.
pub async fn a_proof_is_used_once<H: Harness>() {
    let world = World::of::<H>().await;
    let results = together((0..20).map(|n| {
        let (world, contact) = (world.clone(), email(&format!("a{n}@example.com")));
        let charge = charge_to(&[limit(LimitedBy::ProofUsed, "a proof", "1/d")]);
        async move { world.charged(&contact, charge, after(n)).await.1 }
    }))
    .await;
    assert_eq!(results.iter().filter(|issued| is_issued(issued)).count(), 1);
    let used = |issued: &Issued| matches!(issued, Issued::Limited(Denied { by: LimitedBy::ProofUsed, .. }));
    assert_eq!(results.iter().filter(|issued| used(issued)).count(), 19);
}

/// Its codes are charged one after the other, on what the first one spent; all are sent or none is.
pub async fn a_registration_is_charged_for_all_its_codes_or_for_none<H: Harness>() {
    let world = World::of::<H>().await;
    let client = charge_to(&[limit(LimitedBy::Client, "client", "3/h")]);
    let register = async |now: Timestamp| {
        let given = world.samples.registration(now);
        let issues = world.issues_for(&given, now).await.into_iter();
        let issues = issues.map(|(_, issue)| Issue { charge: client.clone(), ..issue }).collect();
        world.ports.challenges.register(given, issues, now).await.expect("answered")
    };
    assert!(matches!(register(NOW).await, Registered::Done { .. }));
    let denied = Denied { by: LimitedBy::Client, retry_at: NOW.after(MINUTE * 60) };
    for n in 1..4 {
        assert_eq!(register(after(n)).await, Registered::Limited(denied), "one of two would fit");
    }
    assert_eq!(world.claim(after(5), 10).await.len(), 2);
    assert!(is_issued(&world.charged(&email("a@example.com"), client.clone(), after(5)).await.1), "and is left");
    assert_eq!(world.ports.limits.look(&client, after(6)).await.expect("answered"), Err(denied));
}

/// A code sent again is charged as any other, after its wait; when it is denied, the old one stands.
pub async fn a_reissue_is_charged<H: Harness>() {
    let world = World::of::<H>().await;
    let (id, contact) = world.customer().await;
    let (first, _) = world.issue(&contact, NOW).await;
    let charge = charge_to(&[limit(LimitedBy::Client, "client", "1/h")]);
    let again = async |old: &ChallengeHandle, now: Timestamp| {
        let (handle, issue) = world.samples.issue(&contact, now);
        let issue = Issue { charge: charge.clone(), ..issue };
        (handle, world.ports.challenges.reissue(old, issue, now).await.expect("answered"))
    };
    assert!(matches!(again(&first, after(1)).await.1, Reissued::TooSoon { .. }));
    let now = NOW.after(COOLDOWN);
    let (second, reissued) = again(&first, now).await;
    assert_eq!(reissued, Reissued::Done { subject: Subject::Account(id) }, "too soon took nothing");
    let denied = Denied { by: LimitedBy::Client, retry_at: now.after(MINUTE * 60) };
    let later = now.after(COOLDOWN);
    assert_eq!(again(&second, later).await.1, Reissued::Limited(denied));
    assert!(world.find(second.id).await.expect("kept").is_alive(later));
}

/// Nothing is given back by a clock that is set back.
pub async fn a_clock_set_back_gives_no_sends_back<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let charge = contact_charge(&contact, "2/h", &[]);
    for now in [NOW, after(1)] {
        assert!(is_issued(&world.charged(&contact, charge.clone(), now).await.1));
    }
    for back in [MINUTE, MINUTE * 60, MINUTE * 60 * 24 * 7] {
        let issued = world.charged(&contact, charge.clone(), NOW.before(back)).await.1;
        assert_eq!(issued, limited(LimitedBy::Contact, NOW.after(MINUTE * 60)), "{back:?}");
    }
}

/// Looking takes nothing; the purpose's own rate and turn come before any charge.
pub async fn a_look_spends_nothing<H: Harness>() {
    let world = World::of::<H>().await;
    let contact = email("a@example.com");
    let charge =
        Charge { limits: vec![limit(LimitedBy::Client, "client", "1/h")], ..contact_charge(&contact, "1/h", &[]) };
    for _ in 0..3 {
        assert_eq!(world.ports.limits.look(&charge, NOW).await.expect("answered"), Ok(()));
    }
    let mut newest = None;
    for n in 0..u64::from(RATE.sends) {
        newest = Some(world.send(&contact, newest, after(n)).await.0.id);
    }
    let (_, mut issue) =
        world.samples.issue_for(&crate::sample::verification("Login"), Addressee::Anyone, &contact, after(5));
    (issue.turn, issue.charge) = (Some(crate::sample::turn(newest)), charge.clone());
    let issued = world.ports.challenges.issue(issue, after(5)).await.expect("answered");
    assert_eq!(issued, Issued::Limited(rate_is_up(NOW.after(RATE.within))));
    assert_eq!(world.ports.limits.look(&charge, after(6)).await.expect("answered"), Ok(()));
    assert!(is_issued(&world.charged(&contact, charge.clone(), after(7)).await.1));
    let denied = Denied { by: LimitedBy::Contact, retry_at: after(7).after(MINUTE * 60) };
    assert_eq!(world.ports.limits.look(&charge, after(8)).await.expect("answered"), Err(denied));
}
