//! Joining a programme and leaving it.

use footbridge_client as client;

use crate::error::FootbridgeError;
use crate::{Footbridge, runtime};

/// What a device has become part of.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Joined {
    /// The programme's id.
    pub programme: String,
    /// The person's id.
    pub person: String,
    /// As what: `volunteer`, `coordinator`.
    pub role: String,
}

impl From<client::Joined> for Joined {
    fn from(client::Joined { programme, person, role }: client::Joined) -> Self {
        Self { programme, person, role: role.name().to_owned() }
    }
}

#[uniffi::export]
impl Footbridge {
    /// Joins the programme of an invitation's link. May be repeated with the same link.
    pub async fn join(&self, url: String) -> Result<Joined, FootbridgeError> {
        let client = self.client.clone();
        runtime::waiting(async move { Ok(client.join(&url).await?.into()) }).await
    }

    /// Leaves the programme: the device forgets everything and is as new. `Unsent` where records are on this
    /// device alone, unless `even_unsent`.
    pub async fn leave(&self, even_unsent: bool) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.leave(even_unsent)?)).await
    }

    /// Says what its person calls this device, so that a coordinator knows which one is lost: to be asked at the join.
    /// Told at the next sync. `Invalid` for more than 60 characters or a control character.
    pub async fn name_device(&self, name: String) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.name_device(&name)?)).await
    }

    /// The name of a person of the programme, where she is known on this device.
    pub async fn person_name(&self, person: String) -> Result<Option<String>, FootbridgeError> {
        self.on_disk(move |client| Ok(client.person_name(&person)?)).await
    }
}
