//! HTTP by reqwest, with rustls, ring and the public roots compiled in: the platform's verifier would want
//! a part written in Kotlin, and the JVM, on Android. A server that came with a fingerprint is known by that alone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use footbridge_protocol::DEVICE_HEADER;
use rustls::ClientConfig;
use rustls::crypto::ring;
use tokio::time::timeout;

use super::pinned::Pinned;
use super::{Body, Boxed, Request, Response, Transport, Unreachable};
use crate::error::FootbridgeError;

/// A server that does not take the connection within this time is not there.
const CONNECT: Duration = Duration::from_secs(10);
/// A link over which nothing comes for this long is dead. A heartbeat comes every 20 seconds.
const IDLE: Duration = Duration::from_secs(45);
/// Bytes a second of the slowest link over which a request is still given its time to go out.
const SLOWEST: u64 = 2048;

/// The real network.
pub struct HttpTransport {
    by_roots: reqwest::Client,
    by_fingerprint: Mutex<BTreeMap<[u8; 32], ByKey>>,
}

/// The way to a server that is known by its key.
#[derive(Clone)]
struct ByKey {
    client: reqwest::Client,
    /// Whether the other side showed another key, the last time.
    met_another: Arc<AtomicBool>,
}

impl HttpTransport {
    /// A client with its pool of connections.
    ///
    /// # Errors
    /// [`FootbridgeError::Offline`] where TLS cannot be set up.
    pub fn new() -> Result<Self, FootbridgeError> {
        let by_roots = client(None).map_err(|_| FootbridgeError::Offline)?;
        Ok(Self { by_roots, by_fingerprint: Mutex::default() })
    }

    /// The client for a server that is known so. Each has connections of its own: none is ever taken for another's.
    fn client(&self, fingerprint: Option<[u8; 32]>) -> Result<reqwest::Client, Unreachable> {
        let Some(fingerprint) = fingerprint else { return Ok(self.by_roots.clone()) };
        let mut clients = self.by_fingerprint.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = clients.get(&fingerprint) {
            return Ok(known.client.clone());
        }
        let met_another = Arc::new(AtomicBool::new(false));
        let client = client(Some((fingerprint, Arc::clone(&met_another))))?;
        clients.insert(fingerprint, ByKey { client: client.clone(), met_another });
        Ok(client)
    }
}

fn client(key: Option<([u8; 32], Arc<AtomicBool>)>) -> Result<reqwest::Client, Unreachable> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| Unreachable)?;
    let tls = match key {
        None => {
            let roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        Some((fingerprint, met_another)) => {
            let pinned = Arc::new(Pinned::new(fingerprint, provider, met_another));
            builder.dangerous().with_custom_certificate_verifier(pinned).with_no_client_auth()
        }
    };
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .build()
        .map_err(|_| Unreachable)
}

impl Transport for HttpTransport {
    fn met_another_key(&self, fingerprint: [u8; 32]) -> bool {
        let clients = self.by_fingerprint.lock().unwrap_or_else(PoisonError::into_inner);
        clients.get(&fingerprint).is_some_and(|known| known.met_another.load(Ordering::Relaxed))
    }

    fn send(&self, request: Request) -> Boxed<'_, Result<Response, Unreachable>> {
        Box::pin(async move {
            let Request { url, body, media_type, authorization, device, fingerprint } = request;
            let client = self.client(fingerprint)?;
            // What is large needs its time on a slow link, and no answer begins before it is there.
            let length = body.as_ref().map_or(0, |body| body.len() as u64);
            let patience = IDLE + Duration::from_secs(length / SLOWEST);
            let mut builder = match body {
                Some(body) => client.post(url).header("content-type", media_type).body(body),
                None => client.get(url),
            };
            if let Some(authorization) = authorization {
                builder = builder.header("authorization", authorization);
            }
            if let Some(device) = device {
                builder = builder.header(DEVICE_HEADER, device);
            }
            let response =
                timeout(patience, builder.send()).await.map_err(|_| Unreachable)?.map_err(|_| Unreachable)?;
            let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
            Ok(Response {
                status: response.status().as_u16(),
                retry_after: retry_after.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs),
                body: Box::new(HttpBody(response)),
            })
        })
    }
}

struct HttpBody(reqwest::Response);

impl Body for HttpBody {
    fn next(&mut self) -> Boxed<'_, Result<Option<Bytes>, Unreachable>> {
        Box::pin(async move { timeout(IDLE, self.0.chunk()).await.map_err(|_| Unreachable)?.map_err(|_| Unreachable) })
    }
}
