//! The phone's Keystore or Keychain, as the client sees it.

use std::sync::Arc;

use footbridge_client::secret::{self, Unavailable};

use crate::error::PlatformError;

/// Where the phone keeps the key of the store: Android's Keystore, Apple's Keychain. For this device alone: in
/// no backup, on no other device.
#[uniffi::export(with_foreign)]
pub trait SecretStore: Send + Sync {
    /// What is kept; nothing where nothing was ever kept. An error leaves the store locked.
    fn load(&self) -> Result<Option<Vec<u8>>, PlatformError>;

    /// Keeps 32 bytes.
    fn save(&self, secret: Vec<u8>) -> Result<(), PlatformError>;
}

pub(crate) struct Platform(pub Arc<dyn SecretStore>);

impl secret::SecretStore for Platform {
    fn load(&self) -> Result<Option<secret::Zeroizing<Vec<u8>>>, Unavailable> {
        Ok(self.0.load().map_err(unavailable)?.map(secret::Zeroizing::new))
    }

    fn save(&self, secret: &[u8]) -> Result<(), Unavailable> {
        self.0.save(secret.to_vec()).map_err(unavailable)
    }
}

fn unavailable(error: PlatformError) -> Unavailable {
    tracing::warn!(%error, "the platform does not give its secret");
    Unavailable
}
