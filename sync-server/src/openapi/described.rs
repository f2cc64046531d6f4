//! What each route takes, gives and refuses. Called by the description. Invariant: a route stands here once; with which
//! method and who may ask stands in the table of routes alone.

use footbridge_protocol::ErrorCode::{
    self, BadNonce, BadSignature, Busy, ExpiredSession, Forbidden, Internal, InvitationExpired, InvitationUnknown,
    InvitationUsed, Malformed, NoRoom, NotAdmitted, NotFound, Revoked, SlowDown, TooLarge, TooMany, UnknownDevice,
    UnsupportedVersion, WrongProgramme, WrongServer,
};
use footbridge_protocol::event::MEDIA_EVENTS;
use footbridge_protocol::{MEDIA_CBOR, MEDIA_COSE, MEDIA_STREAM, event, hello, join, pull, push, quarantine, session};

use crate::routes::{metrics, openapi, security};

const TEXT: &str = "text/plain";

/// What is said of a route.
pub(super) struct Described {
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    /// The media type and the message of the body.
    pub(super) takes: Option<(&'static str, &'static str)>,
    /// The same of the answer.
    pub(super) gives: (&'static str, &'static str),
    /// Why it refuses.
    pub(super) codes: &'static [&'static [ErrorCode]],
}

/// Whatever is asked.
const ANY: &[ErrorCode] = &[Busy, Internal, NoRoom, SlowDown];
/// What carries a message.
const MESSAGE: &[ErrorCode] = &[Malformed, TooLarge];
/// What needs a session.
const READS: &[ErrorCode] = &[ExpiredSession, UnknownDevice, Revoked];
/// What carries a signature.
const SIGNED: &[ErrorCode] = &[BadSignature, WrongServer];

/// Every route that is no page.
pub(super) const ALL: &[Described] = &[
    Described {
        path: hello::PATH,
        name: "hello",
        summary: "The server introduces itself: its identity, its time, its limits, a nonce.",
        takes: Some((MEDIA_CBOR, "HelloRequest")),
        gives: (MEDIA_COSE, "HelloMessage, signed by the server"),
        codes: &[ANY, MESSAGE, &[UnsupportedVersion]],
    },
    Described {
        path: join::PATH,
        name: "join",
        summary: "A device joins by an invitation. May be repeated.",
        takes: Some((MEDIA_COSE, "JoinMessage, signed by the device")),
        gives: (MEDIA_CBOR, "JoinedMessage"),
        codes: &[
            ANY,
            MESSAGE,
            SIGNED,
            &[BadNonce, InvitationUnknown, InvitationUsed, InvitationExpired, Forbidden, WrongProgramme, Revoked],
            &[NotAdmitted],
        ],
    },
    Described {
        path: session::PATH,
        name: "session",
        summary: "A device signs a nonce and may read for a quarter of an hour.",
        takes: Some((MEDIA_COSE, "SessionMessage, signed by the device")),
        gives: (MEDIA_CBOR, "SessionOpenedMessage"),
        codes: &[ANY, MESSAGE, SIGNED, &[BadNonce, UnknownDevice, Revoked, NotAdmitted]],
    },
    Described {
        path: push::PATH,
        name: "push",
        summary: "What devices recorded: a stream of envelopes, each signed by its device.",
        takes: Some((MEDIA_STREAM, "Stream of EnvelopeMessage, each signed by its device")),
        gives: (MEDIA_CBOR, "PushedMessage: an answer for each envelope, and for each of its items"),
        codes: &[ANY, MESSAGE, &[TooMany, NotAdmitted]],
    },
    Described {
        path: pull::PATH,
        name: "pull",
        summary: "What she may read and does not have yet, in frames.",
        takes: Some((MEDIA_CBOR, "PullRequest")),
        gives: (MEDIA_STREAM, "Stream of FrameMessage, closed by EndMessage"),
        codes: &[ANY, MESSAGE, READS, &[NotFound]],
    },
    Described {
        path: pull::DOCUMENTS_PATH,
        name: "documents",
        summary: "Single records by their ids.",
        takes: Some((MEDIA_CBOR, "DocumentsRequest")),
        gives: (MEDIA_CBOR, "DocumentsMessage"),
        codes: &[ANY, MESSAGE, READS],
    },
    Described {
        path: quarantine::PATH,
        name: "quarantine",
        summary: "What revoked devices handed over, for coordinators.",
        takes: Some((MEDIA_CBOR, "QuarantineRequest")),
        gives: (MEDIA_CBOR, "QuarantineMessage"),
        codes: &[ANY, MESSAGE, READS, &[Forbidden]],
    },
    Described {
        path: pull::digests::PATH,
        name: "digests",
        summary: "What the documents of a scope count for, for a device that found a difference.",
        takes: Some((MEDIA_CBOR, "DigestsRequest")),
        gives: (MEDIA_CBOR, "DigestsMessage"),
        codes: &[ANY, MESSAGE, READS, &[NotFound]],
    },
    Described {
        path: event::PATH,
        name: "events",
        summary: "Says when there is something to pull, and nothing else.",
        takes: None,
        gives: (MEDIA_EVENTS, "Server-sent events: `news` without data; a comment now and then"),
        codes: &[ANY, READS],
    },
    Described {
        path: "/healthz",
        name: "alive",
        summary: "The process answers.",
        takes: None,
        gives: (TEXT, "ok"),
        codes: &[ANY],
    },
    Described {
        path: "/readyz",
        name: "ready",
        summary: "The database answers too. Without a body of CBOR: 503 says that it does not.",
        takes: None,
        gives: (TEXT, "ready"),
        codes: &[ANY],
    },
    Described {
        path: security::PATH,
        name: "security",
        summary: "To whom a fault of this server's safety is told (RFC 9116), where its administrator says so.",
        takes: None,
        gives: (TEXT, "Contact and Expires"),
        codes: &[ANY, &[NotFound]],
    },
    Described {
        path: metrics::PATH,
        name: "metrics",
        summary: "Figures in Prometheus' text, for the server's own machine or with a token.",
        takes: None,
        gives: (TEXT, "Figures: no id, no name, no address"),
        codes: &[ANY, &[NotFound]],
    },
    Described {
        path: openapi::PATH,
        name: "openapi",
        summary: "This description.",
        takes: None,
        gives: ("application/json", "OpenAPI 3.1"),
        codes: &[ANY],
    },
];

/// What is said of the route of this path.
pub(super) fn described(path: &str) -> Option<&'static Described> {
    ALL.iter().find(|known| known.path == path)
}
