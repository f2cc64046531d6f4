//! One item that a phone cannot read: it costs nothing but itself. The pull goes on, everything else arrives, the status
//! says which record it is, and nobody is told that there is no connection. When the item comes in a form that can be
//! read, it is there.

use std::net::SocketAddr;

use footbridge_model::DocumentId;
use footbridge_protocol::pull::{DOCUMENTS_PATH, PATH as PULL, STREAM};
use footbridge_protocol::{
    Answer, DraftItem, ErrorCode, FrameMessage, Item, Mark, PullMessage, PulledContent, PulledItem, StreamReader,
    StreamWriter, decode, encode,
};
use footbridge_testkit::{Asked, Liar, Phone, Programme, RawDevice, Response, Told};
use serde_json::{Value, json};

/// A true pull with one item altered.
fn pulled(asked: &Asked, server: SocketAddr, id: DocumentId, alter: impl Fn(&mut PulledItem)) -> Told {
    let truth = asked.truth(server);
    if truth.status != 200 {
        return Told::Whole(truth);
    }
    let messages = StreamReader::whole(&truth.body, STREAM, 10_000).expect("a pull");
    let alter = |message: &Vec<u8>| match decode::<PullMessage>(message).expect("a frame") {
        PullMessage::Frame(mut frame) => {
            items(&mut frame).filter(|item| item.id == id).for_each(&alter);
            encode(&PullMessage::Frame(frame)).expect("a frame")
        }
        PullMessage::End => message.clone(),
    };
    let body = StreamWriter::whole(messages.iter().map(alter)).expect("a stream");
    Told::Whole(Response { body, ..truth })
}

fn items(frame: &mut FrameMessage) -> impl Iterator<Item = &mut PulledItem> {
    frame.items.iter_mut()
}

/// A document's parts, spoilt.
fn spoilt(item: &mut PulledItem, spoil: impl Fn(&mut Vec<u8>, &mut String, &mut String)) {
    if let PulledContent::Document { document, projection, projection_version, facts } = &mut item.content {
        spoil(document, projection, facts);
        *projection_version = u64::from(!projection.is_empty());
    }
}

fn draft_of(item: &mut PulledItem, fields: &str) {
    let body = format!(r#"{{"kind":"{}","schema":1,"recorded_at":1795341600000,"fields":{fields}}}"#, item.kind);
    item.content = PulledContent::Draft { mark: Mark::from_bytes([7; 8]), body, on: None };
}

/// What a lie is called, and what it does to an item.
type Lie = (&'static str, fn(&mut PulledItem));

/// What may be wrong with an item, so that it cannot be read.
fn lies() -> Vec<Lie> {
    vec![
        ("parts that are missing", |item| item.content = PulledContent::Unreadable),
        ("facts of nothing", |item| spoilt(item, |_, _, facts| facts.clear())),
        ("facts that are nested", |item| spoilt(item, |_, _, facts| *facts = "[".repeat(10_000))),
        ("facts of half a character", |item| spoilt(item, |_, _, facts| *facts = r#"{"handle":"\ud800"}"#.to_owned())),
        ("facts of a number beyond all", |item| {
            spoilt(item, |_, _, facts| *facts = r#"{"closed_at":1e999}"#.to_owned());
        }),
        ("a document of nothing, and no projection", |item| {
            spoilt(item, |document, projection, _| (document.clear(), projection.clear()).1);
        }),
        ("a document with a byte turned, and no projection", |item| {
            spoilt(item, |document, projection, _| {
                let middle = document.len() / 2;
                document[middle] ^= 0x10;
                projection.clear();
            });
        }),
        ("a draft that is a plain object", |item| {
            item.content =
                PulledContent::Draft { mark: Mark::from_bytes([7; 8]), body: r#"{"minutes":5}"#.to_owned(), on: None };
        }),
        ("a draft that is nested", |item| draft_of(item, &"{\"a\":".repeat(9000))),
        ("a draft of half a character", |item| draft_of(item, r#"{"place":"\ud800"}"#)),
        ("a draft of a number beyond all", |item| draft_of(item, r#"{"minutes":1e999}"#)),
        ("a draft of a kind that it is not", |item| {
            draft_of(item, "{}");
            "note".clone_into(&mut item.kind);
        }),
    ]
}

#[test]
fn one_item_that_cannot_be_read_never_stops_a_pull() {
    let programme = Programme::start();
    let liar = Liar::before(programme.server.address());
    let amina = programme.joined(Phone::new("Amina").linked(liar.link()), "volunteer", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    for (what, lie) in lies() {
        let (spoilt, sound) = (amina.visit(&json!({"minutes": 1})), amina.visit(&json!({"minutes": 1})));
        amina.sync();
        kari.sync();
        kari.edit(&spoilt, &json!({"minutes": 2}));
        kari.edit(&sound, &json!({"minutes": 2}));
        kari.sync();
        let id: DocumentId = spoilt.parse().expect("an id");
        liar.lie(PULL, move |asked, server| pulled(asked, server, id, lie));
        let report = without_single_records(&liar, &amina, id, lie);
        assert_eq!(report["unread"], json!(1), "{what}: {report}");
        let status = amina.ask(&["status"]);
        assert_eq!(status["unread"][0]["id"], json!(spoilt), "{what}: {status}");
        assert!(amina.read(&["status"]).contains(&spoilt), "{what}: and it is said at the terminal");
        assert_eq!(amina.show(&sound)["minutes"], json!(2), "{what}: the rest arrives");
        assert_eq!(amina.show(&spoilt)["minutes"], json!(1), "{what}: what was here stays");
        liar.be_honest();
        assert_eq!(amina.sync()["unread"], json!(0), "{what}");
        assert_eq!(amina.show(&spoilt)["minutes"], json!(2), "{what}: it comes when it can be read");
        assert_eq!(amina.ask(&["status"])["unread"], json!([]), "{what}");
    }
}

/// Syncs while single records are spoilt in the same way: what differs is asked for by its id.
fn without_single_records(liar: &Liar, amina: &Phone, id: DocumentId, lie: fn(&mut PulledItem)) -> Value {
    liar.lie_too(DOCUMENTS_PATH, move |asked, server| {
        let truth = asked.truth(server);
        let mut answer: footbridge_protocol::DocumentsMessage = decode(&truth.body).expect("an answer");
        answer.items.iter_mut().filter(|item| item.id == id).for_each(lie);
        Told::Whole(Response { body: encode(&answer).expect("an answer"), ..truth })
    });
    amina.sync()
}

#[test]
fn what_waits_on_a_record_that_cannot_be_read_is_sent_all_the_same() {
    let programme = Programme::start();
    let liar = Liar::before(programme.server.address());
    let amina = programme.joined(Phone::new("Amina").linked(liar.link()), "volunteer", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    for (what, lie) in lies() {
        let visit = amina.visit(&json!({"minutes": 1}));
        amina.sync();
        kari.sync();
        kari.edit(&visit, &json!({"place": "bus"}));
        kari.sync();
        amina.edit(&visit, &json!({"minutes": 3}));
        let id: DocumentId = visit.parse().expect("an id");
        liar.lie(PULL, move |asked, server| pulled(asked, server, id, lie));
        without_single_records(&liar, &amina, id, lie);
        assert_eq!(amina.show(&visit)["minutes"], json!(3), "{what}: it stays");
        kari.sync();
        assert_eq!(kari.show(&visit)["minutes"], json!(3), "{what}: it is sent");
        liar.be_honest();
        amina.sync();
        let shown = amina.show(&visit);
        assert_eq!((&shown["minutes"], &shown["place"]), (&json!(3), &json!("bus")), "{what}");
        let status = amina.ask(&["status"]);
        assert_eq!((&status["unsent"], &status["unread"]), (&json!(0), &json!([])), "{what}");
    }
}

#[test]
fn a_draft_that_no_phone_could_read_is_not_taken_from_a_device_made_by_hand() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    kari.sync();
    let made = kari.ask(&["invite", "--person", "Amina"]);
    let mut other = RawDevice::join(programme.server.address(), made["url"].as_str().expect("a link"));
    let draft = |number: u8, body: &str| {
        Item::Draft(DraftItem {
            id: DocumentId::from_bytes([number; 16]),
            kind: "visit".to_owned(),
            mark: Mark::from_bytes([number; 8]),
            base: None,
            body: Some(body.to_owned()),
            on: None,
        })
    };
    let form = |fields: &str| format!(r#"{{"kind":"visit","schema":1,"recorded_at":1795341600000,"fields":{fields}}}"#);
    let answers = other.push(vec![
        draft(1, r#"{"minutes":5}"#),
        draft(2, &form(r#"{"minutes":1e999}"#)),
        draft(3, &form(r#"{"place":"\ud800"}"#)),
        draft(4, &form(&"[".repeat(20_000))),
        draft(5, &form(r#"{"minutes":5}"#)),
    ]);
    let malformed = Answer::Refused(ErrorCode::Malformed);
    assert_eq!(answers, [malformed, malformed, malformed, malformed, Answer::Accepted]);
    assert_eq!(amina.sync()["unread"], json!(0));
}
