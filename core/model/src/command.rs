//! Commands: what decides who may see or do something is never a field of a document, but asked of the
//! server, which orders and checks it. Offline a command waits, and is shown as waiting.

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;

/// To whom a follow-up goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// One volunteer or coordinator.
    Person(PersonId),
    /// Whoever of this district's volunteers takes it.
    District(String),
}

/// What is asked of the server about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Hand a follow-up to somebody.
    Give {
        /// To whom.
        to: Recipient,
    },
    /// Close a follow-up.
    Close {
        /// How it ended: a code of the list `outcome`.
        outcome: Option<String>,
    },
    /// Open a closed follow-up again.
    Reopen,
    /// Say that a record which a coordinator entered was made by somebody else.
    Attribute {
        /// Who made it.
        person: PersonId,
    },
}
