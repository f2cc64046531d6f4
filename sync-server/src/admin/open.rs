//! What is open: invitations that somebody could still use, browsers that are signed in; and ending one of them. Called
//! by [`super::execute`]. Invariant: each is named by the SHA-256 of its secret, which opens nothing.

use footbridge_model::{PersonId, ProgrammeId};
use serde_json::{Value, json};

use super::telling::{must_be_here, names};
use super::{AdminError, iso};
use crate::people::{self, By};
use crate::state::ServerState;
use crate::storage::{invitations, review_sessions};

/// The invitations that somebody could still use, after one was ended.
pub(super) async fn invitations(
    state: &ServerState,
    programme: ProgrammeId,
    end: Option<String>,
) -> Result<Value, AdminError> {
    let end = end.as_deref().map(|name| named("end", name)).transpose()?;
    let told = state.storage().write(move |writing| {
        must_be_here(writing.connection(), programme)?;
        if let Some(token_hash) = end {
            people::end_invitation(writing, By::Administrator, programme, token_hash)?;
        }
        let names = names(writing.connection(), programme)?;
        let name = |person: Option<PersonId>| person.and_then(|person| names.get(&person));
        let rows = invitations::open(writing.connection(), programme, writing.now())?.into_iter();
        let items = rows.map(|row| {
            json!({
                "invitation": hex(&row.token_hash),
                "person": row.person,
                "name": name(Some(row.person)),
                "by": row.by,
                "by_name": name(row.by),
                "device": row.from,
                "created_at": iso(row.created_at),
                "expires_at": iso(row.expires_at),
            })
        });
        Ok::<_, AdminError>(json!({ "items": items.collect::<Vec<_>>() }))
    });
    told.await
}

/// The browsers that are signed in, after one was signed out.
pub(super) async fn browsers(
    state: &ServerState,
    programme: ProgrammeId,
    end: Option<String>,
) -> Result<Value, AdminError> {
    let end = end.as_deref().map(|name| named("end", name)).transpose()?;
    let told = state.storage().write(move |writing| {
        must_be_here(writing.connection(), programme)?;
        if let Some(token_hash) = end {
            people::end_browser(writing, By::Administrator, programme, token_hash)?;
        }
        let names = names(writing.connection(), programme)?;
        let rows = review_sessions::open(writing.connection(), programme, writing.now())?.into_iter();
        let items = rows.map(|row| {
            json!({
                "browser": hex(&row.token_hash),
                "person": row.person,
                "name": names.get(&row.person),
                "signed_in_at": iso(row.created_at),
                "expires_at": iso(row.expires_at),
            })
        });
        Ok::<_, AdminError>(json!({ "items": items.collect::<Vec<_>>() }))
    });
    told.await
}

fn named(field: &str, text: &str) -> Result<[u8; 32], AdminError> {
    let hash = text.parse::<footbridge_model::TokenHash>().map(|hash| hash.0);
    hash.map_err(|_| AdminError::invalid(field, format!("{field}: {text:?} is none of those that are listed")))
}

/// How it is named.
pub(crate) fn hex(hash: &[u8; 32]) -> String {
    footbridge_model::TokenHash(*hash).to_string()
}
