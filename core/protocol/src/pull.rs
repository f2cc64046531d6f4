//! `POST /v1/pull` and `POST /v1/documents`: what a person may read comes to her device in frames, newest
//! first at a cold start, each with where to go on.

pub mod digests;
pub mod items;

pub use digests::{DigestsMessage, DigestsRequest, ScopeDigest, digest};
pub use items::{ActorMessage, PulledContent, PulledItem};

use footbridge_model::{DocumentId, Scope};
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::bytes::{Epoch, Mark};
use crate::codec::{Message, at_most};
use crate::error::ProtocolError;
use crate::limits;
use crate::stream::StreamLimits;

/// Where it is asked, with a bearer token.
pub const PATH: &str = "/v1/pull";

/// Where single records are asked for, with a bearer token.
pub const DOCUMENTS_PATH: &str = "/v1/documents";

/// The bounds of the stream that answers a pull.
pub const STREAM: StreamLimits = StreamLimits { message_bytes: limits::FRAME_BYTES, total_bytes: limits::PULL_BYTES };

/// How far a device has come in one scope. Devices keep it and give it back; only the server reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Cursor {
    /// The life of the server's database in which it holds.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub epoch: Epoch,
    /// Everything up to this commit has come, but for what `below` leaves.
    #[n(1)]
    pub seq: u64,
    /// That commit's random mark; [`Mark::NONE`] with `seq` 0.
    #[cbor(n(2), with = "crate::codec::fields::fixed")]
    pub mark: Mark,
    /// During a cold start: what stands before this commit is still to come.
    #[n(3)]
    pub below: Option<u64>,
}

/// One scope that a device asks for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ScopeRequest {
    /// Which.
    #[cbor(n(0), with = "crate::codec::fields::scope")]
    pub scope: Scope,
    /// Where the device stands in it; absent for a cold start.
    #[n(1)]
    pub cursor: Option<Cursor>,
}

/// What a device asks with. Scopes are served in this order.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PullRequest {
    /// Which scopes.
    #[n(0)]
    pub scopes: Vec<ScopeRequest>,
    /// How large the first frame should be, so that a first screen can be filled soon.
    #[n(1)]
    pub first_frame_bytes: Option<u64>,
}

impl Message for PullRequest {
    const NAME: &'static str = "a pull request";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most("the scopes of a pull", self.scopes.len(), limits::SCOPES)
    }
}

/// Some items of one scope.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FrameMessage {
    /// Which scope.
    #[cbor(n(0), with = "crate::codec::fields::scope")]
    pub scope: Scope,
    /// Where the device stands once it has stored this frame: both belong in one transaction.
    #[n(1)]
    pub cursor: Cursor,
    /// The items.
    #[n(2)]
    pub items: Vec<PulledItem>,
    /// Whether the scope is up to date with this frame.
    #[n(3)]
    pub done: bool,
    /// How many of its records are still to come.
    #[n(4)]
    pub remaining: u64,
    /// Whose hands the actors are that wrote in these documents.
    #[n(5)]
    pub actors: Vec<ActorMessage>,
    /// The device's cursor means nothing to this server: the scope starts anew with this frame.
    #[n(6)]
    pub reset: bool,
    /// With `done`, in scopes of documents: what the device now holds, if nothing went wrong.
    #[n(8)]
    pub digest: Option<ScopeDigest>,
}

/// One message of the stream that answers a pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullMessage {
    /// Some items of one scope.
    Frame(FrameMessage),
    /// The last message: nothing was cut off.
    End,
}

impl Message for PullMessage {
    const NAME: &'static str = "a frame";
    const MAX_BYTES: usize = limits::FRAME_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        match self {
            Self::Frame(frame) => {
                at_most("the items of a frame", frame.items.len(), limits::FRAME_ITEMS)?;
                frame.items.iter().try_for_each(PulledItem::check)
            }
            Self::End => Ok(()),
        }
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct EndMessage {
    #[n(7)]
    end: Option<bool>,
}

impl<'b, C> Decode<'b, C> for PullMessage {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        if EndMessage::decode(d, ctx)?.end == Some(true) {
            return Ok(Self::End);
        }
        d.set_position(start);
        FrameMessage::decode(d, ctx).map(Self::Frame)
    }
}

impl<C> Encode<C> for PullMessage {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Frame(frame) => frame.encode(e, ctx),
            Self::End => EndMessage { end: Some(true) }.encode(e, ctx),
        }
    }
}

/// Asks for single records by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DocumentsRequest {
    /// Which.
    #[cbor(n(0), with = "crate::codec::fields::list_of_fixed")]
    pub ids: Vec<DocumentId>,
}

impl Message for DocumentsRequest {
    const NAME: &'static str = "a documents request";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most("a documents request", self.ids.len(), limits::DOCUMENTS)
    }
}

/// The records asked for. One that is neither in `items` nor in `ask_again` is unknown or not hers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DocumentsMessage {
    /// The records.
    #[n(0)]
    pub items: Vec<PulledItem>,
    /// Whose hands the actors are that wrote in these documents.
    #[n(1)]
    pub actors: Vec<ActorMessage>,
    /// What did not fit in this answer.
    #[cbor(n(2), with = "crate::codec::fields::list_of_fixed")]
    pub ask_again: Vec<DocumentId>,
}

impl Message for DocumentsMessage {
    const NAME: &'static str = "the answer to a documents request";
    const MAX_BYTES: usize = limits::DOCUMENTS_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most("the answer to a documents request", self.items.len(), limits::DOCUMENTS)?;
        at_most("the answer to a documents request", self.ask_again.len(), limits::DOCUMENTS)?;
        self.items.iter().try_for_each(PulledItem::check)
    }
}
