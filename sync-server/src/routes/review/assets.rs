//! `GET /review/assets/NAME`: style sheet and pictures. Invariant: a browser keeps what it asked for by its version.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, Response, header};

use super::{Answer, Guest};
use crate::review::assets;
use crate::reviewing::ReviewError;

/// The file of that name.
pub async fn get(guest: Guest, Path(name): Path<String>) -> Answer {
    let asset = assets::find(&name).ok_or_else(|| guest.refuse(ReviewError::NotFound))?;
    let mut response = Response::new(Body::from(asset.content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}
