//! Why a person is (back) on a page that begins something.

use otpd_domain::Fault;
use otpd_domain::codes::any_pending;
use serde::Serialize;

use crate::extract::{Presented, SentCookies};
use crate::state::WebState;

/// Why a person is (back) on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// They were signed in, and no longer are.
    SessionExpired,
    /// What they had begun is gone.
    PendingExpired,
    /// The code they typed was used before.
    CodeUsed,
    /// The form they sent was too old.
    FormStale,
}

impl Notice {
    /// All of them, for the samples of templates.
    pub const ALL: [Self; 4] = [Self::SessionExpired, Self::PendingExpired, Self::CodeUsed, Self::FormStale];
}

/// [`Notice::PendingExpired`] for a browser whose code is gone, or which had none where one was needed. A code that is
/// pending for something else is left in peace.
///
/// # Errors
/// When the store fails.
pub async fn of_lost_code(state: &WebState, cookies: &SentCookies) -> Result<Option<Notice>, Fault> {
    let lost = match &cookies.pending {
        Presented::Absent => false,
        Presented::Unreadable => true,
        Presented::Readable(handle) => any_pending(state.domain(), handle).await?.is_none(),
    };
    Ok(lost.then_some(Notice::PendingExpired))
}
