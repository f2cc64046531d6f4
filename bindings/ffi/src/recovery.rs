//! What became of a damaged store.

use footbridge_client as client;

use crate::Footbridge;
use crate::error::FootbridgeError;
use crate::record::millis;

/// What became of a damaged store. Its file is kept under another name, and what could be read of it that the server
/// did not have is here; the rest comes at the next sync.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Recovered {
    /// When it was noticed, in milliseconds since 1970.
    pub at: i64,
    /// The name under which the damaged file lies in the store's folder. Nothing ever deletes it but a person.
    pub file: String,
    /// How many records were in it that the server did not have, and are here.
    pub unsent: u64,
    /// Whether all that was unsent could be read.
    pub complete: bool,
    /// Whether the device's keys and its programme could be read; else it has to be invited anew.
    pub member: bool,
}

impl From<client::Recovered> for Recovered {
    fn from(client::Recovered { at, file, unsent, complete, member }: client::Recovered) -> Self {
        Self { at: millis(&at.into()).unwrap_or_default(), file, unsent, complete, member }
    }
}

#[uniffi::export]
impl Footbridge {
    /// What became of a damaged store; nothing where there was none, or after `dismiss_notices`.
    pub async fn recovered(&self) -> Result<Option<Recovered>, FootbridgeError> {
        self.on_disk(move |client| Ok(client.recovered()?.map(Into::into))).await
    }

    /// The same, only where it became of it when this was opened: to be said at once.
    pub fn recovered_now(&self) -> Option<Recovered> {
        self.client.recovered_now().cloned().map(Into::into)
    }
}
