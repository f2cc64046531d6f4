//! What the server answers to a push, after what it took is durable: one answer for each envelope in the
//! order of the stream, with one for each of its items.

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use crate::codec::{Message, at_most};
use crate::error::ProtocolError;
use crate::error_code::ErrorCode;
use crate::limits;

/// What became of an envelope or of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Durable on the server.
    Accepted,
    /// It was there already: as good as accepted.
    Duplicate,
    /// Not taken.
    Refused(ErrorCode),
    /// Not taken, with a code of a later version: set it aside.
    RefusedUnknown(u16),
}

impl Answer {
    /// Its number on the wire.
    pub const fn number(self) -> u16 {
        match self {
            Self::Accepted => 0,
            Self::Duplicate => 1,
            Self::Refused(code) => code.number(),
            Self::RefusedUnknown(number) => number,
        }
    }

    /// The answer with this number.
    pub fn from_number(number: u16) -> Self {
        match (number, ErrorCode::from_number(number)) {
            (0, _) => Self::Accepted,
            (1, _) => Self::Duplicate,
            (_, Some(code)) => Self::Refused(code),
            (_, None) => Self::RefusedUnknown(number),
        }
    }

    /// Whether the server has it.
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Accepted | Self::Duplicate)
    }
}

impl From<ErrorCode> for Answer {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl<C> Encode<C> for Answer {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u16(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Answer {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        d.u16().map(Self::from_number)
    }
}

/// What became of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ItemAnswer {
    /// What became of it.
    #[n(0)]
    pub answer: Answer,
}

impl<A: Into<Answer>> From<A> for ItemAnswer {
    fn from(answer: A) -> Self {
        Self { answer: answer.into() }
    }
}

/// What became of one envelope.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnvelopeAnswer {
    /// The envelope's counter, or 0 where it could not be read.
    #[n(0)]
    pub counter: u64,
    /// Accepted once it was opened and its items were judged; otherwise why it was not opened.
    #[n(1)]
    pub answer: Answer,
    /// Of an accepted envelope: one answer for each item, in their order. Otherwise empty.
    #[n(2)]
    pub items: Vec<ItemAnswer>,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PushedMessage {
    /// One for each envelope, in the order of the stream.
    #[n(0)]
    pub envelopes: Vec<EnvelopeAnswer>,
}

impl Message for PushedMessage {
    const NAME: &'static str = "the answer to a push";
    const MAX_BYTES: usize = limits::PUSHED_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most("the answer to a push", self.envelopes.len(), limits::PUSH_ENVELOPES)?;
        let counts = self.envelopes.iter().map(|envelope| envelope.items.len());
        counts.into_iter().try_for_each(|count| at_most("the answers of an envelope", count, limits::ENVELOPE_ITEMS))
    }
}
