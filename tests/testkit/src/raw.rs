//! A device without the core: it speaks the protocol by hand, and can therefore say what no phone says.
//!
//! Used for what an older, broken or hostile build would send, and for asking every route as somebody who
//! may not. What it can forge is in `forging`. Invariant: it signs with a key of its own and has a right to nothing but what its person has.

use std::io::Read as _;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use footbridge_model::document::{self, Edited};
use footbridge_model::environment::RandomSource;
use footbridge_model::{
    Actor, Command, DeviceId, DocumentId, FieldChange, Kind, PersonId, ProgrammeId, Scope, Timestamp,
};
use footbridge_protocol::{
    Answer, ChangeItem, CommandId, CommandItem, CommandMessage, DocumentsMessage, DocumentsRequest, EnvelopeAnswer,
    EnvelopeMessage, ErrorBody, FrameMessage, HelloMessage, HelloRequest, Invitation, Item, JoinMessage, JoinedMessage,
    MEDIA_CBOR, MEDIA_COSE, MEDIA_STREAM, Message, Nonce, PublicKey, PullMessage, PullRequest, PushedMessage,
    QuarantineMessage, QuarantineRequest, RevocationMessage, ScopeRequest, SessionMessage, SessionOpenedMessage,
    SessionToken, SigningKey, StreamReader, StreamWriter, VERSION, decode, encode, hello, join, pull, push, quarantine,
    session,
};

use crate::http::{Request, Response};

mod forging;

/// A device that speaks the protocol by hand.
pub struct RawDevice {
    server: SocketAddr,
    identity: PublicKey,
    key: SigningKey,
    device: DeviceId,
    actor: Actor,
    programme: ProgrammeId,
    person: PersonId,
    counter: u64,
}

/// Randomness of the machine.
struct Urandom;

impl RandomSource for Urandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut source = std::fs::File::open("/dev/urandom").expect("this machine has randomness");
        source.read_exact(bytes).expect("this machine has randomness");
    }
}

/// Unpredictable bytes.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    Urandom.fill(&mut bytes);
    bytes
}

/// The time of the machine.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    Timestamp(i64::try_from(since.as_millis()).expect("a clock of our time"))
}

impl RawDevice {
    /// Joins as the person of this invitation.
    #[track_caller]
    pub fn join(server: SocketAddr, invitation: &str) -> Self {
        Self::try_join(server, invitation).unwrap_or_else(|error| panic!("the invitation is taken, not {error:?}"))
    }

    /// Joins, or gives the answer by which the server refused.
    #[track_caller]
    pub fn try_join(server: SocketAddr, invitation: &str) -> Result<Self, ErrorBody> {
        let invitation = Invitation::parse(invitation).expect("an invitation");
        let (now, identity, key) = (now(), invitation.identity, SigningKey::from_seed(&random()));
        let device = DeviceId::new(now, &Urandom);
        let hello = greeted(server, identity);
        let join = JoinMessage {
            server_nonce: hello.server_nonce,
            identity,
            invitation: invitation.token,
            device,
            public_key: key.public(),
            build: "by hand".to_owned(),
        };
        let sealed = join.seal(&key).expect("a signed join");
        let joined: JoinedMessage = read(&Request::post(join::PATH, MEDIA_COSE, sealed).send(server))?;
        Ok(Self {
            server,
            identity,
            key,
            device,
            actor: Actor::new(now, &Urandom),
            programme: joined.programme,
            person: joined.person,
            counter: 0,
        })
    }

    /// Its person.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The programme that it joined.
    pub fn programme(&self) -> ProgrammeId {
        self.programme
    }

    /// Opens a session.
    #[track_caller]
    pub fn session(&self) -> SessionOpenedMessage {
        self.try_session().expect("a session")
    }

    /// Opens a session, or gives the answer by which the server refused.
    #[track_caller]
    pub fn try_session(&self) -> Result<SessionOpenedMessage, ErrorBody> {
        let hello = greeted(self.server, self.identity);
        let message = SessionMessage {
            server_nonce: hello.server_nonce,
            identity: self.identity,
            device: self.device,
            build: "by hand".to_owned(),
            unsent: 0,
            name: None,
        };
        let sealed = message.seal(&self.key).expect("a signed request");
        read(&Request::post(session::PATH, MEDIA_COSE, sealed).send(self.server))
    }

    /// What is in quarantine, as a coordinator's device asks for it.
    #[track_caller]
    pub fn quarantine(&self) -> Result<QuarantineMessage, ErrorBody> {
        let request = QuarantineRequest { after: None };
        read(&self.ask(quarantine::PATH, &self.session().token, &request))
    }

    /// Opens the notice in a refusal, as a device does: signed by its server, naming it.
    #[track_caller]
    pub fn revocation(&self, refusal: &ErrorBody) -> RevocationMessage {
        let notice = refusal.notice.as_deref().expect("a notice");
        RevocationMessage::open(notice, self.identity, self.device).expect("a notice that its server has signed")
    }

    /// Sends items in one envelope and gives the answer to each.
    #[track_caller]
    pub fn push(&mut self, items: Vec<Item>) -> Vec<Answer> {
        self.counter += 1;
        let answer = self.push_as(self.programme, self.counter, items);
        assert_eq!(answer.answer, Answer::Accepted, "the envelope is opened");
        answer.items.into_iter().map(|item| item.answer).collect()
    }

    /// The same, where the server may refuse the push as a whole.
    #[track_caller]
    pub fn try_push(&mut self, items: Vec<Item>) -> Result<Vec<Answer>, ErrorBody> {
        let stream = StreamWriter::whole([self.sealed(items)]).expect("a stream");
        let response = Request::post(push::PATH, MEDIA_STREAM, stream).send(self.server);
        let mut envelopes = read::<PushedMessage>(&response)?.envelopes;
        assert_eq!(envelopes.len(), 1, "one answer for one envelope");
        Ok(envelopes.remove(0).items.into_iter().map(|item| item.answer).collect())
    }

    /// Sends items in one envelope for this programme and with this counter.
    #[track_caller]
    pub fn push_as(&self, programme: ProgrammeId, counter: u64, items: Vec<Item>) -> EnvelopeAnswer {
        let envelope = EnvelopeMessage { identity: self.identity, programme, device: self.device, counter, items };
        let mut answers = self.push_sealed(&[envelope.seal(&self.key).expect("a signed envelope")]);
        assert_eq!(answers.len(), 1, "one answer for one envelope");
        answers.remove(0)
    }

    /// Sends these bytes as envelopes.
    #[track_caller]
    pub fn push_sealed(&self, envelopes: &[Vec<u8>]) -> Vec<EnvelopeAnswer> {
        let stream = StreamWriter::whole(envelopes).expect("a stream");
        let response = Request::post(push::PATH, MEDIA_STREAM, stream).send(self.server);
        read::<PushedMessage>(&response).expect("an answer to the push").envelopes
    }

    /// An envelope of these items with the next counter, signed but not sent.
    #[track_caller]
    pub fn sealed(&mut self, items: Vec<Item>) -> Vec<u8> {
        self.counter += 1;
        let envelope = EnvelopeMessage {
            identity: self.identity,
            programme: self.programme,
            device: self.device,
            counter: self.counter,
            items,
        };
        envelope.seal(&self.key).expect("a signed envelope")
    }

    /// Pulls one scope from its beginning, whatever it is, in a session of its own.
    #[track_caller]
    pub fn pull(&self, scope: Scope) -> Result<Vec<FrameMessage>, ErrorBody> {
        self.pull_with(&self.session().token, scope)
    }

    /// Pulls one scope from its beginning with this token.
    #[track_caller]
    pub fn pull_with(&self, token: &SessionToken, scope: Scope) -> Result<Vec<FrameMessage>, ErrorBody> {
        let request = PullRequest { scopes: vec![ScopeRequest { scope, cursor: None }], first_frame_bytes: None };
        let response = self.ask(pull::PATH, token, &request);
        if response.status != 200 {
            return Err(refused(&response));
        }
        let mut reader = StreamReader::new(pull::STREAM).expect("a reader");
        reader.feed(&response.body);
        let mut frames = Vec::new();
        while let Some(message) = reader.next().expect("a readable stream") {
            match decode::<PullMessage>(&message).expect("a frame") {
                PullMessage::Frame(frame) => frames.push(frame),
                PullMessage::End => return Ok(frames),
            }
        }
        panic!("a pull ends with its last message")
    }

    /// Asks for single records.
    #[track_caller]
    pub fn documents(&self, ids: &[DocumentId]) -> DocumentsMessage {
        let request = DocumentsRequest { ids: ids.to_vec() };
        read(&self.ask(pull::DOCUMENTS_PATH, &self.session().token, &request)).expect("an answer")
    }

    #[track_caller]
    fn ask(&self, path: &str, token: &SessionToken, message: &impl Message) -> Response {
        Request::post(path, MEDIA_CBOR, encode(message).expect("a message"))
            .header("authorization", &token.to_authorization())
            .send(self.server)
    }

    /// A new record's id, and the first change of its document.
    #[track_caller]
    pub fn record(&self, kind: Kind, fields: &[FieldChange]) -> (DocumentId, Edited) {
        let (id, now) = (DocumentId::new(now(), &Urandom), now());
        (id, document::create(kind, now, self.actor, now, fields).expect("a document"))
    }

    /// A later change of a document.
    #[track_caller]
    pub fn changed(&self, stored: &[u8], fields: &[FieldChange]) -> Edited {
        let edited = document::edit(stored, self.actor, now(), fields, &document::Base::Current);
        edited.expect("an edit").expect("a change")
    }

    /// A command about a record, as an item.
    pub fn command(&self, id: DocumentId, command: Command) -> Item {
        let command_id = CommandId::from_bytes(random());
        Item::Command(CommandItem { id, command_id, command: CommandMessage::from(&command), at: now() })
    }
}

/// A change as an item.
pub fn change_item(id: DocumentId, kind: &str, change: Vec<u8>) -> Item {
    Item::Change(ChangeItem {
        id,
        kind: kind.to_owned(),
        generation: 0,
        change,
        given_back: None,
        author: None,
        by: None,
        drafts: None,
    })
}

/// Says hello, and sees that it is that server which answers.
#[track_caller]
fn greeted(server: SocketAddr, identity: PublicKey) -> HelloMessage {
    let client_nonce = Nonce::from_bytes(random());
    let request = HelloRequest { client_nonce, versions: vec![VERSION] };
    let body = encode(&request).expect("a hello");
    let response = Request::post(hello::PATH, MEDIA_CBOR, body).send(server);
    assert_eq!(response.status, 200, "a hello is answered");
    HelloMessage::open(&response.body, identity, client_nonce).expect("the server signs its hello")
}

#[track_caller]
fn read<M: Message>(response: &Response) -> Result<M, ErrorBody> {
    if response.status == 200 {
        Ok(decode(&response.body).expect("an answer of its kind"))
    } else {
        Err(refused(response))
    }
}

/// The code in a refusal.
#[track_caller]
pub fn refused(response: &Response) -> ErrorBody {
    decode(&response.body).unwrap_or_else(|_| panic!("{} has a body with a code: {:?}", response.status, response.body))
}
