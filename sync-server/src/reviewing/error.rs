//! Why a review page cannot do what was asked. Called by every part of `reviewing`. Invariant: no content of a record.

use footbridge_model::Invalid;

use crate::storage::StorageError;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// Unknown, or not in her programme.
    #[error("there is no such record")]
    NotFound,
    /// She may not do this, or is a coordinator no more.
    #[error("not hers to do")]
    Forbidden,
    /// Something was said meanwhile: the page must be looked at again.
    #[error("the record has changed since the page was shown")]
    Changed,
    /// The value is not one that the field can have.
    #[error("not a value of this field")]
    Invalid(#[source] Invalid),
    /// A code that is not offered, or a name that gives none.
    #[error("none of those that are offered")]
    NotOffered,
    /// There is one of that name already.
    #[error("there is one of that name")]
    Taken,
    /// The database.
    #[error("the database failed")]
    Storage(#[from] StorageError),
}
