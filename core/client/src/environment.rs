//! What a device brings from outside: the time, chance, and a way to the server. Tests hold all three.

use std::sync::Arc;

use footbridge_model::{Clock, RandomSource, Timestamp};

use crate::error::FootbridgeError;
use crate::transport::{HttpTransport, Transport};

/// What [`crate::Footbridge`] stands on.
#[derive(Clone)]
pub struct Environment {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives unpredictable bytes.
    pub random: Arc<dyn RandomSource>,
    /// Reaches the server.
    pub transport: Arc<dyn Transport>,
}

impl Environment {
    /// The system's clock and random source, and HTTP.
    ///
    /// # Errors
    /// [`FootbridgeError::Offline`] where no HTTP client can be made on this machine.
    pub fn system() -> Result<Self, FootbridgeError> {
        Ok(Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            transport: Arc::new(HttpTransport::new()?),
        })
    }
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place of a device that asks the machine's clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The random source of this machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        clippy::expect_used,
        reason = "the one place of a device that asks the machine for chance"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        // Keys are made of these bytes: without them nothing may go on.
        getrandom::fill(bytes).expect("the system gives random bytes");
    }
}
