//! The stable numbers by which a server says why it did not take something. Numbers and names are for
//! ever; `PROTOCOL.md` has the same table, and a test compares them.

use footbridge_model::document::Rejected;

/// What a device does when it meets a code. `PROTOCOL.md` says each at length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remedy {
    /// Keep the item aside, show it with its reason, go on with the rest, try again after an update.
    SetAside,
    /// Take the server's document and make the edit again from its intent.
    Remake,
    /// Take the server's state of the draft or follow-up, and let the person decide.
    AskPerson,
    /// Wait (with backoff and jitter) and send the same bytes again.
    Retry,
    /// Start over with hello and session, then send again.
    OpenSession,
    /// Take a fresh actor and a counter above the server's, and wrap what is unsent in new envelopes.
    Renumber,
    /// Send less at a time.
    SendLess,
    /// Nothing can be sent until the app is updated.
    Update,
    /// Nothing can be sent until the person has a new invitation; what is recorded stays.
    Rejoin,
    /// Lock the store at once.
    Lock,
    /// Drop the item, and say so.
    LetGo,
}

impl Remedy {
    /// Its name in the table of `PROTOCOL.md`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SetAside => "set aside",
            Self::Remake => "remake",
            Self::AskPerson => "ask the person",
            Self::Retry => "retry",
            Self::OpenSession => "open a session",
            Self::Renumber => "renumber",
            Self::SendLess => "send less",
            Self::Update => "update",
            Self::Rejoin => "rejoin",
            Self::Lock => "lock",
            Self::LetGo => "let go",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $status:literal, $remedy:ident;)*) => {
        /// Why a server did not take a request, an envelope or an item.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $variant = $number,)* }

        impl ErrorCode {
            /// Every code, by number.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its number on the wire.
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// Its stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status of a request that is refused with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// What a device does about it.
            pub const fn remedy(self) -> Remedy {
                match self { $(Self::$variant => Remedy::$remedy,)* }
            }

            /// The code with this number, if this version knows it.
            pub fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }

            /// The code of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// Not in the form of this protocol.
    Malformed = 2, "malformed", 400, SetAside;
    /// Above a limit.
    TooLarge = 3, "too_large", 413, SetAside;
    /// None of the versions that the device speaks.
    UnsupportedVersion = 4, "unsupported_version", 400, Update;
    /// No device with this key id has joined here.
    UnknownDevice = 5, "unknown_device", 401, Rejoin;
    /// The signature does not hold.
    BadSignature = 6, "bad_signature", 401, OpenSession;
    /// Signed for a server with another identity.
    WrongServer = 7, "wrong_server", 409, Rejoin;
    /// The nonce is not this server's, too old, or used.
    BadNonce = 8, "bad_nonce", 401, OpenSession;
    /// The token of the session is unknown or too old.
    ExpiredSession = 9, "expired_session", 401, OpenSession;
    /// No such invitation.
    InvitationUnknown = 10, "invitation_unknown", 404, Rejoin;
    /// Another device has joined with it.
    InvitationUsed = 11, "invitation_used", 409, Rejoin;
    /// It came too late.
    InvitationExpired = 12, "invitation_expired", 410, Rejoin;
    /// Unknown, or not hers to see: alike.
    NotFound = 13, "not_found", 404, SetAside;
    /// She sees the record, and may not do this.
    Forbidden = 14, "forbidden", 403, SetAside;
    /// The change builds on others that the server does not have.
    MissingDeps = 15, "missing_deps", 409, Remake;
    /// The server has another change with this actor and sequence number.
    Forked = 16, "forked", 409, Remake;
    /// The document has a newer generation.
    StaleGeneration = 17, "stale_generation", 409, Remake;
    /// The actor of the change belongs to another device.
    WrongActor = 18, "wrong_actor", 403, Renumber;
    /// A kind of record, draft or command that the server does not know.
    UnknownKind = 19, "unknown_kind", 400, SetAside;
    /// The draft or follow-up has moved on since the device saw it.
    Changed = 20, "changed", 409, AskPerson;
    /// Another envelope of this device had this counter, or a higher one.
    CounterUsed = 21, "counter_used", 409, Renumber;
    /// More items or envelopes than the limit.
    TooMany = 22, "too_many", 413, SendLess;
    /// The server has too much to do.
    Busy = 23, "busy", 503, Retry;
    /// A fault of the server.
    Internal = 24, "internal", 500, Retry;
    /// The device has been revoked.
    Revoked = 25, "revoked", 403, Lock;
    /// A field that the kind does not have, or a value of another shape.
    UnknownField = 26, "unknown_field", 400, SetAside;
    /// For another programme than the device's.
    WrongProgramme = 27, "wrong_programme", 409, SetAside;
    /// The record has been erased.
    Erased = 28, "erased", 410, LetGo;
    /// Of a revoked device: kept for coordinators to look at, and not carried out.
    Quarantined = 29, "quarantined", 403, LetGo;
    /// Of a revoked device: there is no room for more of its work.
    QuarantineFull = 30, "quarantine_full", 503, Retry;
    /// The server was restored without its journal; the administrator has not let this person in again yet.
    NotAdmitted = 31, "not_admitted", 503, Retry;
    /// Too many requests in too short a time.
    SlowDown = 32, "slow_down", 429, Retry;
    /// The disk of the server is full.
    NoRoom = 33, "no_room", 507, Retry;
}

impl From<Rejected> for ErrorCode {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Malformed => Self::Malformed,
            Rejected::TooLarge => Self::TooLarge,
            Rejected::MissingDeps => Self::MissingDeps,
            Rejected::Forked => Self::Forked,
            Rejected::UnknownForm => Self::UnknownField,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_number_and_by_name() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_number(code.number()), Some(*code));
            assert_eq!(ErrorCode::from_name(code.name()), Some(*code));
            assert!((400..600).contains(&code.status()));
        }
        assert_eq!(ErrorCode::from_number(0), None);
        assert_eq!(ErrorCode::from_number(1), None);
    }
}
