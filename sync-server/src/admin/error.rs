//! Why something that was asked was not done, in words for whoever runs the server. Called by every part of `admin` and
//! by the command line. Invariant: no more kinds than a script needs to branch on; each has its exit code.

use footbridge_model::{Invalid, Problem};
use serde::{Deserialize, Serialize};

use crate::error::ServerError;
use crate::storage::StorageError;

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminErrorKind {
    /// Something given is not allowed; the message says what is.
    Invalid,
    /// What is named is not there.
    NotFound,
    /// The data folder is in use and its server does not answer.
    Locked,
    /// The server cannot listen there.
    Listen,
    /// The data folder or the database failed.
    Storage,
}

impl AdminErrorKind {
    /// The exit code of the process.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Invalid => 2,
            Self::NotFound => 3,
            Self::Locked => 4,
            Self::Listen => 5,
            Self::Storage => 6,
        }
    }
}

/// Why it was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct AdminError {
    /// What kind of refusal.
    pub error: AdminErrorKind,
    /// In a sentence.
    pub message: String,
    /// The option at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
}

impl AdminError {
    /// A refusal of that kind.
    pub fn new(error: AdminErrorKind, message: impl Into<String>) -> Self {
        Self { error, message: message.into(), field: None }
    }

    /// Something is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(AdminErrorKind::NotFound, message)
    }

    /// An option is not allowed.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self { error: AdminErrorKind::Invalid, message: message.into(), field: Some(field.to_owned()) }
    }
}

impl From<Invalid> for AdminError {
    fn from(invalid: Invalid) -> Self {
        let what = match invalid.problem {
            Problem::Unknown | Problem::ReadOnly => "cannot be set",
            Problem::Required => "is needed",
            Problem::WrongForm => "has another form than expected",
            Problem::NotAllowed => "is not one of those that there are",
            Problem::TooLong => "is too long",
            Problem::OutOfRange => "is out of range",
        };
        let allowed = invalid.allowed.join(", ");
        let message = if allowed.is_empty() {
            format!("{} {what}", invalid.field)
        } else {
            format!("{} {what}; allowed: {allowed}", invalid.field)
        };
        Self::invalid(&invalid.field, message)
    }
}

impl From<StorageError> for AdminError {
    fn from(error: StorageError) -> Self {
        let full = if error.is_full() { "the server has no room: " } else { "" };
        Self::new(AdminErrorKind::Storage, format!("{full}{}", told(&error)))
    }
}

impl From<ServerError> for AdminError {
    fn from(error: ServerError) -> Self {
        Self::new(AdminErrorKind::Storage, told(&error))
    }
}

/// An error with what lies behind it.
fn told(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        told.push_str(": ");
        told.push_str(&source.to_string());
        behind = source.source();
    }
    told
}
