//! What is done with a frame before it is stored: received, inflated, read, and its documents packed, beside the
//! storing of the one before it. Called by [`super::one`]. Invariant: what is prepared here is only used where it is
//! certain that nothing else is known of the record; else the item is taken as it came.

use footbridge_model::{
    Facts, FollowUpState, Kind, Outline, PROJECTION_VERSION, Projection, Timestamp, document, expiry,
};
use footbridge_protocol::codec;
use footbridge_protocol::pull::{self, FrameMessage, PullMessage, PulledContent, PulledItem};
use footbridge_protocol::stream::StreamReader;
use footbridge_store::records::{self, ArrivedRow};
use footbridge_store::{StoreError, Writing, packing};
use futures_util::FutureExt;

use crate::error::FootbridgeError;
use crate::recording::Ground;
use crate::transport::Body;

/// Bytes of frames that are read at once, so that what is stored together is as many records as a transaction is worth.
pub(super) const AT_ONCE: usize = 1024 * 1024;
/// The same, where the next message alone is wanted.
pub(super) const ONE_MESSAGE: usize = 1;

/// A stream on its way.
pub(super) struct Arriving {
    body: Box<dyn Body>,
    reader: StreamReader,
    /// Messages that are here and not read yet.
    waiting: Vec<Vec<u8>>,
    /// Bytes that came since they were last counted.
    bytes: u64,
    has_ended: bool,
}

impl Arriving {
    /// Begins to receive this body.
    pub(super) fn begin(body: Box<dyn Body>) -> Result<Self, FootbridgeError> {
        let reader = StreamReader::new(pull::STREAM)?;
        Ok(Self { body, reader, waiting: Vec::new(), bytes: 0, has_ended: false })
    }

    /// Takes what is here already, up to so many bytes; waits for a message only where `waits`. False where nothing is
    /// here.
    pub(super) async fn gather(&mut self, waits: bool, at_once: usize) -> Result<bool, FootbridgeError> {
        while self.waiting.iter().map(Vec::len).sum::<usize>() < at_once {
            if let Some(message) = self.reader.next()? {
                self.waiting.push(message);
                continue;
            }
            let must_wait = waits && self.waiting.is_empty();
            let piece = if self.has_ended {
                break;
            } else if must_wait {
                self.body.next().await?
            } else {
                match self.body.next().now_or_never() {
                    // What came before a break is kept first.
                    Some(piece) => piece.unwrap_or_default(),
                    None => break,
                }
            };
            match piece {
                Some(piece) => {
                    self.bytes += piece.len() as u64;
                    self.reader.feed(&piece);
                }
                None => self.has_ended = true,
            }
        }
        Ok(!self.waiting.is_empty())
    }

    /// Whether nothing more comes.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended && self.waiting.is_empty()
    }

    /// Bytes that came since this was last asked.
    pub(super) fn take_bytes(&mut self) -> u64 {
        std::mem::take(&mut self.bytes)
    }

    /// Reads what was gathered while `meanwhile` is done, on another thread.
    pub(super) fn read<T>(&mut self, words: bool, meanwhile: impl FnOnce() -> T) -> (Result<Read, FootbridgeError>, T) {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return (Ok(Read { frames: Vec::new(), is_end: false }), meanwhile());
        }
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || read_all(&waiting, words));
            let done = meanwhile();
            (reading.join().unwrap_or(Err(FootbridgeError::Offline)), done)
        })
    }
}

/// What was read: frames, and whether the last message is among it.
pub(super) struct Read {
    pub frames: Vec<ArrivedFrame>,
    pub is_end: bool,
}

fn read_all(messages: &[Vec<u8>], words: bool) -> Result<Read, FootbridgeError> {
    let mut read = Read { frames: Vec::new(), is_end: false };
    for message in messages {
        match self::read(message, words)? {
            Some(frame) => read.frames.push(frame),
            None => {
                read.is_end = true;
                break;
            }
        }
    }
    Ok(read)
}

/// A frame with what could be prepared of its items.
pub(super) struct ArrivedFrame {
    /// The frame, without its items.
    pub frame: FrameMessage,
    /// Its items.
    pub items: Vec<ArrivedItem>,
}

/// An item with what could be prepared of it.
pub(super) struct ArrivedItem {
    /// As it came.
    pub item: PulledItem,
    ready: Option<Ready>,
}

/// A document that is read and packed.
struct Ready {
    outline: Outline,
    facts: Facts,
    digest: u64,
    packed: Vec<u8>,
    words: String,
}

/// Reads a message; `None` for the end of the stream.
fn read(bytes: &[u8], words: bool) -> Result<Option<ArrivedFrame>, FootbridgeError> {
    match codec::decode::<PullMessage>(bytes)? {
        PullMessage::End => Ok(None),
        PullMessage::Frame(mut frame) => {
            let items = std::mem::take(&mut frame.items);
            let items =
                items.into_iter().map(|mut item| ArrivedItem { ready: ready(&mut item, words), item }).collect();
            Ok(Some(ArrivedFrame { frame, items }))
        }
    }
}

/// Reads and packs a document; `None` for all that must be looked at more closely.
fn ready(item: &mut PulledItem, words: bool) -> Option<Ready> {
    let PulledContent::Document { document, projection, projection_version, facts } = &mut item.content else {
        return None;
    };
    if document::check_outline(document).is_err() {
        return None;
    }
    let outline = if projection.is_empty() {
        let told = document::project_plain(document)?;
        *projection = told.to_json();
        *projection_version = u64::from(PROJECTION_VERSION);
        Outline::of(&told)
    } else if *projection_version == u64::from(PROJECTION_VERSION) {
        Outline::read(projection)
    } else {
        None
    };
    let outline = outline.filter(|outline| outline.kind.name() == item.kind)?;
    let facts = serde_json::from_str(facts).ok()?;
    let digest = pull::digest(item.id, item.generation, document);
    let words = match words {
        true => footbridge_text::searched(&Projection::from_json(projection).ok()?),
        false => String::new(),
    };
    Some(Ready { outline, facts, digest, packed: packing::pack(document), words })
}

impl ArrivedItem {
    /// Stores it as a record that is new here. Gives its local number; `None` where it must be taken as it came.
    pub(super) fn store(&self, writing: &Writing<'_>, ground: &Ground, bit: i64) -> Result<Option<i64>, StoreError> {
        let (Some(ready), PulledContent::Document { projection, facts: facts_json, .. }) =
            (&self.ready, &self.item.content)
        else {
            return Ok(None);
        };
        let Ready { outline, facts, digest, packed, words } = ready;
        let row = ArrivedRow {
            id: self.item.id,
            generation: self.item.generation,
            kind: &self.item.kind,
            sort_at: outline.sort_at(&ground.vocabulary.time_zone),
            author: facts.author,
            district: outline.text("district").or(facts.district.as_deref()),
            state: state(outline, facts),
            parent: outline.parent(),
            due: due(outline, facts),
            is_disputed: outline.is_disputed,
            is_seen: !facts.seen.is_empty(),
            kept_from: kept_from(outline, facts),
            bit,
            digest: *digest,
            packed,
            projection,
            facts: facts_json,
        };
        let Some(number) = records::arrive(writing, &row)? else { return Ok(None) };
        footbridge_store::search::add(writing, number, words)?;
        Ok(Some(number))
    }
}

fn state<'a>(outline: &'a Outline, facts: &Facts) -> Option<&'a str> {
    match outline.kind {
        Kind::FollowUp if facts.state == Some(FollowUpState::Closed) => Some("closed"),
        Kind::FollowUp => Some("open"),
        _ => outline.text("state"),
    }
}

fn due<'a>(outline: &'a Outline, facts: &Facts) -> Option<&'a str> {
    let is_open = outline.kind == Kind::FollowUp && !facts.is_closed();
    is_open.then(|| outline.text("due").unwrap_or(records::WITHOUT_A_DAY))
}

fn kept_from(outline: &Outline, facts: &Facts) -> Option<Timestamp> {
    let received_at = facts.received_at.filter(|_| outline.kind == Kind::Note)?;
    Some(expiry::counts_from(outline.recorded_at, received_at))
}

#[cfg(test)]
mod tests;
