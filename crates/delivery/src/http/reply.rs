//! A provider's reply.

use std::time::Duration;

use otpd_domain::Timestamp;
use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use tokio::time::{Instant, timeout_at};

/// Most bytes of a body that are read; replies to a message have hundreds.
const MAX_BODY: usize = 64 * 1024;
/// Most characters of a body that are quoted.
const MAX_QUOTED: usize = 200;

/// A provider's reply.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The status code.
    pub(crate) status: u16,
    /// How long it asks to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The body; `None` when it broke off, did not come in time or was too long.
    pub(crate) body: Option<String>,
}

impl Reply {
    pub(super) async fn read(response: Response, deadline: Instant, now: Timestamp) -> Self {
        let status = response.status().as_u16();
        let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = header.and_then(|value| super::wait_of(value, now));
        let body = timeout_at(deadline, body(response)).await.ok().flatten();
        Self { status, retry_after, body }
    }

    /// The reply in one line for a person: status and the beginning of the body.
    pub(crate) fn quoted(&self) -> String {
        let body = self.body.as_deref().unwrap_or("(the body broke off)");
        let line: String = body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_QUOTED).collect();
        format!("{} {line}", self.status).trim_end().to_owned()
    }
}

async fn body(mut response: Response) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if bytes.len() + chunk.len() > MAX_BODY {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
