//! A hand that speaks the protocol without the client: a coordinator's second device with another build. It writes with
//! a schema that is not ours, with fields and codes that this version does not know, and says to whom a record belongs,
//! which the client does only when it takes in a log.
//!
//! Nothing has been released, so there is no older build to run: what an older or newer one writes differs from ours in
//! the number of its schema and in what it knows, and both are written here as such a build would write them.

use std::sync::Arc;

use bytes::Bytes;
use footbridge_client::transport::Request;
use footbridge_model::document::{self, Edited};
use footbridge_model::{
    Actor, Clock, Command, DeviceId, DocumentId, FieldChange, Kind, PersonId, ProgrammeId, RandomSource, Scalar,
    Timestamp,
};
use footbridge_protocol::{
    ChangeItem, CommandId, CommandItem, EnvelopeMessage, HelloMessage, HelloRequest, Invitation, Item, JoinMessage,
    JoinedMessage, MEDIA_CBOR, MEDIA_COSE, MEDIA_STREAM, Nonce, PublicKey, SigningKey, StreamWriter, VERSION, decode,
    encode, hello, join, push,
};

use crate::chance::Source;
use crate::judge::Judge;
use crate::office::Office;

/// The hand's place among the devices: after all others.
pub const PLACE: usize = 1000;

/// The place of a hostile member's device.
pub const LIARS_PLACE: usize = 1001;

/// A first change that a hostile member sends.
pub struct Lie<'a> {
    /// Of which record.
    pub id: DocumentId,
    /// As what.
    pub kind: Kind,
    /// Of which generation.
    pub generation: u64,
    /// What it says.
    pub fields: &'a [FieldChange],
    /// Where it is said to be given back: who is said to have made the record, and whose hand it is said to be.
    pub said: Option<(Option<PersonId>, Option<PersonId>)>,
}

/// A device by hand. A clone is the same device, with what it draws of chance in common.
#[derive(Clone)]
pub struct Hand {
    key: SigningKey,
    device: DeviceId,
    actor: Actor,
    identity: PublicKey,
    programme: ProgrammeId,
    random: Arc<Source>,
    counter: u64,
    place: usize,
    /// Whose hand it is.
    pub person: PersonId,
}

impl Hand {
    /// Joins by a link, in a place after all devices'.
    pub async fn join(office: &Office, judge: &mut Judge, random: Arc<Source>, url: &str, place: usize) -> Self {
        let now = office.clock.now();
        let invitation = Invitation::parse(url).expect("an invitation");
        let (mut seed, mut nonce) = ([0; 32], [0; 16]);
        random.fill(&mut seed);
        random.fill(&mut nonce);
        let (key, client_nonce) = (SigningKey::from_seed(&seed), Nonce::from_bytes(nonce));
        let asked = encode(&HelloRequest { client_nonce, versions: vec![VERSION] }).expect("a hello");
        let answer = post(office, judge, place, hello::PATH, MEDIA_CBOR, asked).await;
        let greeted = HelloMessage::open(&answer, invitation.identity, client_nonce).expect("a signed hello");
        let device = DeviceId::new(now, &*random);
        let asked = JoinMessage {
            server_nonce: greeted.server_nonce,
            identity: invitation.identity,
            invitation: invitation.token,
            device,
            public_key: key.public(),
            build: "another build".to_owned(),
        };
        let answer = post(office, judge, place, join::PATH, MEDIA_COSE, asked.seal(&key).expect("a join")).await;
        let JoinedMessage { programme, person, .. } = decode(&answer).expect("it has joined");
        let (actor, identity) = (Actor::new(now, &*random), invitation.identity);
        Self { key, device, actor, identity, programme, random, counter: 0, place, person }
    }

    /// A visit as a build with another schema makes it: with a field and codes that ours does not know.
    pub fn visit(&self, now: Timestamp, schema: i64, weather: &str) -> (DocumentId, Edited) {
        let set = |field: &str, value| FieldChange::Set { field: field.to_owned(), value };
        let text = |text: &str| Scalar::Str(text.to_owned());
        let fields = [
            set("schema", Scalar::Int(schema)),
            set("happened_at", text("2026-11-20")),
            set("kind", text("street")),
            set("state", text("done")),
            set("arose", text("by_radio")),
            set("weather", text(weather)),
            FieldChange::Add { field: "topics".to_owned(), member: "pension".to_owned() },
        ];
        let made = document::create(Kind::Visit, now, self.actor, now, &fields).expect("a document");
        (DocumentId::new(now, &*self.random), made)
    }

    /// Sends a change.
    pub async fn send(&mut self, office: &Office, judge: &mut Judge, id: DocumentId, change: Vec<u8>) {
        let (kind, given_back) = (Kind::Visit.name().to_owned(), None);
        let change = ChangeItem { id, kind, generation: 0, change, given_back, author: None, by: None, drafts: None };
        self.push(office, judge, Item::Change(change)).await;
    }

    /// The device.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// An id that nobody has.
    pub fn fresh(&self, now: Timestamp) -> DocumentId {
        DocumentId::new(now, &*self.random)
    }

    /// Sends what is not hers to send, by an actor that nobody knows.
    pub async fn lie(&mut self, office: &Office, judge: &mut Judge, lie: Lie<'_>) {
        let Lie { id, kind, generation, fields, said } = lie;
        let now = office.clock.now();
        let made = document::create(kind, now, Actor::new(now, &*self.random), now, fields).expect("a document");
        let (author, by) = said.unwrap_or_default();
        let (kind, given_back) = (kind.name().to_owned(), said.map(|_| true));
        let change = ChangeItem { id, kind, generation, change: made.change, given_back, author, by, drafts: None };
        self.push(office, judge, Item::Change(change)).await;
    }

    /// Sends a command.
    pub async fn ask(&mut self, office: &Office, judge: &mut Judge, id: DocumentId, command: &Command, at: Timestamp) {
        let mut name = [0; 16];
        self.random.fill(&mut name);
        let command_id = CommandId::from_bytes(name);
        self.push(office, judge, Item::Command(CommandItem { id, command_id, command: command.into(), at })).await;
    }

    async fn push(&mut self, office: &Office, judge: &mut Judge, item: Item) {
        self.counter += 1;
        let envelope = EnvelopeMessage {
            identity: self.identity,
            programme: self.programme,
            device: self.device,
            counter: self.counter,
            items: vec![item],
        };
        let sealed = envelope.seal(&self.key).expect("an envelope");
        let body = StreamWriter::whole([sealed]).expect("a stream");
        post(office, judge, self.place, push::PATH, MEDIA_STREAM, body).await;
    }
}

async fn post(
    office: &Office,
    judge: &mut Judge,
    place: usize,
    path: &str,
    media_type: &'static str,
    body: Vec<u8>,
) -> Bytes {
    let body = Some(Bytes::from(body));
    let request =
        Request { url: path.to_owned(), body, media_type, authorization: None, device: None, fingerprint: None };
    let answered = office.carry(&request, None).await;
    judge.now = office.clock.now().0;
    judge.witness(place, path, request.body.as_deref().unwrap_or_default(), &answered);
    answered.body
}
