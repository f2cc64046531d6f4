//! What no phone pushes: envelopes and items that are signed wrongly, for others, twice, or about what is not hers, and
//! numbers at their ends. Each is refused by itself, with its documented code, and changes nothing.

#[path = "hostile/forms.rs"]
#[expect(dead_code, reason = "other stories use the rest")]
mod forms;
#[path = "hostile/kept.rs"]
mod kept;

use footbridge_model::{ChangeHash, Command, DocumentId, FieldChange, Kind, Recipient, Scalar};
use footbridge_protocol::{
    Answer, ChangeItem, CommandId, CommandItem, CommandMessage, DraftItem, EnvelopeMessage, ErrorBody, ErrorCode, Item,
    Label, MEDIA_COSE, Mark, RenewalItem, SigningKey, decode, encode, join, limits, session,
};
use footbridge_testkit::{Programme, RawDevice, change_item};
use serde_json::json;

use forms::MARKER;
use kept::{assert_not_told, assert_nothing_moved, kept};

/// What an envelope leaves behind whose items were all refused: its counter, its answers, and that they were refused.
const OF_AN_ENVELOPE: [&str; 3] = ["devices", "envelopes", "set_aside"];

fn set(field: &str, value: Scalar) -> FieldChange {
    FieldChange::Set { field: field.to_owned(), value }
}

fn visit() -> Vec<FieldChange> {
    let text = |field, text: &str| set(field, Scalar::Str(text.to_owned()));
    vec![text("happened_at", "2026-03-02"), text("kind", "street"), text("state", "done"), text("place", MARKER)]
}

fn joined(programme: &Programme, role: &str, name: &str) -> RawDevice {
    RawDevice::join(programme.server.address(), &programme.invitation(role, name, &[]))
}

#[test]
fn what_is_signed_wrongly_or_for_another_purpose_opens_nothing() {
    let programme = Programme::start();
    let mut device = joined(&programme, "volunteer", "Leila");
    let other = joined(&programme, "volunteer", "Amina");
    let (id, edited) = device.record(Kind::Visit, &visit());
    let item = || change_item(id, "visit", edited.change.clone());
    let before = kept(&programme.server);
    let stranger = RawDevice::strange_key();
    let message = device.session_message();
    let session = |change: &dyn Fn(&mut footbridge_protocol::SessionMessage)| {
        let mut message = device.session_message();
        change(&mut message);
        encode(&message).expect("a message")
    };
    let own = |payload| device.signed(Label::Session, payload);
    let by = |key: &SigningKey| device.signed_by(key, device.device(), Label::Session, session(&|_| {}));
    let refusals = [
        ("another key", by(&stranger), ErrorCode::BadSignature),
        ("another purpose", device.signed(Label::Envelope, session(&|_| {})), ErrorCode::BadSignature),
        (
            "in another's name",
            device.signed(Label::Session, session(&|m| m.device = other.device())),
            ErrorCode::BadSignature,
        ),
        ("for another server", own(session(&|m| m.identity = stranger.public())), ErrorCode::WrongServer),
        (
            "another nonce",
            own(session(&|m| m.server_nonce = footbridge_protocol::Nonce::from_bytes([1; 16]))),
            ErrorCode::BadNonce,
        ),
        ("a build without an end", own(minicbor_build(&message)), ErrorCode::TooLarge),
    ];
    for (what, body, code) in refusals {
        let response = device.post(session::PATH, MEDIA_COSE, None, body);
        let told = decode::<ErrorBody>(&response.body).ok().and_then(|body| body.code());
        assert_eq!(told, Some(code), "{what}");
    }
    let used = programme.invitation("volunteer", "Nobody", &[]);
    drop(RawDevice::join(programme.server.address(), &used));
    let after_join = kept(&programme.server);
    let join = device.join_message(&used);
    let mut with_anothers_key = join.clone();
    with_anothers_key.public_key = stranger.public();
    let joins = [
        ("used by another", device.signed(Label::Join, encode(&join).expect("a message")), ErrorCode::Forbidden),
        (
            "a key that did not sign it",
            device.signed(Label::Join, encode(&with_anothers_key).expect("a message")),
            ErrorCode::BadSignature,
        ),
    ];
    for (what, body, code) in joins {
        let response = device.post(join::PATH, MEDIA_COSE, None, body);
        let told = decode::<ErrorBody>(&response.body).ok().and_then(|body| body.code());
        let known = [code, ErrorCode::InvitationUsed];
        assert!(told.is_some_and(|told| known.contains(&told)), "{what}: {told:?}");
    }
    assert_nothing_moved(&after_join, &programme.server, &[]);
    assert!(before.keys().eq(after_join.keys()));
    let envelope = EnvelopeMessage {
        identity: device.identity(),
        programme: device.programme(),
        device: device.device(),
        counter: 1,
        items: vec![item()],
    };
    let sealed = |change: &dyn Fn(&mut EnvelopeMessage)| {
        let mut envelope = envelope.clone();
        change(&mut envelope);
        minicbor_envelope(&device, &envelope)
    };
    let plain = || encode(&envelope).expect("an envelope");
    let envelopes = [
        (
            "another key",
            device.signed_by(&stranger, device.device(), Label::Envelope, plain()),
            ErrorCode::BadSignature,
        ),
        ("another purpose", device.signed(Label::Session, plain()), ErrorCode::BadSignature),
        (
            "an unknown device",
            device.signed_by(&stranger, footbridge_model::DeviceId::from_bytes([9; 16]), Label::Envelope, plain()),
            ErrorCode::UnknownDevice,
        ),
        (
            "in another's name",
            device.signed_by(&stranger, other.device(), Label::Envelope, plain()),
            ErrorCode::BadSignature,
        ),
        ("for another server", sealed(&|e| e.identity = stranger.public()), ErrorCode::WrongServer),
        (
            "for another programme",
            sealed(&|e| e.programme = footbridge_model::ProgrammeId::from_bytes([9; 16])),
            ErrorCode::WrongProgramme,
        ),
        ("a counter of 0", sealed(&|e| e.counter = 0), ErrorCode::Malformed),
        ("a counter beyond all", sealed(&|e| e.counter = u64::MAX), ErrorCode::Malformed),
        ("a counter beyond the limit", sealed(&|e| e.counter = limits::COUNTER + 1), ErrorCode::Malformed),
        ("too many items", sealed(&|e| e.items = vec![Item::Unreadable(vec![0xa0]); 501]), ErrorCode::TooMany),
    ];
    for (what, bytes, code) in envelopes {
        let answers = device.push_sealed(&[bytes]);
        assert_eq!(answers[0].answer, Answer::Refused(code), "{what}");
        assert_eq!(answers[0].items, [], "{what}");
    }
    assert_nothing_moved(&after_join, &programme.server, &[]);
    assert_not_told(&programme.server, MARKER, "/v1/push");
    // A control: the same, as it should be.
    let well = device.sealed(vec![item()]);
    let first = device.push_sealed(std::slice::from_ref(&well));
    assert_eq!(first[0].items.iter().map(|item| item.answer).collect::<Vec<_>>(), [Answer::Accepted]);
    let taken = kept(&programme.server);
    assert!(format!("{taken:?}").contains(MARKER), "what was looked for is what is kept");
    assert_eq!(device.push_sealed(&[well]), first, "and again it does nothing");
    assert_nothing_moved(&taken, &programme.server, &[]);
    assert_not_told(&programme.server, MARKER, "/v1/push");
}

/// An envelope as it may not be, in bytes.
fn minicbor_envelope(device: &RawDevice, envelope: &EnvelopeMessage) -> Vec<u8> {
    let mut fitting = EnvelopeMessage { counter: 1, items: Vec::new(), ..envelope.clone() };
    fitting.counter = 1;
    // {0: identity, 1: programme, 2: device, 3: 1, 4: []} ends with 03 01 04 80.
    let mut bytes = encode(&fitting).expect("an envelope");
    bytes.truncate(bytes.len() - 3);
    head(&mut bytes, 0, envelope.counter);
    bytes.push(4);
    head(&mut bytes, 4, envelope.items.len() as u64);
    for item in &envelope.items {
        let one = EnvelopeMessage { items: vec![item.clone()], ..fitting.clone() };
        let one = encode(&one).expect("an envelope");
        let none = encode(&fitting).expect("an envelope").len();
        bytes.extend_from_slice(&one[none..]);
    }
    device.signed(Label::Envelope, bytes)
}

/// A head of CBOR in its shortest form.
fn head(bytes: &mut Vec<u8>, major: u8, number: u64) {
    let wide = number.to_be_bytes();
    match number {
        0..24 => bytes.push(major << 5 | wide[7]),
        24..0x100 => bytes.extend([major << 5 | 24, wide[7]]),
        0x100..0x1_0000 => bytes.extend([major << 5 | 25, wide[6], wide[7]]),
        0x1_0000..0x1_0000_0000 => {
            bytes.push(major << 5 | 26);
            bytes.extend(&wide[4..]);
        }
        _ => {
            bytes.push(major << 5 | 27);
            bytes.extend(wide);
        }
    }
}

/// A session's request whose build has no end.
fn minicbor_build(message: &footbridge_protocol::SessionMessage) -> Vec<u8> {
    let mut bytes = encode(message).expect("a message");
    // … 03 67 "by hand" 04 00
    let build = bytes.len() - 2 - "by hand".len() - 1;
    bytes.truncate(build);
    head(&mut bytes, 3, 5000);
    bytes.extend(MARKER.bytes().cycle().filter(u8::is_ascii).take(5000));
    bytes.extend([4, 0]);
    bytes
}

/// What a push may not hold: what it is called, the item, and its code.
type Wrong = (&'static str, Item, ErrorCode);

/// Of a volunteer, about another's records and about her own.
fn items_of(device: &RawDevice, other: &RawDevice, theirs: DocumentId, follow_up: DocumentId) -> Vec<Wrong> {
    let (id, made) = device.record(Kind::Visit, &visit());
    let (_, foreign) = other.record(Kind::Visit, &visit());
    let change = |id, change: &[u8]| change_item(id, "visit", change.to_vec());
    let minutes = |stored: &[u8]| device.changed(stored, &[set("minutes", Scalar::Int(4))]).change;
    let of_kind = |kind: &str| change_item(id, kind, made.change.clone());
    let mut compressed = made.change.clone();
    compressed[8] = 2;
    let mut document = made.change.clone();
    document[8] = 0;
    let (_, long) = device.record(Kind::Visit, &[set(&MARKER.repeat(20), Scalar::Int(1))]);
    let on = set("on", Scalar::Str(theirs.to_string()));
    let text = FieldChange::Set { field: "text".to_owned(), value: Scalar::Str(MARKER.to_owned()) };
    let (note, on_theirs) = device.record(Kind::Note, &[on, text]);
    let given_back = |author, by| {
        let item = ChangeItem { author, by, given_back: Some(true), ..only_change(change(id, &made.change)) };
        Item::Change(item)
    };
    let renewal = |id, seen: usize, generation, document: Vec<u8>| {
        let seen = vec![ChangeHash([7; 32]); seen];
        Item::Renewal(RenewalItem { id, kind: "visit".to_owned(), generation, document, seen, drafts: None })
    };
    let draft = |id, kind: &str, body: String| {
        let kind = kind.to_owned();
        Item::Draft(DraftItem { id, kind, mark: Mark::from_bytes([1; 8]), base: None, body: Some(body), on: None })
    };
    let large = vec![0x85; limits::CHANGE_BYTES + 1];
    let own = Recipient::Person(device.person());
    vec![
        ("another's actor", change(id, &foreign.change), ErrorCode::WrongActor),
        ("a change of what is another's", change(theirs, &minutes(&made.stored)), ErrorCode::NotFound),
        ("a beginning of what is another's", change(theirs, &made.change), ErrorCode::NotFound),
        ("a change on nothing", change(id, &minutes(&made.stored)), ErrorCode::NotFound),
        ("a change of nothing's later generation", generation(change(id, &made.change), 1), ErrorCode::NotFound),
        ("a generation beyond all", generation(change(id, &made.change), u64::MAX), ErrorCode::NotFound),
        ("a compressed change", change(id, &compressed), ErrorCode::Malformed),
        ("a document for a change", change(id, &document), ErrorCode::Malformed),
        ("two changes in one", change(id, &[made.change.clone(), made.change.clone()].concat()), ErrorCode::Malformed),
        ("no change", change(id, MARKER.as_bytes()), ErrorCode::Malformed),
        ("a change that is too large", change(id, &large), ErrorCode::TooLarge),
        ("a kind that there is not", of_kind(MARKER), ErrorCode::UnknownKind),
        ("another kind than the document's", of_kind("contact"), ErrorCode::Malformed),
        ("a programme", of_kind("programme"), ErrorCode::Forbidden),
        ("a person", of_kind("person"), ErrorCode::Forbidden),
        ("a code", of_kind("code"), ErrorCode::Forbidden),
        ("a key without an end", change(id, &long.change), ErrorCode::UnknownField),
        ("a note on what is another's", change_item(note, "note", on_theirs.change.clone()), ErrorCode::NotFound),
        ("given back for another", given_back(Some(other.person()), Some(other.person())), ErrorCode::Forbidden),
        ("given back for nobody", given_back(None, None), ErrorCode::Forbidden),
        ("a renewal of another's", renewal(theirs, 1, 1, made.change.clone()), ErrorCode::NotFound),
        ("a renewal that saw too much", renewal(id, 129, 1, made.change.clone()), ErrorCode::TooLarge),
        ("a renewal that is too large", renewal(id, 1, 1, large), ErrorCode::TooLarge),
        ("a renewal beyond all", renewal(id, 1, u64::MAX, made.change.clone()), ErrorCode::TooLarge),
        ("a renewal that is none", renewal(id, 1, 1, MARKER.into()), ErrorCode::Malformed),
        (
            "a draft of what is another's",
            draft(theirs, "visit", draft_body(&format!("{{\"place\": \"{MARKER}\"}}"))),
            ErrorCode::NotFound,
        ),
        ("a draft of another form", draft(id, "visit", format!("{{\"place\": \"{MARKER}\"}}")), ErrorCode::Malformed),
        (
            "a draft of a number beyond all",
            draft(id, "visit", draft_body("{\"minutes\": 1e999}")),
            ErrorCode::Malformed,
        ),
        ("a draft of half a character", draft(id, "visit", draft_body(r#"{"place": "\ud800"}"#)), ErrorCode::Malformed),
        ("a draft that is nested", draft(id, "visit", draft_body(&"{\"a\":".repeat(9000))), ErrorCode::Malformed),
        ("a draft of another kind", draft(id, "note", draft_body("{}")), ErrorCode::Malformed),
        ("a draft that is too large", draft(id, "visit", "x".repeat(limits::DRAFT_BYTES + 1)), ErrorCode::TooLarge),
        ("a draft of a kind that there is not", draft(id, MARKER, "{}".to_owned()), ErrorCode::UnknownKind),
        (
            "giving what is another's",
            device.command(follow_up, Command::Give { to: own, seen: None }),
            ErrorCode::NotFound,
        ),
        ("closing what is another's", device.command(follow_up, Command::Close { outcome: None }), ErrorCode::NotFound),
        ("erasing what is another's", device.command(theirs, Command::Erase), ErrorCode::NotFound),
        ("reinstating herself", device.command(device.person().document(), Command::Reinstate), ErrorCode::Forbidden),
        ("a verb that there is not", verb(id, |command| command.verb = 99), ErrorCode::UnknownKind),
        ("a verb beyond all", verb(id, |command| command.verb = u64::MAX), ErrorCode::UnknownKind),
        ("a key of another verb", verb(id, |command| command.wipe = Some(true)), ErrorCode::UnknownField),
        (
            "too many heads",
            verb(id, |command| (command.verb, command.heads) = (9, Some(vec![ChangeHash([1; 32]); 129]))),
            ErrorCode::TooLarge,
        ),
        (
            "an outcome without an end",
            verb(id, |command| (command.verb, command.outcome) = (1, Some(MARKER.repeat(20)))),
            ErrorCode::TooLarge,
        ),
        ("a type that there is not", Item::Unreadable(vec![0xa1, 0x00, 0x18, 0x63]), ErrorCode::UnknownKind),
        ("nothing of its type", Item::Unreadable(vec![0xa1, 0x00, 0x01]), ErrorCode::Malformed),
        ("a list for an item", Item::Unreadable(vec![0x81, 0x81, 0x81, 0x81, 0x00]), ErrorCode::Malformed),
    ]
}

/// The body of a visit's draft with these fields.
fn draft_body(fields: &str) -> String {
    format!(r#"{{"kind":"visit","schema":1,"recorded_at":1795341600000,"fields":{fields}}}"#)
}

fn only_change(item: Item) -> ChangeItem {
    match item {
        Item::Change(item) => item,
        other => panic!("{other:?} is no change"),
    }
}

fn generation(item: Item, generation: u64) -> Item {
    Item::Change(ChangeItem { generation, ..only_change(item) })
}

fn verb(id: DocumentId, change: impl FnOnce(&mut CommandMessage)) -> Item {
    let mut command = CommandMessage { verb: 2, ..CommandMessage::default() };
    change(&mut command);
    let at = footbridge_model::Timestamp(i64::MAX);
    Item::Command(CommandItem { id, command_id: CommandId::from_bytes([4; 16]), command, at })
}

#[test]
fn every_item_that_may_not_be_is_refused_by_itself_with_its_code() {
    let programme = Programme::start();
    let mut device = joined(&programme, "volunteer", "Leila");
    let mut other = joined(&programme, "volunteer", "Amina");
    let (theirs, made) = other.record(Kind::Visit, &visit());
    let about = set("about", Scalar::Str(theirs.to_string()));
    let what = set("what", Scalar::Str("studies".to_owned()));
    let (follow_up, asked) = other.record(Kind::FollowUp, &[about, what]);
    let items = vec![change_item(theirs, "visit", made.change), change_item(follow_up, "follow_up", asked.change)];
    assert_eq!(other.push(items), [Answer::Accepted; 2]);
    let wrong = items_of(&device, &other, theirs, follow_up);
    let before = kept(&programme.server);
    // One by one, and then all of them in one envelope: none holds up or lets through another.
    for (what, item, code) in &wrong {
        let answers = device.push(vec![item.clone()]);
        assert_eq!(answers, [Answer::Refused(*code)], "{what}");
    }
    let answers = device.push(wrong.iter().map(|(_, item, _)| item.clone()).collect());
    for ((what, _, code), answer) in wrong.iter().zip(answers) {
        assert_eq!(answer, Answer::Refused(*code), "{what}, among others");
    }
    assert_nothing_moved(&before, &programme.server, &OF_AN_ENVELOPE);
    assert_not_told(&programme.server, MARKER, "/v1/push");
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.ids(&["list", "visit"]), [theirs.to_string()]);
    assert_eq!(kari.ask(&["status"])["unsent"], json!(0));
}

#[test]
fn a_fork_is_refused_and_the_first_of_two_stands() {
    let programme = Programme::start();
    let mut device = joined(&programme, "volunteer", "Leila");
    let (id, made) = device.record(Kind::Visit, &visit());
    let edit = |minutes| device.changed(&made.stored, &[set("minutes", Scalar::Int(minutes))]).change;
    let (one, other) = (edit(4), edit(5));
    assert_eq!(
        device.push(vec![change_item(id, "visit", made.change), change_item(id, "visit", one)]),
        [Answer::Accepted; 2]
    );
    let before = kept(&programme.server);
    assert_eq!(device.push(vec![change_item(id, "visit", other)]), [Answer::Refused(ErrorCode::Forked)]);
    let (_, again) = device.record(Kind::Visit, &visit());
    assert_eq!(device.push(vec![change_item(id, "visit", again.change)]), [Answer::Refused(ErrorCode::Forked)]);
    assert_nothing_moved(&before, &programme.server, &OF_AN_ENVELOPE);
}
