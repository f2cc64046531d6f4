use serde_json::json;

use super::*;
use crate::document::{Base, create, edit, heads, merge, project, read_whole, timeline};
use crate::{Kind, Vocabulary, validation};

const AMINA: Actor = Actor::from_bytes([1; 16]);
const KARI: Actor = Actor::from_bytes([2; 16]);
const NOW: Timestamp = Timestamp(1_795_341_600_000);

fn record(kind: Kind, value: serde_json::Value) -> Vec<u8> {
    let fields = value.as_object().cloned().expect("an object");
    let changes = validation::create(kind, &fields, &Vocabulary::starter(), NOW).expect("valid");
    create(kind, NOW, AMINA, NOW, &changes).expect("made").stored
}

fn set(field: &str, value: Scalar) -> FieldChange {
    FieldChange::Set { field: field.to_owned(), value }
}

fn changed(stored: &[u8], actor: Actor, changes: &[FieldChange]) -> Vec<u8> {
    edit(stored, actor, NOW, changes, &Base::Current).expect("sound").expect("it changes").stored
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[test]
fn a_renewal_is_one_change_with_the_state_and_none_of_the_words_taken_back() {
    let stored = record(Kind::Visit, json!({"kind": "street", "place": "Blåklocka", "topics": ["work", "health"]}));
    let stored = changed(&stored, KARI, &[FieldChange::Remove { field: "topics".into(), member: "work".into() }]);
    let stored = changed(&stored, KARI, &[FieldChange::Set { field: "later_field".into(), value: Scalar::Int(7) }]);
    assert!(holds(&stored, "Blåklocka"), "the control: the former document has it");
    let renewed =
        renew(&stored, AMINA, NOW, &[set("place", Scalar::Str("library".into()))], &[], &[]).expect("renewed");
    let mut expected = project(&stored).expect("sound");
    expected.fields.insert("place".to_owned(), json!("library"));
    assert_eq!(renewed.edited.projection, expected);
    assert_eq!(renewed.edited.projection.fields["later_field"], 7, "a field of a later version is copied");
    let changes = read_whole(&renewed.edited.stored).expect("it passes as one from elsewhere");
    assert!(changes.len() == 1 && changes[0].0.is_first());
    assert_eq!(renewed.edited.stored, renewed.edited.change);
    assert!(!holds(&renewed.edited.stored, "Blåklocka"));
    assert!(renewed.apart.is_empty());
}

#[test]
fn a_text_is_renewed_without_its_history() {
    let on = crate::DocumentId::from_bytes([9; 16]).to_string();
    let stored = record(Kind::Note, json!({"on": on, "text": "Hon heter Blåklocka."}));
    let text = set("text", Scalar::Str("Hon vill jobba.".to_owned()));
    let renewed = renew(&stored, KARI, NOW, &[text], &[], &[]).expect("renewed").edited;
    assert_eq!(renewed.projection.fields["text"], "Hon vill jobba.");
    assert!(!holds(&renewed.stored, "klocka"));
    let said: Vec<_> = timeline(&renewed.stored).expect("sound").into_iter().map(|line| line.field).collect();
    assert_eq!(said.iter().filter(|field| *field == "text").count(), 1);
}

#[test]
fn two_answers_are_kept_apart_and_stand_again_once_each_is_made_a_change() {
    let base = record(Kind::Visit, json!({"kind": "street", "minutes": 10}));
    let amina = changed(&base, AMINA, &[set("minutes", Scalar::Int(15))]);
    let kari = changed(&base, KARI, &[set("minutes", Scalar::Int(20))]);
    let merged = merge(&amina, &kari).expect("they merge").stored;
    let renewed =
        renew(&merged, AMINA, NOW, &[set("place", Scalar::Str("library".into()))], &[], &[]).expect("renewed");
    let answers = &renewed.apart["minutes"];
    assert_eq!(answers.len(), 2);
    let ground = Base::Heads(vec![renewed.edited.hash]);
    let mut stored = renewed.edited.stored;
    for (number, answer) in (10..).zip(answers) {
        let actor = Actor::from_bytes([number; 16]);
        let made = edit(&stored, actor, NOW, &[set("minutes", answer.clone())], &ground).expect("sound");
        stored = made.expect("it changes").stored;
    }
    let projection = project(&stored).expect("sound");
    assert!(projection.disagreements.contains("minutes"));
    // What was reworded is settled by it.
    let settled = renew(&merged, AMINA, NOW, &[set("minutes", Scalar::Int(30))], &[], &[]).expect("renewed");
    assert!(settled.apart.is_empty());
    assert_eq!(settled.edited.projection.fields["minutes"], 30);
}

#[test]
fn the_heads_without_what_is_unsent_are_those_of_the_server() {
    let base = record(Kind::Visit, json!({"kind": "street", "minutes": 10}));
    let seen = heads(&base).expect("sound");
    let later = changed(&base, AMINA, &[set("minutes", Scalar::Int(15))]);
    let newest = heads(&later).expect("sound");
    let unsent: BTreeSet<_> = newest.iter().copied().collect();
    assert_eq!(heads_without(&later, &unsent).expect("sound"), seen);
    assert_eq!(heads_without(&later, &BTreeSet::new()).expect("sound"), newest);
    assert_eq!(heads_without(&base, &seen.into_iter().collect()).expect("sound"), Vec::new());
}

#[test]
fn an_answer_that_stands_on_nothing_stands_beside_the_one_that_is_there() {
    let base = record(Kind::Visit, json!({"kind": "street", "minutes": 10}));
    let seen = heads(&base).expect("sound");
    let same = renew(&base, AMINA, NOW, &[], &[], &[]).expect("renewed").edited.stored;
    let fresh = renew(&base, AMINA, NOW, &[set("minutes", Scalar::Int(15))], &[], &[]).expect("renewed").edited.stored;
    assert!(!stood_otherwise(&base, "minutes", &seen, &same).expect("sound"));
    assert!(stood_otherwise(&base, "minutes", &seen, &fresh).expect("sound"));
    assert!(!stood_otherwise(&base, "reached", &seen, &fresh).expect("sound"));
    let two = edit(&same, KARI, NOW, &[set("minutes", Scalar::Int(20))], &Base::Nothing).expect("sound");
    let two = two.expect("it changes").stored;
    assert!(stood_otherwise(&base, "minutes", &seen, &two).expect("sound"), "another answer stands beside it");
    let beside = edit(&fresh, KARI, NOW, &[set("minutes", Scalar::Int(20))], &Base::Nothing).expect("sound");
    let beside = beside.expect("it changes");
    assert!(beside.projection.disagreements.contains("minutes"));
    let taken = crate::document::apply(Some(&fresh), &[&beside.change]).expect("a server takes it");
    assert_eq!(taken.projection, beside.projection);
    assert!(taken.new[0].is_first());
}

#[test]
fn an_answer_on_nothing_by_a_hand_that_has_written_already_is_one_that_a_server_takes() {
    let base = record(Kind::Visit, json!({"kind": "street", "minutes": 10}));
    let stored = changed(&base, KARI, &[set("reached", Scalar::Int(2))]);
    let edited = edit(&stored, KARI, NOW, &[set("minutes", Scalar::Int(20))], &Base::Nothing).expect("sound");
    let edited = edited.expect("it changes");
    let taken = crate::document::apply(Some(&stored), &[&edited.change]).expect("a server takes it");
    assert_eq!(taken.projection, edited.projection);
    crate::document::read_whole(&edited.stored).expect("a device merges it");
}

#[test]
fn what_others_said_since_the_author_saw_it_stays_beside_what_she_rewords() {
    let base = record(Kind::Visit, json!({"kind": "street", "minutes": 10}));
    let seen = heads(&base).expect("sound");
    let meanwhile = changed(&base, KARI, &[set("minutes", Scalar::Int(20)), set("place", Scalar::Str("bus".into()))]);
    let hers = [set("minutes", Scalar::Int(15))];
    let renewed = renew(&meanwhile, AMINA, NOW, &hers, &seen, &[]).expect("renewed");
    assert_eq!(renewed.apart["minutes"], [Scalar::Int(15), Scalar::Int(20)]);
    assert_eq!(renewed.edited.projection.fields["place"], "bus");
    let own = BTreeSet::from([KARI]);
    let all = heads_seen(&meanwhile, &seen, &own).expect("sound");
    let renewed = renew(&meanwhile, AMINA, NOW, &hers, &all, &[]).expect("renewed");
    assert!(renewed.apart.is_empty(), "what her own hand wrote, she has seen");
    let note = record(Kind::Note, json!({"on": crate::DocumentId::from_bytes([7; 16]), "text": "en hemlighet"}));
    let seen = heads(&note).expect("sound");
    let text = |text: &str| Scalar::Str(text.to_owned());
    let meanwhile = changed(&note, KARI, &[set("text", text("ring i morgon"))]);
    let renewed = renew(&meanwhile, AMINA, NOW, &[set("text", text("inget"))], &seen, &[]).expect("renewed");
    assert_eq!(renewed.apart["text"], [text("inget"), text("ring i morgon")], "a text as any other answer");
    assert!(!holds(&renewed.edited.stored, "hemlighet"));
}

#[test]
fn what_came_to_the_former_document_after_its_author_saw_it_can_be_told_from_the_fresh_one() {
    let base = record(Kind::Visit, json!({"kind": "street", "minutes": 5}));
    let seen = heads(&base).expect("sound");
    let fresh = renew(&base, AMINA, NOW, &[set("minutes", Scalar::Int(10))], &[], &seen).expect("renewed").edited;
    assert_eq!(fresh.projection, project(&fresh.stored).expect("sound"));
    assert!(!fresh.projection.fields.contains_key("renews"), "it is no field");
    assert!(timeline(&fresh.stored).expect("sound").iter().all(|line| line.field != "renews"));
    let later = changed(&base, KARI, &[set("minutes", Scalar::Int(15))]);
    let hands = |hand| BTreeSet::from([hand]);
    let told = |former: &[u8], hand| not_renewed(former, &fresh.stored, &hands(hand)).expect("sound");
    assert_eq!(told(&later, KARI), heads(&later).expect("sound").into_iter().collect());
    assert!(told(&later, AMINA).is_empty() && told(&base, KARI).is_empty());
    let unsaid = renew(&base, AMINA, NOW, &[], &[], &[]).expect("renewed").edited;
    assert!(not_renewed(&later, &unsaid.stored, &hands(KARI)).expect("sound").is_empty(), "it does not say");
    assert_eq!(renewed_of(&unsaid.stored, &seen).expect("sound"), None, "nor of whom");
    let newest = heads(&later).expect("sound");
    let both = [seen.clone(), newest].concat();
    assert_eq!(renewed_of(&fresh.stored, &both).expect("sound"), Some(seen.into_iter().collect()));
    let seen = heads(&fresh.stored).expect("sound");
    let next =
        renew(&fresh.stored, AMINA, NOW, &[set("minutes", Scalar::Int(20))], &[], &seen).expect("renewed").edited;
    let lost = |hand| not_renewed(&later, &next.stored, &hands(hand)).expect("sound").len();
    assert_eq!((lost(KARI), lost(AMINA)), (1, 0), "also two generations later");
}
