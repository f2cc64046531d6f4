//! A device by itself: what works without any network and before the first join.

use std::sync::Mutex;

use footbridge_model::{Clock, Fields};
use footbridge_text::Language;
use serde_json::{Value, json};

use super::*;
use crate::key::StoreKey;
use crate::transport::{Boxed, Request, Response, Transport, Unreachable};

struct NoNetwork;

impl Transport for NoNetwork {
    fn send(&self, _: Request) -> Boxed<'_, Result<Response, Unreachable>> {
        Box::pin(std::future::ready(Err(Unreachable)))
    }
}

/// A clock that goes only when it is told to.
struct HandClock(Mutex<Timestamp>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("nobody panicked")
    }
}

pub(crate) struct Device {
    pub(crate) footbridge: Footbridge,
    clock: Arc<HandClock>,
    folder: tempfile::TempDir,
}

impl Device {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(HandClock(Mutex::new(Timestamp(1_795_341_600_000))));
        let footbridge = open(folder.path(), &clock, 1).expect("it opens");
        Self { footbridge, clock, folder }
    }

    pub(crate) fn add(&self, kind: &str, fields: Value) -> DocumentId {
        self.footbridge.add(kind, &object(fields)).expect("it is added")
    }

    pub(crate) fn edit(&self, id: DocumentId, patch: Value) {
        self.footbridge.edit(id, &object(patch), None).expect("it is edited");
    }

    fn later(&self) {
        let mut now = self.clock.0.lock().expect("nobody panicked");
        *now = now.plus_millis(60_000);
    }
}

fn open(folder: &Path, clock: &Arc<HandClock>, key: u8) -> Result<Footbridge, FootbridgeError> {
    let clock: Arc<dyn Clock> = Arc::clone(clock) as _;
    let environment = Environment { clock, random: Arc::new(SystemRandom), transport: Arc::new(NoNetwork) };
    Footbridge::open(folder, &StoreKey::from_bytes([key; 32]), environment)
}

pub(crate) fn object(value: Value) -> Fields {
    value.as_object().cloned().expect("an object")
}

#[test]
fn a_visit_is_recorded_without_network_and_is_there_after_a_restart() {
    let device = Device::new();
    let id = device.add("visit", json!({"kind": "street", "topics": ["work"], "place": "vid fontänen"}));
    let again = open(device.folder.path(), &device.clock, 1).expect("it opens");
    let shown = again.show(id).expect("it is there");
    assert_eq!((&shown["topics"], &shown["place"]), (&json!(["work"]), &json!("vid fontänen")));
    assert_eq!(
        (&shown["receipt"], &shown["author"], &shown["state"]),
        (&json!("device"), &json!(null), &json!("done"))
    );
    assert_eq!(open(device.folder.path(), &device.clock, 2).map(drop).map_err(|e| e.name()), Err("locked"));
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_written() {
    let device = Device::new();
    let wrong = device.footbridge.add("visit", &object(json!({"kind": "street", "minutes": -3})));
    let error = wrong.expect_err("a negative number");
    assert_eq!((error.name(), error.field()), ("invalid", Some("minutes")));
    let query = ListQuery { kind: "visit".to_owned(), ..ListQuery::default() };
    assert!(device.footbridge.list(&query).expect("listed").items.is_empty());
}

#[test]
fn a_draft_and_its_note_become_records_together() {
    let device = Device::new();
    let visit = device.add("visit", json!({"state": "draft", "topics": ["health"]}));
    let note = device.add("note", json!({"on": visit, "text": "Hon vill veta mer om BVC."}));
    let state = |id| device.footbridge.show(id).expect("it is there")["state"].clone();
    assert_eq!((state(visit), state(note)), (json!("draft"), json!("draft")));
    let unfinished = device.footbridge.done(visit).expect_err("it has no kind yet");
    assert_eq!(unfinished.field(), Some("kind"));
    device.edit(visit, json!({"kind": "home"}));
    device.footbridge.done(visit).expect("it is done");
    assert_eq!(state(visit), json!("done"));
    assert!(device.footbridge.show(note).expect("it is there").get("state").is_none_or(Value::is_null));
    assert_eq!(device.footbridge.timeline(note, 0, None).expect("it has one").items.len(), 2);
}

#[test]
fn an_edit_of_what_moved_meanwhile_is_told_and_changes_nothing() {
    let device = Device::new();
    let id = device.add("visit", json!({"kind": "home", "minutes": 10}));
    let seen = device.footbridge.show(id).expect("it is there")["version"].as_str().expect("a version").to_owned();
    device.edit(id, json!({"minutes": 20}));
    let refused = device.footbridge.edit(id, &object(json!({"minutes": 30})), Some(&seen));
    match refused.expect_err("it moved") {
        FootbridgeError::Changed { field, values } => {
            assert_eq!((field.as_str(), values), ("minutes", vec![json!(20)]))
        }
        other => panic!("{other:?}"),
    }
    device.footbridge.edit(id, &object(json!({"reached": 2})), Some(&seen)).expect("another field did not move");
}

#[test]
fn search_finds_words_in_any_script_by_their_beginnings() {
    let device = Device::new();
    let visit = device.add("visit", json!({"kind": "home"}));
    let notes = ["Vil søke barnehageplass", "سَأَلَتْ عن دروس اللغة", "ብዛዕባ ቤት ትምህርቲ", "می‌خواهد کار پیدا کند"];
    for text in notes {
        device.add("note", json!({"on": visit, "text": text}));
    }
    for (words, text) in ["soke barne", "سألت", "ትምህ", "میخواهد"].into_iter().zip(notes) {
        let found = device.footbridge.search(words, 0, None).expect("searched").items;
        assert_eq!(found.iter().map(|item| item["text"].clone()).collect::<Vec<_>>(), [json!(text)], "{words}");
    }
}

#[test]
fn a_word_that_labels_a_code_finds_what_was_recorded_with_it_after_what_holds_the_word() {
    let device = Device::new();
    let visit = device.add("visit", json!({"kind": "home", "topics": ["school"], "languages": ["prs"]}));
    let other = device.add("visit", json!({"kind": "cafe", "place": "school", "topics": ["work"]}));
    let note = device.add("note", json!({"on": other, "text": "Barnen börjar skolan i höst."}));
    device.add("visit", json!({"kind": "street", "topics": ["work"]}));
    let found = |words: &str, limit: usize, after: Option<&str>| {
        let page = device.footbridge.search(words, limit, after).expect("searched");
        let ids: Vec<_> = page.items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect();
        (ids, page.next)
    };
    let (visit, other, note) = (visit.to_string(), other.to_string(), note.to_string());
    assert_eq!(found("skola", 0, None), (vec![note.clone(), other.clone(), visit.clone()], None));
    for word in ["Skole", "school", "المدرسة"] {
        assert_eq!(found(word, 0, None).0, [other.clone(), visit.clone()], "{word}");
    }
    for word in ["dari", "persiska hemma", "الدرية"] {
        assert!(found(word, 0, None).0.len() <= 1, "{word}");
    }
    assert_eq!(found("dari", 0, None).0, std::slice::from_ref(&visit));
    assert_eq!(found("skola kafé", 0, None).0, std::slice::from_ref(&other), "all of the words");
    // Page by page: each once, and what holds the word first.
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let (ids, next) = found("skola", 1, after.as_deref());
        all.extend(ids);
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(all, [note, other, visit]);
}

#[test]
fn a_telephone_number_in_a_note_is_found_however_it_is_typed() {
    let device = Device::new();
    let visit = device.add("visit", json!({"kind": "phone"}));
    device.add("note", json!({"on": visit, "text": "Ring 070-111 22 33 efter 16.30."}));
    for typed in ["0701112233", "+46 70 111 22 33", "0046701112233", "070 1112233", "070-111", "16.30"] {
        assert_eq!(device.footbridge.search(typed, 0, None).expect("searched").items.len(), 1, "{typed}");
    }
    assert!(device.footbridge.search("0701112234", 0, None).expect("searched").items.is_empty());
}

#[test]
fn an_export_with_labels_has_what_people_read_beside_codes_and_ids() {
    let device = Device::new();
    let contact = device.add("contact", json!({"handle": "Blå sjal"}));
    device.add(
        "visit",
        json!({"kind": "home", "topics": ["health"], "languages": ["so"], "place": "vid torget", "contact": contact}),
    );
    let mut table = Vec::new();
    let written = device.footbridge.export_labelled("visit", ExportFormat::Jsonl, Language::Swedish, &mut table);
    written.expect("it is written");
    let visit: Value = serde_json::from_slice(&table).expect("one line");
    assert_eq!((&visit["topics"], &visit["topics_label"]), (&json!(["health"]), &json!(["Hälsa"])));
    assert_eq!((&visit["languages_label"], &visit["kind_label"]), (&json!(["somaliska"]), &json!("Hemma")));
    assert_eq!((&visit["place_label"], &visit["contact_label"]), (&json!("vid torget"), &json!("Blå sjal")));
    let mut table = Vec::new();
    let written = device.footbridge.export_labelled("visit", ExportFormat::Csv, Language::Swedish, &mut table);
    written.expect("it is written");
    let table = String::from_utf8(table).expect("it is UTF-8");
    assert!(table.contains("\"topics\",\"topics_label\"") && table.contains("\"health\",\"Hälsa\""), "{table}");
}

#[test]
fn a_list_pages_without_loss_or_repetition_and_filters() {
    let device = Device::new();
    for day in 1..=9 {
        let district = if day % 3 == 0 { "Dalhem" } else { "Närlunda" };
        device.add("visit", json!({"kind": "home", "happened_at": format!("2026-11-0{day}"), "district": district}));
    }
    let mut query = ListQuery { kind: "visit".to_owned(), limit: 4, ..ListQuery::default() };
    let mut days = Vec::new();
    loop {
        let page = device.footbridge.list(&query).expect("listed");
        days.extend(page.items.iter().map(|item| item["happened_at"].as_str().expect("a day").to_owned()));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(days.len(), 9);
    assert!(days.is_sorted_by(|a, b| a > b));
    let query = ListQuery {
        kind: "visit".to_owned(),
        since: Some("2026-11-03".to_owned()),
        until: Some("2026-11-06".to_owned()),
        district: Some("Dalhem".to_owned()),
        ..ListQuery::default()
    };
    assert_eq!(device.footbridge.list(&query).expect("listed").items.len(), 2);
}

#[test]
fn status_says_what_is_on_this_device_alone() {
    let device = Device::new();
    device.add("visit", json!({"kind": "home"}));
    let status = device.footbridge.status(Language::English).expect("it is told");
    assert_eq!((status.unsent, status.receipts["device"], status.receipts["server"], status.joined), (1, 1, 0, false));
    assert_eq!(device.footbridge.leave(false).expect_err("nothing to leave").name(), "refused");
}

#[test]
fn a_log_is_taken_in_once() {
    let device = Device::new();
    let log = include_bytes!("../../../tests/data/conversation-log.csv");
    let plan = device.footbridge.read_log(log, None).expect("it is read");
    let first = device.footbridge.import(&plan).expect("it is taken in");
    assert_eq!((first.imported, first.already_there), (plan.rows.len(), plan.repeated.len()));
    device.later();
    let plan = device.footbridge.read_log(log, None).expect("it is read");
    let second = device.footbridge.import(&plan).expect("it is taken in");
    assert_eq!((second.imported, second.already_there), (0, first.imported + first.already_there));
    assert_eq!(second.rejected, first.rejected);
}

#[test]
fn a_table_for_a_spreadsheet_holds_no_formula() {
    let device = Device::new();
    device.add("contact", json!({"handle": "=HYPERLINK(\"http://x\")"}));
    let mut csv = Vec::new();
    device.footbridge.export("contact", ExportFormat::Csv, &mut csv).expect("exported");
    let text = String::from_utf8(csv).expect("UTF-8");
    assert!(text.contains("\"'=HYPERLINK"), "{text}");
}

#[test]
fn a_national_number_in_a_note_is_warned_about() {
    let fields = object(json!({"text": "pnr 811218-9876"}));
    assert_eq!(Footbridge::warnings("note", &fields), [Warning::NationalNumber { field: "text".to_owned() }]);
    assert!(Footbridge::warnings("note", &object(json!({"text": "ring 042-10 50 00"}))).is_empty());
}

#[test]
fn a_screen_is_told_what_changed() {
    let device = Device::new();
    let mut events = device.footbridge.subscribe();
    let id = device.add("visit", json!({"kind": "home"}));
    assert_eq!(events.try_recv(), Ok(ChangeEvent::Records(vec![id])));
    device.edit(id, json!({"minutes": 5}));
    assert_eq!(events.try_recv(), Ok(ChangeEvent::Records(vec![id])));
    assert!(device.footbridge.edit(id, &object(json!({"minutes": -5})), None).is_err());
    assert!(events.try_recv().is_err(), "nothing was written");
}

#[tokio::test]
async fn watching_without_network_tries_again_when_told_that_it_is_back() {
    let device = Device::new();
    let refused = device.footbridge.watch(&|_| {}, &CancellationToken::new()).await;
    assert_eq!(refused.map_err(|error| error.name()), Err("refused"), "it belongs to no programme");
    device.footbridge.inner.store.write(|writing| identity::set_membership(writing, &membership())).expect("it is set");
    let (cancel, tries) = (CancellationToken::new(), Mutex::new(0));
    let on_event = |event: WatchEvent<'_>| {
        if matches!(event, WatchEvent::Failed { .. }) {
            let mut tries = tries.lock().expect("nobody panicked");
            *tries += 1;
            if *tries == 3 { cancel.cancel() } else { device.footbridge.network_changed(true) }
        }
    };
    device.footbridge.watch(&on_event, &cancel).await.expect("it ends when it is cancelled");
    assert_eq!(*tries.lock().expect("nobody panicked"), 3);
}

fn membership() -> identity::Membership {
    identity::Membership {
        programme: footbridge_model::ProgrammeId::from_bytes([1; 16]),
        person: PersonId::from_bytes([2; 16]),
        role: footbridge_model::Role::Volunteer,
        districts: std::collections::BTreeSet::new(),
        server: "http://127.0.0.1:9".to_owned(),
        server_identity: footbridge_protocol::PublicKey::from_bytes([3; 32]),
        fingerprint: None,
    }
}

#[test]
fn what_was_taken_in_before_the_first_join_is_found_again_after_it() {
    let log = include_bytes!("../../../tests/data/conversation-log.csv");
    let (before, after) = (Device::new(), Device::new());
    let take_in = |device: &Device| {
        let plan = device.footbridge.read_log(log, None).expect("it is read");
        device.footbridge.import(&plan).expect("it is taken in")
    };
    let join = |device: &Device| {
        let vocabulary = device.footbridge.vocabulary().expect("it has one");
        device.footbridge.inner.store.write(|writing| -> Result<(), FootbridgeError> {
            identity::set_membership(writing, &membership())?;
            let ground = recording::ground(writing, device.footbridge.inner.now(), vocabulary)?;
            importing::move_into_programme(writing, &ground)
        })
    };
    let first = take_in(&before);
    let visit = before.footbridge.list(&ListQuery { kind: "visit".to_owned(), limit: 1, ..ListQuery::default() });
    let own = visit.expect("listed").items[0]["id"].as_str().expect("an id").parse().expect("an id");
    let remark = before.add("note", json!({"on": own, "text": "Ringde igen."}));
    before.edit(own, json!({"minutes": 33}));
    join(&before).expect("it moves");
    join(&after).expect("it moves");
    let again = take_in(&before);
    assert_eq!((again.imported, again.already_there), (0, first.imported + first.already_there));
    take_in(&after);
    let all = |device: &Device| {
        let query = ListQuery { kind: "visit".to_owned(), limit: 1000, ..ListQuery::default() };
        let items = device.footbridge.list(&query).expect("listed").items;
        items
            .into_iter()
            .map(|item| (item["id"].to_string(), item["happened_at"].to_string()))
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(all(&before), all(&after));
    let moved = before.footbridge.show(remark).expect("it is there")["on"].as_str().expect("an id").to_owned();
    let visit = before.footbridge.show(moved.parse().expect("an id")).expect("what it is on moved with it");
    assert_eq!(visit["minutes"], 33);
    assert_eq!(before.footbridge.search("ringde igen", 0, None).expect("searched").items.len(), 1);
}

#[test]
fn a_follow_up_is_closed_as_it_is_added_and_its_timeline_tells() {
    let device = Device::new();
    let visit = device.add("visit", json!({"kind": "home"}));
    let open = device.add("follow_up", json!({"about": visit, "what": "work", "state": "open"}));
    let closed = device.add("follow_up", json!({"about": visit, "what": "work", "state": "closed", "outcome": "done"}));
    let state = |id| device.footbridge.show(id).expect("it is there")["state"].clone();
    assert_eq!((state(open), state(closed)), (json!("open"), json!("closed")));
    let lines = device.footbridge.timeline(closed, 0, None).expect("it has one").items;
    assert!(lines.iter().any(|line| line["field"] == "outcome" && line["value"] == "done"));
}

#[test]
fn a_time_by_the_clock_of_the_place_is_kept_as_it_was_written() {
    let device = Device::new();
    let visit = device.add("visit", json!({"kind": "home", "happened_at": "2026-11-20T14:00"}));
    assert_eq!(device.footbridge.show(visit).expect("it is there")["happened_at"], "2026-11-20T14:00:00");
}

#[test]
fn a_filter_that_names_what_there_is_none_of_is_told() {
    let device = Device::new();
    let query = ListQuery { kind: "visit".to_owned(), state: Some("bogus".to_owned()), ..ListQuery::default() };
    let error = device.footbridge.list(&query).expect_err("there is no such state");
    assert_eq!((error.name(), error.field()), ("invalid", Some("state")));
}
