//! The macro names every rule.

/// A rule that the macro does not name would never run.
#[test]
fn every_rule_is_in_the_macro() {
    let areas = [
        include_str!("../accounts.rs"),
        include_str!("../activating.rs"),
        include_str!("../api_keys.rs"),
        include_str!("../audit.rs"),
        include_str!("../budgets.rs"),
        include_str!("../cancelling.rs"),
        include_str!("../charges.rs"),
        include_str!("../clean_up.rs"),
        include_str!("../contacts.rs"),
        include_str!("../figures.rs"),
        include_str!("../guessing.rs"),
        include_str!("../issuing.rs"),
        include_str!("../model.rs"),
        include_str!("../model_budgets.rs"),
        include_str!("../model_sends.rs"),
        include_str!("../money.rs"),
        include_str!("../once.rs"),
        include_str!("../outbox.rs"),
        include_str!("../password_budgets.rs"),
        include_str!("../passwords.rs"),
        include_str!("../pumping.rs"),
        include_str!("../redeeming.rs"),
        include_str!("../registering.rs"),
        include_str!("../reissuing.rs"),
        include_str!("../reports.rs"),
        include_str!("../sessions.rs"),
        include_str!("../turns.rs"),
    ];
    let (listed, _) = include_str!("../suite.rs").split_once("(@rules $harness:ty").expect("the macro");
    for area in areas {
        for rule in area.split("pub async fn ").skip(1) {
            let name = rule.split('<').next().expect("a name");
            assert!(listed.contains(&format!(" {name},")), "{name} is not in the macro");
        }
    }
}
