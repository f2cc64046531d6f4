//! Streams as networks deliver them: in pieces, cut, and from somebody who means harm.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use footbridge_protocol::{ErrorCode, ProtocolError, StreamLimits, StreamReader, StreamWriter, limits, pull, push};
use proptest::prelude::*;

const LIMITS: StreamLimits = StreamLimits { message_bytes: 100_000, total_bytes: 1_000_000 };

fn read_in_pieces(bytes: &[u8], piece: usize) -> Result<(Vec<Vec<u8>>, bool), ProtocolError> {
    let mut reader = StreamReader::new(LIMITS)?;
    let mut messages = Vec::new();
    for piece in bytes.chunks(piece) {
        reader.feed(piece);
        while let Some(message) = reader.next()? {
            messages.push(message);
        }
    }
    let is_ended = reader.is_ended();
    assert_eq!(reader.finish().is_ok(), is_ended);
    Ok((messages, is_ended))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_stream_in_any_pieces_gives_its_messages(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..20),
        piece in 1..200_usize,
    ) {
        let bytes = StreamWriter::whole(&messages).unwrap();
        prop_assert_eq!(read_in_pieces(&bytes, piece).unwrap(), (messages, true));
    }

    #[test]
    fn a_stream_cut_anywhere_gives_only_whole_messages(
        messages in prop::collection::vec(prop::collection::vec(0..4_u8, 0..400), 1..10),
        cut in any::<prop::sample::Index>(),
        piece in 1..200_usize,
    ) {
        let mut writer = StreamWriter::new().unwrap();
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for message in &messages {
            writer.push(message).unwrap();
            bytes.extend(writer.flush().unwrap());
            ends.push(bytes.len());
        }
        bytes.extend(writer.finish().unwrap());
        let cut = cut.index(bytes.len());
        let (read, is_ended) = read_in_pieces(&bytes[..cut], piece).unwrap();
        let arrived = ends.iter().filter(|end| **end <= cut).count();
        prop_assert!(!is_ended);
        prop_assert!(read.len() >= arrived, "each message can be read as soon as its flush has arrived");
        prop_assert_eq!(&read[..], &messages[..read.len()]);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1..50_usize) {
        let _ = read_in_pieces(&bytes, piece);
        let with_magic = [&[0x28, 0xb5, 0x2f, 0xfd][..], &bytes].concat();
        let _ = read_in_pieces(&with_magic, piece);
    }

    #[test]
    fn a_damaged_stream_gives_a_beginning_of_messages_or_an_error(
        at in any::<prop::sample::Index>(),
        bits in 1..=255_u8,
    ) {
        let mut bytes = StreamWriter::whole([vec![7; 5000], vec![8; 300]]).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        let _ = read_in_pieces(&bytes, 50);
    }
}

/// Many zeros in few bytes.
fn bomb(prefix: u32, zeros: usize) -> Vec<u8> {
    let mut plain = prefix.to_be_bytes().to_vec();
    plain.resize(zeros, 0);
    zstd::bulk::compress(&plain, 3).unwrap()
}

#[test]
fn a_bomb_in_one_message_is_refused_by_its_length() {
    let bytes = bomb(u32::MAX, 200_000_000);
    assert!(bytes.len() < 50_000);
    let mut reader = StreamReader::new(push::STREAM).unwrap();
    reader.feed(&bytes);
    let error = reader.next().unwrap_err();
    assert_eq!(error, ProtocolError::TooLarge { what: "a message of a stream", limit: limits::ENVELOPE_BYTES as u64 });
    assert!(reader.inflated_bytes() < 100_000, "nothing of it was inflated");
    assert_eq!(reader.next(), Err(error), "a reader that failed stays so");
}

#[test]
fn a_bomb_of_empty_messages_is_refused_within_the_bound() {
    let bytes = bomb(0, 200_000_000);
    let mut reader = StreamReader::new(push::STREAM).unwrap();
    reader.feed(&bytes);
    let error = loop {
        match reader.next() {
            Ok(message) => assert_eq!(message, Some(Vec::new())),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), ErrorCode::TooLarge);
    assert!(reader.inflated_bytes() <= limits::PUSH_BYTES + 64 * 1024);
    let whole = StreamReader::whole(&bytes, push::STREAM, limits::PUSH_ENVELOPES);
    assert_eq!(whole.unwrap_err().code(), ErrorCode::TooMany);
}

#[test]
fn a_window_larger_than_agreed_is_refused() {
    use zstd::stream::raw::CParameter;
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
    encoder.set_parameter(CParameter::WindowLog(limits::WINDOW_LOG + 1)).unwrap();
    std::io::Write::write_all(&mut encoder, &vec![0; 9_000_000]).unwrap();
    let bytes = encoder.finish().unwrap();
    let mut reader = StreamReader::new(pull::STREAM).unwrap();
    reader.feed(&bytes);
    assert_eq!(reader.next(), Err(ProtocolError::Compression { doing: "inflating" }));
}

#[test]
fn a_message_is_whole_as_soon_as_its_flush_arrives() {
    let mut writer = StreamWriter::new().unwrap();
    let mut reader = StreamReader::new(LIMITS).unwrap();
    for round in 0..100_u8 {
        let message = vec![round; usize::from(round) * 90];
        writer.push(&message).unwrap();
        reader.feed(&writer.flush().unwrap());
        assert_eq!(reader.next().unwrap(), Some(message));
        assert_eq!(reader.next().unwrap(), None);
    }
}

#[test]
fn what_records_have_in_common_is_said_once() {
    let record = |number: usize| format!(r#"{{"kind":"visit","district":"Dalhem","number":{number}}}"#).into_bytes();
    let mut writer = StreamWriter::new().unwrap();
    let mut sizes = Vec::new();
    for number in 0..20 {
        writer.push(&record(number)).unwrap();
        sizes.push(writer.flush().unwrap().len());
    }
    assert!(sizes[19] * 2 < sizes[0], "{sizes:?}");
}

#[test]
fn bytes_after_the_end_of_a_stream_are_refused() {
    let mut bytes = StreamWriter::whole([b"salam"]).unwrap();
    assert_eq!(StreamReader::whole(&bytes, LIMITS, 1).unwrap(), [b"salam"]);
    bytes.extend(b"salam");
    let error = StreamReader::whole(&bytes, LIMITS, 2).unwrap_err();
    assert_eq!((error, error.code()), (ProtocolError::Compression { doing: "inflating" }, ErrorCode::Malformed));
}

#[test]
fn a_stream_may_be_several_zstd_frames_each_of_whole_messages() {
    let several = |pieces: &[&[&[u8]]]| {
        pieces.iter().map(|messages| StreamWriter::whole(*messages).unwrap()).collect::<Vec<_>>().concat()
    };
    let bytes = several(&[&[b"salam", b"hei"], &[], &[b"hej"]]);
    for piece in 1..bytes.len() {
        let read = read_in_pieces(&bytes, piece).unwrap();
        assert_eq!(read, (vec![b"salam".to_vec(), b"hei".to_vec(), b"hej".to_vec()], true));
    }
    let large = vec![7; 64 * 1024 - 4];
    let bytes = several(&[&[&large], &[&large]]);
    assert_eq!(
        read_in_pieces(&bytes, bytes.len()).unwrap(),
        (vec![large.clone(), large], true),
        "as much as is read at once"
    );
    let half = zstd::bulk::compress(&[0, 0, 0, 2, 1], 3).unwrap();
    let rest = zstd::bulk::compress(&[1], 3).unwrap();
    assert_eq!(StreamReader::whole(&[half, rest].concat(), LIMITS, 2), Err(ProtocolError::Cut));
}

#[test]
fn frames_with_nothing_in_them_come_to_an_end() {
    let nothing = StreamWriter::new().unwrap().finish().unwrap();
    let mut reader = StreamReader::new(StreamLimits { message_bytes: 9, total_bytes: 900 }).unwrap();
    let refused = (0..900).find_map(|_| {
        reader.feed(&nothing);
        reader.next().err()
    });
    assert_eq!(refused, Some(ProtocolError::TooLarge { what: "a stream", limit: 900 }));
}

#[test]
fn a_stream_that_ends_inside_a_message_is_cut() {
    let bytes = zstd::bulk::compress(&[0, 0, 0, 9, 1, 2], 3).unwrap();
    assert_eq!(StreamReader::whole(&bytes, LIMITS, 1).unwrap_err(), ProtocolError::Cut);
    assert_eq!(StreamReader::whole(&[], LIMITS, 1).unwrap_err(), ProtocolError::Cut);
}

#[test]
fn an_empty_stream_ends() {
    assert!(StreamReader::whole(&StreamWriter::new().unwrap().finish().unwrap(), LIMITS, 0).unwrap().is_empty());
}
