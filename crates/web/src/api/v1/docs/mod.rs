//! `/api/openapi.json` and `/api/docs`. Both change with the configuration only, so each is made once.

mod view;

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use self::view::Reference;
use super::document;
use crate::api::json::JSON;
use crate::error::Problem;
use crate::pages::Frame;
use crate::state::WebState;

/// The style of the page; it stands on the house's own.
const STYLE: &str = include_str!("../../../../assets/reference.css");

/// What was made, for all who ask.
#[derive(Default)]
struct Made {
    document: OnceLock<Bytes>,
    page: OnceLock<Bytes>,
}

/// The routes.
pub fn routes() -> Router<WebState> {
    Router::new()
        .route("/api/openapi.json", get(show_document))
        .route("/api/docs", get(show_page))
        .layer(Extension(Arc::new(Made::default())))
        .route("/api/docs/reference.css", get(show_style))
}

/// The document.
async fn show_document(State(state): State<WebState>, Extension(made): Extension<Arc<Made>>) -> Response {
    let document = made.document.get_or_init(|| document::of_server(&state).to_string().into());
    file(JSON, document.clone())
}

/// The same as a page for people.
async fn show_page(State(state): State<WebState>, Extension(made): Extension<Arc<Made>>) -> Result<Response, Problem> {
    let page = if let Some(page) = made.page.get() {
        page.clone()
    } else {
        let page = render(&state)?;
        made.page.get_or_init(|| page).clone()
    };
    Ok(file("text/html; charset=utf-8", page))
}

fn render(state: &WebState) -> Result<Bytes, Problem> {
    let reference = Reference::of(&document::of_server(state), Frame::plain(state));
    // The API speaks English, and so does its documentation.
    let templates = state.templates();
    let language = templates.language("en").unwrap_or_else(|| templates.default_language());
    Ok(templates.render(&reference, &language)?.into())
}

async fn show_style() -> Response {
    file("text/css; charset=utf-8", Bytes::from_static(STYLE.as_bytes()))
}

/// A file that may be kept for a while: a restart with another configuration changes it.
fn file(media_type: &'static str, content: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, content).into_response()
}
