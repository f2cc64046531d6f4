//! What stands before every route: its time, a panic that harms only its own request, a line in the log, headers that
//! every answer has. Called by `crate::router`. Invariant: a log line holds route, status, duration and code, never who
//! asked or what.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Response, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use footbridge_protocol::{ErrorBody, ErrorCode, RevocationMessage, encode};
use futures_util::FutureExt;

use crate::error::ApiError;
use crate::state::ServerState;

/// Gives up on a request that takes too long: the answer may still be had by asking again.
pub(crate) async fn in_time(State(limit): State<Duration>, request: Request, next: Next) -> Response<Body> {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::from(ErrorCode::Busy).into_response(),
    }
}

/// Turns a panic into an answer.
pub(crate) async fn unharmed(request: Request, next: Next) -> Response<Body> {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a request panicked");
            ApiError::from(ErrorCode::Internal).into_response()
        }
    }
}

/// Writes the line in the log, and the headers that every answer has.
pub(crate) async fn noted(request: Request, next: Next) -> Response<Body> {
    let begun = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    let code = response.extensions().get::<ErrorCode>().map_or("", |code| code.name());
    let status = response.status().as_u16();
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status, code, milliseconds, "request");
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Signs what a revoked device is told: nothing else locks it.
pub(crate) async fn signed(State(state): State<ServerState>, request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    if let Some(revocation) = response.extensions_mut().remove::<RevocationMessage>() {
        let notice = revocation.seal(state.identity()).ok();
        let body = ErrorBody { notice, ..ErrorBody::from(ErrorCode::Revoked) };
        *response.body_mut() = Body::from(encode(&body).unwrap_or_default());
    }
    response
}

/// Every address that is none.
pub(crate) async fn no_such_route() -> ApiError {
    ErrorCode::NotFound.into()
}
