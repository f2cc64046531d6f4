//! The form of a backup: a tar with manifest.json, identity.key, footbridge.sqlite, SHA256SUMS of the three and last the
//! server's signature of these sums, so that it can be looked at with the tools of any machine (`tar xf`, `sha256sum
//! -c`). Called by backup and restore. Invariant: what is unpacked agrees with its sums to the last byte, or is refused;
//! who signed them is told, and is not yet whose backup it should be.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use footbridge_model::Timestamp;
use footbridge_protocol::SigningKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use crate::identity;
use crate::joining::BUILD;
use crate::journal::JournalId;
use crate::state::DATABASE;

/// The version of the form.
const VERSION: u32 = 1;

const MANIFEST: &str = "manifest.json";
const SUMS: &str = "SHA256SUMS";
const SIGNATURE: &str = "SHA256SUMS.signature";

/// What stands before the sums when they are signed.
const SIGNED: &[u8] = b"footbridge/1/backup\n";

/// The largest of the small files.
const SMALL_BYTES: u64 = 64 * 1024;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    footbridge_backup: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// By which build.
    pub build: String,
    /// The schema of the database.
    pub schema: i64,
    /// Where the journal stood; none where there was none.
    pub journal: Option<Place>,
    /// What it holds.
    pub holds: Holds,
}

/// A place in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Which journal.
    pub id: JournalId,
    /// The number of its next line.
    pub next: u64,
}

/// How much a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holds {
    pub programmes: u64,
    pub people: u64,
    pub records: u64,
    pub drafts: u64,
}

impl Manifest {
    pub(super) fn new(made_at: Timestamp, schema: i64, journal: Option<Place>, holds: Holds) -> Self {
        Self { footbridge_backup: VERSION, made_at, build: BUILD.to_owned(), schema, journal, holds }
    }
}

/// Why a backup was not unpacked.
#[derive(Debug)]
pub(crate) enum Unpacking {
    /// It is not one, or not as it was made.
    Damaged,
    /// A newer server made it.
    Newer,
    /// What was unpacked could not be written.
    Writing(std::io::Error),
}

/// Writes a backup.
pub(super) fn pack<W: Write>(out: W, manifest: &Manifest, key: &SigningKey, database: &Path) -> std::io::Result<W> {
    let mut tar = Builder::new(out);
    let manifest_json = serde_json::to_vec_pretty(manifest)?;
    let made_at = manifest.made_at;
    let database = File::open(database)?;
    let bytes = database.metadata()?.len();
    let mut sums = String::new();
    sums += &append(&mut tar, MANIFEST, manifest_json.len() as u64, made_at, manifest_json.as_slice())?;
    let seed = key.seed();
    sums += &append(&mut tar, identity::FILE, seed.len() as u64, made_at, seed.as_slice())?;
    sums += &append(&mut tar, DATABASE, bytes, made_at, database)?;
    append(&mut tar, SUMS, sums.len() as u64, made_at, sums.as_bytes())?;
    let signature = ed25519_dalek::SigningKey::from_bytes(&seed).sign(&signed(&sums)).to_bytes();
    append(&mut tar, SIGNATURE, signature.len() as u64, made_at, signature.as_slice())?;
    tar.into_inner()
}

fn signed(sums: &str) -> Vec<u8> {
    [SIGNED, sums.as_bytes()].concat()
}

/// Who says that a backup is as it was made.
#[derive(Debug)]
pub(crate) struct Signer {
    sums: String,
    signature: Option<Vec<u8>>,
}

impl Signer {
    /// Whether it was this server.
    pub fn is(&self, key: &SigningKey) -> bool {
        let Ok(public) = VerifyingKey::from_bytes(key.public().as_bytes()) else { return false };
        let signature = self.signature.as_deref().and_then(|bytes| Signature::from_slice(bytes).ok());
        signature.is_some_and(|signature| public.verify_strict(&signed(&self.sums), &signature).is_ok())
    }
}

/// Appends a file; gives its line of the sums.
fn append<W: Write>(
    tar: &mut Builder<W>,
    name: &str,
    bytes: u64,
    made_at: Timestamp,
    content: impl Read,
) -> std::io::Result<String> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(made_at.0 / 1000).unwrap_or(0));
    let mut summing = Summing { inner: content.take(bytes), sum: Sha256::new(), bytes: 0 };
    tar.append_data(&mut header, name, &mut summing)?;
    if summing.bytes != bytes {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(line(name, summing.sum))
}

fn line(name: &str, sum: Sha256) -> String {
    let digits: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits}  {name}\n")
}

/// Sums what is read through it.
struct Summing<R> {
    inner: R,
    sum: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Summing<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(into)?;
        self.sum.update(into.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        Ok(count)
    }
}

/// Unpacks a backup's files into an empty folder.
pub(crate) fn unpack(source: impl Read, into: &Path) -> Result<(Manifest, Signer), Unpacking> {
    let damaged = |_| Unpacking::Damaged;
    let mut archive = Archive::new(source);
    let mut sums = BTreeMap::new();
    let (mut said, mut signature) = (None, None);
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        let path = entry.path().map_err(damaged)?.into_owned();
        let bytes = entry.size();
        let name =
            [MANIFEST, identity::FILE, DATABASE, SUMS, SIGNATURE].into_iter().find(|name| Path::new(name) == path);
        let is_known = entry.header().entry_type() == EntryType::Regular
            && signature.is_none()
            && (said.is_some() == (name == Some(SIGNATURE)));
        let Some(name) = name.filter(|name| is_known && !sums.contains_key(name)) else {
            return Err(Unpacking::Damaged);
        };
        if name != DATABASE && bytes > SMALL_BYTES {
            return Err(Unpacking::Damaged);
        }
        let mut summing = Summing { inner: entry, sum: Sha256::new(), bytes: 0 };
        if name == SIGNATURE {
            let mut bytes = Vec::new();
            summing.read_to_end(&mut bytes).map_err(damaged)?;
            signature = Some(bytes);
        } else if name == SUMS {
            let mut text = String::new();
            summing.read_to_string(&mut text).map_err(damaged)?;
            said = Some(text);
        } else {
            write_out(&mut summing, &into.join(name))?;
            if summing.bytes != bytes {
                return Err(Unpacking::Damaged);
            }
            sums.insert(name, line(name, summing.sum));
        }
    }
    // To the end, for what is encrypted proves there that nothing is missing.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(damaged)?;
    let ours: String = [MANIFEST, identity::FILE, DATABASE].iter().filter_map(|name| sums.get(name).cloned()).collect();
    if sums.len() != 3 || said.as_ref() != Some(&ours) {
        return Err(Unpacking::Damaged);
    }
    Ok((manifest(&into.join(MANIFEST))?, Signer { sums: ours, signature }))
}

fn manifest(path: &Path) -> Result<Manifest, Unpacking> {
    let bytes = std::fs::read(path).map_err(Unpacking::Writing)?;
    let version: Version = serde_json::from_slice(&bytes).map_err(|_| Unpacking::Damaged)?;
    if version.footbridge_backup > VERSION {
        return Err(Unpacking::Newer);
    }
    serde_json::from_slice(&bytes).map_err(|_| Unpacking::Damaged)
}

#[derive(Deserialize)]
struct Version {
    footbridge_backup: u32,
}

/// Copies a file out, telling what could not be read from what could not be written.
fn write_out(source: &mut impl Read, to: &Path) -> Result<(), Unpacking> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let mut file = opened.map_err(Unpacking::Writing)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Err(Unpacking::Damaged),
        };
        file.write_all(buffer.get(..count).unwrap_or_default()).map_err(Unpacking::Writing)?;
    }
    file.sync_all().map_err(Unpacking::Writing)
}
