//! Streams of messages: each with its length before it (four bytes, big-endian), in one zstd frame or a few one after
//! the other, so that what they have in common is said once. Flushed after each message, so that it can be read as
//! soon as it arrives. No I/O: bytes go in and come out, and never more memory is held than one message,
//! the window, and what was fed.

use std::fmt;

use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation, OutBuffer};

use crate::codec::{fits, wide};
use crate::error::ProtocolError;
use crate::limits;

/// zstd's own default: on our documents nothing above it pays for its time.
const LEVEL: i32 = 3;
/// For what is read by many.
const LEVEL_KEPT: i32 = 6;
/// What a phone and a server keep in mind for each stream that they write.
const WRITE_WINDOW_LOG: u32 = 20;
const CHUNK: usize = 32 * 1024;
const PREFIX: usize = 4;

/// How much a reader takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLimits {
    /// Bytes of one message.
    pub message_bytes: usize,
    /// Bytes of all of them, inflated, with their prefixes.
    pub total_bytes: u64,
}

/// Writes messages into a stream.
pub struct StreamWriter {
    encoder: Encoder<'static>,
    out: Vec<u8>,
    is_empty: bool,
}

impl fmt::Debug for StreamWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamWriter").field("waiting_bytes", &self.out.len()).finish()
    }
}

impl StreamWriter {
    /// An empty stream.
    pub fn new() -> Result<Self, ProtocolError> {
        Self::with_level(LEVEL)
    }

    /// An empty stream that is written once and read often: more is spent on making it small.
    pub fn to_be_kept() -> Result<Self, ProtocolError> {
        Self::with_level(LEVEL_KEPT)
    }

    fn with_level(level: i32) -> Result<Self, ProtocolError> {
        let mut encoder = Encoder::new(level).map_err(deflating)?;
        encoder.set_parameter(CParameter::WindowLog(WRITE_WINDOW_LOG)).map_err(deflating)?;
        Ok(Self { encoder, out: Vec::new(), is_empty: true })
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Adds a message.
    pub fn push(&mut self, message: &[u8]) -> Result<(), ProtocolError> {
        let length = u32::try_from(message.len())
            .map_err(|_| ProtocolError::TooLarge { what: "a message of a stream", limit: u64::from(u32::MAX) })?;
        self.is_empty = false;
        self.write(&length.to_be_bytes())?;
        self.write(message)
    }

    /// Everything pushed so far becomes readable with the bytes that this gives.
    pub fn flush(&mut self) -> Result<Vec<u8>, ProtocolError> {
        self.drain(|encoder, output| encoder.flush(output))?;
        Ok(std::mem::take(&mut self.out))
    }

    /// The last bytes of the stream.
    pub fn finish(mut self) -> Result<Vec<u8>, ProtocolError> {
        self.drain(|encoder, output| encoder.finish(output, true))?;
        Ok(self.out)
    }

    /// A whole stream of these messages.
    pub fn whole<M: AsRef<[u8]>>(messages: impl IntoIterator<Item = M>) -> Result<Vec<u8>, ProtocolError> {
        let mut writer = Self::new()?;
        messages.into_iter().try_for_each(|message| writer.push(message.as_ref()))?;
        writer.finish()
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ProtocolError> {
        let mut input = InBuffer::around(bytes);
        let mut chunk = [0; CHUNK];
        while input.pos() < bytes.len() {
            let mut output = OutBuffer::around(chunk.as_mut_slice());
            self.encoder.run(&mut input, &mut output).map_err(deflating)?;
            self.out.extend_from_slice(output.as_slice());
        }
        Ok(())
    }

    fn drain(
        &mut self,
        step: impl Fn(&mut Encoder<'static>, &mut OutBuffer<'_, [u8]>) -> std::io::Result<usize>,
    ) -> Result<(), ProtocolError> {
        let mut chunk = [0; CHUNK];
        loop {
            let mut output = OutBuffer::around(chunk.as_mut_slice());
            let left = step(&mut self.encoder, &mut output).map_err(deflating)?;
            self.out.extend_from_slice(output.as_slice());
            if left == 0 {
                return Ok(());
            }
        }
    }
}

/// Reads messages out of a stream as its bytes arrive: [`feed`](Self::feed) what came, then take
/// [`next`](Self::next) until it gives nothing. After an error it gives that error for ever.
pub struct StreamReader {
    decoder: Decoder<'static>,
    limits: StreamLimits,
    input: Vec<u8>,
    read: usize,
    inflated: Vec<u8>,
    taken: usize,
    total: u64,
    taken_in: u64,
    may_hold_more: bool,
    ended: bool,
    failed: Option<ProtocolError>,
}

impl fmt::Debug for StreamReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader").field("total_bytes", &self.total).field("ended", &self.ended).finish()
    }
}

impl StreamReader {
    /// At the beginning of a stream, within these limits.
    pub fn new(limits: StreamLimits) -> Result<Self, ProtocolError> {
        let mut decoder = Decoder::new().map_err(inflating)?;
        decoder.set_parameter(DParameter::WindowLogMax(limits::WINDOW_LOG)).map_err(inflating)?;
        Ok(Self {
            decoder,
            limits,
            input: Vec::new(),
            read: 0,
            inflated: Vec::new(),
            taken: 0,
            total: 0,
            taken_in: 0,
            may_hold_more: false,
            ended: false,
            failed: None,
        })
    }

    /// Takes in bytes as they came. Inflates nothing yet.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.drain(..self.read.min(self.input.len()));
        self.read = 0;
        self.input.extend_from_slice(bytes);
    }

    /// The next whole message, or nothing until more is fed.
    #[expect(clippy::should_implement_trait, reason = "it is not over when it gives nothing")]
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let outcome = self.advance();
        self.failed = outcome.as_ref().err().copied();
        outcome
    }

    /// Whether the stream has come to its end, with nothing left to take.
    pub fn is_ended(&self) -> bool {
        self.ended && self.waiting() == 0 && self.failed.is_none()
    }

    /// Bytes inflated so far.
    pub fn inflated_bytes(&self) -> u64 {
        self.total
    }

    /// Bytes that it holds at this moment, the window of the decoder included.
    pub fn held_bytes(&self) -> usize {
        let window = self.total.min(1 << limits::WINDOW_LOG);
        let window = usize::try_from(window).unwrap_or(usize::MAX);
        self.input.len().saturating_add(self.inflated.len()).saturating_add(window)
    }

    /// Nothing more comes: fails unless the stream is whole and everything was taken out.
    pub fn finish(self) -> Result<(), ProtocolError> {
        match self.failed {
            Some(error) => Err(error),
            None if self.is_ended() => Ok(()),
            None => Err(ProtocolError::Cut),
        }
    }

    /// Every message of a stream that came whole.
    pub fn whole(bytes: &[u8], limits: StreamLimits, most: usize) -> Result<Vec<Vec<u8>>, ProtocolError> {
        let mut reader = Self::new(limits)?;
        let mut messages = Vec::new();
        // Piece by piece, so that it is not held twice.
        for piece in bytes.chunks(CHUNK) {
            reader.feed(piece);
            while let Some(message) = reader.next()? {
                crate::codec::at_most("a stream", messages.len().saturating_add(1), most)?;
                messages.push(message);
            }
        }
        reader.finish().map(|()| messages)
    }

    fn advance(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(Some(message));
            }
            let has_input = self.read < self.input.len();
            if self.ended && self.waiting() > 0 {
                return Err(ProtocolError::Cut);
            }
            if !has_input && !self.may_hold_more {
                return Ok(None);
            }
            self.inflate()?;
        }
    }

    fn waiting(&self) -> usize {
        self.inflated.len().saturating_sub(self.taken)
    }

    /// A message, if all of it is inflated. Its length is judged before any of it is.
    fn take(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        let waiting = self.inflated.get(self.taken..).unwrap_or_default();
        let Some((prefix, rest)) = waiting.split_first_chunk::<PREFIX>() else { return Ok(None) };
        let length = usize::try_from(u32::from_be_bytes(*prefix)).unwrap_or(usize::MAX);
        fits("a message of a stream", length, self.limits.message_bytes)?;
        let Some(message) = rest.get(..length) else { return Ok(None) };
        let message = message.to_vec();
        self.taken = self.taken.saturating_add(PREFIX).saturating_add(length);
        Ok(Some(message))
    }

    fn inflate(&mut self) -> Result<(), ProtocolError> {
        self.inflated.drain(..self.taken.min(self.inflated.len()));
        self.taken = 0;
        let mut chunk = [0; CHUNK];
        let mut input = InBuffer::around(self.input.get(self.read..).unwrap_or_default());
        let mut output = OutBuffer::around(chunk.as_mut_slice());
        let hint = self.decoder.run(&mut input, &mut output).map_err(inflating)?;
        let written = output.as_slice();
        self.read = self.read.saturating_add(input.pos());
        self.taken_in = self.taken_in.saturating_add(wide(input.pos()));
        if self.taken_in > self.limits.total_bytes {
            // Frames with nothing in them, for ever.
            return Err(ProtocolError::TooLarge { what: "a stream", limit: self.limits.total_bytes });
        }
        self.total = self.total.saturating_add(wide(written.len()));
        if self.total > self.limits.total_bytes {
            return Err(ProtocolError::TooLarge { what: "a stream", limit: self.limits.total_bytes });
        }
        if input.pos() == 0 && written.is_empty() && !self.may_hold_more {
            return Err(ProtocolError::Compression { doing: "inflating" });
        }
        self.ended = hint == 0;
        self.may_hold_more = written.len() == CHUNK && !self.ended;
        self.inflated.extend_from_slice(written);
        Ok(())
    }
}

fn deflating(_: std::io::Error) -> ProtocolError {
    ProtocolError::Compression { doing: "deflating" }
}

fn inflating(_: std::io::Error) -> ProtocolError {
    ProtocolError::Compression { doing: "inflating" }
}
