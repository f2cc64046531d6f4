//! Follow-ups in the review pages: those that wait, late ones first; given, closed and opened again. Called by their
//! routes. Invariant: what is done to one is a command like any other, judged and carried out as if it had come from a
//! device.

use footbridge_model::{Command, DocumentId, Kind, PersonId, Recipient, Timestamp};
use footbridge_protocol::ErrorCode;

use super::{Coordinator, Found, Place, ReviewError, still_coordinator};
use crate::push::{Asker, carry_out};
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::By;
use crate::storage::documents::{self, DocumentRow};
use crate::storage::found::{NO_DAY, NOBODY, mark};
use crate::storage::review::{self, Wanted};
use crate::storage::review_follow_ups::{self, Due, Waiting};
use crate::storage::{StorageError, members};

/// Which follow-ups are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All that wait.
    #[default]
    Open,
    /// Those whose day is over.
    Late,
    /// Those that somebody closed.
    Closed,
}

/// With whom they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum With {
    /// Given to nobody.
    Nobody,
    /// Given to this person.
    Person(PersonId),
    /// Open to this district's volunteers.
    District(String),
}

/// Where a list of follow-ups goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// Of those that wait.
    Waiting(Due),
    /// Of those that are closed.
    Closed(Place),
}

/// Which follow-ups are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FollowUpsWanted {
    /// Which.
    pub shown: Shown,
    /// With whom.
    pub with: Option<With>,
    /// What comes after this place; a place of another list counts as none.
    pub after: Option<Onward>,
}

/// A page of follow-ups with what each is about, and where it goes on.
pub async fn follow_ups(
    state: &ServerState,
    coordinator: &Coordinator,
    wanted: FollowUpsWanted,
    limit: u32,
) -> Result<(Vec<Found>, Option<Onward>), ReviewError> {
    let (programme, person, now) = (coordinator.programme, coordinator.person, state.now());
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, programme, person)?;
            let mark = wanted.with.as_ref().map(|with| match with {
                With::Nobody => mark("given", NOBODY),
                With::Person(person) => mark("given", &person.to_string()),
                With::District(district) => mark("open_to", district),
            });
            let mut rows = match (wanted.shown, wanted.after) {
                (Shown::Closed, after) => {
                    let after = if let Some(Onward::Closed(place)) = after { Some(place) } else { None };
                    let marks = mark.into_iter().chain([self::mark("state", "closed")]).collect();
                    let kind = Some(Kind::FollowUp);
                    let wanted = Wanted { kind, marks, after, limit: limit + 1, ..Wanted::default() };
                    review::records(connection, programme, &wanted)?
                }
                (shown, after) => {
                    let after = if let Some(Onward::Waiting(due)) = after { Some(due) } else { None };
                    let zone = documents::find(connection, programme.document())?;
                    let today = now.day_in(&zone.as_ref().map_or(jiff::tz::TimeZone::UTC, records::time_zone_of));
                    let before = (shown == Shown::Late).then(|| today.to_string());
                    let wanted = Waiting { before, mark, after, limit: limit + 1 };
                    review_follow_ups::waiting(connection, programme, &wanted)?
                }
            };
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            let next = rows.last().filter(|_| more).map(|row| onward(wanted.shown, row));
            let with_parents: Result<Vec<_>, StorageError> = rows
                .into_iter()
                .map(|row| {
                    let parent = row.parent().map(|parent| documents::find(connection, parent)).transpose()?;
                    Ok(Found { parent: parent.flatten().filter(|parent| parent.programme == programme), row })
                })
                .collect();
            Ok((with_parents?, next))
        })
        .await
}

fn onward(shown: Shown, row: &DocumentRow) -> Onward {
    match shown {
        Shown::Closed => Onward::Closed(Place { sort_at: row.sort_at, id: row.id }),
        Shown::Open | Shown::Late => {
            Onward::Waiting(Due { day: row.projection.text("due").unwrap_or(NO_DAY).to_owned(), id: row.id })
        }
    }
}

/// What is done to a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is given to somebody.
    Give {
        /// To whom.
        to: Recipient,
        /// How often it had been handed on when her page was made.
        seen: u64,
    },
    /// It is closed, with a code of the list `outcome`.
    Close(Option<String>),
    /// It is opened again.
    Reopen,
}

/// Does it. [`ReviewError::Changed`] where somebody was faster.
pub async fn step(
    state: &ServerState,
    coordinator: &Coordinator,
    id: DocumentId,
    step: Step,
) -> Result<(), ReviewError> {
    let coordinator = coordinator.clone();
    state
        .storage()
        .write(move |writing| {
            let (programme, person) = (coordinator.programme, coordinator.person);
            still_coordinator(writing.connection(), programme, person)?;
            let member = members::find(writing.connection(), person)?.ok_or(ReviewError::Forbidden)?.member;
            if let Step::Close(Some(outcome)) = &step
                && !records::vocabulary(writing.connection(), programme)?.offers("outcome", outcome)
            {
                return Err(ReviewError::NotOffered);
            }
            let command = match step {
                Step::Give { to, seen } => Command::Give { to, seen: Some(seen) },
                Step::Close(outcome) => Command::Close { outcome },
                Step::Reopen => Command::Reopen,
            };
            let asker = Asker { programme, member: &member, by: By::Page { person } };
            let at: Timestamp = writing.now();
            match carry_out(writing, &asker, id, at, &command)? {
                Ok(()) => Ok(()),
                Err(ErrorCode::Changed) => Err(ReviewError::Changed),
                Err(ErrorCode::Forbidden) => Err(ReviewError::Forbidden),
                Err(_) => Err(ReviewError::NotFound),
            }
        })
        .await
}
