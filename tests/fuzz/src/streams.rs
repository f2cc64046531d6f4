//! Streams: of messages, and of events.

use footbridge_protocol::event::NewsReader;
use footbridge_protocol::{StreamLimits, StreamReader, StreamWriter};

/// Small, so that they are met often.
const LIMITS: StreamLimits = StreamLimits { message_bytes: 4096, total_bytes: 64 * 1024 };
const MESSAGES: usize = 16;

/// A stream that came as it is, and those whose compression is sound around what came, which gets past zstd.
pub(crate) fn stream(bytes: &[u8]) {
    read(bytes);
    let deflated = |bytes: &[u8]| zstd::bulk::compress(bytes, 1).expect("it is compressed");
    read(&deflated(bytes));
    // As several frames, where the first message ends.
    if let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let at = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX).min(rest.len()) + length.len();
        let (first, others) = bytes.split_at(at);
        read(&[deflated(first), deflated(others)].concat());
    }
}

/// However a stream is cut into pieces it holds the same messages, within its limits, and they can be written again.
fn read(bytes: &[u8]) {
    let whole = StreamReader::whole(bytes, LIMITS, MESSAGES);
    let mut reader = StreamReader::new(LIMITS).expect("a reader");
    let mut messages = Vec::new();
    let mut failed = None;
    let size = usize::from(bytes.first().copied().unwrap_or(1)) + 1;
    'pieces: for piece in bytes.chunks(size) {
        reader.feed(piece);
        loop {
            match reader.next() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => {
                    failed = Some(error);
                    break 'pieces;
                }
            }
        }
        assert!(reader.inflated_bytes() <= LIMITS.total_bytes);
    }
    let finished = failed.map_or_else(|| reader.finish(), Err);
    assert!(messages.iter().all(|message| message.len() <= LIMITS.message_bytes));
    match (whole, finished) {
        (Ok(whole), Ok(())) => {
            assert_eq!(whole, messages);
            let written = StreamWriter::whole(&messages).expect("a stream");
            assert_eq!(StreamReader::whole(&written, LIMITS, MESSAGES), Ok(messages));
        }
        (Ok(_), Err(error)) => panic!("read whole and not in pieces: {error}"),
        (Err(_), Ok(())) => assert!(messages.len() > MESSAGES, "only their number is judged at the end"),
        (Err(_), Err(_)) => {}
    }
}

/// News are heard however the lines are cut.
pub(crate) fn events(bytes: &[u8]) {
    let at_once = NewsReader::default().hears(bytes);
    let mut reader = NewsReader::default();
    let bit_by_bit = bytes.iter().any(|byte| reader.hears(&[*byte]));
    assert_eq!(at_once, bit_by_bit);
    if at_once {
        assert!(bytes.windows(4).any(|word| word == b"news"));
    }
}
