//! The key of the store in a file, raw or wrapped by a passphrase. On a phone the platform keeps it
//! (Keystore, Keychain); this is for terminals.
//!
//! The file is one line: `footbridge-key 1 raw HEX`, or `footbridge-key 1 argon2id MEMORY TIME LANES SALT
//! NONCE SEALED`, where argon2id (RFC 9106) of the passphrase opens XChaCha20-Poly1305.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use footbridge_model::RandomSource;
use footbridge_store::StoreError;
use zeroize::Zeroizing;

use crate::error::FootbridgeError;
use crate::files;

const NAME: &str = "footbridge-key";
/// RFC 9106's second recommendation, for machines with little memory: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// What a file may ask for: a file from elsewhere must not use up the machine.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;
const LANES_MAX: u32 = 64;

/// The raw key of a store.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// A key that the platform keeps.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(…)")
    }
}

/// Reads the key from its file, or makes one where there is no file: for its owner alone (mode 0600), and
/// wrapped where a passphrase is given. A raw key is wrapped in its place where a passphrase is given.
///
/// # Errors
/// [`FootbridgeError::Locked`] for a wrong or missing passphrase, or a file that is no key;
/// [`FootbridgeError::Storage`] where the file cannot be read or made.
pub fn load_or_create(
    file: &Path,
    passphrase: Option<&str>,
    random: &dyn RandomSource,
) -> Result<StoreKey, FootbridgeError> {
    match std::fs::read_to_string(file) {
        Ok(line) => {
            let line = Zeroizing::new(line);
            let key = parse(&line, passphrase)?;
            if let (Some(passphrase), true) = (passphrase, is_raw(&line)) {
                let wrapped = Zeroizing::new(wrap(key.bytes(), passphrase, random)?);
                files::replace(file, wrapped.as_bytes()).map_err(|error| folder("wrapping the key file", error))?;
            }
            Ok(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(file, passphrase, random),
        Err(error) => Err(folder("reading the key file", error)),
    }
}

fn folder(attempt: &'static str, source: std::io::Error) -> FootbridgeError {
    StoreError::Folder { attempt, source }.into()
}

fn create(file: &Path, passphrase: Option<&str>, random: &dyn RandomSource) -> Result<StoreKey, FootbridgeError> {
    let mut key = Zeroizing::new([0; 32]);
    random.fill(&mut *key);
    let line = Zeroizing::new(match passphrase {
        None => format!("{NAME} 1 raw {}\n", hex(&*key)),
        Some(passphrase) => wrap(&key, passphrase, random)?,
    });
    match files::make_new(file, line.as_bytes()) {
        Ok(()) => Ok(StoreKey(key)),
        // Another process made it in the same moment.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => load_or_create(file, passphrase, random),
        Err(error) => Err(folder("making the key file", error)),
    }
}

fn is_raw(line: &str) -> bool {
    line.split_whitespace().nth(2) == Some("raw")
}

fn wrap(key: &[u8; 32], passphrase: &str, random: &dyn RandomSource) -> Result<String, FootbridgeError> {
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    random.fill(&mut salt);
    random.fill(&mut nonce);
    let cipher = cipher(passphrase, &salt, (MEMORY_KIB, PASSES, LANES))?;
    let sealed = cipher.encrypt(&XNonce::from(nonce), key.as_slice()).map_err(|_| FootbridgeError::Locked)?;
    let parameters = format!("{MEMORY_KIB} {PASSES} {LANES}");
    Ok(format!("{NAME} 1 argon2id {parameters} {} {} {}\n", hex(&salt), hex(&nonce), hex(&sealed)))
}

fn parse(line: &str, passphrase: Option<&str>) -> Result<StoreKey, FootbridgeError> {
    let parts: Vec<_> = line.split_whitespace().collect();
    match parts.as_slice() {
        [NAME, "1", "raw", key] => bytes(key).map(StoreKey).ok_or(FootbridgeError::Locked),
        [NAME, "1", "argon2id", memory, passes, lanes, salt, nonce, sealed] => {
            let number = |text: &str, most| text.parse().ok().filter(|number| (1..=most).contains(number));
            let parameters = (
                number(memory, MEMORY_KIB_MAX).ok_or(FootbridgeError::Locked)?,
                number(passes, PASSES_MAX).ok_or(FootbridgeError::Locked)?,
                number(lanes, LANES_MAX).ok_or(FootbridgeError::Locked)?,
            );
            let salt = bytes::<16>(salt).ok_or(FootbridgeError::Locked)?;
            let nonce = bytes::<24>(nonce).ok_or(FootbridgeError::Locked)?;
            let sealed = bytes::<48>(sealed).ok_or(FootbridgeError::Locked)?;
            let cipher = cipher(passphrase.ok_or(FootbridgeError::Locked)?, &*salt, parameters)?;
            let opened =
                cipher.decrypt(&XNonce::from(*nonce), sealed.as_slice()).map_err(|_| FootbridgeError::Locked)?;
            let opened = Zeroizing::new(opened);
            let key = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| FootbridgeError::Locked)?;
            Ok(StoreKey::from_bytes(key))
        }
        _ => Err(FootbridgeError::Locked),
    }
}

fn cipher(
    passphrase: &str,
    salt: &[u8],
    (memory, passes, lanes): (u32, u32, u32),
) -> Result<XChaCha20Poly1305, FootbridgeError> {
    let parameters = Params::new(memory, passes, lanes, Some(32)).map_err(|_| FootbridgeError::Locked)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(passphrase.as_bytes(), salt, &mut *key)
        .map_err(|_| FootbridgeError::Locked)?;
    XChaCha20Poly1305::new_from_slice(&*key).map_err(|_| FootbridgeError::Locked)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(hex: &str) -> Option<Zeroizing<[u8; N]>> {
    if hex.len() != N * 2 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = Zeroizing::new([0; N]);
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::SystemRandom;

    fn load(file: &Path, passphrase: Option<&str>) -> Result<[u8; 32], &'static str> {
        load_or_create(file, passphrase, &SystemRandom).map(|key| *key.bytes()).map_err(|error| error.name())
    }

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        let made = load(&file, None).expect("made");
        assert_eq!(load(&file, None), Ok(made));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_wrapped_key_opens_with_its_passphrase_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        let made = load(&file, Some("åtta blå hästar")).expect("made");
        assert_eq!(load(&file, Some("åtta blå hästar")), Ok(made));
        assert_eq!(load(&file, Some("åtta blå hundar")), Err("locked"));
        assert_eq!(load(&file, None), Err("locked"));
        let line = std::fs::read_to_string(&file).expect("it is there");
        assert!(!line.contains(&hex(&made)));
    }

    #[test]
    fn a_raw_key_is_wrapped_when_a_passphrase_is_first_given() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        let made = load(&file, None).expect("made");
        assert_eq!(load(&file, Some("åtta blå hästar")), Ok(made));
        assert_eq!(load(&file, Some("åtta blå hästar")), Ok(made));
        assert_eq!(load(&file, Some("fel")), Err("locked"));
        assert_eq!(load(&file, None), Err("locked"));
        assert!(!std::fs::read_to_string(&file).expect("it is there").contains(&hex(&made)));
    }

    #[test]
    fn a_file_that_is_no_key_or_asks_for_too_much_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key");
        let greedy =
            format!("{NAME} 1 argon2id 4000000000 3 4 {} {} {}", "00".repeat(16), "00".repeat(24), "00".repeat(48));
        for line in ["", "footbridge-key 2 raw 00", "footbridge-key 1 raw zz", greedy.as_str()] {
            std::fs::write(&file, line).expect("written");
            assert_eq!(load(&file, Some("x")), Err("locked"), "{line}");
        }
    }
}
