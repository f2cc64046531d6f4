//! Joining a programme and leaving it. What was recorded before the first join goes to that programme and
//! to no other.

use footbridge_model::{Kind, PersonId, Role};
use footbridge_protocol::invitation::Invitation;
use footbridge_protocol::join::{self, JoinMessage, JoinedMessage};
use footbridge_protocol::{ErrorCode, MEDIA_COSE, ProtocolError};
use footbridge_store::{StoreError, Writing, actors, meta, outbox, records};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::recording;
use crate::sync::give_back;
use crate::{BUILD, ChangeEvent, Footbridge, importing, record, revocation};

/// How long the name of a device can be, in characters.
const DEVICE_NAME_CHARS: usize = 60;

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
    /// Joins the programme of an invitation. `url` is the link as somebody pasted it. May be repeated with the same link, whether or not the answer
    /// arrived.
    ///
    /// # Errors
    /// [`FootbridgeError::Refused`]: `invitation_unknown`, `invitation_used`, `invitation_expired`,
    /// `already_joined` (another programme), `already_member` (this one; the invitation stays unused), `wrong_server`; [`FootbridgeError::Invalid`] for what is no invitation;
    /// [`FootbridgeError::Offline`]. Nothing is written then.
    pub async fn join(&self, url: &str) -> Result<Joined, FootbridgeError> {
        let invitation = Invitation::from_pasted(url).map_err(|error| match error {
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
        if let Some(before) = &before
            && self.takes_new_key(before, &invitation, &address).await?
        {
            let (programme, person) = (before.programme.to_string(), before.person.to_string());
            return Ok(Joined { programme, person, role: before.role });
        }
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
            // A device that belongs to somebody takes no second invitation, and uses none up.
            Err(FootbridgeError::Refused { code }) if code == ErrorCode::Forbidden.name() => {
                return Err(FootbridgeError::refused("already_member"));
            }
            Err(FootbridgeError::Refused { code }) if code == ErrorCode::WrongProgramme.name() => {
                return Err(FootbridgeError::refused("already_joined"));
            }
            joined => joined?,
        };
        if before.as_ref().is_some_and(|before| before.programme != joined.programme) {
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
        let former = before.filter(|former| former.person != membership.person);
        self.inner.store.write(|writing| -> Result<(), FootbridgeError> {
            if let Some(before) = identity::membership(writing)? {
                // The server let this device join as one that it does not know: it has nothing of what is here.
                give_back::count_as_unsent(writing, &before, self.inner.now())?;
            }
            identity::set_membership(writing, &membership)?;
            revocation::forget(writing)?;
            // What was made before is hers from now on.
            let ground = recording::ground(writing, self.inner.now(), self.vocabulary()?)?;
            let zone = &ground.vocabulary.time_zone;
            if let Some(former) = &former {
                become_another(writing, former.person, membership.person, zone)?;
            }
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

    /// A server that this device belongs to has a certificate with another key, and the link names it: from now on it
    /// is known by that one, and the invitation stays unused. Only where the address is the same, the hello was signed
    /// by the server that was joined, and the key from before does not open the way any more.
    async fn takes_new_key(
        &self,
        before: &Membership,
        invitation: &Invitation,
        address: &str,
    ) -> Result<bool, FootbridgeError> {
        if before.server != address || before.fingerprint == invitation.fingerprint {
            return Ok(false);
        }
        let by_the_old = self.inner.server_at(address.to_owned(), before.server_identity, before.fingerprint);
        if by_the_old.hello().await.is_ok() {
            return Ok(false);
        }
        let membership = Membership { fingerprint: invitation.fingerprint, ..before.clone() };
        self.inner.store.write(|writing| identity::set_membership(writing, &membership))?;
        Ok(true)
    }

    /// Says what its person calls this device ("the red Samsung"), so that a coordinator knows which one is lost.
    /// Only coordinators and whoever runs the server see it, after the next sync. Space around it is left out.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] for a name of more than 60 characters or with a control character.
    pub fn name_device(&self, name: &str) -> Result<(), FootbridgeError> {
        let name = name.trim();
        if name.chars().count() > DEVICE_NAME_CHARS {
            let allowed = vec![DEVICE_NAME_CHARS.to_string()];
            return Err(FootbridgeError::invalid("device", footbridge_model::Problem::TooLong, allowed));
        }
        if name.chars().any(char::is_control) {
            return Err(FootbridgeError::invalid("device", footbridge_model::Problem::WrongForm, Vec::new()));
        }
        Ok(self.inner.store.write(|writing| identity::set_device_name(writing, name))?)
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
            let count = give_back::only_here(writing)?;
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

/// The server has lost who she was, and she joined again as somebody new: what was hers is hers under her new name, and
/// her former record, of which that server knows nothing, goes.
fn become_another(
    writing: &Writing<'_>,
    former: PersonId,
    now: PersonId,
    zone: &TimeZone,
) -> Result<(), FootbridgeError> {
    actors::rename(writing, former, now)?;
    for mut row in records::of_person(writing, former)? {
        let facts = &mut row.facts;
        for whose in [&mut facts.author, &mut facts.given_to, &mut facts.closed_by] {
            if *whose == Some(former) {
                *whose = Some(now);
            }
        }
        record::put(writing, &row, Some(now), zone)?;
    }
    if let Some(row) = records::get(writing, former.document())? {
        outbox::remove_of(writing, row.id)?;
        records::remove(writing, &row)?;
    }
    Ok(())
}
