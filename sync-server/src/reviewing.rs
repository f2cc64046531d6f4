//! What the review pages do, without a page: sign in, list, look at one record, choose an answer. Called by the review
//! routes and by administration. Invariant: at each call the person still is a coordinator of that programme; a choice
//! is written by the server with an actor of its own that is bound to her (see `storage::actors`), so that the timeline
//! names her; and a choice made on a page that is out of date changes nothing.

mod aside;
mod error;
mod follow_ups;
mod keep_notes;
mod lists;
mod record;
mod search;
mod settle;
mod somebody;
mod taken_back;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use footbridge_model::expiry::NOTICE_MILLIS;
use footbridge_model::{Command, DocumentId, Kind, PersonId, ProgrammeId, Role, Timestamp, TokenHash, starter};
use footbridge_text::fold;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::admin::{AdminError, must_be_here};
use crate::expiry;
use crate::people;
use crate::records;
use crate::state::ServerState;
use crate::storage::audit::{self, By, Deed};
use crate::storage::documents::{self, DocumentRow};
use crate::storage::programmes::{self, Shorter};
use crate::storage::review::{self, Wanted};
use crate::storage::{
    StorageError, devices, languages, members, quarantine, review_follow_ups, review_links, review_sessions, server,
};

pub use crate::people::Refused;
pub use crate::storage::review::{Place, Wanted as RecordsWanted};
pub use crate::storage::review_follow_ups::Due;
pub use crate::storage::review_links::LinkState;
pub use aside::{Aside, SetAside, aside, take_over, throw_away};
pub use error::ReviewError;
pub use follow_ups::{FollowUpsWanted, Onward, Shown, Step, With, follow_ups, step};
pub use keep_notes::keep_notes;
pub use lists::{Renaming, Shown as ShownCode, add as add_code, codes, rename, shift};
pub use record::{Disputed, Given, Line, Reviewed, record};
pub use search::{Found, search};
pub use settle::{Choice, settle};
pub use somebody::{Invited, Invitee, Somebody, ask, call, everybody, invite, somebody};
pub use taken_back::{erase, seen};

/// Where a link leads; its token is the query's `token`. Showing that page uses nothing up, for a preview may open it:
/// a button there signs in.
pub const SIGN_IN_PATH: &str = "/review/sign-in";

/// The longest that a link can be used.
pub const LINK_LASTS_MAX_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How long a browser stays signed in.
pub const SESSION_LASTS_MILLIS: i64 = 12 * 60 * 60 * 1000;

/// How long a link is remembered after its time, so that it can be told why it does not work.
pub(crate) const LINK_REMEMBERED_MILLIS: i64 = 30 * LINK_LASTS_MAX_MILLIS;

/// A link that signs a coordinator in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub url: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// A coordinator who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coordinator {
    /// Her programme.
    pub programme: ProgrammeId,
    /// Who she is.
    pub person: PersonId,
    /// What she is called.
    pub name: String,
    /// What the programme is called.
    pub programme_name: String,
}

/// Notes that will be erased because they are to be kept for fewer days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortening {
    /// For how many days from then on.
    pub days: i64,
    /// When it takes effect.
    pub at: Timestamp,
    /// How many notes go then.
    pub notes: u64,
}

/// What the pages need to know of a programme to show its records.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// The ids of its districts: the names that they had first.
    pub districts: Vec<String>,
    /// What those that were renamed are called now, by their ids.
    pub district_names: BTreeMap<String, String>,
    /// The ids of districts that records name and that are closed.
    pub closed_districts: Vec<String>,
    /// Its time zone, as IANA names it.
    pub time_zone: String,
    /// Its people by id: name and role.
    pub people: BTreeMap<PersonId, (String, Option<Role>)>,
    /// Those of them who belong to it no more.
    pub gone: BTreeSet<PersonId>,
    /// Those of them who share a name with somebody else, with what tells them apart.
    pub namesakes: BTreeMap<PersonId, Namesake>,
    /// Labels of its codes: list, code, language, label.
    pub labels: Labels,
    /// Its code lists, each in its order.
    pub lists: BTreeMap<String, Vec<Listed>>,
    /// Languages in which somebody has talked, by their tags.
    pub languages: Vec<String>,
    /// For how many days notes are kept.
    pub note_days: i64,
    /// A shorter time that waits to take effect.
    pub shortening: Option<Shortening>,
    /// The languages in which its codes are named.
    pub label_languages: Vec<String>,
    /// How many answers wait to be chosen.
    pub open_disagreements: u64,
    /// How many follow-ups wait whose day is over.
    pub late_follow_ups: u64,
    /// How many records wait in quarantine; past a hundred it is not counted further.
    pub quarantined: u64,
}

/// What tells somebody from another person of her name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesake {
    /// Where she is a volunteer.
    pub districts: BTreeSet<String>,
    /// When a device of hers was last here.
    pub last_here: Option<Timestamp>,
}

/// An entry of a code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The record that it is.
    pub id: DocumentId,
    /// Its name in records.
    pub code: String,
    /// Where it stands.
    pub order: i64,
    /// Whether it is offered.
    pub on: bool,
}

/// Makes a link for a coordinator.
pub async fn make_link(
    state: &ServerState,
    programme: ProgrammeId,
    person: PersonId,
    lasts_millis: i64,
) -> Result<Link, AdminError> {
    let token = new_token(state);
    let hash = TokenHash(token_hash(&token));
    let written = state.storage().write(move |writing| {
        must_be_here(writing.connection(), programme)?;
        let expires_at = writing.now().plus_millis(lasts_millis.clamp(1, LINK_LASTS_MAX_MILLIS));
        let command = Command::ReviewLink { token: hash, expires_at };
        people::carry_out(writing, By::Administrator, programme, person, &command)?;
        Ok::<_, AdminError>((server::base_url(writing.connection())?, expires_at))
    });
    let (base, expires_at) = written.await?;
    Ok(Link { url: format!("{base}{SIGN_IN_PATH}?token={token}"), expires_at })
}

/// How a link stands, and whom it would sign in. Uses nothing up.
pub async fn look_at_link(state: &ServerState, token: &str) -> Result<(LinkState, Option<Coordinator>), ReviewError> {
    let (hash, now) = (token_hash(token), state.now());
    state
        .storage()
        .read(move |connection| {
            let link = review_links::look(connection, hash, now)?;
            let whom = match link {
                LinkState::Fresh(programme, person) => coordinator_in(connection, programme, person)?,
                LinkState::Used | LinkState::Late | LinkState::Unknown => None,
            };
            Ok(match (link, &whom) {
                // She is a coordinator no more.
                (LinkState::Fresh(..), None) => (LinkState::Unknown, None),
                _ => (link, whom),
            })
        })
        .await
}

/// Uses a link up: the value for the cookie, and who is signed in. `None` where the link does not work.
pub async fn sign_in(state: &ServerState, token: &str) -> Result<Option<(String, Coordinator)>, ReviewError> {
    let hash = token_hash(token);
    let cookie = new_token(state);
    let cookie_hash = token_hash(&cookie);
    let whom = state.storage().write(move |writing| {
        let (connection, now) = (writing.connection(), writing.now());
        let Some((programme, person)) = review_links::take(connection, hash, now)? else {
            return Ok::<_, ReviewError>(None);
        };
        let Some(whom) = coordinator_in(connection, programme, person)? else { return Ok(None) };
        let until = now.plus_millis(SESSION_LASTS_MILLIS);
        review_sessions::insert(connection, cookie_hash, programme, person, now, until)?;
        audit::note(writing, programme, By::Page { person }, Deed::SignedIn, *person.as_bytes(), &json!({}))?;
        Ok(Some(whom))
    });
    Ok(whom.await?.map(|whom| (cookie, whom)))
}

/// Who is signed in with that cookie.
pub async fn coordinator(state: &ServerState, cookie: &str) -> Result<Option<Coordinator>, ReviewError> {
    let (hash, now) = (token_hash(cookie), state.now());
    state
        .storage()
        .read(move |connection| match review_sessions::find(connection, hash, now)? {
            Some((programme, person)) => Ok(coordinator_in(connection, programme, person)?),
            None => Ok(None),
        })
        .await
}

/// Signs a browser out.
pub async fn sign_out(state: &ServerState, cookie: &str) -> Result<(), ReviewError> {
    let hash = token_hash(cookie);
    state.storage().write(move |writing| Ok(review_sessions::delete(writing.connection(), hash)?)).await
}

/// The records that are wanted, newest first, with the place to go on from where there are more.
pub async fn records(
    state: &ServerState,
    coordinator: &Coordinator,
    wanted: Wanted,
) -> Result<(Vec<DocumentRow>, Option<Place>), ReviewError> {
    let (programme, person) = (coordinator.programme, coordinator.person);
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, programme, person)?;
            let limit = wanted.limit.clamp(1, 200);
            let mut rows = review::records(connection, programme, &Wanted { limit: limit + 1, ..wanted })?;
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            let next = rows.last().filter(|_| more).map(|row| Place { sort_at: row.sort_at, id: row.id });
            Ok((rows, next))
        })
        .await
}

/// How many records are wanted, on all pages.
pub async fn count(state: &ServerState, coordinator: &Coordinator, wanted: Wanted) -> Result<u64, ReviewError> {
    let (programme, person) = (coordinator.programme, coordinator.person);
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, programme, person)?;
            Ok(review::count(connection, programme, &wanted)?)
        })
        .await
}

/// How many notes each of these records has; one without any is absent.
pub async fn note_counts(
    state: &ServerState,
    coordinator: &Coordinator,
    records: Vec<DocumentId>,
) -> Result<BTreeMap<DocumentId, u64>, ReviewError> {
    let (programme, person) = (coordinator.programme, coordinator.person);
    state
        .storage()
        .read(move |connection| {
            still_coordinator(connection, programme, person)?;
            Ok(review::note_counts(connection, &records)?)
        })
        .await
}

/// The address by which the server is reached from outside, without a slash at its end.
pub async fn base_url(state: &ServerState) -> Result<String, ReviewError> {
    state.storage().read(|connection| Ok(server::base_url(connection)?)).await
}

/// What is needed to show the programme's records.
pub async fn programme(state: &ServerState, coordinator: &Coordinator) -> Result<Programme, ReviewError> {
    let (programme, now) = (coordinator.programme, state.now());
    state
        .storage()
        .read(move |connection| {
            let document = documents::find(connection, programme.document())?;
            let here = document.as_ref().map_or(TimeZone::UTC, records::time_zone_of);
            let zone = document.as_ref().and_then(|row| row.projection.text("time_zone")).unwrap_or("UTC").to_owned();
            let kept = programmes::keeping(connection, programme)?;
            let shortening = kept.shorter.map(|shorter| shortening(connection, programme, shorter)).transpose()?;
            let own = document.as_ref().and_then(|row| row.projection.fields.get("languages")?.as_array().cloned());
            let own = own.into_iter().flatten().filter_map(|tag| tag.as_str().map(str::to_owned));
            let districts = document.as_ref().map(records::districts).unwrap_or_default();
            let district_names = document.as_ref().map(records::district_names).unwrap_or_default();
            let used = documents::districts(connection, programme)?.into_iter();
            let closed_districts = used.filter(|id| !districts.contains(id)).collect();
            let (labels, lists) = code_lists(connection, programme)?;
            let people = people_of(connection, programme)?;
            let members = members::of(connection, programme)?;
            let namesakes = namesakes(connection, &people, &members)?;
            let members = members.into_iter();
            let gone = members.filter(|row| row.revoked_at.is_some()).map(|row| row.member.person).collect();
            Ok(Programme {
                districts: districts.into_iter().collect(),
                district_names,
                closed_districts,
                time_zone: zone,
                people,
                gone,
                namesakes,
                lists,
                languages: languages::of(connection, programme)?,
                note_days: kept.days.unwrap_or(starter::NOTE_DAYS),
                shortening,
                label_languages: label_languages(own, &labels),
                late_follow_ups: review_follow_ups::late(connection, programme, &now.day_in(&here).to_string())?,
                open_disagreements: review::open_disagreements(connection, programme)?,
                quarantined: quarantine::firsts(connection, programme, None, 100)?.len() as u64,
                labels,
            })
        })
        .await
}

/// What will go when a shorter time takes effect.
fn shortening(connection: &Connection, programme: ProgrammeId, shorter: Shorter) -> Result<Shortening, StorageError> {
    let at = shorter.since.plus_millis(NOTICE_MILLIS);
    let notes = expiry::would_go(connection, programme, shorter.days, at)?;
    Ok(Shortening { days: shorter.days, at, notes: notes as u64 })
}

/// Labels by list, code and language.
type Labels = BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>;

fn code_lists(
    connection: &Connection,
    programme: ProgrammeId,
) -> Result<(Labels, BTreeMap<String, Vec<Listed>>), StorageError> {
    let (mut labels, mut lists) = (Labels::new(), BTreeMap::<String, Vec<Listed>>::new());
    for row in documents::of_kind(connection, programme, Kind::Code)? {
        let (Some(list), Some(code)) = (row.projection.text("list"), row.projection.text("code")) else {
            continue;
        };
        let fields = &row.projection.fields;
        let by_language = fields.get("labels").and_then(Value::as_object).into_iter().flatten();
        let by_language =
            by_language.filter_map(|(tag, label)| Some((tag.clone(), label.as_str()?.to_owned()))).collect();
        labels.entry(list.to_owned()).or_default().insert(code.to_owned(), by_language);
        lists.entry(list.to_owned()).or_default().push(Listed {
            id: row.id,
            code: code.to_owned(),
            order: fields.get("order").and_then(Value::as_i64).unwrap_or_default(),
            on: fields.get("on").and_then(Value::as_bool).unwrap_or(true),
        });
    }
    lists.values_mut().for_each(|codes| codes.sort_by(|a, b| (a.order, &a.code).cmp(&(b.order, &b.code))));
    Ok((labels, lists))
}

/// The languages of a programme, and those in which a code of it is named already.
fn label_languages(own: impl Iterator<Item = String>, labels: &Labels) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    let named = labels.values().flat_map(BTreeMap::values).flat_map(BTreeMap::keys).cloned();
    for tag in own.chain(named) {
        if !languages.contains(&tag) {
            languages.push(tag);
        }
    }
    languages
}

fn people_of(
    connection: &Connection,
    programme: ProgrammeId,
) -> Result<BTreeMap<PersonId, (String, Option<Role>)>, StorageError> {
    let rows = documents::of_kind(connection, programme, Kind::Person)?;
    let named = rows.into_iter().map(|row| {
        let name = row.projection.text("name").unwrap_or_default().to_owned();
        (PersonId::from(row.id), (name, row.facts.role))
    });
    Ok(named.collect())
}

/// Those who share a name, however it is written.
fn namesakes(
    connection: &Connection,
    people: &BTreeMap<PersonId, (String, Option<Role>)>,
    members: &[members::MemberRow],
) -> Result<BTreeMap<PersonId, Namesake>, StorageError> {
    let mut by_name = BTreeMap::<String, Vec<PersonId>>::new();
    for (person, (name, _)) in people {
        by_name.entry(fold(name)).or_default().push(*person);
    }
    let shared = by_name.into_values().filter(|people| people.len() > 1).flatten();
    let told = shared.map(|person| {
        let member = members.iter().find(|row| row.member.person == person);
        let districts = member.map(|row| row.member.districts.clone()).unwrap_or_default();
        let (_, last_here) = devices::of_person(connection, person)?;
        Ok((person, Namesake { districts, last_here }))
    });
    told.collect()
}

/// Who she is, if she is a coordinator of that programme now.
fn coordinator_in(
    connection: &Connection,
    programme: ProgrammeId,
    person: PersonId,
) -> Result<Option<Coordinator>, StorageError> {
    if !is_coordinator(connection, programme, person)? {
        return Ok(None);
    }
    let name_in = |id| -> Result<String, StorageError> {
        let row = documents::find(connection, id)?;
        Ok(row.and_then(|row| row.projection.text("name").map(str::to_owned)).unwrap_or_default())
    };
    let (name, programme_name) = (name_in(person.document())?, name_in(programme.document())?);
    Ok(Some(Coordinator { programme, person, name, programme_name }))
}

fn still_coordinator(connection: &Connection, programme: ProgrammeId, person: PersonId) -> Result<(), ReviewError> {
    if is_coordinator(connection, programme, person)? { Ok(()) } else { Err(ReviewError::Forbidden) }
}

fn is_coordinator(connection: &Connection, programme: ProgrammeId, person: PersonId) -> Result<bool, StorageError> {
    let found = members::find(connection, person)?.filter(|found| found.programme == programme && found.is_active());
    Ok(found.is_some_and(|found| found.member.role == Role::Coordinator))
}

/// A value that nobody guesses, for a link or a cookie.
pub(crate) fn new_token(state: &ServerState) -> String {
    let mut bytes = [0; 32];
    state.random().fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
