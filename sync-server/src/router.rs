//! What a route is, and how a router is made of a table of them. Called by [`crate::router`] with the one table there
//! is, [`crate::routes::table`]. Invariant: every route says who may ask, and what stands before it follows from that
//! alone; a test can walk them all.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware;
use axum::routing::{MethodFilter, MethodRouter, any, on};

use crate::routes::review;
use crate::state::ServerState;
use crate::{guard, throttle};

/// With which method a route is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`, and `HEAD` with it.
    Get,
    /// `POST`.
    Post,
    /// Each: of addresses that are none, and say so in their own way.
    Any,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Anyone, and is told nothing that is kept.
    Anyone,
    /// Whoever signed what is in the body.
    Signature,
    /// A device in a session.
    Device,
    /// A coordinator's device in a session.
    CoordinatorsDevice,
    /// Any browser: a page that shows nothing that is kept.
    Guest,
    /// A browser in which a coordinator is signed in.
    Coordinator,
}

impl Who {
    /// Whether a browser asks, and is answered by a page.
    pub fn is_browser(self) -> bool {
        match self {
            Self::Guest | Self::Coordinator => true,
            Self::Anyone | Self::Signature | Self::Device | Self::CoordinatorsDevice => false,
        }
    }
}

/// How long a route may take until its answer begins, the body of the request included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pace {
    /// Seconds.
    Quick,
    /// As long as it goes on coming: on a slow link a full push needs its time. The route sees to each step.
    AsItComes,
}

impl Pace {
    fn limit(self) -> Option<Duration> {
        match self {
            Self::Quick => Some(Duration::from_secs(15)),
            Self::AsItComes => None,
        }
    }
}

/// One method of one path. Limits of bodies stand in the handlers, taken from the protocol.
pub struct Route {
    /// With which method.
    pub method: Method,
    /// Its path, as axum writes them.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// How long it may take.
    pub pace: Pace,
    /// Whether it costs next to nothing, and is counted for nobody.
    is_free: bool,
    handler: MethodRouter<ServerState>,
}

impl Route {
    /// A `GET`.
    pub(crate) fn get<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, ServerState>,
        T: 'static,
    {
        Self {
            method: Method::Get,
            path,
            who,
            pace: Pace::Quick,
            is_free: false,
            handler: on(MethodFilter::GET, handler),
        }
    }

    /// A `POST`.
    pub(crate) fn post<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, ServerState>,
        T: 'static,
    {
        Self {
            method: Method::Post,
            path,
            who,
            pace: Pace::Quick,
            is_free: false,
            handler: on(MethodFilter::POST, handler),
        }
    }

    /// Every method.
    pub(crate) fn any<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, ServerState>,
        T: 'static,
    {
        Self { method: Method::Any, path, who, pace: Pace::Quick, is_free: false, handler: any(handler) }
    }

    /// The same, counted for nobody.
    pub(crate) fn free(mut self) -> Self {
        self.is_free = true;
        self
    }

    /// The same, with the time that its body takes.
    pub(crate) fn taken_as_it_comes(mut self) -> Self {
        self.pace = Pace::AsItComes;
        self
    }
}

/// The router of a table.
pub(crate) fn of(table: Vec<Route>, state: ServerState) -> Router {
    let mut wire = Router::new();
    let mut pages = Router::new();
    for Route { path, who, pace, is_free, handler, .. } in table {
        let handler = handler.layer(middleware::from_fn_with_state(pace.limit(), guard::in_time));
        let handler = match who {
            _ if is_free => handler,
            Who::Device | Who::CoordinatorsDevice | Who::Coordinator => {
                handler.layer(middleware::from_fn_with_state(state.clone(), throttle::unless_known))
            }
            Who::Anyone | Who::Signature | Who::Guest => {
                handler.layer(middleware::from_fn_with_state(state.clone(), throttle::by_address))
            }
        };
        if who.is_browser() {
            pages = pages.route(path, handler);
        } else {
            wire = wire.route(path, handler);
        }
    }
    let pages = pages
        .method_not_allowed_fallback(review::nowhere)
        .layer(DefaultBodyLimit::max(review::FORM_LIMIT))
        .layer(middleware::from_fn(review::headed));
    wire.merge(pages)
        .fallback(guard::no_such_route)
        .method_not_allowed_fallback(guard::no_such_route)
        .layer(middleware::from_fn_with_state(state.clone(), guard::signed))
        .layer(middleware::from_fn(guard::unharmed))
        .layer(middleware::from_fn_with_state(state.clone(), guard::noted))
        .layer(middleware::from_fn_with_state(state.clone(), guard::placed))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::routes::table;

    #[test]
    fn no_route_stands_twice_in_the_table() {
        let mut seen = BTreeSet::new();
        for route in table() {
            assert!(seen.insert((route.path, route.method)), "{} {:?}", route.path, route.method);
        }
    }

    #[test]
    fn what_lies_under_the_pages_is_a_page_and_nothing_under_the_protocol_is() {
        for route in table() {
            let is_page = route.path.starts_with("/review") || route.path == "/join";
            assert_eq!(route.who.is_browser(), is_page, "{}", route.path);
        }
    }
}
