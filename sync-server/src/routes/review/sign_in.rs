//! `GET` and `POST /review/sign-in`: a link from `review-link`. Invariant: looking uses nothing up, so that whatever
//! previews a link may open it; the button does, once, and only in the browser that was shown it.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Response, StatusCode, header};

use super::browser::{is_token_of, session_cookie, sign_in_cookie, token_of};
use super::{Answer, Guest, pairs};
use crate::review::layout::TOKEN_FIELD;
use crate::review::sign_in::{LINK_FIELD, confirm, needed, no_link};
use crate::reviewing::{self, LinkState};
use crate::state::ServerState;

/// The page of a link.
pub async fn get(State(state): State<ServerState>, guest: Guest) -> Answer {
    let Some(link) = guest.browser.pair(LINK_FIELD) else {
        return Ok(guest.show(StatusCode::OK, &needed(&guest.place, None)));
    };
    let looked = reviewing::look_at_link(&state, link).await;
    let (stands, whom) = looked.map_err(|error| guest.refuse(error))?;
    let Some(coordinator) = whom else { return Ok(does_not_work(&guest, stands)) };
    let kept = guest.browser.sign_in(guest.is_secure).filter(|secret| !secret.is_empty());
    let secret = kept.unwrap_or_else(|| reviewing::new_token(&state));
    let page = confirm(&guest.place, &coordinator, link, &token_of(&secret));
    let mut response = guest.show(StatusCode::OK, &page);
    if let Some(cookie) = sign_in_cookie(&secret, guest.is_secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Uses the link up and signs in.
pub async fn post(State(state): State<ServerState>, guest: Guest, form: Bytes) -> Answer {
    let [token, link] = pairs(&form, [TOKEN_FIELD, LINK_FIELD]);
    let secret = guest.browser.sign_in(guest.is_secure).unwrap_or_default();
    let is_ours = !secret.is_empty() && is_token_of(&secret, token.as_deref().unwrap_or_default());
    if !is_ours || guest.browser.is_from_elsewhere {
        return Err(guest.old_form());
    }
    let link = link.unwrap_or_default();
    let signed_in = reviewing::sign_in(&state, &link).await.map_err(|error| guest.refuse(error))?;
    let Some((value, _)) = signed_in else {
        let (stands, _) = reviewing::look_at_link(&state, &link).await.map_err(|error| guest.refuse(error))?;
        return Ok(does_not_work(&guest, stands));
    };
    // Whoever was signed in here before is so no more.
    if let Some(before) = guest.browser.session(guest.is_secure) {
        reviewing::sign_out(&state, &before).await.map_err(|error| guest.refuse(error))?;
    }
    let mut response = guest.send_on("/review");
    if let Some(cookie) = session_cookie(&value, guest.is_secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn does_not_work(guest: &Guest, link: LinkState) -> Response<Body> {
    let status = if link == LinkState::Unknown { StatusCode::NOT_FOUND } else { StatusCode::GONE };
    guest.show(status, &no_link(&guest.place, link))
}
