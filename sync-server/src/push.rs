//! Push: what devices recorded is looked at, judged and kept. Called by its route. First an envelope is opened and its
//! changes are tried beside the writer (`prepare`), then it is judged against what is stored and written in one piece
//! of work (`write`). Invariant: every item of an opened envelope gets its own answer, after what was taken is durable.

mod arriving;
mod change;
mod command;
mod draft;
mod given_back;
mod intake;
mod prepare;
mod refusals;
mod renewal;
mod write;

use std::cell::Cell;
use std::time::Duration;

use footbridge_model::{Actor, DeviceId, DocumentId, Member, ProgrammeId};
use footbridge_protocol::{
    Answer, EnvelopeAnswer, EnvelopeMessage, ErrorCode, Item, ItemAnswer, ProtocolError, PublicKey, PushedMessage,
    StreamReader, limits, push,
};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::serve::Presence;
use crate::sight::{self, Sight};
use crate::state::ServerState;
use crate::storage::actors::{self, ActorRow};
use crate::storage::audit::By;
use crate::storage::devices::DeviceRow;
use crate::storage::{StorageError, Writing, devices, members};
pub(crate) use arriving::Arriving;
pub(crate) use command::record::{Asker, carry_out};
pub(crate) use intake::{Intake, Place};
use prepare::Prepared;

/// How long an envelope may take from the moment when it is whole until it is answered.
const JUDGING: Duration = Duration::from_secs(300);

/// So much of a body is inflated at a time.
const PIECE: usize = 32 * 1024;

/// Who sends.
#[derive(Debug)]
struct Sender {
    device: DeviceId,
    programme: ProgrammeId,
    member: Member,
    /// The actor with which the device last wrote.
    writes_with: Cell<Option<ActorRow>>,
}

impl Sender {
    fn new(device: DeviceId, programme: ProgrammeId, member: Member) -> Self {
        Self { device, programme, member, writes_with: Cell::new(None) }
    }

    /// Whom an actor is bound to. One that is bound to a device stays so for good, and is looked up once.
    fn bound(&self, connection: &Connection, actor: Actor) -> Result<Option<ActorRow>, StorageError> {
        if let Some(known) = self.writes_with.get().filter(|known| known.actor == actor) {
            return Ok(Some(known));
        }
        let found = actors::find(connection, actor)?;
        if let Some(row) = found.filter(|row| row.device == Some(self.device)) {
            self.writes_with.set(Some(row));
        }
        Ok(found)
    }

    /// What she may know of a record.
    fn sight(&self, connection: &Connection, id: DocumentId) -> Result<Sight, StorageError> {
        sight::of(connection, self.programme, &self.member, id)
    }

    /// What she is told of a record that is not here.
    fn absent(&self, connection: &Connection, id: DocumentId) -> Result<ErrorCode, StorageError> {
        sight::absent(connection, self.programme, &self.member, id)
    }

    /// Who it is, for the audit trail.
    fn by(&self) -> By {
        By::Device { person: self.member.person, device: self.device }
    }
}

/// An envelope whose signature holds.
struct Opened {
    envelope: EnvelopeMessage,
    digest: [u8; 32],
    prepared: Prepared,
}

/// Takes in a stream of envelopes, each as soon as it has come, one after the other. `presence` hears who sends.
pub(crate) async fn receive(
    state: &ServerState,
    mut body: Arriving,
    place: Place,
    presence: &Presence,
) -> Result<PushedMessage, ApiError> {
    let mut reader = StreamReader::new(push::STREAM)?;
    let (mut envelopes, mut length) = (Vec::new(), 0_usize);
    while let Some(mut bytes) = place.unless_cut(body.next()).await? {
        place.count(state.throttle(), length, bytes.len())?;
        length = length.saturating_add(bytes.len());
        if length > limits::PUSH_BODY_BYTES {
            return Err(ErrorCode::TooLarge.into());
        }
        while !bytes.is_empty() {
            reader.feed(&bytes.split_to(bytes.len().min(PIECE)));
            loop {
                let (rest, message) = inflate(state, reader).await?;
                reader = rest;
                let message = message?;
                let held = reader.held_bytes().saturating_add(message.as_ref().map_or(0, Vec::len));
                place.hold(held).await?;
                let Some(message) = message else { break };
                if envelopes.len() >= limits::PUSH_ENVELOPES {
                    return Err(ErrorCode::TooMany.into());
                }
                place.is_judged();
                let judging = answer(state, message, &place, presence);
                envelopes.push(tokio::time::timeout(JUDGING, judging).await.map_err(|_| ErrorCode::Busy)??);
                place.arrives();
            }
        }
    }
    reader.finish()?;
    Ok(PushedMessage { envelopes })
}

/// The next message of a stream, inflated where that may take its time.
async fn inflate(
    state: &ServerState,
    mut reader: StreamReader,
) -> Result<(StreamReader, Result<Option<Vec<u8>>, ProtocolError>), ApiError> {
    let permit = state.preparing().acquire_owned().await.map_err(|_| ErrorCode::Busy)?;
    let inflating = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let message = reader.next();
        (reader, message)
    });
    inflating.await.map_err(|_| ErrorCode::Internal.into())
}

/// Opens an envelope, judges it, and keeps what is taken.
async fn answer(
    state: &ServerState,
    message: Vec<u8>,
    place: &Place,
    presence: &Presence,
) -> Result<EnvelopeAnswer, ApiError> {
    let answer = match open(state, message).await? {
        Ok(opened) => {
            let (counter, device) = (opened.envelope.counter, opened.envelope.device);
            place.is_of(device).await?;
            presence.is_known();
            state.throttle().device(device, 1)?;
            let answers = state.storage().write(move |writing| write::envelope(writing, opened)).await?;
            match answers {
                Ok(items) => EnvelopeAnswer { counter, answer: Answer::Accepted, items },
                Err(code) => refused(counter, code),
            }
        }
        Err((counter, code)) => refused(counter, code),
    };
    tracing::debug!(counter = answer.counter, code = answer.answer.number(), "an envelope was answered");
    state.metrics().pushed(answer.answer, answer.items.iter().map(|item| item.answer));
    Ok(answer)
}

/// Judges an item as if this device of hers had sent it now: what a coordinator takes over from quarantine.
pub(crate) fn as_if_sent(
    writing: &mut Writing<'_>,
    device: DeviceId,
    programme: ProgrammeId,
    member: &Member,
    item: &Item,
) -> Result<Answer, StorageError> {
    let sender = Sender::new(device, programme, member.clone());
    write::judge(writing, &sender, item, None)
}

fn refused(counter: u64, code: ErrorCode) -> EnvelopeAnswer {
    EnvelopeAnswer { counter, answer: Answer::Refused(code), items: Vec::new() }
}

/// Opens an envelope and tries its changes, beside the writer. Otherwise its counter, and why not.
async fn open(state: &ServerState, bytes: Vec<u8>) -> Result<Result<Opened, (u64, ErrorCode)>, ApiError> {
    let permit = state.preparing().acquire_owned().await.map_err(|_| ErrorCode::Busy)?;
    let identity = state.identity().public();
    let opening = state.storage().read(move |connection| {
        // It goes with the work, which goes on where the other side is gone.
        let _permit = permit;
        Ok(open_in(connection, identity, &bytes)?)
    });
    opening.await
}

fn open_in(
    connection: &Connection,
    identity: PublicKey,
    bytes: &[u8],
) -> Result<Result<Opened, (u64, ErrorCode)>, StorageError> {
    let mut found = None;
    let mut failed = None;
    let opened = EnvelopeMessage::open(bytes, |id| match devices::find(connection, id) {
        Ok(device) => {
            let key = device.as_ref().map(|device| PublicKey::from_bytes(device.public_key));
            found = device;
            key
        }
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let envelope = match (opened, &found) {
        (Ok(envelope), Some(_)) => envelope,
        (Ok(_), None) => return Ok(Err((0, ErrorCode::UnknownDevice))),
        (Err(error), _) => return Ok(Err((0, error.code()))),
    };
    let counter = envelope.counter;
    if envelope.identity != identity {
        return Ok(Err((counter, ErrorCode::WrongServer)));
    }
    if found.as_ref().is_some_and(|device| device.programme != envelope.programme) {
        return Ok(Err((counter, ErrorCode::WrongProgramme)));
    }
    let digest = Sha256::digest(bytes).into();
    // What came before needs no trying: the writer gives the answers that it gave then.
    let found = found.filter(|device| counter > device.counter);
    let sender = found.map(|device| sender_of(connection, &device)).transpose()?.flatten();
    let prepared = match sender {
        Some(sender) => prepare::changes(connection, &sender, &envelope.items)?,
        None => Prepared::default(),
    };
    Ok(Ok(Opened { envelope, digest, prepared }))
}

/// Who sends from a device, as things stand.
fn sender_of(connection: &Connection, device: &DeviceRow) -> Result<Option<Sender>, StorageError> {
    let found = members::find(connection, device.person)?;
    Ok(found.map(|found| Sender::new(device.id, device.programme, found.member)))
}

/// Answers for items, as they are sent.
fn item_answers(answers: impl IntoIterator<Item = Answer>) -> Vec<ItemAnswer> {
    answers.into_iter().map(|answer| ItemAnswer { answer }).collect()
}
