//! What an attacker would make of a document's bytes: true checksums over false content, numbers at their ends, claims
//! of columns, foreign containers. Each is refused or harmless: the document can be loaded, told and edited after it.

use std::num::NonZeroU64;

use automerge::{Change, ObjType};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;
use crate::fields::Fields;
use crate::validation;
use crate::vocabulary::Vocabulary;

const NOW: Timestamp = Timestamp(1_795_341_600_000);
const AMINA: Actor = Actor::from_bytes([1; 16]);
const KARI: Actor = Actor::from_bytes([2; 16]);
/// Magic, checksum, type.
const HEAD: usize = 9;

fn fields(value: serde_json::Value) -> Fields {
    serde_json::from_value(value).expect("fields")
}

fn record(kind: Kind, value: serde_json::Value) -> Edited {
    let changes = validation::create(kind, &fields(value), &Vocabulary::starter(), NOW).expect("valid");
    create(kind, NOW, AMINA, NOW, &changes).expect("a record")
}

fn visit() -> Edited {
    record(Kind::Visit, json!({"kind": "street", "district": "Dalhem", "topics": ["work"], "minutes": 10}))
}

fn note() -> Edited {
    let on = crate::DocumentId::from_bytes([9; 16]).to_string();
    record(Kind::Note, json!({"on": on, "text": "Hon vill läsa svenska, och få ett arbete."}))
}

fn set(minutes: i64) -> [FieldChange; 1] {
    [FieldChange::Set { field: "minutes".to_owned(), value: Scalar::Int(minutes) }]
}

fn edited(stored: &[u8], actor: Actor, minutes: i64) -> Edited {
    edit(stored, actor, NOW, &set(minutes), &Base::Current).expect("sound").expect("a change")
}

/// With the checksum of its first chunk made true.
fn repaired(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut reader = chunk::Reader(bytes.get(HEAD..).unwrap_or_default());
    let before = reader.0.len();
    let Ok(length) = reader.unsigned() else { return bytes };
    let end = (HEAD + before - reader.0.len()).saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
    let Some(covered) = bytes.get(8..end) else { return bytes };
    let sum: [u8; 32] = Sha256::digest(covered).into();
    bytes[4..8].copy_from_slice(&sum[..4]);
    bytes
}

/// A chunk of this type around a body, as long as it says and with a true checksum.
fn chunk_of(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, kind];
    leb(&mut bytes, body.len() as u64);
    bytes.extend_from_slice(body);
    repaired(bytes)
}

fn leb(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        bytes.push(if number == 0 { byte } else { byte | 0x80 });
        if number == 0 {
            return;
        }
    }
}

fn sleb(bytes: &mut Vec<u8>, mut number: i64) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        let is_last = (number == 0 && byte & 0x40 == 0) || (number == -1 && byte & 0x40 != 0);
        bytes.push(if is_last { byte } else { byte | 0x80 });
        if is_last {
            return;
        }
    }
}

/// A first change of an actor with these columns.
fn change_of(start_op: u64, columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![0];
    leb(&mut body, 16);
    body.extend_from_slice(KARI.as_bytes());
    leb(&mut body, 1);
    leb(&mut body, start_op);
    body.extend([0, 0, 0]);
    leb(&mut body, columns.len() as u64);
    for (specification, data) in columns {
        leb(&mut body, *specification);
        leb(&mut body, data.len() as u64);
    }
    columns.iter().for_each(|(_, data)| body.extend_from_slice(data));
    chunk_of(1, &body)
}

/// A run: so many times this number.
fn run(count: i64, value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    sleb(&mut bytes, count);
    sleb(&mut bytes, value);
    bytes
}

/// Everything that is done with a document works.
fn assert_sound(stored: &[u8]) {
    assert!(stored.len() <= DOCUMENT_BYTES_MAX);
    let projection = project(stored).expect("it is read");
    timeline(stored).expect("it is told");
    heads(stored).expect("it has heads");
    read_whole(stored).expect("a device takes it");
    for field in projection.fields.keys() {
        answers(stored, field).expect("answers are told");
    }
    let actor = Actor::from_bytes([7; 16]);
    match edit(stored, actor, NOW, &set(777), &Base::Current) {
        Ok(edited) => {
            assert_eq!(project(&edited.expect("a change").stored).expect("it is read").fields["minutes"], 777)
        }
        Err(error) => assert!(matches!(error, Damaged::TooLarge), "{error}"),
    }
}

#[test]
fn a_number_of_an_operation_from_which_nobody_could_count_on_is_refused() {
    let base = visit();
    let honest = Change::try_from(edited(&base.stored, KARI, 11).change.as_slice()).expect("a change");
    let starting_at = |start: u64| {
        let mut expanded = honest.decode();
        expanded.start_op = NonZeroU64::new(start).expect("not 0");
        Change::from(expanded).raw_bytes().to_vec()
    };
    let next = honest.start_op().get();
    assert_sound(&apply(Some(&base.stored), &[starting_at(next)]).expect("the control").stored);
    assert_sound(
        &apply(Some(&base.stored), &[starting_at(next + OPERATIONS_AHEAD_MAX - 100)]).expect("ahead of us").stored,
    );
    for start in [
        next + OPERATIONS_AHEAD_MAX + 100,
        u64::from(u32::MAX) - 1,
        u64::from(u32::MAX),
        1 << 40,
        i64::MAX as u64,
        u64::MAX,
    ] {
        let refused = apply(Some(&base.stored), &[change_of(start, &[])]).map(|_| ());
        assert!(refused.is_err(), "an empty one at {start}");
        if start <= u64::from(u32::MAX) {
            assert_eq!(
                apply(Some(&base.stored), &[starting_at(start)]).map(|_| ()),
                Err(Rejected::TooLarge),
                "{start}"
            );
        }
    }
}

#[test]
fn what_panics_inside_the_library_ends_there() {
    let base = visit();
    let honest = Change::try_from(edited(&base.stored, KARI, 11).change.as_slice()).expect("a change");
    let mut expanded = honest.decode();
    expanded.start_op = NonZeroU64::new(u64::from(u32::MAX)).expect("not 0");
    // What a server that does not look would have kept, and gives to a device, which looks at the outline alone.
    let given = [base.stored.as_slice(), Change::from(expanded).raw_bytes()].concat();
    check_outline(&given).expect("the outline is one");
    let refused = edit(&given, AMINA, NOW, &set(12), &Base::Current);
    assert!(matches!(refused, Err(Damaged::Unsound | Damaged::Load(_))), "{refused:?}");
    assert!(read_whole(&given).is_err() || merge(&base.stored, &given).is_err());
}

#[test]
fn what_columns_claim_is_bounded_before_anything_is_made_of_it() {
    let most = i64::try_from(CHANGE_OPERATIONS_MAX).expect("a number");
    // Object, key, insert, action, value, predecessors: each type of column there is, by every number that it can have.
    for column in [0x01_u64, 0x02, 0x11, 0x13, 0x15, 0x34, 0x42, 0x56, 0x70, 0x71, 0x73, 0x80, 0x85] {
        for (count, value) in [(most + 1, 1), (1 << 40, 0), (i64::MAX, 1)] {
            let claims = if column & 7 == 4 { vec![0xff, 0xff, 0xff, 0xff, 0x0f] } else { run(count, value) };
            let refused = inspect_change(&change_of(1, &[(column, claims)]));
            assert!(
                matches!(refused, Err(Rejected::TooLarge | Rejected::Malformed)),
                "{column:x} {count}: {refused:?}"
            );
        }
        for value in [i64::MAX, i64::MIN, 1 << 40, -1] {
            let refused = inspect_change(&change_of(1, &[(0x42, run(1, 1)), (column, run(1, value))]));
            assert!(
                column == 0x42
                    || refused.is_err()
                    || refused.is_ok_and(|info| info.touched.is_empty() || info.seq == 1)
            );
        }
    }
    let nulls = [vec![0], vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]].concat();
    assert_eq!(inspect_change(&change_of(1, &[(0x15, nulls)])), Err(Rejected::TooLarge));
    let many: Vec<_> = (0..=COLUMNS_MAX).map(|column| (column << 4 | 2, Vec::new())).collect();
    assert_eq!(inspect_change(&change_of(1, &many)), Err(Rejected::TooLarge));
    let deflated = change_of(1, &[(0x42 | 8, run(1, 1))]);
    assert_eq!(inspect_change(&deflated), Err(Rejected::Malformed));
}

/// A change of so many operations on one key, as few bytes as that can be.
fn change_of_operations(count: u64) -> Vec<u8> {
    let count = i64::try_from(count).expect("a number");
    let key = [run(count, 1), b"a".to_vec()].concat();
    let bools = vec![u8::try_from(count % 128).expect("small") | 0x80, u8::try_from(count / 128).expect("small")];
    change_of(1, &[(0x15, key), (0x34, bools), (0x42, run(count, 1)), (0x56, run(count, 0)), (0x70, run(count, 0))])
}

#[test]
fn a_change_of_a_hundred_bytes_with_thousands_of_operations_is_refused_before_it_is_read() {
    let few = change_of_operations(200);
    assert!(few.len() < 80 && inspect_change(&few).is_ok(), "the control: {:?}", inspect_change(&few));
    for count in [800, CHANGE_OPERATIONS_MAX + 1, DOCUMENT_OPERATIONS_MAX + 1, 119_000] {
        let count = count.min(16_000);
        let bytes = change_of_operations(count);
        assert_eq!(inspect_change(&bytes), Err(Rejected::TooLarge), "{count} in {} bytes", bytes.len());
        assert_eq!(check_outline(&bytes), Err(Rejected::TooLarge), "on a device too");
        assert!(matches!(project(&bytes), Err(Damaged::Unsound)), "and where it was stored already");
    }
}

#[test]
fn the_sum_of_a_documents_changes_is_bounded_like_one_of_them() {
    let mut stored = visit().stored;
    let members = |from: usize| -> Vec<FieldChange> {
        let member = |number| FieldChange::Add { field: "topics".to_owned(), member: format!("t{number}") };
        (from..from + 400).map(member).collect()
    };
    let mut edits = 0;
    let refused = loop {
        match edit(&stored, KARI, NOW, &members(edits * 400), &Base::Current) {
            Ok(edited) => stored = edited.expect("a change").stored,
            Err(error) => break error,
        }
        edits += 1;
    };
    assert!(matches!(refused, Damaged::TooLarge), "{refused}");
    assert!((8..12).contains(&edits), "{edits} edits of 400");
    check_outline(&stored).expect("what is kept is within the bounds");
    // From elsewhere it is refused in the same way, and the document is as it was.
    let document = Automerge::load(&stored).expect("sound").with_actor(AMINA.to_automerge());
    let mut forked = document;
    let mut transaction = forked.transaction();
    for number in 0..400 {
        transaction.put(ROOT, format!("topics/z{number}"), true).expect("allowed");
    }
    transaction.commit();
    let change = forked.get_last_local_change().expect("it is there").raw_bytes().to_vec();
    assert_eq!(apply(Some(&stored), &[&change]).map(|_| ()), Err(Rejected::TooLarge));
}

#[test]
fn only_changes_and_saves_are_chunks_and_nothing_deflated_is_either() {
    let base = note();
    let body = &base.change[HEAD + 2..];
    for kind in [2, 3, 4, 7, 255] {
        let other = chunk_of(kind, body);
        assert_eq!(inspect_change(&other), Err(Rejected::Malformed), "{kind}");
        assert_eq!(read_whole(&[base.stored.clone(), other.clone()].concat()).map(|_| ()), Err(Rejected::Malformed));
        assert_eq!(check_outline(&other), Err(Rejected::Malformed));
    }
    let long = record(
        Kind::Note,
        json!({"on": crate::DocumentId::from_bytes([9; 16]).to_string(), "text": "ord ".repeat(900)}),
    );
    let document = Automerge::load(&long.stored).expect("sound");
    assert!(document.save() != document.save_nocompress(), "the control: Automerge did compress it");
    assert_eq!(check_outline(&document.save()), Err(Rejected::Malformed));
    assert_eq!(read_whole(&document.save()).map(|_| ()), Err(Rejected::Malformed));
    check_outline(&document.save_nocompress()).expect("as we keep it");
}

#[test]
fn containers_and_values_that_no_record_has_are_refused_wherever_they_stand() {
    let on_note = |make: &dyn Fn(&mut Transaction<'_>)| {
        let mut document = Automerge::load(&note().stored).expect("sound").with_actor(KARI.to_automerge());
        let mut transaction = document.transaction();
        make(&mut transaction);
        transaction.commit();
        document.get_last_local_change().expect("it is there").raw_bytes().to_vec()
    };
    type Make = fn(&mut Transaction<'_>);
    let wrong: [(&str, Make); 7] = [
        ("a text", |t| {
            let text = t.put_object(ROOT, "text", ObjType::Text).expect("allowed");
            t.splice_text(&text, 0, 0, "Hon vill läsa.").expect("allowed");
        }),
        ("an empty text", |t| drop(t.put_object(ROOT, "text", ObjType::Text).expect("allowed"))),
        ("a map", |t| drop(t.put_object(ROOT, "text", ObjType::Map).expect("allowed"))),
        ("a list", |t| drop(t.put_object(ROOT, "text", ObjType::List).expect("allowed"))),
        ("a table", |t| drop(t.put_object(ROOT, "text", ObjType::Table).expect("allowed"))),
        ("a fraction", |t| t.put(ROOT, "minutes", 1.5_f64).expect("allowed")),
        ("bytes", |t| t.put(ROOT, "place", ScalarValue::Bytes(vec![0; 9])).expect("allowed")),
    ];
    for (what, make) in wrong {
        assert_eq!(inspect_change(&on_note(&make)), Err(Rejected::UnknownForm), "{what}");
    }
    assert!(inspect_change(&on_note(&|t| t.put(ROOT, "text", "Hon läser.").expect("allowed"))).is_ok(), "the control");
}

#[test]
fn a_change_that_does_not_stand_on_its_hands_last_one_is_refused() {
    let base = edited(&visit().stored, KARI, 11);
    // Amina's second by its number, and on nothing.
    let mut bytes = record(Kind::Visit, json!({"kind": "home"})).change;
    let at = bytes.windows(16).position(|window| window == [1; 16]).expect("her actor") + 16;
    assert_eq!(bytes[at], 1);
    bytes[at] = 2;
    let refused = apply(Some(&base.stored), &[&repaired(bytes)]).map(|applied| applied.new.len());
    assert_eq!(refused, Err(Rejected::Malformed));
}

#[test]
fn a_change_of_nothing_is_refused() {
    let base = edited(&visit().stored, KARI, 11);
    let on = |deps: &[ChangeHash]| {
        let mut body = vec![deps.len() as u8];
        deps.iter().for_each(|hash| body.extend_from_slice(&hash.0));
        // Amina's second by its number, of no operations.
        body.extend([16].into_iter().chain([1; 16]).chain([2, 60, 0, 0, 0, 0]));
        chunk_of(1, &body)
    };
    // Loaded, the one would come before her first; with the other, a save could not be loaded.
    for deps in [vec![], heads(&base.stored).expect("sound")] {
        let refused = apply(Some(&base.stored), &[&on(&deps)]).map(|applied| applied.new.len());
        assert_eq!(refused, Err(Rejected::Malformed));
    }
}

#[test]
fn a_removal_of_what_was_never_there_is_refused() {
    let base = visit();
    let remove = [FieldChange::Remove { field: "topics".to_owned(), member: "work".to_owned() }];
    let honest = edit(&base.stored, KARI, NOW, &remove, &Base::Current).expect("sound").expect("a change").change;
    apply(Some(&base.stored), &[&honest]).expect("an honest one is taken");
    let mut change = Change::try_from(honest.as_slice()).expect("a change").decode();
    let nothing = automerge::legacy::OpId::new(2_000, &Actor::from_bytes([9; 16]).to_automerge());
    change.operations[0].pred = vec![nothing].into();
    let bytes = Change::from(change).raw_bytes().to_vec();
    let refused = apply(Some(&base.stored), &[&bytes]).map(|applied| assert_sound(&applied.stored));
    // In a save a removal is told by what it removed: this one would be lost, and the save could not be loaded.
    assert_eq!(refused, Err(Rejected::Malformed));
}

/// The next of numbers that only look random.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 16).unwrap_or(0)
}

#[test]
fn thousands_of_mutations_with_true_checksums_are_refused_or_harmless() {
    let bases = [visit(), note()];
    let mut state = 0x5eed_u64;
    let mut taken = 0;
    for round in 0..6_000 {
        let base = &bases[round % 2];
        let honest = edited(&base.stored, KARI, 11).change;
        let (is_whole, is_first) = (round % 3 == 0, round % 3 == 1);
        let mut bytes = match round % 3 {
            0 => Automerge::load(&base.stored).expect("sound").save_nocompress(),
            1 => base.change.clone(),
            _ => honest,
        };
        for _ in 0..=next(&mut state) % 4 {
            let at = HEAD + next(&mut state) % (bytes.len() - HEAD);
            bytes[at] = match next(&mut state) % 3 {
                0 => bytes[at] ^ (1 << (next(&mut state) % 8)),
                1 => next(&mut state) as u8,
                _ => [0, 1, 0x7f, 0x80, 0xff][next(&mut state) % 5],
            };
        }
        let bytes = repaired(bytes);
        let applied = if is_whole {
            merge(&base.stored, &bytes)
        } else {
            apply(Some(base.stored.as_slice()).filter(|_| !is_first), &[&bytes])
        };
        if let Ok(applied) = applied {
            taken += usize::from(!applied.new.is_empty());
            assert_sound(&applied.stored);
        }
        // What a device was given and did not load before.
        drop(project(&bytes));
        drop(edit(&bytes, AMINA, NOW, &set(3), &Base::Current));
        drop(timeline(&bytes));
    }
    assert!(taken > 50, "{taken}: some are well formed and odd, else nothing was tried");
    // Whatever was tried, the document is as it was.
    assert_eq!(project(&bases[0].stored).expect("sound"), bases[0].projection);
}
