//! Joining a programme and leaving it. What was recorded before the first join goes to that programme and
//! to no other.

use footbridge_model::{Kind, Role};
use footbridge_protocol::invitation::Invitation;
use footbridge_protocol::join::{self, JoinMessage, JoinedMessage};
use footbridge_protocol::{ErrorCode, MEDIA_COSE, ProtocolError};
use footbridge_store::{StoreError, meta, outbox, records};
use serde::Serialize;

use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::recording;
use crate::{BUILD, ChangeEvent, Footbridge, importing, record, revocation};

/// What a device has become part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// The programme's id.
    pub programme: String,
    /// The person's id.
    pub person: String,
    /// As what.
    pub role: Role,
}

impl Footbridge {
    /// Joins the programme of an invitation. May be repeated with the same link, whether or not the answer
    /// arrived.
    ///
    /// # Errors
    /// [`FootbridgeError::Refused`]: `invitation_unknown`, `invitation_used`, `invitation_expired`,
    /// `already_joined`, `wrong_server`; [`FootbridgeError::Invalid`] for what is no invitation;
    /// [`FootbridgeError::Offline`]. Nothing is written then.
    pub async fn join(&self, url: &str) -> Result<Joined, FootbridgeError> {
        let invitation = Invitation::parse(url).map_err(|error| match error {
            ProtocolError::Invitation { .. } => FootbridgeError::invalid(
                "url",
                footbridge_model::Problem::WrongForm,
                vec!["https://…/join#v=1&s=…&t=…".to_owned()],
            ),
            other => other.into(),
        })?;
        let before = self.inner.store.read(identity::membership)?;
        let address = invitation.server.trim_end_matches('/').to_owned();
        if before.as_ref().is_some_and(|before| before.server_identity != invitation.identity) {
            return Err(FootbridgeError::refused("already_joined"));
        }
        let server = self.inner.server_at(address.clone(), invitation.identity, invitation.fingerprint);
        let hello = server.hello().await?;
        let identity = self.inner.store.read(identity::load)?;
        let message = JoinMessage {
            server_nonce: hello.server_nonce,
            identity: invitation.identity,
            invitation: invitation.token.clone(),
            device: identity.device,
            public_key: identity.key.public(),
            build: BUILD.to_owned(),
        };
        let sealed = message.seal(&identity.key)?;
        let joined: JoinedMessage = match server.ask(join::PATH, MEDIA_COSE, sealed, None).await {
            // A device that belongs to somebody takes no second invitation.
            Err(FootbridgeError::Refused { code }) if code == ErrorCode::Forbidden.name() => {
                return Err(FootbridgeError::refused("already_joined"));
            }
            Err(FootbridgeError::Refused { code }) if code == ErrorCode::WrongProgramme.name() => {
                return Err(FootbridgeError::refused("already_joined"));
            }
            joined => joined?,
        };
        if before.is_some_and(|before| before.programme != joined.programme) {
            return Err(FootbridgeError::refused("already_joined"));
        }
        let membership = Membership {
            programme: joined.programme,
            person: joined.person,
            role: joined.role,
            districts: joined.districts,
            server: address,
            server_identity: invitation.identity,
            fingerprint: invitation.fingerprint,
        };
        self.inner.store.write(|writing| -> Result<(), FootbridgeError> {
            identity::set_membership(writing, &membership)?;
            revocation::forget(writing)?;
            // What was made before is hers from now on.
            let ground = recording::ground(writing, self.inner.now(), self.vocabulary()?)?;
            let zone = &ground.vocabulary.time_zone;
            importing::move_into_programme(writing, &ground)?;
            for mut row in records::without_author(writing)? {
                row.facts.author = Some(membership.person);
                record::put(writing, &row, Some(membership.person), zone)?;
            }
            Ok(())
        })?;
        self.inner.forget_vocabulary();
        // Where the link breaks just now, the first sync brings them.
        let _ = self.fetch_lists().await;
        self.inner.tell(ChangeEvent::Much);
        Ok(Joined {
            programme: membership.programme.to_string(),
            person: membership.person.to_string(),
            role: membership.role,
        })
    }

    /// Leaves the programme: the device forgets everything and is as new.
    ///
    /// # Errors
    /// [`FootbridgeError::Unsent`] where records are on this device alone, unless `even_unsent`;
    /// [`FootbridgeError::Refused`] (`not_joined`) where there is nothing to leave.
    pub fn leave(&self, even_unsent: bool) -> Result<(), FootbridgeError> {
        let now = self.inner.now();
        self.inner.store.write(|writing| {
            if identity::membership(writing)?.is_none() {
                return Err(FootbridgeError::refused("not_joined"));
            }
            let count = outbox::count_records(writing)?;
            if count > 0 && !even_unsent {
                return Err(FootbridgeError::Unsent { count });
            }
            meta::forget_everything(writing)?;
            revocation::begin_emptying(writing)?;
            identity::ensure(writing, now, self.inner.environment.random.as_ref())?;
            Ok(())
        })?;
        self.inner.forget_vocabulary();
        self.inner.tell(ChangeEvent::Much);
        self.leave_nothing_behind()
    }

    /// The name of a person of the programme, where she is known on this device.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn person_name(&self, person: &str) -> Result<Option<String>, FootbridgeError> {
        let Ok(id) = person.parse() else { return Ok(None) };
        let row = self.inner.store.read(|snapshot| -> Result<_, StoreError> { records::get(snapshot, id) })?;
        let row = row.filter(|row| row.projection.known_kind() == Some(Kind::Person));
        Ok(row.and_then(|row| row.projection.text("name").map(str::to_owned)))
    }
}
