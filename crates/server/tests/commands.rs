//! Every command against the real binary, in a folder of its own.

mod support;

use support::{Place, mode};

#[test]
fn keys_are_made_listed_and_rotated() {
    let place = Place::empty();
    assert!(place.fails(&["keys", "list"]).contains("otpd keys generate"));
    place.ok(&["keys", "generate"]);
    assert_eq!(mode(&place.path("otpd.keys")), 0o600);
    assert!(place.fails(&["keys", "generate"]).contains("otpd keys rotate"));
    let first = place.read("otpd.keys");
    assert!(place.ok(&["keys", "rotate"]).contains("added key 2"));
    assert!(place.read("otpd.keys").starts_with(&first), "the first key stays as it was");
    let listed = place.ok(&["keys", "list"]);
    let secret = first.split_whitespace().last().expect("a secret");
    assert!(listed.contains("in use") && !listed.contains(secret), "{listed}");
    assert!(place.ok(&["keys", "rotate", "--keep", "1"]).contains("deleted key 1, 2"));
}

#[test]
fn migrations_go_up_and_down() {
    let place = Place::empty();
    assert!(place.ok(&["migrate", "--status"]).starts_with("[ ]"));
    assert!(!place.path("otpd.db").exists(), "looking changes nothing");
    assert!(place.fails(&["account", "list"]).contains("otpd migrate"));
    assert!(place.ok(&["migrate"]).contains("from version 0 to"));
    assert_eq!(mode(&place.path("otpd.db")), 0o600);
    assert!(place.ok(&["migrate"]).contains("nothing to do"));
    assert!(!place.ok(&["migrate", "--status"]).contains("[ ]"));
    assert!(place.ok(&["migrate", "--to", "0"]).contains("taken back"));
    assert!(!place.ok(&["migrate", "--status"]).contains("[X]"));
    assert!(place.fails(&["migrate", "--to", "4000"]).contains("4000"));
}

#[test]
fn an_account_from_its_creation_to_its_end() {
    let place = Place::ready();
    let created =
        place.ok(&["account", "create", "--name", "Asha Rao", "--email", "Asha@Example.org", "--phone", "98765 43210"]);
    assert_eq!(created, "created account 1\n");
    for meant in ["1", "asha@example.org", "9876543210", "+91 98765-43210"] {
        let shown = place.json(&["account", "show", meant, "--json"]);
        assert_eq!(shown["email"], "asha@example.org", "{meant}");
        assert_eq!(shown["phone"], "+919876543210");
        assert_eq!(shown["customer_type"], "Household");
        assert_eq!((&shown["active"], &shown["has_password"]), (&true.into(), &false.into()));
    }
    assert!(place.ok(&["account", "set-role", "1", "staff"]).contains("was customer and is staff"));
    assert!(place.ok(&["account", "list", "--role", "staff"]).contains("Asha Rao"));
    assert_eq!(place.json(&["account", "list", "--role", "customer", "--json"]), serde_json::json!([]));
    assert!(place.ok(&["account", "disable", "asha@example.org"]).contains("can no longer sign in"));
    assert_eq!(place.json(&["account", "show", "1", "--json"])["active"], false);
    assert!(place.ok(&["account", "show", "1"]).contains("active sessions  0"));
}

#[test]
fn a_wrong_account_is_told_with_everything_that_is_wrong() {
    let place = Place::ready();
    place.ok(&["account", "create", "--name", "Asha", "--email", "asha@example.org"]);
    let said = place.fails(&[
        "account", "create", "--name", "", "--email", "nobody", "--phone", "12", "--role", "king", "--type", "Farm",
    ]);
    for part in ["email: not an e-mail", "phone: not a valid", "role: \"king\"", "name: the name is empty"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(
        place.fails(&["account", "create", "--name", "B", "--email", "asha@example.org"]).contains("another account")
    );
    assert!(
        place
            .fails(&["account", "create", "--name", "B", "--email", "b@example.org", "--type", "Farm"])
            .contains("Household")
    );
    assert!(place.fails(&["account", "show", "2"]).contains("otpd account list"));
    assert!(place.fails(&["account", "disable", "what"]).contains("id, e-mail address or phone number"));
    assert_eq!(place.run(&["account", "create", "--name", "C"]).code, 2, "a contact is needed");
}

#[test]
fn long_lists_come_in_pages() {
    let place = Place::ready();
    let rows = (0..7).map(|n| format!("Person {n},p{n}@example.org\n")).collect::<Vec<_>>().concat();
    place.write("people.csv", &format!("name,email\n{rows}"));
    place.ok(&["account", "import", "people.csv"]);
    let first = place.ok(&["account", "list", "--limit", "3"]);
    assert!(first.ends_with("there are more: --after 3\n") && first.lines().count() == 5, "{first}");
    let last = place.ok(&["account", "list", "--limit", "3", "--after", "6"]);
    assert!(last.contains("Person 6") && !last.contains("more"), "{last}");
    assert_eq!(place.json(&["account", "list", "--search", "P4@", "--json"])[0]["name"], "Person 4");
}

#[test]
fn figures_and_clean_up_of_an_empty_database() {
    let place = Place::ready();
    let stats = place.json(&["stats", "--json"]);
    assert_eq!((&stats["total"], &stats["by_channel"]["sms"]["verified"]), (&0.into(), &0.into()));
    assert!(stats["success_rate"].is_null());
    assert_eq!(
        (&stats["by_channel"]["sms"]["segments"], &stats["by_channel"]["sms"]["undelivered"]),
        (&0.into(), &0.into())
    );
    let shown = place.ok(&["stats"]);
    for row in [
        "codes issued",
        "charged today",
        "ceiling",
        "blocks of numbers closed",
        "segments sent",
        "messages in UCS-2",
        "reported as delivered",
    ] {
        assert!(shown.contains(row), "{shown}");
    }
    assert_eq!(place.json(&["cleanup", "--older-than", "0s", "--json"])["challenges"], 0);
    let cleaned = place.ok(&["cleanup"]);
    for row in ["ended sessions", "registrations never activated", "counts of limits", "lines of the audit trail"] {
        assert!(cleaned.contains(row), "{cleaned}");
    }
    assert_eq!(place.run(&["cleanup", "--older-than", "soon"]).code, 2);
}

#[test]
fn a_backup_brings_back_what_was_there() {
    let place = Place::ready();
    place.ok(&["account", "create", "--name", "Asha", "--email", "asha@example.org"]);
    assert!(place.ok(&["backup", "copy.db"]).contains("bytes"));
    assert_eq!(mode(&place.path("copy.db")), 0o600);
    place.ok(&["account", "create", "--name", "Later", "--email", "later@example.org"]);
    let restored = place.ok(&["restore", "copy.db"]);
    assert!(restored.contains("accounts                  1"), "{restored}");
    assert!(restored.contains("the audit trail, stay as they were"), "{restored}");
    let trail = place.json(&["audit", "--json"]);
    let events: Vec<&str> =
        trail.as_array().expect("a list").iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(events, ["restored", "account-created", "account-created"], "also of the account that is gone");
    let names: Vec<_> = place.json(&["account", "list", "--json"]).as_array().expect("a list").clone();
    assert_eq!(names.len(), 1);
    place.write("nonsense.db", "this is no database");
    assert_eq!(place.run(&["restore", "nonsense.db"]).code, 1);
    assert_eq!(place.json(&["account", "list", "--json"]).as_array().expect("a list").len(), 1, "nothing was harmed");
}

#[test]
fn a_test_message_goes_through_the_configured_transport() {
    let place = Place::ready();
    place.ok(&["send-test", "--channel", "email", "--to", "you@example.org"]);
    let mail: serde_json::Value = serde_json::from_str(place.read("mail.jsonl").trim()).expect("one line");
    assert_eq!(mail["to"], "you@example.org");
    assert!(place.ok(&["send-test", "--channel", "sms", "--to", "9876543210"]).contains("1 SMS"));
    let sms: serde_json::Value = serde_json::from_str(place.read("sms.jsonl").trim()).expect("one line");
    assert!(sms["text"].as_str().expect("a text").starts_with("Your OTP for Waste Billing is: "), "{sms}");
    assert!(place.fails(&["send-test", "--channel", "sms", "--to", "you@example.org"]).contains("phone number"));
    assert_eq!(place.run(&["send-test", "--channel", "pigeon", "--to", "x"]).code, 2);
}

#[test]
fn a_mail_server_that_is_away_is_told_in_its_own_words() {
    let place = Place::ready();
    // A port of our own that nobody listens on any more.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let port = port.to_string();
    let env = [
        ("OTPD_EMAIL__TRANSPORT", "smtp"),
        ("OTPD_EMAIL__FROM", "a@example.org"),
        ("OTPD_EMAIL__SMTP__HOST", "127.0.0.1"),
        ("OTPD_EMAIL__SMTP__PORT", &port),
        ("OTPD_EMAIL__SMTP__ENCRYPTION", "none"),
    ];
    let sent = place.run_with(&["send-test", "--channel", "email", "--to", "you@example.org"], &env);
    assert_eq!(sent.code, 1);
    assert!(sent.out.contains("efused"), "{sent:?}");
    let checked = place.run_with(&["check", "--connect"], &env);
    assert_eq!(checked.code, 1);
    assert!(checked.out.contains(&format!("127.0.0.1:{port}")), "{checked:?}");
}

#[test]
fn completions_and_manual_pages() {
    let place = Place::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.ok(&["completions", shell]).contains("send-test"), "{shell}");
    }
    assert!(place.ok(&["man"]).starts_with(".ie"));
    std::fs::create_dir(place.path("man1")).expect("a folder");
    place.ok(&["man", "--folder", "man1"]);
    assert!(place.read("man1/otpd-account-import.1").contains("dry"));
    assert!(place.fails(&["man", "--folder", "nowhere"]).contains("make the folder first"));
}

#[test]
fn wrong_settings_are_all_told_and_nothing_is_done() {
    let place = Place::empty();
    place.write("otpd.toml", "[server]\nlisten = \"x\"\n[databse]\nurl = \"sqlite:x.db\"\n");
    let said = place.fails(&["migrate"]);
    assert!(
        said.contains("2 problems") && said.contains("otpd.toml line 2") && said.contains("database.url"),
        "{said}"
    );
    assert!(!place.path("otpd.db").exists());
    assert!(place.fails(&["--config", "nowhere.toml", "migrate"]).contains("nowhere.toml"));
    let ran = place.run_with(&["migrate"], &[("OTPD_CONFIG", "elsewhere.toml")]);
    assert!(ran.code == 1 && ran.err.contains("elsewhere.toml"), "{ran:?}");
    assert!(place.run_with(&["migrate"], &[("OTPD_CONFIG", "")]).err.contains("2 problems"), "empty is as not set");
    assert_eq!(place.run(&["frobnicate"]).code, 2);
    assert_eq!(place.run(&[]).code, 2);
    assert_eq!(place.run(&["--help"]).code, 0);
}

#[test]
fn a_reader_who_leaves_early_is_no_failure() {
    let place = Place::ready();
    let mut child =
        place.command(&["completions", "zsh"]).stdout(std::process::Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}
