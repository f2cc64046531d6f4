//! How many connections there are, whose they are, and who makes way. Asked by `connections` for each that comes; what
//! answers on one says there when it knows who is at the other end. Invariant: one address never takes all the room,
//! and where there is none the idlest of those whom nobody knows lets go, never who is known and busy.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::exposure::network_of;

/// How many connections there may be.
const CONNECTIONS: usize = 4096;
/// How many of one address. Five hundred phones behind one are no attack.
const OF_ONE_ADDRESS: usize = 1024;
/// And of these, such on which nobody has shown who she is. A phone does so with its second request.
const UNKNOWN_OF_ONE_ADDRESS: usize = 256;
/// A request of somebody unknown that takes longer makes way where there is no room.
const MAKES_WAY: Duration = Duration::from_secs(10);

/// A connection, as what answers on it sees it. The default is one that nobody counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presence(Option<Arc<Seat>>);

/// What is known of a connection.
#[derive(Debug)]
struct Seat {
    begun: Instant,
    is_known: AtomicBool,
    running: AtomicUsize,
    /// Since when it is idle, or busy without a break: milliseconds after it began.
    since: AtomicU64,
    leave: CancellationToken,
}

/// A request that runs, until the last byte of its answer is out.
pub(super) struct Running(Presence);

/// Every connection, by address.
pub(super) struct Room {
    taken: Mutex<Taken>,
    /// Behind these are many.
    is_crowd: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    seats: BTreeMap<u64, (IpAddr, Arc<Seat>)>,
}

/// A connection's place; given back when it is dropped.
pub(super) struct Place {
    room: Arc<Room>,
    number: u64,
    seat: Arc<Seat>,
}

impl Presence {
    /// Who is at the other end has shown who she is.
    pub(crate) fn is_known(&self) {
        if let Some(seat) = &self.0 {
            seat.is_known.store(true, Ordering::Relaxed);
        }
    }

    /// A request begins.
    pub(super) fn run(&self) -> Running {
        if let Some(seat) = &self.0
            && seat.running.fetch_add(1, Ordering::Relaxed) == 0
        {
            seat.changes();
        }
        Running(self.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(seat) = &self.0.0 {
            seat.changes();
            seat.running.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Seat {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            is_known: AtomicBool::new(false),
            running: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            leave: CancellationToken::new(),
        })
    }

    fn changes(&self) {
        let since = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since.store(since, Ordering::Relaxed);
    }

    fn since(&self) -> Instant {
        self.begun + Duration::from_millis(self.since.load(Ordering::Relaxed))
    }

    fn is_busy(&self) -> bool {
        self.running.load(Ordering::Relaxed) > 0
    }

    /// Whom it costs least to let go: the idle before the busy, the unknown before the known. Nobody who is known and
    /// busy, nor who has been busy for a moment only.
    fn worth(&self) -> Option<(bool, bool, Instant)> {
        let (is_busy, is_known, since) = (self.is_busy(), self.is_known.load(Ordering::Relaxed), self.since());
        let stays = is_busy && (is_known || since.elapsed() < MAKES_WAY);
        (!stays).then_some((is_known, is_busy, since))
    }
}

impl Taken {
    fn count(&self, of: impl Fn(IpAddr, &Seat) -> bool) -> usize {
        self.seats.values().filter(|(address, seat)| of(*address, seat)).count()
    }

    /// Lets go of one of these. False where all of them stay.
    fn make_way(&mut self, of: impl Fn(IpAddr, &Seat) -> bool) -> bool {
        let candidates = self.seats.iter().filter(|(_, (address, seat))| of(*address, seat));
        let worth = candidates.filter_map(|(number, (_, seat))| Some((seat.worth()?, *number)));
        let Some((_, number)) = worth.min() else { return false };
        if let Some((_, seat)) = self.seats.remove(&number) {
            seat.leave.cancel();
        }
        true
    }

    /// The address that has most of those whom nobody knows.
    fn fullest(&self) -> Option<IpAddr> {
        let mut counts: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for (address, seat) in self.seats.values() {
            *counts.entry(*address).or_default() += usize::from(!seat.is_known.load(Ordering::Relaxed));
        }
        counts.into_iter().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0).map(|(address, _)| address)
    }
}

impl Room {
    /// A room in which proxies may bring as many as there is room for.
    pub(super) fn new(is_crowd: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self { taken: Mutex::default(), is_crowd: Box::new(is_crowd) }
    }

    /// A place for a connection from there. Nothing where all who are there are busy.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let is_crowd = (self.is_crowd)(peer);
        let own = network_of(peer);
        let unknown = |seat: &Seat| !seat.is_known.load(Ordering::Relaxed);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_own = taken.count(|address, _| address == own);
        let unknown_of_own = taken.count(|address, seat| address == own && unknown(seat));
        let has_room = if !is_crowd && unknown_of_own >= UNKNOWN_OF_ONE_ADDRESS {
            taken.make_way(|address, seat| address == own && unknown(seat))
        } else if !is_crowd && of_own >= OF_ONE_ADDRESS {
            taken.make_way(|address, _| address == own)
        } else if taken.seats.len() >= CONNECTIONS {
            let fullest = taken.fullest();
            fullest.is_some_and(|fullest| taken.make_way(|address, seat| address == fullest && unknown(seat)))
                || taken.make_way(|_, _| true)
        } else {
            true
        };
        if !has_room {
            return None;
        }
        let (number, seat) = (taken.next, Seat::new());
        taken.next += 1;
        taken.seats.insert(number, (own, Arc::clone(&seat)));
        Some(Place { room: Arc::clone(self), number, seat })
    }
}

impl Place {
    /// The connection, as what answers on it sees it.
    pub(super) fn presence(&self) -> Presence {
        Presence(Some(Arc::clone(&self.seat)))
    }

    /// Resolves when it has to make way.
    pub(super) async fn must_leave(&self) {
        self.seat.leave.cancelled().await;
    }

    /// Resolves when nothing has run on it for so long.
    pub(super) async fn is_idle_for(&self, long: Duration) {
        loop {
            let since = if self.seat.is_busy() { Instant::now() } else { self.seat.since() };
            let due = since + long;
            if due <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(due).await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.taken.lock().unwrap_or_else(PoisonError::into_inner).seats.remove(&self.number);
    }
}

/// The body of an answer; its request runs until it is out.
struct Watched {
    body: Body,
    _running: Running,
}

/// Lets a request run until its answer is out.
pub(super) fn watched(body: Body, running: Running) -> Body {
    if body.is_end_stream() { body } else { Body::new(Watched { body, _running: running }) }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: usize) -> IpAddr {
        let [.., high, low] = number.to_be_bytes();
        IpAddr::from([203, 0, high, low])
    }

    fn open(room: &Arc<Room>, from: IpAddr, count: usize) -> Vec<Place> {
        (0..count).filter_map(|_| room.take(from)).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn the_idlest_of_an_address_makes_way_for_the_next_and_no_other_address_does() {
        let room = Arc::new(Room::new(|_| false));
        let other = open(&room, address(2), UNKNOWN_OF_ONE_ADDRESS);
        let oldest = open(&room, address(1), 1);
        tokio::time::advance(Duration::from_millis(5)).await;
        let rest = open(&room, address(1), UNKNOWN_OF_ONE_ADDRESS - 1);
        assert!(!oldest.iter().chain(&rest).any(|place| place.seat.leave.is_cancelled()));
        let next = room.take(address(1));
        assert!(next.is_some() && oldest.iter().all(|place| place.seat.leave.is_cancelled()));
        assert!(!rest.iter().chain(&other).any(|place| place.seat.leave.is_cancelled()));
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_busy_stays_and_who_is_known_does_not_count_among_strangers() {
        let room = Arc::new(Room::new(|_| false));
        let phones = open(&room, address(1), 500.min(UNKNOWN_OF_ONE_ADDRESS));
        phones.iter().for_each(|place| place.presence().is_known());
        let strangers = open(&room, address(1), UNKNOWN_OF_ONE_ADDRESS);
        let running: Vec<_> = strangers.iter().map(|place| place.presence().run()).collect();
        assert!(room.take(address(1)).is_none(), "all of them are busy");
        tokio::time::advance(MAKES_WAY).await;
        assert!(room.take(address(1)).is_some(), "for too long");
        assert!(!phones.iter().any(|place| place.seat.leave.is_cancelled()), "a phone that is known keeps its place");
        drop(running);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_connections_from_many_addresses_lock_nobody_out() {
        let room = Arc::new(Room::new(|_| false));
        let phone = open(&room, address(9999), 1);
        phone.iter().for_each(|place| place.presence().is_known());
        let mut places = Vec::new();
        for number in 0..CONNECTIONS / UNKNOWN_OF_ONE_ADDRESS {
            places.extend(open(&room, address(number), UNKNOWN_OF_ONE_ADDRESS));
        }
        assert_eq!(places.len(), CONNECTIONS, "the last one only by another's leaving");
        assert!(room.take(address(777)).is_some(), "there is room for others");
        assert!(!phone.iter().any(|place| place.seat.leave.is_cancelled()));
    }

    #[tokio::test(start_paused = true)]
    async fn behind_a_proxy_are_many() {
        let proxy = address(1);
        let room = Arc::new(Room::new(move |address| address == proxy));
        let places = open(&room, proxy, CONNECTIONS);
        assert_eq!(places.iter().filter(|place| !place.seat.leave.is_cancelled()).count(), CONNECTIONS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_idle_from_the_end_of_its_last_answer() {
        let room = Arc::new(Room::new(|_| false));
        let Some(place) = room.take(address(1)) else { panic!("a place") };
        let long = Duration::from_secs(20);
        let running = place.presence().run();
        let idle = tokio::time::timeout(Duration::from_secs(300), place.is_idle_for(long)).await;
        assert!(idle.is_err(), "an answer is on its way");
        drop(running);
        let began = Instant::now();
        place.is_idle_for(long).await;
        assert!(began.elapsed() <= long + Duration::from_millis(1));
    }
}
