//! CBOR in and out. Every message goes through [`encode`] and [`decode`], which hold it to its limits.
//! What arrives is walked once by [`strict`] before anything is built from it, so that only the
//! deterministic encoding of RFC 8949 (section 4.2.1), nested at most [`NESTING`](crate::limits::NESTING) deep and without
//! a byte after its end, reaches the decoders; keys that a message does not know are skipped.

pub mod fields;
pub mod strict;

use minicbor::{Decode, Encode};

use crate::error::ProtocolError;

/// A message of the protocol.
pub trait Message: Encode<()> + for<'b> Decode<'b, ()> {
    /// What errors call it.
    const NAME: &'static str;
    /// The most bytes that it may have.
    const MAX_BYTES: usize;

    /// Whether it keeps to the limits that its bytes alone do not hold.
    fn check(&self) -> Result<(), ProtocolError> {
        Ok(())
    }
}

/// A value that is a string of a fixed number of bytes on the wire.
pub trait FixedBytes: Sized {
    /// Its bytes.
    fn as_slice(&self) -> &[u8];
    /// From its bytes, if they are as many as it has.
    fn from_slice(bytes: &[u8]) -> Option<Self>;
}

/// The bytes of `message`. Refuses what the other side would refuse for its size.
pub fn encode<M: Message>(message: &M) -> Result<Vec<u8>, ProtocolError> {
    message.check()?;
    let mut bytes = Vec::new();
    minicbor::encode(message, &mut bytes)
        .map_err(|_| ProtocolError::Malformed { what: M::NAME, why: "it cannot be encoded" })?;
    within::<M>(bytes.len())?;
    Ok(bytes)
}

/// The message in `bytes`, which must hold it and nothing else.
pub fn decode<M: Message>(bytes: &[u8]) -> Result<M, ProtocolError> {
    within::<M>(bytes.len())?;
    strict::check(bytes).map_err(|why| ProtocolError::Malformed { what: M::NAME, why })?;
    let message: M = minicbor::decode(bytes)
        .map_err(|_| ProtocolError::Malformed { what: M::NAME, why: "a key is missing or has another type" })?;
    message.check()?;
    Ok(message)
}

/// Fails where `count` items of `what` are more than `limit`.
pub(crate) fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), ProtocolError> {
    if count <= limit { Ok(()) } else { Err(ProtocolError::TooMany { what, limit: wide(limit) }) }
}

/// Fails where `length` bytes of `what` are more than `limit`.
pub(crate) fn fits(what: &'static str, length: usize, limit: usize) -> Result<(), ProtocolError> {
    if length <= limit { Ok(()) } else { Err(ProtocolError::TooLarge { what, limit: wide(limit) }) }
}

fn within<M: Message>(length: usize) -> Result<(), ProtocolError> {
    fits(M::NAME, length, M::MAX_BYTES)
}

/// `usize` is never wider than 64 bits here.
pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
