//! `POST /v1/push`: everything that a device recorded goes to the server in signed envelopes, and each
//! item gets its own answer. No session: whoever carries an envelope may hand it in.

pub mod answers;
pub mod items;

pub use answers::{Answer, EnvelopeAnswer, ItemAnswer, PushedMessage};
pub use items::{ChangeItem, CommandItem, DraftItem, Item, RenewalItem};

use footbridge_model::{DeviceId, ProgrammeId};
use minicbor::{Decode, Encode};

use crate::codec::{Message, at_most};
use crate::error::ProtocolError;
use crate::limits;
use crate::signature::{self, KeyId, Label, PublicKey, SigningKey};
use crate::stream::StreamLimits;

/// Where it is sent: a stream of envelopes.
pub const PATH: &str = "/v1/push";

/// The bounds of the stream.
pub const STREAM: StreamLimits =
    StreamLimits { message_bytes: limits::ENVELOPE_BYTES, total_bytes: limits::PUSH_BYTES };

/// Items of one device, in the order in which they were made, signed together.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnvelopeMessage {
    /// The server for which this is meant.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub identity: PublicKey,
    /// The programme to which the items belong.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub programme: ProgrammeId,
    /// The installation.
    #[cbor(n(2), with = "crate::codec::fields::fixed")]
    pub device: DeviceId,
    /// Higher than in every envelope of this device before it. Starts at 1.
    #[n(3)]
    pub counter: u64,
    /// What was recorded.
    #[n(4)]
    pub items: Vec<Item>,
}

impl Message for EnvelopeMessage {
    const NAME: &'static str = "an envelope";
    const MAX_BYTES: usize = limits::ENVELOPE_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        if self.counter == 0 {
            return Err(ProtocolError::Malformed { what: Self::NAME, why: "its counter is 0" });
        }
        if self.counter > limits::COUNTER {
            return Err(ProtocolError::Malformed { what: Self::NAME, why: "its counter is beyond the limit" });
        }
        at_most("an envelope", self.items.len(), limits::ENVELOPE_ITEMS)
    }
}

impl EnvelopeMessage {
    /// How much the items of one envelope may weigh together, by [`Item::weight`].
    pub const ROOM: usize = limits::ENVELOPE_BYTES - signature::OVERHEAD - 128;

    /// Signed by the device's key. Keep these bytes until they are answered: sent again, they must be the
    /// same.
    pub fn seal(&self, key: &SigningKey) -> Result<Vec<u8>, ProtocolError> {
        signature::seal(Label::Envelope, KeyId::Device(self.device), self, key)
    }

    /// Opened with the key that `lookup` knows of the device. The caller checks identity, programme and
    /// counter.
    pub fn open(bytes: &[u8], lookup: impl FnOnce(DeviceId) -> Option<PublicKey>) -> Result<Self, ProtocolError> {
        let (device, envelope) = signature::open_by_device::<Self>(Label::Envelope, bytes, lookup)?;
        if device != envelope.device {
            return Err(ProtocolError::Mismatch { what: "the device" });
        }
        Ok(envelope)
    }
}
