//! Commands: what decides who may see or do something is never a field of a document, but asked of the
//! server, which orders and checks it. Offline a command waits, and is shown as waiting.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{ChangeHash, DeviceId, PersonId, TokenHash};
use crate::policy::Role;
use crate::time::Timestamp;

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
        /// How often it had been handed on when the asker looked ([`crate::Facts::handed_on`]): where somebody was
        /// faster, nothing is done. Absent where nobody looked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<u64>,
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
    /// Erase a record and what is on it, everywhere and for good.
    Erase,
    /// Make a person something else; asked about her own record.
    Role {
        /// As what from now on.
        role: Role,
        /// Where she is a volunteer.
        districts: BTreeSet<String>,
    },
    /// Take away the rights of a device, or of a person with all her devices; asked about her record.
    Revoke {
        /// The device; absent for the person with all of hers.
        device: Option<DeviceId>,
        /// Whether a device empties itself even where it could not hand over what it had not sent: it is lost.
        wipe: bool,
    },
    /// Give a person her rights back; asked about her record.
    Reinstate,
    /// Let somebody join with the token of this hash; asked about the record of a new person, or of one who is
    /// there and has a further device.
    Invite {
        /// Of the token's 32 bytes.
        token: TokenHash,
        /// What a new person is called; absent for one who is there.
        name: Option<String>,
        /// As what a new person joins.
        role: Role,
        /// Where a new person is a volunteer.
        districts: BTreeSet<String>,
        /// Until when the invitation can be used.
        expires_at: Timestamp,
    },
    /// A coordinator has opened the record.
    Seen {
        /// What she saw: the newest changes of its document.
        heads: Vec<ChangeHash>,
    },
    /// Take over what a revoked device handed over; asked about the quarantined entry.
    Take,
    /// Throw away what a revoked device handed over; asked about the quarantined entry.
    Discard,
    /// Let her own browser sign in to the review pages with the token of this hash; asked about her own record.
    ReviewLink {
        /// Of the token as text.
        token: TokenHash,
        /// Until when the link can be used.
        expires_at: Timestamp,
    },
}
