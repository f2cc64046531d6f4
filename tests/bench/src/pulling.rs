//! A pull by hand: its bytes as they came and the frames in them, so that a baseline can be given the same.

use anyhow::{Context, ensure};
use footbridge_model::Scope;
use footbridge_protocol::{
    FrameMessage, MEDIA_CBOR, PullMessage, PullRequest, ScopeRequest, SessionOpenedMessage, StreamReader, decode,
    encode, pull,
};
use footbridge_testkit::{RawDevice, Request};

use std::net::SocketAddr;

/// What a whole pull brought.
pub struct Pulled {
    /// The body as it came.
    pub body: Vec<u8>,
    /// The frames.
    pub frames: Vec<FrameMessage>,
    /// Bytes of the request.
    pub request_bytes: usize,
}

/// Pulls everything that a device may read, from its beginning, but for the programme's lists, which came when it
/// joined.
pub fn everything(server: SocketAddr, device: &RawDevice) -> anyhow::Result<Pulled> {
    let session: SessionOpenedMessage = device.session();
    let scopes = session.scopes.iter().filter(|scope| **scope != Scope::Programme);
    let scopes = scopes.map(|scope| ScopeRequest { scope: scope.clone(), cursor: None }).collect();
    let request = encode(&PullRequest { scopes, first_frame_bytes: Some(64 * 1024) })?;
    let request_bytes = request.len();
    let response = Request::post(pull::PATH, MEDIA_CBOR, request)
        .header("authorization", &session.token.to_authorization())
        .send(server);
    ensure!(response.status == 200, "a pull is answered with {}", response.status);
    let mut reader = StreamReader::new(pull::STREAM)?;
    reader.feed(&response.body);
    let mut frames = Vec::new();
    loop {
        match decode::<PullMessage>(&reader.next()?.context("a stream that is whole")?)? {
            PullMessage::Frame(frame) => frames.push(frame),
            PullMessage::End => return Ok(Pulled { body: response.body, frames, request_bytes }),
        }
    }
}
