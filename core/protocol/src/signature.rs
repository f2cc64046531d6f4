//! Who says something: COSE_Sign1 (RFC 9052) with Ed25519 around a message. The kind of message is part
//! of what is signed, so that a signature for one purpose is worth nothing for another. Keys are made by
//! the caller from its own source of randomness.

use std::fmt;

use coset::iana::Algorithm;
use coset::{CoseSign1, CoseSign1Builder, Header, HeaderBuilder, TaggedCborSerializable};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use footbridge_model::DeviceId;
use zeroize::Zeroizing;

use crate::codec::{self, FixedBytes, Message, fits, strict};
use crate::error::ProtocolError;

/// What a signature adds to a payload, at most.
pub const OVERHEAD: usize = 128;

/// What a signature is for: the external data of COSE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// The server introduces itself.
    Hello,
    /// A device presents an invitation.
    Join,
    /// A device opens a session.
    Session,
    /// A device sends what was recorded.
    Envelope,
    /// The server takes the rights of a device away.
    Revocation,
}

impl Label {
    /// The bytes that are signed along.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hello => "footbridge/1/hello",
            Self::Join => "footbridge/1/join",
            Self::Session => "footbridge/1/session",
            Self::Envelope => "footbridge/1/envelope",
            Self::Revocation => "footbridge/1/revocation",
        }
    }
}

/// An Ed25519 public key: a device's, or a server's identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// With these bytes. Whether they are a point on the curve shows when something is verified.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), ProtocolError> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| ProtocolError::NotAKey)?;
        let signature = Signature::from_slice(signature).map_err(|_| ProtocolError::BadSignature)?;
        key.verify_strict(message, &signature).map_err(|_| ProtocolError::BadSignature)
    }
}

impl FixedBytes for PublicKey {
    fn as_slice(&self) -> &[u8] {
        &self.0
    }

    fn from_slice(bytes: &[u8]) -> Option<Self> {
        <[u8; 32]>::try_from(bytes).ok().map(Self)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// An Ed25519 key that signs: a device's, or the server's. Wipes itself, shows nothing.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of this seed: 32 unpredictable bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Its seed, to be kept secret.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// What others verify with.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// Who signed, as the protected header says: known only to be true once the signature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyId {
    /// A device, by its id.
    Device(DeviceId),
    /// A server, by its identity.
    Server(PublicKey),
}

impl KeyId {
    fn to_vec(self) -> Vec<u8> {
        match self {
            Self::Device(device) => device.as_bytes().to_vec(),
            Self::Server(identity) => identity.0.to_vec(),
        }
    }

    fn from_slice(bytes: &[u8]) -> Option<Self> {
        DeviceId::from_slice(bytes).map(Self::Device).or_else(|| PublicKey::from_slice(bytes).map(Self::Server))
    }
}

/// `payload` as the signed bytes of `key`, for one purpose.
pub fn sign(label: Label, kid: KeyId, payload: Vec<u8>, key: &SigningKey) -> Result<Vec<u8>, ProtocolError> {
    CoseSign1Builder::new()
        .protected(header(kid))
        .payload(payload)
        .create_signature(label.as_str().as_bytes(), |signed| key.0.sign(signed).to_vec())
        .build()
        .to_tagged_vec()
        .map_err(|_| ProtocolError::Malformed { what: "a signed message", why: "it cannot be encoded" })
}

/// The encoded and signed `message`, within its limit.
pub fn seal<M: Message>(label: Label, kid: KeyId, message: &M, key: &SigningKey) -> Result<Vec<u8>, ProtocolError> {
    let signed = sign(label, kid, codec::encode(message)?, key)?;
    fits(M::NAME, signed.len(), M::MAX_BYTES)?;
    Ok(signed)
}

/// A message whose signature holds, and its signer. `lookup` gives the key of the signer that it names.
pub fn open<M: Message>(
    label: Label,
    bytes: &[u8],
    lookup: impl FnOnce(KeyId) -> Option<PublicKey>,
) -> Result<(KeyId, M), ProtocolError> {
    let (kid, sign1) = parse::<M>(bytes)?;
    let key = lookup(kid).ok_or(ProtocolError::UnknownSigner)?;
    verified(label, &sign1, key).map(|message| (kid, message))
}

/// The same for a message that only a device signs.
pub fn open_by_device<M: Message>(
    label: Label,
    bytes: &[u8],
    lookup: impl FnOnce(DeviceId) -> Option<PublicKey>,
) -> Result<(DeviceId, M), ProtocolError> {
    let (kid, message) = open(label, bytes, |kid| match kid {
        KeyId::Device(device) => lookup(device),
        KeyId::Server(_) => None,
    })?;
    match kid {
        KeyId::Device(device) => Ok((device, message)),
        KeyId::Server(_) => Err(ProtocolError::UnknownSigner),
    }
}

/// A message that brings the key of its signature along: `named` finds it in the payload, which nobody
/// vouches for yet.
pub fn open_self_signed<M: Message>(
    label: Label,
    bytes: &[u8],
    named: impl FnOnce(&[u8]) -> Option<PublicKey>,
) -> Result<(KeyId, M), ProtocolError> {
    let (kid, sign1) = parse::<M>(bytes)?;
    let unreadable = ProtocolError::Malformed { what: M::NAME, why: "its payload cannot be read" };
    let key = named(sign1.payload.as_deref().unwrap_or_default()).ok_or(unreadable)?;
    verified(label, &sign1, key).map(|message| (kid, message))
}

fn header(kid: KeyId) -> Header {
    HeaderBuilder::new().algorithm(Algorithm::EdDSA).key_id(kid.to_vec()).build()
}

/// The form alone: within the limits, with exactly the headers of this protocol.
fn parse<M: Message>(bytes: &[u8]) -> Result<(KeyId, CoseSign1), ProtocolError> {
    let malformed = |why| ProtocolError::Malformed { what: M::NAME, why };
    fits(M::NAME, bytes.len(), M::MAX_BYTES)?;
    strict::check(bytes).map_err(malformed)?;
    let sign1 = CoseSign1::from_tagged_slice(bytes).map_err(|_| malformed("it is not a signed message"))?;
    let kid = KeyId::from_slice(&sign1.protected.header.key_id).ok_or(malformed("its key id has another length"))?;
    let protected = sign1.protected.original_data.as_deref().unwrap_or_default();
    strict::check(protected).map_err(malformed)?;
    if sign1.protected.header != header(kid) || !sign1.unprotected.is_empty() {
        return Err(malformed("it has other headers than those of this protocol"));
    }
    if sign1.payload.is_none() {
        return Err(malformed("it has no payload"));
    }
    Ok((kid, sign1))
}

fn verified<M: Message>(label: Label, sign1: &CoseSign1, key: PublicKey) -> Result<M, ProtocolError> {
    sign1.verify_signature(label.as_str().as_bytes(), |signature, signed| key.verify(signed, signature))?;
    codec::decode(sign1.payload.as_deref().unwrap_or_default())
}
