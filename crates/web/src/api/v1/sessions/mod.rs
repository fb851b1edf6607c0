//! Sessions: where people are signed in. One operation a file.

pub mod end;
pub mod end_all;
pub mod introspect;
pub mod list;

use otpd_domain::session::Session as Stored;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::moment::Moment;
use crate::state::WebState;

/// The routes.
pub fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_sessions))
        .routes(routes!(end_all::end_sessions))
        .routes(routes!(introspect::introspect))
        .routes(routes!(end::end_session))
}

/// A live session. Its token is not kept and cannot be told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    /// Names it; gives no power.
    #[schema(format = "uuid", example = "019aa4d2-0e2c-7b5c-9b43-7f6f7f0d5a11")]
    id: String,
    /// Whose it is.
    #[schema(minimum = 1, example = 42)]
    account_id: i64,
    /// When it opened.
    #[schema(format = "date-time", example = "2026-11-21T06:00:00Z")]
    created_at: String,
    /// When it was last used, to about a minute.
    #[schema(format = "date-time", example = "2026-11-21T06:10:00Z")]
    last_seen_at: String,
    /// When it ends whatever happens; unused it ends earlier.
    #[schema(format = "date-time", example = "2026-12-05T06:00:00Z")]
    expires_at: String,
    /// How the person's browser or app called itself; may be empty.
    #[schema(example = "Mozilla/5.0")]
    user_agent: String,
}

impl From<Stored> for Session {
    fn from(stored: Stored) -> Self {
        Self {
            id: stored.id.to_string(),
            account_id: stored.account_id.0,
            created_at: Moment::from(stored.created_at).iso,
            last_seen_at: Moment::from(stored.last_seen_at).iso,
            expires_at: Moment::from(stored.expires_at).iso,
            user_agent: stored.user_agent,
        }
    }
}
