//! Peers that keep no rule: slow ones, endless ones, ones that write what two readers take differently, and ones that use
//! HTTP/2 for what it was not made for.

mod framing;
mod get;
mod headers;
mod http2;
mod paths;
mod proxies;
mod slow;
