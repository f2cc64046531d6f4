//! The address that is not encrypted: whoever comes there is sent to the one that is. Called by `serve`. Invariant: it
//! gives no content and takes none; where it sends is what the server knows of itself, not what was asked for.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, Response, StatusCode, header};

use crate::reviewing;
use crate::state::ServerState;

/// Answers everything with the way to the encrypted address.
pub(super) fn router(state: ServerState) -> Router {
    Router::new().fallback(away).with_state(state)
}

async fn away(State(state): State<ServerState>, request: Request) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    // What a form or a device sends was readable on the way here: it is not asked to send it once more.
    let only_looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let base = reviewing::base_url(&state).await.ok().filter(|base| base.starts_with("https://"));
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let to = base.and_then(|base| HeaderValue::from_str(&format!("{base}{path}")).ok());
    match to {
        Some(to) if only_looks => {
            *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
            response.headers_mut().insert(header::LOCATION, to);
        }
        _ => *response.status_mut() = StatusCode::FORBIDDEN,
    }
    response
}
