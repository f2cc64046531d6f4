//! How a device gets to know the server, joins, and opens a session. Called by the routes of those names. Invariant:
//! every nonce is signed once; an invitation binds one device, which may repeat its join.

use footbridge_model::{Timestamp, clean, document};
use footbridge_protocol::{
    Epoch, ErrorCode, HelloMessage, HelloRequest, InvitationToken, JoinMessage, JoinedMessage, LimitsMessage,
    PublicKey, SessionMessage, SessionOpenedMessage, VERSION,
};
use rusqlite::Connection;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::journal::Entry;
use crate::state::ServerState;
use crate::storage::audit::{self, By, Deed};
use crate::storage::devices::{self, DeviceRow};
use crate::storage::members::{self, MemberRow};
use crate::storage::{StorageError, Writing, invitations, server, set_aside};

/// How long the name of a device is, in characters.
const DEVICE_NAME_CHARS: usize = 60;

/// What this build calls itself.
pub const BUILD: &str = concat!("footbridge-server ", env!("CARGO_PKG_VERSION"));

// The limits of the wire and of the model are the same, or a device would be told what does not hold.
const _: () = assert!(document::DOCUMENT_BYTES_MAX == footbridge_protocol::limits::DOCUMENT_BYTES);
const _: () = assert!(document::CHANGE_BYTES_MAX == footbridge_protocol::limits::CHANGE_BYTES);

/// Introduces the server: signed bytes.
pub(crate) fn hello(state: &ServerState, request: &HelloRequest) -> Result<Vec<u8>, ApiError> {
    if !request.versions.contains(&VERSION) {
        return Err(ErrorCode::UnsupportedVersion.into());
    }
    let now = state.now();
    let hello = HelloMessage {
        client_nonce: request.client_nonce,
        server_nonce: state.nonces().issue(now),
        time: now,
        version: VERSION,
        build: BUILD.to_owned(),
        identity: state.identity().public(),
        limits: LimitsMessage::of_this_version(),
    };
    Ok(hello.seal(state.identity())?)
}

/// SHA-256 of an invitation's token: how it is known here.
pub(crate) fn token_hash(token: &InvitationToken) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Lets a device join.
pub(crate) async fn join(state: &ServerState, body: &[u8]) -> Result<JoinedMessage, ApiError> {
    let join = JoinMessage::open(body)?;
    if join.identity != state.identity().public() {
        return Err(ErrorCode::WrongServer.into());
    }
    let fresh = state.nonces().look(&join.server_nonce, state.now()).ok_or(ErrorCode::BadNonce)?;
    let device = join.device;
    let found = state.storage().write(move |writing| bind(writing, &join)).await?;
    // Only what had an effect is remembered: anybody can ask to join. (The same device may repeat its join.)
    state.nonces().take(&fresh, state.now());
    state.throttle().know([device]);
    Ok(JoinedMessage {
        programme: found.programme,
        person: found.member.person,
        role: found.member.role,
        districts: found.member.districts,
    })
}

/// Binds the device to the person of the invitation.
fn bind(writing: &mut Writing<'_>, join: &JoinMessage) -> Result<MemberRow, ApiError> {
    let connection = writing.connection();
    let token_hash = token_hash(&join.invitation);
    let invitation = invitations::find(connection, token_hash)?.ok_or(ErrorCode::InvitationUnknown)?;
    let member = members::find(connection, invitation.person)?.ok_or(ErrorCode::InvitationUnknown)?;
    if members::is_held(connection, member.member.person)? {
        return Err(ErrorCode::NotAdmitted.into());
    }
    let device = devices::find(connection, join.device)?;
    if device.as_ref().is_some_and(|device| device.public_key != *join.public_key.as_bytes()) {
        return Err(ErrorCode::BadSignature.into());
    }
    if let Some(revocation) = device.as_ref().and_then(DeviceRow::revocation) {
        return Err(ApiError::revoked(revocation));
    }
    if member.revoked_at.is_some() {
        return Err(ErrorCode::InvitationExpired.into());
    }
    match (invitation.used_by, &device) {
        (Some(by), _) if by == join.device => return Ok(member),
        (Some(_), _) => return Err(ErrorCode::InvitationUsed.into()),
        (None, _) if invitation.expires_at <= writing.now() => return Err(ErrorCode::InvitationExpired.into()),
        (None, Some(device)) if device.programme != invitation.programme => {
            return Err(ErrorCode::WrongProgramme.into());
        }
        // It belongs here already: the invitation is for another phone, and stays unused.
        (None, Some(_)) => return Err(ErrorCode::Forbidden.into()),
        (None, None) => {}
    }
    let new = new_device(join, &member, writing.now());
    devices::insert(connection, &new)?;
    let DeviceRow { id: device, programme, person, public_key, .. } = new;
    writing.journal(Entry::Device { programme, person, device, public_key });
    invitations::mark_used(writing.connection(), token_hash, join.device, writing.now())?;
    writing.journal(Entry::Used { token_hash, device: join.device });
    let by = By::Device { person: member.member.person, device: join.device };
    audit::note(writing, member.programme, by, Deed::Joined, *join.device.as_bytes(), &json!({}))?;
    Ok(member)
}

fn new_device(join: &JoinMessage, member: &MemberRow, now: Timestamp) -> DeviceRow {
    DeviceRow {
        id: join.device,
        programme: member.programme,
        person: member.member.person,
        public_key: *join.public_key.as_bytes(),
        joined_at: now,
        seen_at: now,
        build: clean::shown(&join.build).into_owned(),
        unsent: 0,
        counter: 0,
        revoked_at: None,
        with_her: false,
        wipe: false,
        name: String::new(),
    }
}

/// What a session is opened with, from one moment of the database.
struct Known {
    message: SessionMessage,
    device: DeviceRow,
}

/// Opens a session.
pub(crate) async fn session(state: &ServerState, body: Vec<u8>) -> Result<SessionOpenedMessage, ApiError> {
    let known = state.storage().read(move |connection| known(connection, &body)).await?;
    if known.message.identity != state.identity().public() {
        return Err(ErrorCode::WrongServer.into());
    }
    let now = state.now();
    state.throttle().device(known.device.id, 1)?;
    let fresh = state.nonces().look(&known.message.server_nonce, now).ok_or(ErrorCode::BadNonce)?;
    if !state.nonces().take(&fresh, now) {
        return Err(ErrorCode::BadNonce.into());
    }
    let Known { message, device } = known;
    let (id, person) = (device.id, device.person);
    let unsent = i64::try_from(message.unsent).unwrap_or(i64::MAX);
    if let Some(revocation) = device.revocation() {
        // That a lost phone has made contact is worth knowing.
        let noted = state
            .storage()
            .write(move |writing| devices::seen(writing.connection(), id, writing.now(), &message.build, unsent));
        noted.await?;
        return Err(ApiError::revoked(revocation));
    }
    let opened = state.storage().write(move |writing| {
        let connection = writing.connection();
        if members::is_held(connection, person)? {
            return Err(ErrorCode::NotAdmitted.into());
        }
        devices::seen(connection, id, writing.now(), &message.build, unsent)?;
        if let Some(name) = &message.name {
            devices::set_name(connection, id, &plain_name(name))?;
        }
        if unsent == 0 {
            set_aside::forget_device(connection, id)?;
        }
        let found = members::find(connection, person)?.ok_or(ErrorCode::UnknownDevice)?;
        let counter = devices::find(connection, id)?.map_or(0, |device| device.counter);
        Ok::<_, ApiError>((found, Epoch::from_bytes(server::epoch(connection)?), counter))
    });
    let (found, epoch, counter) = opened.await?;
    let (token, session) = state.sessions().open(id, device.programme, person, now, state.random());
    Ok(SessionOpenedMessage {
        token,
        expires_at: session.expires_at,
        programme: found.programme,
        person,
        role: found.member.role,
        scopes: found.member.scopes(),
        districts: found.member.districts,
        epoch,
        counter,
    })
}

/// A device's name as it is shown in one line: without controls and marks of direction, at most so long.
fn plain_name(name: &str) -> String {
    let is_seen = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let name: String = name.chars().filter(is_seen).take(DEVICE_NAME_CHARS).collect();
    name.trim().to_owned()
}

fn known(connection: &Connection, body: &[u8]) -> Result<Known, ApiError> {
    let mut found: Result<Option<DeviceRow>, StorageError> = Ok(None);
    let opened = SessionMessage::open(body, |id| {
        found = devices::find(connection, id);
        let device = found.as_ref().ok().and_then(Option::as_ref);
        device.map(|device| PublicKey::from_bytes(device.public_key))
    });
    let device = found?;
    let message = opened?;
    Ok(Known { message, device: device.ok_or(ErrorCode::UnknownDevice)? })
}
