//! What those who run the server are shown, and what it leaves behind, holds neither digits nor the long code that replaces them
//! once somebody has spent the budget of guesses.

use otpd_tests::http::{Request, send};
use otpd_tests::otpd::free_address;
use otpd_tests::{Otpd, Settings};

use crate::doors::wrong;

const EMAIL: &str = "test@example.com";
/// What staff looks at.
const LOOKS: [&[&str]; 8] = [
    &["stats"],
    &["stats", "--json"],
    &["audit"],
    &["audit", "--json"],
    &["sms", "blocks", "--json"],
    &["account", "list"],
    &["account", "show", EMAIL],
    &["check"],
];

#[tokio::test]
async fn neither_kind_of_code_is_in_figures_lists_files_or_log() {
    let metrics = free_address();
    let settings = Settings::new()
        .with("challenges.code_length", "10")
        .with("limits.send.cooldown", "0s")
        .with("limits.guess.per_account", "1/h")
        .with("server.metrics_listen", &metrics.to_string())
        .with("log.level", "trace");
    let mut otpd = Otpd::start(settings).await;
    let (mut stranger, mut owner) = (otpd.browser(), otpd.browser());
    stranger.request_code("email", EMAIL).await;
    let short = otpd.message_to(EMAIL, 1).await.code;
    assert_eq!(short.len(), 10);
    stranger.verify(&wrong(&short)).await;
    owner.request_code("email", EMAIL).await;
    let mail = otpd.message_to(EMAIL, 2).await;
    let long = mail.long_code().unwrap_or_else(|| panic!("no long code in: {}", mail.text));
    let bare = long.replace('-', "");
    let typed = bare.to_lowercase();
    assert_eq!(owner.verify(&typed).await.location(), "/dashboard/");

    let mut shown = vec![("metrics".to_owned(), figures(metrics).await.into_bytes())];
    for look in LOOKS {
        shown.push((format!("otpd {}", look.join(" ")), otpd.run_well(look).await.into_bytes()));
    }
    otpd.run_well(&["backup", "backup.db"]).await;
    otpd.kill().await;
    for file in ["otpd.db", "otpd.db-wal", "backup.db", "log"] {
        shown.push((file.to_owned(), std::fs::read(otpd.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))));
    }
    for (place, bytes) in &shown {
        assert!(!bytes.is_empty(), "{place} is empty");
        for code in [&short, &wrong(&short), &long, &bare, &typed] {
            let found = bytes.windows(code.len()).any(|window| window == code.as_bytes());
            assert!(!found, "{place} has {code}");
        }
    }
}

/// The figures, and that they are of what happened.
async fn figures(metrics: std::net::SocketAddr) -> String {
    let text = send(metrics, &Request::new("GET", "/metrics")).await.expect("a reply").text();
    assert!(text.contains("otpd_wrong_codes_total 1"), "{text}");
    assert!(!text.contains("example.com") && !text.contains("9876543210"), "{text}");
    text
}
