//! Who may see and do what. The server asks here against what it has stored; a device asks the same
//! questions first, so that a person learns at once, and not at the next sync, that something is not hers.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::facts::Facts;
use crate::ids::PersonId;
use crate::kinds::{Kind, SetBy};

/// What a person is in a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Talks with women and records it.
    Volunteer,
    /// Sees everything that is done, answers follow-ups, settles disagreements.
    Coordinator,
}

impl Role {
    /// Its name on the wire and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Volunteer => "volunteer",
            Self::Coordinator => "coordinator",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Volunteer, Self::Coordinator].into_iter().find(|role| role.name() == name)
    }
}

/// A person with what decides her rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub role: Role,
    /// Where she is a volunteer.
    pub districts: BTreeSet<String>,
}

/// A set of records that somebody has the right to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Lists, people, the programme itself: all its members.
    Programme,
    /// What this person made or was given.
    Person(PersonId),
    /// This person's drafts: nobody else's eyes.
    Drafts(PersonId),
    /// What is open to this district's volunteers.
    District(String),
    /// Everything done: coordinators.
    Coordinators,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Programme => f.write_str("programme"),
            Self::Person(person) => write!(f, "person/{person}"),
            Self::Drafts(person) => write!(f, "drafts/{person}"),
            Self::District(district) => write!(f, "district/{district}"),
            Self::Coordinators => f.write_str("coordinators"),
        }
    }
}

/// A text that names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a scope")]
pub struct NotAScope;

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let scope = match text.split_once('/') {
            None if text == "programme" => Self::Programme,
            None if text == "coordinators" => Self::Coordinators,
            Some(("person", id)) => Self::Person(id.parse().map_err(|_| NotAScope)?),
            Some(("drafts", id)) => Self::Drafts(id.parse().map_err(|_| NotAScope)?),
            Some(("district", name)) if !name.is_empty() => Self::District(name.to_owned()),
            _ => return Err(NotAScope),
        };
        // An id can be written in several ways; a scope has one name.
        if scope.to_string() == text { Ok(scope) } else { Err(NotAScope) }
    }
}

impl Member {
    /// Everything that she may read.
    pub fn scopes(&self) -> Vec<Scope> {
        let mut scopes = vec![Scope::Programme, Scope::Person(self.person), Scope::Drafts(self.person)];
        match self.role {
            Role::Volunteer => scopes.extend(self.districts.iter().cloned().map(Scope::District)),
            Role::Coordinator => scopes.push(Scope::Coordinators),
        }
        scopes
    }

    /// Whether she may read what has this audience.
    pub fn sees(&self, audience: &BTreeSet<Scope>) -> bool {
        self.scopes().iter().any(|scope| audience.contains(scope))
    }
}

/// Who may read a record of this kind: a note what its `parent` is read by, and its author.
pub fn audience(kind: Kind, facts: &Facts, parent: Option<&BTreeSet<Scope>>) -> BTreeSet<Scope> {
    let mut audience = BTreeSet::new();
    match kind {
        Kind::Programme | Kind::Code | Kind::Person => {
            audience.insert(Scope::Programme);
        }
        Kind::Visit | Kind::Contact => {
            audience.insert(Scope::Coordinators);
            audience.extend(facts.author.map(Scope::Person));
        }
        Kind::Note => {
            audience.insert(Scope::Coordinators);
            audience.extend(parent.into_iter().flatten().cloned());
            audience.extend(facts.author.map(Scope::Person));
        }
        Kind::FollowUp => {
            audience.insert(Scope::Coordinators);
            audience.extend(facts.author.map(Scope::Person));
            audience.extend(facts.given_to.map(Scope::Person));
            audience.extend(facts.open_to.clone().map(Scope::District));
        }
    }
    audience
}

/// Something that is not hers to do, on a record that she may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not hers to do")]
pub struct Denied;

fn allow(allowed: bool) -> Result<(), Denied> {
    if allowed { Ok(()) } else { Err(Denied) }
}

/// Whether she may make a record of this kind. People and programmes are made by the server alone.
///
/// # Errors
/// [`Denied`].
pub fn may_create(member: &Member, kind: Kind) -> Result<(), Denied> {
    match kind {
        Kind::Programme | Kind::Person => Err(Denied),
        Kind::Code => allow(member.role == Role::Coordinator),
        Kind::Visit | Kind::Note | Kind::Contact | Kind::FollowUp => Ok(()),
    }
}

/// Whether she may set these fields of a record that she sees and that is already there. What is given at
/// its creation stays as it is; a second first change of the same record (two tablets that took in the same
/// row of a log) is the caller's to let through with no fields named, for both say the same.
///
/// # Errors
/// [`Denied`].
pub fn may_edit<'a>(
    member: &Member,
    kind: Kind,
    facts: &Facts,
    touched: impl IntoIterator<Item = &'a str>,
) -> Result<(), Denied> {
    let is_author = facts.author == Some(member.person);
    let is_coordinator = member.role == Role::Coordinator;
    allow(match kind {
        Kind::Programme | Kind::Code => is_coordinator,
        Kind::Person | Kind::Visit | Kind::Note | Kind::Contact | Kind::FollowUp => is_author || is_coordinator,
    })?;
    touched.into_iter().try_for_each(|field| match kind.spec().field(field).map(|spec| spec.set_by) {
        Some(SetBy::Author) => allow(is_author),
        Some(SetBy::Command | SetBy::Creation) => Err(Denied),
        Some(SetBy::Editor) | None => Ok(()),
    })
}

/// Whether a kind is what people record of their work, and not what the programme itself consists of.
fn is_recorded(kind: Kind) -> bool {
    match kind {
        Kind::Visit | Kind::Note | Kind::Contact | Kind::FollowUp => true,
        Kind::Programme | Kind::Code | Kind::Person => false,
    }
}

/// Whether she may take earlier wording of a record back, history included: its author may.
///
/// # Errors
/// [`Denied`].
pub fn may_reword(member: &Member, kind: Kind, facts: &Facts) -> Result<(), Denied> {
    allow(is_recorded(kind) && facts.author == Some(member.person))
}

/// Whether she may give this command about a record that she sees.
///
/// # Errors
/// [`Denied`].
pub fn may_command(member: &Member, kind: Kind, facts: &Facts, command: &Command) -> Result<(), Denied> {
    let is_coordinator = member.role == Role::Coordinator;
    match command {
        Command::Give { .. } => {
            let hers = facts.author == Some(member.person) || facts.given_to == Some(member.person);
            allow(kind == Kind::FollowUp && (is_coordinator || hers))
        }
        // Whoever sees a follow-up may close it, and open it again where that was a slip.
        Command::Close { .. } | Command::Reopen => allow(kind == Kind::FollowUp),
        Command::Attribute { .. } => allow(is_coordinator && matches!(kind, Kind::Visit | Kind::Note | Kind::Contact)),
        // Words are whose they are: her own note she may take back, all else is a coordinator's to erase.
        Command::Erase => {
            let hers = kind == Kind::Note && facts.author == Some(member.person);
            // Of somebody who has left, what she was called.
            let has_left = kind == Kind::Person && facts.revoked_at.is_some();
            allow((is_recorded(kind) && (is_coordinator || hers)) || (has_left && is_coordinator))
        }
        Command::Seen { .. } => allow(is_coordinator && is_recorded(kind)),
        Command::Role { .. } | Command::Revoke { .. } | Command::Reinstate | Command::Invite { .. } => {
            allow(is_coordinator && kind == Kind::Person)
        }
        // Asked about a quarantined entry, or about herself.
        Command::Take | Command::Discard | Command::ReviewLink { .. } => allow(is_coordinator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Recipient;

    fn member(number: u8, role: Role, districts: &[&str]) -> Member {
        Member {
            person: PersonId::from_bytes([number; 16]),
            role,
            districts: districts.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn of(author: &Member) -> Facts {
        Facts { author: Some(author.person), ..Facts::default() }
    }

    #[test]
    fn a_visit_is_seen_by_its_author_and_by_coordinators_only() {
        let (amina, leila) = (member(1, Role::Volunteer, &["Dalhem"]), member(2, Role::Volunteer, &["Dalhem"]));
        let kari = member(3, Role::Coordinator, &[]);
        let audience = audience(Kind::Visit, &of(&amina), None);
        assert!(amina.sees(&audience) && kari.sees(&audience) && !leila.sees(&audience));
    }

    #[test]
    fn a_note_moves_with_what_it_is_on() {
        let (amina, leila) = (member(1, Role::Volunteer, &[]), member(2, Role::Volunteer, &[]));
        let visit = audience(Kind::Visit, &of(&amina), None);
        let kari = member(3, Role::Coordinator, &[]);
        let note = audience(Kind::Note, &of(&kari), Some(&visit));
        assert!(amina.sees(&note) && kari.sees(&note) && !leila.sees(&note));
    }

    #[test]
    fn a_follow_up_open_to_a_district_is_seen_by_its_volunteers() {
        let (amina, leila) = (member(1, Role::Volunteer, &["Dalhem"]), member(2, Role::Volunteer, &["Närlunda"]));
        let facts = of(&amina).after(
            &Command::Give { to: Recipient::District("Närlunda".to_owned()), seen: None },
            Some(amina.person),
            crate::Timestamp(0),
        );
        assert!(leila.sees(&audience(Kind::FollowUp, &facts, None)));
        assert_eq!(may_command(&leila, Kind::FollowUp, &facts, &Command::Close { outcome: None }), Ok(()));
        let give = Command::Give { to: Recipient::Person(leila.person), seen: None };
        assert_eq!(may_command(&leila, Kind::FollowUp, &facts, &give), Err(Denied));
    }

    #[test]
    fn only_its_author_withdraws_a_visit() {
        let (amina, kari) = (member(1, Role::Volunteer, &[]), member(3, Role::Coordinator, &[]));
        assert_eq!(may_edit(&amina, Kind::Visit, &of(&amina), ["state"]), Ok(()));
        assert_eq!(may_edit(&kari, Kind::Visit, &of(&amina), ["state"]), Err(Denied));
        assert_eq!(may_edit(&kari, Kind::Visit, &of(&amina), ["topics"]), Ok(()));
    }

    #[test]
    fn words_are_taken_back_by_their_author_and_records_erased_by_a_coordinator() {
        let (amina, leila) = (member(1, Role::Volunteer, &[]), member(2, Role::Volunteer, &[]));
        let kari = member(3, Role::Coordinator, &[]);
        let facts = of(&amina);
        let may = |who, kind| may_command(who, kind, &facts, &Command::Erase).is_ok();
        assert!(may(&amina, Kind::Note) && !may(&amina, Kind::Visit) && !may(&leila, Kind::Note));
        assert!(may(&kari, Kind::Note) && may(&kari, Kind::Visit) && !may(&kari, Kind::Person));
        let gone = Facts { revoked_at: Some(crate::Timestamp(1)), ..facts.clone() };
        assert_eq!(may_command(&kari, Kind::Person, &gone, &Command::Erase), Ok(()), "who has left");
        assert_eq!(may_command(&amina, Kind::Person, &gone, &Command::Erase), Err(Denied));
        assert_eq!(may_reword(&amina, Kind::Visit, &facts), Ok(()));
        assert_eq!(may_reword(&kari, Kind::Visit, &facts), Err(Denied));
        assert_eq!(may_reword(&amina, Kind::Person, &facts), Err(Denied));
    }

    #[test]
    fn people_come_and_go_by_a_coordinators_word_alone() {
        let (amina, kari) = (member(1, Role::Volunteer, &[]), member(3, Role::Coordinator, &[]));
        for command in [Command::Reinstate, Command::Revoke { device: None, wipe: true }, Command::Take] {
            assert_eq!(may_command(&kari, Kind::Person, &of(&amina), &command), Ok(()));
            assert_eq!(may_command(&amina, Kind::Person, &of(&amina), &command), Err(Denied));
        }
        let seen = Command::Seen { heads: Vec::new() };
        assert_eq!(may_command(&kari, Kind::Visit, &of(&amina), &seen), Ok(()));
        assert_eq!(may_command(&amina, Kind::Visit, &of(&amina), &seen), Err(Denied));
    }

    #[test]
    fn a_scope_is_read_as_it_is_written() {
        let person = PersonId::from_bytes([7; 16]);
        let scopes = [
            Scope::Programme,
            Scope::Person(person),
            Scope::Drafts(person),
            Scope::District("Nord/Øst".to_owned()),
            Scope::Coordinators,
        ];
        for scope in scopes {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        for text in ["", "district/", "person/x", "everything"] {
            assert_eq!(text.parse::<Scope>(), Err(NotAScope), "{text}");
        }
    }

    #[test]
    fn a_scope_has_one_name() {
        let id = PersonId::from_bytes([0xab; 16]).to_string();
        let others = [id.to_uppercase(), id.replace('-', ""), format!("{{{id}}}"), format!("urn:uuid:{id}")];
        for other in others {
            assert_eq!(format!("person/{other}").parse::<Scope>(), Err(NotAScope), "{other}");
            assert_eq!(format!("drafts/{other}").parse::<Scope>(), Err(NotAScope), "{other}");
        }
    }
}
