use footbridge_model::{Actor, Kind, Vocabulary, document, validation};
use serde_json::json;

use super::*;
use crate::connection::tests::store;

const NOW: Timestamp = Timestamp(1_795_341_600_000);

fn row(number: u8, kind: Kind, value: serde_json::Value) -> RecordRow {
    let fields = value.as_object().cloned().expect("an object");
    let changes = validation::create(kind, &fields, &Vocabulary::starter(), NOW).expect("valid");
    let made = document::create(kind, NOW, Actor::from_bytes([1; 16]), NOW, &changes).expect("made");
    let id = DocumentId::from_bytes([number; 16]);
    RecordRow::new(id, Some(&made.stored), made.projection, Facts::default())
}

fn keep(store: &crate::Store, rows: &[RecordRow]) {
    store
        .write(|writing| {
            rows.iter().try_for_each(|row| {
                let words = row.projection.searched_text();
                put(writing, row, &Shown { facts: &row.facts, zone: &TimeZone::UTC, words: &words })
            })
        })
        .expect("it is written");
}

fn ids(rows: &[RecordRow]) -> Vec<u8> {
    rows.iter().map(|row| row.id.as_bytes()[0]).collect()
}

#[test]
fn visits_are_listed_by_when_they_happened_the_latest_first_page_by_page() {
    let (_folder, store) = store();
    let day = |number: u8, day: &str| row(number, Kind::Visit, json!({"kind": "home", "happened_at": day}));
    keep(&store, &[day(1, "2026-11-01"), day(2, "2026-11-03"), day(3, "2026-11-02"), day(4, "2026-11-02")]);
    let mut filter = Filter { kind: "visit".to_owned(), ..Filter::default() };
    let first = store.read(|snapshot| list(snapshot, &filter, 2)).expect("listed");
    assert_eq!(ids(&first), [2, 4]);
    filter.after = first.last().map(|row| Place { sort_at: row.sort_at, number: row.number });
    let second = store.read(|snapshot| list(snapshot, &filter, 2)).expect("listed");
    assert_eq!(ids(&second), [3, 1]);
}

#[test]
fn a_filter_by_district_and_state_finds_just_those() {
    let (_folder, store) = store();
    let visit = |number, district| row(number, Kind::Visit, json!({"kind": "home", "district": district}));
    let mut draft = visit(3, "Dalhem");
    draft.packed = None;
    keep(&store, &[visit(1, "Dalhem"), visit(2, "Närlunda"), draft]);
    let found = |state: &str| {
        let filter = Filter {
            kind: "visit".to_owned(),
            district: Some("Dalhem".to_owned()),
            state: Some(state.to_owned()),
            ..Filter::default()
        };
        ids(&store.read(|snapshot| list(snapshot, &filter, 9)).expect("listed"))
    };
    assert_eq!((found("done"), found("draft")), (vec![1], vec![3]));
}

#[test]
fn words_are_found_as_they_were_last_written_and_not_as_before() {
    let (_folder, store) = store();
    let contact = |handle: &str| row(1, Kind::Contact, json!({"handle": handle}));
    keep(&store, &[contact("bla sjal biblioteket")]);
    let mut again = store.read(|s| get(s, DocumentId::from_bytes([1; 16]))).expect("read").expect("it is there");
    again.projection = contact("rod kappa").projection;
    keep(&store, &[again]);
    let found = |text: &str| {
        let terms: Vec<_> = text.split_whitespace().map(|word| format!("\"{word}\"*")).collect();
        store.read(|s| search::find(s, &terms.join(" AND "), None, 9, None)).expect("searched").len()
    };
    assert_eq!((found("bla sja"), found("rod kap"), found("kappa rod")), (0, 1, 1));
}

#[test]
fn a_record_stays_while_another_scope_gives_it() {
    let (_folder, store) = store();
    let mut both = row(1, Kind::Contact, json!({"handle": "a"}));
    both.scopes = 0b11;
    let mut one = row(2, Kind::Contact, json!({"handle": "b"}));
    one.scopes = 0b01;
    keep(&store, &[both, one]);
    assert_eq!(store.write(|writing| leave_scope(writing, 0b01)).expect("left"), 1);
    let left = store.read(|snapshot| all_of(snapshot, "contact")).expect("listed");
    assert_eq!((ids(&left), left[0].scopes), (vec![1], 0b10));
}

#[test]
fn a_scope_that_is_left_takes_its_records_and_their_words_and_nothing_that_waits_or_has_not_come_back_yet() {
    let (_folder, store) = store();
    let with = |number, handle: &str, scopes| {
        let mut row = row(number, Kind::Contact, json!({"handle": handle}));
        row.scopes = scopes;
        row
    };
    let mut draft = with(4, "anemone", 0b10);
    draft.packed = None;
    keep(&store, &[with(1, "bellis", 0b01), with(2, "crocus", 0b01), with(3, "dahlia", 0), draft]);
    let waiting = crate::outbox::OutboxRow {
        seq: 0,
        record: DocumentId::from_bytes([2; 16]),
        item: crate::outbox::ItemKind::Change,
        payload: vec![1],
        intent: None,
        name: vec![1; 32],
        made_at: NOW,
        refused: Some(14),
    };
    store.write(|writing| crate::outbox::add(writing, &waiting)).expect("it waits");
    assert_eq!(store.write(|writing| leave_scope(writing, 0b01)).expect("left"), 1);
    let mut left = ids(&store.read(|snapshot| all_of(snapshot, "contact")).expect("listed"));
    left.sort_unstable();
    assert_eq!(left, [2, 3, 4]);
    let found =
        |word: &str| store.read(|s| search::find(s, &format!("\"{word}\"*"), None, 9, None)).expect("searched").len();
    assert_eq!(["bellis", "crocus", "dahlia", "anemone"].map(found), [0, 1, 1, 1]);
    let crocus = store.read(|snapshot| get(snapshot, DocumentId::from_bytes([2; 16]))).expect("read");
    assert_eq!(crocus.map(|row| row.scopes), Some(0));
}

#[test]
fn what_is_stored_is_read_back_whole() {
    let (_folder, store) = store();
    let before = row(1, Kind::Visit, json!({"kind": "phone", "minutes": 5}));
    keep(&store, std::slice::from_ref(&before));
    let after = store.read(|snapshot| get(snapshot, before.id)).expect("read").expect("it is there");
    assert_eq!(
        (&after.projection, after.document().expect("unpacked")),
        (&before.projection, before.document().expect("unpacked"))
    );
    assert_eq!(after.sort_at, NOW);
}

#[test]
fn a_list_by_district_goes_along_an_index_in_its_order() {
    let (_folder, store) = store();
    let plan = store.read(|snapshot| {
        let sql =
            "EXPLAIN QUERY PLAN SELECT id FROM records WHERE kind = 'visit' AND sort_at >= 5 AND district = 'Dalhem'
                   AND (sort_at, number) < (9, 9) ORDER BY sort_at DESC, number DESC LIMIT 50";
        let mut statement = snapshot.0.prepare(sql).map_err(StoreError::during("explaining"))?;
        let lines = statement.query_map([], |row| row.get::<_, String>(3)).map_err(StoreError::during("explaining"))?;
        lines.collect::<Result<Vec<_>, _>>().map_err(StoreError::during("explaining"))
    });
    let plan = plan.expect("explained").join("; ");
    assert!(plan.contains("records_in_district") && !plan.contains("TEMP B-TREE"), "{plan}");
}
