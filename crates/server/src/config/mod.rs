//! The configuration: one file a section, each with its table of keys, its struct and how it is read.
//!
//! Every value passes the same way: the [`layers`] give texts with their origin, the sections check them through a
//! [`Reader`], and all problems are reported together.

pub mod api;
pub mod brand;
pub mod challenges;
pub mod codes;
pub mod customers;
pub mod database;
pub mod delivery;
pub mod email;
pub mod keys_file;
pub mod layers;
pub mod limits;
pub mod log;
pub mod passwords;
pub mod phone;
#[cfg(test)]
pub mod reference;
pub mod registration;
pub mod server;
pub mod sessions;
pub mod sms;
pub mod table;
#[cfg(test)]
mod tests;
pub mod texts;
pub mod tokens;
pub mod upkeep;
pub mod verification;

use std::time::Duration;

use layers::{Merged, Sources};
use table::problem::{Problem, Problems};
use table::reader::Reader;
use table::{Key, Section};

/// All sections, in the order in which the reference lists them.
pub const SECTIONS: &[Section] = &[
    server::SECTION,
    database::SECTION,
    keys_file::SECTION,
    challenges::SECTION,
    limits::SECTION,
    sessions::SECTION,
    registration::SECTION,
    passwords::SECTION,
    tokens::SECTION,
    verification::SECTION,
    api::SECTION,
    email::SECTION,
    sms::SECTION,
    phone::SECTION,
    brand::SECTION,
    texts::TEMPLATES,
    texts::LOCALES,
    customers::SECTION,
    delivery::SECTION,
    upkeep::CLEANUP,
    upkeep::RETENTION,
    log::SECTION,
];

/// The checked settings.
#[derive(Debug)]
pub struct Config {
    /// `[server]`
    pub server: server::Server,
    /// `[database]`
    pub database: database::Database,
    /// `[keys]`
    pub keys: keys_file::KeysFile,
    /// `[challenges]`
    pub challenges: challenges::Challenges,
    /// `[limits]`
    pub limits: limits::Limits,
    /// `[sessions]`
    pub sessions: sessions::Sessions,
    /// `[registration]`
    pub registration: registration::Registration,
    /// `[passwords]`
    pub passwords: passwords::Passwords,
    /// `[tokens]`
    pub tokens: tokens::Tokens,
    /// `[verification]`
    pub verification: verification::Verification,
    /// `[api]`
    pub api: api::Api,
    /// `[email]`
    pub email: email::Email,
    /// `[sms]`
    pub sms: sms::Sms,
    /// `[phone]`
    pub phone: phone::Phone,
    /// `[brand]`
    pub brand: brand::Brand,
    /// `[templates]` and `[locales]`
    pub texts: texts::Texts,
    /// `[customers]`
    pub customers: customers::Customers,
    /// `[delivery]`
    pub delivery: delivery::Delivery,
    /// `[cleanup]` and `[retention]`
    pub upkeep: upkeep::Upkeep,
    /// `[log]`
    pub log: log::Log,
}

/// What came of reading the configuration.
pub struct Reading {
    /// The settings, or everything that is wrong with them.
    pub config: Result<Config, Problems>,
    /// What was written but has no effect.
    pub notes: Vec<Problem>,
    /// What a server for customers needs besides, and lacks. Other commands do without it.
    pub lacks_public_url: Option<Problem>,
}

impl Reading {
    /// The settings, if a server for customers can start with them.
    pub fn for_serving(self) -> Result<Config, Problems> {
        match (self.config, self.lacks_public_url) {
            (config, None) => config,
            (Ok(_), Some(problem)) => Err(problem.into()),
            (Err(Problems(mut problems)), Some(problem)) => {
                problems.push(problem);
                Err(Problems(problems))
            }
        }
    }
}

/// All keys of all sections.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|section| section.keys)
}

/// The key of that path.
pub fn find_key(path: &str) -> Option<&'static Key> {
    keys().find(|key| key.has_path(path))
}

impl Config {
    /// How far back the longest rate looks.
    pub fn longest_rate(&self) -> Duration {
        let types = self.verification.types.iter().map(|kind| kind.policy.codes.rate.within);
        types.fold(self.registration.codes.rate.within, Duration::max)
    }

    /// Reads and checks the configuration.
    pub fn read(sources: &Sources) -> Reading {
        let Merged { values, mut problems, notes } = sources.merge();
        let mut reader = Reader::new(values, sources.development);
        let config = Self::read_sections(&mut reader);
        let lacks_public_url = (!reader.is_given("server.public_url")).then(server::missing_public_url);
        problems.extend(reader.into_problems());
        let config = if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) };
        Reading { config, notes, lacks_public_url }
    }

    fn read_sections(reader: &mut Reader) -> Self {
        let limits = limits::Limits::read(reader);
        let customers = customers::Customers::read(reader);
        Self {
            registration: registration::Registration::read(reader, limits.cooldown(), &customers.types),
            passwords: passwords::Passwords::read(reader),
            tokens: tokens::Tokens::read(reader),
            verification: verification::Verification::read(reader),
            api: api::Api::read(reader),
            server: server::Server::read(reader),
            database: database::Database::read(reader),
            keys: keys_file::KeysFile::read(reader),
            challenges: challenges::Challenges::read(reader),
            limits,
            sessions: sessions::Sessions::read(reader),
            email: email::Email::read(reader),
            sms: sms::Sms::read(reader),
            phone: phone::Phone::read(reader),
            brand: brand::Brand::read(reader),
            texts: texts::Texts::read(reader),
            customers,
            delivery: delivery::Delivery::read(reader),
            upkeep: upkeep::Upkeep::read(reader),
            log: log::Log::read(reader),
        }
    }
}
