//! A server in this process with a clock that tests hold, and phones that sign. Used by every test here.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use footbridge_model::document::{self, Base, Edited};
use footbridge_model::{
    Actor, Clock, Command, DeviceId, DocumentId, FieldChange, Fields, Kind, PersonId, ProgrammeId, RandomSource, Role,
    Scope, Timestamp, Vocabulary, validation,
};
use footbridge_protocol::{
    Answer, ChangeItem, CommandId, CommandItem, Cursor, DocumentsMessage, DocumentsRequest, DraftItem, EnvelopeMessage,
    ErrorBody, ErrorCode, FrameMessage, HelloMessage, HelloRequest, Invitation, Item, JoinMessage, JoinedMessage, Mark,
    Nonce, PullMessage, PullRequest, PulledContent, PushedMessage, ScopeRequest, SessionMessage, SessionOpenedMessage,
    SessionToken, SigningKey, StreamReader, StreamWriter, decode, encode, hello, join, pull, push, session,
};
use footbridge_server::admin::{AdminRequest, execute};
use footbridge_server::environment::SystemRandom;
use footbridge_server::storage::server;
use footbridge_server::{ServerState, router};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// When these tests take place: 2026-11-22T10:00:00Z.
pub const NOW: i64 = 1_795_341_600_000;

/// A clock that stands still until it is told.
#[derive(Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Lets time pass.
    pub fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A server with one programme.
pub struct Office {
    pub state: ServerState,
    pub clock: ManualClock,
    pub programme: ProgrammeId,
    router: Router,
    folder: TempDir,
}

/// What a request was answered with.
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answered {
    /// The code of a refusal.
    pub fn code(&self) -> Option<ErrorCode> {
        if self.status.is_success() {
            return None;
        }
        decode::<ErrorBody>(&self.body).unwrap().code()
    }
}

impl Office {
    /// Opens it, with the programme Stadsdelsmammor.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock(Arc::new(AtomicI64::new(NOW)));
        let state = open_state(folder.path(), &clock).await;
        let request = AdminRequest::CreateProgramme {
            name: "Stadsdelsmammor".to_owned(),
            country: "SE".to_owned(),
            time_zone: None,
            languages: vec!["sv".to_owned(), "ar".to_owned()],
            districts: vec!["Dalhem".to_owned(), "Närlunda".to_owned()],
        };
        let made = execute(&state, request).await.unwrap();
        let programme = made["programme"].as_str().unwrap().parse().unwrap();
        let router = router(state.clone());
        Self { state, clock, programme, router, folder }
    }

    /// The same, restored from a backup just now.
    pub async fn restored() -> Self {
        let office = Self::open().await;
        office.was_restored().await;
        office
    }

    /// Makes its database one that was restored just now.
    pub async fn was_restored(&self) {
        let begin = self
            .state
            .storage()
            .write(|writing| server::begin_anew(writing.connection(), writing.now(), writing.random()));
        begin.await.unwrap();
    }

    /// Stops it and starts it again on the same folder.
    pub async fn restart(self) -> Self {
        self.state.stop().await;
        let state = open_state(self.folder.path(), &self.clock).await;
        Self { router: router(state.clone()), state, ..self }
    }

    /// Lets days go by, on which somebody says that the clock is right.
    pub async fn live_days(&self, days: i64) {
        self.clock.pass(days * 24 * 60 * 60 * 1000);
        self.ask(AdminRequest::ConfirmClock).await;
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Asks as whoever runs the server.
    pub async fn ask(&self, request: AdminRequest) -> Value {
        execute(&self.state, request).await.unwrap()
    }

    /// An invitation.
    pub async fn invite(&self, role: Role, name: &str, districts: &[&str]) -> Invitation {
        self.invite_to(self.programme, role, name, districts).await
    }

    /// An invitation to a programme.
    pub async fn invite_to(&self, programme: ProgrammeId, role: Role, name: &str, districts: &[&str]) -> Invitation {
        let districts = districts.iter().map(|name| (*name).to_owned()).collect();
        let name = name.to_owned();
        let lasts_millis = 7 * 24 * 60 * 60 * 1000;
        let answer =
            self.ask(AdminRequest::Invite { programme, role, name, districts, lasts_millis: Some(lasts_millis) }).await;
        Invitation::parse(answer["url"].as_str().unwrap()).unwrap()
    }

    /// A phone that has joined.
    pub async fn phone(&self, role: Role, name: &str, districts: &[&str]) -> Phone {
        self.phone_in(self.programme, role, name, districts).await
    }

    /// A phone that has joined a programme.
    pub async fn phone_in(&self, programme: ProgrammeId, role: Role, name: &str, districts: &[&str]) -> Phone {
        let invitation = self.invite_to(programme, role, name, districts).await;
        let mut phone = Phone::new();
        phone.join(self, &invitation).await.unwrap();
        phone
    }

    /// Amina, a volunteer in Dalhem.
    pub async fn amina(&self) -> Phone {
        self.phone(Role::Volunteer, "Amina", &["Dalhem"]).await
    }

    /// Leila, a volunteer in Närlunda.
    pub async fn leila(&self) -> Phone {
        self.phone(Role::Volunteer, "Leila", &["Närlunda"]).await
    }

    /// Kari, a coordinator.
    pub async fn kari(&self) -> Phone {
        self.phone(Role::Coordinator, "Kari", &[]).await
    }

    /// Solveig, of another programme on the same server.
    pub async fn solveig(&self, role: Role) -> Phone {
        let request = AdminRequest::CreateProgramme {
            name: "Bydelsmødre".to_owned(),
            country: "NO".to_owned(),
            time_zone: None,
            languages: vec!["nb".to_owned()],
            districts: vec!["Stovner".to_owned()],
        };
        let programme = self.ask(request).await["programme"].as_str().unwrap().parse().unwrap();
        self.phone_in(programme, role, "Solveig", &[]).await
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answered { status, headers, body }
    }

    /// Sends a request; the body of the answer is still to come.
    pub async fn answer(&self, request: Request<Body>) -> axum::http::Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Posts bytes.
    pub async fn post(&self, path: &str, token: Option<&SessionToken>, body: impl Into<Body>) -> Answered {
        let mut request = Request::post(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, token.to_authorization());
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Gets an address, with the body still to come.
    pub async fn listen(&self, path: &str, token: &SessionToken) -> Body {
        let request = Request::get(path).header(header::AUTHORIZATION, token.to_authorization());
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    /// A nonce to sign.
    pub async fn nonce(&self) -> Nonce {
        let client_nonce = Nonce::from_bytes(random());
        let request = encode(&HelloRequest { client_nonce, versions: vec![1] }).unwrap();
        let answer = self.post(hello::PATH, None, request).await;
        let hello = HelloMessage::open(&answer.body, self.state.identity().public(), client_nonce).unwrap();
        hello.server_nonce
    }
}

async fn open_state(folder: &Path, clock: &ManualClock) -> ServerState {
    ServerState::open(folder, Arc::new(clock.clone()), Arc::new(SystemRandom)).await.unwrap()
}

/// So many random bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom.fill(&mut bytes);
    bytes
}

/// A phone that signs, and keeps only what it is told to.
pub struct Phone {
    pub key: SigningKey,
    pub device: DeviceId,
    pub actor: Actor,
    pub programme: ProgrammeId,
    pub person: PersonId,
    pub counter: u64,
    pub build: String,
}

impl Phone {
    /// A phone that belongs nowhere.
    pub fn new() -> Self {
        Self {
            key: SigningKey::from_seed(&random()),
            device: DeviceId::from_bytes(random()),
            actor: Actor::from_bytes(random()),
            programme: ProgrammeId::from_bytes([0; 16]),
            person: PersonId::from_bytes([0; 16]),
            counter: 0,
            build: "test".to_owned(),
        }
    }

    /// Presents an invitation.
    pub async fn join(&mut self, office: &Office, invitation: &Invitation) -> Result<JoinedMessage, ErrorCode> {
        let message = JoinMessage {
            server_nonce: office.nonce().await,
            identity: invitation.identity,
            invitation: invitation.token.clone(),
            device: self.device,
            public_key: self.key.public(),
            build: self.build.clone(),
        };
        let answer = office.post(join::PATH, None, message.seal(&self.key).unwrap()).await;
        if let Some(code) = answer.code() {
            return Err(code);
        }
        let joined: JoinedMessage = decode(&answer.body).unwrap();
        self.programme = joined.programme;
        self.person = joined.person;
        Ok(joined)
    }

    /// Opens a session.
    pub async fn session(&self, office: &Office) -> Result<SessionOpenedMessage, ErrorCode> {
        self.session_as(office, None).await
    }

    /// Opens a session of a device that is called so.
    pub async fn session_as(&self, office: &Office, name: Option<&str>) -> Result<SessionOpenedMessage, ErrorCode> {
        let message = SessionMessage {
            server_nonce: office.nonce().await,
            identity: office.state.identity().public(),
            device: self.device,
            build: self.build.clone(),
            unsent: 0,
            name: name.map(str::to_owned),
        };
        let answer = office.post(session::PATH, None, message.seal(&self.key).unwrap()).await;
        answer.code().map_or_else(|| Ok(decode(&answer.body).unwrap()), Err)
    }

    /// Asks for a session that is refused: the whole answer.
    pub async fn refused_session(&self, office: &Office) -> ErrorBody {
        let message = SessionMessage {
            server_nonce: office.nonce().await,
            identity: office.state.identity().public(),
            device: self.device,
            build: "test".to_owned(),
            unsent: 3,
            name: None,
        };
        let answer = office.post(session::PATH, None, message.seal(&self.key).unwrap()).await;
        assert!(!answer.status.is_success());
        decode(&answer.body).unwrap()
    }

    /// An envelope with these items and the next counter.
    pub fn envelope(&mut self, office: &Office, items: Vec<Item>) -> Vec<u8> {
        self.counter += 1;
        let envelope = EnvelopeMessage {
            identity: office.state.identity().public(),
            programme: self.programme,
            device: self.device,
            counter: self.counter,
            items,
        };
        envelope.seal(&self.key).unwrap()
    }

    /// Pushes items in one envelope that is accepted.
    pub async fn push(&mut self, office: &Office, items: Vec<Item>) -> Vec<Answer> {
        let envelope = self.envelope(office, items);
        let mut pushed = push_envelopes(office, &[envelope]).await;
        let answer = pushed.envelopes.remove(0);
        assert_eq!((answer.counter, answer.answer), (self.counter, Answer::Accepted));
        answer.items.into_iter().map(|item| item.answer).collect()
    }

    /// Everything in these scopes, frame by frame.
    pub async fn pull(&self, office: &Office, scopes: Vec<ScopeRequest>) -> Result<Vec<FrameMessage>, ErrorCode> {
        self.pull_first(office, scopes, None).await
    }

    /// The same, with a size for the first frame.
    pub async fn pull_first(
        &self,
        office: &Office,
        scopes: Vec<ScopeRequest>,
        first_frame_bytes: Option<u64>,
    ) -> Result<Vec<FrameMessage>, ErrorCode> {
        let token = self.session(office).await?.token;
        let request = encode(&PullRequest { scopes, first_frame_bytes }).unwrap();
        let answer = office.post(pull::PATH, Some(&token), request).await;
        if let Some(code) = answer.code() {
            return Err(code);
        }
        let messages = StreamReader::whole(&answer.body, pull::STREAM, 10_000).unwrap();
        let mut messages: Vec<PullMessage> = messages.iter().map(|bytes| decode(bytes).unwrap()).collect();
        assert_eq!(messages.pop(), Some(PullMessage::End));
        let frames = messages.into_iter().map(|message| match message {
            PullMessage::Frame(frame) => frame,
            PullMessage::End => panic!("an end in the middle"),
        });
        Ok(frames.collect())
    }

    /// The ids of all that she sees in a scope.
    pub async fn sees(&self, office: &Office, scope: Scope) -> Vec<DocumentId> {
        let frames = self.pull(office, vec![from_the_start(scope)]).await.unwrap();
        let items = frames.into_iter().flat_map(|frame| frame.items);
        items
            .filter(|item| !matches!(item.content, PulledContent::Left | PulledContent::Erased))
            .map(|item| item.id)
            .collect()
    }

    /// Asks for records by their ids.
    pub async fn documents(&self, office: &Office, ids: &[DocumentId]) -> DocumentsMessage {
        let token = self.session(office).await.unwrap().token;
        let request = encode(&DocumentsRequest { ids: ids.to_vec() }).unwrap();
        let answer = office.post(pull::DOCUMENTS_PATH, Some(&token), request).await;
        decode(&answer.body).unwrap()
    }

    /// Makes a record on the phone.
    pub fn record(&self, kind: Kind, fields: Value) -> Recorded {
        let now = Timestamp(NOW);
        let fields: Fields = serde_json::from_value(fields).unwrap();
        let changes = validation::create(kind, &fields, &Vocabulary::starter(), now).unwrap();
        let made = document::create(kind, now, self.actor, now, &changes).unwrap();
        Recorded { id: DocumentId::from_bytes(random()), kind, made }
    }

    /// A visit in the street.
    pub fn visit(&self) -> Recorded {
        self.record(Kind::Visit, json!({ "kind": "street", "district": "Dalhem" }))
    }

    /// Edits a record on the phone, on what it has.
    pub fn edit(&self, recorded: &Recorded, changes: &[FieldChange]) -> Recorded {
        let made = document::edit(&recorded.made.stored, self.actor, Timestamp(NOW), changes, &Base::Current);
        Recorded { id: recorded.id, kind: recorded.kind, made: made.unwrap().unwrap() }
    }

    /// A command.
    pub fn command(&self, id: DocumentId, command: &Command) -> Item {
        Item::Command(CommandItem {
            id,
            command_id: CommandId::from_bytes(random()),
            command: command.into(),
            at: Timestamp(NOW),
        })
    }
}

/// A record on a phone.
#[derive(Clone)]
pub struct Recorded {
    pub id: DocumentId,
    pub kind: Kind,
    pub made: Edited,
}

impl Recorded {
    /// Its latest change, to be pushed.
    pub fn item(&self) -> Item {
        Item::Change(ChangeItem {
            id: self.id,
            kind: self.kind.name().to_owned(),
            generation: 0,
            change: self.made.change.clone(),
            given_back: None,
            author: None,
            by: None,
            drafts: None,
        })
    }
}

/// Pushes sealed envelopes.
pub async fn push_envelopes(office: &Office, envelopes: &[Vec<u8>]) -> PushedMessage {
    let answer = office.post(push::PATH, None, StreamWriter::whole(envelopes).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.code());
    decode(&answer.body).unwrap()
}

/// A draft.
pub fn draft(id: DocumentId, mark: u8, base: Option<u8>, body: Option<&str>) -> Item {
    Item::Draft(DraftItem {
        id,
        kind: "visit".to_owned(),
        mark: Mark::from_bytes([mark; 8]),
        base: base.map(|base| Mark::from_bytes([base; 8])),
        body: body.map(str::to_owned),
        on: None,
    })
}

/// The body of a visit's draft with these fields, as a device keeps it.
pub fn draft_body(fields: &str) -> String {
    format!(r#"{{"kind":"visit","schema":1,"recorded_at":1795341600000,"fields":{fields}}}"#)
}

/// A scope from its start.
pub fn from_the_start(scope: Scope) -> ScopeRequest {
    ScopeRequest { scope, cursor: None }
}

/// A scope from a cursor.
pub fn from_there(scope: Scope, cursor: Cursor) -> ScopeRequest {
    ScopeRequest { scope, cursor: Some(cursor) }
}

/// A number for a field.
pub fn set(field: &str, number: i64) -> FieldChange {
    FieldChange::Set { field: field.to_owned(), value: footbridge_model::Scalar::Int(number) }
}
