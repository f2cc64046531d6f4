//! One bad item costs itself and nothing else; limits hold on both sides.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use footbridge_model::{DeviceId, DocumentId, ProgrammeId};
use footbridge_protocol::{
    ChangeItem, EnvelopeMessage, ErrorCode, Item, ProtocolError, PublicKey, SigningKey, encode, limits,
};

fn envelope(items: Vec<Item>) -> EnvelopeMessage {
    EnvelopeMessage {
        identity: PublicKey::from_bytes([1; 32]),
        programme: ProgrammeId::from_bytes([2; 16]),
        device: DeviceId::from_bytes([3; 16]),
        counter: 1,
        items,
    }
}

fn change(bytes: usize) -> Item {
    let id = DocumentId::from_bytes([4; 16]);
    let (kind, change) = ("visit".to_owned(), vec![0xff; bytes]);
    Item::Change(ChangeItem { id, kind, generation: 1, change, given_back: None, author: None, by: None, drafts: None })
}

fn sent(envelope: &EnvelopeMessage) -> EnvelopeMessage {
    let key = SigningKey::from_seed(&[5; 32]);
    let signed = envelope.seal(&key).unwrap();
    assert!(signed.len() <= limits::ENVELOPE_BYTES);
    EnvelopeMessage::open(&signed, |_| Some(key.public())).unwrap()
}

#[test]
fn one_bad_item_among_two_hundred_leaves_the_others_readable() {
    let mut items = vec![change(300); 200];
    items[77] = Item::Unreadable(vec![0xa2, 0x00, 0x01, 0x01, 0x63, b'b', b'a', b'd']);
    let arrived = sent(&envelope(items));
    let codes: Vec<_> = arrived.items.iter().map(Item::check).collect();
    assert_eq!(codes.iter().filter(|code| code.is_ok()).count(), 199);
    assert_eq!(codes[77], Err(ErrorCode::Malformed));
}

#[test]
fn an_item_of_a_later_version_is_of_an_unknown_kind() {
    let arrived = sent(&envelope(vec![Item::Unreadable(vec![0xa1, 0x00, 0x07])]));
    assert_eq!(arrived.items[0].check(), Err(ErrorCode::UnknownKind));
    assert_eq!(arrived.items[0].id(), None);
}

#[test]
fn a_change_above_its_limit_is_refused_alone() {
    let arrived = sent(&envelope(vec![change(limits::CHANGE_BYTES), change(limits::CHANGE_BYTES + 1)]));
    let codes: Vec<_> = arrived.items.iter().map(Item::check).collect();
    assert_eq!(codes, [Ok(()), Err(ErrorCode::TooLarge)]);
}

#[test]
fn items_that_weigh_no_more_than_the_room_fit_in_an_envelope() {
    let item = change(4000);
    let many = EnvelopeMessage::ROOM / item.weight();
    assert_eq!(sent(&envelope(vec![item; many])).items.len(), many);
    let largest = Item::Unreadable([vec![0x5a, 0, 0x0f, 0xfd, 0x00], vec![0; 0x000f_fd00]].concat());
    assert!(largest.weight() <= EnvelopeMessage::ROOM);
    assert_eq!(sent(&envelope(vec![largest])).items.len(), 1);
}

#[test]
fn an_envelope_above_its_limits_is_not_even_signed() {
    let key = SigningKey::from_seed(&[5; 32]);
    let error = envelope(vec![change(1); 501]).seal(&key).unwrap_err();
    assert_eq!(error, ProtocolError::TooMany { what: "an envelope", limit: 500 });
    assert_eq!(envelope(vec![change(60_000); 18]).seal(&key).unwrap_err().code(), ErrorCode::TooLarge);
    let mut first = envelope(Vec::new());
    first.counter = 0;
    assert_eq!(encode(&first).unwrap_err().code(), ErrorCode::Malformed);
}

#[test]
fn what_was_recorded_is_not_shown() {
    let shown = format!("{:?}", envelope(vec![change(3)]));
    assert!(!shown.contains("255") && shown.contains("bytes: 3"), "{shown}");
}
