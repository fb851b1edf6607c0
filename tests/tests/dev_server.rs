//! `otpd serve --dev`, as a developer meets it: one command in an empty folder.

use std::process::Stdio;
use std::time::Duration;

use otpd_tests::otpd::{binary, free_address};
use otpd_tests::{Browser, ledger, poll};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn one_command_in_an_empty_folder_is_enough() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = free_address();
    let mut server = Command::new(binary())
        .args(["serve", "--dev"])
        .env_clear()
        .env("OTPD_SERVER__LISTEN", address.to_string())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .expect("otpd starts");
    let mut console = BufReader::new(server.stdout.take().expect("its output")).lines();

    let url = printed(&mut console, "the URL to open", |line| {
        let start = line.find("http://")?;
        Some(line[start..].split_whitespace().next().unwrap_or_default().to_owned())
    })
    .await;
    assert!(url.ends_with(&format!(":{}", address.port())) || url.contains(&format!(":{}/", address.port())), "{url}");
    let mut browser = Browser::new(address);
    poll::until("the first page", Duration::from_secs(5), async || browser.try_get("/otp/request/").await.ok()).await;

    for (kind, contact) in [("email", "test@example.com"), ("phone", "9876543210")] {
        let reply = browser.request_code(kind, contact).await;
        assert_eq!((reply.status, reply.location()), (303, "/otp/verify/"), "{contact}");
        let on_console =
            printed(&mut console, "the code", |line| ledger::code_in(line).filter(|code| code.len() == 6)).await;
        poll::until("the code in the mailbox", Duration::from_secs(5), async || {
            let mailbox = browser.get("/dev/mailbox").await;
            assert_eq!(mailbox.status, 200);
            mailbox.text().contains(&on_console).then_some(())
        })
        .await;
        let reply = browser.verify(&on_console).await;
        assert_eq!((reply.status, reply.location()), (303, "/dashboard/"), "{contact}");
        assert_eq!(browser.get("/dashboard/").await.status, 200);
        browser = Browser::new(address);
    }

    server.kill().await.expect("it can be killed");
}

/// Reads the console until a line has what is looked for.
async fn printed<T>(
    console: &mut tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    what: &str,
    find: impl Fn(&str) -> Option<T>,
) -> T {
    let reading = async {
        while let Some(line) = console.next_line().await.expect("the console can be read") {
            if let Some(found) = find(&line) {
                return found;
            }
        }
        panic!("the console ended without {what}");
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap_or_else(|_| panic!("no {what} on the console"))
}

#[tokio::test]
async fn the_mailbox_page_exists_in_development_only() {
    let otpd = otpd_tests::Otpd::start(otpd_tests::Settings::new()).await;
    assert_eq!(otpd.browser().get("/dev/mailbox").await.status, 404);
}
