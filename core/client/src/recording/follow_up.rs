//! Follow-ups: to whom one is given and whether it is closed is asked of the server by commands. Offline a
//! command waits, and is shown as waiting.

use footbridge_model::{Command, DocumentId, Facts, Fields, Kind, Problem, Recipient, policy};
use footbridge_store::outbox::{self, ItemKind};
use footbridge_store::records::RecordRow;
use footbridge_store::{Snapshot, Writing, records};
use serde_json::Value;

use super::{Ground, waiting};
use crate::error::FootbridgeError;
use crate::{Footbridge, record};

impl Footbridge {
    /// Hands a follow-up to a person, or opens it to a district's volunteers. Waits for the server.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] for a person or district that the programme does not have (any more), or for
    /// what is no follow-up; [`FootbridgeError::Forbidden`].
    pub fn give(&self, id: DocumentId, to: &Recipient) -> Result<(), FootbridgeError> {
        self.write(|footbridge, writing, ground| {
            match to {
                Recipient::Person(person) => {
                    let row = records::get(writing, person.document())?;
                    if row.is_none_or(|row| !is_here(&row)) {
                        return Err(FootbridgeError::invalid("to", Problem::NotAllowed, people(writing)?));
                    }
                }
                Recipient::District(district) => {
                    if let Some(districts) = &ground.vocabulary.districts
                        && !districts.contains(ground.vocabulary.district_id(district))
                    {
                        let allowed = ground.vocabulary.present_districts().into_iter().collect();
                        return Err(FootbridgeError::invalid("open", Problem::NotAllowed, allowed));
                    }
                }
            }
            let to = match to {
                Recipient::District(named) => Recipient::District(ground.vocabulary.district_id(named).to_owned()),
                Recipient::Person(person) => Recipient::Person(*person),
            };
            // Somebody may hand it on before the server hears of this: she is told then, and her word waits.
            let row = records::get(writing, id)?.ok_or(FootbridgeError::NotFound)?;
            let seen = record::shown_facts(&row, &outbox::of(writing, id)?, ground.me()).handed_on;
            footbridge.command(writing, ground, id, &Command::Give { to, seen: Some(seen) })
        })?;
        self.recorded(&[id], Kind::FollowUp);
        Ok(())
    }

    /// Puts a command into the outbox and shows it as waiting.
    pub(crate) fn command(
        &self,
        writing: &Writing<'_>,
        ground: &Ground,
        id: DocumentId,
        command: &Command,
    ) -> Result<(), FootbridgeError> {
        let row = records::get(writing, id)?.ok_or(FootbridgeError::NotFound)?;
        let kind = row.projection.known_kind().ok_or_else(|| FootbridgeError::refused("unknown_kind"))?;
        if row.is_draft() {
            return Err(FootbridgeError::invalid("state", Problem::NotAllowed, vec!["done".to_owned()]));
        }
        let facts = record::shown_facts(&row, &outbox::of(writing, id)?, ground.me());
        let is_for_follow_ups = matches!(command, Command::Give { .. } | Command::Close { .. } | Command::Reopen);
        if is_for_follow_ups && kind != Kind::FollowUp {
            return Err(FootbridgeError::invalid("id", Problem::NotAllowed, vec!["id of a follow_up".to_owned()]));
        }
        if let Some(membership) = &ground.membership {
            policy::may_command(&membership.member(), kind, &facts, command)?;
        }
        // What was refused before is overtaken by what is asked now.
        for item in outbox::of(writing, id)?.iter().filter(|item| item.item == ItemKind::Command) {
            if item.refused.is_some() {
                outbox::remove(writing, item.seq)?;
            }
        }
        let mut name = vec![0; 16];
        self.inner.environment.random.fill(&mut name);
        let payload = serde_json::to_vec(command).map_err(|_| FootbridgeError::damaged())?;
        let item = waiting(id, ItemKind::Command, payload, None, name, ground.now);
        outbox::add(writing, &item)?;
        record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
        Ok(())
    }
}

/// Whether it is a person who belongs to the programme now.
fn is_here(row: &RecordRow) -> bool {
    row.projection.known_kind() == Some(Kind::Person) && row.facts.revoked_at.is_none()
}

/// Those to whom something can be given.
fn people(snapshot: &Snapshot<'_>) -> Result<Vec<String>, FootbridgeError> {
    let all = records::all_of(snapshot, "person")?;
    Ok(all.iter().filter(|row| is_here(row)).map(|row| row.id.to_string()).collect())
}

/// Splits a patch of a follow-up into what is asked of the server and what is written here.
pub(super) fn command_of(
    facts: &Facts,
    patch: &Fields,
    ground: &Ground,
) -> Result<(Option<Command>, Fields), FootbridgeError> {
    let mut rest = patch.clone();
    let state = rest.remove("state");
    let outcome = rest.remove("outcome");
    if state.is_none() && outcome.is_none() {
        return Ok((None, rest));
    }
    let outcome = match outcome {
        None | Some(Value::Null) => None,
        Some(Value::String(code)) if ground.vocabulary.offers("outcome", &code) => Some(code),
        Some(_) => {
            let allowed = ground.vocabulary.offered("outcome");
            return Err(FootbridgeError::invalid("outcome", Problem::NotAllowed, allowed));
        }
    };
    let states = || vec!["open".to_owned(), "closed".to_owned()];
    let command = match state.as_ref().map(Value::as_str) {
        Some(Some("closed")) => Command::Close { outcome },
        None if facts.is_closed() => Command::Close { outcome },
        Some(Some("open")) if outcome.is_none() => Command::Reopen,
        Some(Some("open")) => return Err(FootbridgeError::invalid("outcome", Problem::NotAllowed, Vec::new())),
        _ => return Err(FootbridgeError::invalid("state", Problem::NotAllowed, states())),
    };
    Ok((Some(command), rest))
}
