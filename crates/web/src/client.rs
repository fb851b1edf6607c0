//! Who is at the other end: the peer, or, behind a configured proxy, whom the proxy names.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// The proxies whose `X-Forwarded-For` is believed. By default there are none.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// A text is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is neither an address nor a network; write for example 10.0.0.7 or 10.0.0.0/8")]
pub struct ProxyError(pub String);

impl TrustedProxies {
    /// Reads addresses (`10.0.0.7`) and networks (`10.0.0.0/8`).
    ///
    /// # Errors
    /// Names the first text that is neither.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, ProxyError> {
        let read = |text: T| {
            let text = text.as_ref().trim();
            let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| ProxyError(text.to_owned()))
        };
        texts.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    fn holds(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client's address. The header is read from its end, where the nearest proxy wrote: the first address
    /// that is no proxy of ours is the client; what stands before it, anybody may have made up.
    pub fn client(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer?.ip().to_canonical();
        let named = headers.get_all("x-forwarded-for").into_iter().rev();
        let named = named.filter_map(|value| value.to_str().ok()).flat_map(|value| value.rsplit(','));
        for address in named.map(|text| text.trim().parse::<IpAddr>()) {
            if !self.holds(client) {
                break;
            }
            let Ok(address) = address else { break };
            client = address.to_canonical();
        }
        Some(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &[&str], peer: &str, forwarded: &[&'static str]) -> String {
        let proxies = TrustedProxies::parse(proxies).expect("networks");
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", http::HeaderValue::from_static(value));
        }
        let peer = SocketAddr::new(peer.parse().expect("an address"), 4711);
        proxies.client(Some(peer), &headers).expect("a client").to_string()
    }

    #[test]
    fn only_a_configured_proxy_is_believed() {
        assert_eq!(client(&[], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(&["10.0.0.0/8"], "::ffff:10.1.2.3", &["198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_the_client_made_up_is_overlooked() {
        let proxies = &["10.0.0.0/8"];
        assert_eq!(client(proxies, "10.0.0.1", &["1.1.1.1, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client(proxies, "10.0.0.1", &["1.1.1.1", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(proxies, "10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(client(proxies, "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_wrong_network_is_named() {
        assert_eq!(TrustedProxies::parse(["10.0.0.0/99"]).expect_err("wrong"), ProxyError("10.0.0.0/99".into()));
    }
}
