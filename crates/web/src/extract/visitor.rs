//! Who is at the door, as far as limits care.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use otpd_domain::Visitor;
use otpd_domain::browser::KnownBrowser;
use otpd_domain::visitor::Door;

use super::form::CheckedForm;
use crate::state::WebState;

/// The field that the ALTCHA widget fills in with its proof of work.
const WORK: &str = "altcha";
/// The field with the ticket of those whose browser runs no script.
const PATIENCE: &str = "patience";

/// The client's address, as far as the peer and the trusted proxies let it be known.
pub fn client_of(parts: &Parts, state: &WebState) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    state.proxies().client(peer, &parts.headers)
}

/// A browser at the pages.
#[derive(Clone, Debug)]
pub struct PageVisitor(pub Visitor);

impl PageVisitor {
    /// The same, with the proof that came with a form: the work, if any was done, else the ticket.
    #[must_use]
    pub fn with_proof(self, form: &CheckedForm) -> Visitor {
        Visitor { proof: proof_in(form), ..self.0 }
    }
}

/// The proof that came with a form.
pub fn proof_in(form: &CheckedForm) -> Option<String> {
    let handed = [WORK, PATIENCE].map(|name| form.text(name));
    handed.into_iter().find(|text| !text.is_empty()).map(str::to_owned)
}

/// The accounts that a browser, or an app that keeps cookies, has signed in to before.
#[derive(Clone, Debug)]
pub struct KnownBrowsers(pub Vec<KnownBrowser>);

impl FromRequestParts<WebState> for KnownBrowsers {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        Ok(Self(state.cookie_rules().known(&parts.headers, state.keys(), state.domain().clock.now())))
    }
}

impl FromRequestParts<WebState> for PageVisitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        let Ok(KnownBrowsers(known)) = KnownBrowsers::from_request_parts(parts, state).await;
        Ok(Self(Visitor { door: Door::Pages, client: client_of(parts, state), known, ..Visitor::default() }))
    }
}
