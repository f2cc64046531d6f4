//! What ends before its time: browsers that are signed in, links to the review pages, invitations that nobody has used.
//! Called by [`super`], by administration and by the review pages. Invariant: what is ended is told, and stands in the
//! audit trail; an invitation's end stands in the journal.

use footbridge_model::{DeviceId, PersonId, ProgrammeId};
use serde_json::{Map, Value, json};

use super::{By, Refused};
use crate::journal::Entry;
use crate::storage::audit::{self, Deed};
use crate::storage::{StorageError, Writing, invitations, review_links, review_sessions};

/// What was ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    browsers: usize,
    links: usize,
    /// Whom the invitations were for.
    invitations: Vec<PersonId>,
}

impl Ended {
    /// As the audit trail keeps it; what is none is left out.
    pub(crate) fn told(&self) -> Map<String, Value> {
        let Self { browsers, links, invitations } = self;
        let mut told = Map::new();
        if *browsers > 0 {
            told.insert("browsers".to_owned(), json!(browsers));
        }
        if *links > 0 {
            told.insert("links".to_owned(), json!(links));
        }
        if !invitations.is_empty() {
            told.insert("invitations".to_owned(), json!(invitations));
        }
        told
    }
}

/// Ends what a person has open: all her browsers and links, and the unused invitations that she made, or those that she
/// made on this device or in a page. Which browser is on which device is not known: she signs in again in the others.
pub(super) fn everything_of(
    writing: &Writing<'_>,
    person: PersonId,
    device: Option<DeviceId>,
) -> Result<Ended, StorageError> {
    let connection = writing.connection();
    Ok(Ended {
        browsers: review_sessions::end_all(connection, person)?,
        links: review_links::end_all(connection, person)?,
        invitations: invitations::end_made_by(connection, person, device, writing.now())?,
    })
}

/// Ends an invitation that nobody has used yet; gives whom it was for.
pub(crate) fn invitation(
    writing: &mut Writing<'_>,
    by: By,
    programme: ProgrammeId,
    token_hash: [u8; 32],
) -> Result<PersonId, Refused> {
    let found = invitations::find(writing.connection(), token_hash)?;
    let found = found.filter(|row| row.programme == programme).ok_or(Refused::NotFound)?;
    if !invitations::end(writing.connection(), programme, token_hash, writing.now())? {
        return Err(Refused::Late);
    }
    writing.journal(Entry::InvitationEnded { programme, token_hash });
    audit::note(writing, programme, by, Deed::InvitationEnded, *found.person.as_bytes(), &json!({}))?;
    Ok(found.person)
}

/// Signs a browser out, whosever it is; gives whose it was.
pub(crate) fn browser(
    writing: &Writing<'_>,
    by: By,
    programme: ProgrammeId,
    token_hash: [u8; 32],
) -> Result<PersonId, Refused> {
    let person = review_sessions::end(writing.connection(), programme, token_hash)?.ok_or(Refused::NotFound)?;
    audit::note(writing, programme, by, Deed::SignedOut, *person.as_bytes(), &json!({}))?;
    Ok(person)
}
