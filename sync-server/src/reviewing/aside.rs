//! What stands aside, in the review pages: what revoked devices handed over, and what was refused to devices. Called by
//! its route. Invariant: of her programme only; of what was refused nothing is known but why.

use footbridge_model::{DocumentId, PersonId, QuarantineId};

use super::{Coordinator, ReviewError, record, still_coordinator};
use crate::people::{By, Refused};
use crate::quarantine::{self, Taken, Waiting};
use crate::state::ServerState;
use crate::storage::set_aside::{self, SetAsideRow};
use crate::storage::{StorageError, documents};

/// How many entries of the quarantine a page has.
const PAGE: u32 = 40;

/// Something that was refused to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Whose device.
    pub person: PersonId,
    /// What, and why.
    pub row: SetAsideRow,
    /// The record, where a coordinator sees it.
    pub record: Option<DocumentId>,
}

/// What stands aside.
#[derive(Debug, Clone)]
pub struct Aside {
    /// What revoked devices handed over, the oldest first.
    pub waiting: Vec<Waiting>,
    /// Whether there is more of it.
    pub more: bool,
    /// What was refused, the latest first.
    pub set_aside: Vec<SetAside>,
}

/// What stands aside in her programme, in quarantine from after that entry on.
pub async fn aside(
    state: &ServerState,
    coordinator: &Coordinator,
    after: Option<QuarantineId>,
) -> Result<Aside, ReviewError> {
    let (programme, person) = (coordinator.programme, coordinator.person);
    let permit = state.interpreting().acquire_owned().await.map_err(|_| StorageError::Stopped)?;
    state
        .storage()
        .read(move |connection| {
            let _permit = permit;
            still_coordinator(connection, programme, person)?;
            let (waiting, more) = quarantine::waiting(connection, programme, after, PAGE)?;
            let mut set_aside = Vec::new();
            for (person, row) in set_aside::of(connection, programme)? {
                let here = documents::find(connection, row.record)?.filter(|found| found.programme == programme);
                let seen = here.is_some() && record::sees(connection, row.record)?;
                set_aside.push(SetAside { person, record: seen.then_some(row.record), row });
            }
            Ok(Aside { waiting, more, set_aside })
        })
        .await
}

/// Takes over all that a device handed over about a record.
pub async fn take_over(state: &ServerState, coordinator: &Coordinator, entry: QuarantineId) -> Result<Taken, Refused> {
    let by = By::Page { person: coordinator.person };
    quarantine::take_over(state, by, coordinator.programme, entry).await
}

/// Throws it away.
pub async fn throw_away(state: &ServerState, coordinator: &Coordinator, entry: QuarantineId) -> Result<(), Refused> {
    let by = By::Page { person: coordinator.person };
    quarantine::throw_away(state, by, coordinator.programme, entry).await
}
