//! Authority: what a member says of herself, of a record or of its time is believed only where it is stored so.

use std::time::{Duration, Instant};

use footbridge_model::document::{self, Edited};
use footbridge_model::vocabulary::code_id;
use footbridge_model::{Command, DocumentId, FieldChange, Kind, Role, Scalar, Scope, Timestamp, TokenHash};
use footbridge_protocol::{Answer, ChangeItem, DraftItem, ErrorCode, Item, Mark, PulledContent, RenewalItem};
use footbridge_testkit::{Programme, RawDevice, change_item};
use serde_json::{Value, json};

const ACCEPTED: Answer = Answer::Accepted;

fn refused(code: ErrorCode) -> Answer {
    Answer::Refused(code)
}

fn set(field: &str, value: Scalar) -> FieldChange {
    FieldChange::Set { field: field.to_owned(), value }
}

fn text(field: &str, text: &str) -> FieldChange {
    set(field, Scalar::Str(text.to_owned()))
}

fn visit() -> Vec<FieldChange> {
    vec![text("happened_at", "2026-03-02"), text("kind", "street"), text("state", "done")]
}

fn joined(programme: &Programme, role: &str, name: &str) -> RawDevice {
    RawDevice::join(programme.server.address(), &programme.invitation(role, name, &[]))
}

/// A visit that this device has given to the server.
#[track_caller]
fn recorded(device: &mut RawDevice) -> (DocumentId, Edited) {
    let (id, made) = device.record(Kind::Visit, &visit());
    assert_eq!(device.push(vec![change_item(id, "visit", made.change.clone())]), [ACCEPTED]);
    (id, made)
}

/// A record as the server shows it to this device.
#[track_caller]
fn shown(device: &RawDevice, id: DocumentId) -> Value {
    let found = device.documents(&[id]).items;
    let PulledContent::Document { projection, .. } = &found[0].content else { panic!("a document") };
    serde_json::from_str(projection).expect("a projection")
}

fn draft(id: DocumentId, on: Option<DocumentId>, mark: u8) -> Item {
    let (kind, body) =
        ("note".to_owned(), Some(r#"{"kind":"note","schema":1,"recorded_at":5,"fields":{}}"#.to_owned()));
    Item::Draft(DraftItem { id, kind, mark: Mark::from_bytes([mark; 8]), base: None, body, on })
}

fn new_id(device: &RawDevice) -> DocumentId {
    device.record(Kind::Visit, &visit()).0
}

#[test]
fn what_a_record_was_given_once_is_not_given_again_by_a_second_beginning() {
    let programme = Programme::start();
    let (mut amina, mut kari) = (joined(&programme, "volunteer", "Amina"), joined(&programme, "coordinator", "Kari"));
    let (id, made) = recorded(&mut amina);
    let before = shown(&kari, id);
    assert_ne!(before["recorded_at"], json!(0));
    let begun =
        |kind, at| document::create(kind, at, RawDevice::new_actor(), Timestamp(0), &visit()).expect("a change");
    // By a coordinator, by its author; earlier, later; of another kind; in both orders of their actors.
    for at in [Timestamp(0), Timestamp(253_402_300_799_000)] {
        for _ in 0..4 {
            let again = begun(Kind::Visit, at).change;
            let item = change_item(id, "visit", again);
            assert_eq!(kari.push(vec![item.clone()]), [refused(ErrorCode::MissingDeps)]);
            assert_eq!(amina.push(vec![item]), [refused(ErrorCode::MissingDeps)]);
        }
    }
    let at = Timestamp(before["recorded_at"].as_i64().expect("a time"));
    assert_eq!(
        kari.push(vec![change_item(id, "visit", begun(Kind::Contact, at).change)]),
        [refused(ErrorCode::Malformed)]
    );
    // Nor by a later change.
    for field in [text("recorded_at", "1970-01-01T00:00:00Z"), set("schema", Scalar::Int(9)), text("renews", "0")] {
        let changed = kari.changed(&made.stored, &[field]).change;
        assert_eq!(kari.push(vec![change_item(id, "visit", changed)]), [refused(ErrorCode::Forbidden)]);
    }
    assert_eq!(shown(&kari, id), before);
    // A control: the same beginning with the same time is one row that two devices took in.
    let same = change_item(id, "visit", begun(Kind::Visit, at).change);
    assert_eq!(kari.push(vec![same]), [ACCEPTED]);
}

#[test]
fn an_id_that_follows_from_a_codes_name_is_taken_by_nothing_else() {
    let programme = Programme::start();
    let mut kari = joined(&programme, "coordinator", "Kari");
    let elsewhere = Programme::create(&programme.server, "Bydelsmødre").parse().expect("a programme's id");
    for of in [kari.programme(), elsewhere] {
        let id = code_id(of, "topics", "swimming");
        let (_, made) = kari.record(Kind::Visit, &visit());
        let seen = Vec::new();
        let document = made.change.clone();
        let renewal = RenewalItem { id, kind: "visit".to_owned(), generation: 1, document, seen, drafts: None };
        let invite = Command::Invite {
            token: TokenHash([7; 32]),
            name: Some("Maryam".to_owned()),
            role: Role::Volunteer,
            districts: std::collections::BTreeSet::new(),
            expires_at: Timestamp(i64::MAX),
        };
        let items = vec![
            change_item(id, "visit", made.change),
            draft(id, None, 1),
            Item::Renewal(renewal),
            kari.command(id, invite),
        ];
        assert_eq!(kari.push(items), [refused(ErrorCode::Malformed); 4]);
    }
    let fields =
        [text("list", "topics"), text("code", "swimming"), set("order", Scalar::Int(1)), set("on", Scalar::Bool(true))];
    let (_, made) = kari.record(Kind::Code, &fields);
    let item = |of| change_item(code_id(of, "topics", "swimming"), "code", made.change.clone());
    assert_eq!(kari.push(vec![item(elsewhere), item(kari.programme())]), [refused(ErrorCode::Malformed), ACCEPTED]);
}

#[test]
fn what_is_not_hers_costs_no_more_than_what_is_not_there() {
    let programme = Programme::start();
    let (mut leila, mut amina) = (joined(&programme, "volunteer", "Leila"), joined(&programme, "volunteer", "Amina"));
    let (id, made) = recorded(&mut amina);
    let mut stored = made.stored;
    let mut changes = Vec::new();
    for round in 0..150 {
        let fields: Vec<_> = (0..20).map(|code| set(&format!("topics/{round}_{code}"), Scalar::Bool(true))).collect();
        let edited = amina.changed(&stored, &fields);
        changes.push(change_item(id, "visit", edited.change));
        stored = edited.stored;
    }
    assert!(amina.push(changes).iter().all(|answer| *answer == ACCEPTED));
    let unknown = new_id(&leila);
    let mut time = |id| {
        let edits = (0..200).map(|number| {
            let edited = leila.changed(&stored, &[set("minutes", Scalar::Int(number))]);
            change_item(id, "visit", edited.change)
        });
        let sealed = leila.sealed(edits.collect());
        let began = Instant::now();
        let answers = leila.push_sealed(&[sealed]);
        let took = began.elapsed();
        assert!(answers[0].items.iter().all(|item| item.answer == refused(ErrorCode::NotFound)));
        took
    };
    time(unknown);
    let (nothing, hidden) = (time(unknown).min(time(unknown)), time(id).min(time(id)));
    assert!(hidden < nothing * 3 + Duration::from_millis(50), "hidden: {hidden:?}, nothing: {nothing:?}");
    // A control: where she may see it, it is looked at, and costs what it costs.
    let began = Instant::now();
    let edits = (0..20).map(|number| {
        let edited = amina.changed(&stored, &[set("minutes", Scalar::Int(number))]);
        change_item(id, "visit", edited.change)
    });
    amina.push(edits.collect());
    assert!(began.elapsed() > hidden / 10, "a document of 3,000 operations is not free");
}

#[test]
fn what_she_could_not_see_is_not_taken_for_a_ground_and_does_not_betray_that_it_was_erased() {
    let programme = Programme::start();
    let (mut leila, mut amina) = (joined(&programme, "volunteer", "Leila"), joined(&programme, "volunteer", "Amina"));
    let mut kari = joined(&programme, "coordinator", "Kari");
    let (hidden, made) = recorded(&mut amina);
    let (gone, _) = recorded(&mut amina);
    let edit = |device: &RawDevice, id| {
        change_item(id, "visit", device.changed(&made.stored, &[set("minutes", Scalar::Int(4))]).change)
    };
    let note = |device: &RawDevice, on: DocumentId| {
        let words = text("text", "Hon vill läsa.");
        let (id, made) = device.record(Kind::Note, &[text("on", &on.to_string()), words]);
        change_item(id, "note", made.change)
    };
    let asked = |device: &mut RawDevice, id| {
        let (erase, close) = (device.command(id, Command::Erase), device.command(id, Command::Close { outcome: None }));
        let items = vec![
            draft(new_id(device), Some(id), 1),
            draft(id, None, 2),
            note(device, id),
            edit(device, id),
            erase,
            close,
        ];
        let answers = device.push(items);
        (answers, device.documents(&[id]).items.len())
    };
    let nothing = (vec![refused(ErrorCode::NotFound); 6], 0);
    assert_eq!(asked(&mut leila, hidden), nothing);
    let erased = kari.command(gone, Command::Erase);
    assert_eq!(kari.push(vec![erased]), [ACCEPTED]);
    assert_eq!(asked(&mut leila, gone), nothing, "alike, whether it lives or was erased");
    // Who could see it is told.
    let told = [refused(ErrorCode::Erased); 4];
    let (answers, documents) = asked(&mut amina, gone);
    assert_eq!((&answers[..4], documents), (&told[..], 1));
    let hers = Scope::Drafts(leila.person());
    let items: Vec<_> = leila.pull(hers).expect("her drafts").into_iter().flat_map(|frame| frame.items).collect();
    assert_eq!(items, [], "none of her drafts was kept");
}

#[test]
fn a_volunteer_who_says_that_she_gives_back_replaces_nothing() {
    let programme = Programme::start();
    let (mut amina, kari) = (joined(&programme, "volunteer", "Amina"), joined(&programme, "coordinator", "Kari"));
    let me = Some(amina.person());
    let id = amina.programme().document();
    let before = shown(&kari, id);
    let names = [text("name", "X"), text("country", "SE"), text("time_zone", "Europe/Stockholm")];
    let fields: Vec<_> = names.into_iter().chain([set("note_days", Scalar::Int(0))]).collect();
    let (_, programmes) = amina.record(Kind::Programme, &fields);
    let (code, person) = (code_id(amina.programme(), "topics", "housing"), kari.person().document());
    let (_, codes) = amina.record(Kind::Code, &[text("list", "topics"), text("code", "housing")]);
    let (_, people) = amina.record(Kind::Person, &[text("name", "X")]);
    for (id, kind, made) in [(id, "programme", programmes), (code, "code", codes), (person, "person", people)] {
        for generation in [0, 1, 9] {
            for (author, by) in
                [(me, me), (me, None), (None, me), (None, None), (Some(kari.person()), Some(kari.person()))]
            {
                let Item::Change(item) = change_item(id, kind, made.change.clone()) else { unreachable!() };
                let item = ChangeItem { generation, given_back: Some(true), author, by, ..item };
                assert_eq!(
                    amina.push(vec![Item::Change(item)]),
                    [refused(ErrorCode::Forbidden)],
                    "{kind} {generation}"
                );
            }
        }
    }
    assert_eq!(shown(&kari, id), before);
}
