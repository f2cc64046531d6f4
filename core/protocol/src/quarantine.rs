//! `POST /v1/quarantine`: what revoked devices handed over, for coordinators to look at. To take it over or
//! to throw it away is a command.

use std::fmt;

use footbridge_model::{DeviceId, DocumentId, PersonId, QuarantineId, Timestamp};
use minicbor::{Decode, Encode};

use crate::codec::{Message, at_most, fits};
use crate::error::ProtocolError;
use crate::limits;

/// Where it is asked, with a bearer token.
pub const PATH: &str = "/v1/quarantine";

/// Asks for what is in quarantine, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct QuarantineRequest {
    /// From after this entry on.
    #[cbor(n(0), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub after: Option<QuarantineId>,
}

impl Message for QuarantineRequest {
    const NAME: &'static str = "a quarantine request";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        Ok(())
    }
}

/// One record that a revoked device handed something over about.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct QuarantinedItem {
    /// The entry: `take` and `discard` are asked about it.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub id: QuarantineId,
    /// The record.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub record: DocumentId,
    /// The name of its kind.
    #[n(2)]
    pub kind: String,
    /// Whose device it was.
    #[cbor(n(3), with = "crate::codec::fields::fixed")]
    pub person: PersonId,
    /// The device.
    #[cbor(n(4), with = "crate::codec::fields::fixed")]
    pub device: DeviceId,
    /// When it came, by the server's clock.
    #[cbor(n(5), with = "crate::codec::fields::timestamp")]
    pub at: Timestamp,
    /// What it is, as the type of its item in a push: 1 a change, 2 a command, 3 a renewal.
    #[n(6)]
    pub what: u64,
    /// What the record would be, JSON, where that can be told.
    #[n(7)]
    pub projection: Option<String>,
}

impl fmt::Debug for QuarantinedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, record, kind, person, device, at, what, projection: _ } = self;
        f.debug_struct("QuarantinedItem")
            .field("id", id)
            .field("record", record)
            .field("kind", kind)
            .field("person", person)
            .field("device", device)
            .field("at", at)
            .field("what", what)
            .finish_non_exhaustive()
    }
}

/// What is in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct QuarantineMessage {
    /// The entries.
    #[n(0)]
    pub items: Vec<QuarantinedItem>,
    /// Whether there are more after the last.
    #[n(1)]
    pub more: bool,
}

impl Message for QuarantineMessage {
    const NAME: &'static str = "the answer to a quarantine request";
    const MAX_BYTES: usize = limits::DOCUMENTS_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most(Self::NAME, self.items.len(), limits::QUARANTINED)?;
        self.items.iter().try_for_each(|item| {
            fits("a projection", item.projection.as_ref().map_or(0, String::len), limits::PROJECTION_BYTES)
        })
    }
}
