//! The one message that locks and empties a device: signed by the server's identity, naming the device. It
//! travels in the body of the refusal `revoked`.

use footbridge_model::{DeviceId, ProgrammeId, Timestamp};
use minicbor::{Decode, Encode};

use crate::codec::Message;
use crate::error::ProtocolError;
use crate::limits;
use crate::signature::{self, KeyId, Label, PublicKey, SigningKey};

/// The rights of a device have been taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RevocationMessage {
    /// Whose.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub device: DeviceId,
    /// In which programme.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub programme: ProgrammeId,
    /// When, by the server's clock.
    #[cbor(n(2), with = "crate::codec::fields::timestamp")]
    pub revoked_at: Timestamp,
    /// Whether the device was lost: it hands over once, and empties itself whatever comes of it.
    #[n(3)]
    pub wipe: bool,
}

impl Message for RevocationMessage {
    const NAME: &'static str = "a revocation";
    const MAX_BYTES: usize = limits::NOTICE_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        Ok(())
    }
}

impl RevocationMessage {
    /// Signed by the server's identity key.
    pub fn seal(&self, key: &SigningKey) -> Result<Vec<u8>, ProtocolError> {
        signature::seal(Label::Revocation, KeyId::Server(key.public()), self, key)
    }

    /// Opened and checked against the identity that came with the invitation, and the device's own id.
    pub fn open(bytes: &[u8], identity: PublicKey, device: DeviceId) -> Result<Self, ProtocolError> {
        let (kid, revocation) = signature::open::<Self>(Label::Revocation, bytes, |_| Some(identity))?;
        if kid != KeyId::Server(identity) {
            return Err(ProtocolError::Mismatch { what: "the server's identity" });
        }
        if revocation.device != device {
            return Err(ProtocolError::Mismatch { what: "the device" });
        }
        Ok(revocation)
    }
}
