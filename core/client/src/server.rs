//! One call to a server: the request, the status, the error body, bounded reading. What the calls mean is
//! in `sync` and `membership`.

use footbridge_model::RandomSource;
use footbridge_protocol::bytes::Nonce;
use footbridge_protocol::codec::{self, Message};
use footbridge_protocol::error_body::ErrorBody;
use footbridge_protocol::hello::{self, HelloMessage, HelloRequest};
use footbridge_protocol::{MEDIA_CBOR, PublicKey, VERSION};

use crate::environment::Environment;
use crate::error::FootbridgeError;
use crate::transport::{Body, Request, Response, Unreachable};

impl From<Unreachable> for FootbridgeError {
    fn from(_: Unreachable) -> Self {
        Self::Offline
    }
}

/// A server, by the address and the identity that came with the invitation.
pub(crate) struct Server<'a> {
    pub environment: &'a Environment,
    pub address: String,
    pub identity: PublicKey,
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
        let url = format!("{}{path}", self.address);
        let request = Request { url, body, media_type, authorization };
        let Response { status, body } = self.environment.transport.send(request).await?;
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let bytes = read(body, ErrorBody::MAX_BYTES).await?;
        match codec::decode::<ErrorBody>(&bytes).ok().and_then(|body| body.code()) {
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

/// How long to wait after a number of failures in a row: doubling from two seconds to five minutes, and of
/// that a random half to the whole, so that phones that lost one network do not come back in one moment.
pub(crate) fn backoff(failures: u32, random: &dyn RandomSource) -> std::time::Duration {
    let most = 2_000_u64.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(300_000);
    let mut dice = [0; 8];
    random.fill(&mut dice);
    std::time::Duration::from_millis(most / 2 + u64::from_be_bytes(dice) % (most / 2 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

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
