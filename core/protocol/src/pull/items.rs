//! What a pull brings: whole documents with their projection and facts, drafts, and word of what has left
//! a scope.

use std::fmt;

use footbridge_model::{Actor, DocumentId, PersonId};
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::bytes::Mark;
use crate::codec::fields::fixed;
use crate::codec::fits;
use crate::error::ProtocolError;
use crate::limits;

/// One record in one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledItem {
    /// The record.
    pub id: DocumentId,
    /// The generation of its document.
    pub generation: u64,
    /// The name of its kind, perhaps one that this version does not know.
    pub kind: String,
    /// What came of it.
    pub content: PulledContent,
}

/// What came of a record.
#[derive(Clone, PartialEq, Eq)]
pub enum PulledContent {
    /// The document as the server keeps it.
    Document {
        /// Automerge changes, or a save.
        document: Vec<u8>,
        /// The model's projection of it, JSON. Empty where it is left out: the device projects for itself.
        projection: String,
        /// The version of the projection, 0 without one. A device with another projects for itself.
        projection_version: u64,
        /// What the server decides about the record, JSON.
        facts: String,
    },
    /// A draft, only ever its author's.
    Draft {
        /// Names this state of it.
        mark: Mark,
        /// Its fields: a projection of the model, JSON.
        body: String,
        /// The record that it is on.
        on: Option<DocumentId>,
    },
    /// The record is in this scope no longer. A device lets go of it when no other scope of hers has it.
    Left,
    /// The record is gone for good. A device drops it, and everything of it that was not sent.
    Erased,
    /// Something that this version cannot read: a part is missing, of another type or too large. It costs nothing but
    /// itself. The id is all zeros where not even that could be read.
    Unreadable,
}

/// Whose hand an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub struct ActorMessage {
    /// The actor in the changes.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub actor: Actor,
    /// The person of its device.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub person: PersonId,
}

impl PulledItem {
    /// Whether its parts keep to their limits.
    pub(crate) fn check(&self) -> Result<(), ProtocolError> {
        match &self.content {
            PulledContent::Document { document, projection, facts, projection_version: _ } => {
                fits("a document", document.len(), limits::DOCUMENT_BYTES)?;
                fits("a projection", projection.len(), limits::PROJECTION_BYTES)?;
                fits("the facts of a record", facts.len(), limits::FACTS_BYTES)
            }
            PulledContent::Draft { body, mark: _, on: _ } => fits("a draft", body.len(), limits::DRAFT_BYTES),
            PulledContent::Left | PulledContent::Erased | PulledContent::Unreadable => Ok(()),
        }
    }

    /// About how many bytes it takes in a frame, so that a server knows when one is full.
    pub fn weight(&self) -> usize {
        let content = match &self.content {
            PulledContent::Document { document, projection, facts, projection_version: _ } => {
                document.len().saturating_add(projection.len()).saturating_add(facts.len())
            }
            PulledContent::Draft { body, mark: _, on: _ } => body.len(),
            PulledContent::Left | PulledContent::Erased | PulledContent::Unreadable => 0,
        };
        content.saturating_add(self.kind.len()).saturating_add(64)
    }
}

/// The keys as they come, before it is known what they make together.
#[derive(Decode)]
#[cbor(map)]
struct PulledItemMessage {
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    id: DocumentId,
    #[n(1)]
    generation: u64,
    #[n(2)]
    kind: String,
    #[cbor(n(3), with = "minicbor::bytes")]
    document: Option<Vec<u8>>,
    #[n(4)]
    projection: Option<String>,
    #[n(5)]
    facts: Option<String>,
    #[n(6)]
    draft: Option<PulledDraftMessage>,
    #[n(7)]
    left: Option<bool>,
    #[n(8)]
    projection_version: Option<u64>,
    #[n(9)]
    erased: Option<bool>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct PulledDraftMessage {
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    mark: Mark,
    #[n(1)]
    body: String,
    #[cbor(n(2), with = "crate::codec::fields::optional_fixed", has_nil)]
    on: Option<DocumentId>,
}

/// What can be told of an item whose other parts cannot be read.
#[derive(Decode)]
#[cbor(map)]
struct NamedMessage {
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    id: DocumentId,
    #[n(2)]
    kind: Option<String>,
}

impl<'b, C> Decode<'b, C> for PulledItem {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        if let Ok(item) = Self::readable(d, ctx)
            && item.check().is_ok()
        {
            return Ok(item);
        }
        d.set_position(start);
        let named = NamedMessage::decode(d, ctx).ok();
        d.set_position(start);
        d.skip()?;
        let id = named.as_ref().map_or(DocumentId::from_bytes([0; 16]), |named| named.id);
        let kind = named.and_then(|named| named.kind).unwrap_or_default();
        Ok(Self { id, generation: 0, kind, content: PulledContent::Unreadable })
    }
}

impl PulledItem {
    fn readable<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<Self, decode::Error> {
        let message = PulledItemMessage::decode(d, ctx)?;
        let PulledItemMessage { id, generation, kind, document, projection, facts, projection_version, .. } = message;
        let whole = match (document, projection, facts, projection_version) {
            (Some(document), Some(projection), Some(facts), Some(projection_version)) if !projection.is_empty() => {
                Some(Some(PulledContent::Document { document, projection, projection_version, facts }))
            }
            (Some(document), None, Some(facts), None) => {
                let projection = String::new();
                Some(Some(PulledContent::Document { document, projection, projection_version: 0, facts }))
            }
            (None, None, None, None) => Some(None),
            _ => None,
        };
        let content = match (whole, message.draft, message.left, message.erased) {
            (Some(Some(document)), None, None, None) => document,
            (Some(None), Some(PulledDraftMessage { mark, body, on }), None, None) => {
                PulledContent::Draft { mark, body, on }
            }
            (Some(None), None, Some(true), None) => PulledContent::Left,
            (Some(None), None, None, Some(true)) => PulledContent::Erased,
            _ => return Err(decode::Error::message("neither a document, nor a draft, nor left, nor erased")),
        };
        Ok(Self { id, generation, kind, content })
    }
}

impl<C> Encode<C> for PulledItem {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        let keys = match &self.content {
            PulledContent::Document { projection, .. } if projection.is_empty() => 5,
            PulledContent::Document { .. } => 7,
            PulledContent::Draft { .. } | PulledContent::Left | PulledContent::Erased => 4,
            PulledContent::Unreadable => 3,
        };
        e.map(keys)?;
        fixed::encode(&self.id, e.u8(0)?, ctx)?;
        e.u8(1)?.u64(self.generation)?.u8(2)?.str(&self.kind)?;
        match &self.content {
            PulledContent::Document { document, projection, projection_version: _, facts } if projection.is_empty() => {
                e.u8(3)?.bytes(document)?.u8(5)?.str(facts)?.ok()
            }
            PulledContent::Document { document, projection, projection_version, facts } => {
                e.u8(3)?.bytes(document)?.u8(4)?.str(projection)?.u8(5)?.str(facts)?;
                e.u8(8)?.u64(*projection_version)?.ok()
            }
            PulledContent::Draft { mark, body, on } => {
                let draft = PulledDraftMessage { mark: *mark, body: body.clone(), on: *on };
                e.u8(6)?.encode_with(draft, ctx)?.ok()
            }
            PulledContent::Left => e.u8(7)?.bool(true)?.ok(),
            PulledContent::Erased => e.u8(9)?.bool(true)?.ok(),
            PulledContent::Unreadable => Ok(()),
        }
    }
}

impl fmt::Debug for PulledContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document { document, projection, projection_version, facts } => f
                .debug_struct("Document")
                .field("document_bytes", &document.len())
                .field("projection_bytes", &projection.len())
                .field("projection_version", projection_version)
                .field("facts_bytes", &facts.len())
                .finish(),
            Self::Draft { mark, body, on } => {
                f.debug_struct("Draft").field("mark", mark).field("bytes", &body.len()).field("on", on).finish()
            }
            Self::Left => f.write_str("Left"),
            Self::Erased => f.write_str("Erased"),
            Self::Unreadable => f.write_str("Unreadable"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_is_left_out_in_one_way() {
        let item = |projection: &str, version: u64| {
            let mut e = Encoder::new(Vec::new());
            e.map(7).and_then(|e| e.u8(0)?.bytes(&[1; 16])?.u8(1)?.u8(0)?.u8(2)?.str("visit")).expect("written");
            e.u8(3).and_then(|e| e.bytes(&[2])?.u8(4)?.str(projection)?.u8(5)?.str("{}")).expect("written");
            e.u8(8).and_then(|e| e.u64(version)).expect("written");
            e.into_writer()
        };
        let read = |bytes: &[u8]| minicbor::decode::<PulledItem>(bytes).expect("an item").content;
        assert!(matches!(read(&item("{}", 1)), PulledContent::Document { .. }));
        assert_eq!(read(&item("", 1)), PulledContent::Unreadable);
        assert_eq!(read(&item("", 0)), PulledContent::Unreadable);
    }

    #[test]
    fn an_item_that_cannot_be_read_costs_nothing_but_itself() {
        let left = |id| PulledItem {
            id: DocumentId::from_bytes([id; 16]),
            generation: 0,
            kind: "visit".to_owned(),
            content: PulledContent::Left,
        };
        let mut e = Encoder::new(Vec::new());
        e.array(6).and_then(|e| e.encode(left(1))).expect("written");
        // Nothing of it; a list; a document without facts; one of another type; what it is not said.
        e.u8(7).and_then(|e| e.array(1)?.u8(7)).expect("written");
        e.map(4).and_then(|e| e.u8(0)?.bytes(&[2; 16])?.u8(1)?.u8(0)?.u8(2)?.str("note")).expect("written");
        e.u8(3).and_then(|e| e.bytes(&[1])).expect("written");
        e.map(2).and_then(|e| e.u8(0)?.bytes(&[3; 16])?.u8(1)?.str("much")).expect("written");
        e.encode(left(4)).expect("written");
        let items: Vec<PulledItem> = minicbor::decode(&e.into_writer()).expect("items");
        let told: Vec<_> = items.iter().map(|item| (item.id.as_bytes()[0], item.kind.as_str())).collect();
        assert_eq!(told, [(1, "visit"), (0, ""), (0, ""), (2, "note"), (3, ""), (4, "visit")]);
        let unreadable = |item: &&PulledItem| item.content == PulledContent::Unreadable;
        assert_eq!(items.iter().filter(unreadable).count(), 4);
        let again: Vec<PulledItem> = minicbor::decode(&minicbor::to_vec(&items).expect("bytes")).expect("items");
        assert_eq!(again, items);
    }
}
