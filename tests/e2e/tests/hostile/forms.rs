//! Bodies that are not of the form that a route takes, each with the code that it gets.

use footbridge_protocol::ErrorCode::{self, Malformed, TooLarge, TooMany};
use footbridge_protocol::{StreamWriter, limits};

/// A word that stands in everything hostile, and is then looked for where it must not be.
pub const MARKER: &str = "Blåvingehemligheten";

/// A body, what it is called, and with which code it is refused.
pub type Form = (&'static str, Vec<u8>, ErrorCode);

/// What is no message. `well` is one that is well formed; `most` is how long it may be.
pub fn of_a_message(well: &[u8], most: usize) -> Vec<Form> {
    let mut deep = vec![0x81; most - 1];
    deep.push(0);
    let mut over = vec![0x59, 0, 0];
    over.resize(most + 1, 0);
    let mut claims = vec![0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    claims.extend_from_slice(MARKER.as_bytes());
    let mut follows = well.to_vec();
    follows.extend_from_slice(MARKER.as_bytes());
    vec![
        ("nothing", Vec::new(), Malformed),
        ("its first byte", well[..1].to_vec(), Malformed),
        ("half of it", well[..well.len() / 2].to_vec(), Malformed),
        ("all but its last byte", well[..well.len() - 1].to_vec(), Malformed),
        ("bytes after its end", follows, Malformed),
        ("other bytes", MARKER.as_bytes().to_vec(), Malformed),
        ("a key of another type", vec![0xa1, 0x00, 0xf5], Malformed),
        ("a number", vec![0x00], Malformed),
        ("a key twice", vec![0xa2, 0x00, 0x00, 0x00, 0x00], Malformed),
        ("no length", vec![0xbf, 0x00, 0x00, 0xff], Malformed),
        ("a text that is none", vec![0xa1, 0x00, 0x61, 0xff], Malformed),
        ("nesting without a bottom", deep, Malformed),
        ("more items than there is memory for", claims, Malformed),
        ("a string of four gigabytes", vec![0xa1, 0x00, 0x5a, 0xff, 0xff, 0xff, 0xff, 0x00], Malformed),
        ("a map of 2^63 keys", vec![0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0], Malformed),
        ("one byte too many", over, TooLarge),
    ]
}

/// What is no stream of envelopes. `well` is an envelope.
pub fn of_a_stream(well: &[u8]) -> Vec<Form> {
    let whole = |messages: &[Vec<u8>]| StreamWriter::whole(messages).expect("a stream");
    let stream = whole(&[well.to_vec()]);
    let mut follows = stream.clone();
    follows.extend_from_slice(MARKER.as_bytes());
    let mut raw = u32::try_from(well.len()).expect("an envelope is short").to_be_bytes().to_vec();
    raw.extend_from_slice(well);
    let (begun, rest) = raw.split_at(raw.len() / 2);
    let torn = [deflated(begun), deflated(rest)].concat();
    let nine = vec![well.to_vec(); limits::PUSH_ENVELOPES + 1];
    vec![
        ("nothing", Vec::new(), Malformed),
        ("other bytes", MARKER.as_bytes().to_vec(), Malformed),
        ("half of it", stream[..stream.len() / 2].to_vec(), Malformed),
        ("all but its last byte", stream[..stream.len() - 1].to_vec(), Malformed),
        ("bytes after its end", follows, Malformed),
        ("an envelope that goes on in another frame", torn, Malformed),
        ("a window of two gigabytes", vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00], Malformed),
        ("another dictionary", vec![0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x60, 0x07, 0x01, 0x00, 0x00], Malformed),
        ("a length of four gigabytes", inflating(&[0xff; 4], 0), TooLarge),
        ("a length and no message", inflating(&[0, 0, 0, 9], 3), Malformed),
        ("eight megabytes of nothing, and a little", bomb(), TooLarge),
        ("one envelope too many", whole(&nine), TooMany),
        ("an envelope that is too large", inflating(&[0, 0x10, 0, 1], 1024 * 1024 + 1), TooLarge),
    ]
}

/// A stream of these bytes and so many zeros after them.
fn inflating(first: &[u8], zeros: usize) -> Vec<u8> {
    let mut raw = first.to_vec();
    raw.resize(first.len() + zeros, 0);
    deflated(&raw)
}

/// Some kilobytes that inflate to messages without an end, each well within its limit.
pub fn bomb() -> Vec<u8> {
    let mut raw = Vec::new();
    while raw.len() <= limits::PUSH_BYTES as usize {
        raw.extend_from_slice(&[0, 0x0f, 0xff, 0xf0]);
        raw.resize(raw.len() + 0x000f_fff0, 0);
    }
    deflated(&raw)
}

/// These bytes in a frame of zstd: what the writer of streams would never write.
fn deflated(raw: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 128 * 1024;
    // One frame of zstd by hand (RFC 8878): a window of a megabyte, and blocks that are runs of one byte or raw.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50];
    let mut rest = raw;
    loop {
        let run = rest.first().map_or(0, |first| rest.iter().take(BLOCK).take_while(|byte| *byte == first).count());
        let (kind, length) = if run >= 16 { (1_u32, run) } else { (0, raw_length(rest)) };
        let last = u32::from(length == rest.len());
        let head = last | kind << 1 | u32::try_from(length).expect("a short block") << 3;
        frame.extend_from_slice(&head.to_le_bytes()[..3]);
        frame.extend_from_slice(if kind == 1 { &rest[..1] } else { &rest[..length] });
        rest = &rest[length..];
        if last == 1 {
            return frame;
        }
    }
}

/// How many bytes come before the next run.
fn raw_length(bytes: &[u8]) -> usize {
    let runs = |at: usize| bytes[at..].iter().take(16).take_while(|byte| **byte == bytes[at]).count() == 16;
    (0..bytes.len().min(4096)).find(|at| runs(*at)).unwrap_or(bytes.len().min(4096))
}
