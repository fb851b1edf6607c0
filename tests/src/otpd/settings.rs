//! How a server under test is configured.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::process::Command;

use super::binary;

/// A person in the database before the server starts.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Full name.
    pub name: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// Phone number; may be empty.
    pub phone: String,
}

/// The settings of a server: file transports, a database in its folder, numbers of India, limits on sends that nobody
/// reaches but for the waits between two, unless changed.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    changes: BTreeMap<String, String>,
    limit: Option<&'static str>,
    shipped_limits: bool,
    pub(super) customers: Vec<Customer>,
}

impl Settings {
    /// With one customer, Asha, who has `test@example.com` and `+919876543210`.
    pub fn new() -> Self {
        Self::default().customer("Asha Rao", "test@example.com", "9876543210")
    }

    /// With another value for a key of the configuration, such as `challenges.ttl`. A key in capitals is taken as the name
    /// of an environment variable.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.put(key, value);
        self
    }

    /// With another customer.
    #[must_use]
    pub fn customer(mut self, name: &str, email: &str, phone: &str) -> Self {
        self.customers.push(Customer { name: name.into(), email: email.into(), phone: phone.into() });
        self
    }

    /// Starts the server with a limit of the shell's `ulimit`, such as `-n 256`.
    #[must_use]
    pub fn limited(mut self, limit: &'static str) -> Self {
        self.limit = Some(limit);
        self
    }

    /// With the limits on sends as they are shipped.
    #[must_use]
    pub fn with_shipped_limits(mut self) -> Self {
        self.shipped_limits = true;
        self
    }

    pub(super) fn put(&mut self, key: &str, value: &str) {
        self.changes.insert(variable(key), value.to_owned());
    }

    pub(super) fn launcher(&self) -> Command {
        let Some(limit) = self.limit else { return Command::new(binary()) };
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(format!("ulimit {limit} && exec \"$0\" \"$@\"")).arg(binary());
        shell
    }

    pub(super) fn environment(&self, address: SocketAddr) -> BTreeMap<String, String> {
        let own = [
            ("server.listen", address.to_string()),
            ("server.public_url", format!("http://{address}")),
            ("database.url", "sqlite:otpd.db".to_owned()),
            ("keys.file", "otpd.keys".to_owned()),
            ("email.transport", "file".to_owned()),
            ("email.file.path", "mail.jsonl".to_owned()),
            ("email.from", "Waste Billing <codes@example.com>".to_owned()),
            ("sms.transport", "file".to_owned()),
            ("sms.file.path", "sms.jsonl".to_owned()),
            ("phone.default_region", "IN".to_owned()),
        ];
        // Everything comes from one address, and few people do many things: limits on sends have tests of their own.
        let ample = [
            ("limits.send.per_contact", "100/m"),
            ("limits.send.per_ip", "100000/h"),
            ("limits.send.proof_after", "off"),
            ("limits.send.per_prefix", "100000/h"),
        ];
        let mut environment: BTreeMap<_, _> = own.map(|(key, value)| (variable(key), value)).into();
        if !self.shipped_limits {
            environment.extend(ample.map(|(key, value)| (variable(key), value.to_owned())));
        }
        environment.insert("PATH".to_owned(), std::env::var("PATH").unwrap_or_default());
        environment.extend(self.changes.clone());
        environment
    }

    /// The customers as `otpd account import` reads them.
    pub(super) fn csv(&self) -> String {
        let row = |who: &Customer| format!("{},{},{}\n", who.name, who.email, who.phone);
        let rows: String = self.customers.iter().map(row).collect();
        format!("name,email,phone\n{rows}")
    }
}

fn variable(key: &str) -> String {
    if key.chars().any(char::is_lowercase) {
        format!("OTPD_{}", key.to_uppercase().replace('.', "__"))
    } else {
        key.to_owned()
    }
}
