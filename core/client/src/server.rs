//! One call to a server: the request, the status, the error body, bounded reading. What the calls mean is
//! in `sync` and `membership`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use footbridge_model::{DeviceId, RandomSource};
use footbridge_protocol::bytes::Nonce;
use footbridge_protocol::codec::{self, Message};
use footbridge_protocol::error_body::ErrorBody;
use footbridge_protocol::hello::{self, HelloMessage, HelloRequest};
use footbridge_protocol::{ErrorCode, MEDIA_CBOR, PublicKey, VERSION};

use crate::environment::Environment;
use crate::error::FootbridgeError;
use crate::transport::{Body, Request, Response, Unreachable};

/// How long a server may ask to be left alone for the same request to wait for it.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often in a row.
const WAITS: usize = 5;
/// A server that asks for more is asked again all the same.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60 * 60);

/// Where a server that is known by its certificate's key answers with another.
pub(crate) const KEY_CHANGED: &str = "server_key_changed";

impl From<Unreachable> for FootbridgeError {
    fn from(_: Unreachable) -> Self {
        Self::Offline
    }
}

/// What a server says beside its refusals.
#[derive(Default)]
pub(crate) struct Heard(Mutex<Beside>);

#[derive(Default)]
struct Beside {
    notice: Option<Vec<u8>>,
    retry_after: Option<Duration>,
}

impl Heard {
    /// The message that came with the last refusal because the device is revoked. Nothing in it is believed
    /// before its signature is verified.
    pub fn notice(&self) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).notice.take()
    }

    /// How long the server wants to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retry_after.take()
    }

    fn note(&self, notice: Option<Vec<u8>>, retry_after: Option<Duration>) {
        let retry_after = retry_after.map(|wait| wait.min(RETRY_AFTER_MAX));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Beside { notice, retry_after };
    }
}

/// A server, by the address and the identity that came with the invitation.
pub(crate) struct Server<'a> {
    pub environment: &'a Environment,
    pub heard: &'a Heard,
    pub address: String,
    pub identity: PublicKey,
    /// Who asks, once it has joined.
    pub device: Option<DeviceId>,
    /// By what its certificate is known, where no public authority signed it.
    pub fingerprint: Option<[u8; 32]>,
}

impl Server<'_> {
    /// Posts and gives the answer once its head is there and says that it went well.
    pub async fn post(
        &self,
        path: &str,
        media_type: &'static str,
        body: Vec<u8>,
        authorization: Option<String>,
    ) -> Result<Box<dyn Body>, FootbridgeError> {
        self.send(path, media_type, Some(body), authorization).await
    }

    /// Gets, likewise.
    pub async fn get(&self, path: &str, authorization: Option<String>) -> Result<Box<dyn Body>, FootbridgeError> {
        self.send(path, MEDIA_CBOR, None, authorization).await
    }

    async fn send(
        &self,
        path: &str,
        media_type: &'static str,
        body: Option<Vec<u8>>,
        authorization: Option<String>,
    ) -> Result<Box<dyn Body>, FootbridgeError> {
        let request = Request {
            url: format!("{}{path}", self.address),
            body: body.map(Bytes::from),
            media_type,
            authorization,
            device: self.device.map(|device| device.to_string()),
            fingerprint: self.fingerprint,
        };
        let mut waits = 0;
        let code = loop {
            let transport = &self.environment.transport;
            let Response { status, retry_after, body } =
                transport.send(request.clone()).await.map_err(|unreachable| {
                    let is_another = self.fingerprint.is_some_and(|fingerprint| transport.met_another_key(fingerprint));
                    if is_another { FootbridgeError::refused(KEY_CHANGED) } else { unreachable.into() }
                })?;
            if (200..300).contains(&status) {
                return Ok(body);
            }
            let bytes = read(body, ErrorBody::MAX_BYTES).await?;
            let body = codec::decode::<ErrorBody>(&bytes).ok();
            let code = body.as_ref().and_then(ErrorBody::code);
            self.heard.note(body.and_then(|body| body.notice), retry_after);
            let wait = retry_after.filter(|wait| code == Some(ErrorCode::SlowDown) && *wait <= PATIENCE);
            let Some(wait) = wait.filter(|_| waits < WAITS) else { break code };
            waits += 1;
            // Those who were told the same do not come back in one moment.
            tokio::time::sleep(wait + jitter(wait, self.environment.random.as_ref())).await;
        };
        match code {
            Some(code) => Err(code.into()),
            // A proxy, a captive portal, another program: not the server.
            None => Err(FootbridgeError::Offline),
        }
    }

    /// Posts and reads the whole answer.
    pub async fn ask<M: Message>(
        &self,
        path: &str,
        media_type: &'static str,
        body: Vec<u8>,
        authorization: Option<String>,
    ) -> Result<M, FootbridgeError> {
        let body = self.post(path, media_type, body, authorization).await?;
        let bytes = read(body, M::MAX_BYTES).await?;
        Ok(codec::decode(&bytes)?)
    }

    /// Greets: the server proves that it is the one of the invitation.
    pub async fn hello(&self) -> Result<HelloMessage, FootbridgeError> {
        let mut nonce = [0; 16];
        self.environment.random.fill(&mut nonce);
        let client_nonce = Nonce::from_bytes(nonce);
        let request = codec::encode(&HelloRequest { client_nonce, versions: vec![VERSION] })?;
        let body = self.post(hello::PATH, MEDIA_CBOR, request, None).await?;
        let most = HelloMessage::MAX_BYTES + footbridge_protocol::signature::OVERHEAD;
        let bytes = read(body, most).await?;
        Ok(HelloMessage::open(&bytes, self.identity, client_nonce)?)
    }
}

/// Reads a body to its end, up to `most` bytes.
async fn read(mut body: Box<dyn Body>, most: usize) -> Result<Vec<u8>, FootbridgeError> {
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await? {
        if bytes.len() + piece.len() > most {
            return Err(FootbridgeError::Offline);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// From nothing to the whole of it, by chance.
fn jitter(most: Duration, random: &dyn RandomSource) -> Duration {
    let mut dice = [0; 8];
    random.fill(&mut dice);
    let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX - 1);
    Duration::from_millis(u64::from_be_bytes(dice) % (most + 1))
}

/// How long to wait after a number of failures in a row: doubling from two seconds to five minutes, and of
/// that a random half to the whole, so that phones that lost one network do not come back in one moment.
pub(crate) fn backoff(failures: u32, random: &dyn RandomSource) -> Duration {
    let half = Duration::from_millis(2_000_u64.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(300_000) / 2);
    half + jitter(half, random)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::environment::SystemClock;
    use crate::transport::{Boxed, Transport};

    /// A server that is asked too much, so many times, and then answers.
    struct Crowded {
        times: Mutex<u32>,
        retry_after: Option<Duration>,
    }

    struct Whole(Option<Bytes>);

    impl Body for Whole {
        fn next(&mut self) -> Boxed<'_, Result<Option<Bytes>, Unreachable>> {
            Box::pin(async move { Ok(self.0.take()) })
        }
    }

    impl Transport for Crowded {
        fn send(&self, _: Request) -> Boxed<'_, Result<Response, Unreachable>> {
            Box::pin(async move {
                let mut times = self.times.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let (status, code) = if *times > 0 { (429, ErrorCode::SlowDown) } else { (200, ErrorCode::Internal) };
                *times = times.saturating_sub(1);
                let body = codec::encode(&ErrorBody::from(code)).unwrap_or_default();
                Ok(Response { status, retry_after: self.retry_after, body: Box::new(Whole(Some(body.into()))) })
            })
        }
    }

    async fn asked(times: u32, retry_after: Option<u64>) -> (Result<(), FootbridgeError>, u64) {
        let crowded = Crowded { times: Mutex::new(times), retry_after: retry_after.map(Duration::from_secs) };
        let environment =
            Environment { clock: Arc::new(SystemClock), random: Arc::new(Fixed(0)), transport: Arc::new(crowded) };
        let identity = PublicKey::from_bytes([1; 32]);
        let heard = Heard::default();
        let (environment, address) = (&environment, String::new());
        let server = Server { environment, heard: &heard, address, identity, device: None, fingerprint: None };
        let begun = tokio::time::Instant::now();
        let answered = server.post("/", MEDIA_CBOR, Vec::new(), None).await;
        (answered.map(drop), begun.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_asks_for_time_gets_it() {
        let (answered, waited) = asked(3, Some(7)).await;
        assert!(answered.is_ok());
        assert_eq!(waited, 21);
        for (times, retry_after, waits) in [(9, Some(7), 35), (1, Some(3600), 0), (1, None, 0)] {
            let (answered, waited) = asked(times, retry_after).await;
            assert!(matches!(&answered, Err(FootbridgeError::Refused { code }) if code == "slow_down"), "{answered:?}");
            assert_eq!(waited, waits, "not for ever, and not where nothing is said");
        }
    }

    struct Fixed(u8);

    impl RandomSource for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn waiting_grows_with_failures_and_ends_at_five_minutes() {
        let waits: Vec<_> = (1..12).map(|failures| backoff(failures, &Fixed(0)).as_millis()).collect();
        assert_eq!(&waits[..4], [1_000, 2_000, 4_000, 8_000]);
        assert!(waits.iter().all(|wait| *wait <= 300_000) && waits.is_sorted());
        assert_ne!(backoff(5, &Fixed(1)), backoff(5, &Fixed(2)));
    }
}
