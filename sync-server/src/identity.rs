//! The key by which devices know this server: an Ed25519 seed in `identity.key`. Made when the folder is first opened.
//! Invariant: the file is read by its owner alone, and never replaced.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use footbridge_model::RandomSource;
use footbridge_protocol::SigningKey;
use zeroize::Zeroizing;

use crate::error::ServerError;
use crate::files::at;

/// The file in the data folder.
pub const FILE: &str = "identity.key";

/// Reads the key, or makes it where there is none.
pub fn load_or_make(data: &Path, random: &dyn RandomSource) -> Result<SigningKey, ServerError> {
    match load(data) {
        Err(ServerError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            make(data, &data.join(FILE), random)
        }
        loaded => loaded,
    }
}

/// Reads the key.
pub fn load(data: &Path) -> Result<SigningKey, ServerError> {
    let path = data.join(FILE);
    match fs::read(&path).map(Zeroizing::new) {
        Ok(bytes) => {
            let seed: Zeroizing<[u8; 32]> =
                Zeroizing::new(bytes.as_slice().try_into().map_err(|_| ServerError::Identity)?);
            Ok(SigningKey::from_seed(&seed))
        }
        Err(source) => Err(ServerError::File { attempted: "reading identity.key", source: at(&path)(source) }),
    }
}

/// Writes the seed beside and renames, so that there is never half a key.
fn make(data: &Path, path: &Path, random: &dyn RandomSource) -> Result<SigningKey, ServerError> {
    let mut seed = Zeroizing::new([0; 32]);
    random.fill(seed.as_mut_slice());
    let beside = data.join("identity.key.new");
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(seed.as_slice())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        fs::File::open(data)?.sync_all()
    })();
    written.map_err(|source| ServerError::File { attempted: "making identity.key", source: at(&beside)(source) })?;
    Ok(SigningKey::from_seed(&seed))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::environment::SystemRandom;

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        let data = tempfile::tempdir().unwrap();
        let first = load_or_make(data.path(), &SystemRandom).unwrap();
        let again = load_or_make(data.path(), &SystemRandom).unwrap();
        assert_eq!(first.public(), again.public());
        let mode = fs::metadata(data.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn half_a_key_is_refused_and_kept() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(FILE), [1; 16]).unwrap();
        assert!(matches!(load_or_make(data.path(), &SystemRandom), Err(ServerError::Identity)));
        assert_eq!(fs::read(data.path().join(FILE)).unwrap().len(), 16);
    }
}
