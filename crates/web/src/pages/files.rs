//! `/static/{hash}/{file}`: the style sheet, the script and the pictures.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use crate::assets::Asset;
use crate::error::Problem;
use crate::state::WebState;

/// A file. Under its own hash it never changes and may be kept for ever; a page of another release, which asks under another
/// hash, gets what there is, to keep no longer than this once.
pub async fn show(State(state): State<WebState>, path: Result<Path<(String, String)>, PathRejection>) -> Response {
    let Ok(Path((hash, file))) = path else { return Problem::NotFound.into_response() };
    state
        .assets()
        .find(&file)
        .map_or_else(|| Problem::NotFound.into_response(), |asset| answer(asset, asset.hash == hash))
}

/// The icon under the name some programs ask for without having read the page.
pub async fn icon(State(state): State<WebState>) -> Response {
    state.assets().find("icon.svg").map_or_else(|| Problem::NotFound.into_response(), |asset| answer(asset, false))
}

fn answer(asset: &Asset, keep: bool) -> Response {
    let mut response = asset.content.clone().into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    if keep {
        let immutable = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(CACHE_CONTROL, immutable);
    }
    response
}
