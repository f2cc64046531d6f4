//! The endpoints, one file each: extract, authorise, one domain call, answer. No SQL here, no rule here. Called by
//! [`crate::router`]. Invariant: [`table`] has every route there is, with who may ask.

pub mod digests;
pub mod documents;
pub mod events;
pub mod health;
pub mod hello;
pub mod join;
pub mod join_page;
pub mod metrics;
pub mod openapi;
pub mod pull;
pub mod push;
pub mod quarantine;
pub mod review;
pub mod security;
pub mod session;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use bytes::{Bytes, BytesMut};
use footbridge_protocol::{
    ErrorCode, Message, encode, event as event_message, hello as hello_message, join as join_message,
    pull as pull_message, push as push_message, quarantine as quarantine_message, session as session_message,
};

use crate::error::ApiError;
use crate::push::Arriving;
use crate::review as review_pages;
use crate::reviewing::SIGN_IN_PATH;
use crate::router::{Route, Who};

/// Every route there is.
pub fn table() -> Vec<Route> {
    vec![
        Route::post(hello_message::PATH, Who::Anyone, hello::post),
        Route::post(join_message::PATH, Who::Signature, join::post),
        Route::post(session_message::PATH, Who::Signature, session::post),
        Route::post(push_message::PATH, Who::Signature, push::post).taken_as_it_comes(),
        Route::post(pull_message::PATH, Who::Device, pull::post),
        Route::post(pull_message::DOCUMENTS_PATH, Who::Device, documents::post),
        Route::post(pull_message::digests::PATH, Who::Device, digests::post),
        Route::post(quarantine_message::PATH, Who::CoordinatorsDevice, quarantine::post),
        Route::get(event_message::PATH, Who::Device, events::get),
        Route::get("/healthz", Who::Anyone, health::alive).free(),
        Route::get("/readyz", Who::Anyone, health::ready),
        Route::get(openapi::PATH, Who::Anyone, openapi::get),
        Route::get(metrics::PATH, Who::Anyone, metrics::get),
        Route::get(security::PATH, Who::Anyone, security::get),
        Route::get("/join", Who::Guest, join_page::get),
        Route::get("/review", Who::Coordinator, review::list::get),
        Route::get("/review/visits/{id}", Who::Coordinator, review::record::visit),
        Route::get("/review/records/{id}", Who::Coordinator, review::record::any),
        Route::get("/review/records/{id}/erase", Who::Coordinator, review::record::ask_erase),
        Route::post("/review/records/{id}/erase", Who::Coordinator, review::record::erase),
        Route::post("/review/records/{id}/answers", Who::Coordinator, review::settle::post),
        Route::post(review::keep_notes::PATH, Who::Coordinator, review::keep_notes::post),
        Route::get(review::disagreements::PATH, Who::Coordinator, review::disagreements::get),
        Route::get(review_pages::search::PATH, Who::Coordinator, review::search::get),
        Route::get(review_pages::follow_ups::PATH, Who::Coordinator, review::follow_ups::get),
        Route::post("/review/follow-ups/{id}/give", Who::Coordinator, review::follow_ups::give),
        Route::post("/review/follow-ups/{id}/close", Who::Coordinator, review::follow_ups::close),
        Route::post("/review/follow-ups/{id}/reopen", Who::Coordinator, review::follow_ups::reopen),
        Route::get(review_pages::people::PATH, Who::Coordinator, review::people::every),
        Route::get(review_pages::people::DEVICES_PATH, Who::Coordinator, review::people::every_device),
        Route::post("/review/people/invite", Who::Coordinator, review::people::invite),
        Route::get("/review/people/{id}", Who::Coordinator, review::people::get),
        Route::post("/review/people/{id}/device", Who::Coordinator, review::people::device),
        Route::post("/review/people/{id}/role", Who::Coordinator, review::people::role),
        Route::post("/review/people/{id}/name", Who::Coordinator, review::people::name),
        Route::post("/review/people/{id}/erase", Who::Coordinator, review::people::erase),
        Route::post("/review/people/{id}/revoke", Who::Coordinator, review::people::revoke),
        Route::post("/review/people/{id}/reinstate", Who::Coordinator, review::people::reinstate),
        Route::get(review_pages::aside::PATH, Who::Coordinator, review::aside::get),
        Route::post("/review/aside/{id}/take", Who::Coordinator, review::aside::take),
        Route::post("/review/aside/{id}/discard", Who::Coordinator, review::aside::discard),
        Route::get(review_pages::lists::PATH, Who::Coordinator, review::lists::every),
        Route::get("/review/lists/{list}", Who::Coordinator, review::lists::get),
        Route::post("/review/lists/{list}", Who::Coordinator, review::lists::add),
        Route::post("/review/lists/{list}/{id}", Who::Coordinator, review::lists::rename),
        Route::post("/review/lists/{list}/{id}/place", Who::Coordinator, review::lists::place),
        Route::get(SIGN_IN_PATH, Who::Guest, review::sign_in::get),
        Route::post(SIGN_IN_PATH, Who::Guest, review::sign_in::post),
        Route::get(review::sign_out::PATH, Who::Guest, review::sign_out::get),
        Route::post(review::sign_out::PATH, Who::Coordinator, review::sign_out::post),
        Route::get("/review/assets/{name}", Who::Guest, review::assets::get).free(),
        Route::any("/review/", Who::Guest, review::nowhere),
        Route::any("/review/{*rest}", Who::Guest, review::nowhere),
    ]
}

/// The whole body, if it is not larger than `limit` and goes on coming.
async fn body(request: Request<Body>, limit: usize) -> Result<Bytes, ApiError> {
    if announced(&request).is_some_and(|length| length > limit as u64) {
        return Err(ErrorCode::TooLarge.into());
    }
    let mut body = Arriving::new(request.into_body());
    let mut bytes = BytesMut::new();
    while let Some(data) = body.next().await? {
        if bytes.len() + data.len() > limit {
            return Err(ErrorCode::TooLarge.into());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

/// How long a body says that it is: enough to refuse it, and no reason to set anything aside for it.
fn announced(request: &Request<Body>) -> Option<u64> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok())
}

/// An answer in CBOR.
fn answer<M: Message>(message: &M) -> Result<Response<Body>, ApiError> {
    Ok(with_type(Body::from(encode(message)?), footbridge_protocol::MEDIA_CBOR))
}

fn with_type(body: Body, media: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}
