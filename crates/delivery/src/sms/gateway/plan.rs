//! The settings of a gateway, checked and ready for use.

use reqwest::header::HeaderName;
use reqwest::{Method, Url};

use super::check;
use super::format::{Format, url};
use super::settings::{GatewayFault, GatewaySettings};
use super::template::{Login, Template, Values};
use super::verdict::Rules;

/// The settings of a gateway, checked: every text was parsed and tried out with samples. Debug output shows no
/// password.
#[derive(Clone, Debug)]
pub struct GatewayPlan {
    pub(super) method: Method,
    pub(super) url: Template,
    pub(super) headers: Vec<(HeaderName, Template)>,
    pub(super) body: Option<Body>,
    pub(super) rules: Rules,
    pub(super) probe: Option<Template>,
    pub(super) login: Login,
}

/// What is sent with the request.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) content_type: String,
    pub(super) format: Format,
    pub(super) template: Template,
}

impl GatewayPlan {
    /// Checks settings, those of their preset included.
    ///
    /// # Errors
    /// Says everything that is wrong with them, each with its key and a remedy.
    pub fn new(settings: GatewaySettings) -> Result<Self, Vec<GatewayFault>> {
        check::plan(settings)
    }

    /// Whether codes travel in the clear: over `http`, and not on this machine.
    pub fn is_open_to_readers(&self) -> bool {
        let values = Values { to: "+0", text: "", id: "", unicode: false, login: &self.login };
        self.url(&values).is_ok_and(|url| {
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
            let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
            url.scheme() == "http" && !here
        })
    }

    /// The address of a message.
    pub(super) fn url(&self, values: &Values<'_>) -> Result<Url, String> {
        address(&self.url, values)
    }

    /// The address of a probe, if there is one.
    pub(super) fn probe_url(&self, values: &Values<'_>) -> Result<Option<Url>, String> {
        self.probe.as_ref().map(|probe| address(probe, values)).transpose()
    }
}

/// The URL a template makes.
pub(super) fn address(template: &Template, values: &Values<'_>) -> Result<Url, String> {
    Url::parse(&template.render(values, url)).map_err(|error| format!("it makes no URL: {error}"))
}
