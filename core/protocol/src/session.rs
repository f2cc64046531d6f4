//! `POST /v1/session`: a device signs the nonce of a hello and gets, for a short time, the right to read
//! what its person may read.

use std::collections::BTreeSet;

use footbridge_model::{DeviceId, PersonId, ProgrammeId, Role, Scope, Timestamp};
use minicbor::{Decode, Encode};

use crate::bytes::{Epoch, Nonce, SessionToken};
use crate::codec::{Message, at_most, fits};
use crate::error::ProtocolError;
use crate::join::check_districts;
use crate::limits;
use crate::signature::{self, KeyId, Label, PublicKey, SigningKey};

/// Where it is asked.
pub const PATH: &str = "/v1/session";

/// What a device asks with, signed by its key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionMessage {
    /// Of the hello just before.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub server_nonce: Nonce,
    /// The server for which this is meant.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub identity: PublicKey,
    /// The installation.
    #[cbor(n(2), with = "crate::codec::fields::fixed")]
    pub device: DeviceId,
    /// Its build, for logs.
    #[n(3)]
    pub build: String,
    /// How many edits it still has to send, so that a coordinator can be told of a phone that falls behind.
    #[n(4)]
    pub unsent: u64,
    /// What its person calls the device, so that coordinators know which one is lost.
    #[n(5)]
    pub name: Option<String>,
}

impl Message for SessionMessage {
    const NAME: &'static str = "a session request";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        fits("the name of a build", self.build.len(), limits::NAME_BYTES)?;
        fits("the name of a device", self.name.as_ref().map_or(0, String::len), limits::NAME_BYTES)
    }
}

impl SessionMessage {
    /// Signed by the device's key.
    pub fn seal(&self, key: &SigningKey) -> Result<Vec<u8>, ProtocolError> {
        signature::seal(Label::Session, KeyId::Device(self.device), self, key)
    }

    /// Opened with the key that `lookup` knows of the device. The caller checks nonce and identity.
    pub fn open(bytes: &[u8], lookup: impl FnOnce(DeviceId) -> Option<PublicKey>) -> Result<Self, ProtocolError> {
        let (device, session) = signature::open_by_device::<Self>(Label::Session, bytes, lookup)?;
        if device != session.device {
            return Err(ProtocolError::Mismatch { what: "the device" });
        }
        Ok(session)
    }
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionOpenedMessage {
    /// For the header `Authorization` of every request that reads.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub token: SessionToken,
    /// Until when, by the server's clock.
    #[cbor(n(1), with = "crate::codec::fields::timestamp")]
    pub expires_at: Timestamp,
    /// The device's programme.
    #[cbor(n(2), with = "crate::codec::fields::fixed")]
    pub programme: ProgrammeId,
    /// Whose device it is.
    #[cbor(n(3), with = "crate::codec::fields::fixed")]
    pub person: PersonId,
    /// What she is now.
    #[cbor(n(4), with = "crate::codec::fields::role")]
    pub role: Role,
    /// Where she is a volunteer now.
    #[n(5)]
    pub districts: BTreeSet<String>,
    /// What she may read now. A scope that the device holds and that is not here has left it.
    #[cbor(n(6), with = "crate::codec::fields::known_scopes")]
    pub scopes: Vec<Scope>,
    /// Which life of the server's database this is.
    #[cbor(n(7), with = "crate::codec::fields::fixed")]
    pub epoch: Epoch,
    /// The highest counter of an envelope that the server has taken from this device; 0 before the first.
    #[n(8)]
    pub counter: u64,
}

impl Message for SessionOpenedMessage {
    const NAME: &'static str = "the answer to a session request";
    const MAX_BYTES: usize = limits::ANSWER_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        at_most("the scopes of a person", self.scopes.len(), limits::SCOPES)?;
        if self.counter > limits::COUNTER {
            return Err(ProtocolError::Malformed { what: Self::NAME, why: "its counter is beyond the limit" });
        }
        check_districts(&self.districts)
    }
}
