//! What the server can tell whoever runs it: who did what, and which devices there are. Called by [`super::execute`].
//! Invariant: nothing of a record; names only here, for the table, never in what is kept.

use std::collections::BTreeMap;

use footbridge_model::{Kind, PersonId, ProgrammeId};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{AdminError, iso};
use crate::checking::{self, Checked};
use crate::state::ServerState;
use crate::storage::{StorageError, audit, devices, documents, programmes, quarantine, set_aside};

/// The most entries of the audit trail in one answer.
const ENTRIES_MAX: u32 = 10_000;

/// Who did what, newest first.
pub(super) async fn audit(
    state: &ServerState,
    programme: ProgrammeId,
    before: Option<i64>,
    limit: u32,
) -> Result<Value, AdminError> {
    let limit = limit.clamp(1, ENTRIES_MAX);
    let told = state.storage().read(move |connection| {
        must_be_here(connection, programme)?;
        let names = names(connection, programme)?;
        let rows = audit::latest(connection, programme, before, limit)?;
        let next = rows.last().filter(|_| rows.len() == limit as usize).map(|row| row.seq);
        let items: Vec<Value> = rows
            .into_iter()
            .map(|row| {
                let about = row.about.and_then(|about| names.get(&PersonId::from(about)));
                json!({
                    "at": iso(row.at),
                    "person": row.by.person(),
                    "name": row.by.person().and_then(|person| names.get(&person)),
                    "device": row.by.device(),
                    "from": row.by.place(),
                    "deed": row.deed,
                    "about": row.about,
                    "about_name": about,
                    "detail": row.detail,
                })
            })
            .collect();
        Ok::<_, AdminError>(json!({ "items": items, "next": next }))
    });
    told.await
}

/// The devices of a programme, with what each told last.
pub(super) async fn devices(state: &ServerState, programme: ProgrammeId) -> Result<Value, AdminError> {
    let told = state.storage().read(move |connection| {
        must_be_here(connection, programme)?;
        let names = names(connection, programme)?;
        let rows = devices::of(connection, programme)?;
        let set_aside = set_aside::counts(connection, programme)?;
        let quarantined = quarantine::counts(connection, programme)?;
        let items: Vec<Value> = rows
            .into_iter()
            .map(|row| {
                json!({
                    "device": row.id,
                    "person": row.person,
                    "name": names.get(&row.person),
                    "device_name": row.name,
                    "joined_at": iso(row.joined_at),
                    "seen_at": iso(row.seen_at),
                    "build": row.build,
                    "unsent": row.unsent,
                    "set_aside": set_aside.get(&row.id).copied().unwrap_or(0),
                    "quarantined": quarantined.get(&row.id).copied().unwrap_or(0),
                    "revoked_at": row.revoked_at.map(iso),
                    "wipe": row.wipe,
                })
            })
            .collect();
        Ok::<_, AdminError>(json!({ "items": items }))
    });
    told.await
}

/// Refuses a programme that is not here.
pub(crate) fn must_be_here(connection: &Connection, programme: ProgrammeId) -> Result<(), AdminError> {
    if programmes::exists(connection, programme)? {
        return Ok(());
    }
    Err(AdminError::not_found("no such programme; `programme list` shows those that there are"))
}

/// What the people of a programme are called.
pub(super) fn names(
    connection: &Connection,
    programme: ProgrammeId,
) -> Result<BTreeMap<PersonId, String>, StorageError> {
    let rows = documents::of_kind(connection, programme, Kind::Person)?;
    let named = rows.into_iter().filter_map(|row| {
        let name = row.projection.text("name")?.to_owned();
        Some((PersonId::from(row.id), name))
    });
    Ok(named.collect())
}

/// What the server finds when it looks at itself.
pub(super) async fn check(state: &ServerState) -> Result<Value, AdminError> {
    let Checked { documents, damaged, scopes_mended } = checking::check(state).await?;
    Ok(json!({ "documents": documents, "damaged": damaged, "scopes_mended": scopes_mended }))
}
