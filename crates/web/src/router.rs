//! Which path leads where.

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::api::{self, cors};
use crate::edge::edge;
use crate::error::Problem;
use crate::pages::{
    contact, dashboard, dev_mailbox, files, forgotten, health, home, links, login, logout, moved_permanently, register,
    request, resend, sessions, status, verify,
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
    if links::are_open(&state) {
        router = with_accounts(router);
    }
    if state.mailbox().is_some() {
        router = router.route("/dev/mailbox", get(dev_mailbox::show));
    }
    router
        .merge(api::routes(&state))
        .fallback(async || Problem::NotFound)
        .layer(
            // Together, since each layer of a router by itself boxes every request once more.
            ServiceBuilder::new()
                .layer(from_fn_with_state(state.clone(), cors::share))
                .layer(from_fn_with_state(state.clone(), edge))
                .layer(CatchPanicLayer::custom(on_panic)),
        )
        .with_state(state)
}

/// The pages of people who look after accounts with passwords themselves.
fn with_accounts(router: Router<WebState>) -> Router<WebState> {
    router
        .page("/register/", get(register::show).post(register::submit))
        .page("/register/verify/", get(verify::show).post(verify::submit))
        .page("/register/resend/", get(resend::show).post(resend::submit))
        .page("/login/", get(login::show).post(login::submit))
        .page("/password/forgotten/", get(forgotten::show).post(forgotten::submit))
        .page("/password/new/", get(verify::show).post(verify::submit))
        .page("/password/resend/", get(resend::show).post(resend::submit))
        .page("/account/contact/", get(contact::show).post(contact::submit))
        .page("/account/contact/verify/", get(verify::show).post(verify::submit))
        .page("/account/contact/resend/", get(resend::show).post(resend::submit))
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
