//! Addresses: who and what. Each is a newtype so that a person is never passed where a device belongs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::environment::RandomSource;
use crate::time::Timestamp;

/// A text that is not an id in the form of RFC 9562.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected 32 hexadecimal digits with hyphens")]
pub struct NotAnId;

/// A UUID of version 7 (RFC 9562): 48 bits of time in milliseconds, the rest random.
fn new_uuid(now: Timestamp, random: &dyn RandomSource) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    uuid_at(now, bytes)
}

fn uuid_at(time: Timestamp, rest: [u8; 10]) -> Uuid {
    let millis = u64::try_from(time.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: time-ordered by `now`, otherwise from `random`. A time before 1970 counts as 1970.
            pub fn new(now: Timestamp, random: &dyn RandomSource) -> Self {
                Self(new_uuid(now, random))
            }

            /// The id with these sixteen bytes, whatever they are.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Its sixteen bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = NotAnId;

            fn try_from(bytes: &[u8]) -> Result<Self, NotAnId> {
                <[u8; 16]>::try_from(bytes).map(Self::from_bytes).map_err(|_| NotAnId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    };
}

id!(
    /// A record: one visit, one note, one contact. The same on every device and on the server.
    DocumentId
);
id!(
    /// An installation that holds a signing key.
    DeviceId
);
id!(
    /// A volunteer or a coordinator. Her `person` record has the same bytes as its id.
    PersonId
);
id!(
    /// A programme. Its `programme` record has the same bytes as its id.
    ProgrammeId
);
id!(
    /// Something that a device whose rights were taken away handed over: kept for coordinators to look at.
    QuarantineId
);
id!(
    /// The Automerge actor of one installation: whose hand wrote a change.
    Actor
);

impl PersonId {
    /// Her record.
    pub const fn document(self) -> DocumentId {
        DocumentId(self.0)
    }
}

impl From<DocumentId> for PersonId {
    fn from(id: DocumentId) -> Self {
        Self(id.0)
    }
}

impl ProgrammeId {
    /// Its record.
    pub const fn document(self) -> DocumentId {
        DocumentId(self.0)
    }
}

impl DocumentId {
    /// The time that it carries: when it was made, or of what it names.
    pub fn time(&self) -> Timestamp {
        let mut bytes = [0; 8];
        bytes[2..].copy_from_slice(&self.as_bytes()[..6]);
        Timestamp(i64::from_be_bytes(bytes))
    }

    /// Whether it is in the form that ids of codes alone have: they are named and carry no time, so that whoever knows
    /// a list and a name can tell them beforehand. Nothing else may take one.
    pub fn is_of_a_code(&self) -> bool {
        self.time() == Timestamp(0)
    }

    /// The id of something that is named rather than made: the same `name` in the same `space` gives the
    /// same id everywhere, so that two people who add the same thing meet in one record. Laid out as a
    /// version 7 UUID that carries `time`, so that it sorts like any other.
    pub fn named(space: &[u8], name: &[&[u8]], time: Timestamp) -> Self {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        for part in std::iter::once(space).chain(name.iter().copied()) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut rest = [0; 10];
        rest.copy_from_slice(&digest[..10]);
        Self(uuid_at(time, rest))
    }
}

impl Actor {
    pub(crate) fn to_automerge(self) -> automerge::ActorId {
        automerge::ActorId::from(self.as_bytes().as_slice())
    }

    pub(crate) fn from_automerge(actor: &automerge::ActorId) -> Option<Self> {
        Self::try_from(actor.to_bytes()).ok()
    }
}

macro_rules! hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                thirty_two_bytes(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

hash!(
    /// The SHA-256 of a change, as Automerge computes it.
    ChangeHash
);
hash!(
    /// The SHA-256 of something secret that is given out once, an invitation or a link to sign in: how it is
    /// known without being known.
    TokenHash
);

fn thirty_two_bytes(text: &str) -> Result<[u8; 32], NotAnId> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return Err(NotAnId);
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| NotAnId)?;
    }
    Ok(bytes)
}

impl ChangeHash {
    pub(crate) fn to_automerge(self) -> automerge::ChangeHash {
        automerge::ChangeHash(self.0)
    }
}

impl From<automerge::ChangeHash> for ChangeHash {
    fn from(hash: automerge::ChangeHash) -> Self {
        Self(hash.0)
    }
}
