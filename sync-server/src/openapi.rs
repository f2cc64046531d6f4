//! What the server can be asked, as an OpenAPI 3.1 description. Called by its route. Invariant: it names every route of
//! the table that is no page, and no other; PROTOCOL.md says what stands in the messages.

mod described;

use footbridge_protocol::{ErrorCode, MEDIA_CBOR};
use serde_json::{Map, Value, json};

use crate::router::{Method, Route, Who};
use crate::routes;
use described::{Described, described};

/// Where the messages are described.
const PROTOCOL: &str = "PROTOCOL.md of this version, which is normative";

/// The name of the right to read.
const SESSION: &str = "session";

/// The name of the right to see the figures.
const METRICS: &str = "metrics";

/// The description.
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in routes::table().into_iter().filter(|route| !route.who.is_browser()) {
        let Some(known) = described(route.path) else { continue };
        let method = match route.method {
            Method::Get => "get",
            Method::Post => "post",
            Method::Any => continue,
        };
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(method.to_owned(), operation(&route, known));
        }
    }
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Footbridge",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0" },
            "description": format!(
                "How devices sync, and what whoever watches over the server can ask. Messages are CBOR, signed ones in \
                 COSE, many in zstd streams; {PROTOCOL}, says what stands in them."
            ),
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                SESSION: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a session, base64url without padding. It lasts a quarter of an hour.",
                },
                METRICS: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of --metrics-token-file; needless from the server's own machine.",
                },
            },
            "schemas": {
                "ErrorBody": {
                    "description": format!("A CBOR map: 0 the code, 1 its name, 2 a signed notice where the code is revoked. {PROTOCOL}."),
                },
            },
        },
    })
}

fn operation(route: &Route, known: &Described) -> Value {
    let mut responses = Map::new();
    let (media, message) = known.gives;
    responses.insert("200".to_owned(), json!({ "description": message, "content": { media: {} } }));
    for (status, codes) in by_status(known.codes) {
        let names: Vec<_> = codes.iter().map(|code| format!("{} {}", code.number(), code.name())).collect();
        let mut response = json!({
            "description": names.join(", "),
            "content": { MEDIA_CBOR: { "schema": { "$ref": "#/components/schemas/ErrorBody" } } },
            "x-codes": codes.iter().map(|code| code.name()).collect::<Vec<_>>(),
        });
        if codes.iter().any(|code| code.remedy() == footbridge_protocol::error_code::Remedy::Retry) {
            response["headers"] = json!({
                "Retry-After": { "description": "Seconds.", "schema": { "type": "integer", "minimum": 1 } }
            });
        }
        responses.insert(status.to_string(), response);
    }
    let mut operation = json!({
        "operationId": known.name,
        "summary": known.summary,
        "security": security(route),
        "responses": responses,
    });
    if let Some((media, message)) = known.takes {
        operation["requestBody"] = json!({ "required": true, "description": message, "content": { media: {} } });
    }
    operation
}

fn security(route: &Route) -> Value {
    match route.who {
        Who::Device | Who::CoordinatorsDevice => json!([{ SESSION: [] }]),
        _ if route.path == routes::metrics::PATH => json!([{}, { METRICS: [] }]),
        Who::Anyone | Who::Signature | Who::Guest | Who::Coordinator => json!([]),
    }
}

fn by_status(codes: &[&[ErrorCode]]) -> Vec<(u16, Vec<ErrorCode>)> {
    let mut sorted = std::collections::BTreeMap::<u16, Vec<ErrorCode>>::new();
    for code in codes.iter().flat_map(|codes| codes.iter()) {
        sorted.entry(code.status()).or_default().push(*code);
    }
    sorted.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_that_is_no_page_is_described_and_no_other() {
        let table = routes::table();
        let routes: BTreeSet<_> =
            table.iter().filter(|route| !route.who.is_browser()).map(|route| route.path).collect();
        let known: BTreeSet<_> = described::ALL.iter().map(|known| known.path).collect();
        assert_eq!(known, routes, "each route has its lines in openapi/described.rs");
        assert_eq!(known.len(), described::ALL.len(), "none stands there twice");
        let document = document();
        let paths = document["paths"].as_object().map(Map::len);
        assert_eq!(paths, Some(routes.len()));
    }

    #[test]
    fn who_may_ask_follows_from_the_table() {
        let document = document();
        for route in routes::table().into_iter().filter(|route| !route.who.is_browser()) {
            let method = if route.method == Method::Get { "get" } else { "post" };
            let operation = &document["paths"][route.path][method];
            let wants_session = operation["security"][0].get(SESSION).is_some();
            assert_eq!(wants_session, matches!(route.who, Who::Device | Who::CoordinatorsDevice), "{}", route.path);
            assert!(operation["responses"]["429"].is_object(), "{}: every route has a limit", route.path);
            let refuses = &operation["responses"]["401"]["x-codes"];
            let says_expired =
                refuses.as_array().is_some_and(|codes| codes.iter().any(|code| code == "expired_session"));
            assert_eq!(says_expired, wants_session, "{}", route.path);
        }
    }
}
