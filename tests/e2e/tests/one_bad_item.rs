//! What a broken or older build sends: one bad item costs nothing but itself.

use footbridge_model::{FieldChange, Kind, Scalar};
use footbridge_protocol::{Answer, ErrorCode, Item};
use footbridge_testkit::{Programme, RawDevice, change_item};
use serde_json::json;

/// The fields of a visit in the street, and one that tells it from the others.
fn visit(minutes: i64) -> Vec<FieldChange> {
    let set = |field: &str, value| FieldChange::Set { field: field.to_owned(), value };
    vec![
        set("happened_at", Scalar::Str("2026-03-02".to_owned())),
        set("kind", Scalar::Str("street".to_owned())),
        set("state", Scalar::Str("done".to_owned())),
        set("minutes", Scalar::Int(minutes)),
    ]
}

fn old_build(programme: &Programme) -> RawDevice {
    let invitation = programme.invitation("volunteer", "Amina", &["Dalhem"]);
    RawDevice::join(programme.server.address(), &invitation)
}

/// A good visit as an item.
fn good(device: &RawDevice, minutes: i64) -> Item {
    let (id, edited) = device.record(Kind::Visit, &visit(minutes));
    change_item(id, "visit", edited.change)
}

#[test]
fn one_bad_item_among_two_hundred_is_refused_with_its_reason_and_the_others_arrive() {
    let programme = Programme::start();
    let mut device = old_build(&programme);
    let mut items: Vec<Item> = (0..199).map(|minutes| good(&device, minutes)).collect();
    let (id, _) = device.record(Kind::Visit, &visit(199));
    items.insert(87, change_item(id, "visit", b"this is no change".to_vec()));
    let answers = device.push(items);
    for (place, answer) in answers.iter().enumerate() {
        let expected = if place == 87 { Answer::Refused(ErrorCode::Malformed) } else { Answer::Accepted };
        assert_eq!(*answer, expected, "item {place}");
    }
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.ids(&["list", "visit", "--limit", "500"]).len(), 199);
}

#[test]
fn every_way_of_being_bad_has_its_own_reason_and_stops_nothing() {
    let programme = Programme::start();
    let mut device = old_build(&programme);
    let bad = bad_items(&device);
    for (name, item, code) in bad {
        let items = vec![good(&device, 1), item, good(&device, 2)];
        let answers = device.push(items);
        assert_eq!(answers[0], Answer::Accepted, "before {name}");
        assert_eq!(answers[1], Answer::Refused(code), "{name}");
        assert_eq!(answers[2], Answer::Accepted, "after {name}");
    }
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.items(&["list", "visit", "--limit", "500"]).len() % 2, 0);
    assert_eq!(kari.ask(&["status"])["set_aside"], json!([]));
}

fn bad_items(device: &RawDevice) -> Vec<(&'static str, Item, ErrorCode)> {
    let (id, edited) = device.record(Kind::Visit, &visit(3));
    let flipped: Vec<u8> = edited.change.iter().map(|byte| byte ^ 0x55).collect();
    let cut = edited.change[..edited.change.len() / 2].to_vec();
    let mut compressed = edited.change.clone();
    compressed[8] = 2;
    let later =
        device.changed(&edited.stored, &[FieldChange::Set { field: "minutes".to_owned(), value: Scalar::Int(4) }]);
    let (odd, with_unknown) = device.record(
        Kind::Visit,
        &[
            FieldChange::Set { field: "state".to_owned(), value: Scalar::Str("done".to_owned()) },
            FieldChange::Set { field: "x".repeat(301), value: Scalar::Int(1) },
        ],
    );
    vec![
        ("other bytes", change_item(id, "visit", flipped), ErrorCode::Malformed),
        ("half a change", change_item(id, "visit", cut), ErrorCode::Malformed),
        ("a compressed change", change_item(id, "visit", compressed), ErrorCode::Malformed),
        ("a change of what is not here", change_item(id, "visit", later.change), ErrorCode::NotFound),
        ("an unknown kind", change_item(id, "spaceship", edited.change.clone()), ErrorCode::UnknownKind),
        ("a person", change_item(id, "person", edited.change), ErrorCode::Forbidden),
        ("an unknown type of item", Item::Unreadable(vec![0xa1, 0x00, 0x18, 0x63]), ErrorCode::UnknownKind),
        ("an item without its parts", Item::Unreadable(vec![0xa1, 0x00, 0x01]), ErrorCode::Malformed),
        ("a key that no record has", change_item(odd, "visit", with_unknown.change), ErrorCode::UnknownField),
    ]
}

#[test]
fn a_change_that_skips_one_waits_for_it_and_is_taken_after_it() {
    let programme = Programme::start();
    let mut device = old_build(&programme);
    let (id, first) = device.record(Kind::Visit, &visit(1));
    let set = |minutes| [FieldChange::Set { field: "minutes".to_owned(), value: Scalar::Int(minutes) }];
    let second = device.changed(&first.stored, &set(2));
    let third = device.changed(&second.stored, &set(3));
    let item = |change: &[u8]| change_item(id, "visit", change.to_vec());
    assert_eq!(device.push(vec![item(&first.change)]), [Answer::Accepted]);
    assert_eq!(device.push(vec![item(&third.change)]), [Answer::Refused(ErrorCode::MissingDeps)]);
    let answers = device.push(vec![item(&second.change), item(&third.change)]);
    assert_eq!(answers, [Answer::Accepted, Answer::Accepted]);
    assert_eq!(programme.coordinator("Kari").show(&id.to_string())["minutes"], json!(3));
}

#[test]
fn the_same_envelope_again_gets_the_same_answers_and_does_nothing_twice() {
    let programme = Programme::start();
    let mut device = old_build(&programme);
    let items = vec![good(&device, 1), good(&device, 2)];
    let envelope = device.sealed(items);
    let first = device.push_sealed(std::slice::from_ref(&envelope));
    let again = device.push_sealed(&[envelope]);
    assert_eq!(first, again);
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.ids(&["list", "visit"]).len(), 2);
}

#[test]
fn a_change_sent_again_in_another_envelope_is_a_duplicate() {
    let programme = Programme::start();
    let mut device = old_build(&programme);
    let item = good(&device, 1);
    assert_eq!(device.push(vec![item.clone()]), [Answer::Accepted]);
    assert_eq!(device.push(vec![item]), [Answer::Duplicate]);
}

#[test]
fn a_counter_that_was_used_for_something_else_is_refused() {
    let programme = Programme::start();
    let mut device = old_build(&programme);
    let (first, second) = (good(&device, 1), good(&device, 2));
    assert_eq!(device.push(vec![first]), [Answer::Accepted]);
    let answer = device.push_as(device.programme(), 1, vec![second]);
    assert_eq!(answer.answer, Answer::Refused(ErrorCode::CounterUsed));
}

#[test]
fn an_envelope_that_somebody_altered_is_not_opened() {
    let programme = Programme::start();
    let mut device = old_build(&programme);
    let items = vec![good(&device, 1)];
    let mut envelope = device.sealed(items);
    let middle = envelope.len() / 2;
    envelope[middle] ^= 1;
    let answers = device.push_sealed(&[envelope]);
    assert!(
        matches!(answers[0].answer, Answer::Refused(ErrorCode::BadSignature | ErrorCode::Malformed)),
        "{answers:?}"
    );
    assert_eq!(programme.coordinator("Kari").ids(&["list", "visit"]), Vec::<String>::new());
}
