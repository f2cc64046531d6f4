//! Who may see and do what, in plain maps: what the server has said yes to, in that order, and what follows from it by
//! the words of the product, written down here once more. Invariant: nothing of the policy or the projection is asked.

use std::collections::{BTreeMap, BTreeSet};

use footbridge_model::{Command, DeviceId, DocumentId, PersonId, Recipient, Role};
use footbridge_protocol::Item;

/// What somebody is.
#[derive(Debug, Clone)]
pub struct Standing {
    /// A volunteer or a coordinator.
    pub role: Role,
    /// Where she is a volunteer.
    pub districts: BTreeSet<String>,
    /// Whether her rights were taken away.
    pub is_revoked: bool,
}

/// How a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// It has those of its person.
    Hers,
    /// They were taken away with hers.
    GoneWithHer,
    /// They were taken away from this device alone.
    Gone,
}

/// A device that has joined.
#[derive(Debug, Clone, Copy)]
pub struct Joined {
    /// Whose it is.
    pub person: PersonId,
    /// What it may.
    pub rights: Rights,
}

/// A record that the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its kind.
    pub kind: String,
    /// Who made it.
    pub author: Option<PersonId>,
    /// What it is on.
    pub on: Option<DocumentId>,
    /// To whom a follow-up is given.
    pub given_to: Option<PersonId>,
    /// To whose volunteers it is open.
    pub open_to: Option<String>,
    /// Whether it is closed.
    pub is_closed: bool,
}

/// A draft that the server has.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Whose.
    pub person: PersonId,
    /// What it is on.
    pub on: Option<DocumentId>,
}

/// Everything that the server has said yes to.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    /// Everybody.
    pub people: BTreeMap<PersonId, Standing>,
    /// Every device that has joined.
    pub devices: BTreeMap<DeviceId, Joined>,
    /// Every record that people make.
    pub records: BTreeMap<DocumentId, Known>,
    /// Every draft.
    pub drafts: BTreeMap<DocumentId, Draft>,
    /// What the server was ever sent something of.
    pub sent: BTreeSet<DocumentId>,
    /// What was erased.
    pub erased: BTreeSet<DocumentId>,
    /// What revoked devices handed over, by device and record.
    pub quarantine: BTreeMap<(DeviceId, DocumentId), Vec<Item>>,
    /// Envelopes that were opened and judged, by their digest.
    pub envelopes: BTreeSet<[u8; 32]>,
    /// Which of the things that were said the server has.
    pub arrived: BTreeSet<usize>,
}

impl Truth {
    /// Whether a person may see a record that the server has.
    pub fn may_see(&self, person: PersonId, id: DocumentId) -> bool {
        let Some(standing) = self.people.get(&person) else { return false };
        let Some(known) = self.records.get(&id) else { return false };
        let is_coordinator = standing.role == Role::Coordinator;
        let is_hers = known.author == Some(person);
        if is_coordinator || is_hers {
            return true;
        }
        match known.kind.as_str() {
            "note" => known.on.and_then(|on| self.records.get(&on)).is_some_and(|on| on.author == Some(person)),
            "follow_up" => {
                let is_open_to_her = known.open_to.as_ref().is_some_and(|open| standing.districts.contains(open));
                known.given_to == Some(person) || is_open_to_her
            }
            _ => false,
        }
    }

    /// Whether somebody has rights, with this device.
    pub fn is_active(&self, device: DeviceId) -> bool {
        self.devices.get(&device).is_some_and(|joined| {
            let standing = self.people.get(&joined.person);
            joined.rights == Rights::Hers && standing.is_some_and(|standing| !standing.is_revoked)
        })
    }

    /// Whether she may change a record that the server has.
    pub fn may_change(&self, person: PersonId, id: DocumentId) -> bool {
        let is_hers = self.records.get(&id).is_some_and(|known| known.author == Some(person));
        self.may_see(person, id) && (is_hers || self.is_coordinator(person))
    }

    /// What a person may read, by name.
    pub fn scopes(&self, person: PersonId) -> BTreeSet<String> {
        let Some(standing) = self.people.get(&person).filter(|standing| !standing.is_revoked) else {
            return BTreeSet::new();
        };
        match standing.role {
            Role::Coordinator => BTreeSet::from(["coordinators".to_owned()]),
            Role::Volunteer => standing.districts.clone(),
        }
    }

    /// Whether she is a coordinator.
    pub fn is_coordinator(&self, person: PersonId) -> bool {
        self.people.get(&person).is_some_and(|standing| standing.role == Role::Coordinator)
    }

    /// Whether the server is right to say yes to a command.
    pub fn may_command(&self, person: PersonId, id: DocumentId, command: &Command) -> bool {
        let coordinator = self.is_coordinator(person);
        let known = self.records.get(&id);
        let sees = self.may_see(person, id);
        let is_follow_up = known.is_some_and(|known| known.kind == "follow_up");
        let is_closed = known.is_some_and(|known| known.is_closed);
        let is_hers = known.is_some_and(|known| known.author == Some(person));
        match command {
            Command::Give { .. } => {
                let has_it = known.is_some_and(|known| known.given_to == Some(person));
                sees && is_follow_up && !is_closed && (coordinator || is_hers || has_it)
            }
            Command::Close { .. } => sees && is_follow_up && !is_closed,
            Command::Reopen => sees && is_follow_up && is_closed,
            Command::Erase => sees && (coordinator || (is_hers && known.is_some_and(|known| known.kind == "note"))),
            Command::Attribute { .. } | Command::Seen { .. } => sees && coordinator,
            Command::Role { .. }
            | Command::Revoke { .. }
            | Command::Reinstate
            | Command::Invite { .. }
            | Command::Take
            | Command::Discard
            | Command::ReviewLink { .. } => coordinator,
        }
    }

    /// The server has carried a command out.
    pub fn carry_out(&mut self, id: DocumentId, command: &Command) {
        match command {
            Command::Give { to, seen: _ } => self.with(id, |known| {
                (known.given_to, known.open_to) = match to {
                    Recipient::Person(person) => (Some(*person), None),
                    Recipient::District(district) => (None, Some(district.clone())),
                };
            }),
            Command::Close { .. } => self.with(id, |known| known.is_closed = true),
            Command::Reopen => self.with(id, |known| known.is_closed = false),
            Command::Attribute { person } => self.with(id, |known| known.author = Some(*person)),
            Command::Erase => self.erase(id),
            Command::Role { role, districts } => {
                if let Some(standing) = self.people.get_mut(&PersonId::from(id)) {
                    (standing.role, standing.districts) = (*role, districts.clone());
                }
            }
            Command::Revoke { device: Some(device), .. } => {
                if let Some(joined) = self.devices.get_mut(device) {
                    joined.rights = Rights::Gone;
                }
            }
            Command::Revoke { device: None, .. } => self.stand(PersonId::from(id), true),
            Command::Reinstate => self.stand(PersonId::from(id), false),
            Command::Invite { name: Some(_), role, districts, .. } => {
                let standing = Standing { role: *role, districts: districts.clone(), is_revoked: false };
                self.people.entry(PersonId::from(id)).or_insert(standing);
            }
            Command::Invite { name: None, .. }
            | Command::Seen { .. }
            | Command::Take
            | Command::Discard
            | Command::ReviewLink { .. } => {}
        }
    }

    fn with(&mut self, id: DocumentId, change: impl FnOnce(&mut Known)) {
        if let Some(known) = self.records.get_mut(&id) {
            change(known);
        }
    }

    fn stand(&mut self, person: PersonId, is_revoked: bool) {
        if let Some(standing) = self.people.get_mut(&person) {
            standing.is_revoked = is_revoked;
        }
        for joined in self.devices.values_mut().filter(|joined| joined.person == person) {
            joined.rights = match (joined.rights, is_revoked) {
                (Rights::Hers, true) => Rights::GoneWithHer,
                (Rights::GoneWithHer, false) => Rights::Hers,
                (rights, _) => rights,
            };
        }
    }

    /// A record goes for good, with what is on it.
    pub fn erase(&mut self, id: DocumentId) {
        let mut gone = vec![id];
        while let Some(id) = gone.pop() {
            self.erased.insert(id);
            self.records.remove(&id);
            self.drafts.remove(&id);
            self.quarantine.retain(|(_, record), _| *record != id);
            let records = self.records.iter().filter(|(_, known)| known.on == Some(id)).map(|(id, _)| *id);
            let drafts = self.drafts.iter().filter(|(_, draft)| draft.on == Some(id)).map(|(id, _)| *id);
            gone.extend(records.chain(drafts).collect::<Vec<_>>());
        }
    }

    /// The server is as it was at an earlier moment, but for what its journal has told it.
    pub fn restored(&self, before: &Self) -> Self {
        let mut truth = Self {
            people: self.people.clone(),
            devices: self.devices.clone(),
            erased: before.erased.clone(),
            ..before.clone()
        };
        for id in &self.erased {
            truth.erase(*id);
        }
        truth
    }

    /// What a person is to find on a device of hers once everything has settled.
    pub fn seen_by(&self, person: PersonId) -> BTreeSet<DocumentId> {
        let records = self.records.keys().copied().filter(|id| self.may_see(person, *id));
        let drafts = self.drafts.iter().filter(|(_, draft)| draft.person == person).map(|(id, _)| *id);
        records.chain(drafts).collect()
    }
}
