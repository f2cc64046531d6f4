//! What a device is: its keys, its actor, and the programme it belongs to, if any. Kept in the store.

use std::collections::BTreeSet;

use footbridge_model::{Actor, DeviceId, Member, PersonId, ProgrammeId, RandomSource, Role, Timestamp};
use footbridge_protocol::bytes::Epoch;
use footbridge_protocol::{PublicKey, SigningKey};
use footbridge_store::{Snapshot, StoreError, Writing, meta};
use zeroize::Zeroizing;

use crate::error::FootbridgeError;

const DEVICE: &str = "device";
pub(crate) const SEED: &str = "seed";
const ACTOR: &str = "actor";
const OWN_ACTORS: &str = "own_actors";
const PUSH_CAP: &str = "push_cap";
const COUNTER: &str = "counter";
const MEMBERSHIP: &str = "membership";
const EPOCH: &str = "epoch";
const LAST_SYNC: &str = "last_sync";
const BUILDS: &str = "builds";
const CLOCK_OFF: &str = "clock_off";
const SERVER_TIME: &str = "server_time";
const NAME: &str = "device_name";

/// All that a device knows of itself and of whom it belongs to.
pub(crate) const KEYS: [&str; 13] = [
    DEVICE,
    SEED,
    ACTOR,
    OWN_ACTORS,
    COUNTER,
    MEMBERSHIP,
    EPOCH,
    LAST_SYNC,
    BUILDS,
    CLOCK_OFF,
    SERVER_TIME,
    NAME,
    footbridge_store::meta::REVOKED,
];

/// An installation: made with its store, made anew when it leaves a programme.
pub(crate) struct Identity {
    pub device: DeviceId,
    pub key: SigningKey,
    /// The number of the last envelope that was sealed.
    pub counter: u64,
}

/// The programme that the device belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    pub programme: ProgrammeId,
    pub person: PersonId,
    pub role: Role,
    pub districts: BTreeSet<String>,
    pub server: String,
    pub server_identity: PublicKey,
    /// By what the server's certificate is known, where no public authority signed it.
    pub fingerprint: Option<[u8; 32]>,
}

impl Membership {
    pub fn member(&self) -> Member {
        Member { person: self.person, role: self.role, districts: self.districts.clone() }
    }
}

/// Makes the device's identity where it has none yet.
pub(crate) fn ensure(writing: &Writing<'_>, now: Timestamp, random: &dyn RandomSource) -> Result<(), StoreError> {
    if meta::get(writing, SEED)?.is_some() {
        return Ok(());
    }
    let mut seed = Zeroizing::new([0; 32]);
    random.fill(&mut *seed);
    meta::set(writing, DEVICE, DeviceId::new(now, random).as_bytes())?;
    meta::set(writing, SEED, &*seed)?;
    meta::set(writing, COUNTER, &0_u64.to_be_bytes())?;
    renew_actor(writing, now, random).map(drop)
}

pub(crate) fn load(snapshot: &Snapshot<'_>) -> Result<Identity, FootbridgeError> {
    let seed = Zeroizing::new(fixed::<32>(snapshot, SEED)?.ok_or_else(FootbridgeError::damaged)?);
    Ok(Identity {
        device: DeviceId::from_bytes(fixed(snapshot, DEVICE)?.ok_or_else(FootbridgeError::damaged)?),
        key: SigningKey::from_seed(&seed),
        counter: fixed(snapshot, COUNTER)?.map_or(0, u64::from_be_bytes),
    })
}

/// What its person calls the device; `None` where she has not said.
pub(crate) fn device_name(snapshot: &Snapshot<'_>) -> Result<Option<String>, StoreError> {
    Ok(meta::get(snapshot, NAME)?.and_then(|name| String::from_utf8(name).ok()).filter(|name| !name.is_empty()))
}

pub(crate) fn set_device_name(writing: &Writing<'_>, name: &str) -> Result<(), StoreError> {
    meta::set(writing, NAME, name.as_bytes())
}

/// The device's name.
pub(crate) fn device(snapshot: &Snapshot<'_>) -> Result<DeviceId, FootbridgeError> {
    fixed(snapshot, DEVICE)?.map(DeviceId::from_bytes).ok_or_else(FootbridgeError::damaged)
}

/// How much a push may hold at most on the link that broke last.
pub(crate) fn push_cap(snapshot: &Snapshot<'_>) -> Result<Option<u64>, FootbridgeError> {
    Ok(fixed(snapshot, PUSH_CAP)?.map(u64::from_be_bytes))
}

pub(crate) fn set_push_cap(writing: &Writing<'_>, cap: u64) -> Result<(), StoreError> {
    meta::set(writing, PUSH_CAP, &cap.to_be_bytes())
}

/// Whose hand writes on this device.
pub(crate) fn actor(snapshot: &Snapshot<'_>) -> Result<Actor, FootbridgeError> {
    fixed(snapshot, ACTOR)?.map(Actor::from_bytes).ok_or_else(FootbridgeError::damaged)
}

/// Takes a fresh actor: another installation may be writing with the one before.
pub(crate) fn renew_actor(
    writing: &Writing<'_>,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<Actor, StoreError> {
    let actor = Actor::new(now, random);
    meta::set(writing, ACTOR, actor.as_bytes())?;
    let mut own = meta::get(writing, OWN_ACTORS)?.unwrap_or_default();
    own.extend_from_slice(actor.as_bytes());
    meta::set(writing, OWN_ACTORS, &own)?;
    Ok(actor)
}

/// All actors that ever wrote on this device: the server takes their changes from it and from no other.
pub(crate) fn own_actors(snapshot: &Snapshot<'_>) -> Result<BTreeSet<Actor>, StoreError> {
    let own = meta::get(snapshot, OWN_ACTORS)?.unwrap_or_default();
    Ok(own.chunks_exact(16).filter_map(|bytes| Actor::try_from(bytes).ok()).collect())
}

pub(crate) fn set_counter(writing: &Writing<'_>, counter: u64) -> Result<(), StoreError> {
    meta::set(writing, COUNTER, &counter.to_be_bytes())
}

pub(crate) fn membership(snapshot: &Snapshot<'_>) -> Result<Option<Membership>, FootbridgeError> {
    let Some(stored) = meta::get(snapshot, MEMBERSHIP)? else { return Ok(None) };
    let value: serde_json::Value = serde_json::from_slice(&stored).map_err(|_| FootbridgeError::damaged())?;
    let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
    let thirty_two = |name: &str| {
        let numbers = value.get(name)?.as_array()?.iter();
        let bytes = numbers.map(|number| u8::try_from(number.as_u64()?).ok()).collect::<Option<Vec<_>>>()?;
        <[u8; 32]>::try_from(bytes).ok()
    };
    let read = || {
        let districts = value.get("districts")?.as_array()?.iter();
        Some(Membership {
            programme: text("programme")?.parse().ok()?,
            person: text("person")?.parse().ok()?,
            role: Role::from_name(text("role")?)?,
            districts: districts.filter_map(|district| district.as_str().map(str::to_owned)).collect(),
            server: text("server")?.to_owned(),
            server_identity: PublicKey::from_bytes(thirty_two("server_identity")?),
            fingerprint: thirty_two("fingerprint"),
        })
    };
    read().map(Some).ok_or_else(FootbridgeError::damaged)
}

pub(crate) fn set_membership(writing: &Writing<'_>, membership: &Membership) -> Result<(), StoreError> {
    let Membership { programme, person, role, districts, server, server_identity, fingerprint } = membership;
    let value = serde_json::json!({
        "programme": programme, "person": person, "role": role.name(), "districts": districts, "server": server,
        "server_identity": server_identity.as_bytes().as_slice(), "fingerprint": fingerprint,
    });
    meta::set(writing, MEMBERSHIP, value.to_string().as_bytes())
}

/// The life of the server's database that the device last met.
pub(crate) fn epoch(snapshot: &Snapshot<'_>) -> Result<Option<Epoch>, FootbridgeError> {
    Ok(fixed(snapshot, EPOCH)?.map(Epoch::from_bytes))
}

pub(crate) fn set_epoch(writing: &Writing<'_>, epoch: Epoch) -> Result<(), StoreError> {
    meta::set(writing, EPOCH, epoch.as_bytes())
}

pub(crate) fn last_sync(snapshot: &Snapshot<'_>) -> Result<Option<Timestamp>, FootbridgeError> {
    timestamp(snapshot, LAST_SYNC)
}

/// A time that is kept under this key.
pub(crate) fn timestamp(snapshot: &Snapshot<'_>, key: &str) -> Result<Option<Timestamp>, FootbridgeError> {
    Ok(fixed(snapshot, key)?.map(i64::from_be_bytes).map(Timestamp))
}

pub(crate) fn set_last_sync(writing: &Writing<'_>, at: Timestamp) -> Result<(), StoreError> {
    meta::set(writing, LAST_SYNC, &at.0.to_be_bytes())
}

/// By how many milliseconds this device's clock was ahead of the server's when they last spoke; 0 where they never did.
pub(crate) fn clock_off(snapshot: &Snapshot<'_>) -> Result<i64, FootbridgeError> {
    Ok(fixed(snapshot, CLOCK_OFF)?.map_or(0, i64::from_be_bytes))
}

/// When they last spoke, by the server's clock.
pub(crate) fn server_time(snapshot: &Snapshot<'_>) -> Result<Timestamp, FootbridgeError> {
    Ok(timestamp(snapshot, SERVER_TIME)?.unwrap_or(Timestamp(i64::MIN)))
}

pub(crate) fn note_clock(writing: &Writing<'_>, off_millis: i64, server: Timestamp) -> Result<(), StoreError> {
    meta::set(writing, CLOCK_OFF, &off_millis.to_be_bytes())?;
    meta::set(writing, SERVER_TIME, &server.0.to_be_bytes())
}

/// Whether these are the builds that the device knows of.
pub(crate) fn has_noted_builds(snapshot: &Snapshot<'_>, builds: &str) -> Result<bool, StoreError> {
    Ok(meta::get(snapshot, BUILDS)?.as_deref() == Some(builds.as_bytes()))
}

/// Remembers the builds of both sides; true where one of them is another than last time.
pub(crate) fn note_builds(writing: &Writing<'_>, builds: &str) -> Result<bool, StoreError> {
    let before = meta::get(writing, BUILDS)?;
    if before.as_deref() == Some(builds.as_bytes()) {
        return Ok(false);
    }
    meta::set(writing, BUILDS, builds.as_bytes())?;
    Ok(before.is_some())
}

fn fixed<const N: usize>(snapshot: &Snapshot<'_>, key: &str) -> Result<Option<[u8; N]>, FootbridgeError> {
    match meta::get(snapshot, key)? {
        None => Ok(None),
        Some(bytes) => <[u8; N]>::try_from(bytes).map(Some).map_err(|_| FootbridgeError::damaged()),
    }
}
