//! A provider's reply.

use std::time::Duration;

use otpd_domain::Timestamp;
use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use tokio::time::{Instant, timeout_at};

/// Most bytes of a body that are read; replies to a message have hundreds.
const MAX_BODY: usize = 64 * 1024;

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

    /// Status and body. Whole: cut at some length, half of a login or a code might be left that nobody finds to hide.
    pub(crate) fn quoted(&self) -> String {
        format!("{} {}", self.status, self.body.as_deref().unwrap_or("(the body broke off)")).trim_end().to_owned()
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
