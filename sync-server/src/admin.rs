//! What whoever runs the server can ask: programmes, invitations, members, links to the review pages. Called through
//! the socket while the server runs, else directly. Invariant: checked like anything a person enters; a token that is
//! given out is kept by its hash alone.

mod clock;
pub mod error;
mod invite;
mod open;
mod people;
mod programme;
pub mod socket;
mod telling;

use footbridge_model::{Command, DeviceId, PersonId, ProgrammeId, Role, Timestamp, starter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::invite::{Invited, Invitee};
use crate::reviewing;
use crate::state::ServerState;
use crate::storage::{StorageError, devices, documents, members, programmes};
pub use error::AdminError;
pub(crate) use invite::invitation_url;
pub use programme::Lists;
pub(crate) use telling::must_be_here;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum AdminRequest {
    /// Make a programme with its starter lists.
    CreateProgramme {
        /// What it is called.
        name: String,
        /// ISO 3166-1, two letters.
        country: String,
        /// IANA; that of the country where it has one and this is absent.
        time_zone: Option<String>,
        /// Its languages.
        languages: Vec<String>,
        /// Its districts.
        districts: Vec<String>,
    },
    /// List the programmes.
    ListProgrammes,
    /// Make a person and an invitation for her.
    Invite {
        /// Where to.
        programme: ProgrammeId,
        /// As what.
        role: Role,
        /// What she is called.
        name: String,
        /// Where she is a volunteer.
        districts: Vec<String>,
        /// How long the invitation can be used; absent for as long as is usual for what she is.
        lasts_millis: Option<i64>,
    },
    /// Make an invitation for a further device of somebody who is there.
    InviteFurther {
        /// Where to.
        programme: ProgrammeId,
        /// Whom.
        person: PersonId,
        /// How long the invitation can be used; absent for as long as is usual for what she is.
        lasts_millis: Option<i64>,
    },
    /// Make a person something else.
    Role {
        /// In which programme.
        programme: ProgrammeId,
        /// Whom.
        person: PersonId,
        /// As what from now on.
        role: Role,
        /// Where she is a volunteer from now on.
        districts: Vec<String>,
    },
    /// Take away the rights of a person with all her devices.
    Revoke {
        /// In which programme.
        programme: ProgrammeId,
        /// Whom.
        person: PersonId,
        /// Whether her devices are lost, and to be emptied whatever they could hand over.
        wipe: bool,
    },
    /// Take away the rights of one device.
    RevokeDevice {
        /// In which programme.
        programme: ProgrammeId,
        /// Which.
        device: DeviceId,
        /// Whether it is lost, and to be emptied whatever it could hand over.
        wipe: bool,
    },
    /// Give a person her rights back, or let her in who waits since a restore.
    Reinstate {
        /// In which programme.
        programme: ProgrammeId,
        /// Whom; absent for everybody who waits since a restore.
        person: Option<PersonId>,
    },
    /// List the members of a programme.
    Members {
        /// Which.
        programme: ProgrammeId,
    },
    /// List the invitations that somebody could still use; end one of them first where it is named.
    Invitations {
        /// In which programme.
        programme: ProgrammeId,
        /// Which is to end, as the list names it.
        end: Option<String>,
    },
    /// List the browsers that are signed in to the review pages; sign one of them out first where it is named.
    Browsers {
        /// In which programme.
        programme: ProgrammeId,
        /// Which is to be signed out, as the list names it.
        end: Option<String>,
    },
    /// List the devices of a programme, with what each told last.
    Devices {
        /// Which.
        programme: ProgrammeId,
    },
    /// Look whether everything is as it was written.
    Check,
    /// Tell what the clock says, and whether it is believed.
    Clock,
    /// Say that the clock is right: what waited for it goes on.
    ConfirmClock,
    /// Tell who did what, newest first.
    Audit {
        /// In which programme.
        programme: ProgrammeId,
        /// Only what was done before this entry: the `next` of an earlier answer.
        before: Option<i64>,
        /// At most so many entries.
        limit: u32,
    },
    /// Make a link that signs a coordinator in to the review pages.
    ReviewLink {
        /// Which programme.
        programme: ProgrammeId,
        /// Which coordinator.
        person: PersonId,
        /// How long the link can be used.
        lasts_millis: i64,
    },
}

/// Makes a programme as [`AdminRequest::CreateProgramme`] asks, whose lists begin with these codes in the place of the
/// starter's: for whoever makes thousands of small programmes. Answers like [`execute`].
///
/// # Errors
/// As [`execute`]; `name` where something else is asked.
pub async fn create_with(state: &ServerState, request: AdminRequest, lists: Lists) -> Result<Value, AdminError> {
    let AdminRequest::CreateProgramme { name, country, time_zone, languages, districts } = request else {
        return Err(AdminError::invalid("name", "name: no programme is asked for"));
    };
    let asked = programme::NewProgramme { name, country, time_zone, languages, districts };
    let id = programme::create(state, asked, lists).await?;
    Ok(json!({ "programme": id }))
}

/// Does what is asked; answers in the form that `--json` prints.
pub async fn execute(state: &ServerState, request: AdminRequest) -> Result<Value, AdminError> {
    match request {
        AdminRequest::CreateProgramme { .. } => create_with(state, request, starter::LISTS).await,
        AdminRequest::ListProgrammes => list_programmes(state).await,
        AdminRequest::Invite { programme, role, name, districts, lasts_millis } => {
            let newcomer = Invitee::Newcomer { name, role, districts };
            invite::invite(state, programme, newcomer, lasts_millis).await.map(invited)
        }
        AdminRequest::InviteFurther { programme, person, lasts_millis } => {
            invite::invite(state, programme, Invitee::There(person), lasts_millis).await.map(invited)
        }
        AdminRequest::Role { programme, person, role, districts } => {
            let districts = state
                .storage()
                .read(move |connection| crate::records::district_ids(connection, programme, districts))
                .await?;
            people::carry_out(state, programme, person, Command::Role { role, districts }).await
        }
        AdminRequest::Revoke { programme, person, wipe } => {
            people::carry_out(state, programme, person, Command::Revoke { device: None, wipe }).await
        }
        AdminRequest::RevokeDevice { programme, device, wipe } => {
            people::revoke_device(state, programme, device, wipe).await
        }
        AdminRequest::Reinstate { programme, person: Some(person) } => {
            people::carry_out(state, programme, person, Command::Reinstate).await
        }
        AdminRequest::Reinstate { programme, person: None } => people::admit_everyone(state, programme).await,
        AdminRequest::Members { programme } => list_members(state, programme).await,
        AdminRequest::Devices { programme } => telling::devices(state, programme).await,
        AdminRequest::Invitations { programme, end } => open::invitations(state, programme, end).await,
        AdminRequest::Browsers { programme, end } => open::browsers(state, programme, end).await,
        AdminRequest::Check => telling::check(state).await,
        AdminRequest::Clock => clock::told(state).await,
        AdminRequest::ConfirmClock => clock::confirm(state).await,
        AdminRequest::Audit { programme, before, limit } => telling::audit(state, programme, before, limit).await,
        AdminRequest::ReviewLink { programme, person, lasts_millis } => {
            let link = reviewing::make_link(state, programme, person, lasts_millis).await?;
            Ok(json!({ "url": link.url, "expires_at": iso(link.expires_at) }))
        }
    }
}

fn invited(invited: Invited) -> Value {
    json!({ "url": invited.url, "expires_at": iso(invited.expires_at), "person": invited.person })
}

async fn list_programmes(state: &ServerState) -> Result<Value, AdminError> {
    let items = state.storage().read(|connection| {
        let mut items = Vec::new();
        for row in programmes::all(connection)? {
            let document = documents::find(connection, row.id.document())?;
            let fields = document.map(|document| document.projection.complete()).unwrap_or_default();
            let members = members::of(connection, row.id)?.len();
            items.push(json!({
                "programme": row.id,
                "name": fields.get("name"),
                "country": fields.get("country"),
                "time_zone": fields.get("time_zone"),
                "languages": fields.get("languages"),
                "districts": fields.get("districts"),
                "members": members,
                "created_at": iso(row.created_at),
            }));
        }
        Ok::<_, StorageError>(items)
    });
    Ok(json!({ "items": items.await? }))
}

async fn list_members(state: &ServerState, programme: ProgrammeId) -> Result<Value, AdminError> {
    let items = state.storage().read(move |connection| {
        must_be_here(connection, programme)?;
        let mut items = Vec::new();
        for row in members::of(connection, programme)? {
            let person = row.member.person;
            let document = documents::find(connection, person.document())?;
            let name = document.and_then(|document| document.projection.text("name").map(str::to_owned));
            let (devices, seen_at) = devices::of_person(connection, person)?;
            items.push(json!({
                "person": person,
                "name": name,
                "role": row.member.role,
                "districts": row.member.districts,
                "devices": devices,
                "seen_at": seen_at.map(iso),
                "added_at": iso(row.added_at),
                "revoked_at": row.revoked_at.map(iso),
                "held_at": row.held_at.map(iso),
            }));
        }
        Ok::<_, AdminError>(items)
    });
    Ok(json!({ "items": items.await? }))
}

/// ISO 8601 in UTC, as in every other JSON.
fn iso(at: Timestamp) -> String {
    at.to_string()
}
