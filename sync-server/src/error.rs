//! What can go wrong beyond the database, and what a device is told of it. Called by every route and by
//! administration. Invariant: what goes over the wire is a code of the protocol, and nothing else.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use footbridge_protocol::error_code::Remedy;
use footbridge_protocol::{ErrorBody, ErrorCode, MEDIA_CBOR, ProtocolError, RevocationMessage};

use crate::storage::StorageError;

/// After how many seconds a device asks again where nothing says how long it takes.
const RETRY_AFTER: u64 = 5;

/// Why the server could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The database.
    #[error("the database could not be used")]
    Storage(#[from] StorageError),
    /// A file of the data folder.
    #[error("{attempted} failed")]
    File {
        /// What was being done.
        attempted: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The identity key is not one.
    #[error("identity.key is not 32 bytes: restore it from a copy, devices know the server by it")]
    Identity,
    /// A restore was broken off.
    #[error(
        "a restore was broken off in this data folder and cannot be ended: run `restore` again, with the same backup"
    )]
    HalfRestored(#[source] std::io::Error),
}

/// Why a request was refused: the code that the device gets. What lies behind it is logged, not sent.
#[derive(Debug)]
pub struct ApiError {
    /// What the device is told.
    pub code: ErrorCode,
    /// What lies behind, for the log.
    pub source: Option<StorageError>,
    /// With `revoked`: what the device is told, once the guard has signed it.
    pub revocation: Option<Box<RevocationMessage>>,
    /// After how many seconds it may be asked again, where that is known.
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// To a device whose rights were taken away.
    pub fn revoked(revocation: RevocationMessage) -> Self {
        Self { revocation: Some(Box::new(revocation)), ..ErrorCode::Revoked.into() }
    }

    /// Too much was asked in a while: again after this time.
    pub(crate) fn slow_down(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self { retry_after: Some(seconds.max(1)), ..ErrorCode::SlowDown.into() }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self { code, source: None, revocation: None, retry_after: None }
    }
}

impl From<ProtocolError> for ApiError {
    fn from(error: ProtocolError) -> Self {
        error.code().into()
    }
}

impl From<StorageError> for ApiError {
    fn from(source: StorageError) -> Self {
        let code = match &source {
            StorageError::Stopped => ErrorCode::Busy,
            full if full.is_full() => ErrorCode::NoRoom,
            _ => ErrorCode::Internal,
        };
        Self { code, source: Some(source), revocation: None, retry_after: None }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        if let Some(source) = &self.source {
            tracing::error!(
                code = self.code.name(),
                error = source as &dyn std::error::Error,
                because = source.because(),
                "a request failed"
            );
        }
        let body = footbridge_protocol::encode(&ErrorBody::from(self.code)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_CBOR));
        if self.code.remedy() == Remedy::Retry {
            let seconds = self.retry_after.unwrap_or(RETRY_AFTER);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.code);
        if let Some(revocation) = self.revocation {
            response.extensions_mut().insert(*revocation);
        }
        response
    }
}
