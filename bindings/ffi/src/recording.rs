//! Recording: each call is durable when it returns, with or without a network.

use std::collections::HashMap;

use footbridge_client as client;

use crate::error::FootbridgeError;
use crate::value::{Value, fields};
use crate::{Footbridge, runtime};

/// To whom a follow-up goes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Recipient {
    /// One volunteer or coordinator.
    Person {
        /// Her id.
        id: String,
    },
    /// Whoever of this district's volunteers takes it.
    District {
        /// Its name.
        name: String,
    },
}

impl TryFrom<Recipient> for client::Recipient {
    type Error = FootbridgeError;

    fn try_from(recipient: Recipient) -> Result<Self, FootbridgeError> {
        match recipient {
            Recipient::Person { id } => Ok(Self::Person(parsed("to", &id)?)),
            Recipient::District { name } => Ok(Self::District(name)),
        }
    }
}

/// Something that is allowed and probably not meant; to be asked about before it is saved.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Warning {
    /// A text holds what looks like a national identity number.
    NationalNumber {
        /// Which field.
        field: String,
    },
}

impl From<client::Warning> for Warning {
    fn from(warning: client::Warning) -> Self {
        match warning {
            client::Warning::NationalNumber { field } => Self::NationalNumber { field },
        }
    }
}

/// An id that is none is nothing that is there.
pub(crate) fn parsed<T: std::str::FromStr>(field: &str, id: &str) -> Result<T, FootbridgeError> {
    id.parse().map_err(|_| FootbridgeError::Invalid {
        field: field.to_owned(),
        problem: "wrong_form".to_owned(),
        allowed: vec!["id".to_owned()],
    })
}

#[uniffi::export]
impl Footbridge {
    /// Records something and gives its id. A visit with the state `draft`, and what is on it, is its author's
    /// alone until it is done.
    pub async fn add(&self, kind: String, values: HashMap<String, Value>) -> Result<String, FootbridgeError> {
        self.on_disk(move |client| Ok(client.add(&kind, &fields(values))?.to_string())).await
    }

    /// Changes fields. With the `version` that was shown as `seen`, nothing is overwritten that came meanwhile:
    /// the answer is `Changed` then.
    pub async fn edit(
        &self,
        id: String,
        patch: HashMap<String, Value>,
        seen: Option<String>,
    ) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.edit(parsed("id", &id)?, &fields(patch), seen.as_deref())?)).await
    }

    /// A draft is done, with what is on it: coordinators see it at the next sync.
    pub async fn done(&self, id: String) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.done(parsed("id", &id)?)?)).await
    }

    /// Its author takes a visit back: it stays readable, and is counted nowhere.
    pub async fn withdraw(&self, id: String) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.withdraw(parsed("id", &id)?)?)).await
    }

    /// Its author makes a visit that she withdrew count again.
    pub async fn restore(&self, id: String) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.restore(parsed("id", &id)?)?)).await
    }

    /// Hands a follow-up to a person or a district. Waits for the server.
    pub async fn give(&self, id: String, to: Recipient) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.give(parsed("id", &id)?, &to.try_into()?)?)).await
    }

    /// A person chooses between the answers that stand in a field; `value` may be a third.
    pub async fn settle(&self, id: String, field: String, value: Value) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.settle(parsed("id", &id)?, &field, &value.into())?)).await
    }

    /// What to ask about before these fields are saved.
    pub async fn warnings(
        &self,
        kind: String,
        values: HashMap<String, Value>,
    ) -> Result<Vec<Warning>, FootbridgeError> {
        runtime::blocking(move || {
            Ok(client::Footbridge::warnings(&kind, &fields(values)).into_iter().map(Into::into).collect())
        })
        .await
    }
}
