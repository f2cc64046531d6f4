//! `GET /review/people`, `GET /review/people/ID`, `GET /review/devices`, and what is done there: `POST
//! /review/people/invite`, `POST …/ID/device`, `…/ID/role`, `…/ID/revoke`, `…/ID/reinstate`. Invariant: a form comes from
//! a page of the same browser; the answer to an invitation is the only page with its link.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use footbridge_model::{Command, PersonId, Role};

use super::outcome::Outcome;
use super::{Answer, Visitor, pairs, values};
use crate::review::follow_ups::Look;
use crate::review::layout::{TOKEN_FIELD, Tab};
use crate::review::people::{
    Draft, PATH, Waiting, devices, doubted, doubts, everybody, field, invited, path, somebody,
};
use crate::review::plain::Why;
use crate::reviewing::{self, FollowUpsWanted, Invitee, Refused, ReviewError, With};
use crate::state::ServerState;

/// How many follow-ups of hers a person's page shows.
const FOLLOW_UPS_SHOWN: u32 = 50;

/// Everybody.
pub async fn every(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let all = reviewing::everybody(&state, &visitor.coordinator).await;
    let all = all.map_err(|error| visitor.guest.refuse(error))?;
    let (words, desk) = (visitor.words(&state), visitor.desk());
    let look = Look { words: &words, place: &visitor.guest.place, desk: &desk };
    let newcomer = PersonId::new(state.now(), state.random());
    let content = everybody(&look, &all, newcomer, &visitor.notice());
    Ok(visitor.show(Tab::People, &words.say("review-people"), &content))
}

/// Every device.
pub async fn every_device(State(state): State<ServerState>, visitor: Visitor) -> Answer {
    let all = reviewing::everybody(&state, &visitor.coordinator).await;
    let all = all.map_err(|error| visitor.guest.refuse(error))?;
    let (words, desk) = (visitor.words(&state), visitor.desk());
    let look = Look { words: &words, place: &visitor.guest.place, desk: &desk };
    Ok(visitor.show(Tab::People, &words.say("review-devices"), &devices(&look, &all)))
}

/// One person.
pub async fn get(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let person = person(&visitor, &id)?;
    let found = reviewing::somebody(&state, &visitor.coordinator, person).await;
    let found = found.map_err(|error| visitor.guest.refuse(error))?;
    // What waits with her is shown before she is put out, and after.
    let with_her = FollowUpsWanted { with: Some(With::Person(person)), ..FollowUpsWanted::default() };
    let waiting = reviewing::follow_ups(&state, &visitor.coordinator, with_her, FOLLOW_UPS_SHOWN).await;
    let (waiting, more) = waiting.map_err(|error| visitor.guest.refuse(error))?;
    let waiting = Waiting { follow_ups: &waiting, is_more: more.is_some() };
    let (words, desk) = (visitor.words(&state), visitor.desk());
    let look = Look { words: &words, place: &visitor.guest.place, desk: &desk };
    let mut bytes = [0; 16];
    state.random().fill(&mut bytes);
    let content = somebody(&look, &found, &waiting, &URL_SAFE_NO_PAD.encode(bytes), &visitor.notice());
    Ok(visitor.show(Tab::People, &words.say("review-people"), &content))
}

/// Invites somebody new.
pub async fn invite(State(state): State<ServerState>, visitor: Visitor, form: Bytes) -> Answer {
    let [token, name, id, anyway] = pairs(&form, [TOKEN_FIELD, field::NAME, field::PERSON, field::ANYWAY]);
    visitor.check(token.as_deref())?;
    let (Some(id), Some((role, districts))) = (id.and_then(|id| id.parse().ok()), rights(&form)) else {
        return Ok(visitor.guest.say(StatusCode::BAD_REQUEST, Why::OldForm));
    };
    let name = name.unwrap_or_default().trim().to_owned();
    let all = reviewing::everybody(&state, &visitor.coordinator).await;
    let all = all.map_err(|error| visitor.guest.refuse(error))?;
    let draft = Draft { newcomer: id, name: &name, role, districts: &districts };
    let words = visitor.words(&state);
    let doubts = doubts(&words, &draft, &all);
    if name.is_empty() || (!doubts.is_empty() && anyway.is_none()) {
        let desk = visitor.desk();
        let look = Look { words: &words, place: &visitor.guest.place, desk: &desk };
        let content = doubted(&look, &draft, &doubts);
        return Ok(visitor.show(Tab::People, &words.say("review-invite"), &content));
    }
    let invitee = Invitee::Newcomer { name: name.clone(), role, districts: districts.clone() };
    show_once(&state, &visitor, id, &name, invitee, &id.to_string()).await
}

/// Invites a further device of somebody who is there.
pub async fn device(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let [token, once] = pairs(&form, [TOKEN_FIELD, field::ONCE]);
    visitor.check(token.as_deref())?;
    let person = person(&visitor, &id)?;
    let Some(once) = once.filter(|once| !once.is_empty()) else {
        return Ok(visitor.guest.say(StatusCode::BAD_REQUEST, Why::OldForm));
    };
    let found = reviewing::somebody(&state, &visitor.coordinator, person).await;
    let found = found.map_err(|error| visitor.guest.refuse(error))?;
    show_once(&state, &visitor, person, &found.name, Invitee::There, &once).await
}

/// `once` tells this form from every other of the browser.
async fn show_once(
    state: &ServerState,
    visitor: &Visitor,
    person: PersonId,
    name: &str,
    invitee: Invitee,
    once: &str,
) -> Answer {
    let form = format!("{}\0{person}\0{once}", visitor.session);
    let made = match reviewing::invite(state, &visitor.coordinator, person, invitee, &form).await {
        Ok(made) => made,
        Err(refused) => return told(visitor, PATH, refused),
    };
    let (words, desk) = (visitor.words(state), visitor.desk());
    let look = Look { words: &words, place: &visitor.guest.place, desk: &desk };
    let content = invited(&look, name, &made);
    let mut response = visitor.show(Tab::People, &words.say("review-invite"), &content);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Writes a person's name as it is.
pub async fn name(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let [token, name] = pairs(&form, [TOKEN_FIELD, field::NAME]);
    visitor.check(token.as_deref())?;
    let person = person(&visitor, &id)?;
    let name = name.unwrap_or_default().trim().to_owned();
    let outcome = if name.is_empty() {
        Outcome::NameNeeded
    } else {
        match reviewing::call(&state, &visitor.coordinator, person, name).await {
            Ok(()) => Outcome::Saved,
            Err(ReviewError::Invalid(_)) => Outcome::Refused,
            Err(error) => return Err(visitor.guest.refuse(error)),
        }
    };
    Ok(visitor.send_back(None, &path(person), outcome))
}

/// Erases the name of somebody who has left, where it was typed.
pub async fn erase(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let [token, typed] = pairs(&form, [TOKEN_FIELD, field::NAME]);
    visitor.check(token.as_deref())?;
    let person = person(&visitor, &id)?;
    let found = reviewing::somebody(&state, &visitor.coordinator, person).await;
    let found = found.map_err(|error| visitor.guest.refuse(error))?;
    if footbridge_text::fold(&typed.unwrap_or_default()) != footbridge_text::fold(&found.name) {
        return Ok(visitor.send_back(None, &path(person), Outcome::NameNotTyped));
    }
    match reviewing::erase(&state, &visitor.coordinator, person.document()).await {
        Ok(()) => Ok(visitor.send_back(None, PATH, Outcome::Erased)),
        // She has not left.
        Err(ReviewError::Forbidden) => Ok(visitor.send_back(None, &path(person), Outcome::Refused)),
        Err(error) => Err(visitor.guest.refuse(error)),
    }
}

/// Makes a person something else.
pub async fn role(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let Some((role, districts)) = rights(&form) else {
        return Ok(visitor.guest.say(StatusCode::BAD_REQUEST, Why::OldForm));
    };
    ask(&state, &visitor, &id, &form, Command::Role { role, districts }, Outcome::Saved).await
}

/// Takes the rights of a person or of one device away.
pub async fn revoke(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let [device, wipe] = pairs(&form, [field::DEVICE, field::WIPE]);
    let device = match device.map(|device| device.parse()).transpose() {
        Ok(device) => device,
        Err(_) => return Err(visitor.guest.refuse(ReviewError::NotFound)),
    };
    let command = Command::Revoke { device, wipe: wipe.is_some() };
    ask(&state, &visitor, &id, &form, command, Outcome::Revoked).await
}

/// Gives a person her rights back.
pub async fn reinstate(
    State(state): State<ServerState>,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Bytes,
) -> Answer {
    ask(&state, &visitor, &id, &form, Command::Reinstate, Outcome::Reinstated).await
}

async fn ask(state: &ServerState, visitor: &Visitor, id: &str, form: &[u8], command: Command, done: Outcome) -> Answer {
    let [token] = pairs(form, [TOKEN_FIELD]);
    visitor.check(token.as_deref())?;
    let person = person(visitor, id)?;
    match reviewing::ask(state, &visitor.coordinator, person, command).await {
        Ok(()) => Ok(visitor.send_back(None, &path(person), done)),
        Err(refused) => told(visitor, &path(person), refused),
    }
}

/// What she is told where it was not done.
fn told(visitor: &Visitor, path: &str, refused: Refused) -> Answer {
    let outcome = match refused {
        Refused::NotFound | Refused::Forbidden | Refused::NoCoordinator => {
            return Err(visitor.guest.refuse(ReviewError::NotFound));
        }
        Refused::Storage(error) => return Err(visitor.guest.refuse(error.into())),
        Refused::LastCoordinator => Outcome::LastCoordinator,
        Refused::UnknownDistrict { .. } | Refused::Invalid(_) => Outcome::Refused,
        Refused::Gone | Refused::Taken | Refused::Late => Outcome::Changed,
    };
    Ok(visitor.send_back(None, path, outcome))
}

fn person(visitor: &Visitor, id: &str) -> Result<PersonId, super::Refused> {
    id.parse().map_err(|_| visitor.guest.refuse(ReviewError::NotFound))
}

fn rights(form: &[u8]) -> Option<(Role, std::collections::BTreeSet<String>)> {
    let [role] = pairs(form, [field::ROLE]);
    let districts = values(form, field::DISTRICT).into_iter().collect();
    role.and_then(|role| Role::from_name(&role)).map(|role| (role, districts))
}
