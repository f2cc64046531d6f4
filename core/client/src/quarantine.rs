//! What revoked devices handed over, as coordinators see it, online; and what is done with it: it is taken
//! over or thrown away by a command. Also here: throwing away what the server would not take of one's own.

use std::collections::BTreeSet;

use footbridge_model::document::{self, ChangeInfo};
use footbridge_model::{ChangeHash, Command, DocumentId, Fields, Kind, Projection, QuarantineId, Scope};
use footbridge_model::{policy, projection};
use footbridge_protocol::quarantine::{PATH, QuarantineMessage, QuarantineRequest, QuarantinedItem};
use footbridge_protocol::{ErrorCode, MEDIA_CBOR, codec};
use footbridge_store::outbox::{self, ItemKind};
use footbridge_store::records::RecordRow;
use footbridge_store::{Writing, records, scopes};
use serde::Serialize;

use crate::coordinating::Asked;
use crate::error::FootbridgeError;
use crate::recording::Ground;
use crate::{ChangeEvent, Footbridge, identity, record};

/// A server that always has more to say is not followed for ever.
const PAGES_MAX: usize = 1_000;

/// Something that a revoked device handed over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quarantined {
    /// The entry: what is taken over or thrown away.
    pub id: String,
    /// The record that it is about.
    pub about: String,
    /// The kind of that record.
    pub record: String,
    /// Whose device it was.
    pub person: String,
    /// The device.
    pub device: String,
    /// When it came, in UTC.
    pub at: String,
    /// What it is: `change`, `command` or `renewal`.
    pub what: &'static str,
    /// What the record would be with it, where that can be told.
    pub fields: Option<Fields>,
}

impl From<QuarantinedItem> for Quarantined {
    fn from(item: QuarantinedItem) -> Self {
        let QuarantinedItem { id, record, kind, person, device, at, what, projection } = item;
        let read = projection.and_then(|json| Projection::from_json(&json).ok());
        Self {
            id: id.to_string(),
            about: record.to_string(),
            person: person.to_string(),
            device: device.to_string(),
            at: at.to_string(),
            what: match what {
                1 => "change",
                2 => "command",
                3 => "renewal",
                _ => "unknown",
            },
            fields: read.map(|read| projection::complete(Kind::from_name(&kind), read.fields)),
            record: kind,
        }
    }
}

impl Footbridge {
    /// Everything in the programme's quarantine, the oldest first. Asks the server.
    ///
    /// # Errors
    /// [`FootbridgeError::Forbidden`] for all but coordinators; [`FootbridgeError::Offline`].
    pub async fn quarantine(&self) -> Result<Vec<Quarantined>, FootbridgeError> {
        let membership = self.inner.store.read(identity::membership)?;
        let membership = membership.ok_or_else(|| FootbridgeError::refused("not_joined"))?;
        policy::may_command(&membership.member(), Kind::Person, &Default::default(), &Command::Take)?;
        let server = self.inner.server(&membership);
        let hello = server.hello().await?;
        let session = self.open_session(&server, &hello).await?;
        let (mut found, mut after): (Vec<Quarantined>, Option<QuarantineId>) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let request = codec::encode(&QuarantineRequest { after })?;
            let token = Some(session.token.to_authorization());
            let QuarantineMessage { items, more } = match server.ask(PATH, MEDIA_CBOR, request, token).await {
                Err(FootbridgeError::Refused { code }) if code == ErrorCode::Forbidden.name() => {
                    return Err(FootbridgeError::Forbidden);
                }
                answer => answer?,
            };
            after = items.last().map(|item| item.id);
            found.extend(items.into_iter().map(Quarantined::from));
            if !more || after.is_none() {
                return Ok(found);
            }
        }
        Err(FootbridgeError::Offline)
    }

    /// Takes over an entry of the quarantine: it is carried out as its device meant it. Waits for the server.
    ///
    /// # Errors
    /// [`FootbridgeError::Forbidden`] for all but coordinators.
    pub fn take(&self, entry: DocumentId) -> Result<Asked, FootbridgeError> {
        let asked = self.write(|footbridge, writing, ground| footbridge.ask(writing, ground, entry, &Command::Take))?;
        self.recorded(&[], Kind::Visit);
        Ok(asked)
    }

    /// Throws an entry of the quarantine away. Waits for the server.
    ///
    /// # Errors
    /// As [`Footbridge::take`].
    pub fn discard_quarantined(&self, entry: DocumentId) -> Result<Asked, FootbridgeError> {
        let asked =
            self.write(|footbridge, writing, ground| footbridge.ask(writing, ground, entry, &Command::Discard))?;
        self.recorded(&[], Kind::Visit);
        Ok(asked)
    }

    /// Whether something of this record was set aside, so that [`Footbridge::discard`] would throw it away.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn is_set_aside(&self, id: DocumentId) -> Result<bool, FootbridgeError> {
        let items = self.inner.store.read(|snapshot| outbox::of(snapshot, id))?;
        Ok(items.iter().any(|item| item.refused.is_some()))
    }

    /// Throws away what the server would not take of a record. The record is then as the server has it, or
    /// gone where the server never had it.
    ///
    /// # Errors
    /// [`FootbridgeError::NotFound`] where nothing of it was set aside.
    pub fn discard(&self, id: DocumentId) -> Result<(), FootbridgeError> {
        self.write(|_, writing, ground| {
            let items = outbox::of(writing, id)?;
            let refused: Vec<_> = items.iter().filter(|item| item.refused.is_some()).collect();
            if refused.is_empty() {
                return Err(FootbridgeError::NotFound);
            }
            for item in &refused {
                outbox::remove(writing, item.seq)?;
            }
            let Some(row) = records::get(writing, id)? else { return Ok(()) };
            if row.is_draft() {
                return forget_draft(writing, &row);
            }
            let names = refused.iter().filter(|item| item.item == ItemKind::Change).map(|item| item.name.as_slice());
            without(writing, ground, row, names.collect())
        })?;
        self.inner.tell(ChangeEvent::Records(vec![id]));
        self.inner.tell(ChangeEvent::Status);
        Ok(())
    }
}

/// The server's own state of a draft comes again, if it has one: the scope starts anew.
fn forget_draft(writing: &Writing<'_>, row: &RecordRow) -> Result<(), FootbridgeError> {
    if !outbox::has(writing, row.id)? {
        records::remove(writing, row)?;
        for held in scopes::all(writing)?.iter().filter(|held| matches!(held.scope, Scope::Drafts(_))) {
            scopes::rewind_one(writing, &held.scope)?;
        }
    }
    Ok(())
}

/// The record without these changes and whatever stands on them; gone where nothing else was said in it.
fn without(
    writing: &Writing<'_>,
    ground: &Ground,
    mut row: RecordRow,
    names: BTreeSet<&[u8]>,
) -> Result<(), FootbridgeError> {
    let stored = row.document()?.ok_or_else(FootbridgeError::damaged)?;
    let (left, gone) = parted(document::changes(&stored)?, &names);
    for item in outbox::of(writing, row.id)? {
        if item.item == ItemKind::Change && gone.iter().any(|hash| hash.0.as_slice() == item.name) {
            outbox::remove(writing, item.seq)?;
        }
    }
    if left.is_empty() {
        // What was on it stays, and is told that there is nothing that it is on when it is sent.
        records::remove(writing, &row)?;
        return outbox::remove_of(writing, row.id).map_err(Into::into);
    }
    if row.scopes == 0 && !outbox::has(writing, row.id)? {
        // It was here for the sake of what she wrote alone. What the server took and has not given back yet
        // comes with the next pull.
        return records::remove(writing, &row).map_err(Into::into);
    }
    if !gone.is_empty() {
        let applied = document::apply(None, &left).map_err(|_| FootbridgeError::damaged())?;
        row.set_document(&applied.stored);
        row.projection = applied.projection;
    }
    record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone).map_err(Into::into)
}

/// The changes that stay, and the hashes of those that go: the named ones and what stands on them.
fn parted(changes: Vec<(ChangeInfo, Vec<u8>)>, names: &BTreeSet<&[u8]>) -> (Vec<Vec<u8>>, BTreeSet<ChangeHash>) {
    let (mut left, mut gone) = (Vec::new(), BTreeSet::new());
    for (info, bytes) in changes {
        if names.contains(info.hash.0.as_slice()) || info.deps.iter().any(|dep| gone.contains(dep)) {
            gone.insert(info.hash);
        } else {
            left.push(bytes);
        }
    }
    (left, gone)
}
