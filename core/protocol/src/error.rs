//! Why something could not be read, built or trusted. No byte of a message is ever in it.

use crate::error_code::ErrorCode;
use crate::invitation::InvitationPart;

/// What went wrong, without the content that it went wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// Not the CBOR that was expected.
    #[error("reading {what}: malformed ({why})")]
    Malformed {
        /// Which message.
        what: &'static str,
        /// What was wrong with it.
        why: &'static str,
    },
    /// More bytes than the limit, noticed before they were taken in.
    #[error("{what} is larger than {limit} bytes")]
    TooLarge {
        /// Which message.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// More items than the limit.
    #[error("{what} has more than {limit} items")]
    TooMany {
        /// Which message.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A version that this crate does not speak.
    #[error("reading {what}: unsupported version")]
    UnsupportedVersion {
        /// Which message.
        what: &'static str,
    },
    /// The bytes are no key.
    #[error("not an Ed25519 public key")]
    NotAKey,
    /// The signer is not known to whoever verifies.
    #[error("opening a signed message: unknown signer")]
    UnknownSigner,
    /// The signature does not hold, or was made for another purpose.
    #[error("opening a signed message: the signature does not hold")]
    BadSignature,
    /// A message signed for another server, device or nonce than this one.
    #[error("opening a signed message: {what} is not the expected one")]
    Mismatch {
        /// What is another.
        what: &'static str,
    },
    /// zstd could not inflate or deflate.
    #[error("{doing} a stream: not zstd, or beyond its window")]
    Compression {
        /// Inflating or deflating.
        doing: &'static str,
    },
    /// The stream ended in the middle of a message.
    #[error("reading a stream: it was cut")]
    Cut,
    /// A link that is no invitation.
    #[error("reading an invitation: {part} is missing or wrong")]
    Invitation {
        /// Which part of the link.
        part: InvitationPart,
    },
}

impl ProtocolError {
    /// The code with which a server answers it.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed { .. } | Self::Compression { .. } | Self::Cut | Self::NotAKey | Self::Invitation { .. } => {
                ErrorCode::Malformed
            }
            Self::TooLarge { .. } => ErrorCode::TooLarge,
            Self::TooMany { .. } => ErrorCode::TooMany,
            Self::UnsupportedVersion { .. } => ErrorCode::UnsupportedVersion,
            Self::UnknownSigner => ErrorCode::UnknownDevice,
            Self::BadSignature | Self::Mismatch { .. } => ErrorCode::BadSignature,
        }
    }
}
