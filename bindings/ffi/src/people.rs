//! What a coordinator asks of the server about people and about what revoked devices handed over; and what
//! this device forgets of its own that the server would not take.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use footbridge_client as client;

use crate::error::FootbridgeError;
use crate::record::millis;
use crate::recording::parsed;
use crate::value::Value;
use crate::{Footbridge, runtime};

/// As what somebody belongs to a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Role {
    /// Talks with women and records it.
    Volunteer,
    /// Sees everything that is done.
    Coordinator,
}

impl From<Role> for client::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Volunteer => Self::Volunteer,
            Role::Coordinator => Self::Coordinator,
        }
    }
}

/// Whom an invitation is for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Invited {
    /// Somebody who is to belong to the programme.
    Newcomer {
        /// What she is called.
        name: String,
        /// As what.
        role: Role,
        /// Where she is a volunteer.
        districts: Vec<String>,
    },
    /// Somebody who is there, with a further device.
    Known {
        /// Her id.
        person: String,
    },
}

impl TryFrom<Invited> for client::Invited {
    type Error = FootbridgeError;

    fn try_from(invited: Invited) -> Result<Self, FootbridgeError> {
        Ok(match invited {
            Invited::Newcomer { name, role, districts } => {
                Self::New { name, role: role.into(), districts: districts.into_iter().collect() }
            }
            Invited::Known { person } => Self::Known(parsed("person", &person)?),
        })
    }
}

/// What has become of something that was asked of the server.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Answered {
    /// It waits until there is a network.
    Waiting,
    /// The server has carried it out.
    Done,
    /// The server refused it.
    Refused {
        /// The stable name of the reason.
        code: String,
    },
}

impl From<client::Answered> for Answered {
    fn from(answered: client::Answered) -> Self {
        match answered {
            client::Answered::Waiting => Self::Waiting,
            client::Answered::Done => Self::Done,
            client::Answered::Refused(code) => Self::Refused { code },
        }
    }
}

/// Something that was asked of the server, and goes to it at the next sync.
#[derive(uniffi::Object)]
pub struct Asked {
    client: client::Footbridge,
    asked: client::Asked,
}

#[uniffi::export]
impl Asked {
    /// What has become of it.
    pub async fn answered(&self) -> Result<Answered, FootbridgeError> {
        let (client, asked) = (self.client.clone(), self.asked);
        runtime::blocking(move || Ok(client.answered(&asked)?.into())).await
    }

    /// Forgets it where the server refused it, once somebody was told.
    pub async fn forget_refused(&self) -> Result<(), FootbridgeError> {
        let (client, asked) = (self.client.clone(), self.asked);
        runtime::blocking(move || Ok(client.forget_refused(&asked)?)).await
    }
}

/// A link with a secret in it, to be shown or sent at once. It works once what was asked with it is done.
#[derive(uniffi::Object)]
pub struct Link {
    client: client::Footbridge,
    link: client::Link,
}

#[uniffi::export]
impl Link {
    /// The link.
    pub fn url(&self) -> String {
        self.link.url.clone()
    }

    /// Whom it is for, by her id.
    pub fn person(&self) -> String {
        self.link.person.to_string()
    }

    /// Until when it can be used, in milliseconds since 1970.
    pub fn expires_at(&self) -> i64 {
        self.link.expires_at.0
    }

    /// What was asked of the server with it.
    pub fn asked(&self) -> Arc<Asked> {
        Arc::new(Asked { client: self.client.clone(), asked: self.link.asked })
    }
}

/// Something that a revoked device handed over, kept apart until a coordinator decides.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Quarantined {
    /// The entry's id: what is taken over or thrown away.
    pub id: String,
    /// The id of the record that it is about.
    pub about: String,
    /// The kind of that record.
    pub kind: String,
    /// Whose device it was.
    pub person: String,
    /// The device's id.
    pub device: String,
    /// When it came, in milliseconds since 1970.
    pub at: i64,
    /// What it is: `change`, `command` or `renewal`.
    pub what: String,
    /// What the record would be with it, where that can be told.
    pub fields: Option<HashMap<String, Value>>,
}

impl From<client::Quarantined> for Quarantined {
    fn from(item: client::Quarantined) -> Self {
        let client::Quarantined { id, about, record, person, device, at, what, fields } = item;
        Self {
            id,
            about,
            kind: record,
            person,
            device,
            at: millis(&at.into()).unwrap_or_default(),
            what: what.to_owned(),
            fields: fields.map(|fields| fields.into_iter().map(|(name, value)| (name, value.into())).collect()),
        }
    }
}

/// The rights of this device were taken away.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Revoked {
    /// When, by the server's clock, in milliseconds since 1970.
    pub at: i64,
    /// Whether the device has been emptied since; until then it is locked and hands over what it has.
    pub emptied: bool,
}

impl From<client::Revoked> for Revoked {
    fn from(client::Revoked { at, emptied }: client::Revoked) -> Self {
        Self { at: millis(&at.into()).unwrap_or_default(), emptied }
    }
}

#[uniffi::export]
impl Footbridge {
    /// Invites somebody, for one device and so many days. For coordinators.
    pub async fn invite(&self, whom: Invited, days: u32) -> Result<Arc<Link>, FootbridgeError> {
        self.linked(move |client| Ok(client.invite(&whom.try_into()?, days)?)).await
    }

    /// Makes a person a volunteer of these districts, or a coordinator. For coordinators.
    pub async fn set_role(
        &self,
        person: String,
        role: Role,
        districts: Vec<String>,
    ) -> Result<Arc<Asked>, FootbridgeError> {
        let districts: BTreeSet<String> = districts.into_iter().collect();
        self.asked(move |client| Ok(client.set_role(parsed("person", &person)?, role.into(), &districts)?)).await
    }

    /// Takes away the rights of a person with all her devices, or of one `device`. With `wipe` a device empties
    /// itself even where it could not hand over what it had not sent. For coordinators.
    pub async fn revoke(
        &self,
        person: String,
        device: Option<String>,
        wipe: bool,
    ) -> Result<Arc<Asked>, FootbridgeError> {
        self.asked(move |client| {
            let device = device.map(|device| parsed("device", &device)).transpose()?;
            Ok(client.revoke(parsed("person", &person)?, device, wipe)?)
        })
        .await
    }

    /// Gives a person her rights back. For coordinators.
    pub async fn reinstate(&self, person: String) -> Result<Arc<Asked>, FootbridgeError> {
        self.asked(move |client| Ok(client.reinstate(parsed("person", &person)?)?)).await
    }

    /// A link by which a coordinator's own browser signs in to the review pages, once, within an hour.
    pub async fn review_link(&self) -> Result<Arc<Link>, FootbridgeError> {
        self.linked(|client| Ok(client.review_link()?)).await
    }

    /// Everything that revoked devices handed over, the oldest first. Asks the server. For coordinators.
    pub async fn quarantine(&self) -> Result<Vec<Quarantined>, FootbridgeError> {
        let client = self.client.clone();
        runtime::waiting(async move { Ok(client.quarantine().await?.into_iter().map(Into::into).collect()) }).await
    }

    /// Takes over an entry of the quarantine: it is carried out as its device meant it. For coordinators.
    pub async fn take(&self, entry: String) -> Result<Arc<Asked>, FootbridgeError> {
        self.asked(move |client| Ok(client.take(parsed("entry", &entry)?)?)).await
    }

    /// Throws an entry of the quarantine away. For coordinators.
    pub async fn discard_quarantined(&self, entry: String) -> Result<Arc<Asked>, FootbridgeError> {
        self.asked(move |client| Ok(client.discard_quarantined(parsed("entry", &entry)?)?)).await
    }

    /// Throws away what the server would not take of a record of this device; see `Status.set_aside`.
    pub async fn discard(&self, id: String) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.discard(parsed("id", &id)?)?)).await
    }
}

impl Footbridge {
    async fn asked(
        &self,
        call: impl FnOnce(&client::Footbridge) -> Result<client::Asked, FootbridgeError> + Send + 'static,
    ) -> Result<Arc<Asked>, FootbridgeError> {
        self.on_disk(move |client| Ok(Arc::new(Asked { asked: call(&client)?, client }))).await
    }

    async fn linked(
        &self,
        call: impl FnOnce(&client::Footbridge) -> Result<client::Link, FootbridgeError> + Send + 'static,
    ) -> Result<Arc<Link>, FootbridgeError> {
        self.on_disk(move |client| Ok(Arc::new(Link { link: call(&client)?, client }))).await
    }
}
