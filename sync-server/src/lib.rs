//! The Footbridge server: orders, merges and guards what devices send; coordinators review it here. Its users are the
//! binary beside it and tests, which call [`router`] in process with a clock and chance of their own.
//!
//! Rooms: `routes/` one file an endpoint; `joining`, `push`, `pull`, `news`, `reviewing`, `admin` the domain;
//! `records` how a record is saved; `storage/` the one SQLite file. Invariant: what may be seen or done is decided
//! against what is stored, at that moment.

pub mod admin;
pub mod command_line;
pub mod environment;
pub mod error;
pub mod expiry;
mod guard;
pub mod identity;
mod joining;
mod news;
mod nonces;
mod pull;
mod push;
mod reader;
mod records;
mod review;
pub mod reviewing;
mod routes;
pub mod serve;
mod sessions;
pub mod state;
pub mod storage;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, get, post};
use footbridge_protocol::{event, hello, join, pull as pull_message, push as push_message, session};

pub use state::ServerState;

/// How long a small request may take, its body included.
const SMALL: Duration = Duration::from_secs(15);

/// How long a push may take: on a slow link a full one needs its time.
const LARGE: Duration = Duration::from_secs(120);

/// Every route, with how long it may take until its answer begins. Limits of bodies stand in the routes, taken from
/// the protocol.
pub fn router(state: ServerState) -> Router {
    use routes::review;

    let small = Router::new()
        .route(hello::PATH, post(routes::hello::post))
        .route(join::PATH, post(routes::join::post))
        .route(session::PATH, post(routes::session::post))
        .route(pull_message::PATH, post(routes::pull::post))
        .route(pull_message::DOCUMENTS_PATH, post(routes::documents::post))
        .route(event::PATH, get(routes::events::get))
        .route("/healthz", get(routes::health::alive))
        .route("/readyz", get(routes::health::ready))
        .layer(middleware::from_fn_with_state(SMALL, guard::in_time));
    let large = Router::new()
        .route(push_message::PATH, post(routes::push::post))
        .layer(middleware::from_fn_with_state(LARGE, guard::in_time));
    let pages = Router::new()
        .route("/join", get(routes::join_page::get))
        .route("/review", get(review::list::get))
        .route("/review/visits/{id}", get(review::record::visit))
        .route("/review/records/{id}", get(review::record::any))
        .route("/review/records/{id}/answers", post(review::settle::post))
        .route(review::disagreements::PATH, get(review::disagreements::get))
        .route(reviewing::SIGN_IN_PATH, get(review::sign_in::get).post(review::sign_in::post))
        .route(review::sign_out::PATH, get(review::sign_out::get).post(review::sign_out::post))
        .route("/review/assets/{name}", get(review::assets::get))
        .route("/review/", any(review::nowhere))
        .route("/review/{*rest}", any(review::nowhere))
        .method_not_allowed_fallback(review::nowhere)
        .layer(DefaultBodyLimit::max(review::FORM_LIMIT))
        .layer(middleware::from_fn_with_state(SMALL, guard::in_time))
        .layer(middleware::from_fn(review::headed));
    small
        .merge(large)
        .merge(pages)
        .fallback(guard::no_such_route)
        .method_not_allowed_fallback(guard::no_such_route)
        .layer(middleware::from_fn(guard::unharmed))
        .layer(middleware::from_fn(guard::noted))
        .with_state(state)
}
