//! What stands before every route: from where it is asked, its time, a panic that harms only its own request, a line in the log, headers that
//! every answer has. Called by `crate::router`. Invariant: a log line holds route, status, duration and code, never who
//! asked or what.

use std::net::IpAddr;
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
use crate::exposure::{Caller, Peer};
use crate::state::ServerState;

/// Says from where a request comes.
pub(crate) async fn placed(State(state): State<ServerState>, mut request: Request, next: Next) -> Response<Body> {
    let here = Peer(IpAddr::from([127, 0, 0, 1]));
    let Peer(peer) = request.extensions().get().copied().unwrap_or(here);
    let caller = Caller(state.exposure().caller(peer, request.headers()));
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Gives up on a request that takes too long: the answer may still be had by asking again.
pub(crate) async fn in_time(State(limit): State<Option<Duration>>, request: Request, next: Next) -> Response<Body> {
    let Some(limit) = limit else { return next.run(request).await };
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

/// Writes the line in the log, counts, and adds the headers that every answer has.
pub(crate) async fn noted(State(state): State<ServerState>, request: Request, next: Next) -> Response<Body> {
    let begun = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    let code = response.extensions().get::<ErrorCode>().map_or("", |code| code.name());
    let status = response.status().as_u16();
    let took = begun.elapsed();
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route = route.as_str(), status, code, milliseconds, "request");
    // A method can be any word; those that a route knows are few.
    let known = if route == "none" { "" } else { method.as_str() };
    state.metrics().request(&route, known, status, code, took);
    let headers = response.headers_mut();
    if state.exposure().is_strict {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
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
