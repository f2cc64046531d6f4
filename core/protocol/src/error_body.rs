//! The body of every answer with an HTTP status of 400 or more.

use minicbor::{Decode, Encode};

use crate::codec::{Message, fits};
use crate::error::ProtocolError;
use crate::error_code::ErrorCode;
use crate::limits;

/// Why a request was refused. A code that this version does not know keeps its number and name.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ErrorBody {
    /// The code's number.
    #[n(0)]
    pub number: u16,
    /// The code's name, for logs.
    #[n(1)]
    pub name: String,
    /// With `revoked`: the signed [`crate::RevocationMessage`].
    #[cbor(n(2), with = "minicbor::bytes")]
    pub notice: Option<Vec<u8>>,
}

impl ErrorBody {
    /// The code, if this version knows it.
    pub fn code(&self) -> Option<ErrorCode> {
        ErrorCode::from_number(self.number)
    }
}

impl From<ErrorCode> for ErrorBody {
    fn from(code: ErrorCode) -> Self {
        Self { number: code.number(), name: code.name().to_owned(), notice: None }
    }
}

impl Message for ErrorBody {
    const NAME: &'static str = "an error's body";
    const MAX_BYTES: usize = limits::ANSWER_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        fits("the name of a code", self.name.len(), limits::NAME_BYTES)?;
        fits("a notice", self.notice.as_ref().map_or(0, Vec::len), limits::NOTICE_BYTES)
    }
}
