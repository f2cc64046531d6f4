//! What the server decides about a record and sends beside its document. A device shows facts, lays its
//! own waiting commands over them, and never takes them from a document.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::command::{Command, Recipient};
use crate::ids::PersonId;
use crate::kinds::Kind;
use crate::policy::Role;
use crate::time::Timestamp;

/// Whether a follow-up still waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpState {
    /// It waits.
    #[default]
    Open,
    /// Somebody closed it.
    Closed,
}

/// A coordinator has opened a record as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
}

/// The server's facts of one record. Those that its kind does not have are absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Who made the record: who signed, or whom a coordinator named. Absent before the first join.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<PersonId>,
    /// The person to whom a follow-up is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_to: Option<PersonId>,
    /// The district to whose volunteers a follow-up is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_to: Option<String>,
    /// How often a follow-up was given to somebody.
    #[serde(skip_serializing_if = "is_zero")]
    pub handed_on: u64,
    /// Of a follow-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<FollowUpState>,
    /// How a follow-up ended, a code of the list `outcome`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Who closed a follow-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<PersonId>,
    /// When a follow-up was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The handle of the contact that a follow-up is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// The district of what a follow-up is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// A person's role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// A person's districts.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub districts: BTreeSet<String>,
    /// Since when a person belongs to the programme no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// When the server received a note, by its clock: its days count from then, see [`crate::expiry`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// Of a programme: for how many days notes are kept at present, where a shorter time waits to take effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeps_days: Option<i64>,
    /// Of a programme: when that shorter time takes effect, unless it is taken back before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortens_at: Option<Timestamp>,
    /// The coordinators who have opened the record as it is now, in that order. An edit makes it unseen again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Seen>,
}

impl Facts {
    /// Of a record that the server has just got: whose it is, and that a follow-up is open.
    pub fn of_new(kind: Kind, author: Option<PersonId>) -> Self {
        Self { author, state: (kind == Kind::FollowUp).then_some(FollowUpState::Open), ..Self::default() }
    }

    /// The facts after `command` by `person` at `now`. Both the server (for good) and a device (as
    /// waiting) compute it here, so that they agree.
    pub fn after(&self, command: &Command, person: Option<PersonId>, now: Timestamp) -> Self {
        let mut facts = self.clone();
        match command {
            Command::Give { to, seen: _ } => {
                (facts.given_to, facts.open_to) = match to {
                    Recipient::Person(to) => (Some(*to), None),
                    Recipient::District(district) => (None, Some(district.clone())),
                };
                facts.handed_on = facts.handed_on.saturating_add(1);
            }
            Command::Close { outcome } => {
                facts.state = Some(FollowUpState::Closed);
                facts.outcome.clone_from(outcome);
                facts.closed_by = person;
                facts.closed_at = Some(now);
            }
            Command::Reopen => {
                facts.state = Some(FollowUpState::Open);
                facts.outcome = None;
                facts.closed_by = None;
                facts.closed_at = None;
            }
            Command::Attribute { person } => facts.author = Some(*person),
            Command::Role { role, districts } => {
                facts.role = Some(*role);
                facts.districts.clone_from(districts);
            }
            // Who is gone already is gone since then.
            Command::Revoke { device: None, .. } => facts.revoked_at = facts.revoked_at.or(Some(now)),
            Command::Reinstate => facts.revoked_at = None,
            Command::Seen { .. } => {
                if let Some(by) = person.filter(|person| facts.seen.iter().all(|seen| seen.by != *person)) {
                    facts.seen.push(Seen { by, at: now });
                }
            }
            // What follows from these is no fact of the record that they are about.
            Command::Erase
            | Command::Revoke { device: Some(_), .. }
            | Command::Invite { .. }
            | Command::Take
            | Command::Discard
            | Command::ReviewLink { .. } => {}
        }
        facts
    }

    /// Whether somebody has closed it. A record that is not a follow-up never is.
    pub fn is_closed(&self) -> bool {
        self.state == Some(FollowUpState::Closed)
    }
}

/// What is nothing is not written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_gone_already_is_gone_since_then() {
        let revoke = Command::Revoke { device: None, wipe: false };
        let gone = Facts::default().after(&revoke, None, Timestamp(1));
        assert_eq!(gone.after(&revoke, None, Timestamp(2)).revoked_at, Some(Timestamp(1)));
        assert_eq!(gone.after(&Command::Reinstate, None, Timestamp(3)).revoked_at, None);
    }
}
