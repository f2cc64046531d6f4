//! A record as people and programs see it: its fields, what the server decided, how safe it is.

use footbridge_model::projection::complete;
use footbridge_model::time::Moment;
use footbridge_model::{Command, DocumentId, Facts, Fields, Kind, PersonId, document};
use footbridge_store::outbox::{self, ItemKind, OutboxRow};
use footbridge_store::records::{self, RecordRow, Shown};
use footbridge_store::{Snapshot, StoreError, Writing, search};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::error::FootbridgeError;

/// The facts with the device's own waiting commands laid over: what the person sees of her own doing.
pub(crate) fn shown_facts(row: &RecordRow, outbox: &[OutboxRow], me: Option<PersonId>) -> Facts {
    lay_over(row.facts.clone(), row, outbox, me)
}

fn lay_over(mut facts: Facts, row: &RecordRow, outbox: &[OutboxRow], me: Option<PersonId>) -> Facts {
    for item in outbox.iter().filter(|item| item.item == ItemKind::Command && item.refused.is_none()) {
        if let Ok(command) = serde_json::from_slice::<Command>(&item.payload) {
            facts = facts.after(&command, me, item.made_at);
        }
    }
    // What the server never gave was made here; what it gave without an author it made itself.
    if row.scopes == 0 || row.is_draft() {
        facts.author = facts.author.or(me);
    }
    facts
}

/// Stores a row with the columns that follow from what is shown.
pub(crate) fn put(
    writing: &Writing<'_>,
    row: &RecordRow,
    me: Option<PersonId>,
    zone: &TimeZone,
) -> Result<(), StoreError> {
    let facts = shown_facts(row, &outbox::of(writing, row.id)?, me);
    let words = if row.number == 0 {
        // What is new gets its words before the next search: a person who records does not wait for them.
        search::fall_behind(writing)?;
        String::new()
    } else {
        footbridge_text::searched(&row.projection)
    };
    records::put(writing, row, &Shown { facts: &facts, zone, words: &words })
}

/// A record in the JSON form of the command line.
pub(crate) fn present(
    snapshot: &Snapshot<'_>,
    row: RecordRow,
    me: Option<PersonId>,
    zone: Option<&TimeZone>,
) -> Result<Fields, FootbridgeError> {
    let waiting = outbox::of(snapshot, row.id)?;
    present_with(snapshot, row, &waiting, me, zone)
}

/// The same, where it is known what waits of it.
pub(crate) fn present_with(
    snapshot: &Snapshot<'_>,
    mut row: RecordRow,
    waiting: &[OutboxRow],
    me: Option<PersonId>,
    zone: Option<&TimeZone>,
) -> Result<Fields, FootbridgeError> {
    let facts = lay_over(std::mem::take(&mut row.facts), &row, waiting, me);
    let kind = row.projection.known_kind();
    let is_draft = row.is_draft();
    let mut fields = complete(kind, row.projection.fields);
    if let (Some(zone), Some(dated_by)) = (zone, kind.and_then(|kind| kind.spec().dated_by))
        && let Some(moment) = fields.get(dated_by).and_then(Value::as_str).and_then(|text| Moment::parse(text).ok())
    {
        // By the clock of the place: now that the place is known, with its offset.
        fields.insert(dated_by.to_owned(), moment.located(zone).to_string().into());
    }
    fields.insert("id".to_owned(), row.id.to_string().into());
    fields.insert("record".to_owned(), row.projection.kind.into());
    fields.insert("author".to_owned(), id_or_null(facts.author));
    fields.insert("recorded_at".to_owned(), row.projection.recorded_at.to_string().into());
    let receipt = match (waiting.is_empty(), facts.seen.is_empty()) {
        (false, _) => "device",
        (true, true) => "server",
        (true, false) => "seen",
    };
    fields.insert("receipt".to_owned(), receipt.into());
    let seen = facts.seen.iter().map(|seen| serde_json::json!({"by": seen.by, "at": seen.at.to_string()}));
    fields.insert("seen".to_owned(), seen.collect());
    if waiting.iter().any(crate::erasing::is_erasure) {
        fields.insert("deleting".to_owned(), true.into());
    }
    let disagreements: Vec<Value> = row.projection.disagreements.into_iter().map(Value::from).collect();
    fields.insert("disagreements".to_owned(), disagreements.into());
    if is_draft {
        fields.insert("state".to_owned(), "draft".into());
    } else if kind == Some(Kind::FollowUp) {
        lay_in_follow_up(snapshot, &mut fields, &facts)?;
    }
    if let (Some(days), Some(at)) = (facts.keeps_days, facts.shortens_at) {
        fields.insert("keeps_days".to_owned(), days.into());
        fields.insert("shortens_at".to_owned(), at.to_string().into());
    }
    if kind == Some(Kind::Person) {
        fields.insert("role".to_owned(), facts.role.map_or(Value::Null, |role| role.name().into()));
        fields.insert("districts".to_owned(), facts.districts.iter().cloned().collect::<Vec<_>>().into());
        let revoked_at = facts.revoked_at.map_or(Value::Null, |at| at.to_string().into());
        fields.insert("revoked_at".to_owned(), revoked_at);
    }
    Ok(fields)
}

fn lay_in_follow_up(snapshot: &Snapshot<'_>, fields: &mut Fields, facts: &Facts) -> Result<(), FootbridgeError> {
    let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::from);
    fields.insert("state".to_owned(), if facts.is_closed() { "closed" } else { "open" }.into());
    fields.insert("outcome".to_owned(), text(&facts.outcome));
    fields.insert("given_to".to_owned(), id_or_null(facts.given_to));
    // Whoever has it belongs to the programme no more: somebody else must take it.
    let holder = facts.given_to.map(|person| records::get(snapshot, person.document())).transpose()?.flatten();
    let has_left = holder.is_some_and(|row| row.facts.revoked_at.is_some()) && !facts.is_closed();
    if has_left {
        fields.insert("holder_left".to_owned(), true.into());
    }
    fields.insert("open_to".to_owned(), text(&facts.open_to));
    fields.insert("closed_by".to_owned(), id_or_null(facts.closed_by));
    fields.insert("closed_at".to_owned(), facts.closed_at.map_or(Value::Null, |at| at.to_string().into()));
    let (mut handle, mut district) = (facts.handle.clone(), facts.district.clone());
    // Until the server has said so, the device looks for itself, where it has what the follow-up is about.
    if handle.is_none() || district.is_none() {
        let (own_handle, own_district) = about(snapshot, fields)?;
        handle = handle.or(own_handle);
        district = district.or(own_district);
    }
    fields.insert("handle".to_owned(), text(&handle));
    fields.insert("district".to_owned(), text(&district));
    Ok(())
}

/// The handle and district of what a follow-up is about, where they are on this device.
fn about(snapshot: &Snapshot<'_>, fields: &Fields) -> Result<(Option<String>, Option<String>), FootbridgeError> {
    let find = |field: &str, fields: &Fields| -> Result<Option<RecordRow>, FootbridgeError> {
        let id: Option<DocumentId> = fields.get(field).and_then(Value::as_str).and_then(|id| id.parse().ok());
        Ok(id.map(|id| records::get(snapshot, id)).transpose()?.flatten())
    };
    let Some(about) = find("about", fields)? else { return Ok((None, None)) };
    let contact = match about.projection.known_kind() {
        Some(Kind::Visit) => find("contact", &about.projection.fields)?,
        _ => Some(about.clone()),
    };
    let text = |row: &RecordRow, field: &str| row.projection.text(field).map(str::to_owned);
    let handle = contact.as_ref().and_then(|contact| text(contact, "handle"));
    let district = text(&about, "district").or_else(|| contact.as_ref().and_then(|contact| text(contact, "district")));
    Ok((handle, district))
}

fn id_or_null(id: Option<PersonId>) -> Value {
    id.map_or(Value::Null, |id| id.to_string().into())
}

/// What an edit names as seen: the heads of the document, or the state of a draft.
pub(crate) fn version(row: &RecordRow) -> Result<String, FootbridgeError> {
    match row.document()? {
        Some(stored) => {
            let heads = document::heads(&stored)?;
            Ok(heads.iter().map(ToString::to_string).collect::<Vec<_>>().join("."))
        }
        None => {
            use sha2::{Digest, Sha256};
            let digest = Sha256::digest(row.projection.to_json());
            Ok(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
        }
    }
}
