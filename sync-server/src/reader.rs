//! Who reads, and what a device may have. Called by pull, documents and events. Invariant: rights are looked up in the
//! same moment of the database as what is read.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{HeaderMap, header};
use footbridge_model::{Actor, DocumentId, Member, Scope};
use footbridge_protocol::{ActorMessage, ErrorCode, Mark, PulledContent, PulledItem, SessionToken};
use rusqlite::Connection;

use crate::error::ApiError;
use crate::sessions::Session;
use crate::sight::{self, Sight};
use crate::state::ServerState;
use crate::storage::documents::{self, SentRow};
use crate::storage::drafts::{self, DraftRow};
use crate::storage::{StorageError, actors, devices, members};

/// The session that a request carries, if its device has not asked too much.
pub(crate) fn session(state: &ServerState, headers: &HeaderMap) -> Result<Session, ApiError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(SessionToken::from_authorization).ok_or(ErrorCode::ExpiredSession)?;
    let session = state.sessions().find(&token, state.now()).ok_or(ErrorCode::ExpiredSession)?;
    state.throttle().device(session.device, 1)?;
    Ok(session)
}

/// Who she is now, if her device may still read.
pub(crate) fn member(connection: &Connection, session: &Session) -> Result<Member, ApiError> {
    let device = devices::find(connection, session.device)?.ok_or(ErrorCode::UnknownDevice)?;
    if let Some(revocation) = device.revocation() {
        return Err(ApiError::revoked(revocation));
    }
    if members::is_held(connection, session.person)? {
        return Err(ErrorCode::NotAdmitted.into());
    }
    let found = members::find(connection, session.person)?.ok_or(ErrorCode::ExpiredSession)?;
    Ok(found.member)
}

/// The record of that id, as far as she may see it. Unknown and forbidden are alike.
pub(crate) fn record(
    connection: &Connection,
    session: &Session,
    member: &Member,
    id: DocumentId,
) -> Result<Option<PulledItem>, StorageError> {
    match sight::of(connection, session.programme, member, id)? {
        Sight::Hidden => return Ok(None),
        Sight::Seen => {
            let found = documents::sent(connection, id)?.map(|(_, row)| row);
            if found.as_ref().is_some_and(|row| !row.is_sound(id)) {
                tracing::error!("a document that is damaged here was not sent");
                return Ok(None);
            }
            return Ok(found.map(|row| document_item(id, row)));
        }
        Sight::Nothing => {}
    }
    if sight::absent(connection, session.programme, member, id)? == ErrorCode::Erased {
        return Ok(Some(PulledItem { id, generation: 0, kind: String::new(), content: PulledContent::Erased }));
    }
    let draft = drafts::find(connection, id)?;
    draft.filter(|row| row.person == member.person && row.programme == session.programme).map(draft_item).transpose()
}

/// Everyone who speaks in these documents, with their persons. The server's own voice has none.
pub(crate) fn people(
    connection: &Connection,
    actors_seen: &BTreeSet<Actor>,
) -> Result<Vec<ActorMessage>, StorageError> {
    let mut people = BTreeMap::new();
    for actor in actors_seen {
        if let Some(person) = actors::find(connection, *actor)?.and_then(|row| row.person) {
            people.insert(*actor, person);
        }
    }
    Ok(people.into_iter().map(|(actor, person)| ActorMessage { actor, person }).collect())
}

/// A document as it is sent.
pub(crate) fn document_item(id: DocumentId, row: SentRow) -> PulledItem {
    PulledItem {
        id,
        generation: u64::from(row.generation),
        kind: row.kind,
        content: PulledContent::Document {
            document: row.stored,
            projection: row.projection,
            projection_version: u64::from(row.projection_version),
            facts: row.facts,
        },
    }
}

/// A draft as it is sent.
pub(crate) fn draft_item(row: DraftRow) -> Result<PulledItem, StorageError> {
    let body = String::from_utf8(row.body).map_err(|_| StorageError::Damaged("a draft's body"))?;
    Ok(PulledItem {
        id: row.id,
        generation: 0,
        kind: row.kind,
        content: PulledContent::Draft { mark: Mark::from_bytes(row.mark), body, on: row.on },
    })
}

/// Whether one of these scopes is hers.
pub(crate) fn has_news(member: &Member, scopes: &BTreeSet<Scope>) -> bool {
    member.scopes().iter().any(|scope| scopes.contains(scope))
}
