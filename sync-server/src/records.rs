//! How a record is saved: its row, its audience, its place in the log, and what follows for what is on it. Called by
//! push, administration and review, inside a transaction. Invariant: a document is never written without being logged
//! in every scope of its audience.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::vocabulary::Code;
use footbridge_model::{
    Actor, DocumentId, Facts, Fields, Invalid, Kind, PersonId, ProgrammeId, Role, Scope, Timestamp, Vocabulary,
    document, policy, validation,
};
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::Value;

use crate::keeping;
use crate::storage::documents::{self, DocumentRow};
use crate::storage::{Storage, StorageError, Writing, languages, log, members, search};

/// How many projections are renewed in one transaction.
const RENEWED_TOGETHER: u32 = 500;

/// Saves a record that was not here before. Nothing is on it yet, for what would be on it was not taken.
pub(crate) fn begin(writing: &mut Writing<'_>, mut row: DocumentRow) -> Result<(), StorageError> {
    let audience = settle(writing, &mut row)?;
    let digest = documents::insert(writing.connection(), &row, writing.now())?;
    log::begin(writing, row.programme, row.id, digest, &audience)?;
    if row.kind == Kind::Contact { handle_has_changed(writing, row.id) } else { Ok(()) }
}

/// Saves a record and everything that follows from it.
pub(crate) fn save(writing: &mut Writing<'_>, mut row: DocumentRow) -> Result<(), StorageError> {
    let audience = settle(writing, &mut row)?;
    documents::put(writing.connection(), &row, writing.now())?;
    log::publish(writing, row.programme, row.id, &audience)?;
    for dependent in dependents(writing.connection(), &row)? {
        refresh(writing, dependent)?;
    }
    Ok(())
}

/// Brings up to date what follows from a record; gives who may read it.
fn settle(writing: &mut Writing<'_>, row: &mut DocumentRow) -> Result<BTreeSet<Scope>, StorageError> {
    row.sort_at = row.projection.sort_at(&time_zone(writing, row)?);
    settle_facts(writing.connection(), row)?;
    match row.kind {
        Kind::Programme => keeping::settle(writing, row)?,
        Kind::Note => row.facts.received_at = row.facts.received_at.or(Some(writing.now())),
        Kind::Code | Kind::Person | Kind::Visit | Kind::Contact | Kind::FollowUp => {}
    }
    languages::add(writing, row)?;
    audience_of(writing.connection(), row)
}

/// Saves what is on a record again, if something that it takes from there has changed.
fn refresh(writing: &mut Writing<'_>, id: DocumentId) -> Result<(), StorageError> {
    let Some(mut row) = documents::find(writing.connection(), id)? else { return Ok(()) };
    let before = row.facts.clone();
    settle_facts(writing.connection(), &mut row)?;
    let audience = audience_of(writing.connection(), &row)?;
    let moved = audience != log::audience(writing.connection(), id)?;
    if row.facts != before {
        documents::put(writing.connection(), &row, writing.now())?;
    }
    if moved || row.facts != before {
        log::publish(writing, row.programme, id, &audience)?;
    }
    Ok(())
}

/// Saves a person's record again, now that she is something else, and what was lent to follow-ups on her visits.
pub(crate) fn save_person(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    person: PersonId,
) -> Result<(), StorageError> {
    if let Some(row) = documents::find(writing.connection(), person.document())? {
        save(writing, row)?;
    }
    for visit in documents::visits_with_contacts(writing.connection(), programme, person)? {
        for dependent in documents::on(writing.connection(), visit)? {
            refresh(writing, dependent)?;
        }
    }
    Ok(())
}

/// A new record that the server makes; not saved yet. What is given may not be allowed.
pub(crate) fn make(
    kind: Kind,
    programme: ProgrammeId,
    id: DocumentId,
    actor: Actor,
    fields: &Fields,
    vocabulary: &Vocabulary,
    now: Timestamp,
) -> Result<Result<DocumentRow, Invalid>, StorageError> {
    let changes = match validation::create(kind, fields, vocabulary, now) {
        Ok(changes) => changes,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let made = document::create(kind, now, actor, now, &changes)
        .map_err(|_| StorageError::Document { attempted: "making a record" })?;
    Ok(Ok(DocumentRow {
        id,
        programme,
        generation: 0,
        kind,
        sort_at: now,
        facts: Facts::default(),
        projection: made.projection,
        actors: BTreeSet::from([actor]),
        stored: made.stored,
    }))
}

/// Saves again what shows the handle of a contact that has come or gone.
pub(crate) fn handle_has_changed(writing: &mut Writing<'_>, contact: DocumentId) -> Result<(), StorageError> {
    for visit in documents::with_contact(writing.connection(), contact)? {
        for on_it in documents::on(writing.connection(), visit)? {
            refresh(writing, on_it)?;
        }
    }
    Ok(())
}

/// Notes and follow-ups on it; of a contact also the follow-ups on the visits that were with it.
fn dependents(connection: &Connection, row: &DocumentRow) -> Result<BTreeSet<DocumentId>, StorageError> {
    let mut all: BTreeSet<_> = documents::on(connection, row.id)?.into_iter().collect();
    if row.kind == Kind::Contact {
        for visit in documents::with_contact(connection, row.id)? {
            all.extend(documents::on(connection, visit)?);
        }
    }
    Ok(all)
}

fn audience_of(connection: &Connection, row: &DocumentRow) -> Result<BTreeSet<Scope>, StorageError> {
    let parent = row.parent().map(|parent| log::audience(connection, parent)).transpose()?;
    Ok(policy::audience(row.kind, &row.facts, parent.as_ref()))
}

/// Brings up to date what the server knows beside the document.
fn settle_facts(connection: &Connection, row: &mut DocumentRow) -> Result<(), StorageError> {
    match row.kind {
        Kind::FollowUp => {
            let (handle, district) = match row.parent() {
                Some(parent) => about(connection, row.programme, parent)?,
                None => (None, None),
            };
            row.facts.handle = handle;
            row.facts.district = district;
        }
        Kind::Person => {
            if let Some(found) = members::find(connection, PersonId::from(row.id))? {
                row.facts.role = Some(found.member.role);
                row.facts.districts = found.member.districts;
                row.facts.revoked_at = found.revoked_at;
            }
        }
        Kind::Programme | Kind::Code | Kind::Visit | Kind::Note | Kind::Contact => {}
    }
    Ok(())
}

/// Handle and district of what a follow-up is about. A visit lends the handle of its contact only where the visit's
/// author may see that contact: nobody learns a handle by naming somebody else's contact.
fn about(
    connection: &Connection,
    programme: ProgrammeId,
    parent: DocumentId,
) -> Result<(Option<String>, Option<String>), StorageError> {
    let Some(parent) = documents::find(connection, parent)?.filter(|row| row.programme == programme) else {
        return Ok((None, None));
    };
    let text = |row: &DocumentRow, field| row.projection.text(field).map(str::to_owned);
    let district = text(&parent, "district");
    if parent.kind == Kind::Contact {
        return Ok((text(&parent, "handle"), district));
    }
    let contact = match parent.contact() {
        Some(contact) => documents::find(connection, contact)?,
        None => None,
    };
    let contact = contact.filter(|row| row.programme == programme && row.kind == Kind::Contact);
    match contact {
        Some(contact) if may_lend(connection, &parent.facts, &contact.facts)? => {
            Ok((text(&contact, "handle"), district.or_else(|| text(&contact, "district"))))
        }
        _ => Ok((None, district)),
    }
}

fn may_lend(connection: &Connection, visit: &Facts, contact: &Facts) -> Result<bool, StorageError> {
    if visit.author == contact.author {
        return Ok(true);
    }
    let Some(author) = visit.author else { return Ok(false) };
    Ok(members::find(connection, author)?.is_some_and(|found| found.member.role == Role::Coordinator))
}

/// The programme's time zone; UTC where it is not known, or does not count. `saving` may be the programme itself.
fn time_zone(writing: &mut Writing<'_>, saving: &DocumentRow) -> Result<TimeZone, StorageError> {
    let programme = saving.programme;
    if saving.kind == Kind::Programme {
        writing.remembered().set_time_zone(programme, None);
    }
    if saving.kind.spec().dated_by.is_none() {
        return Ok(TimeZone::UTC);
    }
    if let Some(known) = writing.remembered().time_zone(programme) {
        return Ok(known);
    }
    let found = documents::find(writing.connection(), programme.document())?;
    let time_zone = found.as_ref().map_or(TimeZone::UTC, time_zone_of);
    writing.remembered().set_time_zone(programme, Some(time_zone.clone()));
    Ok(time_zone)
}

/// The time zone in a programme's document.
pub(crate) fn time_zone_of(programme: &DocumentRow) -> TimeZone {
    programme.projection.text("time_zone").and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// The words that may be written in a programme at present.
pub(crate) fn vocabulary(connection: &Connection, programme: ProgrammeId) -> Result<Vocabulary, StorageError> {
    let document = documents::find(connection, programme.document())?;
    let districts = document.as_ref().map(districts);
    let time_zone = document.as_ref().map_or(TimeZone::UTC, time_zone_of);
    let mut lists: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for row in documents::of_kind(connection, programme, Kind::Code)? {
        let fields = &row.projection.fields;
        if let (Some(list), Some(code)) = (row.projection.text("list"), row.projection.text("code")) {
            lists.entry(list.to_owned()).or_default().push(Code {
                code: code.to_owned(),
                order: fields.get("order").and_then(Value::as_i64).unwrap_or(0),
                on: fields.get("on").and_then(Value::as_bool).unwrap_or(true),
            });
        }
    }
    let district_names = document.as_ref().map(district_names).unwrap_or_default();
    Ok(Vocabulary { lists, districts, district_names, time_zone })
}

/// The districts in a programme's document.
pub(crate) fn districts(programme: &DocumentRow) -> BTreeSet<String> {
    let names = programme.projection.fields.get("districts").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What districts that were renamed are called now, by their ids.
pub(crate) fn district_names(programme: &DocumentRow) -> BTreeMap<String, String> {
    footbridge_model::fields::entries(&programme.projection.fields, "district_names")
}

/// The ids of districts that somebody named as they are called now.
pub(crate) fn district_ids(
    connection: &Connection,
    programme: ProgrammeId,
    named: Vec<String>,
) -> Result<BTreeSet<String>, StorageError> {
    let words = vocabulary(connection, programme)?;
    Ok(named.iter().map(|typed| words.district_id(typed).to_owned()).collect())
}

/// Fills the search anew where another folding has filled it.
pub(crate) async fn refill_search(storage: &Storage) -> Result<(), StorageError> {
    if !storage.write(|writing| search::begin_again(writing.connection())).await? {
        return Ok(());
    }
    let mut after = Some(0);
    while let Some(number) = after {
        after = storage.write(move |writing| search::fill_some(writing.connection(), number, RENEWED_TOGETHER)).await?;
    }
    Ok(())
}

/// Renews projections that an earlier build has written in another form.
pub(crate) async fn reproject(storage: &Storage) -> Result<(), StorageError> {
    loop {
        let renewed = storage.write(|writing| renew_some(writing.connection())).await?;
        if renewed == 0 {
            return Ok(());
        }
        tracing::info!(renewed, "projections renewed");
    }
}

fn renew_some(connection: &Connection) -> Result<usize, StorageError> {
    let ids = documents::projected_otherwise(connection, RENEWED_TOGETHER)?;
    for id in &ids {
        let stored = documents::stored(connection, *id)?.ok_or(StorageError::Damaged("a document's row"))?;
        let projection =
            document::project(&stored).map_err(|_| StorageError::Document { attempted: "renewing a projection" })?;
        documents::reproject(connection, *id, projection)?;
    }
    Ok(ids.len())
}
