//! Two thousand slow connections and bodies without end, while others want to sign in.
//!
//! A binary of its own, so that no other test takes the machine from it meanwhile.

mod attack;
mod people;

use std::time::Duration;

use attack::{Attack, CONNECTIONS};
use otpd_tests::browser::SESSION;
use otpd_tests::{Otpd, Settings};
use people::Times;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::Mutex;

/// What a healthy request may take, for 99 of 100.
const P99: Duration = Duration::from_secs(1);
/// Whoever else uses the machine may spoil one round of measuring, or two.
const ROUNDS: usize = 3;
/// What a slow connection may cost the server, in KiB: a head of the largest size, a body of the largest size, and half as
/// much again for the rest.
const OF_A_CONNECTION: u64 = 32 + 64 + 48;

/// One flood at a time.
static TURN: Mutex<()> = Mutex::const_new(());

/// Lets this process have as many connections as the attack needs.
fn raise_own_limit() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = Some(CONNECTIONS as u64 + 1_000).max(limit.current);
    setrlimit(Resource::Nofile, Rlimit { current: wanted, ..limit }).expect("the test itself needs file handles");
}

/// Floods a server and measures what others see of it.
async fn healthy_requests_go_on(settings: Settings) {
    let _turn = TURN.lock().await;
    raise_own_limit();
    // The people come from addresses of their own, as they would: a proxy says which.
    let otpd = Otpd::start(settings.with("server.trusted_proxies", "127.0.0.1")).await;
    let calm = Times::measure(&otpd, 0).await;
    let before = otpd.memory_kib();
    println!("calm:  {calm}; {before} KiB");

    let attack = Attack::begin(otpd.address).await;
    let mut best = Times::measure(&otpd, 1).await;
    println!("flood: {best}; {attack}");
    for round in 2..=ROUNDS {
        if best.p99() < P99 {
            break;
        }
        let times = Times::measure(&otpd, round).await;
        println!("flood: {times}; {attack}");
        best = if times.p99() < best.p99() { times } else { best };
    }
    let mut browser = otpd.sign_in("email", "test@example.com").await;
    assert!(browser.cookie(SESSION).is_some());
    let (during, peak) = (otpd.memory_kib(), otpd.peak_memory_kib());
    println!("memory: {before} KiB before, {during} KiB during, {peak} KiB at most");
    assert!(attack.is_going_on(), "the attackers have given up: {attack}");
    attack.end();

    assert!(best.p99() < P99, "{best}");
    assert!(peak < before + CONNECTIONS as u64 * OF_A_CONNECTION, "{peak} KiB");
    assert_eq!(browser.get("/dashboard/").await.status, 200);
    assert!(!otpd.log().contains("panick"), "{}", otpd.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn healthy_requests_go_on_among_2000_slow_connections_and_bodies_without_end() {
    healthy_requests_go_on(Settings::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn healthy_requests_go_on_in_a_server_with_256_file_handles() {
    healthy_requests_go_on(Settings::new().limited("-n 256")).await;
}
