//! Change events for screens. Invariant: a subscription ends with its object; after that at most the call
//! that is under way comes to its end.

use std::sync::Arc;

use footbridge_client as client;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::error::{PlatformError, noted};
use crate::{Footbridge, runtime};

/// Something that a screen may want to show anew.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ChangeEvent {
    /// These records were written, here or elsewhere.
    Records {
        /// Their ids.
        ids: Vec<String>,
    },
    /// So much came that a screen had better read anew what it shows.
    Much,
    /// Receipts, what is unsent or what is set aside.
    Status,
    /// The device was revoked: nothing is shown any more.
    Locked,
}

impl From<client::ChangeEvent> for ChangeEvent {
    fn from(event: client::ChangeEvent) -> Self {
        match event {
            client::ChangeEvent::Records(ids) => Self::Records { ids: ids.iter().map(ToString::to_string).collect() },
            client::ChangeEvent::Much => Self::Much,
            client::ChangeEvent::Status => Self::Status,
            client::ChangeEvent::Locked => Self::Locked,
        }
    }
}

/// Is told of changes, one after another, on a thread of the library. It may call back into Footbridge.
#[uniffi::export(with_foreign)]
pub trait ChangeListener: Send + Sync {
    /// This changed. An error is noted, and the next change is told all the same.
    fn changed(&self, event: ChangeEvent) -> Result<(), PlatformError>;
}

/// A listener's place. It ends when this object is closed, cancelled or collected.
#[derive(Debug, uniffi::Object)]
pub struct Subscription {
    token: client::CancellationToken,
}

#[uniffi::export]
impl Subscription {
    /// Ends it now.
    pub fn cancel(&self) {
        self.token.cancel();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.token.cancel();
    }
}

#[uniffi::export]
impl Footbridge {
    /// Tells `listener` of changes from now on, as long as the subscription lives.
    pub fn subscribe(&self, listener: Arc<dyn ChangeListener>) -> Arc<Subscription> {
        let token = client::CancellationToken::new();
        runtime::start(tell(self.client.subscribe(), listener, token.clone()));
        Arc::new(Subscription { token })
    }
}

async fn tell(
    mut events: Receiver<client::ChangeEvent>,
    listener: Arc<dyn ChangeListener>,
    token: client::CancellationToken,
) {
    loop {
        let event = tokio::select! {
            biased;
            () = token.cancelled() => return,
            event = events.recv() => event,
        };
        let event = match event {
            Ok(event) => event.into(),
            // It fell behind; what it missed is told in one word.
            Err(RecvError::Lagged(_)) => ChangeEvent::Much,
            Err(RecvError::Closed) => return,
        };
        let listener = Arc::clone(&listener);
        let told = runtime::blocking(move || {
            noted(listener.changed(event));
            Ok(())
        });
        if told.await.is_err() {
            return;
        }
    }
}
