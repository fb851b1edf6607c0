//! `/`: the dashboard knows who is signed in.

use axum::response::Response;

use super::see_other;

pub async fn show() -> Response {
    see_other("/dashboard/")
}
