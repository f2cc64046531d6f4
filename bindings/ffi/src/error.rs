//! The nine errors of the client as Kotlin and Swift see them, and the one that a phone's own part may give.
//! Invariant: none carries content of a record, but for the answers of `Changed`, which are shown.

use footbridge_client::FootbridgeError as ClientError;

use crate::value::Value;

/// What an app is told, and can act on.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum FootbridgeError {
    /// A field cannot be written as given; nothing was.
    #[error("{field} cannot be written as given ({problem})")]
    Invalid {
        /// Which field.
        field: String,
        /// What is wrong with it: `unknown`, `read_only`, `required`, `wrong_form`, `not_allowed`,
        /// `too_long` or `out_of_range`.
        problem: String,
        /// What would be allowed.
        allowed: Vec<String>,
    },
    /// There is no such record on this device.
    #[error("there is no such record on this device")]
    NotFound,
    /// Somebody answered meanwhile; nothing was written.
    #[error("{field} was changed meanwhile")]
    Changed {
        /// Which field.
        field: String,
        /// The answers that stand there now.
        values: Vec<Value>,
    },
    /// Not hers to do.
    #[error("not yours to do")]
    Forbidden,
    /// The key does not open the store, or the platform does not give it; or the device was revoked, and `status`
    /// says so.
    #[error("this store is locked")]
    Locked,
    /// Records would be lost that are on this device alone.
    #[error("{count} records are on this device alone")]
    Unsent {
        /// How many.
        count: u64,
    },
    /// The server cannot be reached; all is kept, and tried again.
    #[error("the server cannot be reached")]
    Offline,
    /// The server, or the state of this device, says no.
    #[error("refused: {code}")]
    Refused {
        /// The stable name of the reason, for `explain_refusal` and `what_to_do`.
        code: String,
    },
    /// The store cannot be read or written.
    #[error("the store: {what}")]
    Storage {
        /// What: `disk_full`, `damaged`, `newer`, `busy` or `failed`.
        what: String,
    },
}

impl From<ClientError> for FootbridgeError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Invalid { field, problem, allowed } => {
                Self::Invalid { field, problem: problem.to_owned(), allowed }
            }
            ClientError::NotFound => Self::NotFound,
            ClientError::Changed { field, values } => {
                Self::Changed { field, values: values.into_iter().map(Into::into).collect() }
            }
            ClientError::Forbidden => Self::Forbidden,
            ClientError::Locked => Self::Locked,
            ClientError::Unsent { count } => Self::Unsent { count },
            ClientError::Offline => Self::Offline,
            ClientError::Refused { code } => Self::Refused { code },
            ClientError::Storage { what, source } => {
                tracing::warn!(what, cause = ?source, "the store failed");
                Self::Storage { what: what.to_owned() }
            }
        }
    }
}

/// What a part of the phone's own (a listener, the secret store) can answer instead of doing its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PlatformError {
    /// It will not, or cannot at present.
    #[error("refused: {reason}")]
    Refused {
        /// Why, for a log.
        reason: String,
    },
    /// It failed in a way that it did not foresee.
    #[error("unexpected: {reason}")]
    Unexpected {
        /// Why, for a log.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PlatformError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unexpected { reason: error.reason }
    }
}

/// A listener that fails is the phone's own affair: it is noted, and what it was told about goes on.
pub(crate) fn noted(result: Result<(), PlatformError>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a listener failed");
    }
}
