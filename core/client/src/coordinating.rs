//! What a coordinator asks of the server about people, and about herself: who is invited, as what somebody
//! belongs, whose rights end. Each is a command that waits in the outbox until the server has carried it out;
//! a link can be shown at once, because the device makes its secret itself.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use footbridge_model::{Command, DeviceId, DocumentId, Facts, Fields, Kind, PersonId, Problem, Role, Timestamp};
use footbridge_model::{TokenHash, Vocabulary, policy, validation};
use footbridge_protocol::ErrorCode;
use footbridge_protocol::bytes::InvitationToken;
use footbridge_protocol::invitation::{Invitation, is_in_the_clear};
use footbridge_store::outbox::{self, ItemKind};
use footbridge_store::{Snapshot, Writing, records};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::FootbridgeError;
use crate::recording::{self, Ground};
use crate::{Footbridge, record};

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// For so many days an invitation can be used, unless somebody says otherwise; longer only where the administrator says so.
pub const INVITATION_DAYS: u32 = 7;
/// One that makes a coordinator, or a further device of one, opens everything: so many days at most.
pub const COORDINATOR_DAYS: u32 = 1;
/// A link to the review pages can be used for so long.
const REVIEW_LINK_MILLIS: i64 = 60 * 60 * 1000;
/// Where a link to the review pages leads; its token is the query's `token`.
const REVIEW_PAGE: &str = "/review/sign-in";

/// Something that was asked of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    about: DocumentId,
    command: [u8; 16],
}

/// What has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// It waits until there is a network.
    Waiting,
    /// The server has carried it out.
    Done,
    /// The server refused it, for the reason of this stable name.
    Refused(String),
}

/// Whom an invitation is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invited {
    /// Somebody who is to belong to the programme.
    New {
        /// What she is called.
        name: String,
        /// As what.
        role: Role,
        /// Where she is a volunteer.
        districts: BTreeSet<String>,
    },
    /// Somebody who is there, with a further device.
    Known(PersonId),
}

/// A link with a secret in it. It holds once the command that was asked with it is carried out.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The link.
    pub url: String,
    /// Whom it is for.
    pub person: PersonId,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// What was asked of the server with it.
    pub asked: Asked,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { url: _, person, expires_at, asked } = self;
        f.debug_struct("Link")
            .field("person", person)
            .field("expires_at", expires_at)
            .field("asked", asked)
            .finish_non_exhaustive()
    }
}

impl Footbridge {
    /// Invites somebody, for one device and so many days: at most [`INVITATION_DAYS`], and a coordinator no longer than
    /// [`COORDINATOR_DAYS`], whatever is said.
    ///
    /// # Errors
    /// [`FootbridgeError::Forbidden`] for all but coordinators; [`FootbridgeError::Invalid`] for a name,
    /// district or person that the programme does not have. Nothing is asked then.
    pub fn invite(&self, whom: &Invited, days: u32) -> Result<Link, FootbridgeError> {
        if !(1..=INVITATION_DAYS).contains(&days) {
            let allowed = vec![format!("1–{INVITATION_DAYS}")];
            return Err(FootbridgeError::invalid("days", Problem::OutOfRange, allowed));
        }
        let mut bytes = Zeroizing::new([0; 32]);
        self.inner.environment.random.fill(&mut *bytes);
        let token = InvitationToken::from_bytes(*bytes);
        let hash = TokenHash(Sha256::digest(token.as_bytes()).into());
        let link = self.write(|footbridge, writing, ground| {
            let (person, name, role, districts) = match whom {
                Invited::New { name, role, districts } => {
                    let districts = ids_of(districts, ground);
                    check_newcomer(name, &districts, ground)?;
                    let person = PersonId::new(ground.now, footbridge.inner.environment.random.as_ref());
                    (person, Some(name.trim().to_owned()), *role, districts)
                }
                Invited::Known(person) => {
                    check_person(writing, *person)?;
                    let role = records::get(writing, person.document())?.and_then(|row| row.facts.role);
                    (*person, None, role.unwrap_or(Role::Volunteer), BTreeSet::new())
                }
            };
            let days = if role == Role::Coordinator { days.min(COORDINATOR_DAYS) } else { days };
            let expires_at = ground.now.plus_millis(i64::from(days) * DAY_MILLIS);
            let command = Command::Invite { token: hash, name, role, districts, expires_at };
            let asked = footbridge.ask(writing, ground, person.document(), &command)?;
            let membership = ground.membership.as_ref().ok_or_else(|| FootbridgeError::refused("not_joined"))?;
            let invitation = Invitation {
                server: membership.server.clone(),
                identity: membership.server_identity,
                token,
                fingerprint: membership.fingerprint,
                // She joined so herself, by a link that said that it may be.
                is_plain: is_in_the_clear(&membership.server),
            };
            Ok(Link { url: invitation.to_url(), person, expires_at, asked })
        })?;
        self.recorded(&[link.person.document()], Kind::Person);
        Ok(link)
    }

    /// Those who belong to the programme and have this name, however it is written: whoever is invited beside them
    /// is easily taken for one of them.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn namesakes(&self, name: &str) -> Result<Vec<Fields>, FootbridgeError> {
        let wanted = footbridge_text::fold(name);
        let zone = self.zone()?;
        let mut found: Vec<Fields> = self.inner.store.read(|snapshot| {
            let me = crate::asking::me(snapshot)?;
            let all = records::all_of(snapshot, Kind::Person.name())?.into_iter();
            let same = all.filter(|row| {
                let hers = row.projection.text("name").map(footbridge_text::fold);
                row.facts.revoked_at.is_none() && hers.is_some_and(|hers| hers == wanted)
            });
            same.map(|row| record::present(snapshot, row, me, zone.as_ref())).collect::<Result<_, _>>()
        })?;
        self.name_districts(&mut found)?;
        Ok(found)
    }

    /// The open follow-ups that are with a person, as [`Footbridge::due`] gives them: what somebody else must take
    /// when she leaves.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn waiting_with(&self, person: PersonId) -> Result<Vec<Fields>, FootbridgeError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = self.due(0, after.as_deref())?;
            let person = person.to_string();
            let hers = |item: &Fields| item.get("given_to").and_then(Value::as_str) == Some(person.as_str());
            found.extend(page.items.into_iter().filter(hers));
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    /// Makes a person a volunteer of these districts, or a coordinator.
    ///
    /// # Errors
    /// As [`Footbridge::invite`].
    pub fn set_role(
        &self,
        person: PersonId,
        role: Role,
        districts: &BTreeSet<String>,
    ) -> Result<Asked, FootbridgeError> {
        let vocabulary = self.vocabulary()?;
        let districts: BTreeSet<String> =
            districts.iter().map(|typed| vocabulary.district_id(typed).to_owned()).collect();
        let command = Command::Role { role, districts: districts.clone() };
        self.ask_about_person(person, &command, |ground| check_districts(&districts, ground))
    }

    /// Takes away the rights of a person with all her devices, or of one of them. With `wipe` a device empties
    /// itself even where it could not hand over what it had not sent.
    ///
    /// # Errors
    /// As [`Footbridge::invite`].
    pub fn revoke(&self, person: PersonId, device: Option<DeviceId>, wipe: bool) -> Result<Asked, FootbridgeError> {
        self.ask_about_person(person, &Command::Revoke { device, wipe }, |_| Ok(()))
    }

    /// Gives a person her rights back.
    ///
    /// # Errors
    /// As [`Footbridge::invite`].
    pub fn reinstate(&self, person: PersonId) -> Result<Asked, FootbridgeError> {
        self.ask_about_person(person, &Command::Reinstate, |_| Ok(()))
    }

    /// A link by which a coordinator's own browser signs in to the review pages, once, within an hour.
    ///
    /// # Errors
    /// [`FootbridgeError::Forbidden`] for all but coordinators.
    pub fn review_link(&self) -> Result<Link, FootbridgeError> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.inner.environment.random.fill(&mut *bytes);
        let token = Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes));
        let hash = TokenHash(Sha256::digest(token.as_bytes()).into());
        let link = self.write(|footbridge, writing, ground| {
            let membership = ground.membership.as_ref().ok_or_else(|| FootbridgeError::refused("not_joined"))?;
            let expires_at = ground.now.plus_millis(REVIEW_LINK_MILLIS);
            let person = membership.person;
            let command = Command::ReviewLink { token: hash, expires_at };
            let asked = footbridge.ask(writing, ground, person.document(), &command)?;
            let url = format!("{}{REVIEW_PAGE}?token={}", membership.server, token.as_str());
            Ok(Link { url, person, expires_at, asked })
        })?;
        self.recorded(&[link.person.document()], Kind::Person);
        Ok(link)
    }

    /// What has become of something that was asked of the server.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn answered(&self, asked: &Asked) -> Result<Answered, FootbridgeError> {
        let waiting = self.inner.store.read(|snapshot| outbox::of(snapshot, asked.about))?;
        let item = waiting.into_iter().find(|item| item.name == asked.command);
        Ok(match item.map(|item| item.refused) {
            None => Answered::Done,
            Some(None) => Answered::Waiting,
            Some(Some(number)) => {
                let code = u16::try_from(number).ok().and_then(ErrorCode::from_number);
                Answered::Refused(code.map_or("unknown", ErrorCode::name).to_owned())
            }
        })
    }

    /// Forgets something that the server refused, once somebody was told.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn forget_refused(&self, asked: &Asked) -> Result<(), FootbridgeError> {
        self.write(|_, writing, ground| {
            let items = outbox::of(writing, asked.about)?;
            let item = items.into_iter().find(|item| item.name == asked.command && item.refused.is_some());
            let Some(item) = item else { return Ok(()) };
            outbox::remove(writing, item.seq)?;
            if let Some(row) = records::get(writing, asked.about)? {
                record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
            }
            Ok(())
        })
    }

    fn ask_about_person(
        &self,
        person: PersonId,
        command: &Command,
        check: impl FnOnce(&Ground) -> Result<(), FootbridgeError>,
    ) -> Result<Asked, FootbridgeError> {
        let asked = self.write(|footbridge, writing, ground| {
            let asked = footbridge.ask(writing, ground, person.document(), command)?;
            check_person(writing, person)?;
            check(ground)?;
            Ok(asked)
        })?;
        self.recorded(&[person.document()], Kind::Person);
        Ok(asked)
    }

    /// Puts a coordinator's command into the outbox, also about what is no record of this device.
    pub(crate) fn ask(
        &self,
        writing: &Writing<'_>,
        ground: &Ground,
        about: DocumentId,
        command: &Command,
    ) -> Result<Asked, FootbridgeError> {
        let membership = ground.membership.as_ref().ok_or_else(|| FootbridgeError::refused("not_joined"))?;
        policy::may_command(&membership.member(), Kind::Person, &Facts::default(), command)?;
        let payload = serde_json::to_vec(command).map_err(|_| FootbridgeError::damaged())?;
        // What was refused before is overtaken by what is asked now.
        for item in outbox::of(writing, about)?.iter().filter(|item| item.refused.is_some()) {
            let before = serde_json::from_slice::<Command>(&item.payload);
            let is_the_same =
                before.is_ok_and(|before| std::mem::discriminant(&before) == std::mem::discriminant(command));
            if item.item == ItemKind::Command && is_the_same {
                outbox::remove(writing, item.seq)?;
            }
        }
        let mut name = [0; 16];
        self.inner.environment.random.fill(&mut name);
        let item = recording::waiting(about, ItemKind::Command, payload, None, name.to_vec(), ground.now);
        outbox::add(writing, &item)?;
        if let Some(row) = records::get(writing, about)? {
            record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
        }
        Ok(Asked { about, command: name })
    }
}

/// What the server would refuse is told at once.
fn check_newcomer(name: &str, districts: &BTreeSet<String>, ground: &Ground) -> Result<(), FootbridgeError> {
    let mut fields = Fields::new();
    fields.insert("name".to_owned(), Value::from(name));
    validation::create(Kind::Person, &fields, &Vocabulary::starter(), ground.now)?;
    check_districts(districts, ground)
}

/// The ids of districts that a person named as they are called now.
fn ids_of(districts: &BTreeSet<String>, ground: &Ground) -> BTreeSet<String> {
    districts.iter().map(|typed| ground.vocabulary.district_id(typed).to_owned()).collect()
}

fn check_districts(districts: &BTreeSet<String>, ground: &Ground) -> Result<(), FootbridgeError> {
    match &ground.vocabulary.districts {
        Some(known) if !districts.iter().all(|district| known.contains(district)) => Err(FootbridgeError::invalid(
            "district",
            Problem::NotAllowed,
            ground.vocabulary.present_districts().into_iter().collect(),
        )),
        Some(_) | None => Ok(()),
    }
}

fn check_person(snapshot: &Snapshot<'_>, person: PersonId) -> Result<(), FootbridgeError> {
    let row = records::get(snapshot, person.document())?;
    if row.is_some_and(|row| row.projection.known_kind() == Some(Kind::Person)) {
        return Ok(());
    }
    let known = records::all_of(snapshot, Kind::Person.name())?.iter().map(|row| row.id.to_string()).collect();
    Err(FootbridgeError::invalid("person", Problem::NotAllowed, known))
}
