//! A server from its start to its end.

mod support;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Place, Serving, get, request};

#[test]
fn a_development_server_starts_from_nothing_and_ends_in_good_order() {
    let place = Place::empty();
    let mut server = Serving::start(&place, &["--dev"], &[("OTPD_SERVER__LISTEN", "127.0.0.1:0")]);
    let address = server.address();
    assert!(server.line_with("Open").contains(&format!("http://{address}/")));
    assert!(server.line_with("Sign in as").contains("test@example.com or 9876543210"));
    assert!(server.line_with("API").contains(&format!("http://{address}/api/docs")));
    assert!(server.line_with("Register").contains("/register/"));
    let line = server.line_with("Password");
    let words = line.trim().strip_prefix("Password").expect("its heading").split("   ");
    let password = words.map(str::trim).find(|part| !part.is_empty()).expect("a password");
    let body = serde_json::json!({ "email": "test@example.com", "password": password }).to_string();
    let json = [("Content-Type", "application/json")];
    let (status, reply) = request(&address, "POST /api/login/", &json, &body);
    assert!(status == 200 && reply.contains("\"token\""), "{reply}");
    assert_eq!(get(&address, "/health/ready").0, 200);
    assert_eq!(get(&address, "/otp/request/").0, 200);
    assert_eq!(get(&address, "/dev/mailbox").0, 200);
    let env = [("OTPD_DATABASE__URL", "sqlite:otpd-dev.db"), ("OTPD_PHONE__DEFAULT_REGION", "IN")];
    let demo = place.run_with(&["account", "show", "9876543210", "--json"], &env);
    let demo: serde_json::Value = serde_json::from_str(&demo.out).expect("JSON");
    assert_eq!((&demo["name"], &demo["email"]), (&"Test Customer".into(), &"test@example.com".into()));
    assert_eq!((&demo["has_password"], &demo["first_name"]), (&true.into(), &"Test".into()));
    assert_eq!(support::mode(&place.path("otpd-dev.keys")), 0o600);
    server.signal(Signal::TERM);
    assert_eq!(server.end().code(), Some(0));
    server.line_with("stopped");
    // A second start finds everything there.
    let mut again = Serving::start(&place, &["--dev"], &[("OTPD_SERVER__LISTEN", "127.0.0.1:0")]);
    assert_eq!(get(&again.address(), "/health/ready").0, 200);
    assert!(again.line_with("Password").contains(password), "it is still the demo password");
    again.signal(Signal::INT);
    assert_eq!(again.end().code(), Some(0));
}

#[test]
fn a_production_server_answers_and_has_no_mailbox() {
    let place = Place::ready();
    let mut server = Serving::start(&place, &[], &[("OTPD_LOG__FORMAT", "json")]);
    let line = server.line_with("\"ready\"");
    let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
    let address = line["address"].as_str().expect("an address").to_owned();
    server.line_with("server.trusted_proxies does not name it");
    assert_eq!(get(&address, "/health/ready").0, 200);
    assert_eq!(get(&address, "/dev/mailbox").0, 404);
    server.signal(Signal::TERM);
    assert_eq!(server.end().code(), Some(0));
}

#[test]
fn without_what_it_needs_it_refuses_to_start() {
    let place = Place::empty();
    let said = place.fails(&["serve"]);
    assert!(said.contains("server.public_url") && said.contains("otpd serve --dev"), "{said}");
    let both = place.run_with(&["serve"], &[("OTPD_LOG__FORMAT", "xml")]).err;
    assert!(both.contains("server.public_url") && both.contains("log.format"), "all at once: {both}");
    place.write("otpd.toml", "[server]\npublic_url = \"https://signin.example.org\"\nlisten = \"127.0.0.1:0\"");
    assert!(place.fails(&["serve"]).contains("otpd keys generate"));
    place.ok(&["keys", "generate"]);
    assert!(place.fails(&["serve"]).contains("otpd migrate"));
    place.ok(&["migrate"]);
    std::fs::set_permissions(place.path("otpd.keys"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .expect("chmod");
    assert!(place.fails(&["serve"]).contains("chmod 600"));
    assert!(place.fails(&["serve", "--config", "nowhere.toml"]).contains("nowhere.toml"));
}

#[test]
fn two_servers_do_not_share_a_database() {
    let place = Place::ready();
    let mut first = Serving::start(&place, &[], &[]);
    first.address();
    assert!(place.fails(&["serve"]).contains("another otpd serves"));
    place.ok(&["backup", "copy.db"]);
    assert!(place.run(&["restore", "copy.db"]).code == 1, "nor is it replaced under a server");
    place.ok(&["account", "create", "--name", "Asha", "--email", "asha@example.org"]);
}

#[test]
fn a_taken_port_is_told_and_a_development_server_takes_another() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let place = Place::ready();
    let ran = place.run_with(&["serve"], &[("OTPD_SERVER__LISTEN", &address)]);
    assert!(ran.code == 1 && ran.err.contains(&address) && ran.err.contains("server.listen"), "{ran:?}");
    // The default port may be free or taken on the machine that runs the test: make sure that it is taken.
    let _default = TcpListener::bind("127.0.0.1:8080");
    let place = Place::empty();
    let mut server = Serving::start(&place, &["--dev"], &[]);
    server.line_with("Port 8080 is taken");
    let address = server.address();
    assert_ne!(address, "127.0.0.1:8080");
    assert!(server.line_with("Open").contains(&format!("http://{address}/")));
    assert_eq!(get(&address, "/health/ready").0, 200);
}

#[test]
fn it_stops_at_once_when_nothing_is_under_way_and_a_second_signal_ends_it() {
    let place = Place::ready();
    let mut server = Serving::start(&place, &[], &[]);
    let address = server.address();
    assert_eq!(get(&address, "/health/live").0, 200);
    let asked_at = Instant::now();
    server.signal(Signal::TERM);
    assert_eq!(server.end().code(), Some(0));
    assert!(asked_at.elapsed() < Duration::from_secs(5), "{:?}", asked_at.elapsed());
    // A request that never ends keeps the server draining; the second signal does not wait for it.
    let mut server = Serving::start(&place, &[], &[]);
    let address = server.address();
    let mut slow = std::net::TcpStream::connect(&address).expect("a connection");
    let head = "POST /otp/request/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\n";
    std::io::Write::write_all(&mut slow, head.as_bytes()).expect("sent");
    // An answer on another connection shows that the first one has been taken in.
    assert_eq!(get(&address, "/health/live").0, 200);
    server.signal(Signal::TERM);
    server.line_with("stopping");
    server.signal(Signal::TERM);
    assert_eq!(server.end().code(), Some(1));
}

#[test]
fn it_cleans_up_now_and_then() {
    let place = Place::ready();
    let mut server =
        Serving::start(&place, &[], &[("OTPD_CLEANUP__INTERVAL", "1s"), ("OTPD_LOG__LEVEL", "info,otpd=debug")]);
    server.line_with("cleaned up");
}
