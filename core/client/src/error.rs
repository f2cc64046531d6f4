//! The nine things that can go wrong from an app's point of view, each of which it can act on. None carries
//! content of a record.

use footbridge_model::document::Damaged;
use footbridge_model::{Denied, Invalid, Problem};
use footbridge_protocol::{ErrorCode, ProtocolError};
use footbridge_store::StoreError;

/// What an app is told.
#[derive(Debug, thiserror::Error)]
pub enum FootbridgeError {
    /// A field cannot be written as given; nothing was.
    #[error("{field} cannot be written as given")]
    Invalid {
        /// Which field.
        field: String,
        /// What is wrong with it, by its stable name: `unknown`, `read_only`, `required`, `wrong_form`,
        /// `not_allowed`, `too_long`, `out_of_range`.
        problem: &'static str,
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
        values: Vec<serde_json::Value>,
    },
    /// Not hers to do.
    #[error("not yours to do")]
    Forbidden,
    /// The key does not open the store; or the device was revoked, and shows nothing until it is purged or
    /// reinstated. `status` tells the two apart.
    #[error("this store is locked")]
    Locked,
    /// Records would be lost that are on this device alone.
    #[error("{count} records are on this device alone")]
    Unsent {
        /// How many.
        count: u64,
    },
    /// The server cannot be reached, or not as it should be; all is kept, and tried again.
    #[error("the server cannot be reached")]
    Offline,
    /// The server, or the state of this device, says no.
    #[error("refused: {code}")]
    Refused {
        /// The stable name of the reason; `reason` and `what_to_do` of the catalogues take it.
        code: String,
    },
    /// The store cannot be read or written.
    #[error("the store: {what}")]
    Storage {
        /// What: `disk_full`, `damaged`, `newer`, `busy` or `failed`.
        what: &'static str,
        /// The cause, for a log.
        #[source]
        source: Option<Box<StoreError>>,
    },
}

impl FootbridgeError {
    /// The stable name of the kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::NotFound => "not_found",
            Self::Changed { .. } => "changed",
            Self::Forbidden => "forbidden",
            Self::Locked => "locked",
            Self::Unsent { .. } => "unsent",
            Self::Offline => "offline",
            Self::Refused { .. } => "refused",
            Self::Storage { .. } => "storage",
        }
    }

    /// The field that it is about, where it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } | Self::Changed { field, .. } => Some(field),
            _ => None,
        }
    }

    /// A refusal for this reason.
    pub(crate) fn refused(code: &str) -> Self {
        Self::Refused { code: code.to_owned() }
    }

    /// A field that is not as it must be.
    pub(crate) fn invalid(field: &str, problem: Problem, allowed: Vec<String>) -> Self {
        Invalid::new(field, problem, allowed).into()
    }

    /// Something here is not as this version left it.
    pub(crate) const fn damaged() -> Self {
        Self::Storage { what: "damaged", source: None }
    }
}

impl From<StoreError> for FootbridgeError {
    fn from(error: StoreError) -> Self {
        let what = match &error {
            StoreError::WrongKey | StoreError::Locked => return Self::Locked,
            StoreError::Newer { .. } => "newer",
            StoreError::Disk { .. } => "disk_full",
            StoreError::Damaged { .. } | StoreError::Gone { .. } | StoreError::Packing => "damaged",
            StoreError::Busy { .. } => "busy",
            StoreError::Folder { source, .. } if is_of_the_disk(source) => "disk_full",
            StoreError::Folder { .. } | StoreError::Sql { .. } => "failed",
        };
        Self::Storage { what, source: Some(Box::new(error)) }
    }
}

/// Whether the system says that there is no room, or that the disk fails.
fn is_of_the_disk(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    /// The system's number for a disk that fails (EIO), which has no kind of its own.
    const FAILING: i32 = 5;
    let kinds = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::ReadOnlyFilesystem];
    kinds.contains(&error.kind()) || error.raw_os_error() == Some(FAILING)
}

impl From<Invalid> for FootbridgeError {
    fn from(Invalid { field, problem, allowed }: Invalid) -> Self {
        let problem = match problem {
            Problem::Unknown => "unknown",
            Problem::ReadOnly => "read_only",
            Problem::Required => "required",
            Problem::WrongForm => "wrong_form",
            Problem::NotAllowed => "not_allowed",
            Problem::TooLong => "too_long",
            Problem::OutOfRange => "out_of_range",
        };
        Self::Invalid { field, problem, allowed }
    }
}

impl From<Denied> for FootbridgeError {
    fn from(_: Denied) -> Self {
        Self::Forbidden
    }
}

impl From<Damaged> for FootbridgeError {
    fn from(error: Damaged) -> Self {
        match error {
            Damaged::TooLarge => Self::refused(ErrorCode::TooLarge.name()),
            Damaged::Load(_) | Damaged::Edit(_) | Damaged::Lacks(_) | Damaged::Unsound => Self::damaged(),
        }
    }
}

impl From<ErrorCode> for FootbridgeError {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Busy | ErrorCode::Internal => Self::Offline,
            code => Self::refused(code.name()),
        }
    }
}

impl From<ProtocolError> for FootbridgeError {
    /// What a server sent cannot be read: for the person the same as no server at all.
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::UnsupportedVersion { .. } => Self::refused(ErrorCode::UnsupportedVersion.name()),
            ProtocolError::BadSignature | ProtocolError::UnknownSigner | ProtocolError::Mismatch { .. } => {
                Self::refused(ErrorCode::WrongServer.name())
            }
            _ => Self::Offline,
        }
    }
}
