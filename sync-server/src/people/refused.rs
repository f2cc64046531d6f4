//! Why something about people was not done. Called by every part of `people`. Invariant: each way to ask (terminal,
//! push, page) tells it in its own words, and none tells more than whoever asks may know.

use std::collections::BTreeSet;

use footbridge_model::{Invalid, Problem};
use footbridge_protocol::ErrorCode;

use crate::admin::AdminError;
use crate::storage::StorageError;

/// Why it was not done. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such person or device in this programme.
    #[error("no such person or device in this programme")]
    NotFound,
    /// Not hers to do.
    #[error("not hers to do")]
    Forbidden,
    /// A programme without a coordinator would be left; only the administrator does that.
    #[error("the programme would be left without a coordinator")]
    LastCoordinator,
    /// A district that the programme does not have.
    #[error("a district that the programme does not have")]
    UnknownDistrict {
        /// Those that it has.
        known: BTreeSet<String>,
    },
    /// She belongs to the programme no more: she must be reinstated first.
    #[error("she belongs to the programme no more")]
    Gone,
    /// There is somebody or something with that id already, or the token was used before.
    #[error("the id or the token is taken")]
    Taken,
    /// The review pages are for coordinators.
    #[error("the review pages are for coordinators")]
    NoCoordinator,
    /// The time in which the invitation or link could be used is over.
    #[error("the time of the invitation is over")]
    Late,
    /// What she is called is no name.
    #[error("not a name")]
    Invalid(#[source] Invalid),
    /// The database.
    #[error("the database failed")]
    Storage(#[from] StorageError),
}

impl Refused {
    /// What a device is told; where the database failed, that.
    pub(crate) fn code(self) -> Result<ErrorCode, StorageError> {
        Ok(match self {
            Self::NotFound | Self::UnknownDistrict { .. } => ErrorCode::NotFound,
            Self::Forbidden | Self::LastCoordinator | Self::NoCoordinator => ErrorCode::Forbidden,
            Self::Gone | Self::Taken => ErrorCode::Changed,
            Self::Late => ErrorCode::InvitationExpired,
            Self::Invalid(invalid) if invalid.problem == Problem::TooLong => ErrorCode::TooLarge,
            Self::Invalid(_) => ErrorCode::UnknownField,
            Self::Storage(error) => return Err(error),
        })
    }
}

impl From<Refused> for AdminError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => {
                Self::not_found("no such person or device in this programme; see `members`, `devices`")
            }
            Refused::Forbidden => Self::invalid("person", "not to be done to this person"),
            Refused::LastCoordinator => Self::invalid("person", "the programme would be left without a coordinator"),
            Refused::UnknownDistrict { known } => {
                let known: Vec<_> = known.into_iter().collect();
                let message = format!("district: not one of the programme; allowed: {}", known.join(", "));
                Self::invalid("district", message)
            }
            Refused::Gone => Self::invalid("person", "her rights were taken away: `reinstate` her first"),
            Refused::Taken => Self::invalid("person", "the id or the token is taken"),
            Refused::NoCoordinator => Self::invalid("person", "the review pages are for coordinators"),
            Refused::Late => Self::invalid("expires", "the time of the invitation is over"),
            Refused::Invalid(invalid) => invalid.into(),
            Refused::Storage(error) => error.into(),
        }
    }
}
