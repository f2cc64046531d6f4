//! What a device may sign that no phone signs, and what it may claim of itself.
//!
//! Used by the stories of hostile input. Invariant: nothing here is checked, so that the server has to.

use footbridge_model::{Actor, DeviceId};
use footbridge_protocol::signature::{KeyId, sign};
use footbridge_protocol::{Invitation, JoinMessage, Label, Nonce, PublicKey, SessionMessage, SessionToken, SigningKey};

use super::{RawDevice, greeted, random};
use crate::http::{Request, Response};

impl RawDevice {
    /// Its id.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// The actor with which it writes.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// An actor that nobody has written with.
    pub fn new_actor() -> Actor {
        Actor::from_bytes(random())
    }

    /// The identity of the server that it joined.
    pub fn identity(&self) -> PublicKey {
        self.identity
    }

    /// The counter of its latest envelope.
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// A key that nobody knows.
    pub fn strange_key() -> SigningKey {
        SigningKey::from_seed(&random())
    }

    /// A fresh nonce of the server.
    #[track_caller]
    pub fn nonce(&self) -> Nonce {
        greeted(self.server, self.identity).server_nonce
    }

    /// Any bytes, signed by its key for any purpose.
    #[track_caller]
    pub fn signed(&self, label: Label, payload: Vec<u8>) -> Vec<u8> {
        self.signed_by(&self.key, self.device, label, payload)
    }

    /// Any bytes, signed by any key in any device's name.
    #[track_caller]
    pub fn signed_by(&self, key: &SigningKey, device: DeviceId, label: Label, payload: Vec<u8>) -> Vec<u8> {
        sign(label, KeyId::Device(device), payload, key).expect("a signature")
    }

    /// The request for a session that a phone would sign now.
    #[track_caller]
    pub fn session_message(&self) -> SessionMessage {
        SessionMessage {
            server_nonce: self.nonce(),
            identity: self.identity,
            device: self.device,
            build: "by hand".to_owned(),
            unsent: 0,
            name: None,
        }
    }

    /// The join that a phone would sign now.
    #[track_caller]
    pub fn join_message(&self, invitation: &str) -> JoinMessage {
        JoinMessage {
            server_nonce: self.nonce(),
            identity: self.identity,
            invitation: Invitation::parse(invitation).expect("an invitation").token,
            device: self.device,
            public_key: self.key.public(),
            build: "by hand".to_owned(),
        }
    }

    /// Posts any bytes anywhere, with a session's token where there is one.
    #[track_caller]
    pub fn post(&self, path: &str, media: &str, token: Option<&SessionToken>, body: Vec<u8>) -> Response {
        let request = Request::post(path, media, body);
        let request = match token {
            Some(token) => request.header("authorization", &token.to_authorization()),
            None => request,
        };
        request.send(self.server)
    }
}
