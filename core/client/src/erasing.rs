//! Taking records back: a draft at once, everything else as the server decides; what the server has erased leaves this
//! device with all that was unsent of it, and the person is told, without a word of what it said.
//!
//! Invariant: only the server's word erases what the server had; a clock here hides and erases nothing.

use footbridge_model::{Command, DocumentId, Fields, Kind, PersonId, Timestamp, expiry, starter};
use footbridge_store::notices::{self, NoticeRow};
use footbridge_store::outbox::{self, ItemKind, OutboxRow};
use footbridge_store::records::{self, Hide, RecordRow};
use footbridge_store::{Snapshot, Writing, overwriting};
use serde::{Deserialize, Serialize};

use crate::error::FootbridgeError;
use crate::recording::{Ground, waiting};
use crate::{Footbridge, identity, recovery};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// For so long a notice is shown, unless it is dismissed before.
const NOTICE_DAYS: i64 = 30;

/// What would be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WouldErase {
    /// How many notes that are on this device.
    pub notes: u64,
    /// Those that are older than so many days.
    pub days: i64,
    /// When, in UTC.
    pub at: String,
}

/// A draft that is to go from the server: what the outbox keeps of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Removal {
    /// The name of its kind.
    pub kind: String,
    /// The state that the server has, as far as is known here.
    pub base: Option<[u8; 8]>,
    /// The states that this device made or saw: another one is another phone's, and stays.
    pub known: Vec<[u8; 8]>,
}

impl Removal {
    /// What an item of the outbox says, if it is one of these.
    pub fn of(row: &OutboxRow) -> Option<Self> {
        if row.item == ItemKind::Draft { serde_json::from_slice(&row.payload).ok() } else { None }
    }

    fn wait(
        &self,
        writing: &Writing<'_>,
        id: DocumentId,
        mark: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), FootbridgeError> {
        let payload = serde_json::to_vec(self).map_err(|_| FootbridgeError::damaged())?;
        outbox::remove_of(writing, id)?;
        outbox::add(writing, &waiting(id, ItemKind::Draft, payload, None, mark, now))?;
        Ok(())
    }
}

impl Footbridge {
    /// Takes a record back, with what is on it: a draft of hers at once; a note of hers, or for a coordinator anything,
    /// when the server has erased it everywhere. Until then it is in no list. Says whether it waits for the server.
    ///
    /// # Errors
    /// [`FootbridgeError::NotFound`]; [`FootbridgeError::Forbidden`] for anybody else: the author of a visit may
    /// withdraw it.
    pub fn delete(&self, id: DocumentId) -> Result<bool, FootbridgeError> {
        let (kind, waits) = self.write(|footbridge, writing, ground| {
            let row = records::get(writing, id)?.ok_or(FootbridgeError::NotFound)?;
            let kind = row.projection.known_kind().ok_or_else(|| FootbridgeError::refused("unknown_kind"))?;
            let family = family(writing, row)?;
            if family.first().is_some_and(RecordRow::is_draft) {
                for row in &family {
                    footbridge.delete_draft(writing, ground, row)?;
                }
                return Ok((kind, false));
            }
            if ground.membership.is_none() {
                // Nobody else has it.
                for row in &family {
                    outbox::remove_of(writing, row.id)?;
                    records::remove(writing, row)?;
                }
                return Ok((kind, false));
            }
            footbridge.ask_to_erase(writing, ground, &family)?;
            Ok((kind, true))
        })?;
        self.recorded(&[id], kind);
        Ok(waits)
    }

    /// What an edit of this record would erase for good, where it would: notes that are older than the days that it
    /// sets. It takes effect after seven days, and is taken back by setting the longer time again before. An app says
    /// how many go and has that number typed before it edits.
    ///
    /// # Errors
    /// [`FootbridgeError::NotFound`].
    pub fn would_erase(&self, id: DocumentId, patch: &Fields) -> Result<Option<WouldErase>, FootbridgeError> {
        let now = self.inner.now();
        self.inner.store.read(|snapshot| {
            let row = records::get(snapshot, id)?.ok_or(FootbridgeError::NotFound)?;
            let says = patch.get("note_days").and_then(serde_json::Value::as_i64);
            let Some(days) = says.filter(|_| row.projection.known_kind() == Some(Kind::Programme)) else {
                return Ok(None);
            };
            if days >= days_kept(&row) {
                return Ok(None);
            }
            let at = now.plus_millis(expiry::NOTICE_MILLIS - identity::clock_off(snapshot)?);
            let notes = records::count_kept_until(snapshot, expiry::over_until(days, at))?;
            Ok(Some(WouldErase { notes, days, at: at.to_string() }))
        })
    }

    /// What was taken back in the last weeks, and what became of a damaged store, need be shown no longer.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn dismiss_notices(&self) -> Result<(), FootbridgeError> {
        self.inner.store.write(|writing| {
            recovery::dismiss(writing)?;
            notices::remove_until(writing, Timestamp(i64::MAX))
        })?;
        self.inner.tell(crate::ChangeEvent::Status);
        Ok(())
    }

    fn delete_draft(&self, writing: &Writing<'_>, ground: &Ground, row: &RecordRow) -> Result<(), FootbridgeError> {
        let unsent = outbox::of(writing, row.id)?;
        let known = unsent.iter().filter_map(|item| <[u8; 8]>::try_from(item.name.as_slice()).ok());
        let known = row.draft_mark.into_iter().chain(known).collect();
        outbox::remove_of(writing, row.id)?;
        records::remove(writing, row)?;
        if ground.membership.is_some() {
            let mut mark = vec![0; 8];
            self.inner.environment.random.fill(&mut mark);
            let removal = Removal { kind: row.projection.kind.clone(), base: row.draft_mark, known };
            removal.wait(writing, row.id, mark, ground.now)?;
        }
        Ok(())
    }

    fn ask_to_erase(
        &self,
        writing: &Writing<'_>,
        ground: &Ground,
        family: &[RecordRow],
    ) -> Result<(), FootbridgeError> {
        // What was not sent of it need not travel any more; but whether she may is asked before.
        let Some(id) = family.first().map(|row| row.id) else { return Ok(()) };
        self.command(writing, ground, id, &Command::Erase)?;
        let asked = outbox::of(writing, id)?.pop().ok_or_else(FootbridgeError::damaged)?;
        for row in family {
            outbox::remove_of(writing, row.id)?;
        }
        outbox::add(writing, &asked)?;
        records::set_deleting(writing, id, true)?;
        overwriting::note(writing)?;
        Ok(())
    }
}

/// A record and whatever is on it, the record first.
fn family(snapshot: &Snapshot<'_>, row: RecordRow) -> Result<Vec<RecordRow>, FootbridgeError> {
    let on = records::on(snapshot, row.id)?;
    Ok(std::iter::once(row).chain(on).collect())
}

/// Whether this item asks that its record be erased.
pub(crate) fn is_erasure(item: &OutboxRow) -> bool {
    item.item == ItemKind::Command
        && serde_json::from_slice::<Command>(&item.payload).is_ok_and(|command| command == Command::Erase)
}

/// The server has erased a record: it goes from this device, with what is on it and all that was unsent of these. The
/// person is told where something of hers went that she had not taken back herself.
pub(crate) fn forget(
    writing: &Writing<'_>,
    me: Option<PersonId>,
    now: Timestamp,
    id: DocumentId,
) -> Result<(), FootbridgeError> {
    let Some(row) = records::get(writing, id)? else { return outbox::remove_of(writing, id).map_err(Into::into) };
    let kind = row.projection.kind.clone();
    let is_hers = row.facts.author.is_some() && row.facts.author == me;
    let (mut asked, mut unsent) = (false, false);
    for row in family(writing, row)? {
        for item in outbox::of(writing, row.id)? {
            if is_erasure(&item) {
                asked |= row.id == id;
            } else {
                unsent = true;
            }
        }
        unsent |= row.is_draft();
        outbox::remove_of(writing, row.id)?;
        records::remove(writing, &row)?;
    }
    // Notes go by themselves when their days are over: nobody need be told of each.
    let tells = unsent || (is_hers && kind != Kind::Note.name());
    if tells && !asked {
        notices::add(writing, &NoticeRow { kind, at: now, unsent })?;
    }
    Ok(())
}

/// The server brings a draft that was deleted here. Where it is in a state that is known here, it is to go; another
/// phone's later words stay. Says whether it is to go.
pub(crate) fn still_to_go(
    writing: &Writing<'_>,
    id: DocumentId,
    mark: [u8; 8],
    now: Timestamp,
) -> Result<bool, FootbridgeError> {
    let waits = outbox::of(writing, id)?;
    let Some((item, mut removal)) = waits.iter().find_map(|item| Some((item, Removal::of(item)?))) else {
        return Ok(false);
    };
    if removal.known.contains(&mark) {
        removal.base = Some(mark);
        removal.wait(writing, id, item.name.clone(), now)?;
        return Ok(true);
    }
    outbox::remove_of(writing, id)?;
    Ok(false)
}

/// What was taken back lately.
pub(crate) fn lately(snapshot: &Snapshot<'_>, now: Timestamp) -> Result<Vec<NoticeRow>, FootbridgeError> {
    Ok(notices::since(snapshot, now.plus_millis(-NOTICE_DAYS * DAY))?)
}

/// Which notes are hidden: those whose days are over by the clock of this device, put right by what the server last
/// said of the time.
pub(crate) fn hidden(snapshot: &Snapshot<'_>, now: Timestamp) -> Result<Option<Hide>, FootbridgeError> {
    let Some(membership) = identity::membership(snapshot)? else { return Ok(None) };
    let programme = records::get(snapshot, membership.programme.document())?;
    let days = programme.map(|row| days_kept(&row)).unwrap_or(starter::NOTE_DAYS);
    let now = now.plus_millis(-identity::clock_off(snapshot)?);
    Ok(Some(Hide { until: expiry::over_until(days, now) }))
}

/// For how many days a programme keeps its notes at present: a shorter time that its document says takes effect later.
pub(crate) fn days_kept(programme: &RecordRow) -> i64 {
    let says = programme.projection.fields.get("note_days").and_then(serde_json::Value::as_i64);
    programme.facts.keeps_days.or(says).unwrap_or(starter::NOTE_DAYS)
}

/// Whether this row is hidden from lists and may not be shown.
pub(crate) fn is_hidden(snapshot: &Snapshot<'_>, hide: Option<Hide>, row: &RecordRow) -> Result<bool, FootbridgeError> {
    Ok(hide.is_some_and(|hide| hide.hides(row)) && outbox::of(snapshot, row.id)?.is_empty())
}
