//! How much may be asked in a while: by a device or a signed-in person once it is known, by an address where nobody is
//! known yet. Called before every route, by `reader` once a session is found, and by `push` once a signature holds.
//! Invariant: what one asks takes nothing from another; five hundred devices that come back at once behind one address
//! are let in, whatever somebody else asks from there.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::middleware::Next;
use axum::response::IntoResponse;
use footbridge_model::{DeviceId, PersonId};
use footbridge_protocol::{DEVICE_HEADER, ErrorCode};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::error::ApiError;
use crate::exposure::{Caller, network_of};
use crate::serve::Presence;
use crate::state::ServerState;

/// What an address may ask at once while nobody is known: hello, session and pushes of five hundred devices, twice.
const ADDRESS_AT_ONCE: u32 = 6000;

/// And then each second.
const ADDRESS_A_SECOND: u32 = 60;

/// What a device may ask at once: a year's records in full envelopes.
const DEVICE_AT_ONCE: u32 = 1200;

/// And then each second.
const DEVICE_A_SECOND: u32 = 20;

/// What may be asked at once in the name of a device before it has shown that it is that one: a day's hellos and
/// sessions. What is beyond is the address's.
const NAMED_AT_ONCE: u32 = 120;

/// And then each second.
const NAMED_A_SECOND: u32 = 2;

/// Bytes of a body that count as one more request, once they have come.
pub(crate) const BYTES_OF_ONE: usize = 64 * 1024;

/// How often is forgotten who asks nothing any more.
const FORGET: Duration = Duration::from_secs(60);

type Limiter<K, C> = RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// How much each device does at one time.
#[derive(Debug, Clone, Default)]
pub(crate) struct AtOnce {
    busy: Arc<Mutex<BTreeMap<DeviceId, usize>>>,
}

/// One thing that a device does; over when it is dropped.
#[derive(Debug)]
pub(crate) struct Doing {
    busy: Arc<Mutex<BTreeMap<DeviceId, usize>>>,
    device: DeviceId,
}

impl AtOnce {
    /// Begins one more thing, if the device does fewer than `most`.
    pub(crate) fn begin(&self, device: DeviceId, most: usize) -> Result<Doing, ApiError> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let count = busy.entry(device).or_default();
        if *count >= most {
            return Err(ApiError::slow_down(Duration::from_secs(1)));
        }
        *count += 1;
        drop(busy);
        Ok(Doing { busy: Arc::clone(&self.busy), device })
    }
}

impl Drop for Doing {
    fn drop(&mut self) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = busy.get_mut(&self.device) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&self.device);
            }
        }
    }
}

/// What was asked lately, by whom.
pub(crate) struct Throttle<C: Clock + Clone = DefaultClock> {
    addresses: Limiter<IpAddr, C>,
    /// Devices and signed-in people, by their ids.
    known: Limiter<[u8; 16], C>,
    named: Limiter<DeviceId, C>,
    /// Every device that has joined here.
    devices: RwLock<BTreeSet<DeviceId>>,
    clock: C,
}

impl Default for Throttle {
    fn default() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl<C: Clock + Clone> Throttle<C> {
    fn with_clock(clock: C) -> Self {
        Self {
            addresses: limiter(ADDRESS_A_SECOND, ADDRESS_AT_ONCE, &clock),
            known: limiter(DEVICE_A_SECOND, DEVICE_AT_ONCE, &clock),
            named: limiter(NAMED_A_SECOND, NAMED_AT_ONCE, &clock),
            devices: RwLock::default(),
            clock,
        }
    }

    /// An address asks so much.
    pub(crate) fn address(&self, address: IpAddr, weight: u32) -> Result<(), ApiError> {
        check(&self.addresses, &self.clock, &network_of(address), weight)
    }

    /// A device that is known asks so much.
    pub(crate) fn device(&self, device: DeviceId, weight: u32) -> Result<(), ApiError> {
        check(&self.known, &self.clock, device.as_bytes(), weight)
    }

    /// Somebody who is signed in asks so much.
    pub(crate) fn person(&self, person: PersonId, weight: u32) -> Result<(), ApiError> {
        check(&self.known, &self.clock, person.as_bytes(), weight)
    }

    /// These devices have joined.
    pub(crate) fn know(&self, devices: impl IntoIterator<Item = DeviceId>) {
        self.devices.write().unwrap_or_else(PoisonError::into_inner).extend(devices);
    }

    /// Somebody asks who says that she is this device, and may be: who knows its id is nearly always it. So a phone
    /// gets through from an address where somebody else asks too much.
    fn named(&self, device: DeviceId) -> bool {
        self.devices.read().unwrap_or_else(PoisonError::into_inner).contains(&device)
            && check(&self.named, &self.clock, &device, 1).is_ok()
    }

    fn forget(&self) {
        self.addresses.retain_recent();
        self.known.retain_recent();
        self.named.retain_recent();
    }
}

fn limiter<K: Hash + Eq + Clone, C: Clock + Clone>(a_second: u32, at_once: u32, clock: &C) -> Limiter<K, C> {
    let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::per_second(some(a_second)).allow_burst(some(at_once));
    RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())
}

fn check<K: Hash + Eq + Clone, C: Clock + Clone>(
    limiter: &Limiter<K, C>,
    clock: &C,
    key: &K,
    weight: u32,
) -> Result<(), ApiError> {
    let weight = NonZeroU32::new(weight).unwrap_or(NonZeroU32::MIN);
    match limiter.check_key_n(key, weight) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(not_until)) => Err(ApiError::slow_down(not_until.wait_time_from(clock.now()))),
        // More than may ever be asked at once.
        Err(_) => Err(ErrorCode::TooLarge.into()),
    }
}

/// Forgets now and then who asks nothing any more, until the server stops.
pub(crate) async fn keep_forgetting(state: ServerState) {
    loop {
        tokio::select! {
            () = state.stopping().cancelled() => return,
            () = tokio::time::sleep(FORGET) => state.throttle().forget(),
        }
    }
}

/// Before routes where nobody is known yet: the device answers for it that is named, or the address.
pub(crate) async fn by_address(State(state): State<ServerState>, request: Request, next: Next) -> Response<Body> {
    let Caller(address) = caller(&request);
    let named = request.headers().get(DEVICE_HEADER).and_then(|value| value.to_str().ok());
    if named.and_then(|id| id.parse().ok()).is_some_and(|device| state.throttle().named(device)) {
        return next.run(request).await;
    }
    match state.throttle().address(address, 1) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// Before routes of devices, and of people who are signed in: who is neither is nobody, and the address answers for it.
pub(crate) async fn unless_known(State(state): State<ServerState>, request: Request, next: Next) -> Response<Body> {
    let Caller(address) = caller(&request);
    let presence = request.extensions().get::<Presence>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    let is_nobody = response.extensions().get::<ErrorCode>() == Some(&ErrorCode::ExpiredSession)
        || response.extensions().get::<Nobody>().is_some();
    if !is_nobody {
        presence.is_known();
        return response;
    }
    match state.throttle().address(address, 1) {
        Ok(()) => response,
        Err(error) => error.into_response(),
    }
}

/// With an answer to a browser in which nobody is signed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nobody;

/// From where a request comes.
pub(crate) fn caller(request: &Request) -> Caller {
    request.extensions().get().copied().unwrap_or(Caller(IpAddr::from([127, 0, 0, 1])))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn slowed(asked: Result<(), ApiError>) -> Option<u64> {
        let error = asked.err()?;
        assert_eq!(error.code, ErrorCode::SlowDown);
        error.retry_after
    }

    #[test]
    fn who_asks_too_much_is_told_when_to_come_again_and_others_are_not() {
        let clock = FakeRelativeClock::default();
        let throttle = Throttle::with_clock(clock.clone());
        let (one, other) = ("203.0.113.1".parse().unwrap(), "203.0.113.2".parse().unwrap());
        throttle.address(one, ADDRESS_AT_ONCE).unwrap();
        assert_eq!(slowed(throttle.address(one, 1)), Some(1));
        assert_eq!(slowed(throttle.address(one, 10 * ADDRESS_A_SECOND)), Some(10), "longer for more");
        throttle.address(other, 1).unwrap();
        clock.advance(Duration::from_secs(1));
        throttle.address(one, ADDRESS_A_SECOND - 1).unwrap();
    }

    #[test]
    fn a_device_answers_for_itself_alone() {
        let throttle = Throttle::with_clock(FakeRelativeClock::default());
        let device = |number| DeviceId::from_bytes([number; 16]);
        throttle.device(device(1), DEVICE_AT_ONCE).unwrap();
        assert!(slowed(throttle.device(device(1), 1)).is_some());
        throttle.device(device(2), 1).unwrap();
    }

    #[test]
    fn a_device_does_only_so_much_at_one_time() {
        let (at_once, device) = (AtOnce::default(), DeviceId::from_bytes([1; 16]));
        let first = at_once.begin(device, 2).unwrap();
        let _second = at_once.begin(device, 2).unwrap();
        assert!(slowed(at_once.begin(device, 2).map(drop)).is_some());
        assert!(at_once.begin(DeviceId::from_bytes([2; 16]), 2).is_ok());
        drop(first);
        assert!(at_once.begin(device, 2).is_ok());
    }

    #[test]
    fn a_device_that_has_joined_is_named_apart_from_its_address_and_not_without_end() {
        let throttle = Throttle::with_clock(FakeRelativeClock::default());
        let (hers, strange) = (DeviceId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
        throttle.know([hers]);
        assert!(!throttle.named(strange), "anybody can make up an id");
        assert!((0..NAMED_AT_ONCE).all(|_| throttle.named(hers)));
        assert!(!throttle.named(hers), "then its address answers for it");
        throttle.device(hers, DEVICE_AT_ONCE).unwrap();
    }

    #[test]
    fn who_asks_nothing_any_more_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let throttle = Throttle::with_clock(clock.clone());
        throttle.address("203.0.113.1".parse().unwrap(), 5).unwrap();
        throttle.forget();
        assert_eq!(throttle.addresses.len(), 1);
        clock.advance(Duration::from_secs(3600));
        throttle.forget();
        assert!(throttle.addresses.is_empty());
    }
}
