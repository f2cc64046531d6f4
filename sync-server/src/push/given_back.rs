//! What a device gives back to a server that lost it. Called by [`super::change`]. Invariant: only a server that was
//! restored lately is given anything back. A coordinator's device gives back what anybody wrote, another only what its
//! own person wrote in her own records, and her own record. What is said of a change (its record's author, whose hand)
//! holds only where the server knows no better, and names members alone. Each stands in the audit trail.

use std::collections::BTreeSet;

use footbridge_model::document::{self, ChangeInfo};
use footbridge_model::{Kind, Member, PersonId, Role};
use footbridge_protocol::{ChangeItem, ErrorCode};

use serde_json::json;

use super::Sender;
use crate::journal::Entry;
use crate::storage::actors::{self, ActorRow};
use crate::storage::audit::{self, Deed};
use crate::storage::documents::DocumentRow;
use crate::storage::members::{self, MemberRow};
use crate::storage::{StorageError, Writing, server};

/// What may be taken for given back.
pub(super) struct GivenBack {
    /// Who made the record, where the server does not know it.
    pub author: Option<PersonId>,
    /// Whether it begins a later generation, in the place of the document that is here.
    pub replaces: bool,
    /// Somebody whom this server has lost: her record comes back, and she with it, without any rights.
    returns: Option<PersonId>,
    /// Whose hand it is, where the server does not know its actor.
    by: Option<PersonId>,
}

impl GivenBack {
    /// The row of an actor that nobody is bound to yet: of the person, on whatever device.
    pub fn actor(&self, sender: &Sender, change: &ChangeInfo) -> ActorRow {
        ActorRow { actor: change.actor, programme: sender.programme, device: None, person: self.by, past: true }
    }
}

impl GivenBack {
    /// Says in the audit trail that it was taken, and on whose word.
    pub fn note(
        &self,
        writing: &Writing<'_>,
        sender: &Sender,
        kind: Kind,
        row: &DocumentRow,
    ) -> Result<(), StorageError> {
        let detail = json!({
            "kind": kind.name(), "author": row.facts.author, "hand": self.by, "generation": row.generation,
        });
        audit::note(writing, sender.programme, sender.by(), Deed::GivenBack, *row.id.as_bytes(), &detail)
    }
}

impl GivenBack {
    /// Lets her be a member again whom this server has lost: one who has left. She has no rights and no device until
    /// a coordinator reinstates her; what she wrote can be given back as hers.
    pub fn bring_back(&self, writing: &mut Writing<'_>, sender: &Sender) -> Result<(), StorageError> {
        let Some(person) = self.returns else { return Ok(()) };
        let (programme, now) = (sender.programme, writing.now());
        let (role, districts) = (Role::Volunteer, BTreeSet::new());
        let member = Member { person, role, districts: districts.clone() };
        members::insert(writing.connection(), &MemberRow::new(programme, member, now))?;
        members::set_revoked(writing.connection(), person, Some(now))?;
        writing.journal(Entry::Member { programme, person, role, districts });
        writing.journal(Entry::Revoked { programme, person, device: None, wipe: false });
        Ok(())
    }
}

/// The person whose record a coordinator gives back and whom nobody here knows.
fn returns(
    writing: &Writing<'_>,
    sender: &Sender,
    item: &ChangeItem,
    kind: Kind,
    here: Option<&DocumentRow>,
) -> Result<Option<PersonId>, StorageError> {
    if kind != Kind::Person || here.is_some() || sender.member.role != Role::Coordinator {
        return Ok(None);
    }
    let person = PersonId::from(item.id);
    let is_unknown = members::find(writing.connection(), person)?.is_none();
    Ok((is_unknown && item.author.is_none_or(|author| author == person)).then_some(person))
}

/// Looks at what is said to be given back, against what is stored.
pub(super) fn look(
    writing: &Writing<'_>,
    sender: &Sender,
    item: &ChangeItem,
    kind: Kind,
    here: Option<&DocumentRow>,
) -> Result<Result<GivenBack, ErrorCode>, StorageError> {
    // A server that lost nothing is given nothing back, whoever says so.
    if !server::has_lost_something(writing.connection(), writing.now())? {
        return Ok(Err(ErrorCode::Forbidden));
    }
    let change = match document::inspect_change(&item.change) {
        Ok(change) => change,
        Err(rejected) => return Ok(Err(rejected.into())),
    };
    let bound = actors::find(writing.connection(), change.actor)?;
    if bound.is_some_and(|bound| bound.programme != sender.programme) {
        return Ok(Err(ErrorCode::WrongActor));
    }
    let by = bound.map_or(item.by, |bound| bound.person);
    let me = sender.member.person;
    let author = here.map_or(item.author, |row| row.facts.author);
    // Programme and codes are coordinators' alone; of people, her own record, which the server made.
    let is_hers = match kind {
        Kind::Programme | Kind::Code => false,
        Kind::Person => PersonId::from(item.id) == me && by.is_none_or(|by| by == me),
        Kind::Visit | Kind::Note | Kind::Contact | Kind::FollowUp => by == Some(me) && author == Some(me),
    };
    if sender.member.role != Role::Coordinator && !is_hers {
        return Ok(Err(ErrorCode::WrongActor));
    }
    let returns = returns(writing, sender, item, kind, here)?;
    for person in [by, item.author].into_iter().flatten().filter(|person| Some(*person) != returns) {
        let found = members::find(writing.connection(), person)?;
        if found.is_none_or(|found| found.programme != sender.programme) {
            return Ok(Err(ErrorCode::Forbidden));
        }
    }
    let is_the_servers_to_make = match kind {
        Kind::Programme => item.id == sender.programme.document(),
        Kind::Person if returns.is_some() => true,
        Kind::Person => {
            let found = members::find(writing.connection(), PersonId::from(item.id))?;
            found.is_some_and(|found| found.programme == sender.programme)
        }
        Kind::Code => true,
        Kind::Visit | Kind::Note | Kind::Contact | Kind::FollowUp => item.author.is_some(),
    };
    if here.is_none() && !is_the_servers_to_make {
        return Ok(Err(ErrorCode::Forbidden));
    }
    let author = if kind == Kind::Person { Some(PersonId::from(item.id)) } else { item.author };
    let replaces = here.is_some_and(|row| item.generation > u64::from(row.generation)) && change.is_first();
    Ok(Ok(GivenBack { author, replaces, returns, by }))
}
