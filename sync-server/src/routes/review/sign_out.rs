//! `POST /review/sign-out`: this browser is signed in no more. `GET` says that it is not.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Response, StatusCode, header};

use super::browser::no_cookies;
use super::{Answer, Guest, Visitor, pairs};
use crate::review::layout::TOKEN_FIELD;
use crate::review::sign_in::{Ended, needed};
use crate::reviewing;
use crate::state::ServerState;

/// The path.
pub const PATH: &str = "/review/sign-out";

/// Signs out.
pub async fn post(State(state): State<ServerState>, visitor: Visitor, form: Bytes) -> Answer {
    let [token] = pairs(&form, [TOKEN_FIELD]);
    visitor.check(token.as_deref())?;
    let guest = &visitor.guest;
    reviewing::sign_out(&state, &visitor.session).await.map_err(|error| guest.refuse(error))?;
    let mut response = guest.send_on(PATH);
    for cookie in no_cookies(guest.is_secure).into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Where signing out leads.
pub async fn get(guest: Guest) -> Response<Body> {
    let ended = guest.browser.session(guest.is_secure).is_none().then_some(Ended::SignedOut);
    guest.show(StatusCode::OK, &needed(&guest.place, ended))
}
