//! The file and the developer's mailbox.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::{CaptureMailbox, FileTransport, Handover, SetupError, SmtpTransport, Transport};
use otpd_domain::identifier::Channel;
use otpd_domain::ports::Mailbox;
use otpd_testkit::{FixedClock, sample};

use crate::peer::Peer;
use crate::rendering::{mail, sms};
use crate::world::{Answer, Scripted, accepted};

const LIMIT: Duration = Duration::from_secs(1);

#[tokio::test]
async fn the_file_has_a_json_object_a_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("messages.jsonl");
    let file = FileTransport::open(&path, Arc::new(FixedClock::default())).expect("a file");
    for message in [mail("asha@example.com"), sms("+919876543210")] {
        assert!(matches!(file.probe(&message, LIMIT).await, Handover::Accepted { .. }));
        assert!(matches!(file.send(&message, LIMIT).await, Handover::Accepted { .. }));
    }
    let text = std::fs::read_to_string(&path).expect("the file");
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "probes leave nothing");
    let keys = |line: &serde_json::Value| {
        // Whether the library keeps their order depends on what else is built with it.
        let mut keys: Vec<String> = line.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&lines[0]), ["at", "html", "id", "raw", "subject", "text", "to"]);
    assert_eq!(keys(&lines[1]), ["at", "id", "text", "to"]);
    assert_eq!(lines[0]["at"], sample::NOW.as_millis());
    assert_eq!(lines[0]["to"], "asha@example.com");
    assert!(lines[0]["raw"].as_str().expect("a text").starts_with("From: "));
    assert!(lines[1]["text"].as_str().expect("a text").ends_with("@portal.example #012345"));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("messages.jsonl");
    FileTransport::open(&path, Arc::new(FixedClock::default())).expect("a file");
    let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_that_cannot_be_opened_is_told_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = FileTransport::open(&folder.path().join("no/such/folder"), Arc::new(FixedClock::default()));
    assert!(matches!(opened.err(), Some(SetupError::File { .. })));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_a_reason_to_try_again() {
    let full = FileTransport::open(std::path::Path::new("/dev/full"), Arc::new(FixedClock::default())).expect("open");
    let handover = full.send(&sms("+919876543210"), LIMIT).await;
    assert!(matches!(handover, Handover::Retry { ambiguous: false, .. }), "{handover:?}");
}

#[tokio::test]
async fn the_mailbox_keeps_the_latest_fifty_that_were_accepted() {
    let mailbox = CaptureMailbox::new(Arc::new(FixedClock::default()));
    let inner = Scripted::new(|number| match number {
        0 => Answer::Now(Handover::Failed { reason: "no".to_owned() }),
        _ => accepted(),
    });
    let transport = mailbox.wrap(inner.clone());
    transport.probe(&mail("nobody@example.com"), LIMIT).await;
    for number in 0..=60 {
        transport.send(&mail(&format!("asha{number}@example.com")), LIMIT).await;
    }
    mailbox.wrap(Scripted::new(|_| accepted())).send(&sms("+919876543210"), LIMIT).await;
    let kept = mailbox.recent();
    assert_eq!(kept.len(), 50);
    assert_eq!((kept[0].channel, kept[0].to.as_str(), kept[0].subject.as_str()), (Channel::Sms, "+919876543210", ""));
    assert_eq!(kept[1].to, "asha60@example.com", "the newest first");
    assert_eq!(kept[1].subject, "Your sign-in code for Waste Billing");
    assert!(kept[1].text.contains("012345"));
    assert_eq!(kept[49].to, "asha12@example.com");
    assert_eq!(inner.count(), 61);
}

#[tokio::test]
async fn a_message_of_the_other_channel_is_refused() {
    let peer = Peer::start(&[]).await;
    let transport: SmtpTransport = peer.transport();
    assert!(matches!(transport.send(&sms("+919876543210"), LIMIT).await, Handover::Failed { .. }));
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn smtp_takes_its_leave() {
    let peer = Peer::start(&[]).await;
    let transport = peer.transport();
    assert!(matches!(transport.send(&mail("asha@example.com"), LIMIT).await, Handover::Accepted { .. }));
    transport.close().await;
    assert_eq!(peer.commands().last().map(String::as_str), Some("QUIT"));
}
