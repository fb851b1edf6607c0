//! Where live codes are kept: in the database, in memory, or some here and some there.

use std::sync::Arc;

use otpd_domain::challenge::Purpose;
use otpd_domain::ports::ChallengeStore;
use otpd_store::memory::{ByPurpose, MemoryChallenges};
use otpd_store::sqlite::SqliteStore;

use crate::config::Config;
use crate::config::codes::CodeStore;

/// The store of live codes as it is configured.
pub fn challenges(config: &Config, database: &SqliteStore) -> Arc<dyn ChallengeStore> {
    let in_memory = in_memory(config);
    let database = Arc::new(database.clone());
    if in_memory.is_empty() {
        return database;
    }
    let (records, capacity) = (Arc::clone(&database), config.challenges.memory_capacity);
    // Dead codes are still counted as far as a rate looks back.
    let memory = Arc::new(MemoryChallenges::new(records, capacity, config.longest_rate()));
    Arc::new(ByPurpose::new(memory, in_memory, database))
}

/// The purposes whose codes are kept in memory.
fn in_memory(config: &Config) -> Vec<Purpose> {
    let mut purposes = Vec::new();
    if config.registration.store == CodeStore::Memory {
        purposes.push(Purpose::Registration);
    }
    if config.challenges.store == CodeStore::Memory {
        purposes.extend([Purpose::SignIn, Purpose::PasswordReset, Purpose::NewContact]);
        purposes.extend(config.verification.types.iter().map(|kind| Purpose::Verification(kind.name.clone())));
    }
    purposes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::layers::Sources;

    fn kept(variables: &[(&str, &str)]) -> Vec<String> {
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let config = Config::read(&Sources { environment, ..Sources::default() }).config.expect("a configuration");
        in_memory(&config).iter().map(|purpose| purpose.word().into_owned()).collect()
    }

    #[test]
    fn each_kind_of_code_has_the_store_it_was_given() {
        let (all, registration) = ("OTPD_CHALLENGES__STORE", "OTPD_REGISTRATION__STORE");
        assert_eq!(kept(&[]), ["registration"]);
        assert_eq!(kept(&[(registration, "database")]), [""; 0]);
        assert_eq!(
            kept(&[(all, "memory"), (registration, "database"), ("OTPD_VERIFICATION__TYPES", "Order")]),
            ["sign-in", "password-reset", "new-contact", "verification:Login", "verification:Order"]
        );
        assert_eq!(kept(&[(all, "memory")]).len(), 5);
    }
}
