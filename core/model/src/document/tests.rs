use automerge::{Change, ObjType};
use serde_json::json;

use super::*;
use crate::fields::Fields;
use crate::validation;
use crate::vocabulary::Vocabulary;

const NOW: Timestamp = Timestamp(1_795_341_600_000);
const AMINA: Actor = Actor::from_bytes([1; 16]);
const KARI: Actor = Actor::from_bytes([2; 16]);
const LEILA: Actor = Actor::from_bytes([3; 16]);

fn fields(value: serde_json::Value) -> Fields {
    value.as_object().cloned().expect("an object")
}

fn record(kind: Kind, value: serde_json::Value) -> Edited {
    let changes = validation::create(kind, &fields(value), &Vocabulary::starter(), NOW).expect("it is valid");
    create(kind, NOW, AMINA, NOW, &changes).expect("it can be made")
}

fn visit() -> Edited {
    record(Kind::Visit, json!({"kind": "street", "topics": ["work"], "minutes": 10}))
}

fn changed(stored: &[u8], actor: Actor, patch: serde_json::Value, base: &Base) -> Edited {
    let projection = project(stored).expect("it is sound");
    let kind = projection.known_kind().expect("it is known");
    let changes = validation::edit(kind, &fields(patch), &projection.fields, &Vocabulary::starter()).expect("valid");
    edit(stored, actor, NOW.plus_millis(60_000), &changes, base)
        .expect("it can be edited")
        .expect("it changes something")
}

#[test]
fn what_was_recorded_is_read_back() {
    let projection = project(&visit().stored).expect("it is sound");
    assert_eq!(projection.kind, "visit");
    assert_eq!(projection.recorded_at, NOW);
    assert_eq!(
        projection.fields,
        fields(json!({
            "kind": "street", "topics": ["work"], "minutes": 10, "state": "done", "happened_at": "2026-11-22T10:00:00+00:00",
        }))
    );
    assert_eq!(Projection::from_json(&projection.to_json()).expect("its own text"), projection);
}

#[test]
fn edits_of_different_fields_are_both_kept() {
    let base = visit();
    let amina = changed(&base.stored, AMINA, json!({"minutes": 30}), &Base::Current);
    let kari = changed(&base.stored, KARI, json!({"reached": 3}), &Base::Current);
    let merged = merge(&amina.stored, &kari.stored).expect("they merge");
    assert_eq!(merged.projection.fields["minutes"], 30);
    assert_eq!(merged.projection.fields["reached"], 3);
    assert!(merged.projection.disagreements.is_empty());
}

#[test]
fn two_answers_stand_side_by_side_until_a_person_chooses() {
    let base = visit();
    let amina = changed(&base.stored, AMINA, json!({"minutes": 30}), &Base::Current);
    let kari = changed(&base.stored, KARI, json!({"minutes": 45}), &Base::Current);
    let merged = merge(&amina.stored, &kari.stored).expect("they merge");
    assert_eq!(merged.projection.disagreements, BTreeSet::from(["minutes".to_owned()]));
    let both = answers(&merged.stored, "minutes").expect("it is sound");
    assert_eq!(
        both.iter().map(|answer| (answer.value.clone(), answer.actor)).collect::<Vec<_>>(),
        [(json!(30), AMINA), (json!(45), KARI)]
    );
}

#[test]
fn a_choice_and_a_third_answer_given_meanwhile_stand_side_by_side_whichever_was_chosen() {
    let base = visit();
    let amina = changed(&base.stored, AMINA, json!({"minutes": 30}), &Base::Current);
    let kari = changed(&base.stored, KARI, json!({"minutes": 45}), &Base::Current);
    let merged = merge(&amina.stored, &kari.stored).expect("they merge");
    let third = changed(&merged.stored, LEILA, json!({"minutes": 60}), &Base::Current);
    for chosen in [json!(30), json!(45), json!(50), json!(null)] {
        let settled = changed(&merged.stored, KARI, json!({"minutes": chosen}), &Base::Current);
        assert!(settled.projection.disagreements.is_empty());
        assert_eq!(settled.projection.fields.get("minutes").cloned().unwrap_or_default(), chosen);
        let again = merge(&settled.stored, &third.stored).expect("they merge");
        let values: Vec<_> =
            answers(&again.stored, "minutes").expect("it is sound").into_iter().map(|answer| answer.value).collect();
        assert_eq!(again.projection.disagreements, BTreeSet::from(["minutes".to_owned()]));
        assert!(values.contains(&chosen) && values.contains(&json!(60)) && values.len() == 2, "{values:?}");
    }
}

#[test]
fn what_a_change_meant_makes_it_again_elsewhere() {
    let base = visit();
    let edited = changed(
        &base.stored,
        KARI,
        json!({"minutes": 45, "topics": {"add": ["health"], "remove": ["work"]}}),
        &Base::Current,
    );
    let meant = meant(&edited.stored, &edited.hash).expect("it is sound");
    let again = edit(&base.stored, LEILA, NOW, &meant, &Base::Current).expect("sound").expect("it changes something");
    assert_eq!(again.projection, edited.projection);
}

#[test]
fn the_same_answer_from_two_people_is_no_disagreement() {
    let base = visit();
    let amina = changed(&base.stored, AMINA, json!({"minutes": 30}), &Base::Current);
    let kari = changed(&base.stored, KARI, json!({"minutes": 30}), &Base::Current);
    let merged = merge(&amina.stored, &kari.stored).expect("they merge");
    assert!(merged.projection.disagreements.is_empty());
}

#[test]
fn a_member_added_while_another_removes_it_stays() {
    let base = visit();
    let removed = changed(&base.stored, AMINA, json!({"topics": {"remove": ["work"]}}), &Base::Current);
    let once = changed(&base.stored, KARI, json!({"topics": {"add": ["housing"]}}), &Base::Current);
    let merged = merge(&removed.stored, &once.stored).expect("they merge");
    assert_eq!(merged.projection.fields["topics"], json!(["housing"]));
    let again = changed(&removed.stored, AMINA, json!({"topics": {"add": ["work"]}}), &Base::Current);
    let dropped = changed(&removed.stored, KARI, json!({"topics": {"add": ["health"]}}), &Base::Current);
    let merged = merge(&again.stored, &dropped.stored).expect("they merge");
    assert_eq!(merged.projection.fields["topics"], json!(["health", "work"]));
}

#[test]
fn two_texts_of_one_note_stand_side_by_side_and_nothing_is_merged_into_words_that_nobody_wrote() {
    let on = crate::DocumentId::from_bytes([9; 16]).to_string();
    let base = record(Kind::Note, json!({"on": on, "text": "Ring 070-111 22 33"}));
    let amina = changed(&base.stored, AMINA, json!({"text": "Ring 070-111 22 44"}), &Base::Current);
    let kari = changed(&base.stored, KARI, json!({"text": "Ring 073-555 22 33"}), &Base::Current);
    for merged in [merge(&amina.stored, &kari.stored), merge(&kari.stored, &amina.stored)] {
        let merged = merged.expect("they merge");
        assert_eq!(merged.projection.disagreements, BTreeSet::from(["text".to_owned()]));
        let both = answers(&merged.stored, "text").expect("it is sound");
        let both: Vec<_> = both.into_iter().map(|answer| (answer.value, answer.actor)).collect();
        assert_eq!(both, [(json!("Ring 070-111 22 44"), AMINA), (json!("Ring 073-555 22 33"), KARI)]);
        let third = changed(&merged.stored, LEILA, json!({"text": "Ring 073-555 22 44"}), &Base::Current);
        assert!(third.projection.disagreements.is_empty());
        assert_eq!(third.projection.fields["text"], "Ring 073-555 22 44");
    }
}

#[test]
fn a_text_costs_one_operation_however_long_it_is() {
    let on = crate::DocumentId::from_bytes([9; 16]).to_string();
    let long = record(Kind::Note, json!({"on": on, "text": "å".repeat(10_000)}));
    let operations = Change::try_from(long.change.as_slice()).expect("a change of ours").decode().operations;
    assert_eq!(operations.len(), 5);
    let most = record(Kind::Note, json!({"on": on, "text": "🙂".repeat(10_000)}));
    assert!(most.stored.len() < DOCUMENT_BYTES_MAX);
}

#[test]
fn one_row_taken_in_on_two_tablets_becomes_one_record_without_disagreement() {
    let on = crate::DocumentId::from_bytes([9; 16]).to_string();
    let given = fields(json!({"on": on, "text": "Gladare än sist 🙂"}));
    let changes = validation::create(Kind::Note, &given, &Vocabulary::starter(), NOW).expect("it is valid");
    let first = create(Kind::Note, NOW, AMINA, NOW, &changes).expect("made");
    let second = create(Kind::Note, NOW, KARI, NOW, &changes).expect("made");
    let merged = merge(&first.stored, &second.stored).expect("they merge");
    assert!(merged.projection.disagreements.is_empty());
    let edited = changed(&merged.stored, KARI, json!({"text": "Gladare."}), &Base::Current);
    assert_eq!(edited.projection.fields["text"], "Gladare.");
    assert!(edited.projection.disagreements.is_empty());
}

#[test]
fn an_edit_made_again_on_older_ground_leaves_both_answers() {
    let base = visit();
    let kari = changed(&base.stored, KARI, json!({"minutes": 45}), &Base::Current);
    let seen = heads(&base.stored).expect("it is sound");
    let again = changed(&kari.stored, AMINA, json!({"minutes": 30}), &Base::Heads(seen));
    assert_eq!(again.projection.disagreements, BTreeSet::from(["minutes".to_owned()]));
    let unknown = Base::Heads(vec![ChangeHash([7; 32])]);
    let again = changed(&kari.stored, AMINA, json!({"minutes": 20}), &unknown);
    assert_eq!(again.projection.disagreements, BTreeSet::from(["minutes".to_owned()]));
}

#[test]
fn several_edits_made_again_by_one_hand_on_ground_that_is_not_here_are_all_well_formed() {
    let base = visit();
    let unknown = Base::Heads(vec![ChangeHash([9; 32])]);
    let first = changed(&base.stored, KARI, json!({"minutes": 20}), &unknown);
    let second = changed(&first.stored, KARI, json!({"reached": 3}), &unknown);
    let third = changed(&second.stored, KARI, json!({"minutes": 25}), &unknown);
    for edited in [&first, &second, &third] {
        assert_eq!(inspect_change(&edited.change).expect("a change of ours").actor, KARI);
    }
    let applied = apply(Some(&base.stored), &[&first.change, &second.change, &third.change]).expect("they apply");
    assert_eq!(applied.projection, third.projection);
}

#[test]
fn an_edit_that_says_nothing_new_makes_no_change() {
    let base = visit();
    let same = [FieldChange::Set { field: "minutes".to_owned(), value: Scalar::Int(10) }];
    assert!(edit(&base.stored, AMINA, NOW, &same, &Base::Current).expect("it is sound").is_none());
    let cleared = [FieldChange::Set { field: "reached".to_owned(), value: Scalar::Null }];
    assert!(edit(&base.stored, AMINA, NOW, &cleared, &Base::Current).expect("it is sound").is_none());
}

#[test]
fn a_field_moved_since_it_was_seen_is_told() {
    let base = visit();
    let seen = heads(&base.stored).expect("it is sound");
    let kari = changed(&base.stored, KARI, json!({"minutes": 45}), &Base::Current);
    let told = moved(&kari.stored, &seen, &["minutes", "reached"]).expect("it is sound");
    assert_eq!(told, BTreeSet::from(["minutes".to_owned()]));
}

#[test]
fn the_timeline_tells_who_said_what() {
    let base = visit();
    let kari = changed(
        &base.stored,
        KARI,
        json!({"minutes": null, "topics": {"add": ["housing"], "remove": ["work"]}}),
        &Base::Current,
    );
    let lines = timeline(&kari.stored).expect("it is sound");
    let by_kari: Vec<_> =
        lines.into_iter().filter(|line| line.actor == KARI).map(|line| (line.field, line.value)).collect();
    assert_eq!(
        by_kari,
        [("minutes".to_owned(), json!(null)), ("topics".to_owned(), json!({"add": ["housing"], "remove": ["work"]}))]
    );
}

#[test]
fn the_timeline_tells_what_was_chosen_whichever_answer_it_was() {
    let base = visit();
    let amina = changed(&base.stored, AMINA, json!({"minutes": 30}), &Base::Current);
    let kari = changed(&base.stored, KARI, json!({"minutes": 45}), &Base::Current);
    let merged = merge(&amina.stored, &kari.stored).expect("they merge");
    for chosen in [30, 45, 50] {
        let settled = changed(&merged.stored, LEILA, json!({"minutes": chosen}), &Base::Current);
        assert!(settled.projection.disagreements.is_empty());
        let lines = timeline(&settled.stored).expect("it is sound");
        let last = lines.iter().find(|line| line.actor == LEILA).map(|line| line.value.clone());
        assert_eq!(last, Some(json!(chosen)));
    }
}

#[test]
fn a_document_is_kept_as_its_changes_and_past_32_as_one_save() {
    let mut stored = visit().stored;
    for minutes in 11..70 {
        stored = changed(&stored, AMINA, json!({ "minutes": minutes }), &Base::Current).stored;
        assert!(chunk::count(&stored) <= CHANGES_KEPT);
        assert!(chunk::bounded(&stored).is_ok());
    }
    assert_eq!(project(&stored).expect("it is sound").fields["minutes"], 69);
    assert_eq!(changes(&stored).expect("it is sound").len(), 60);
    assert_eq!(read_whole(&stored).expect("its own bytes pass").len(), 60);
}

#[test]
fn a_change_without_its_ground_or_with_a_number_used_twice_is_refused() {
    let base = visit();
    let second = changed(&base.stored, AMINA, json!({"minutes": 11}), &Base::Current);
    let third = changed(&second.stored, AMINA, json!({"minutes": 12}), &Base::Current);
    let other = changed(&base.stored, AMINA, json!({"minutes": 99}), &Base::Current);
    assert_eq!(apply(Some(&base.stored), &[&third.change]).map(|_| ()), Err(Rejected::MissingDeps));
    assert_eq!(apply(Some(&second.stored), &[&other.change]).map(|_| ()), Err(Rejected::Forked));
    let twice = apply(Some(&second.stored), &[&second.change, &third.change]).expect("a known change is passed over");
    assert_eq!(twice.new.len(), 1);
}

#[test]
fn what_no_record_holds_is_refused() {
    let mut document = Automerge::new().with_actor(AMINA.to_automerge());
    let mut transaction = document.transaction();
    transaction.put_object(ROOT, "list", ObjType::List).expect("automerge allows it");
    transaction.commit();
    let list = document.get_last_local_change().expect("it is there").raw_bytes().to_vec();
    assert_eq!(inspect_change(&list), Err(Rejected::UnknownForm));
    let mut document = Automerge::new().with_actor(AMINA.to_automerge());
    let mut transaction = document.transaction();
    transaction.put(ROOT, "count", ScalarValue::counter(1)).expect("automerge allows it");
    transaction.commit();
    let counter = document.get_last_local_change().expect("it is there").raw_bytes().to_vec();
    assert_eq!(inspect_change(&counter), Err(Rejected::UnknownForm));
}

#[test]
fn compressed_and_truncated_changes_are_refused() {
    let on = crate::DocumentId::from_bytes([9; 16]).to_string();
    let long = record(Kind::Note, json!({"on": on, "text": "ord ".repeat(900)}));
    let mut change = document_change(&long.stored);
    let compressed = change.bytes().into_owned();
    assert_ne!(compressed, long.change, "the control: Automerge did compress it");
    assert_eq!(inspect_change(&compressed), Err(Rejected::Malformed));
    for cut in [0, 5, 20, long.change.len() / 2, long.change.len() - 1] {
        assert!(inspect_change(&long.change[..cut]).is_err());
    }
}

/// A first change that says something else than devices write.
fn altered(alter: impl FnOnce(&mut automerge::ExpandedChange)) -> Vec<u8> {
    let mut change = Change::try_from(visit().change.as_slice()).expect("a change of ours").decode();
    alter(&mut change);
    Change::from(change).raw_bytes().to_vec()
}

#[test]
fn a_first_change_that_says_a_thing_twice_is_read_as_its_document_is() {
    let again = |change: &mut automerge::ExpandedChange, replaces: bool| {
        let is_minutes = |op: &automerge::legacy::Op| op.key == automerge::legacy::Key::Map("minutes".into());
        let at = change.operations.iter().position(is_minutes).expect("minutes");
        let mut op = change.operations[at].clone();
        op.action = automerge::legacy::OpType::Put(automerge::ScalarValue::Int(99));
        if replaces {
            let before = change.start_op.get() + at as u64;
            op.pred = vec![automerge::legacy::OpId::new(before, &change.actor_id)].into();
        }
        change.operations.push(op);
    };
    for (replaces, disagreements) in [(true, 0), (false, 1)] {
        let change = altered(|change| again(change, replaces));
        let applied = apply(None, &[&change]).expect("it is odd, and well formed");
        assert_eq!(applied.projection, project(&applied.stored).expect("it is sound"));
        assert_eq!(applied.projection.disagreements.len(), disagreements);
    }
}

#[test]
fn a_first_change_with_another_number_than_one_is_refused() {
    let later = altered(|change| change.seq = 2);
    assert_eq!(apply(None, &[&later]).map(|_| ()), Err(Rejected::MissingDeps));
}

fn prop_assert_text(stored: &[u8], expected: &str) {
    assert_eq!(project(stored).expect("it is sound").fields["text"], expected);
}

fn document_change(stored: &[u8]) -> Change {
    Automerge::load(stored).expect("it is sound").get_changes(&[]).remove(0)
}

proptest::proptest! {
    #[test]
    fn a_text_becomes_just_what_was_written(before in "[ab\\n é🙂]{1,30}", after in "[ab\\n é🙂]{1,30}") {
        let on = crate::DocumentId::from_bytes([9; 16]).to_string();
        let text = |text: String| [FieldChange::Set { field: "text".to_owned(), value: Scalar::Str(text) }];
        let base = record(Kind::Note, json!({"on": on, "text": "x"}));
        let first = edit(&base.stored, AMINA, NOW, &text(before), &Base::Current).expect("sound").expect("it changes");
        let second = edit(&first.stored, KARI, NOW, &text(after.clone()), &Base::Current).expect("sound");
        let stored = second.map_or(first.stored, |second| second.stored);
        prop_assert_text(&stored, &after);
    }

    #[test]
    fn a_first_change_is_read_as_its_document_is(text in "[ab\\n é🙂]{0,30}", minutes in 0_i64..100, topics in 0_usize..4) {
        let visit = record(Kind::Visit, json!({
            "happened_at": "2026-11-22T14:05", "kind": "street", "minutes": minutes, "reached": null,
            "topics": (["work", "health", "housing", "children"][..topics]), "languages": ["ti", "ar"],
        }));
        let on = crate::DocumentId::from_bytes([9; 16]).to_string();
        let note = record(Kind::Note, json!({"on": on, "text": format!("x{text}")}));
        let code = record(Kind::Code, json!({"list": "topics", "code": "cafe", "labels": {"sv": "Café", "nb": "Kafé"}}));
        for made in [visit, note, code] {
            proptest::prop_assert_eq!(project_plain(&made.stored), Some(made.projection.clone()));
            let checked = check::read(&made.change).expect("a change of ours");
            let told = reading::project_first(&checked).expect("no document is needed").expect("it is a record");
            proptest::prop_assert_eq!(&told, &project(&made.stored).expect("it is sound"));
            proptest::prop_assert_eq!(told, apply(None, &[&made.change]).expect("it is taken").projection);
        }
    }

    #[test]
    fn whatever_is_altered_in_a_first_change_it_is_read_as_its_document_is_or_refused(
        alterations in proptest::collection::vec((8_usize..400, 0_u8..255), 1..4),
        is_note: bool,
    ) {
        let on = crate::DocumentId::from_bytes([9; 16]).to_string();
        let note = record(Kind::Note, json!({"on": on, "text": "Hon vill läsa."}));
        let mut change = if is_note { note.change } else { visit().change };
        for (at, byte) in alterations {
            let at = 8 + at % (change.len() - 8);
            change[at] ^= byte;
        }
        if let Ok(read) = Change::try_from(change.as_slice()) {
            change[4..8].copy_from_slice(&read.hash().0[..4]);
        }
        let _ = project(&change);
        if let (Some(told), Ok(whole)) = (project_plain(&change), apply(None, &[&change])) {
            proptest::prop_assert_eq!(told, whole.projection);
        }
        if let Ok(applied) = apply(None, &[&change]) {
            proptest::prop_assert_eq!(applied.projection, project(&applied.stored).expect("it is sound"));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let _ = inspect_change(&bytes);
        let _ = apply(None, &[&bytes]);
        let _ = read_whole(&bytes);
    }

    #[test]
    fn no_mutation_of_a_change_makes_it_panic_or_harms_the_document(at in 0_usize..200, byte: u8) {
        let base = visit();
        let mut second = changed(&base.stored, KARI, json!({"minutes": 11}), &Base::Current).change;
        let at = at % second.len();
        second[at] = byte;
        if let Ok(applied) = apply(Some(&base.stored), &[&second]) {
            proptest::prop_assert!(project(&applied.stored).is_ok());
        }
    }

    #[test]
    fn the_order_in_which_edits_arrive_does_not_matter(minutes in 0_i64..100, reached in 0_i64..100, order: bool) {
        let base = visit();
        let a = changed(&base.stored, KARI, json!({"minutes": minutes + 11, "topics": {"add": ["health"]}}), &Base::Current);
        let b = changed(&base.stored, LEILA, json!({"minutes": 200, "reached": reached}), &Base::Current);
        let (first, second) = if order { (&a, &b) } else { (&b, &a) };
        let one = apply(Some(&base.stored), &[&first.change, &second.change]).expect("they apply");
        let two = merge(&second.stored, &first.stored).expect("they merge");
        proptest::prop_assert_eq!(one.projection, two.projection);
    }
}
