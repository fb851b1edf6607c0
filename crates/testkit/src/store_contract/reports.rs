//! What providers say of messages they took.

use std::time::Duration;

use otpd_domain::message::{DeliveryReport, Receipt, ReportedStage, SmsSize, TryOutcome};
use otpd_domain::ports::{SmsTotals, Stats};

use super::clean_up::clean;
use super::world::after;
use super::{Harness, World};
use crate::sample::{NOW, email, phone};

fn receipt(reference: &str, size: Option<SmsSize>) -> TryOutcome {
    let (transport, reference) = ("twilio".to_owned(), Some(reference.to_owned()));
    TryOutcome::Accepted(Receipt { transport, reference, segments: size })
}

fn report(reference: &str, stage: ReportedStage) -> DeliveryReport {
    let (transport, reference) = ("twilio".to_owned(), reference.to_owned());
    DeliveryReport { transport, reference, stage, error_code: Some("30003".to_owned()) }
}

async fn stats(world: &World) -> Stats {
    world.ports.upkeep.stats(NOW, after(1_000)).await.expect("answered")
}

/// A text message of that many segments, handed over.
async fn sent(world: &World, reference: &str, count: u32, unicode: bool) {
    world.send(&phone(&format!("+91987654{reference}")), None, NOW).await;
    let claimed = world.claim(NOW, 1).await.remove(0);
    world.record(&claimed, receipt(reference, Some(SmsSize { count, unicode })), NOW).await;
}

/// By transport and reference; anything else is nobody's.
pub async fn a_report_finds_its_message_by_the_provider_s_name<H: Harness>() {
    let world = World::of::<H>().await;
    sent(&world, "1001", 1, false).await;
    let note = async |report| world.ports.outbox.record_report(report, NOW).await.expect("answered");
    let delivered = report("1001", ReportedStage::Delivered);
    assert!(!note(report("1002", ReportedStage::Delivered)).await);
    assert!(!note(DeliveryReport { transport: "other".to_owned(), ..delivered.clone() }).await);
    assert_eq!(stats(&world).await.sms_totals.delivered, 0);
    assert!(note(delivered).await);
    assert_eq!(stats(&world).await.sms_totals.delivered, 1);
}

/// Whatever order the reports come in, and however often.
pub async fn a_report_never_goes_back<H: Harness>() {
    use ReportedStage::{Delivered, Sent, Undelivered};
    let world = World::of::<H>().await;
    sent(&world, "1001", 1, false).await;
    let reached = [(Sent, (0, 0)), (Undelivered, (0, 1)), (Sent, (0, 1)), (Undelivered, (0, 1))];
    for (stage, (delivered, undelivered)) in reached.into_iter().chain([(Delivered, (1, 0)), (Undelivered, (1, 0))]) {
        assert!(world.ports.outbox.record_report(report("1001", stage), NOW).await.expect("answered"));
        let totals = stats(&world).await.sms_totals;
        assert_eq!((totals.delivered, totals.undelivered), (delivered, undelivered), "{stage:?}");
    }
}

/// A receipt that comes after the message was ended is not its.
pub async fn an_ended_message_takes_no_other_receipt<H: Harness>() {
    let world = World::of::<H>().await;
    world.send(&phone("+919876541001"), None, NOW).await;
    let claimed = world.claim(NOW, 1).await.remove(0);
    world.record(&claimed, receipt("first", None), NOW).await;
    world.record(&claimed, receipt("second", None), NOW).await;
    let known = async |name| {
        let report = report(name, ReportedStage::Sent);
        world.ports.outbox.record_report(report, NOW).await.expect("answered")
    };
    assert!(known("first").await && !known("second").await);
}

/// Messages by alphabet, segments and fates; not those that were withheld, nor e-mails. They outlive a clean-up.
pub async fn text_messages_are_summed_up<H: Harness>() {
    let world = World::of::<H>().await;
    sent(&world, "1001", 1, false).await;
    sent(&world, "1002", 2, false).await;
    sent(&world, "1003", 3, true).await;
    world.issue(&phone("+919876549999"), NOW).await;
    let withheld = world.claim(NOW, 1).await.remove(0);
    assert!(withheld.withheld);
    world.record(&withheld, receipt("none", Some(SmsSize { count: 9, unicode: false })), NOW).await;
    world.send(&email("a@example.com"), None, NOW).await;
    let mail = world.claim(NOW, 1).await.remove(0);
    world.record(&mail, receipt("mail", None), NOW).await;
    for (reference, stage) in [("1001", ReportedStage::Delivered), ("1003", ReportedStage::Undelivered)] {
        assert!(world.ports.outbox.record_report(report(reference, stage), NOW).await.expect("answered"));
    }
    let expected = SmsTotals { gsm7: 2, ucs2: 1, segments: 6, delivered: 1, undelivered: 1 };
    assert_eq!(stats(&world).await.sms_totals, expected);
    clean(&world, NOW.after(Duration::from_hours(72))).await;
    assert_eq!(stats(&world).await.sms_totals, expected);
    clean(&world, NOW.after(Duration::from_hours(24 * 30))).await;
    sent(&world, "1004", 1, true).await;
    let later = SmsTotals { ucs2: 2, segments: 7, ..expected };
    assert_eq!(stats(&world).await.sms_totals, later);
}
