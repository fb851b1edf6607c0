//! Which host a request was sent to, where that matters.
//!
//! Nothing is ever made of `Host`: links, cookies and the check of where a form comes from go by the public URL. A server in
//! production therefore answers under any host; proxies and health checks use many. A development server must look: it shows
//! codes to whoever reaches it, and reaching it from its own machine is all the protection it has. A page of another site
//! can have its own name lead to this machine (DNS rebinding, as in CVE-2018-5702), but cannot hide that name.

use std::net::IpAddr;

use http::header::{HOST, HeaderMap};
use http::uri::Authority;
use http::{Request, Uri};

use crate::config::PublicUrl;
use crate::error::Problem;

/// Below this path nothing is shown that others may not see, and whoever watches over a server calls it by many names.
const HEALTH: &str = "/health/";

/// Refuses a request that was sent to another host, where that matters.
///
/// # Errors
/// When it was.
pub fn check<B>(public_url: &PublicUrl, request: &Request<B>) -> Result<(), Problem> {
    if !public_url.is_loopback() || request.uri().path().starts_with(HEALTH) {
        return Ok(());
    }
    match named(request.uri(), request.headers()) {
        Some(host) if !is_ours(public_url, &host) => Err(Problem::OtherHost(host)),
        _ => Ok(()),
    }
}

/// The host of the target, or else of the header (RFC 9112 §3.3).
fn named(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let of_header = || headers.get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    uri.authority().cloned().or_else(of_header).map(|authority| authority.host().to_ascii_lowercase())
}

/// Nobody can have an address lead elsewhere, and names below `localhost` lead to the machine itself (RFC 6761 §6.3).
fn is_ours(public_url: &PublicUrl, host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == public_url.host() || host == "localhost" || host.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(public_url: &str, target: &str, host: Option<&str>) -> bool {
        let mut request = Request::builder().uri(target);
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        check(&PublicUrl::parse(public_url).expect("a URL"), &request.body(()).expect("a request")).is_ok()
    }

    #[test]
    fn a_development_server_answers_to_this_machine_only() {
        for host in ["localhost:8080", "LOCALHOST", "app.localhost:8080", "127.0.0.1:8080", "[::1]:8080", "192.168.1.7"]
        {
            assert!(taken("http://localhost:8080", "/", Some(host)), "{host}");
        }
        for host in ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "otpd"] {
            assert!(!taken("http://localhost:8080", "/dev/mailbox", Some(host)), "{host}");
            assert!(
                !taken("http://127.0.0.1:8080", &format!("http://{host}/"), Some("127.0.0.1")),
                "{host} in the target"
            );
            assert!(taken("http://localhost:8080", "/health/ready", Some(host)), "{host}");
        }
        assert!(taken("http://localhost:8080", "/", None), "HTTP/1.0");
    }

    #[test]
    fn a_server_in_production_answers_under_any_host() {
        for host in ["signin.example.com", "10.0.0.7:8080", "otpd:8080", "evil.example"] {
            assert!(taken("https://signin.example.com", "/", Some(host)), "{host}");
        }
    }
}
