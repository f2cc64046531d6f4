//! What a document takes of memory follows from what it takes where it is stored, however it was made.

use footbridge_model::document::{self, Base};
use footbridge_model::{Actor, FieldChange, Kind, Scalar, Timestamp};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const NOW: Timestamp = Timestamp(1_795_341_600_000);

/// Bytes of memory for each byte that is stored, at most.
const PER_BYTE: usize = 4096;
/// And so many for the smallest.
const LEAST: usize = 1 << 20;

/// What somebody does to a record.
#[derive(Debug, Clone)]
enum Deed {
    /// Says the same field anew, so many times in one change.
    Again(usize),
    /// Adds so many members.
    Add(usize),
    /// Takes them away again.
    Remove(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        (1..200_usize).prop_map(Deed::Again),
        (1..120_usize).prop_map(Deed::Add),
        (1..120_usize).prop_map(Deed::Remove)
    ]
}

fn changes(deed: &Deed, number: usize) -> Vec<FieldChange> {
    let member = |place: usize| (String::from("topics"), format!("t{place}"));
    match deed {
        Deed::Again(times) => (0..*times)
            .map(|time| FieldChange::Set {
                field: "minutes".to_owned(),
                value: Scalar::Int((time + number) as i64 % 3),
            })
            .collect(),
        Deed::Add(count) => (0..*count).map(member).map(|(field, member)| FieldChange::Add { field, member }).collect(),
        Deed::Remove(count) => {
            (0..*count).map(member).map(|(field, member)| FieldChange::Remove { field, member }).collect()
        }
    }
}

/// The most that was in use during some work, beyond what was before.
fn peak<T>(work: impl FnOnce() -> T) -> usize {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let made = work();
    let peak = MEMORY.peak_usage().saturating_sub(before);
    drop(made);
    peak
}

/// Everything that is done with a stored document, and with a change of it.
fn assert_within(stored: &[u8], change: &[u8]) {
    let most = LEAST + PER_BYTE * stored.len();
    let edit = FieldChange::Set { field: "minutes".to_owned(), value: Scalar::Int(7) };
    let works: [(&str, usize); 5] = [
        ("project", peak(|| document::project(stored).ok())),
        ("read_whole", peak(|| document::read_whole(stored))),
        ("timeline", peak(|| document::timeline(stored).ok())),
        ("edit", peak(|| document::edit(stored, Actor::from_bytes([9; 16]), NOW, &[edit], &Base::Current).ok())),
        ("apply", peak(|| document::apply(Some(stored), &[change]))),
    ];
    for (what, taken) in works {
        assert!(taken <= most, "{what} of {} bytes took {taken} bytes of memory", stored.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_a_document_takes_of_memory_is_bounded_by_its_bytes(deeds in prop::collection::vec((deed(), 1..5_u8), 1..60)) {
        let kind = FieldChange::Set { field: "kind".to_owned(), value: Scalar::Str("street".to_owned()) };
        let first = document::create(Kind::Visit, NOW, Actor::from_bytes([1; 16]), NOW, &[kind]).expect("a record");
        let (mut stored, mut change) = (first.stored, first.change);
        for (number, (deed, hand)) in deeds.iter().enumerate() {
            let actor = Actor::from_bytes([*hand; 16]);
            // What would be too large is refused, and the rest goes on.
            if let Ok(Some(edited)) = document::edit(&stored, actor, NOW, &changes(deed, number), &Base::Current) {
                (stored, change) = (edited.stored, edited.change);
            }
        }
        assert_within(&stored, &change);
    }
}
