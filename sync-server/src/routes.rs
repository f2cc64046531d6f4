//! The endpoints, one file each: extract, authorise, one domain call, answer. No SQL here, no rule here. `crate::router`
//! lists them with their limits.

pub mod documents;
pub mod events;
pub mod health;
pub mod hello;
pub mod join;
pub mod join_page;
pub mod pull;
pub mod push;
pub mod review;
pub mod session;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Request, Response, header};
use footbridge_protocol::{ErrorCode, Message, encode};

use crate::error::ApiError;

/// The whole body, if it is not larger than `limit`.
async fn body(request: Request<Body>, limit: usize) -> Result<Bytes, ApiError> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > limit as u64) {
        return Err(ErrorCode::TooLarge.into());
    }
    to_bytes(request.into_body(), limit).await.map_err(|error| {
        let too_large =
            std::error::Error::source(&error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if too_large { ErrorCode::TooLarge.into() } else { ErrorCode::Malformed.into() }
    })
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
