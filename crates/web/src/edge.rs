//! The outermost layer: every answer gets the security headers, and every failure its page and its line in the log.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode, Uri};

use crate::error::{Problem, Told};
use crate::pages::problem;
use crate::state::WebState;

/// How long a browser is asked to wait when the server cannot work, in seconds.
const TRY_AGAIN_AFTER: HeaderValue = HeaderValue::from_static("5");

/// What log and error page need of a request once a handler has had it.
struct Asked {
    method: Method,
    uri: Uri,
    accept_language: Option<HeaderValue>,
    client: Option<IpAddr>,
}

impl Asked {
    fn of(request: &Request, state: &WebState) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            accept_language: request.headers().get(ACCEPT_LANGUAGE).cloned(),
            client: state.proxies().client(peer, request.headers()),
        }
    }
}

/// Runs a request through the handlers, for as long as a request may take.
pub async fn edge(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request, &state);
    let limit = state.request_timeout();
    let mut response = match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::TookTooLong(limit).into_response(),
    };
    if let Some(problem) = told(&mut response) {
        log(&problem, &asked);
        response = page(&state, &problem, &asked, &response);
    }
    state.security_headers().apply(response.headers_mut());
    response
}

fn told(response: &mut Response) -> Option<Told> {
    let told = response.extensions_mut().remove::<Told>();
    told.or_else(|| {
        let bare = !response.headers().contains_key(CONTENT_TYPE);
        Problem::of_bare(response.status()).filter(|_| bare).map(|problem| Told(problem.into()))
    })
}

/// The path is that of a route of ours or of a wrong guess: it never holds a code or token. The query may, so it
/// stays out.
fn log(Told(problem): &Told, asked: &Asked) {
    let (status, path) = (problem.status().as_u16(), asked.uri.path());
    let client = asked.client.map(tracing::field::display);
    match problem.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            tracing::debug!(method = %asked.method, ?path, status, client, "{problem}");
        }
        status_code if status_code.is_server_error() => {
            tracing::error!(method = %asked.method, ?path, status, client, "{problem}");
        }
        _ => tracing::info!(method = %asked.method, ?path, status, client, "{problem}"),
    }
}

fn page(state: &WebState, Told(problem): &Told, asked: &Asked, bare: &Response) -> Response {
    let accepted = asked.accept_language.as_ref().and_then(|value| value.to_str().ok());
    let language = state.templates().negotiate(accepted);
    let back = (asked.method == Method::POST).then(|| asked.uri.path());
    let mut response = problem::render(state, problem, &language, back).unwrap_or_else(|error| {
        tracing::error!("the error page could not be rendered: {error}");
        problem.status().into_response()
    });
    if let Some(allow) = bare.headers().get(ALLOW) {
        response.headers_mut().insert(ALLOW, allow.clone());
    }
    if problem.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, TRY_AGAIN_AFTER);
    }
    response
}
