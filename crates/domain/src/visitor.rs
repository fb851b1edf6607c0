//! Who is at the door, as far as the rules care.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::browser::KnownBrowser;

/// By which door somebody came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// The pages.
    #[default]
    Pages,
    /// `/api/users/`: verifications for other back ends.
    UsersApi,
    /// `/api/`: registration and log-in of apps.
    AccountsApi,
    /// `/api/v1/`.
    NativeApi,
    /// The command line of the server.
    CommandLine,
}

impl Door {
    const ALL: [Self; 5] = [Self::Pages, Self::UsersApi, Self::AccountsApi, Self::NativeApi, Self::CommandLine];

    /// The word stored and printed for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::UsersApi => "users-api",
            Self::AccountsApi => "accounts-api",
            Self::NativeApi => "native-api",
            Self::CommandLine => "command-line",
        }
    }

    /// The door of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.as_str() == word)
    }
}

/// Who is at the door. Whatever a limit goes by is here; what they ask for is not.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The door.
    pub door: Door,
    /// The address they come from, if it is known.
    pub client: Option<IpAddr>,
    /// The accounts this browser has signed in to before.
    pub known: Vec<KnownBrowser>,
    /// They showed an API key: then the address is that of a back end that many people stand behind.
    pub has_key: bool,
    /// A proof of work, or of patience, as it was handed in.
    pub proof: Option<String>,
}

impl Visitor {
    /// Somebody at the command line.
    pub fn at_command_line() -> Self {
        Self { door: Door::CommandLine, ..Self::default() }
    }

    /// The network they come from, where it can be limited and told apart.
    pub fn network(&self) -> Option<String> {
        self.client.map(network)
    }

    /// What the audit trail notes of them.
    pub fn trail(&self) -> Trail {
        Trail { door: self.door, client: self.network() }
    }
}

/// What the audit trail notes of a visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Trail {
    /// The door.
    pub door: Door,
    /// The network, as [`network`] writes it, if it is known.
    pub client: Option<String>,
}

/// The network of a client: an IPv4 address, or the first 64 bits of an IPv6 address, which one household has. An IPv4
/// address written as IPv6 is the IPv4 address.
pub fn network(client: IpAddr) -> String {
    match client.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_household_is_one_network() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::7"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::7"), of("2001:db8:1:3::7"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn doors_read_back() {
        for door in Door::ALL {
            assert_eq!(Door::from_word(door.as_str()), Some(door));
        }
    }
}
