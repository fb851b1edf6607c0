//! Accounts out as CSV and in again.

mod support;

use std::io::Write;
use std::process::Stdio;

use support::{Place, Ran};

const NASTY: &[&str] = &[
    "=HYPERLINK(\"http://evil.example\")",
    "+SUM(A1:A9)",
    "-1",
    "@cmd",
    "'=quoted already",
    "''-twice",
    "O'Brien, \"Pat\"",
    "Zoë Ångström; Ltd",
    "أحمد",
    "李雷",
    "#hash",
];

fn import(place: &Place, text: &str, more: &[&str]) -> Ran {
    place.write("in.csv", text);
    place.run(&[&["account", "import", "in.csv"], more].concat())
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let place = Place::ready();
    for (at, name) in NASTY.iter().enumerate() {
        let (email, phone) = (format!("--email=p{at}@example.org"), format!("--phone=98765432{at:02}"));
        let address = format!("--address={}", NASTY[NASTY.len() - 1 - at]);
        place.ok(&[
            "account",
            "create",
            &format!("--name={name}"),
            &email,
            &phone,
            &address,
            "--language=ar",
            "--role=staff",
        ]);
    }
    place.ok(&["account", "disable", "2"]);
    place.ok(&["account", "export", "out.csv"]);
    assert_eq!(support::mode(&place.path("out.csv")), 0o600);
    let text = place.read("out.csv");
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        for cell in &record.expect("a record") {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "a spreadsheet would compute {cell}");
        }
    }
    let other = Place::ready();
    other.write("in.csv", &text);
    assert!(
        other
            .ok(&["account", "import", "in.csv"])
            .starts_with(&format!("{} accounts imported, 0 refused", NASTY.len()))
    );
    let without_times = |place: &Place| {
        let mut all = place.json(&["account", "list", "--json"]);
        for account in all.as_array_mut().expect("a list") {
            account.as_object_mut().expect("an object").remove("created_at");
        }
        all
    };
    assert_eq!(without_times(&place), without_times(&other));
    assert!(place.fails(&["account", "export", "out.csv"]).contains("does not exist yet"), "no file is overwritten");
}

#[test]
fn of_every_wrong_row_line_column_and_reason_are_told_and_the_others_are_imported() {
    let place = Place::ready();
    let text = "name,email,phone,role,customer_type,active\n\
                Asha,asha@example.org,9876543210,,,\n\
                Ben,nobody,12,king,Farm,maybe\n\
                \n\
                Carla,asha@example.org,,,,\n\
                Dev,,9876543210,,,\n\
                ,e@example.org,,,,\n\
                Finn,f@example.org\n\
                Gita,gita@example.org,,staff,Shop,no\n";
    let dry = import(&place, text, &["--dry-run"]);
    assert_eq!(place.json(&["account", "list", "--json"]), serde_json::json!([]), "a dry run creates nothing");
    let real = import(&place, text, &[]);
    for ran in [&dry, &real] {
        assert_eq!(ran.code, 1, "{ran:?}");
        let has = |line: &str, column: &str, reason: &str| {
            let found = ran
                .out
                .lines()
                .any(|row| row.trim_start().starts_with(&format!("{line}  {column}")) && row.contains(reason));
            assert!(found, "{line} {column} {reason}: {}", ran.out);
        };
        has("3", "email", "not an e-mail address");
        has("3", "phone", "not a valid phone number");
        has("3", "role", "\"king\" is no role");
        has("3", "active", "neither true nor false");
        has("3", "customer_type", "Household, Shop, Hotel");
        has("5", "email", "");
        has("6", "phone", "");
        has("7", "name", "the name is empty");
        has("8", "", "2 cells, the first line 6");
        assert!(ran.out.contains("2 accounts") && ran.out.contains("5 refused"), "{}", ran.out);
    }
    let gita = place.json(&["account", "show", "gita@example.org", "--json"]);
    assert_eq!(
        (&gita["role"], &gita["customer_type"], &gita["active"]),
        (&"staff".into(), &"Shop".into(), &false.into())
    );
    assert_eq!(
        import(&place, text, &["--dry-run"]).out.matches("has the same").count(),
        5,
        "existing accounts are seen"
    );
}

#[test]
fn a_name_may_come_in_two_parts() {
    let place = Place::ready();
    let text = "first_name,last_name,email\nAsha,Rao,asha@example.org\nMadonna,,m@example.org\n,,nobody@example.org\n";
    let ran = import(&place, text, &[]);
    assert!(ran.code == 1 && ran.out.contains("the name is empty") && ran.out.contains("2 accounts"), "{ran:?}");
    place.ok(&["account", "create", "--first-name", "Ben", "--last-name", "Okoro", "--email", "ben@example.org"]);
    place.ok(&["account", "create", "--name", "Dr. C. Diaz", "--first-name", "Carla", "--email", "c@example.org"]);
    let all = place.json(&["account", "list", "--json"]);
    let names: Vec<_> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (&one["name"], &one["first_name"], &one["last_name"]))
        .collect();
    let wanted = [
        ["Asha Rao", "Asha", "Rao"],
        ["Madonna", "Madonna", ""],
        ["Ben Okoro", "Ben", "Okoro"],
        ["Dr. C. Diaz", "Carla", ""],
    ]
    .map(|row| row.map(serde_json::Value::from));
    assert_eq!(names, wanted.iter().map(|[name, first, last]| (name, first, last)).collect::<Vec<_>>());
    place.ok(&["account", "export", "out.csv"]);
    let other = Place::ready();
    other.write("in.csv", &place.read("out.csv"));
    other.ok(&["account", "import", "in.csv"]);
    assert_eq!(other.json(&["account", "list", "--json"])[3]["first_name"], "Carla");
}

#[test]
fn a_file_without_the_right_columns_is_refused_whole() {
    let place = Place::ready();
    for (text, said) in [
        ("name,e-mail\nA,a@example.org\n", "did you mean email"),
        ("nothing here\n", "there is no column"),
        ("", "first line must name"),
    ] {
        let ran = import(&place, text, &[]);
        assert!(ran.code == 1 && ran.err.contains(said), "{ran:?}");
    }
    assert!(place.fails(&["account", "import", "nowhere.csv"]).contains("nowhere.csv"));
}

#[test]
fn standard_input_and_output_do_as_well() {
    let place = Place::ready();
    let mut child = place
        .command(&["account", "import", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let rows = (0..3_000).map(|n| format!("Person {n},p{n}@example.org\n")).collect::<Vec<_>>().concat();
    child.stdin.take().expect("piped").write_all(format!("name,email\n{rows}").as_bytes()).expect("written");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "3000 accounts imported, 0 refused\n");
    let exported = place.ok(&["account", "export"]);
    assert_eq!(exported.lines().count(), 3_001);
    let ids_follow_the_file =
        exported.lines().skip(1).enumerate().all(|(n, line)| line.starts_with(&format!("{},Person {n},", n + 1)));
    assert!(ids_follow_the_file, "ids are given in the order of the file");
}
