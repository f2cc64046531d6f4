//! The key of the store where a phone's platform keeps it (Keystore, Keychain). The platform is a trait; what
//! follows from what it says is here. Invariant: no new key is ever made beside a store that is there.

use std::path::Path;

use footbridge_model::RandomSource;
pub use zeroize::Zeroizing;

use crate::error::FootbridgeError;
use crate::key::StoreKey;

/// The platform would not answer: not unlocked since it was started, or broken. Why does not matter to what
/// follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the platform does not give its secret at present")]
pub struct Unavailable;

/// Where a platform keeps one secret.
pub trait SecretStore: Send + Sync {
    /// What is kept; `None` where nothing was ever kept.
    ///
    /// # Errors
    /// [`Unavailable`] where it cannot be said.
    fn load(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Unavailable>;

    /// Keeps it, for this device alone: in no backup, on no other device.
    ///
    /// # Errors
    /// [`Unavailable`] where it is not kept.
    fn save(&self, secret: &[u8]) -> Result<(), Unavailable>;
}

/// The key that the platform keeps for the store in `folder`; a new one where there is neither.
///
/// # Errors
/// [`FootbridgeError::Locked`] where the platform does not answer, keeps no key, or has lost the key of a
/// store that is there.
pub fn key_for(
    folder: &Path,
    secrets: &dyn SecretStore,
    random: &dyn RandomSource,
) -> Result<StoreKey, FootbridgeError> {
    let kept = secrets.load().map_err(|Unavailable| FootbridgeError::Locked)?;
    if let Some(kept) = kept {
        let key = <[u8; 32]>::try_from(kept.as_slice()).map_err(|_| FootbridgeError::Locked)?;
        return Ok(StoreKey::from_bytes(key));
    }
    if folder.join(crate::STORE_FILE).exists() {
        return Err(FootbridgeError::Locked);
    }
    let mut key = Zeroizing::new([0; 32]);
    random.fill(&mut *key);
    // Kept before anything is encrypted with it.
    secrets.save(&*key).map_err(|Unavailable| FootbridgeError::Locked)?;
    Ok(StoreKey::from_bytes(*key))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{Environment, Footbridge, SystemRandom};

    #[derive(Default)]
    struct Platform {
        kept: Mutex<Option<Vec<u8>>>,
        is_silent: bool,
    }

    impl SecretStore for Platform {
        fn load(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Unavailable> {
            if self.is_silent {
                return Err(Unavailable);
            }
            Ok(self.kept.lock().expect("the secret").clone().map(Zeroizing::new))
        }

        fn save(&self, secret: &[u8]) -> Result<(), Unavailable> {
            *self.kept.lock().expect("the secret") = Some(secret.to_vec());
            Ok(())
        }
    }

    fn open(folder: &Path, platform: &Platform) -> Result<Footbridge, FootbridgeError> {
        let key = key_for(folder, platform, &SystemRandom)?;
        Footbridge::open(folder, &key, Environment::system()?)
    }

    #[test]
    fn the_platform_keeps_the_key_and_opens_the_store_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let platform = Platform::default();
        drop(open(folder.path(), &platform).expect("it opens"));
        assert!(open(folder.path(), &platform).is_ok());
    }

    #[test]
    fn a_lost_key_is_said_and_no_new_one_is_kept_in_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(open(folder.path(), &Platform::default()).expect("it opens"));
        let forgetful = Platform::default();
        assert!(matches!(open(folder.path(), &forgetful), Err(FootbridgeError::Locked)));
        assert_eq!(*forgetful.kept.lock().expect("the secret"), None);
    }

    #[test]
    fn a_platform_that_does_not_answer_leaves_the_store_locked() {
        let folder = tempfile::tempdir().expect("a folder");
        let silent = Platform { is_silent: true, ..Platform::default() };
        assert!(matches!(open(folder.path(), &silent), Err(FootbridgeError::Locked)));
        let short = Platform { kept: Mutex::new(Some(vec![7; 31])), is_silent: false };
        assert!(matches!(open(folder.path(), &short), Err(FootbridgeError::Locked)));
    }
}
