//! HTTP by reqwest, with rustls, ring and the public roots compiled in: the platform's verifier would want
//! a part written in Kotlin, and the JVM, on Android.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::{Body, Boxed, Request, Response, Transport, Unreachable};
use crate::error::FootbridgeError;

/// A server that does not take the connection within this time is not there.
const CONNECT: Duration = Duration::from_secs(10);
/// A link over which nothing comes for this long is dead. A heartbeat comes every 20 seconds.
const IDLE: Duration = Duration::from_secs(45);

/// The real network.
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A client with its pool of connections.
    ///
    /// # Errors
    /// [`FootbridgeError::Offline`] where TLS cannot be set up.
    pub fn new() -> Result<Self, FootbridgeError> {
        let roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| FootbridgeError::Offline)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(IDLE)
            .build()
            .map_err(|_| FootbridgeError::Offline)?;
        Ok(Self { client })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> Boxed<'_, Result<Response, Unreachable>> {
        Box::pin(async move {
            let Request { url, body, media_type, authorization } = request;
            let mut builder = match body {
                Some(body) => self.client.post(url).header("content-type", media_type).body(body),
                None => self.client.get(url),
            };
            if let Some(authorization) = authorization {
                builder = builder.header("authorization", authorization);
            }
            let response = builder.send().await.map_err(|_| Unreachable)?;
            Ok(Response { status: response.status().as_u16(), body: Box::new(HttpBody(response)) })
        })
    }
}

struct HttpBody(reqwest::Response);

impl Body for HttpBody {
    fn next(&mut self) -> Boxed<'_, Result<Option<Bytes>, Unreachable>> {
        Box::pin(async move { self.0.chunk().await.map_err(|_| Unreachable) })
    }
}
