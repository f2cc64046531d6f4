//! The bytes in `vectors/` are the protocol: what they hold is read from them, and written as them.
//!
//! Each `NAME.hex` has a readable twin `NAME.json`. `FOOTBRIDGE_WRITE_VECTORS=1` writes the bytes of a
//! vector that is new; those of a released version are never edited.

#![expect(clippy::unwrap_used, reason = "a vector that is not there fails the test")]

mod samples;
mod twin;

use std::path::PathBuf;

use footbridge_protocol::{
    EnvelopeMessage, HelloMessage, Invitation, JoinMessage, Message, PullMessage, RevocationMessage, SessionMessage,
    StreamReader, StreamWriter, decode, encode,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn to_hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<_> = digits.as_bytes().chunks(96).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("{}\n", lines.join("\n"))
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The bytes of a vector, written first where it is new and that is asked for.
fn vector(name: &str, ours: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let path = folder().join(format!("{name}.hex"));
    if !path.exists() && std::env::var_os("FOOTBRIDGE_WRITE_VECTORS").is_some() {
        std::fs::write(&path, to_hex(&ours())).unwrap();
    }
    from_hex(&std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name}.hex is missing")))
}

fn holds<M: Message + PartialEq + std::fmt::Debug>(name: &str, message: &M) {
    let bytes = vector(name, || encode(message).unwrap());
    assert_eq!(&decode::<M>(&bytes).unwrap(), message, "{name}");
    assert_eq!(encode(message).unwrap(), bytes, "{name}");
    twin::holds(name, &bytes);
}

fn signed<M: PartialEq + std::fmt::Debug>(
    name: &str,
    message: &M,
    seal: impl Fn(&M) -> Vec<u8>,
    open: impl Fn(&[u8]) -> M,
) -> Vec<u8> {
    let bytes = vector(name, || seal(message));
    assert_eq!(&open(&bytes), message, "{name}");
    assert_eq!(seal(message), bytes, "{name}");
    twin::holds_signed(name, &bytes);
    bytes
}

/// The change of the vector `change`: Automerge's bytes, which another version of it may write otherwise.
fn change() -> Vec<u8> {
    vector("change", || samples::first_change().change)
}

fn key_of_the_device(device: footbridge_model::DeviceId) -> Option<footbridge_protocol::PublicKey> {
    (device == samples::device()).then(|| samples::device_key().public())
}

fn envelope_vector(name: &str, envelope: &EnvelopeMessage) -> Vec<u8> {
    signed(
        name,
        envelope,
        |message| message.seal(&samples::device_key()).unwrap(),
        |bytes| EnvelopeMessage::open(bytes, key_of_the_device).unwrap(),
    )
}

#[test]
fn the_change_of_a_visit_is_what_its_twin_says() {
    let applied = footbridge_model::document::apply(None, &[change()]).unwrap();
    let projection: serde_json::Value = serde_json::from_str(&applied.projection.to_json()).unwrap();
    assert_eq!(projection, twin::read("change")["projection"]);
    assert_eq!(applied.new.first().unwrap().hash.to_string(), twin::read("change")["hash"]);
}

#[test]
fn hello_is_what_its_vectors_say() {
    holds("hello-request", &samples::hello_request());
    signed(
        "hello",
        &samples::hello(),
        |message| message.seal(&samples::server_key()).unwrap(),
        |bytes| HelloMessage::open(bytes, samples::server_key().public(), samples::client_nonce()).unwrap(),
    );
}

#[test]
fn join_is_what_its_vectors_say() {
    let seal = |message: &JoinMessage| message.seal(&samples::device_key()).unwrap();
    signed("join", &samples::join(), seal, |bytes| JoinMessage::open(bytes).unwrap());
    holds("joined", &samples::joined());
}

#[test]
fn session_is_what_its_vectors_say() {
    let seal = |message: &SessionMessage| message.seal(&samples::device_key()).unwrap();
    signed("session", &samples::session(), seal, |bytes| SessionMessage::open(bytes, key_of_the_device).unwrap());
    holds("session-opened", &samples::session_opened());
}

#[test]
fn push_is_what_its_vectors_say() {
    let first = envelope_vector("envelope", &samples::envelope(change()));
    let second = envelope_vector("envelope-of-a-later-version", &samples::envelope_of_a_later_version());
    envelope_vector("envelope-of-a-coordinator", &samples::envelope_of_a_coordinator(change()));
    holds("pushed", &samples::pushed());
    stream("push-stream", footbridge_protocol::push::STREAM, &[first, second]);
}

#[test]
fn pull_is_what_its_vectors_say() {
    let frames = [samples::frame(change()), samples::frame_of_drafts(), PullMessage::End];
    holds("pull-request", &samples::pull_request());
    for (name, frame) in ["frame", "frame-of-drafts", "end"].iter().zip(&frames) {
        holds(name, frame);
    }
    holds("frame-of-a-plain-visit", &samples::frame_of_a_plain_visit(change()));
    let of_the_document = footbridge_model::document::project_plain(&change()).expect("it is plain");
    assert_eq!(of_the_document.to_json(), samples::PROJECTION, "what the device makes is what is left out");
    stream("pull-stream", footbridge_protocol::pull::STREAM, &frames.map(|frame| encode(&frame).unwrap()));
}

#[test]
fn what_is_erased_and_what_is_compared_is_what_their_vectors_say() {
    holds("frame-of-the-erased", &samples::frame_of_the_erased(&change()));
    holds("digests-request", &samples::digests_request());
    holds("digests", &samples::digests(&change()));
}

#[test]
fn quarantine_is_what_its_vectors_say() {
    holds("quarantine-request", &samples::quarantine_request());
    holds("quarantine", &samples::quarantine());
}

#[test]
fn a_revocation_is_what_its_vectors_say() {
    let identity = samples::server_key().public();
    signed(
        "revocation",
        &samples::revocation(),
        |message| message.seal(&samples::server_key()).unwrap(),
        |bytes| RevocationMessage::open(bytes, identity, samples::device()).unwrap(),
    );
    holds("error-body-of-the-revoked", &samples::error_body_of_the_revoked());
}

#[test]
fn documents_are_what_their_vectors_say() {
    holds("documents-request", &samples::documents_request());
    holds("documents", &samples::documents(change()));
}

#[test]
fn an_errors_body_is_what_its_vector_says() {
    holds("error-body", &samples::error_body());
}

#[test]
fn an_invitation_is_what_its_vector_says() {
    let twin = twin::read("invitation");
    assert_eq!(Invitation::parse(twin["url"].as_str().unwrap()).unwrap(), samples::invitation());
    assert_eq!(samples::invitation().to_url(), twin["url"]);
}

#[test]
fn what_must_be_refused_is_refused() {
    let twin = twin::read("refused");
    let cases = twin["cases"].as_array().unwrap();
    assert!(cases.len() >= 10);
    for case in cases {
        let bytes = from_hex(case["hex"].as_str().unwrap());
        let code = match case["message"].as_str().unwrap() {
            "HelloRequest" => decode::<footbridge_protocol::HelloRequest>(&bytes).unwrap_err().code(),
            "SessionMessage" => SessionMessage::open(&bytes, key_of_the_device).unwrap_err().code(),
            other => panic!("{other} is not expected here"),
        };
        assert_eq!(code.name(), case["code"].as_str().unwrap(), "{}", case["says"]);
    }
}

/// A stream is read as its twin says. Another version of zstd may write other bytes for the same.
fn stream(name: &str, limits: footbridge_protocol::StreamLimits, messages: &[Vec<u8>]) {
    let bytes = vector(name, || {
        let mut writer = StreamWriter::new().unwrap();
        let mut bytes = Vec::new();
        for message in messages {
            writer.push(message).unwrap();
            bytes.extend(writer.flush().unwrap());
        }
        bytes.extend(writer.finish().unwrap());
        bytes
    });
    assert_eq!(StreamReader::whole(&bytes, limits, 10).unwrap(), messages, "{name}");
    let parts = twin::read(name)["messages"].as_array().unwrap().clone();
    for (part, message) in parts.iter().zip(messages) {
        assert_eq!(&vector(part.as_str().unwrap(), || unreachable!()), message, "{name}");
    }
    assert_eq!(parts.len(), messages.len());
}
