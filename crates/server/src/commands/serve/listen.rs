//! The address the server listens on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Result, bail};
use otpd_web::PublicUrl;
use tokio::net::TcpListener;

use crate::config::server::Server;

/// How many ports above the default one a development server tries.
const TRIED: u16 = 100;

/// An open listener.
pub struct Door {
    /// The listener.
    pub listener: TcpListener,
    /// Where it listens: the real port, where 0 was asked for.
    pub address: SocketAddr,
    /// The address that was taken by somebody else, if this one was chosen instead.
    pub instead_of: Option<SocketAddr>,
}

impl Door {
    /// Listens as it is configured; call it inside the runtime. A development server whose address nobody chose goes to the next free port.
    pub fn open(server: &Server, development: bool) -> Result<Self> {
        let wanted = server.listen;
        match otpd_web::listen(wanted) {
            Ok(listener) => Self::new(listener, None),
            Err(error) if development && !server.listen_is_given && error.kind() == io::ErrorKind::AddrInUse => {
                Self::beside(wanted)
            }
            Err(error) => bail!("cannot listen on {wanted}: {error}; stop what listens there, or set server.listen"),
        }
    }

    fn beside(wanted: SocketAddr) -> Result<Self> {
        for port in wanted.port().saturating_add(1)..=wanted.port().saturating_add(TRIED) {
            if let Ok(listener) = otpd_web::listen(SocketAddr::new(wanted.ip(), port)) {
                return Self::new(listener, Some(wanted));
            }
        }
        bail!("no port from {} on is free; set OTPD_SERVER__LISTEN to an address with a free port", wanted.port())
    }

    fn new(listener: TcpListener, instead_of: Option<SocketAddr>) -> Result<Self> {
        Ok(Self { address: listener.local_addr()?, listener, instead_of })
    }

    /// The URL that reaches it from this machine.
    pub fn url(&self) -> PublicUrl {
        let ip = match self.address.ip() {
            any if any.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        let url = format!("http://{}", SocketAddr::new(ip, self.address.port()));
        PublicUrl::parse(&url).unwrap_or_else(|error| unreachable!("{url}: {error}"))
    }
}
