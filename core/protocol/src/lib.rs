//! Messages between device and server, as `PROTOCOL.md` specifies them: one module an exchange, every
//! maximum in [`limits`], every refusal in [`ErrorCode`]. Pure: no clock, no socket, no randomness.
//! Devices and the server build and read messages through these types and never touch raw CBOR.
//!
//! Invariant: no input, whoever sent it, makes a function of this crate panic or hold more memory than
//! the limit of what it reads.

#![cfg_attr(
    not(test),
    deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::arithmetic_side_effects)
)]

pub mod bytes;
pub mod codec;
pub mod command;
pub mod error;
pub mod error_body;
pub mod error_code;
pub mod event;
pub mod hello;
pub mod invitation;
pub mod join;
pub mod limits;
pub mod pull;
pub mod push;
pub mod quarantine;
pub mod revocation;
pub mod session;
pub mod signature;
pub mod stream;

pub use bytes::{CommandId, Epoch, InvitationToken, Mark, Nonce, SessionToken};
pub use codec::{Message, decode, encode};
pub use command::CommandMessage;
pub use error::ProtocolError;
pub use error_body::ErrorBody;
pub use error_code::{ErrorCode, Remedy};
pub use hello::{HelloMessage, HelloRequest, LimitsMessage};
pub use invitation::{Invitation, InvitationPart};
pub use join::{JoinMessage, JoinedMessage};
pub use pull::{
    ActorMessage, Cursor, DigestsMessage, DigestsRequest, DocumentsMessage, DocumentsRequest, FrameMessage,
    PullMessage, PullRequest, PulledContent, PulledItem, ScopeDigest, ScopeRequest,
};
pub use push::{
    Answer, ChangeItem, CommandItem, DraftItem, EnvelopeAnswer, EnvelopeMessage, Item, ItemAnswer, PushedMessage,
    RenewalItem,
};
pub use quarantine::{QuarantineMessage, QuarantineRequest, QuarantinedItem};
pub use revocation::RevocationMessage;
pub use session::{SessionMessage, SessionOpenedMessage};
pub use signature::{KeyId, Label, PublicKey, SigningKey};
pub use stream::{StreamLimits, StreamReader, StreamWriter};

/// The version of the protocol that this crate speaks.
pub const VERSION: u64 = 1;

/// Media type of an unsigned message.
pub const MEDIA_CBOR: &str = "application/cbor";

/// Media type of a signed message.
pub const MEDIA_COSE: &str = "application/cose; cose-type=\"cose-sign1\"";

/// The header in which a device that has joined may name itself, so that what it asks counts as its own and not as its
/// address's. It proves nothing.
pub const DEVICE_HEADER: &str = "footbridge-device";

/// Media type of a stream of messages.
pub const MEDIA_STREAM: &str = "application/zstd";
