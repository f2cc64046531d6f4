//! `GET /openapi.json`: what the server can be asked. Invariant: made of the table of routes.

use axum::body::Body;
use axum::http::Response;

use crate::openapi;

/// The path.
pub const PATH: &str = "/openapi.json";

/// Answers.
pub async fn get() -> Response<Body> {
    super::with_type(Body::from(openapi::document().to_string()), "application/json")
}
