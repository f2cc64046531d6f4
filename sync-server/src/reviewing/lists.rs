//! Code lists in the review pages: a code is added, named, moved, taken out of use. Called by their routes. Invariant:
//! each is an edit of the code's record in her name; one that is made on a page that is out of date changes nothing.

use footbridge_model::document::{self, Base};
use footbridge_model::vocabulary::code_id;
use footbridge_model::{ChangeHash, DocumentId, Fields, Kind, policy, starter, validation};
use footbridge_text::fold;
use rusqlite::Connection;
use serde_json::Value;

use super::record::find;
use super::{Coordinator, Listed, ReviewError, code_lists, still_coordinator};
use crate::records;
use crate::state::ServerState;
use crate::storage::documents::DocumentRow;
use crate::storage::{StorageError, Writing, actors, documents, members};

/// How far apart codes stand.
const APART: i64 = 10;

/// The longest name of a code in records.
const CODE_LENGTH: usize = 40;

/// A code as it is shown to be changed.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its record.
    pub row: DocumentRow,
    /// The newest changes of it: a change made on this page names them.
    pub heads: Vec<ChangeHash>,
}

/// The codes of a list, in their order.
pub async fn codes(state: &ServerState, coordinator: &Coordinator, list: &str) -> Result<Vec<Shown>, ReviewError> {
    let (coordinator, list) = (coordinator.clone(), known(list)?);
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, coordinator.programme, coordinator.person)?;
            let mut shown = Vec::new();
            for listed in listed(connection, &coordinator, list)? {
                let Some(row) = find(connection, &coordinator, listed.id)? else { continue };
                let damaged = |_| StorageError::Document { attempted: "reading a code for review" };
                shown.push(Shown { heads: document::heads(&row.stored).map_err(damaged)?, row });
            }
            Ok(shown)
        })
        .await
}

/// What is changed of a code.
#[derive(Debug, Clone, PartialEq)]
pub struct Renaming {
    /// Which.
    pub id: DocumentId,
    /// Its names by language, empty where it has none.
    pub labels: Vec<(String, String)>,
    /// Whether it is offered.
    pub on: bool,
    /// The heads of its record as the page showed it.
    pub seen: Vec<ChangeHash>,
}

/// Changes the names of a code of a list, and whether it is offered.
pub async fn rename(
    state: &ServerState,
    coordinator: &Coordinator,
    list: &str,
    renaming: Renaming,
) -> Result<(), ReviewError> {
    let (coordinator, list) = (coordinator.clone(), known(list)?);
    state
        .storage()
        .write(move |writing| {
            still_coordinator(writing.connection(), coordinator.programme, coordinator.person)?;
            let row = find(writing.connection(), &coordinator, renaming.id)?.filter(|row| is_of(row, list));
            let row = row.ok_or(ReviewError::NotFound)?;
            let before = row.projection.fields.get("labels").and_then(Value::as_object);
            let mut patch = Fields::new();
            let mut labels = Fields::new();
            for (language, label) in &renaming.labels {
                let was = before.and_then(|labels| labels.get(language)).and_then(Value::as_str).unwrap_or_default();
                if was != label {
                    labels.insert(language.clone(), if label.is_empty() { Value::Null } else { label.clone().into() });
                }
            }
            let touched: Vec<_> = labels.keys().map(|language| format!("labels/{language}")).collect();
            if !labels.is_empty() {
                patch.insert("labels".to_owned(), labels.into());
            }
            if row.projection.fields.get("on").and_then(Value::as_bool).unwrap_or(true) != renaming.on {
                patch.insert("on".to_owned(), renaming.on.into());
            }
            let touched: Vec<_> =
                touched.iter().map(String::as_str).chain(patch.contains_key("on").then_some("on")).collect();
            let damaged = |_| StorageError::Document { attempted: "changing a record from a page" };
            if !document::moved(&row.stored, &renaming.seen, &touched).map_err(damaged)?.is_empty() {
                return Err(ReviewError::Changed);
            }
            edit(writing, &coordinator, row, &patch)
        })
        .await
}

/// Moves a code one place up or down in its list.
pub async fn shift(
    state: &ServerState,
    coordinator: &Coordinator,
    list: &str,
    id: DocumentId,
    up: bool,
) -> Result<(), ReviewError> {
    let (coordinator, list) = (coordinator.clone(), known(list)?);
    state
        .storage()
        .write(move |writing| {
            still_coordinator(writing.connection(), coordinator.programme, coordinator.person)?;
            let row = find(writing.connection(), &coordinator, id)?.filter(|row| is_of(row, list));
            row.ok_or(ReviewError::NotFound)?;
            let mut codes = listed(writing.connection(), &coordinator, list)?;
            let place = codes.iter().position(|listed| listed.id == id).ok_or(ReviewError::NotFound)?;
            let other = if up { place.checked_sub(1) } else { Some(place + 1).filter(|next| *next < codes.len()) };
            // The first one has no place above it.
            let Some(other) = other else { return Ok(()) };
            codes.swap(place, other);
            for (listed, order) in codes.iter().zip((1..).map(|place| place * APART)) {
                if listed.order == order {
                    continue;
                }
                let row = find(writing.connection(), &coordinator, listed.id)?.ok_or(ReviewError::NotFound)?;
                let patch = Fields::from_iter([("order".to_owned(), order.into())]);
                edit(writing, &coordinator, row, &patch)?;
            }
            Ok(())
        })
        .await
}

/// Adds a code to a list, named from its first name: [`ReviewError::Taken`] where the list has it.
pub async fn add(
    state: &ServerState,
    coordinator: &Coordinator,
    list: &str,
    labels: Vec<(String, String)>,
) -> Result<(), ReviewError> {
    let (coordinator, list) = (coordinator.clone(), known(list)?);
    state
        .storage()
        .write(move |writing| {
            let (programme, person) = (coordinator.programme, coordinator.person);
            still_coordinator(writing.connection(), programme, person)?;
            let codes = listed(writing.connection(), &coordinator, list)?;
            let labels: Vec<_> = labels.into_iter().filter(|(_, label)| !label.is_empty()).collect();
            let code = labels.iter().map(|(_, label)| named(label)).find(|code| !code.is_empty());
            let code = code.ok_or(ReviewError::NotOffered)?;
            let id = code_id(programme, list, &code);
            if codes.iter().any(|listed| listed.code == code) || documents::find(writing.connection(), id)?.is_some() {
                return Err(ReviewError::Taken);
            }
            let member = members::find(writing.connection(), person)?.ok_or(ReviewError::Forbidden)?.member;
            policy::may_create(&member, Kind::Code).map_err(|_| ReviewError::Forbidden)?;
            let order = codes.last().map_or(0, |listed| listed.order) + APART;
            let labels: Fields = labels.into_iter().map(|(tag, label)| (tag, label.into())).collect();
            let fields = Fields::from_iter([
                ("list".to_owned(), list.into()),
                ("code".to_owned(), code.into()),
                ("labels".to_owned(), labels.into()),
                ("order".to_owned(), order.into()),
            ]);
            let vocabulary = records::vocabulary(writing.connection(), programme)?;
            let now = writing.now();
            let actor = actors::of_the_server(writing, programme, Some(person))?;
            let made = records::make(Kind::Code, programme, id, actor, &fields, &vocabulary, now)?;
            let mut row = made.map_err(ReviewError::Invalid)?;
            row.facts.author = Some(person);
            Ok(records::save(writing, row)?)
        })
        .await
}

/// The list of that name, if a programme may change it.
fn is_of(row: &DocumentRow, list: &str) -> bool {
    row.kind == Kind::Code && row.projection.text("list") == Some(list)
}

fn known(list: &str) -> Result<&'static str, ReviewError> {
    starter::LIST_NAMES.iter().copied().find(|name| *name == list).ok_or(ReviewError::NotFound)
}

fn listed(connection: &Connection, coordinator: &Coordinator, list: &str) -> Result<Vec<Listed>, StorageError> {
    Ok(code_lists(connection, coordinator.programme)?.1.remove(list).unwrap_or_default())
}

/// The name of a code in records, from what it is called: small letters of the alphabet, digits, underscores.
fn named(label: &str) -> String {
    let folded = fold(label);
    let words = folded.split(' ').filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let mut code = words.collect::<Vec<_>>().join("_");
    code.truncate(CODE_LENGTH);
    code.trim_matches('_').trim_start_matches(|c: char| c.is_ascii_digit()).trim_matches('_').to_owned()
}

/// An edit of a record by the server, in her name.
pub(super) fn edit(
    writing: &mut Writing<'_>,
    coordinator: &Coordinator,
    mut row: DocumentRow,
    patch: &Fields,
) -> Result<(), ReviewError> {
    let (programme, person) = (coordinator.programme, coordinator.person);
    let member = members::find(writing.connection(), person)?.ok_or(ReviewError::Forbidden)?.member;
    let touched = patch.keys().map(String::as_str);
    policy::may_edit(&member, row.kind, &row.facts, touched).map_err(|_| ReviewError::Forbidden)?;
    let vocabulary = records::vocabulary(writing.connection(), programme)?;
    let changes = validation::edit(row.kind, patch, &row.projection.fields, &vocabulary);
    let changes = changes.map_err(ReviewError::Invalid)?;
    let actor = actors::of_the_server(writing, programme, Some(person))?;
    let damaged = |_| StorageError::Document { attempted: "changing a code" };
    let edited = document::edit(&row.stored, actor, writing.now(), &changes, &Base::Current).map_err(damaged)?;
    if let Some(edited) = edited {
        row.stored = edited.stored;
        row.projection = edited.projection;
        row.actors.insert(actor);
        records::save(writing, row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_takes_its_name_from_what_it_is_called() {
        assert_eq!(named("Språkcafé på Søndag!"), "sprakcafe_pa_sondag");
        assert_eq!(named("  2 barn "), "barn");
        assert_eq!(named("قهوة"), "");
        assert_eq!(named(&"a ".repeat(60)).len(), CODE_LENGTH - 1);
    }
}
