//! The edge: every answer gets the security headers, and every failure its page (or its JSON) and its line in the log.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode, Uri};
use otpd_domain::Fault;
use otpd_domain::ports::HashError;

use crate::api::{Door, Words};
use crate::error::{Problem, Told};
use crate::host;
use crate::pages::problem;
use crate::serve::Ambiguous;
use crate::state::WebState;

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
    let mut response = match refused_at_once(&state, &request) {
        Some(problem) => problem.into_response(),
        None => handled(&state, request, next).await,
    };
    if let Some(problem) = told(&mut response) {
        log(&problem, &asked);
        response = in_words(&state, &problem, &asked, &response);
    }
    state.security_headers().apply(response.headers_mut());
    response
}

/// What no handler needs to see.
fn refused_at_once(state: &WebState, request: &Request) -> Option<Problem> {
    let ambiguous = request.extensions().get::<Ambiguous>().map(|ambiguous| Problem::Ambiguous(*ambiguous));
    ambiguous.or_else(|| host::check(state.public_url(), request).err())
}

async fn handled(state: &WebState, request: Request, next: Next) -> Response {
    let limit = state.request_timeout();
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.unwrap_or_else(|_| Problem::TookTooLong(limit).into_response())
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
        // Anybody can bring this about; somebody must act only if it lasts.
        _ if matches!(**problem, Problem::Fault(Fault::Hash(HashError::Busy)) | Problem::NoRoom) => {
            tracing::warn!(method = %asked.method, ?path, status, client, "{problem}");
        }
        status_code if status_code.is_server_error() => {
            tracing::error!(method = %asked.method, ?path, status, client, "{problem}");
        }
        _ => tracing::info!(method = %asked.method, ?path, status, client, "{problem}"),
    }
}

/// The failure in words; what it says in its headers stays.
fn in_words(state: &WebState, Told(problem): &Told, asked: &Asked, bare: &Response) -> Response {
    let mut response = match Door::of(asked.uri.path()) {
        Some(door) => door.failure(problem, &Words::of(state, asked.accept_language.as_ref())),
        None => page(state, problem, asked),
    };
    for (name, value) in bare.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

fn page(state: &WebState, problem: &Problem, asked: &Asked) -> Response {
    let accepted = asked.accept_language.as_ref().and_then(|value| value.to_str().ok());
    let language = state.templates().negotiate(accepted);
    let back = (asked.method == Method::POST).then(|| asked.uri.path());
    problem::render(state, problem, &language, back).unwrap_or_else(|error| {
        tracing::error!("the error page could not be rendered: {error}");
        problem.status().into_response()
    })
}
