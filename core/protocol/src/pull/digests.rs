//! What a device and the server compare to know that they hold the same: a count and a sum for each scope,
//! and where these differ `POST /v1/digests`, the list behind them.

use footbridge_model::{DocumentId, Scope};
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::codec::{Message, at_most};
use crate::error::ProtocolError;
use crate::limits;

/// Where the list is asked for, with a bearer token.
pub const PATH: &str = "/v1/digests";

/// How many bytes an entry of the list has: an id and a digest.
const ENTRY: usize = 24;

/// What stands for a document as it was served: the first eight bytes of the SHA-256 of its id, its
/// generation and its bytes, as a number.
pub fn digest(id: DocumentId, generation: u64, document: &[u8]) -> u64 {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(id.as_bytes())
        .chain_update(generation.to_be_bytes())
        .chain_update(document)
        .finalize()
        .into();
    let [a, b, c, d, e, f, g, h, ..] = hash;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// A scope in two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct ScopeDigest {
    /// How many documents are in it.
    #[n(0)]
    pub count: u64,
    /// The sum of their digests, modulo 2^64.
    #[n(1)]
    pub sum: u64,
}

impl ScopeDigest {
    /// With one document more.
    #[must_use]
    pub const fn plus(self, digest: u64) -> Self {
        Self { count: self.count.saturating_add(1), sum: self.sum.wrapping_add(digest) }
    }
}

/// Asks for the digests of a scope.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DigestsRequest {
    /// Which.
    #[cbor(n(0), with = "crate::codec::fields::scope")]
    pub scope: Scope,
    /// From after this id on.
    #[cbor(n(1), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub after: Option<DocumentId>,
}

impl Message for DigestsRequest {
    const NAME: &'static str = "a digests request";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        Ok(())
    }
}

/// The documents of a scope by their ids, ascending, each with its digest.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DigestsMessage {
    /// One byte string of 24 for each: its id and its digest.
    #[cbor(n(0), with = "entries")]
    pub entries: Vec<(DocumentId, u64)>,
    /// Whether there are more after the last.
    #[n(1)]
    pub more: bool,
}

impl Message for DigestsMessage {
    const NAME: &'static str = "the answer to a digests request";
    const MAX_BYTES: usize = limits::DIGESTS * ENTRY + limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most(Self::NAME, self.entries.len(), limits::DIGESTS)
    }
}

mod entries {
    use super::*;

    pub(super) fn encode<C, W: Write>(
        entries: &[(DocumentId, u64)],
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let mut bytes = Vec::with_capacity(entries.len().saturating_mul(ENTRY));
        for (id, digest) in entries {
            bytes.extend_from_slice(id.as_bytes());
            bytes.extend_from_slice(&digest.to_be_bytes());
        }
        e.bytes(&bytes)?.ok()
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Vec<(DocumentId, u64)>, decode::Error> {
        let bytes = d.bytes()?;
        let (entries, rest) = bytes.as_chunks::<ENTRY>();
        if !rest.is_empty() {
            return Err(decode::Error::message("a byte string of another length"));
        }
        let read = |entry: &[u8; ENTRY]| {
            let (id, digest) = entry.split_first_chunk::<16>()?;
            Some((DocumentId::from_bytes(*id), u64::from_be_bytes(digest.try_into().ok()?)))
        };
        entries.iter().map(|entry| read(entry).ok_or_else(|| decode::Error::message("an entry cut off"))).collect()
    }
}
