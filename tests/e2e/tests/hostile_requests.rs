//! What is hostile on every route of a real server: it is refused with its documented code, changes nothing, and is
//! told nowhere. The routes are those of the server's own table, so that a new one cannot be forgotten.

#[path = "hostile/forms.rs"]
mod forms;
#[path = "hostile/kept.rs"]
mod kept;

use footbridge_model::{DocumentId, QuarantineId, Scope};
use footbridge_protocol::{
    DigestsRequest, DocumentsRequest, EnvelopeMessage, ErrorBody, ErrorCode, HelloRequest, Label, MEDIA_CBOR,
    MEDIA_COSE, MEDIA_STREAM, Nonce, PullRequest, QuarantineRequest, ScopeRequest, SessionToken, StreamWriter, decode,
    encode, hello, join, limits, pull, push, quarantine, session,
};
use footbridge_server::{Method, Who, routes_table};
use footbridge_testkit::{Programme, RawDevice, Request, Response, refused};
use serde_json::{Value, json};

use forms::MARKER;
use kept::{assert_not_told, assert_nothing_moved, kept};

/// A server with a record in it, a device of a volunteer, and one of a coordinator.
struct Stage {
    programme: Programme,
    device: RawDevice,
    coordinators: RawDevice,
    described: Value,
}

impl Stage {
    fn set() -> Self {
        let programme = Programme::start();
        let amina = programme.volunteer("Amina", &["Dalhem"]);
        let visit = amina.visit(&json!({}));
        amina.note(&visit, "Hon vill läsa svenska.");
        amina.sync();
        let raw = |role, name, districts: &[&str]| {
            RawDevice::join(programme.server.address(), &programme.invitation(role, name, districts))
        };
        let device = raw("volunteer", "Leila", &["Dalhem"]);
        let coordinators = raw("coordinator", "Kari", &[]);
        let answered = Request::get("/openapi.json").send(programme.server.address());
        let described = serde_json::from_slice(&answered.body).expect("a description");
        Self { programme, device, coordinators, described }
    }

    fn ask(&self, request: &Request) -> Response {
        request.send(self.programme.server.address())
    }

    /// Whether the description of a route says that it refuses with this code.
    #[track_caller]
    fn assert_documented(&self, path: &str, response: &Response) {
        let code = refused(response).code().expect("a code of this version");
        assert_eq!(response.status, code.status(), "{path}: {code:?}");
        let operations = self.described["paths"][path].as_object().expect("a description of the route");
        let codes = operations.values().flat_map(|operation| {
            let answer = &operation["responses"][response.status.to_string()];
            answer["x-codes"].as_array().cloned().unwrap_or_default()
        });
        assert!(codes.into_iter().any(|name| name == code.name()), "{path} is not described to refuse with {code:?}");
    }

    #[track_caller]
    fn assert_refused(&self, path: &str, what: &str, response: &Response, code: ErrorCode) {
        assert_eq!(told(response), Some(code), "{path}: {what}: {}", response.status);
        self.assert_documented(path, response);
    }

    /// A message that this route would take, if its nonce were not used up already.
    fn well_formed(&self, path: &str) -> Vec<u8> {
        let scope = Scope::Person(self.device.person());
        let message = match path {
            hello::PATH => encode(&HelloRequest { client_nonce: Nonce::from_bytes([1; 16]), versions: vec![1] }),
            pull::PATH => {
                let scopes = vec![ScopeRequest { scope, cursor: None }];
                encode(&PullRequest { scopes, first_frame_bytes: Some(9000) })
            }
            pull::DOCUMENTS_PATH => encode(&DocumentsRequest { ids: vec![DocumentId::from_bytes([1; 16])] }),
            pull::digests::PATH => encode(&DigestsRequest { scope, after: None }),
            quarantine::PATH => encode(&QuarantineRequest { after: Some(QuarantineId::from_bytes([9; 16])) }),
            session::PATH => {
                let message = self.device.session_message();
                return self.device.signed(Label::Session, encode(&message).expect("a message"));
            }
            join::PATH => {
                let invitation = self.programme.invitation("volunteer", "Nobody", &[]);
                let message = self.device.join_message(&invitation);
                return self.device.signed(Label::Join, encode(&message).expect("a message"));
            }
            push::PATH => {
                let envelope = EnvelopeMessage {
                    identity: self.device.identity(),
                    programme: self.device.programme(),
                    device: self.device.device(),
                    counter: 1,
                    items: Vec::new(),
                };
                return self.device.signed(Label::Envelope, encode(&envelope).expect("a message"));
            }
            other => panic!("{other} is a new route: say here what it takes"),
        };
        message.expect("a message")
    }
}

/// The code that a refusal tells.
fn told(response: &Response) -> Option<ErrorCode> {
    decode::<ErrorBody>(&response.body).ok().and_then(|body| body.code())
}

fn media(path: &str) -> &'static str {
    match path {
        join::PATH | session::PATH => MEDIA_COSE,
        push::PATH => MEDIA_STREAM,
        _ => MEDIA_CBOR,
    }
}

/// Every route of devices to which something is sent.
fn posted() -> impl Iterator<Item = (&'static str, Who)> {
    let table = routes_table().into_iter().filter(|route| route.method == Method::Post && !route.who.is_browser());
    table.map(|route| (route.path, route.who))
}

#[test]
fn what_is_not_of_its_form_is_refused_on_every_route_and_leaves_nothing() {
    let stage = Stage::set();
    let token = stage.coordinators.session().token;
    let bodies: Vec<_> = posted()
        .map(|(path, who)| {
            let well = stage.well_formed(path);
            let most = limits::REQUEST_BYTES;
            let forms = if path == push::PATH { forms::of_a_stream(&well) } else { forms::of_a_message(&well, most) };
            (path, who, forms)
        })
        .collect();
    let before = kept(&stage.programme.server);
    for (path, who, forms) in &bodies {
        let is_read = matches!(who, Who::Device | Who::CoordinatorsDevice);
        for (what, body, code) in forms {
            let with = |token: Option<&SessionToken>| stage.device.post(path, media(path), token, body.clone());
            stage.assert_refused(path, what, &with(is_read.then_some(&token)), *code);
            if is_read {
                stage.assert_refused(path, what, &with(None), ErrorCode::ExpiredSession);
            }
        }
        too_long(&stage, path, is_read.then_some(&token));
    }
    // Of a stream that breaks, the envelopes before the break were taken: here of nothing, with their counter.
    assert_nothing_moved(&before, &stage.programme.server, &["devices", "envelopes"]);
    assert_not_told(&stage.programme.server, MARKER, push::PATH);
}

/// A body that is longer than any: announced, announced and not sent, and in pieces of which nobody says how many.
fn too_long(stage: &Stage, path: &str, token: Option<&SessionToken>) {
    let most = if path == push::PATH { limits::PUSH_BODY_BYTES } else { limits::REQUEST_BYTES };
    let body = MARKER.as_bytes().repeat(most / MARKER.len() + 1);
    let request = || {
        let request = Request::post(path, media(path), body.clone());
        token.map_or(request.clone(), |token| request.header("authorization", &token.to_authorization()))
    };
    // A push is looked at as it comes: what is no stream is refused for that first.
    let in_pieces = if path == push::PATH { ErrorCode::Malformed } else { ErrorCode::TooLarge };
    stage.assert_refused(path, "announced and not sent", &stage.ask(&request().announced()), ErrorCode::TooLarge);
    stage.assert_refused(path, "in pieces", &stage.ask(&request().in_chunks()), in_pieces);
}

#[test]
fn a_bit_that_was_turned_anywhere_is_refused_or_asks_for_nothing_that_she_may_not() {
    let stage = Stage::set();
    let token = stage.device.session().token;
    let bodies: Vec<_> = posted().map(|(path, who)| (path, who, stage.well_formed(path))).collect();
    let before = kept(&stage.programme.server);
    for (path, who, well) in bodies {
        let is_signed = who == Who::Signature;
        let mut refusals = 0;
        for at in (0..well.len()).step_by(well.len() / 60 + 1) {
            let mut body = well.clone();
            body[at] ^= 1 << (at % 8);
            let body = if path == push::PATH { StreamWriter::whole([body]).expect("a stream") } else { body };
            let response = stage.device.post(path, media(path), Some(&token), body);
            if response.status == 200 && path == push::PATH {
                let pushed: footbridge_protocol::PushedMessage = decode(&response.body).expect("answers");
                let answer = pushed.envelopes.first().expect("one for the envelope").answer;
                assert!(matches!(answer, footbridge_protocol::Answer::Refused(_)), "{path}, byte {at}: {answer:?}");
                refusals += 1;
            } else if response.status != 200 {
                stage.assert_documented(path, &response);
                refusals += 1;
            } else {
                assert!(!is_signed, "{path}: byte {at} is signed, and may not be another");
            }
        }
        assert!(refusals > 0, "{path}: none of them was refused");
    }
    assert_nothing_moved(&before, &stage.programme.server, &[]);
}

#[test]
fn who_shows_no_session_or_asks_beyond_it_gets_nothing() {
    let stage = Stage::set();
    let token = stage.device.session().token;
    let before = kept(&stage.programme.server);
    for route in routes_table().iter().filter(|route| matches!(route.who, Who::Device | Who::CoordinatorsDevice)) {
        let path = route.path;
        let asked = |authorization: &str| {
            let request = match route.method {
                Method::Get => Request::get(&format!("{path}?since={MARKER}")),
                _ => Request::post(path, media(path), stage.well_formed(path)),
            };
            stage.ask(&request.header("authorization", authorization))
        };
        let long = format!("Bearer {}", "A".repeat(20_000));
        let other = SessionToken::from_bytes([7; 32]).to_authorization();
        for wrong in ["", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", &format!("Bearer {MARKER}"), &long, &other] {
            stage.assert_refused(path, "a wrong token", &asked(wrong), ErrorCode::ExpiredSession);
        }
        if route.who == Who::CoordinatorsDevice {
            let refused = asked(&token.to_authorization());
            stage.assert_refused(path, "a volunteer", &refused, ErrorCode::Forbidden);
        }
    }
    for scope in
        [Scope::Coordinators, Scope::Person(stage.coordinators.person()), Scope::Drafts(stage.coordinators.person())]
    {
        let pull = encode(&PullRequest {
            scopes: vec![ScopeRequest { scope: scope.clone(), cursor: None }],
            first_frame_bytes: None,
        });
        let digests = encode(&DigestsRequest { scope, after: None });
        for (path, body) in [(pull::PATH, pull), (pull::digests::PATH, digests)] {
            let response = stage.device.post(path, MEDIA_CBOR, Some(&token), body.expect("a message"));
            stage.assert_refused(path, "a scope of somebody else", &response, ErrorCode::NotFound);
        }
    }
    assert_nothing_moved(&before, &stage.programme.server, &[]);
    assert_not_told(&stage.programme.server, MARKER, "/v1/events");
}

#[test]
fn a_method_or_an_address_that_there_is_not_says_nothing() {
    let stage = Stage::set();
    let before = kept(&stage.programme.server);
    for route in routes_table() {
        let path = route.path.replace("{id}", MARKER).replace("{list}", MARKER).replace("{name}", MARKER);
        let path = path.replace("{*rest}", MARKER);
        let other = match route.method {
            Method::Get
                if routes_table().iter().all(|other| other.path != route.path || other.method == Method::Get) =>
            {
                Request::post(&path, MEDIA_CBOR, MARKER.as_bytes().to_vec())
            }
            Method::Post
                if routes_table().iter().all(|other| other.path != route.path || other.method == Method::Post) =>
            {
                Request::get(&path)
            }
            _ => continue,
        };
        let answer = stage.ask(&other);
        let expected = if route.who.is_browser() { [403, 404] } else { [404, 404] };
        assert!(expected.contains(&answer.status), "{path}: {}", answer.status);
    }
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/pushh",
        "//v1/push",
        "/v1/../v1/push",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/review/assets/..%2f..%2fidentity.key",
        "/review/%00",
        "/v1/pull?x=%ff%fe",
    ] {
        let answer = stage.ask(&Request::get(path).header("x-marker", MARKER));
        assert!([403, 404].contains(&answer.status), "{path}: {}", answer.status);
    }
    let answer = stage.ask(&Request::get("/healthz").header("x-long", &"a".repeat(64 * 1024)));
    assert_eq!(answer.status, 431, "a head has an end");
    assert_nothing_moved(&before, &stage.programme.server, &[]);
    assert_not_told(&stage.programme.server, MARKER, "/review/records/{id}");
}
