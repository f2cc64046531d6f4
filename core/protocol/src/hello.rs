//! `POST /v1/hello`: who the server is, what time it is there, what it accepts, and a nonce to sign.
//! Needs no clock and no session.

use footbridge_model::Timestamp;
use minicbor::{Decode, Encode};

use crate::bytes::Nonce;
use crate::codec::{Message, at_most, fits};
use crate::error::ProtocolError;
use crate::limits;
use crate::signature::{self, KeyId, Label, PublicKey, SigningKey};

/// Where it is asked.
pub const PATH: &str = "/v1/hello";

/// What a device asks with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HelloRequest {
    /// Random; comes back signed, so that the answer is not an old one.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub client_nonce: Nonce,
    /// The versions of the protocol that the device speaks.
    #[n(1)]
    pub versions: Vec<u64>,
}

impl Message for HelloRequest {
    const NAME: &'static str = "a hello request";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most("the versions of a hello request", self.versions.len(), limits::LIST_ITEMS)
    }
}

/// What the server accepts at most. A device keeps to the smaller of this and its own limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LimitsMessage {
    /// Bytes of a signed envelope.
    #[n(0)]
    pub envelope_bytes: u64,
    /// Items in an envelope.
    #[n(1)]
    pub envelope_items: u64,
    /// Envelopes in a push.
    #[n(2)]
    pub push_envelopes: u64,
    /// Bytes of a push, inflated.
    #[n(3)]
    pub push_bytes: u64,
    /// Bytes of a document.
    #[n(4)]
    pub document_bytes: u64,
    /// Bytes of a draft's body.
    #[n(5)]
    pub draft_bytes: u64,
    /// Records asked for at once.
    #[n(6)]
    pub documents: u64,
    /// Scopes in a pull.
    #[n(7)]
    pub scopes: u64,
}

impl LimitsMessage {
    /// The limits of this version.
    pub fn of_this_version() -> Self {
        use crate::codec::wide;
        Self {
            envelope_bytes: wide(limits::ENVELOPE_BYTES),
            envelope_items: wide(limits::ENVELOPE_ITEMS),
            push_envelopes: wide(limits::PUSH_ENVELOPES),
            push_bytes: limits::PUSH_BYTES,
            document_bytes: wide(limits::DOCUMENT_BYTES),
            draft_bytes: wide(limits::DRAFT_BYTES),
            documents: wide(limits::DOCUMENTS),
            scopes: wide(limits::SCOPES),
        }
    }

    /// The smaller of each.
    pub fn and(self, other: Self) -> Self {
        Self {
            envelope_bytes: self.envelope_bytes.min(other.envelope_bytes),
            envelope_items: self.envelope_items.min(other.envelope_items),
            push_envelopes: self.push_envelopes.min(other.push_envelopes),
            push_bytes: self.push_bytes.min(other.push_bytes),
            document_bytes: self.document_bytes.min(other.document_bytes),
            draft_bytes: self.draft_bytes.min(other.draft_bytes),
            documents: self.documents.min(other.documents),
            scopes: self.scopes.min(other.scopes),
        }
    }
}

/// What the server answers, signed with its identity key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HelloMessage {
    /// The device's nonce.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub client_nonce: Nonce,
    /// To be signed in one join or session.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub server_nonce: Nonce,
    /// The server's time.
    #[cbor(n(2), with = "crate::codec::fields::timestamp")]
    pub time: Timestamp,
    /// The highest version that both speak.
    #[n(3)]
    pub version: u64,
    /// The server's build, for logs.
    #[n(4)]
    pub build: String,
    /// The server's identity: the key with which this is signed.
    #[cbor(n(5), with = "crate::codec::fields::fixed")]
    pub identity: PublicKey,
    /// What it accepts.
    #[n(6)]
    pub limits: LimitsMessage,
}

impl Message for HelloMessage {
    const NAME: &'static str = "a hello";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        fits("the name of a build", self.build.len(), limits::NAME_BYTES)
    }
}

impl HelloMessage {
    /// Signed by the server's identity key, which must be the one that it names.
    pub fn seal(&self, key: &SigningKey) -> Result<Vec<u8>, ProtocolError> {
        signature::seal(Label::Hello, KeyId::Server(self.identity), self, key)
    }

    /// Opened and checked against the identity that came with the invitation, the device's own nonce and
    /// the versions that it speaks.
    pub fn open(bytes: &[u8], identity: PublicKey, client_nonce: Nonce) -> Result<Self, ProtocolError> {
        let (kid, hello) = signature::open::<Self>(Label::Hello, bytes, |_| Some(identity))?;
        if kid != KeyId::Server(identity) || hello.identity != identity {
            return Err(ProtocolError::Mismatch { what: "the server's identity" });
        }
        if hello.client_nonce != client_nonce {
            return Err(ProtocolError::Mismatch { what: "the nonce" });
        }
        if hello.version != crate::VERSION {
            return Err(ProtocolError::UnsupportedVersion { what: Self::NAME });
        }
        Ok(hello)
    }
}
