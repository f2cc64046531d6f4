//! How many pushes arrive at once, and what they hold. Asked by the route before a body is read, and by
//! [`super::receive`] for each piece that came. Invariant: a place and bytes are taken for what is there, never for
//! what is announced; neither one address nor strangers together take all of it; whoever began first can always go on.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use footbridge_model::DeviceId;
use footbridge_protocol::ErrorCode;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::ApiError;
use crate::exposure::network_of;
use crate::throttle::{BYTES_OF_ONE, Throttle};

/// How many pushes arrive at once.
const PLACES: usize = 256;
/// How many of one address.
const OF_ADDRESS: usize = PLACES / 2;
/// How many of whom no signature has been seen yet.
const STRANGERS: usize = PLACES / 2;
/// And of these, of one address.
const STRANGERS_OF_ADDRESS: usize = 16;
/// How many of one device.
const OF_DEVICE: usize = 2;

/// Bytes that all of them hold together.
const ROOM: usize = 64 << 20;
/// Bytes of one address.
const ROOM_OF_ADDRESS: usize = ROOM / 2;
/// Bytes of strangers.
const ROOM_OF_STRANGERS: usize = ROOM / 4;
/// And of these, of one address.
const ROOM_OF_STRANGERS_OF_ADDRESS: usize = 4 << 20;

/// Where room is wanted, an envelope that has been arriving for longer gives way. A phone makes its envelopes so small
/// that they take less.
const GIVES_WAY: Duration = Duration::from_secs(10);
/// How long a push waits for a place. Longer than it takes until somebody gives way.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often is looked who gives way.
const LOOK: Duration = Duration::from_millis(250);
/// After which time a push may come again for which there was no place.
const AGAIN: Duration = Duration::from_secs(5);

/// The pushes that arrive.
#[derive(Default)]
pub(crate) struct Intake {
    held: Mutex<Held>,
    changed: Notify,
}

#[derive(Default)]
struct Held {
    next: u64,
    pushes: BTreeMap<u64, Arriving>,
}

struct Arriving {
    address: IpAddr,
    device: Option<DeviceId>,
    bytes: usize,
    /// Since when its envelope arrives; nothing while one is judged.
    since: Option<Instant>,
    cut: CancellationToken,
}

/// Whose room it is that something is taken of.
#[derive(Clone, Copy)]
enum Share {
    All,
    Strangers,
    Address(IpAddr),
    StrangersOf(IpAddr),
}

impl Share {
    fn has(self, push: &Arriving) -> bool {
        match self {
            Self::All => true,
            Self::Strangers => push.device.is_none(),
            Self::Address(address) => push.address == address,
            Self::StrangersOf(address) => push.device.is_none() && push.address == address,
        }
    }

    fn places(self) -> usize {
        match self {
            Self::All => PLACES,
            Self::Strangers => STRANGERS,
            Self::Address(_) => OF_ADDRESS,
            Self::StrangersOf(_) => STRANGERS_OF_ADDRESS,
        }
    }

    fn room(self) -> usize {
        match self {
            Self::All => ROOM,
            Self::Strangers => ROOM_OF_STRANGERS,
            Self::Address(_) => ROOM_OF_ADDRESS,
            Self::StrangersOf(_) => ROOM_OF_STRANGERS_OF_ADDRESS,
        }
    }
}

/// A push that arrives; its place and what it holds are given back when it is dropped.
pub(crate) struct Place {
    intake: Arc<Intake>,
    number: u64,
    cut: CancellationToken,
}

impl Intake {
    /// A place for a push from this address, of which nothing is known yet.
    ///
    /// # Errors
    /// `slow_down` where none came free for a while.
    pub(crate) async fn begin(self: &Arc<Self>, from: IpAddr) -> Result<Place, ApiError> {
        let address = network_of(from);
        let began = self.once(|held| held.begin(address)).await?;
        let (number, cut) = began;
        Ok(Place { intake: Arc::clone(self), number, cut })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until an attempt succeeds: after each change, and now and then.
    async fn once<T>(&self, mut attempt: impl FnMut(&mut Held) -> Option<T>) -> Result<T, ApiError> {
        let end = Instant::now() + PATIENCE;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(found) = attempt(&mut self.held()) {
                return Ok(found);
            }
            if Instant::now() >= end {
                return Err(ApiError::slow_down(AGAIN));
            }
            // Nobody need change anything: whoever takes too long gives way with time alone.
            let _ = tokio::time::timeout(LOOK, changed).await;
        }
    }
}

impl Held {
    fn begin(&mut self, address: IpAddr) -> Option<(u64, CancellationToken)> {
        let shares = [Share::StrangersOf(address), Share::Strangers, Share::Address(address), Share::All];
        let full = shares.into_iter().find(|share| self.count(*share) >= share.places());
        if let Some(share) = full {
            // A device that is known keeps its place: a stranger takes that of a stranger.
            self.make_way(share, true, None);
            return None;
        }
        let (number, cut) = (self.next, CancellationToken::new());
        self.next += 1;
        let since = Some(Instant::now());
        self.pushes.insert(number, Arriving { address, device: None, bytes: 0, since, cut: cut.clone() });
        Some((number, cut))
    }

    fn count(&self, share: Share) -> usize {
        self.pushes.values().filter(|push| share.has(push)).count()
    }

    /// Takes the room of `bytes` in all, if it is there, or if nobody in the share that is full began before.
    fn hold(&mut self, number: u64, bytes: usize) -> Option<()> {
        let push = self.pushes.get(&number)?;
        let (address, is_stranger) = (push.address, push.device.is_none());
        let mut shares = vec![Share::Address(address), Share::All];
        if is_stranger {
            shares.extend([Share::StrangersOf(address), Share::Strangers]);
        }
        let more = bytes.saturating_sub(push.bytes);
        for share in shares {
            let held: usize = self.pushes.values().filter(|push| share.has(push)).map(|push| push.bytes).sum();
            if more > 0 && held + more > share.room() && self.first(share, false) != Some(number) {
                self.make_way(share, false, Some(number));
                return None;
            }
        }
        self.pushes.get_mut(&number)?.bytes = bytes;
        Some(())
    }

    /// Whose envelope has been arriving for the longest.
    fn first(&self, share: Share, strangers_only: bool) -> Option<u64> {
        let arriving = self.pushes.iter().filter(|(_, push)| {
            share.has(push) && !(strangers_only && push.device.is_some()) && !push.cut.is_cancelled()
        });
        arriving.filter_map(|(number, push)| Some((push.since?, *number))).min().map(|(_, number)| number)
    }

    /// Lets go of the one whose envelope takes longest, if it takes too long and nobody is on the way out already.
    fn make_way(&self, share: Share, strangers_only: bool, but: Option<u64>) {
        if self.pushes.values().any(|push| share.has(push) && push.cut.is_cancelled()) {
            return;
        }
        let Some(number) = self.first(share, strangers_only).filter(|number| Some(*number) != but) else { return };
        let push = self.pushes.get(&number);
        if let Some(push) = push.filter(|push| push.since.is_some_and(|since| since.elapsed() >= GIVES_WAY)) {
            push.cut.cancel();
        }
    }
}

impl Place {
    /// Holds so many bytes in all; waits for the room.
    ///
    /// # Errors
    /// `busy` where it has to give way meanwhile, `slow_down` where no room came free.
    pub(crate) async fn hold(&self, bytes: usize) -> Result<(), ApiError> {
        self.unless_cut(self.intake.once(|held| held.hold(self.number, bytes))).await?;
        self.intake.changed.notify_waiters();
        Ok(())
    }

    /// More bytes came after so many. While nobody is known they count as requests of their address.
    ///
    /// # Errors
    /// `slow_down`: too many came from there.
    pub(crate) fn count(&self, throttle: &Throttle, before: usize, more: usize) -> Result<(), ApiError> {
        let weight = (before + more) / BYTES_OF_ONE - before / BYTES_OF_ONE;
        let stranger =
            self.intake.held().pushes.get(&self.number).filter(|push| push.device.is_none()).map(|p| p.address);
        match stranger {
            Some(address) if weight > 0 => throttle.address(address, u32::try_from(weight).unwrap_or(u32::MAX)),
            _ => Ok(()),
        }
    }

    /// An envelope is whole and is judged: it cannot give way any more.
    pub(crate) fn is_judged(&self) {
        self.with(|push| push.since = None);
    }

    /// The next envelope arrives.
    pub(crate) fn arrives(&self) {
        self.with(|push| push.since = Some(Instant::now()));
    }

    /// The signature of this device holds: from now on the push is no stranger's.
    ///
    /// # Errors
    /// `slow_down` where the device sends too much at one time already.
    pub(crate) async fn is_of(&self, device: DeviceId) -> Result<(), ApiError> {
        let attempt = |held: &mut Held| {
            let same = held.pushes.iter().filter(|(number, _)| **number != self.number);
            let busy = same.filter(|(_, push)| push.device == Some(device)).count();
            let push = held.pushes.get_mut(&self.number)?;
            if push.device.is_none() {
                if busy >= OF_DEVICE {
                    return None;
                }
                push.device = Some(device);
            }
            Some(())
        };
        self.intake.once(attempt).await?;
        self.intake.changed.notify_waiters();
        Ok(())
    }

    /// What comes of waiting for the other side, unless the push has to give way meanwhile.
    ///
    /// # Errors
    /// `busy`: it took too long, and others wait for the room.
    pub(crate) async fn unless_cut<T>(
        &self,
        arriving: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        tokio::select! {
            biased;
            () = self.cut.cancelled() => Err(ErrorCode::Busy.into()),
            arrived = arriving => arrived,
        }
    }

    fn with(&self, change: impl FnOnce(&mut Arriving)) {
        if let Some(push) = self.intake.held().pushes.get_mut(&self.number) {
            change(push);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.intake.held().pushes.remove(&self.number);
        self.intake.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
