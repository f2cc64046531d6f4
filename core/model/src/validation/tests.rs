use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp(1_795_341_600_000);

fn fields(value: Value) -> Fields {
    value.as_object().cloned().expect("an object")
}

fn made(kind: Kind, value: Value) -> Result<Fields, Invalid> {
    let changes = create(kind, &fields(value), &Vocabulary::starter(), NOW)?;
    let mut made = Fields::new();
    fields::lay_over(&mut made, &changes);
    Ok(made)
}

#[test]
fn a_visit_needs_no_more_than_its_kind() {
    let visit = made(Kind::Visit, json!({"kind": "street"}));
    let expected = json!({"kind": "street", "happened_at": "2026-11-22T10:00:00+00:00", "state": "done"});
    assert_eq!(visit, Ok(fields(expected)));
    assert_eq!(
        made(Kind::Visit, json!({})).map_err(|e| (e.field, e.problem)),
        Err(("kind".to_owned(), Problem::Required))
    );
}

#[test]
fn what_is_wrong_is_named_with_what_is_allowed() {
    let cases = [
        (json!({"kind": "tent"}), "kind", Problem::NotAllowed, "street"),
        (json!({"kind": "home", "colour": 1}), "colour", Problem::Unknown, "happened_at"),
        (json!({"kind": "home", "reached": -1}), "reached", Problem::OutOfRange, "0–10000"),
        (json!({"kind": "home", "reached": 1.5}), "reached", Problem::OutOfRange, "0–10000"),
        (json!({"kind": "home", "reached": "many"}), "reached", Problem::WrongForm, "0–10000"),
        (json!({"kind": "home", "happened_at": "2026-02-30"}), "happened_at", Problem::WrongForm, "YYYY-MM-DD"),
        (json!({"kind": "home", "topics": ["weather"]}), "topics", Problem::NotAllowed, "housing"),
        (json!({"kind": "home", "languages": ["not a language"]}), "languages", Problem::WrongForm, "BCP 47"),
        (json!({"kind": "home", "place": "x".repeat(61)}), "place", Problem::TooLong, "library"),
        (json!({"kind": "home", "contact": "she"}), "contact", Problem::WrongForm, "id of a contact"),
    ];
    for (given, field, problem, allowed) in cases {
        let fault = made(Kind::Visit, given).expect_err(field);
        assert_eq!((fault.field.as_str(), fault.problem), (field, problem));
        assert!(fault.allowed.iter().any(|entry| entry == allowed), "{field}: {:?}", fault.allowed);
    }
}

#[test]
fn a_fault_does_not_repeat_what_was_entered() {
    let fault = made(Kind::Visit, json!({"kind": "home", "topics": ["her secret"]})).expect_err("no such code");
    assert!(!format!("{fault:?} {fault}").contains("secret"));
}

#[test]
fn a_set_is_added_to_removed_from_replaced_or_cleared() {
    let current = fields(json!({"topics": ["health", "housing"]}));
    let cases = [
        (json!({"add": ["work"], "remove": ["health"]}), json!(["housing", "work"])),
        (json!(["work"]), json!(["work"])),
        (json!(null), json!(null)),
        (json!({"add": ["housing"], "remove": ["housing"]}), json!(["health", "housing"])),
    ];
    for (patch, expected) in cases {
        let patch = fields(json!({"topics": patch}));
        let changes = edit(Kind::Visit, &patch, &current, &Vocabulary::starter()).expect("it is allowed");
        let mut after = current.clone();
        fields::lay_over(&mut after, &changes);
        assert_eq!(after.get("topics").cloned().unwrap_or_default(), expected);
    }
}

#[test]
fn a_required_field_is_not_cleared_and_one_of_creation_not_moved() {
    let vocabulary = Vocabulary::starter();
    let clear = edit(Kind::Visit, &fields(json!({"kind": null})), &Fields::new(), &vocabulary);
    assert_eq!(clear.map_err(|fault| fault.problem), Err(Problem::Required));
    let on = DocumentId::from_bytes([1; 16]).to_string();
    let moved = edit(Kind::Note, &fields(json!({"on": on})), &Fields::new(), &vocabulary);
    assert_eq!(moved.map_err(|fault| fault.problem), Err(Problem::ReadOnly));
}

#[test]
fn a_code_that_is_turned_off_can_leave_a_set_but_not_enter_it() {
    let mut vocabulary = Vocabulary::starter();
    vocabulary.lists.get_mut("topics").expect("the list").iter_mut().for_each(|code| code.on = code.code != "work");
    let current = fields(json!({"topics": ["work"]}));
    let leave = fields(json!({"topics": {"remove": ["work"]}}));
    assert!(edit(Kind::Visit, &leave, &current, &vocabulary).is_ok());
    let enter = fields(json!({"topics": {"add": ["work"]}}));
    assert_eq!(edit(Kind::Visit, &enter, &Fields::new(), &vocabulary).map_err(|f| f.problem), Err(Problem::NotAllowed));
    let again = fields(json!({"topics": ["work"]}));
    assert_eq!(edit(Kind::Visit, &again, &current, &vocabulary), Ok(Vec::new()), "it stands there already");
}

#[test]
fn languages_take_their_canonical_case() {
    let contact = made(Kind::Contact, json!({"handle": "blue scarf, library", "languages": ["SO", "fa-af"]}));
    assert_eq!(contact.map(|fields| fields["languages"].clone()), Ok(json!(["fa-AF", "so"])));
}

#[test]
fn a_draft_may_be_unfinished_but_not_wrong() {
    let vocabulary = Vocabulary::starter();
    let fields_after = draft(Kind::Visit, &fields(json!({"topics": ["work"]})), &Fields::new(), &vocabulary);
    assert_eq!(fields_after, Ok(fields(json!({"topics": ["work"]}))));
    assert!(draft(Kind::Visit, &fields(json!({"minutes": -5})), &Fields::new(), &vocabulary).is_err());
}

use crate::ids::DocumentId;
