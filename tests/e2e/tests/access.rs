//! Who may see and do what: a volunteer is denied another's records by every route, and cannot tell a
//! forbidden record from one that does not exist.

use footbridge_model::{Command, DocumentId, FieldChange, Kind, PersonId, Recipient, Scalar, Scope};
use footbridge_protocol::{Answer, DraftItem, ErrorCode, Item, Mark, SessionToken, event, pull};
use footbridge_testkit::{Phone, Programme, RawDevice, Request, change_item};
use serde_json::{Value, json};

struct Street {
    programme: Programme,
    amina: Phone,
    visit: String,
    records: Vec<String>,
}

/// Amina has recorded one of each; nothing of it is anybody else's but the coordinators'.
fn recorded() -> Street {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let contact = amina.add("contact", &json!({"handle": "blue scarf, library"}));
    let visit = amina.visit(&json!({"contact": contact}));
    let note = amina.note(&visit, "Hon vill läsa svenska.");
    let follow_up = amina.add("follow_up", &json!({"about": visit, "what": "studies"}));
    let draft = amina.visit(&json!({"state": "draft"}));
    amina.sync();
    let records = vec![contact, visit.clone(), note, follow_up, draft];
    Street { programme, amina, visit, records }
}

fn stranger(programme: &Programme, name: &str, districts: &[&str]) -> RawDevice {
    RawDevice::join(programme.server.address(), &programme.invitation("volunteer", name, districts))
}

fn id(text: &str) -> DocumentId {
    text.parse().expect("an id")
}

#[test]
fn a_volunteer_finds_nothing_of_anothers_on_her_phone() {
    let street = recorded();
    let leila = street.programme.volunteer("Leila", &["Dalhem"]);
    for record in &street.records {
        for arguments in [["show", record.as_str()], ["timeline", record], ["done", record], ["withdraw", record]] {
            assert_eq!(leila.refused(&arguments, "").error, "not_found", "{arguments:?}");
        }
        assert_eq!(leila.refused(&["edit", record], "{}").error, "not_found");
    }
    for kind in ["visit", "note", "contact", "follow_up"] {
        assert_eq!(leila.items(&["list", kind]), Vec::<Value>::new(), "{kind}");
    }
    let amina = street.programme.person("Amina");
    assert_eq!(leila.items(&["list", "visit", "--author", &amina]), Vec::<Value>::new());
    assert_eq!(leila.items(&["search", "svenska"]), Vec::<Value>::new());
}

#[test]
fn single_records_are_answered_alike_where_they_are_forbidden_and_where_they_do_not_exist() {
    let street = recorded();
    let leila = stranger(&street.programme, "Leila", &["Dalhem"]);
    let forbidden: Vec<DocumentId> = street.records.iter().map(|record| id(record)).collect();
    let answer = leila.documents(&forbidden);
    assert_eq!((answer.items.len(), answer.ask_again.len(), answer.actors.len()), (0, 0, 0));
    let unknown: Vec<DocumentId> = (0..5).map(|number| DocumentId::from_bytes([number; 16])).collect();
    assert_eq!(leila.documents(&unknown), answer);
    let kari =
        RawDevice::join(street.programme.server.address(), &street.programme.invitation("coordinator", "Kari", &[]));
    assert_eq!(kari.documents(&forbidden).items.len(), 4, "all but the draft: the question does find records");
}

#[test]
fn scopes_that_are_not_hers_are_not_served() {
    let street = recorded();
    let leila = stranger(&street.programme, "Leila", &["Närlunda"]);
    let amina: PersonId = street.programme.person("Amina").parse().expect("an id");
    let forbidden = [
        Scope::Person(amina),
        Scope::Drafts(amina),
        Scope::Coordinators,
        Scope::District("Dalhem".to_owned()),
        Scope::District("Månen".to_owned()),
    ];
    for scope in forbidden {
        match leila.pull(scope.clone()) {
            Ok(frames) => assert!(frames.iter().all(|frame| frame.items.is_empty()), "{scope}"),
            Err(error) => {
                assert!(matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::Forbidden)), "{scope}: {error:?}");
            }
        }
    }
    for scope in [Scope::Person(leila.person()), Scope::Drafts(leila.person()), Scope::District("Närlunda".to_owned())]
    {
        let frames = leila.pull(scope.clone()).unwrap_or_else(|error| panic!("{scope} is hers, not {error:?}"));
        assert!(frames.iter().all(|frame| frame.items.is_empty()), "{scope}: nothing of Amina's");
    }
    let lists = leila.pull(Scope::Programme).expect("everybody's lists");
    assert!(lists.iter().any(|frame| !frame.items.is_empty()), "the same question does bring records");
}

#[test]
fn writing_to_anothers_record_is_answered_as_if_it_did_not_exist() {
    let street = recorded();
    let mut leila = stranger(&street.programme, "Leila", &["Dalhem"]);
    let set = [FieldChange::Set { field: "minutes".to_owned(), value: Scalar::Int(5) }];
    let (_, own) = leila.record(Kind::Visit, &[]);
    let on_top = leila.changed(&own.stored, &set).change;
    let draft = |on: DocumentId| {
        Item::Draft(DraftItem {
            id: on,
            kind: "visit".to_owned(),
            mark: Mark::from_bytes([1; 8]),
            base: None,
            body: Some(r#"{"kind":"visit","schema":1,"recorded_at":0,"fields":{}}"#.to_owned()),
            on: None,
        })
    };
    for record in &street.records {
        let record = id(record);
        let items = vec![
            change_item(record, "visit", on_top.clone()),
            leila.command(record, Command::Close { outcome: None }),
            leila.command(record, Command::Give { to: Recipient::Person(leila.person()), seen: None }),
            leila.command(record, Command::Attribute { person: leila.person() }),
        ];
        for answer in leila.push(items) {
            assert_eq!(answer, Answer::Refused(ErrorCode::NotFound), "{record}");
        }
        let answers = leila.push(vec![draft(record)]);
        assert!(!answers[0].is_taken(), "{record} is somebody's already: {answers:?}");
    }
    let unknown = DocumentId::from_bytes([9; 16]);
    let commands = vec![leila.command(unknown, Command::Close { outcome: None })];
    assert_eq!(leila.push(commands), [Answer::Refused(ErrorCode::NotFound)], "the same answer");
    street.amina.sync();
    assert_eq!(street.amina.show(&street.visit)["minutes"], Value::Null);
    assert_eq!(street.amina.show(&street.visit)["author"], json!(street.programme.person("Amina")));
}

#[test]
fn a_note_hung_on_anothers_visit_is_refused() {
    let street = recorded();
    let mut leila = stranger(&street.programme, "Leila", &["Dalhem"]);
    let note = [
        FieldChange::Set { field: "on".to_owned(), value: Scalar::Str(street.visit.clone()) },
        FieldChange::Set { field: "text".to_owned(), value: Scalar::Str("Jag lyssnar.".to_owned()) },
    ];
    let (note, edited) = leila.record(Kind::Note, &note);
    let answers = leila.push(vec![change_item(note, "note", edited.change)]);
    assert_eq!(answers, [Answer::Refused(ErrorCode::NotFound)]);
}

#[test]
fn what_everybody_sees_a_volunteer_still_cannot_change() {
    let street = recorded();
    let mut leila = stranger(&street.programme, "Leila", &["Dalhem"]);
    let frames = leila.pull(Scope::Programme).expect("everybody's lists");
    let mut tried = 0;
    for item in frames.iter().flat_map(|frame| &frame.items) {
        let footbridge_protocol::PulledContent::Document { document, .. } = &item.content else { continue };
        let set = |field: &str, value| vec![FieldChange::Set { field: field.to_owned(), value }];
        let change = match item.kind.as_str() {
            "programme" => set("note_days", Scalar::Int(1)),
            "code" => set("on", Scalar::Bool(false)),
            _ => continue,
        };
        let change = leila.changed(document, &change).change;
        let answers = leila.push(vec![change_item(item.id, &item.kind, change)]);
        assert_eq!(answers, [Answer::Refused(ErrorCode::Forbidden)], "{}", item.kind);
        tried += 1;
        if tried == 5 {
            break;
        }
    }
    assert!(tried >= 2, "a programme and codes were there to try");
}

#[test]
fn reading_needs_a_session_that_the_server_gave() {
    let street = recorded();
    let leila = stranger(&street.programme, "Leila", &["Dalhem"]);
    let address = street.programme.server.address();
    let invented = SessionToken::from_bytes([7; 32]);
    let refusal = leila.pull_with(&invented, Scope::Programme).expect_err("an invented token");
    assert_eq!(refusal.code(), Some(ErrorCode::ExpiredSession));
    for path in [event::PATH, pull::PATH, pull::DOCUMENTS_PATH] {
        for authorization in [None, Some(invented.to_authorization())] {
            let mut request = match path {
                event::PATH => Request::get(path),
                _ => Request::post(path, "application/cbor", vec![0xa0]),
            };
            if let Some(authorization) = &authorization {
                request = request.header("authorization", authorization);
            }
            assert_eq!(request.send(address).status, 401, "{path} {authorization:?}");
        }
    }
}

#[test]
fn the_review_pages_are_for_coordinators_who_were_given_a_link() {
    let street = recorded();
    let address = street.programme.server.address();
    for path in ["/review", "/review/", &format!("/review/visits/{}", street.visit)] {
        let page = Request::get(path).send(address);
        assert!((300..500).contains(&page.status), "{path}: {}", page.status);
        // The address that was asked for may stand in the page's own links; nothing else of the record may.
        let told = page.text().replace(path, "");
        assert!(street.records.iter().all(|record| !told.contains(record)), "{path}");
    }
    let volunteer = street.programme.person("Amina");
    let ended = street.programme.server.run(&["review-link", &street.programme.id, "--person", &volunteer]);
    assert_ne!(ended.code, Some(0), "a volunteer gets no link: {}", ended.stdout);
}

#[test]
fn another_programme_on_the_same_server_is_another_world() {
    let street = recorded();
    let other = Programme::create(&street.programme.server, "Bydelsmødre");
    let arguments = ["invite", &other, "--role", "coordinator", "--name", "Solveig"];
    let invitation = street.programme.server.ask(&arguments);
    let mut solveig = RawDevice::join(street.programme.server.address(), invitation["url"].as_str().expect("a link"));
    let ids: Vec<DocumentId> = street.records.iter().map(|record| id(record)).collect();
    assert_eq!(solveig.documents(&ids).items, []);
    let frames = solveig.pull(Scope::Coordinators).expect("her own coordinators' scope");
    assert!(frames.iter().all(|frame| frame.items.is_empty()));
    let (visit, edited) = solveig.record(Kind::Visit, &[]);
    let items = vec![change_item(visit, "visit", edited.change)];
    let theirs = street.programme.id.parse().expect("an id");
    let answer = solveig.push_as(theirs, 1, items);
    assert_eq!(answer.answer, Answer::Refused(ErrorCode::WrongProgramme));
    let attribute = vec![solveig.command(ids[1], Command::Attribute { person: solveig.person() })];
    assert_eq!(solveig.push(attribute), [Answer::Refused(ErrorCode::NotFound)]);
}
