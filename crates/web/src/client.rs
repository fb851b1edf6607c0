//! Who is at the other end: the peer, or, behind a configured proxy, whom the proxy names.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::{IpNet, Ipv4Net};

/// The one header that is read. A proxy that writes it passes any other of the kind through as the client made it up:
/// `Forwarded` (RFC 7239), `X-Real-IP` and their like are therefore never believed.
const FORWARDED_FOR: &str = "x-forwarded-for";

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
            network.map(canonical).map_err(|_| ProxyError(text.to_owned()))
        };
        texts.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address, in its canonical form, is that of a proxy.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client's address. The header is read from its end, where the nearest proxy wrote: the first address
    /// that is no proxy of ours is the client; what stands before it, anybody may have made up. Where a proxy wrote no
    /// address (`unknown`), the one before it is the last that is known.
    pub fn client(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer?.ip().to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).into_iter().rev();
        let entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        // Empty entries of a list say nothing (RFC 9110 §5.6.1.2).
        for entry in entries.map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty()) {
            if !self.holds(client) {
                break;
            }
            let Some(address) = address_of(entry) else { break };
            client = address.to_canonical();
        }
        Some(client)
    }
}

/// A network of IPv4 addresses written as IPv6 ones, as the IPv4 network it is.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    let length = mapped.prefix_len().checked_sub(96);
    let inner = mapped.addr().to_ipv4_mapped().zip(length);
    inner.and_then(|(address, length)| Ipv4Net::new(address, length).ok()).map_or(network, IpNet::V4)
}

/// An address, alone or with the client's port as some proxies add it: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
fn address_of(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip())).or_else(bracketed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn client(proxies: &[&str], peer: &str, forwarded: &[&[u8]]) -> String {
        let proxies = TrustedProxies::parse(proxies).expect("networks");
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, http::HeaderValue::from_bytes(value).expect("a value"));
        }
        let peer = SocketAddr::new(peer.parse().expect("an address"), 4711);
        proxies.client(Some(peer), &headers).expect("a client").to_string()
    }

    /// Behind a proxy at 10.0.0.1.
    fn named(forwarded: &[u8]) -> String {
        client(&["10.0.0.0/8", "fd00::/8"], "10.0.0.1", &[forwarded])
    }

    #[test]
    fn only_a_configured_proxy_is_believed() {
        assert_eq!(client(&[], "192.0.2.1", &[b"198.51.100.7"]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &[b"198.51.100.7"]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", &[b"198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(&["10.0.0.0/8"], "::ffff:10.1.2.3", &[b"198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(&["::ffff:10.0.0.0/104"], "10.1.2.3", &[b"198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(&["::ffff:10.0.0.7"], "10.0.0.7", &[b"198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_the_client_made_up_is_overlooked() {
        assert_eq!(named(b"1.1.1.1, 198.51.100.7, 10.0.0.2"), "198.51.100.7");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[b"1.1.1.1", b"198.51.100.7"]), "198.51.100.7");
        assert_eq!(named(b"nonsense"), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(named(b"\xff\xfe, 198.51.100.7"), "198.51.100.7", "bytes that are no text hide nothing");
        assert_eq!(named(b"1.1.1.1, nonsense, 10.0.0.2"), "10.0.0.2", "nothing is read past what cannot be");
    }

    #[test]
    fn proxies_write_addresses_in_many_ways() {
        for (entry, address) in [
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::1]:80", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:DB8:0::1", "2001:db8::1"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("[::ffff:198.51.100.7]:80", "198.51.100.7"),
            (" ,\t198.51.100.7 , , ", "198.51.100.7"),
            ("198.51.100.7,[fd00::2]:80,10.0.0.2:81", "198.51.100.7"),
        ] {
            assert_eq!(named(entry.as_bytes()), address, "{entry}");
        }
        for nothing in [
            "unknown",
            "_hidden",
            "",
            ",,",
            "198.51.100",
            "198.51.100.7:",
            "198.51.100.7:99999",
            "[198.51.100.7]",
            "fe80::1%eth0",
            "\"198.51.100.7\"",
            "for=198.51.100.7",
            "0x7f.1",
            "198.51.100.07",
            "３.1.1.1",
        ] {
            assert_eq!(named(nothing.as_bytes()), "10.0.0.1", "{nothing}");
        }
    }

    #[test]
    fn other_headers_of_the_kind_are_never_believed() {
        let proxies = TrustedProxies::parse(["10.0.0.0/8"]).expect("networks");
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("forwarded", "for=198.51.100.7;host=evil.example"),
            ("x-real-ip", "198.51.100.7"),
            ("true-client-ip", "198.51.100.7"),
            ("cf-connecting-ip", "198.51.100.7"),
            ("x-client-ip", "198.51.100.7"),
            ("client-ip", "198.51.100.7"),
        ] {
            headers.insert(name, http::HeaderValue::from_static(value));
        }
        let peer = SocketAddr::from(([10, 0, 0, 1], 4711));
        assert_eq!(proxies.client(Some(peer), &headers), Some(peer.ip()));
    }

    #[test]
    fn a_wrong_network_is_named() {
        assert_eq!(TrustedProxies::parse(["10.0.0.0/99"]).expect_err("wrong"), ProxyError("10.0.0.0/99".into()));
    }

    proptest! {
        #[test]
        fn nothing_a_client_writes_moves_what_the_proxy_wrote(made_up in "[^\\x00-\\x08\\x0a-\\x1f\\x7f]{0,60}") {
            let line = format!("{made_up}, 198.51.100.7");
            prop_assert_eq!(named(line.as_bytes()), "198.51.100.7");
            prop_assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &[line.as_bytes()]), "192.0.2.1");
        }
    }
}
