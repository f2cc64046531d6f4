//! Encryption of backups, by age (X25519). Called by backup and restore. Invariant: an encrypted backup is opened by
//! an identity of one of its recipients and by nothing on this server; nothing here keeps a key.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use age::stream::StreamWriter;
use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::{failed, failed_at};
use crate::admin::AdminError;

/// How every file of age begins.
const BEGINS: &[u8] = b"age-encryption.org/";

/// Reads recipients.
pub(super) fn recipients(given: &[String]) -> Result<Vec<Recipient>, AdminError> {
    let read = |text: &String| {
        text.parse().map_err(|_| {
            AdminError::invalid("to", format!("to: {text:?} is not an age recipient, such as age-keygen shows (age1…)"))
        })
    };
    given.iter().map(read).collect()
}

/// Where a backup is written to.
pub(super) enum Sealed {
    Plain(BufWriter<File>),
    Encrypted(Box<StreamWriter<BufWriter<File>>>),
}

/// Encrypts for these recipients, where there are any.
pub(super) fn sealed(file: File, recipients: &[Recipient]) -> Result<Sealed, AdminError> {
    let file = BufWriter::new(file);
    if recipients.is_empty() {
        return Ok(Sealed::Plain(file));
    }
    let encryptor = Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn age::Recipient))
        .map_err(|_| AdminError::invalid("to", "to: these recipients cannot be used together"))?;
    let writer = encryptor.wrap_output(file).map_err(failed("encrypting the backup"))?;
    Ok(Sealed::Encrypted(Box::new(writer)))
}

impl Sealed {
    /// Writes what is still held.
    pub(super) fn finish(self) -> std::io::Result<()> {
        match self {
            Self::Plain(mut file) => file.flush(),
            Self::Encrypted(writer) => writer.finish()?.flush(),
        }
    }
}

impl Write for Sealed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Encrypted(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Encrypted(writer) => writer.flush(),
        }
    }
}

/// The identities in a file as age-keygen writes it.
pub(crate) fn identities(file: &Path) -> Result<Vec<Identity>, AdminError> {
    // From standard input too: whoever restores as the server's user need not let that user read the file.
    let read =
        if file == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { fs::read_to_string(file) };
    let text = Zeroizing::new(read.map_err(failed_at("reading the identity", file))?);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let wrong = |_| {
        AdminError::invalid("identity", "identity: a file as age-keygen writes it, with AGE-SECRET-KEY-1… in a line")
    };
    let read: Vec<Identity> = lines.map(|line| line.parse().map_err(wrong)).collect::<Result<_, _>>()?;
    if read.is_empty() { Err(wrong("")) } else { Ok(read) }
}

/// The bytes of a backup, decrypted where it is encrypted.
pub(crate) fn unsealed(file: &Path, identities: &[Identity]) -> Result<Box<dyn Read>, AdminError> {
    let mut opened = BufReader::new(File::open(file).map_err(failed_at("opening the backup", file))?);
    let is_encrypted = opened.fill_buf().map_err(failed_at("reading the backup", file))?.starts_with(BEGINS);
    if !is_encrypted {
        return Ok(Box::new(opened));
    }
    if identities.is_empty() {
        let message = "this backup is encrypted: --identity names the file with the key that opens it";
        return Err(AdminError::invalid("identity", message));
    }
    let refused = |error: DecryptError| match error {
        DecryptError::NoMatchingKeys => {
            AdminError::invalid("identity", "identity: this backup was encrypted for another key")
        }
        DecryptError::Io(error) => failed("reading the backup")(error),
        _ => AdminError::invalid("file", "file: the backup is damaged, or in a form of age that is not known here"),
    };
    let decryptor = Decryptor::new_buffered(opened).map_err(refused)?;
    let reader = decryptor.decrypt(identities.iter().map(|identity| identity as &dyn age::Identity));
    Ok(Box::new(reader.map_err(refused)?))
}
