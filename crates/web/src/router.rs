//! Which path leads where.

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::edge::edge;
use crate::error::Problem;
use crate::pages::{
    dashboard, dev_mailbox, files, health, home, logout, moved_permanently, request, resend, sessions, status, verify,
};
use crate::state::WebState;

/// The whole site.
pub fn router(state: WebState) -> Router {
    let mut router = Router::new()
        .route("/", get(home::show))
        .page("/otp/request/", get(request::show).post(request::submit))
        .page("/otp/verify/", get(verify::show).post(verify::submit))
        .page("/otp/status/", get(status::show))
        .page("/otp/resend/", get(resend::show).post(resend::submit))
        .page("/otp/logout/", get(logout::show).post(logout::submit))
        .page("/dashboard/", get(dashboard::show))
        .page("/dashboard/sessions/end/", post(sessions::end))
        .page("/dashboard/sessions/end-others/", post(sessions::end_others))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/static/{hash}/{file}", get(files::show))
        .route("/favicon.ico", get(files::icon));
    if state.mailbox().is_some() {
        router = router.route("/dev/mailbox", get(dev_mailbox::show));
    }
    router
        .fallback(async || Problem::NotFound)
        .layer(CatchPanicLayer::custom(on_panic))
        .layer(from_fn_with_state(state.clone(), edge))
        .with_state(state)
}

trait Pages {
    /// A page whose path ends in a slash; without it, browsers are sent there.
    fn page(self, path: &str, methods: MethodRouter<WebState>) -> Self;
}

impl Pages for Router<WebState> {
    fn page(self, path: &str, methods: MethodRouter<WebState>) -> Self {
        self.route(path, methods).route(path.trim_end_matches('/'), get(add_slash))
    }
}

async fn add_slash(request: Request) -> Response {
    let uri = request.uri();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    moved_permanently(&format!("{}/{query}", uri.path()))
}

/// The panic's text goes to the log and nowhere else.
#[allow(clippy::needless_pass_by_value, reason = "tower-http hands it over like this")]
fn on_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::Panic(text.unwrap_or("no text").to_owned()).into_response()
}
