//! What an envelope holds: the states of drafts, changes of documents, and commands. An item that cannot
//! be read keeps its bytes, so that it costs nothing but itself.

use footbridge_model::{ChangeHash, Command, DocumentId, Kind, PersonId, Timestamp};
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::bytes::{CommandId, Mark};
use crate::codec::Message;
use crate::codec::fields::{fixed, list_of_fixed};
use crate::command::CommandMessage;
use crate::error_code::ErrorCode;
use crate::limits;

const DRAFT: u64 = 0;
const CHANGE: u64 = 1;
const COMMAND: u64 = 2;
const RENEWAL: u64 = 3;

/// What the hash of a change takes.
const HASH_WEIGHT: usize = 34;

/// What a mark takes.
const MARK_WEIGHT: usize = 9;

/// One item of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// The state of a draft.
    Draft(DraftItem),
    /// A change of a document.
    Change(ChangeItem),
    /// A command about a record.
    Command(CommandItem),
    /// A fresh document in the place of one with its history.
    Renewal(RenewalItem),
    /// The CBOR of something that this version cannot read: another type of item, or a wrong one.
    Unreadable(Vec<u8>),
}

/// A draft as it is now: its author's alone. The server keeps the latest only.
#[derive(Clone, PartialEq, Eq, Decode)]
#[cbor(map)]
pub struct DraftItem {
    /// The record that it will be.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub id: DocumentId,
    /// The name of its kind.
    #[n(2)]
    pub kind: String,
    /// Names this state of it.
    #[cbor(n(3), with = "crate::codec::fields::fixed")]
    pub mark: Mark,
    /// The state on the server that this one replaces; absent for a new draft.
    #[cbor(n(4), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub base: Option<Mark>,
    /// Its fields: a projection of the model, JSON. Absent when the draft is gone.
    #[n(5)]
    pub body: Option<String>,
    /// The record that it is on, for a note or follow-up.
    #[cbor(n(6), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub on: Option<DocumentId>,
}

/// One Automerge change.
#[derive(Clone, PartialEq, Eq, Decode)]
#[cbor(map)]
pub struct ChangeItem {
    /// The record.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub id: DocumentId,
    /// The name of its kind.
    #[n(2)]
    pub kind: String,
    /// The generation of the document that it changes.
    #[n(3)]
    pub generation: u64,
    /// The change, uncompressed, as Automerge writes it.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub change: Vec<u8>,
    /// True where a coordinator's device gives back to a restored server what another device wrote.
    #[n(5)]
    pub given_back: Option<bool>,
    /// Of what is given back: who made the record, as the device was told before.
    #[cbor(n(6), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub author: Option<PersonId>,
    /// Of what is given back: whose hand wrote this change, as the device was told before; absent where it
    /// was the server's own.
    #[cbor(n(7), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub by: Option<PersonId>,
    /// Of a change that makes a record of a draft: the marks of the draft's states that it may have been made of. The
    /// server may have another by then, from another device.
    #[cbor(n(8), with = "crate::codec::fields::optional_list_of_fixed", has_nil)]
    pub drafts: Option<Vec<Mark>>,
}

/// A record's present state as a document of its own, by which earlier wording is taken back, history
/// included.
#[derive(Clone, PartialEq, Eq, Decode)]
#[cbor(map)]
pub struct RenewalItem {
    /// The record.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub id: DocumentId,
    /// The name of its kind.
    #[n(2)]
    pub kind: String,
    /// The generation of the fresh document: one more than that of the one which it replaces.
    #[n(3)]
    pub generation: u64,
    /// Its first change, uncompressed, as Automerge writes it.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub document: Vec<u8>,
    /// The newest changes of the document that it replaces, as the author saw it.
    #[cbor(n(5), with = "crate::codec::fields::list_of_fixed")]
    pub seen: Vec<ChangeHash>,
    /// As in a change: where the record was a draft when the server last heard of it.
    #[cbor(n(6), with = "crate::codec::fields::optional_list_of_fixed", has_nil)]
    pub drafts: Option<Vec<Mark>>,
}

/// Something asked of the server about a record.
#[derive(Clone, PartialEq, Eq, Decode)]
#[cbor(map)]
pub struct CommandItem {
    /// The record.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub id: DocumentId,
    /// Names the command, so that it is done once.
    #[cbor(n(2), with = "crate::codec::fields::fixed")]
    pub command_id: CommandId,
    /// What is asked.
    #[n(3)]
    pub command: CommandMessage,
    /// When the person asked for it, by the device's clock.
    #[cbor(n(4), with = "crate::codec::fields::timestamp")]
    pub at: Timestamp,
}

impl CommandItem {
    /// The model's command, or the code with which the item is answered.
    pub fn command(&self) -> Result<Command, ErrorCode> {
        self.command.clone().try_into()
    }

    fn weight(&self) -> usize {
        let CommandMessage { district, outcome, districts, name, heads, .. } = &self.command;
        let texts = district.iter().chain(outcome).chain(name).chain(districts.iter().flatten());
        let texts = texts.fold(0_usize, |sum, text| sum.saturating_add(text.len()).saturating_add(4));
        let heads = heads.as_ref().map_or(0, Vec::len).saturating_mul(HASH_WEIGHT);
        texts.saturating_add(heads).saturating_add(96)
    }
}

impl Item {
    /// The record that it is about, where that can be read.
    pub fn id(&self) -> Option<DocumentId> {
        match self {
            Self::Draft(item) => Some(item.id),
            Self::Change(item) => Some(item.id),
            Self::Command(item) => Some(item.id),
            Self::Renewal(item) => Some(item.id),
            Self::Unreadable(_) => None,
        }
    }

    /// At least the bytes that it takes in an envelope, so that a device knows when one is full.
    pub fn weight(&self) -> usize {
        let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let marks = |drafts: &Option<Vec<Mark>>| drafts.as_ref().map_or(0, Vec::len).saturating_mul(MARK_WEIGHT);
        let content = match self {
            Self::Draft(item) => item.kind.len().saturating_add(optional(&item.body)),
            Self::Change(item) => item.kind.len().saturating_add(item.change.len()).saturating_add(marks(&item.drafts)),
            Self::Command(item) => item.weight(),
            Self::Renewal(item) => item
                .kind
                .len()
                .saturating_add(item.document.len())
                .saturating_add(item.seen.len().saturating_mul(HASH_WEIGHT))
                .saturating_add(marks(&item.drafts)),
            Self::Unreadable(bytes) => bytes.len(),
        };
        content.saturating_add(96)
    }

    /// What is wrong with the form of this item alone: the code with which it is answered.
    pub fn check(&self) -> Result<(), ErrorCode> {
        self.check_id()?;
        let (length, limit) = match self {
            Self::Draft(item) => (item.body.as_ref().map_or(0, String::len), limits::DRAFT_BYTES),
            Self::Change(ChangeItem { drafts: Some(drafts), .. })
            | Self::Renewal(RenewalItem { drafts: Some(drafts), .. })
                if drafts.len() > limits::LIST_ITEMS =>
            {
                return Err(ErrorCode::TooLarge);
            }
            Self::Change(item) => (item.change.len(), limits::CHANGE_BYTES),
            Self::Renewal(item) if item.seen.len() > limits::HEADS => return Err(ErrorCode::TooLarge),
            Self::Renewal(item) => (item.document.len(), limits::CHANGE_BYTES),
            Self::Command(item) => {
                item.command()?;
                return Ok(());
            }
            Self::Unreadable(bytes) => return Err(unreadable(bytes)),
        };
        if length > limit { Err(ErrorCode::TooLarge) } else { Ok(()) }
    }
}

/// Ids of codes can be told beforehand: nothing else is made under one.
impl Item {
    fn check_id(&self) -> Result<(), ErrorCode> {
        let (id, may_be) = match self {
            Self::Draft(item) => (item.id, false),
            Self::Change(item) => (item.id, item.kind == Kind::Code.name()),
            Self::Renewal(item) => (item.id, item.kind == Kind::Code.name()),
            Self::Command(item) => (item.id, !matches!(item.command(), Ok(Command::Invite { .. }))),
            Self::Unreadable(_) => return Ok(()),
        };
        if id.is_of_a_code() && !may_be { Err(ErrorCode::Malformed) } else { Ok(()) }
    }
}

/// Another type of item is a kind that is not known; a known type that cannot be read is malformed.
fn unreadable(bytes: &[u8]) -> ErrorCode {
    match item_type(bytes) {
        Ok(DRAFT | CHANGE | COMMAND | RENEWAL) | Err(_) => ErrorCode::Malformed,
        Ok(_) => ErrorCode::UnknownKind,
    }
}

#[derive(Decode)]
#[cbor(map)]
struct Typed {
    #[n(0)]
    item: u64,
}

fn item_type(bytes: &[u8]) -> Result<u64, decode::Error> {
    minicbor::decode::<Typed>(bytes).map(|typed| typed.item)
}

fn read(bytes: &[u8]) -> Result<Item, decode::Error> {
    match item_type(bytes)? {
        DRAFT => minicbor::decode(bytes).map(Item::Draft),
        CHANGE => minicbor::decode(bytes).map(Item::Change),
        COMMAND => minicbor::decode(bytes).map(Item::Command),
        RENEWAL => minicbor::decode(bytes).map(Item::Renewal),
        _ => Err(decode::Error::message("an unknown type of item")),
    }
}

impl<'b, C> Decode<'b, C> for Item {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let start = d.position();
        d.skip()?;
        let bytes = d.input().get(start..d.position()).unwrap_or_default();
        Ok(read(bytes).unwrap_or_else(|_| Self::Unreadable(bytes.to_vec())))
    }
}

impl<C> Encode<C> for Item {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Draft(item) => item.encode(e, ctx),
            Self::Change(item) => item.encode(e, ctx),
            Self::Command(item) => item.encode(e, ctx),
            Self::Renewal(item) => item.encode(e, ctx),
            Self::Unreadable(bytes) => e.writer_mut().write_all(bytes).map_err(encode::Error::write),
        }
    }
}

/// By itself, as a server keeps it in quarantine.
impl Message for Item {
    const NAME: &'static str = "an item";
    const MAX_BYTES: usize = limits::ENVELOPE_BYTES;
}

impl DraftItem {
    fn encode<C, W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        let optional = [self.base.is_some(), self.body.is_some(), self.on.is_some()];
        let absent = crate::codec::wide(optional.iter().filter(|is_there| !**is_there).count());
        e.map(7_u64.saturating_sub(absent))?.u8(0)?.u64(DRAFT)?;
        fixed::encode(&self.id, e.u8(1)?, ctx)?;
        e.u8(2)?.str(&self.kind)?;
        fixed::encode(&self.mark, e.u8(3)?, ctx)?;
        if let Some(base) = &self.base {
            fixed::encode(base, e.u8(4)?, ctx)?;
        }
        if let Some(body) = &self.body {
            e.u8(5)?.str(body)?;
        }
        if let Some(on) = &self.on {
            fixed::encode(on, e.u8(6)?, ctx)?;
        }
        Ok(())
    }
}

impl ChangeItem {
    fn encode<C, W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        let more = [self.given_back.is_some(), self.author.is_some(), self.by.is_some(), self.drafts.is_some()];
        let more = crate::codec::wide(more.iter().filter(|is_there| **is_there).count());
        e.map(5_u64.saturating_add(more))?.u8(0)?.u64(CHANGE)?;
        fixed::encode(&self.id, e.u8(1)?, ctx)?;
        e.u8(2)?.str(&self.kind)?;
        e.u8(3)?.u64(self.generation)?;
        e.u8(4)?.bytes(&self.change)?;
        if let Some(given_back) = self.given_back {
            e.u8(5)?.bool(given_back)?;
        }
        if let Some(author) = &self.author {
            fixed::encode(author, e.u8(6)?, ctx)?;
        }
        if let Some(by) = &self.by {
            fixed::encode(by, e.u8(7)?, ctx)?;
        }
        if let Some(drafts) = &self.drafts {
            list_of_fixed::encode(drafts, e.u8(8)?, ctx)?;
        }
        Ok(())
    }
}

impl RenewalItem {
    fn encode<C, W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.map(6_u64.saturating_add(u64::from(self.drafts.is_some())))?.u8(0)?.u64(RENEWAL)?;
        fixed::encode(&self.id, e.u8(1)?, ctx)?;
        e.u8(2)?.str(&self.kind)?;
        e.u8(3)?.u64(self.generation)?;
        e.u8(4)?.bytes(&self.document)?;
        list_of_fixed::encode(&self.seen, e.u8(5)?, ctx)?;
        if let Some(drafts) = &self.drafts {
            list_of_fixed::encode(drafts, e.u8(6)?, ctx)?;
        }
        Ok(())
    }
}

impl CommandItem {
    fn encode<C, W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.map(5)?.u8(0)?.u64(COMMAND)?;
        fixed::encode(&self.id, e.u8(1)?, ctx)?;
        fixed::encode(&self.command_id, e.u8(2)?, ctx)?;
        e.u8(3)?.encode_with(&self.command, ctx)?;
        e.u8(4)?.i64(self.at.0)?.ok()
    }
}

/// Everything about an item but what was recorded.
mod shown {
    use std::fmt;

    impl fmt::Debug for super::DraftItem {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("DraftItem")
                .field("id", &self.id)
                .field("kind", &self.kind)
                .field("mark", &self.mark)
                .field("base", &self.base)
                .field("bytes", &self.body.as_ref().map(String::len))
                .field("on", &self.on)
                .finish()
        }
    }

    impl fmt::Debug for super::ChangeItem {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("ChangeItem")
                .field("id", &self.id)
                .field("kind", &self.kind)
                .field("generation", &self.generation)
                .field("bytes", &self.change.len())
                .field("given_back", &self.given_back)
                .finish()
        }
    }

    impl fmt::Debug for super::RenewalItem {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("RenewalItem")
                .field("id", &self.id)
                .field("kind", &self.kind)
                .field("generation", &self.generation)
                .field("bytes", &self.document.len())
                .finish()
        }
    }

    impl fmt::Debug for super::CommandItem {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("CommandItem")
                .field("id", &self.id)
                .field("command_id", &self.command_id)
                .field("verb", &self.command.verb)
                .field("at", &self.at)
                .finish()
        }
    }
}
