//! The coordinator's pages, one file an address. This file has what they share: who asks, from which browser, and the
//! headers of every answer. Invariant: a page is shown to a coordinator who is signed in, or says nothing; a form that
//! changes something is taken only with the token of a page of the same browser.

pub mod aside;
pub mod assets;
pub mod disagreements;
pub mod follow_ups;
pub mod keep_notes;
pub mod list;
pub mod lists;
pub mod people;
pub mod record;
pub mod search;
pub mod settle;
pub mod sign_in;
pub mod sign_out;

mod browser;
mod outcome;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect};
use footbridge_model::clean;
use maud::Markup;

use crate::review::layout;
use crate::review::layout::{Desk, Place};
use crate::review::plain::{self, Why};
use crate::review::sign_in::{Ended, needed};
use crate::review::words::Words;
use crate::reviewing::{self, Coordinator, Programme, ReviewError};
use crate::state::ServerState;
use crate::throttle::Nobody;
use browser::Browser;
use outcome::{DONE, Outcome};

/// Nothing from elsewhere, no script, no frame, no form that leads away.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// How large a form may be.
pub const FORM_LIMIT: usize = 64 * 1024;

/// Whoever asks for a page.
#[derive(Debug, Clone)]
pub struct Guest {
    place: Place,
    browser: Browser,
    is_secure: bool,
}

impl FromRequestParts<ServerState> for Guest {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &ServerState) -> Result<Self, Refused> {
        let browser = Browser::of(&parts.headers, &parts.uri);
        let base = match reviewing::base_url(state).await {
            Ok(base) => base,
            Err(error) => {
                let guest = Self { place: browser.place(""), browser, is_secure: true };
                return Err(guest.refuse(error));
            }
        };
        let (scheme, rest) = base.split_once("://").unwrap_or(("http", base.as_str()));
        let prefix = rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or_default();
        Ok(Self { place: browser.place(prefix), is_secure: scheme == "https", browser })
    }
}

impl Guest {
    /// Where a page for it is shown.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// An answer with a page; the language that was asked for in its address is remembered.
    pub fn show(&self, status: StatusCode, page: &Markup) -> Response<Body> {
        let page = page.clone().into_string();
        let mut response = Response::new(Body::from(clean::shown_page(&page).into_owned()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.place.language.code()));
        headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-language"));
        if let Some(cookie) = self.browser.language_cookie(self.is_secure) {
            headers.append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// Sends the browser on to another page of ours. What no address may hold is written as it may.
    fn send_on(&self, path: &str) -> Response<Body> {
        let written = path.bytes().map(|byte| match byte {
            byte if byte.is_ascii_graphic() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        Redirect::to(&self.place.to(&written.collect::<String>())).into_response()
    }

    /// A page that says one thing.
    fn say(&self, status: StatusCode, why: Why) -> Response<Body> {
        self.show(status, &plain::page(&self.place, why))
    }

    /// The answer where a form does not come from a page of this browser.
    fn old_form(&self) -> Refused {
        Refused::from(self.say(StatusCode::FORBIDDEN, Why::OldForm))
    }

    /// The answer where something cannot be shown or done.
    fn refuse(&self, error: ReviewError) -> Refused {
        let response = match error {
            // She is a coordinator no more: these pages are not there for her.
            ReviewError::NotFound
            | ReviewError::Forbidden
            | ReviewError::Changed
            | ReviewError::NotOffered
            | ReviewError::Taken
            | ReviewError::Invalid(_) => self.say(StatusCode::NOT_FOUND, Why::NotFound),
            ReviewError::Storage(source) => {
                tracing::error!(error = &source as &dyn std::error::Error, because = source.because(), "a page failed");
                self.say(StatusCode::INTERNAL_SERVER_ERROR, Why::Failed)
            }
        };
        Refused::from(response)
    }
}

/// A coordinator who is signed in.
#[derive(Debug, Clone)]
pub struct Visitor {
    guest: Guest,
    coordinator: Coordinator,
    programme: Programme,
    session: String,
    token: String,
}

impl FromRequestParts<ServerState> for Visitor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &ServerState) -> Result<Self, Refused> {
        let guest = Guest::from_request_parts(parts, state).await?;
        let Some(session) = guest.browser.session(guest.is_secure) else {
            return Err(not_signed_in(&guest, None));
        };
        let found = reviewing::coordinator(state, &session).await.map_err(|error| guest.refuse(error))?;
        let Some(coordinator) = found else {
            return Err(not_signed_in(&guest, Some(Ended::InTime)));
        };
        state.throttle().person(coordinator.person, 1).map_err(|error| Refused::from(error.into_response()))?;
        let programme = reviewing::programme(state, &coordinator).await.map_err(|error| guest.refuse(error))?;
        let token = browser::token_of(&session);
        Ok(Self { guest, coordinator, programme, session, token })
    }
}

impl Visitor {
    fn words(&self, state: &ServerState) -> Words<'_> {
        Words::new(self.guest.place.language, &self.programme, state.now())
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            name: &self.coordinator.name,
            programme: &self.coordinator.programme_name,
            open_disagreements: self.programme.open_disagreements,
            late_follow_ups: self.programme.late_follow_ups,
            quarantined: self.programme.quarantined,
            token: &self.token,
            shortening: self.programme.shortening,
            time_zone: &self.programme.time_zone,
        }
    }

    fn show(&self, tab: layout::Tab, title: &str, content: &Markup) -> Response<Body> {
        let page = layout::page(&self.guest.place, &self.desk(), tab, title, content);
        self.guest.show(StatusCode::OK, &page)
    }

    /// What was just done, as the address says.
    fn notice(&self) -> Markup {
        match self.guest.browser.pair(DONE).and_then(Outcome::from_name) {
            Some(outcome) => layout::notice(&self.guest.place, outcome.is_good(), outcome.key()),
            None => maud::html! {},
        }
    }

    /// Sends the browser back to the page where the form stood, which says what became of it.
    fn send_back(&self, back: Option<&str>, otherwise: &str, outcome: Outcome) -> Response<Body> {
        let is_ours = |path: &&str| {
            (*path == "/review" || path.starts_with("/review/") || path.starts_with("/review?"))
                && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        };
        let path = back.filter(is_ours).unwrap_or(otherwise);
        let joint = if path.contains('?') { '&' } else { '?' };
        self.guest.send_on(&format!("{path}{joint}{DONE}={}", outcome.name()))
    }

    /// Whether a form comes from a page of this browser.
    fn check(&self, token: Option<&str>) -> Result<(), Refused> {
        let is_ours = browser::is_token_of(&self.session, token.unwrap_or_default());
        if is_ours && !self.guest.browser.is_from_elsewhere { Ok(()) } else { Err(self.guest.old_form()) }
    }
}

/// Nobody is signed in. One who follows a link from elsewhere may well be, for her browser sends the cookie only from
/// our own pages: she is asked to come from here.
fn not_signed_in(guest: &Guest, ended: Option<Ended>) -> Refused {
    let mut refused = asked_to_sign_in(guest, ended);
    refused.0.extensions_mut().insert(Nobody);
    refused
}

fn asked_to_sign_in(guest: &Guest, ended: Option<Ended>) -> Refused {
    if guest.browser.is_from_elsewhere && guest.browser.only_looks {
        let address = guest.place.to(&guest.browser.address);
        return Refused::from(guest.show(StatusCode::FORBIDDEN, &plain::again(&guest.place, &address)));
    }
    Refused::from(guest.show(StatusCode::FORBIDDEN, &needed(&guest.place, ended)))
}

/// An answer instead of the page.
#[derive(Debug)]
pub struct Refused(Box<Response<Body>>);

impl From<Response<Body>> for Refused {
    fn from(response: Response<Body>) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        *self.0
    }
}

/// What an address answers.
pub type Answer = Result<Response<Body>, Refused>;

/// The pairs of a form, in the order of `names`; those that are not in it are absent.
fn pairs<const N: usize>(form: &[u8], names: [&str; N]) -> [Option<String>; N] {
    names.map(|name| form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned()))
}

/// All values of a form that have this name.
fn values(form: &[u8], name: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(form).filter(|(key, _)| key == name);
    pairs.map(|(_, value)| value.into_owned()).collect()
}

/// Every address below the pages that is none.
pub async fn nowhere(guest: Guest) -> Response<Body> {
    guest.say(StatusCode::NOT_FOUND, Why::NotFound)
}

/// The headers of every answer, and a page in the place of an answer that is none.
pub async fn headed(request: Request, next: Next) -> Response<Body> {
    let browser = Browser::of(request.headers(), request.uri());
    let mut response = next.run(request).await;
    let is_bad = response.status().is_client_error() || response.status().is_server_error();
    if is_bad && response.headers().get(header::CONTENT_LANGUAGE).is_none() {
        let status = response.status();
        let guest = Guest { place: browser.place(""), browser, is_secure: true };
        let why = match status {
            StatusCode::TOO_MANY_REQUESTS => Why::SlowDown,
            status if status.is_server_error() => Why::Failed,
            _ => Why::NotFound,
        };
        let retry_after = response.headers_mut().remove(header::RETRY_AFTER);
        response = guest.say(status, why);
        if let Some(retry_after) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after);
        }
    }
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
