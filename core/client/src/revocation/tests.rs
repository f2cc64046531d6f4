//! A device against a server that says what a test wants it to say.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use footbridge_model::{DeviceId, Fields, PersonId, ProgrammeId, Role, Timestamp};
use footbridge_protocol::bytes::{Epoch, Nonce, SessionToken};
use footbridge_protocol::pull::{self, PullMessage};
use footbridge_protocol::push::{
    self as wire, Answer, EnvelopeAnswer, EnvelopeMessage, Item, ItemAnswer, PushedMessage,
};
use footbridge_protocol::{
    ErrorBody, HelloMessage, HelloRequest, LimitsMessage, RevocationMessage, SessionOpenedMessage, SigningKey,
    StreamReader, StreamWriter, decode, encode, hello, session,
};
use footbridge_store::StoreError;
use footbridge_text::Language;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::key::StoreKey;
use crate::transport::{Body, Boxed, Request, Response, Transport, Unreachable};
use crate::{DocumentId, Environment, ExportFormat, ListQuery, SystemClock, SystemRandom, WatchEvent};

const PROGRAMME: ProgrammeId = ProgrammeId::from_bytes([1; 16]);
const PERSON: PersonId = PersonId::from_bytes([2; 16]);
const REVOKED: Timestamp = Timestamp(1_795_341_600_000);

/// A server, and what it says.
struct World {
    key: SigningKey,
    device: Mutex<Option<SigningKey>>,
    session: Mutex<Said>,
    push: Mutex<Push>,
    counter: Mutex<u64>,
    taken: Mutex<Vec<Item>>,
}

/// What is said to somebody who wants a session.
enum Said {
    Opened,
    Refused { status: u16, retry_after: Option<u64>, body: Vec<u8> },
}

/// What is said to a push.
#[derive(Clone, Copy)]
enum Push {
    Unreachable,
    Never,
    Each(Answer),
}

struct Whole(Option<Bytes>);

impl Body for Whole {
    fn next(&mut self) -> Boxed<'_, Result<Option<Bytes>, Unreachable>> {
        let piece = self.0.take();
        Box::pin(std::future::ready(Ok(piece)))
    }
}

fn answer(status: u16, retry_after: Option<u64>, body: Vec<u8>) -> Result<Response, Unreachable> {
    Ok(Response { status, retry_after: retry_after.map(Duration::from_secs), body: Box::new(Whole(Some(body.into()))) })
}

impl Transport for World {
    fn send(&self, request: Request) -> Boxed<'_, Result<Response, Unreachable>> {
        if request.url.ends_with(wire::PATH) && matches!(*self.push.lock().expect("sound"), Push::Never) {
            return Box::pin(std::future::pending());
        }
        let answer = self.answer(&request);
        Box::pin(std::future::ready(answer))
    }
}

impl World {
    fn answer(&self, request: &Request) -> Result<Response, Unreachable> {
        let path = request.url.trim_start_matches("http://server");
        let body = request.body.as_ref().map(|body| body.to_vec()).unwrap_or_default();
        match path {
            hello::PATH => {
                let client_nonce = decode::<HelloRequest>(&body).expect("a hello").client_nonce;
                let hello = HelloMessage {
                    client_nonce,
                    server_nonce: Nonce::from_bytes([7; 16]),
                    time: REVOKED,
                    version: 1,
                    build: "a world".to_owned(),
                    identity: self.key.public(),
                    limits: LimitsMessage::of_this_version(),
                };
                answer(200, None, hello.seal(&self.key).expect("sealed"))
            }
            session::PATH => match &*self.session.lock().expect("sound") {
                Said::Opened => answer(200, None, encode(&opened(*self.counter.lock().expect("sound"))).expect("sent")),
                Said::Refused { status, retry_after, body } => answer(*status, *retry_after, body.clone()),
            },
            wire::PATH => self.pushed(&body),
            pull::PATH => {
                answer(200, None, StreamWriter::whole([encode(&PullMessage::End).expect("the end")]).expect("a stream"))
            }
            _ => Err(Unreachable),
        }
    }

    fn pushed(&self, body: &[u8]) -> Result<Response, Unreachable> {
        let Push::Each(said) = *self.push.lock().expect("sound") else { return Err(Unreachable) };
        let device = self.device.lock().expect("sound").as_ref().expect("it is known").public();
        let most = usize::try_from(footbridge_protocol::limits::PUSH_BYTES).expect("small");
        let envelopes = StreamReader::whole(body, wire::STREAM, most).expect("a stream");
        let mut counter = self.counter.lock().expect("sound");
        let envelopes = envelopes.iter().map(|sealed| {
            let envelope = EnvelopeMessage::open(sealed, |_| Some(device)).expect("a sealed envelope");
            if envelope.counter <= *counter {
                let answer = Answer::Refused(ErrorCode::CounterUsed);
                return EnvelopeAnswer { counter: envelope.counter, answer, items: Vec::new() };
            }
            *counter = envelope.counter;
            let items = envelope.items.iter().map(|_| ItemAnswer { answer: said }).collect();
            self.taken.lock().expect("sound").extend(envelope.items);
            EnvelopeAnswer { counter: envelope.counter, answer: Answer::Accepted, items }
        });
        let envelopes = envelopes.collect();
        answer(200, None, encode(&PushedMessage { envelopes }).expect("an answer"))
    }

    fn say(&self, session: Said) {
        *self.session.lock().expect("sound") = session;
    }

    fn take_pushes(&self, push: Push) {
        *self.push.lock().expect("sound") = push;
    }

    fn taken(&self) -> Vec<Item> {
        self.taken.lock().expect("sound").clone()
    }
}

fn opened(counter: u64) -> SessionOpenedMessage {
    SessionOpenedMessage {
        token: SessionToken::from_bytes([3; 32]),
        expires_at: REVOKED,
        programme: PROGRAMME,
        person: PERSON,
        role: Role::Volunteer,
        districts: Default::default(),
        scopes: Vec::new(),
        epoch: Epoch::from_bytes([4; 16]),
        counter,
    }
}

struct Device {
    footbridge: Footbridge,
    world: Arc<World>,
    folder: tempfile::TempDir,
    visit: DocumentId,
}

fn open(folder: &Path, world: &Arc<World>) -> Footbridge {
    let transport: Arc<dyn Transport> = Arc::clone(world) as _;
    let environment = Environment { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), transport };
    Footbridge::open(folder, &StoreKey::from_bytes([1; 32]), environment).expect("it opens")
}

fn object(value: Value) -> Fields {
    value.as_object().cloned().expect("an object")
}

impl Device {
    /// With a visit, a note on it and a draft that no server has.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let world = Arc::new(World {
            key: SigningKey::from_seed(&[9; 32]),
            device: Mutex::new(None),
            session: Mutex::new(Said::Opened),
            push: Mutex::new(Push::Each(Answer::Refused(ErrorCode::Quarantined))),
            counter: Mutex::new(0),
            taken: Mutex::default(),
        });
        let footbridge = open(folder.path(), &world);
        let membership = identity::Membership {
            programme: PROGRAMME,
            person: PERSON,
            role: Role::Volunteer,
            districts: Default::default(),
            server: "http://server".to_owned(),
            server_identity: world.key.public(),
            fingerprint: None,
        };
        footbridge.inner.store.write(|writing| identity::set_membership(writing, &membership)).expect("it belongs");
        let add = |kind, fields| footbridge.add(kind, &object(fields)).expect("it is added");
        let visit = add("visit", json!({"kind": "home"}));
        add("note", json!({"on": visit, "text": "Hon vill börja på en kurs."}));
        add("visit", json!({"state": "draft", "place": "vid fontänen"}));
        let device = Self { footbridge, world, folder, visit };
        *device.world.device.lock().expect("sound") = Some(device.identity().key);
        device
    }

    fn identity(&self) -> identity::Identity {
        self.footbridge.inner.store.read_locked(identity::load).expect("it has one")
    }

    /// As when the app is killed and started again.
    fn killed(mut self) -> Self {
        let world = Arc::clone(&self.world);
        drop(self.footbridge);
        self.footbridge = open(self.folder.path(), &world);
        self
    }

    fn notice(&self, wipe: bool) -> RevocationMessage {
        RevocationMessage { device: self.identity().device, programme: PROGRAMME, revoked_at: REVOKED, wipe }
    }

    /// From now on the server says that the device is revoked.
    fn revoke(&self, wipe: bool) {
        self.world.say(revoked(self.notice(wipe).seal(&self.world.key).ok()));
    }

    async fn sync(&self) -> String {
        match self.footbridge.sync(&|_| {}, &CancellationToken::new()).await {
            Ok(_) => "synced".to_owned(),
            Err(FootbridgeError::Refused { code }) => code,
            Err(error) => error.name().to_owned(),
        }
    }

    fn revoked(&self) -> Option<Revoked> {
        self.footbridge.status(Language::English).expect("it is told").revoked
    }

    fn is_locked(&self) -> bool {
        matches!(self.footbridge.show(self.visit), Err(FootbridgeError::Locked))
    }

    fn is_as_new(&self) -> bool {
        let status = self.footbridge.status(Language::English).expect("it is told");
        let visits = ListQuery { kind: "visit".to_owned(), ..ListQuery::default() };
        let is_empty = self.footbridge.list(&visits).expect("it lists").items.is_empty();
        !status.joined && status.unsent == 0 && is_empty && status.revoked.is_some_and(|revoked| revoked.emptied)
    }
}

fn revoked(notice: Option<Vec<u8>>) -> Said {
    let body = ErrorBody { notice, ..ErrorBody::from(ErrorCode::Revoked) };
    Said::Refused { status: 403, retry_after: None, body: encode(&body).expect("a body") }
}

#[tokio::test]
async fn a_revoked_device_hands_over_all_but_drafts_and_is_then_as_new() {
    let device = Device::new();
    let before = device.identity().device;
    device.revoke(false);
    assert_eq!(device.sync().await, "revoked");
    let taken = device.world.taken();
    assert_eq!(taken.len(), 2, "{taken:?}");
    assert!(taken.iter().all(|item| matches!(item, Item::Change(_))));
    assert!(device.is_as_new());
    assert_ne!(device.identity().device, before);
    assert_eq!(device.sync().await, "not_joined");
    let device = device.killed();
    assert!(device.is_as_new());
    device.footbridge.add("visit", &object(json!({"kind": "home"}))).expect("it records again");
}

#[tokio::test]
async fn a_locked_device_shows_nothing_and_takes_nothing_until_it_has_handed_over() {
    let device = Device::new();
    let mut events = device.footbridge.subscribe();
    device.revoke(false);
    device.world.take_pushes(Push::Unreachable);
    assert_eq!(device.sync().await, "offline");
    let told = std::iter::from_fn(|| events.try_recv().ok());
    assert!(told.into_iter().any(|event| event == ChangeEvent::Locked));
    let device = device.killed();
    let (phone, id) = (&device.footbridge, device.visit);
    let fields = object(json!({"kind": "home"}));
    let visits = ListQuery { kind: "visit".to_owned(), ..ListQuery::default() };
    let answers: Vec<(&str, Result<(), FootbridgeError>)> = vec![
        ("show", phone.show(id).map(drop)),
        ("list", phone.list(&visits).map(drop)),
        ("search", phone.search("kurs", 0, None).map(drop)),
        ("timeline", phone.timeline(id, 0, None).map(drop)),
        ("conflicts", phone.conflicts(0, None).map(drop)),
        ("due", phone.due(0, None).map(drop)),
        ("export", phone.export("visit", ExportFormat::Jsonl, &mut Vec::new())),
        ("vocabulary", phone.vocabulary().map(drop)),
        ("schema", phone.schema("visit").map(drop)),
        ("add", phone.add("visit", &fields).map(drop)),
        ("edit", phone.edit(id, &fields, None)),
        ("withdraw", phone.withdraw(id)),
        ("settle", phone.settle(id, "kind", &json!("home"))),
        ("discard", phone.discard(id)),
        ("review_link", phone.review_link().map(drop)),
        ("leave", phone.leave(true)),
        ("quarantine", phone.quarantine().await.map(drop)),
    ];
    for (name, answer) in answers {
        assert_eq!(answer.map_err(|error| error.name()), Err("locked"), "{name}");
    }
    let status = phone.status(Language::English).expect("it is told");
    assert_eq!((status.unsent, status.revoked.map(|revoked| revoked.emptied)), (3, Some(false)));
    device.world.take_pushes(Push::Each(Answer::Refused(ErrorCode::Quarantined)));
    assert_eq!(device.sync().await, "revoked");
    assert!(device.is_as_new());
}

#[tokio::test]
async fn nothing_but_the_word_of_its_own_server_about_this_device_locks_or_empties_it() {
    let device = Device::new();
    let notice = device.notice(true);
    let stranger = SigningKey::from_seed(&[8; 32]);
    let own = &device.world.key;
    let of = |notice: RevocationMessage, key: &SigningKey| revoked(notice.seal(key).ok());
    let coded = |code: ErrorCode, notice: Option<Vec<u8>>| Said::Refused {
        status: code.status(),
        retry_after: None,
        body: encode(&ErrorBody { notice, ..ErrorBody::from(code) }).expect("a body"),
    };
    let plain = |status, body: &str| Said::Refused { status, retry_after: None, body: body.as_bytes().to_vec() };
    let another_device = RevocationMessage { device: DeviceId::from_bytes([5; 16]), ..notice };
    let another_programme = RevocationMessage { programme: ProgrammeId::from_bytes([5; 16]), ..notice };
    let mut damaged = notice.seal(own).expect("sealed");
    *damaged.last_mut().expect("bytes") ^= 1;
    let cases = [
        ("no notice", revoked(None), "revoked"),
        ("an empty notice", revoked(Some(Vec::new())), "revoked"),
        ("another device", of(another_device, own), "revoked"),
        ("another programme", of(another_programme, own), "revoked"),
        ("another server", of(notice, &stranger), "revoked"),
        ("the device itself", of(notice, &device.identity().key), "revoked"),
        ("a damaged notice", revoked(Some(damaged)), "revoked"),
        ("an expired session", coded(ErrorCode::ExpiredSession, None), "expired_session"),
        ("a refusal of another kind", coded(ErrorCode::Forbidden, notice.seal(own).ok()), "forbidden"),
        ("an unknown device", coded(ErrorCode::UnknownDevice, None), "unknown_device"),
        ("a proxy", plain(403, "<h1>Forbidden</h1>"), "offline"),
        ("a portal", plain(401, ""), "offline"),
        ("another program", plain(404, "revoked"), "offline"),
    ];
    for (name, said, outcome) in cases {
        device.world.say(said);
        assert_eq!(device.sync().await, outcome, "{name}");
        assert!(!device.is_locked() && device.revoked().is_none(), "{name}");
    }
    device.revoke(true);
    assert_eq!(device.sync().await, "revoked");
    assert!(device.is_as_new(), "with its own server's word about it, it is");
}

#[tokio::test]
async fn another_server_at_the_same_address_locks_nothing() {
    let device = Device::new();
    device.revoke(true);
    let other = Arc::new(World {
        key: SigningKey::from_seed(&[8; 32]),
        device: Mutex::new(None),
        session: Mutex::new(revoked(device.notice(true).seal(&SigningKey::from_seed(&[8; 32])).ok())),
        push: Mutex::new(Push::Unreachable),
        counter: Mutex::new(0),
        taken: Mutex::default(),
    });
    let Device { footbridge, world: _, folder, visit } = device;
    drop(footbridge);
    let device = Device { footbridge: open(folder.path(), &other), world: other, folder, visit };
    assert_eq!(device.sync().await, "wrong_server");
    assert!(!device.is_locked());
}

#[tokio::test]
async fn a_lost_device_tries_once_and_is_emptied_whatever_came_of_it() {
    let device = Device::new();
    device.revoke(true);
    device.world.take_pushes(Push::Unreachable);
    assert_eq!(device.sync().await, "revoked");
    assert!(device.is_as_new());

    let device = Device::new();
    device.revoke(true);
    assert_eq!(device.sync().await, "revoked");
    assert_eq!(device.world.taken().len(), 2, "what could be handed over was");
    assert!(device.is_as_new());
}

#[tokio::test]
async fn a_lost_device_that_is_stopped_or_killed_in_between_is_emptied_all_the_same() {
    let device = Device::new();
    device.revoke(true);
    device.world.take_pushes(Push::Never);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let when_pushing = move |progress: Progress| {
        if progress.stage == Stage::Connecting {
            let stop = stop.clone();
            tokio::spawn(async move { stop.cancel() });
        }
    };
    let ended = device.footbridge.sync(&when_pushing, &cancel).await;
    assert_eq!(ended.map_err(|error| error.name()).err(), Some("refused"));
    assert!(device.is_as_new());

    let device = Device::new();
    device.revoke(true);
    // The notice was seen, and then the battery was empty.
    let bytes = device.notice(true).seal(&device.world.key).expect("sealed");
    device
        .footbridge
        .inner
        .store
        .write_locked(|writing| meta::set(writing, meta::REVOKED, &bytes))
        .expect("it is noted");
    let device = device.killed();
    assert!(device.is_as_new());
}

#[tokio::test]
async fn a_device_killed_while_it_was_emptied_is_emptied_to_the_end_at_its_next_start() {
    let device = Device::new();
    device
        .footbridge
        .inner
        .store
        .write(|writing| -> Result<(), StoreError> {
            meta::forget_everything(writing)?;
            begin_emptying(writing)?;
            meta::set(writing, REVOKED_AT, &REVOKED.0.to_be_bytes())?;
            identity::ensure(writing, REVOKED, &SystemRandom)
        })
        .expect("it was begun");
    let left = device.folder.path().join("log.rejected.csv");
    std::fs::write(&left, "what she wrote").expect("a file beside the store");
    let device = device.killed();
    assert!(device.is_as_new());
    let emptying = device.footbridge.inner.store.read(|snapshot| meta::get(snapshot, EMPTYING)).expect("it reads");
    assert_eq!((emptying, left.exists()), (None, false));
}

#[tokio::test]
async fn rights_given_back_before_it_was_emptied_unlock_it_and_lose_nothing() {
    let device = Device::new();
    device.revoke(false);
    device.world.take_pushes(Push::Each(Answer::Refused(ErrorCode::QuarantineFull)));
    assert_eq!(device.sync().await, "quarantine_full");
    assert!(device.is_locked());
    device.world.take_pushes(Push::Each(Answer::Accepted));
    device.world.say(Said::Opened);
    assert_eq!(device.sync().await, "synced");
    assert!(!device.is_locked() && device.revoked().is_none());
    let status = device.footbridge.status(Language::English).expect("it is told");
    assert_eq!((status.unsent, status.set_aside.len()), (0, 0));
    assert_eq!(device.footbridge.search("kurs", 0, None).expect("searched").items.len(), 1);
    // Somebody who kept the message that was taken back repeats it.
    device.revoke(false);
    assert_eq!(device.sync().await, "revoked");
    assert!(!device.is_locked());
    let again = RevocationMessage { revoked_at: REVOKED.plus_millis(1), ..device.notice(false) };
    device.world.say(revoked(again.seal(&device.world.key).ok()));
    assert_eq!(device.sync().await, "revoked");
    assert!(device.is_as_new());
}

#[tokio::test]
async fn what_was_handed_over_before_her_rights_came_back_goes_up_as_her_own() {
    let device = Device::new();
    device.revoke(false);
    assert!(device.footbridge.inner.store.read(meta_revoked).expect("it reads").is_none());
    // Handed over, and killed before it asked whether that was all.
    let bytes = device.notice(false).seal(&device.world.key).expect("sealed");
    let store = &device.footbridge.inner.store;
    store.write(|writing| meta::set(writing, meta::REVOKED, &bytes)).expect("it is locked");
    let membership = store.read_locked(identity::membership).expect("it reads").expect("it belongs");
    let server = device.footbridge.inner.server(&membership);
    let hello = server.hello().await.expect("it answers");
    let cancel = CancellationToken::new();
    sync::hand_over::everything(&device.footbridge, &server, &hello, &membership, &|_| {}, &cancel)
        .await
        .expect("it is handed over");
    assert_eq!(device.world.taken().len(), 2);
    device.world.say(Said::Opened);
    device.world.take_pushes(Push::Each(Answer::Accepted));
    assert_eq!(device.sync().await, "synced");
    assert_eq!(device.world.taken().len(), 5, "both once more, and the draft");
    assert_eq!(device.footbridge.status(Language::English).expect("it is told").unsent, 0);
}

fn meta_revoked(snapshot: &Snapshot<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    meta::get(snapshot, meta::REVOKED)
}

#[tokio::test]
async fn a_full_quarantine_is_waited_for() {
    let device = Device::new();
    device.revoke(false);
    device.world.take_pushes(Push::Each(Answer::Refused(ErrorCode::QuarantineFull)));
    for _ in 0..3 {
        assert_eq!(device.sync().await, "quarantine_full");
        assert!(device.is_locked());
    }
    device.world.take_pushes(Push::Each(Answer::Refused(ErrorCode::Quarantined)));
    assert_eq!(device.sync().await, "revoked");
    assert!(device.is_as_new());
}

#[tokio::test]
async fn a_store_that_was_put_back_hands_over_as_well() {
    let device = Device::new();
    *device.world.counter.lock().expect("sound") = 5_000_000;
    device.revoke(false);
    assert_eq!(device.sync().await, "revoked");
    assert_eq!(device.world.taken().len(), 2);
    assert!(device.is_as_new());
}

#[tokio::test]
async fn watching_says_that_the_device_was_revoked_and_ends() {
    let device = Device::new();
    device.revoke(false);
    let told = Mutex::new(Vec::new());
    let on_event = |event: WatchEvent<'_>| {
        if let WatchEvent::Revoked(revoked) = event {
            told.lock().expect("sound").push(revoked.emptied);
        }
    };
    let ended = device.footbridge.watch(&on_event, &CancellationToken::new()).await;
    assert_eq!(ended.map_err(|error| error.name()), Err("refused"));
    assert_eq!(*told.lock().expect("sound"), [true]);
    assert!(device.is_as_new());
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_is_left_alone_for_as_long_as_it_says() {
    let device = Device::new();
    for code in [ErrorCode::SlowDown, ErrorCode::NotAdmitted, ErrorCode::Busy, ErrorCode::Revoked] {
        let body = encode(&ErrorBody::from(code)).expect("a body");
        device.world.say(Said::Refused { status: code.status(), retry_after: Some(600), body });
        let (cancel, waits) = (CancellationToken::new(), Mutex::new(Vec::new()));
        let on_event = |event: WatchEvent<'_>| {
            if let WatchEvent::Failed { again_in, .. } = event {
                waits.lock().expect("sound").push(again_in.as_secs());
                cancel.cancel();
            }
        };
        device.footbridge.watch(&on_event, &cancel).await.expect("it goes on until it is stopped");
        assert_eq!(*waits.lock().expect("sound"), [600], "{}", code.name());
    }
    assert!(!device.is_locked());
}
