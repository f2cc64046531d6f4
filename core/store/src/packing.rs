//! A document's bytes as they lie in its row: compressed on their own with a dictionary that all share,
//! because a visit is too short to be compressed well by itself. The first byte says how.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::error::StoreError;

/// As it is.
const PLAIN: u8 = 0;
/// zstd with the first dictionary. A later dictionary takes another number, and this one stays readable.
const FIRST_DICTIONARY: u8 = 1;
/// Made by `cargo run -p footbridge-store --example train_dictionary` from synthetic records.
const DICTIONARY: &[u8] = include_bytes!("../dictionaries/1.dict");
const LEVEL: i32 = 1;
/// Nothing that was packed here was larger.
const UNPACKED_MAX: usize = 1024 * 1024;

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Packs bytes; those that do not become shorter stay as they are.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let packed = COMPRESSOR.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            *compressor = Compressor::with_prepared_dictionary(encoder()).ok();
        }
        compressor.as_mut().and_then(|compressor| compressor.compress(bytes).ok())
    });
    match packed {
        Some(packed) if packed.len() < bytes.len() => marked(FIRST_DICTIONARY, &packed),
        _ => marked(PLAIN, bytes),
    }
}

/// Unpacks what [`pack`] packed.
///
/// # Errors
/// [`StoreError::Packing`] for anything else.
pub fn unpack(packed: &[u8]) -> Result<Vec<u8>, StoreError> {
    match packed.split_first() {
        Some((&PLAIN, bytes)) => Ok(bytes.to_vec()),
        Some((&FIRST_DICTIONARY, bytes)) => DECOMPRESSOR.with_borrow_mut(|decompressor| {
            if decompressor.is_none() {
                *decompressor = Decompressor::with_prepared_dictionary(decoder()).ok();
            }
            let decompressor = decompressor.as_mut().ok_or(StoreError::Packing)?;
            decompressor.decompress(bytes, UNPACKED_MAX).map_err(|_| StoreError::Packing)
        }),
        _ => Err(StoreError::Packing),
    }
}

fn marked(how: u8, bytes: &[u8]) -> Vec<u8> {
    let mut marked = Vec::with_capacity(bytes.len() + 1);
    marked.push(how);
    marked.extend_from_slice(bytes);
    marked
}

fn encoder() -> &'static EncoderDictionary<'static> {
    static ENCODER: std::sync::OnceLock<EncoderDictionary<'static>> = std::sync::OnceLock::new();
    ENCODER.get_or_init(|| EncoderDictionary::copy(DICTIONARY, LEVEL))
}

fn decoder() -> &'static DecoderDictionary<'static> {
    static DECODER: std::sync::OnceLock<DecoderDictionary<'static>> = std::sync::OnceLock::new();
    DECODER.get_or_init(|| DecoderDictionary::copy(DICTIONARY))
}

#[cfg(test)]
mod tests {
    use footbridge_model::{Actor, Kind, Timestamp, Vocabulary, document, validation};

    use super::*;

    fn visit() -> Vec<u8> {
        let fields = serde_json::json!({
            "kind": "street", "district": "Dalhem", "place": "library", "arose": "by_chance", "languages": ["so", "sv"],
            "topics": ["work", "housing"], "help": ["information"], "reached": 1, "minutes": 20, "next_step": "work",
        });
        let fields = fields.as_object().cloned().expect("an object");
        let now = Timestamp(1_795_341_600_000);
        let changes = validation::create(Kind::Visit, &fields, &Vocabulary::starter(), now).expect("valid");
        document::create(Kind::Visit, now, Actor::from_bytes([5; 16]), now, &changes).expect("made").stored
    }

    #[test]
    fn what_is_packed_is_unpacked_and_a_visit_takes_less_than_half() {
        let bytes = visit();
        let packed = pack(&bytes);
        assert_eq!(unpack(&packed).expect("it unpacks"), bytes);
        assert!(packed.len() * 2 < bytes.len(), "{} of {}", packed.len(), bytes.len());
    }

    #[test]
    fn what_cannot_be_compressed_stays_as_it_is() {
        let bytes = [7];
        assert_eq!(pack(&bytes), [PLAIN, 7]);
        assert_eq!(unpack(&[PLAIN, 7]).expect("it unpacks"), bytes);
    }

    #[test]
    fn what_was_never_packed_is_refused() {
        for bytes in [&[][..], &[9, 1, 2], &[FIRST_DICTIONARY, 1, 2, 3]] {
            assert!(matches!(unpack(bytes), Err(StoreError::Packing)));
        }
    }
}
