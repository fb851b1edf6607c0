//! `OTPD_SECTION__KEY` variables: every key of the configuration under the name that its table gives.

use super::{CONFIG_VARIABLE, Merged, Variable, unknown};
use crate::config::keys;
use crate::config::table::problem::Problem;

/// What the names of all our variables begin with.
const PREFIX: &str = "OTPD_";

/// Lays the variables over what is there. An empty one counts as not set.
pub fn lay(merged: &mut Merged, variables: &[Variable]) {
    for variable in variables.iter().filter(|variable| variable.name.starts_with(PREFIX)) {
        if variable.name == CONFIG_VARIABLE {
            continue;
        }
        match keys().find_map(|key| key.path_of_variable(&variable.name)) {
            Some(_) if variable.value.is_empty() => {}
            Some(path) => merged.set(&path, variable.value.clone(), variable.origin.clone()),
            None => {
                let origin = Some(variable.origin.clone());
                merged.problems.push(Problem::new(&variable.name, origin, unknown::variable(&variable.name)));
            }
        }
    }
}
