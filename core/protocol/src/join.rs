//! `POST /v1/join`: a device presents an invitation with its own key, and becomes a person's. Repeatable
//! with the same key, so that a lost answer costs nothing.

use std::collections::BTreeSet;

use footbridge_model::{DeviceId, PersonId, ProgrammeId, Role};
use minicbor::{Decode, Encode};

use crate::bytes::{InvitationToken, Nonce};
use crate::codec::{self, Message, at_most, fits};
use crate::error::ProtocolError;
use crate::limits;
use crate::signature::{self, KeyId, Label, PublicKey, SigningKey};

/// Where it is asked.
pub const PATH: &str = "/v1/join";

/// What a device asks with, signed by the key that it names.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct JoinMessage {
    /// Of the hello just before.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub server_nonce: Nonce,
    /// The server for which this is meant.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub identity: PublicKey,
    /// What the invitation gives the right to.
    #[cbor(n(2), with = "crate::codec::fields::fixed")]
    pub invitation: InvitationToken,
    /// The installation.
    #[cbor(n(3), with = "crate::codec::fields::fixed")]
    pub device: DeviceId,
    /// Its key.
    #[cbor(n(4), with = "crate::codec::fields::fixed")]
    pub public_key: PublicKey,
    /// The device's build, for logs.
    #[n(5)]
    pub build: String,
}

impl Message for JoinMessage {
    const NAME: &'static str = "a join";
    const MAX_BYTES: usize = limits::REQUEST_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        fits("the name of a build", self.build.len(), limits::NAME_BYTES)
    }
}

impl JoinMessage {
    /// Signed by the device's key.
    pub fn seal(&self, key: &SigningKey) -> Result<Vec<u8>, ProtocolError> {
        signature::seal(Label::Join, KeyId::Device(self.device), self, key)
    }

    /// Opened with the key that it names itself: it proves that the sender holds that key, nothing more.
    /// The caller checks nonce, identity and invitation.
    pub fn open(bytes: &[u8]) -> Result<Self, ProtocolError> {
        let named = |payload: &[u8]| codec::decode::<Self>(payload).ok().map(|join| join.public_key);
        let (kid, join) = signature::open_self_signed::<Self>(Label::Join, bytes, named)?;
        if kid != KeyId::Device(join.device) {
            return Err(ProtocolError::Mismatch { what: "the device" });
        }
        Ok(join)
    }
}

/// What the server answers: to whom the device belongs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct JoinedMessage {
    /// The programme to which everything on the device goes from now on.
    #[cbor(n(0), with = "crate::codec::fields::fixed")]
    pub programme: ProgrammeId,
    /// Whose device it is.
    #[cbor(n(1), with = "crate::codec::fields::fixed")]
    pub person: PersonId,
    /// As what.
    #[cbor(n(2), with = "crate::codec::fields::role")]
    pub role: Role,
    /// Where she is a volunteer.
    #[n(3)]
    pub districts: BTreeSet<String>,
}

impl Message for JoinedMessage {
    const NAME: &'static str = "the answer to a join";
    const MAX_BYTES: usize = limits::ANSWER_BYTES;

    fn check(&self) -> Result<(), ProtocolError> {
        check_districts(&self.districts)
    }
}

/// Districts keep to the limits of a list of names.
pub(crate) fn check_districts(districts: &BTreeSet<String>) -> Result<(), ProtocolError> {
    at_most("the districts of a person", districts.len(), limits::LIST_ITEMS)?;
    districts.iter().try_for_each(|name| fits("the name of a district", name.len(), limits::NAME_BYTES))
}
