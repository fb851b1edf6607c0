//! Requests that two readers could take for different things: another server in front of this one may have seen
//! another host, or another end of the message. They are refused, and the connection is closed.
//!
//! What hyper refuses by itself is not repeated here: differing lengths, `Transfer-Encoding` that does not end in `chunked`
//! or comes with HTTP/1.0, bare line feeds in chunks. Where a length stands beside `Transfer-Encoding`, it drops the
//! length and closes the connection after the reply, as RFC 9112 §6.1 asks.

use http::header::{HOST, HeaderMap, TRANSFER_ENCODING};
use http::uri::Authority;
use http::{HeaderValue, Request, Version};

/// What is ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ambiguous {
    /// HTTP/1.1 asks for a `Host` (RFC 9112 §3.2), HTTP/2 for an authority.
    #[error("no Host")]
    NoHost,
    /// There is more than one (RFC 9112 §3.2).
    #[error("more than one Host")]
    Hosts,
    /// It is no host with a port (RFC 9112 §3.2).
    #[error("the Host is none")]
    HostText,
    /// HTTP/2 names two different ones (RFC 9113 §8.3.1).
    #[error(":authority and Host differ")]
    Authorities,
    /// The body is coded in a way that is not undone here (RFC 9112 §6.1), or said to be chunked twice (§7.1).
    #[error("a Transfer-Encoding other than chunked")]
    Coding,
}

/// What is ambiguous about a request, if anything.
pub fn find<B>(request: &Request<B>) -> Option<Ambiguous> {
    let headers = request.headers();
    let host = match host(headers) {
        Ok(host) => host,
        Err(ambiguous) => return Some(ambiguous),
    };
    let authority = request.uri().authority();
    match (request.version(), host) {
        (Version::HTTP_11, None) => return Some(Ambiguous::NoHost),
        (Version::HTTP_2, None) if authority.is_none() => return Some(Ambiguous::NoHost),
        (Version::HTTP_2, Some(host)) if authority.is_some_and(|authority| *authority != host) => {
            return Some(Ambiguous::Authorities);
        }
        _ => {}
    }
    is_coded_otherwise(headers).then_some(Ambiguous::Coding)
}

fn host(headers: &HeaderMap) -> Result<Option<Authority>, Ambiguous> {
    let mut hosts = headers.get_all(HOST).into_iter();
    let Some(host) = hosts.next() else { return Ok(None) };
    if hosts.next().is_some() {
        return Err(Ambiguous::Hosts);
    }
    read(host).map(Some).ok_or(Ambiguous::HostText)
}

/// A host and perhaps a port, and nothing else. A comma may stand in a host by the letter of RFC 3986, but never does: it is
/// where a proxy has put two headers into one.
fn read(host: &HeaderValue) -> Option<Authority> {
    let authority = Authority::try_from(host.as_bytes()).ok()?;
    let rest = authority.as_str().strip_prefix(authority.host())?;
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_host = !authority.host().is_empty() && !authority.host().contains(',');
    (is_host && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(authority)
}

fn is_coded_otherwise(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).into_iter();
    let is_chunked = |coding: &HeaderValue| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked");
    codings.next().is_some_and(|coding| !is_chunked(coding)) || codings.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(version: Version, target: &str, headers: &[(&str, &str)]) -> Option<Ambiguous> {
        let mut request = Request::builder().version(version).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        find(&request.body(()).expect("a request"))
    }

    #[test]
    fn every_request_names_one_host() {
        let of = |version, hosts: &[&str]| {
            let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
            found(version, "/", &headers)
        };
        for host in ["example.com", "example.com:8080", "example.com:", "127.0.0.1", "[::1]:80", "[::1]", "a_b"] {
            assert_eq!(of(Version::HTTP_11, &[host]), None, "{host}");
            assert_eq!(of(Version::HTTP_10, &[host]), None, "{host}");
        }
        for host in
            ["", "a b", "a/b", "a,b", "me@example.com", "example.com:x", "a:1:2", ":80", "http://a", "a?b", "[::1"]
        {
            assert_eq!(of(Version::HTTP_11, &[host]), Some(Ambiguous::HostText), "{host}");
        }
        assert_eq!(of(Version::HTTP_11, &[]), Some(Ambiguous::NoHost));
        assert_eq!(of(Version::HTTP_10, &[]), None, "it was not asked for before HTTP/1.1");
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
            assert_eq!(of(version, &["a", "a"]), Some(Ambiguous::Hosts), "{version:?}");
        }
    }

    #[test]
    fn http2_names_it_once_or_twice_the_same() {
        assert_eq!(found(Version::HTTP_2, "http://example.com/", &[]), None);
        assert_eq!(found(Version::HTTP_2, "http://example.com/", &[("host", "example.com")]), None);
        assert_eq!(found(Version::HTTP_2, "/", &[("host", "example.com")]), None);
        assert_eq!(found(Version::HTTP_2, "/", &[]), Some(Ambiguous::NoHost));
        let differ = found(Version::HTTP_2, "http://example.com/", &[("host", "evil.example")]);
        assert_eq!(differ, Some(Ambiguous::Authorities));
        // RFC 9112 §3.2.2: in HTTP/1.1 the target counts, whatever Host says.
        assert_eq!(found(Version::HTTP_11, "http://example.com/", &[("host", "evil.example")]), None);
    }

    #[test]
    fn a_body_is_chunked_once_or_not_at_all() {
        let of = |codings: &[&str]| {
            let codings = codings.iter().map(|coding| ("transfer-encoding", *coding));
            found(Version::HTTP_11, "/", &[("host", "a")].into_iter().chain(codings).collect::<Vec<_>>())
        };
        for plain in [&[][..], &["chunked"], &["Chunked"]] {
            assert_eq!(of(plain), None, "{plain:?}");
        }
        for other in
            [&["gzip, chunked"][..], &["chunked, chunked"], &["chunked", "chunked"], &["identity"], &["xchunked"]]
        {
            assert_eq!(of(other), Some(Ambiguous::Coding), "{other:?}");
        }
    }
}
