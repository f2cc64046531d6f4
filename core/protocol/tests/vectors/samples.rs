//! The messages behind the vectors: Amina (a volunteer in Dalhem), Leila, and Kari (a coordinator).

use std::collections::BTreeSet;

use footbridge_model::{
    Actor, ChangeHash, Command, DeviceId, DocumentId, PersonId, ProgrammeId, QuarantineId, Recipient, Role, Scope,
    Timestamp, TokenHash,
};
use footbridge_protocol::*;

/// 2026-11-22T10:00:00Z
const NOW: Timestamp = Timestamp(1_795_341_600_000);

pub fn device_key() -> SigningKey {
    SigningKey::from_seed(&[0x11; 32])
}

pub fn server_key() -> SigningKey {
    SigningKey::from_seed(&[0x22; 32])
}

/// The projection of the vector `change`, as it was first written.
pub const PROJECTION: &str = concat!(
    r#"{"kind":"visit","schema":1,"recorded_at":1795341600000,"fields":{"district":"Dalhem","#,
    r#""happened_at":"2026-11-22","kind":"street","languages":["so"],"reached":2,"state":"done","#,
    r#""topics":["housing"]}}"#
);

/// The body of a draft: a note on a visit.
const DRAFT_NOTE: &str = concat!(
    r#"{"kind":"note","schema":1,"recorded_at":1795341600000,"#,
    r#""fields":{"on":"019aa8b8-5900-7000-8000-000000000001","text":"سلام"}}"#
);

/// The body of a draft: a visit of which little is known yet.
const DRAFT_VISIT: &str = concat!(
    r#"{"kind":"visit","schema":1,"recorded_at":1795341600000,"#,
    r#""fields":{"kind":"home","minutes":20,"topics":["health","housing"]}}"#
);

/// Ids look like those of version 7, told apart by their last byte.
fn id(number: u8) -> [u8; 16] {
    [0x01, 0x9a, 0xa8, 0xb8, 0x59, 0x00, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, number]
}

fn identity() -> PublicKey {
    server_key().public()
}

pub fn device() -> DeviceId {
    DeviceId::from_bytes(id(0xd1))
}

fn programme() -> ProgrammeId {
    ProgrammeId::from_bytes(id(0xc1))
}

fn amina() -> PersonId {
    PersonId::from_bytes(id(0xa1))
}

fn leila() -> PersonId {
    PersonId::from_bytes(id(0xa2))
}

fn visit() -> DocumentId {
    DocumentId::from_bytes(id(0x01))
}

fn follow_up() -> DocumentId {
    DocumentId::from_bytes(id(0x03))
}

fn districts() -> BTreeSet<String> {
    BTreeSet::from(["Dalhem".to_owned(), "Närlunda".to_owned()])
}

pub fn client_nonce() -> Nonce {
    Nonce::from_bytes([0x0c; 16])
}

fn server_nonce() -> Nonce {
    Nonce::from_bytes([0x0e; 16])
}

fn epoch() -> Epoch {
    Epoch::from_bytes([0xe0; 16])
}

fn mark(byte: u8) -> Mark {
    Mark::from_bytes([byte; 8])
}

pub fn hello_request() -> HelloRequest {
    HelloRequest { client_nonce: client_nonce(), versions: vec![1] }
}

pub fn hello() -> HelloMessage {
    HelloMessage {
        client_nonce: client_nonce(),
        server_nonce: server_nonce(),
        time: NOW,
        version: 1,
        build: "footbridge-server 0.1.0".to_owned(),
        identity: identity(),
        limits: LimitsMessage::of_this_version(),
    }
}

pub fn join() -> JoinMessage {
    JoinMessage {
        server_nonce: server_nonce(),
        identity: identity(),
        invitation: InvitationToken::from_bytes([0x1a; 32]),
        device: device(),
        public_key: device_key().public(),
        build: "footbridge 0.1.0".to_owned(),
    }
}

pub fn joined() -> JoinedMessage {
    JoinedMessage { programme: programme(), person: amina(), role: Role::Volunteer, districts: districts() }
}

pub fn session() -> SessionMessage {
    SessionMessage {
        server_nonce: server_nonce(),
        identity: identity(),
        device: device(),
        build: "footbridge 0.1.0".to_owned(),
        unsent: 3,
        name: Some("Röd Samsung".to_owned()),
    }
}

pub fn session_opened() -> SessionOpenedMessage {
    SessionOpenedMessage {
        token: SessionToken::from_bytes([0x7a; 32]),
        expires_at: NOW.plus_millis(3_600_000),
        programme: programme(),
        person: amina(),
        role: Role::Volunteer,
        districts: districts(),
        scopes: vec![
            Scope::Programme,
            Scope::Person(amina()),
            Scope::Drafts(amina()),
            Scope::District("Dalhem".to_owned()),
            Scope::District("Närlunda".to_owned()),
        ],
        epoch: epoch(),
        counter: 41,
    }
}

fn command(number: u8, command: &Command) -> Item {
    Item::Command(CommandItem {
        id: follow_up(),
        command_id: CommandId::from_bytes(id(number)),
        command: command.into(),
        at: NOW,
    })
}

/// One item of each kind and each command.
pub fn envelope(change: Vec<u8>) -> EnvelopeMessage {
    let items = vec![
        Item::Draft(DraftItem {
            id: DocumentId::from_bytes(id(0x02)),
            kind: "note".to_owned(),
            mark: mark(0x33),
            base: Some(mark(0x32)),
            body: Some(DRAFT_NOTE.to_owned()),
            on: Some(visit()),
        }),
        Item::Draft(DraftItem {
            id: DocumentId::from_bytes(id(0x05)),
            kind: "visit".to_owned(),
            mark: mark(0x34),
            base: None,
            body: None,
            on: None,
        }),
        Item::Change(ChangeItem {
            id: visit(),
            kind: "visit".to_owned(),
            generation: 0,
            change,
            given_back: None,
            author: None,
            by: None,
            drafts: Some(vec![mark(0x35), mark(0x36)]),
        }),
        command(0xe1, &Command::Give { to: Recipient::Person(leila()), seen: Some(2) }),
        command(0xe2, &Command::Give { to: Recipient::District("Dalhem".to_owned()), seen: None }),
        command(0xe3, &Command::Close { outcome: Some("could_not_reach".to_owned()) }),
        command(0xe4, &Command::Close { outcome: None }),
        command(0xe5, &Command::Reopen),
        command(0xe6, &Command::Attribute { person: leila() }),
    ];
    EnvelopeMessage { identity: identity(), programme: programme(), device: device(), counter: 42, items }
}

/// One item of each kind and each command by which records are taken back and people come and go.
pub fn envelope_of_a_coordinator(change: Vec<u8>) -> EnvelopeMessage {
    let by = |number, about: [u8; 16], command: &Command| {
        Item::Command(CommandItem {
            id: DocumentId::from_bytes(about),
            command_id: CommandId::from_bytes(id(number)),
            command: command.into(),
            at: NOW,
        })
    };
    let items = vec![
        Item::Renewal(RenewalItem {
            id: visit(),
            kind: "visit".to_owned(),
            generation: 1,
            document: change.clone(),
            seen: vec![ChangeHash([0x41; 32]), ChangeHash([0x42; 32])],
            drafts: Some(vec![mark(0x35)]),
        }),
        Item::Change(ChangeItem {
            id: visit(),
            kind: "visit".to_owned(),
            generation: 0,
            change,
            given_back: Some(true),
            author: Some(amina()),
            by: Some(leila()),
            drafts: None,
        }),
        by(0xf0, id(0x01), &Command::Seen { heads: vec![ChangeHash([0x41; 32])] }),
        by(0xf1, id(0x02), &Command::Erase),
        by(0xf2, id(0xa2), &Command::Role { role: Role::Volunteer, districts: districts() }),
        by(0xf3, id(0xa2), &Command::Revoke { device: None, wipe: false }),
        by(0xf4, id(0xa1), &Command::Revoke { device: Some(device()), wipe: true }),
        by(0xf5, id(0xa2), &Command::Reinstate),
        by(
            0xf6,
            id(0xa4),
            &Command::Invite {
                token: TokenHash([0x51; 32]),
                name: Some("Fatima".to_owned()),
                role: Role::Volunteer,
                districts: BTreeSet::from(["Dalhem".to_owned()]),
                expires_at: NOW.plus_millis(604_800_000),
            },
        ),
        by(0xf7, id(0x91), &Command::Take),
        by(0xf8, id(0x92), &Command::Discard),
        by(0xf9, id(0xa3), &Command::ReviewLink { token: TokenHash([0x52; 32]), expires_at: NOW.plus_millis(900_000) }),
    ];
    EnvelopeMessage { identity: identity(), programme: programme(), device: device(), counter: 44, items }
}

/// What an older server makes of a newer device: an item of another type, a known one without its id,
/// and a command with another verb.
pub fn envelope_of_a_later_version() -> EnvelopeMessage {
    let later = Item::Unreadable(vec![0xa2, 0x00, 0x09, 0x18, 0x63, 0x82, 0xf5, 0xf6]);
    let wrong = Item::Unreadable(vec![0xa2, 0x00, 0x01, 0x02, 0x65, b'v', b'i', b's', b'i', b't']);
    let mut items = vec![later, wrong, command(0xe7, &Command::Reopen)];
    if let Some(Item::Command(item)) = items.last_mut() {
        item.command.verb = 99;
    }
    EnvelopeMessage { identity: identity(), programme: programme(), device: device(), counter: 43, items }
}

pub fn pushed() -> PushedMessage {
    let refused = [ErrorCode::MissingDeps, ErrorCode::Forbidden].map(|code| ItemAnswer::from(Answer::Refused(code)));
    let mut items: Vec<ItemAnswer> = vec![Answer::Accepted.into(), Answer::Duplicate.into()];
    items.extend(refused);
    PushedMessage {
        envelopes: vec![
            EnvelopeAnswer { counter: 42, answer: Answer::Accepted, items },
            EnvelopeAnswer { counter: 43, answer: Answer::Refused(ErrorCode::CounterUsed), items: Vec::new() },
            EnvelopeAnswer { counter: 0, answer: Answer::RefusedUnknown(999), items: Vec::new() },
        ],
    }
}

fn cursor(seq: u64, below: Option<u64>) -> Cursor {
    Cursor { epoch: epoch(), seq, mark: mark(0xcc), below }
}

pub fn pull_request() -> PullRequest {
    PullRequest {
        scopes: vec![
            ScopeRequest { scope: Scope::Programme, cursor: Some(cursor(700, None)) },
            ScopeRequest { scope: Scope::Person(amina()), cursor: Some(cursor(700, Some(300))) },
            ScopeRequest { scope: Scope::District("Närlunda".to_owned()), cursor: None },
        ],
        first_frame_bytes: Some(16_384),
    }
}

fn pulled_visit(document: Vec<u8>) -> PulledItem {
    PulledItem {
        id: visit(),
        generation: 0,
        kind: "visit".to_owned(),
        content: PulledContent::Document {
            document,
            projection: PROJECTION.to_owned(),
            projection_version: 1,
            facts: format!(r#"{{"author":"{}"}}"#, amina()),
        },
    }
}

fn actors() -> Vec<ActorMessage> {
    vec![ActorMessage { actor: Actor::from_bytes(id(0xac)), person: amina() }]
}

pub fn frame(document: Vec<u8>) -> PullMessage {
    PullMessage::Frame(FrameMessage {
        scope: Scope::Person(amina()),
        cursor: cursor(712, Some(698)),
        items: vec![
            pulled_visit(document),
            PulledItem { id: follow_up(), generation: 0, kind: "follow_up".to_owned(), content: PulledContent::Left },
        ],
        done: false,
        remaining: 120,
        actors: actors(),
        reset: true,
        digest: None,
    })
}

/// A visit whose projection the device makes itself.
pub fn frame_of_a_plain_visit(document: Vec<u8>) -> PullMessage {
    let mut plain = pulled_visit(document);
    if let PulledContent::Document { projection, projection_version, .. } = &mut plain.content {
        (*projection, *projection_version) = (String::new(), 0);
    }
    PullMessage::Frame(FrameMessage {
        scope: Scope::Coordinators,
        cursor: cursor(712, Some(698)),
        items: vec![plain],
        done: false,
        remaining: 120,
        actors: actors(),
        reset: false,
        digest: None,
    })
}

pub fn frame_of_drafts() -> PullMessage {
    let draft = |number, kind: &str, body: &str, on| PulledItem {
        id: DocumentId::from_bytes(id(number)),
        generation: 0,
        kind: kind.to_owned(),
        content: PulledContent::Draft { mark: mark(0x33), body: body.to_owned(), on },
    };
    PullMessage::Frame(FrameMessage {
        scope: Scope::Drafts(amina()),
        cursor: cursor(712, None),
        items: vec![draft(0x02, "note", DRAFT_NOTE, Some(visit())), draft(0x04, "visit", DRAFT_VISIT, None)],
        done: true,
        remaining: 0,
        actors: Vec::new(),
        reset: false,
        digest: None,
    })
}

/// The last of a scope: what was erased, and what the device holds now.
pub fn frame_of_the_erased(document: &[u8]) -> PullMessage {
    let erased = DocumentId::from_bytes(id(0x06));
    PullMessage::Frame(FrameMessage {
        scope: Scope::Person(amina()),
        cursor: cursor(713, None),
        items: vec![PulledItem { id: erased, generation: 0, kind: "note".to_owned(), content: PulledContent::Erased }],
        done: true,
        remaining: 0,
        actors: Vec::new(),
        reset: false,
        digest: Some(ScopeDigest::default().plus(footbridge_protocol::pull::digest(visit(), 0, document))),
    })
}

pub fn digests_request() -> DigestsRequest {
    DigestsRequest { scope: Scope::Person(amina()), after: Some(visit()) }
}

pub fn digests(document: &[u8]) -> DigestsMessage {
    let entry = |id: DocumentId| (id, footbridge_protocol::pull::digest(id, 0, document));
    DigestsMessage { entries: vec![entry(visit()), entry(follow_up())], more: true }
}

pub fn quarantine_request() -> QuarantineRequest {
    QuarantineRequest { after: Some(QuarantineId::from_bytes(id(0x90))) }
}

pub fn quarantine() -> QuarantineMessage {
    let item = |number, what, projection| QuarantinedItem {
        id: QuarantineId::from_bytes(id(number)),
        record: visit(),
        kind: "visit".to_owned(),
        person: amina(),
        device: device(),
        at: NOW,
        what,
        projection,
    };
    QuarantineMessage { items: vec![item(0x91, 1, Some(PROJECTION.to_owned())), item(0x92, 2, None)], more: false }
}

pub fn revocation() -> RevocationMessage {
    RevocationMessage { device: device(), programme: programme(), revoked_at: NOW, wipe: true }
}

pub fn error_body_of_the_revoked() -> ErrorBody {
    let notice = revocation().seal(&server_key()).expect("a revocation can be sealed");
    ErrorBody { notice: Some(notice), ..ErrorCode::Revoked.into() }
}

pub fn documents_request() -> DocumentsRequest {
    DocumentsRequest { ids: vec![visit(), follow_up(), DocumentId::from_bytes(id(0x04))] }
}

pub fn documents(document: Vec<u8>) -> DocumentsMessage {
    DocumentsMessage {
        items: vec![pulled_visit(document)],
        actors: actors(),
        ask_again: vec![DocumentId::from_bytes(id(0x04))],
    }
}

pub fn error_body() -> ErrorBody {
    ErrorCode::ExpiredSession.into()
}

pub fn invitation() -> Invitation {
    Invitation {
        server: "https://footbridge.example".to_owned(),
        identity: identity(),
        token: InvitationToken::from_bytes([0x1a; 32]),
        fingerprint: None,
        is_plain: false,
    }
}

/// A visit as its device first writes it.
pub fn first_change() -> footbridge_model::document::Edited {
    use footbridge_model::{FieldChange, Kind, Scalar};
    let set = |field: &str, value| FieldChange::Set { field: field.to_owned(), value };
    let text = |value: &str| Scalar::Str(value.to_owned());
    let changes = [
        set("happened_at", text("2026-11-22")),
        set("kind", text("street")),
        set("district", text("Dalhem")),
        set("reached", Scalar::Int(2)),
        set("minutes", Scalar::Null),
        set("state", text("done")),
        FieldChange::Add { field: "topics".to_owned(), member: "housing".to_owned() },
        FieldChange::Add { field: "languages".to_owned(), member: "so".to_owned() },
    ];
    footbridge_model::document::create(Kind::Visit, NOW, Actor::from_bytes(id(0xac)), NOW, &changes)
        .expect("a visit can be written")
}
