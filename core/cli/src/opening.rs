//! From what was typed to an opened store: its folder, its key, its passphrase. Called by `main` for every
//! command that needs records. Invariant: a store whose key is lost is never given a new one.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use footbridge_client::key::{self, StoreKey};
use footbridge_client::{Environment, Footbridge, FootbridgeError, Recovered};
use footbridge_text::{Arg, Language, text};

use crate::arguments::Arguments;
use crate::exit::Failure;
use crate::output::Output;

/// The variable with the passphrase that wraps the key file.
const PASSPHRASE: &str = "FOOTBRIDGE_PASSPHRASE";

/// How a key file begins.
const KEY_BEGINS: &[u8] = b"footbridge-key ";

/// The file in a store's folder that shows that it is one.
const DATABASE: &str = "footbridge.db";

/// The file beside it that knows its key.
const CHECK: &str = "footbridge.check";

/// A store that is open.
pub struct Opened {
    /// The phone.
    pub phone: Footbridge,
    /// Its folder.
    pub folder: PathBuf,
    /// What it stands on.
    pub environment: Environment,
}

/// Opens the store that was named, or makes it.
///
/// # Errors
/// `usage` where none was named, `locked` where the key does not fit, `file` where the folder cannot be made.
pub fn open(arguments: &Arguments, output: &Output) -> Result<Opened, Failure> {
    let Some(folder) = arguments.store.clone() else {
        return Err(Failure::Usage(text(output.language, "cli-store-needed", &[])));
    };
    // A store that is gone and that this folder is known to have had is not a new one.
    let is_new = !folder.join(DATABASE).exists() && !folder.join(CHECK).exists();
    make_folder(&folder).map_err(|_| Failure::unwritable(&folder))?;
    let environment = Environment::system()?;

    let key = load_key(arguments, &folder, is_new, &environment)?;
    let phone = Footbridge::open(&folder, &key, environment.clone()).map_err(|error| match error {
        FootbridgeError::Locked => Failure::Known { error, key: "key-wrong", named: Vec::new() },
        error => Failure::Core(error),
    })?;
    if is_new {
        let name = folder.display().to_string();
        output.aside(&text(output.language, "store-created", &[("folder", Arg::Text(&name))]));
    }
    if let Some(recovered) = phone.recovered_now() {
        for sentence in recovered_sentences(recovered, output.language) {
            output.aside(&sentence);
        }
    }
    Ok(Opened { phone, folder, environment })
}

/// What became of a damaged store, for a person.
pub fn recovered_sentences(recovered: &Recovered, language: Language) -> Vec<String> {
    let Recovered { at: _, file, unsent, complete, member } = recovered;
    let mut sentences =
        vec![text(language, "store-damaged", &[("file", Arg::Text(file)), ("count", (*unsent).into())])];
    if !complete {
        sentences.push(text(language, "store-damaged-incomplete", &[]));
    }
    if !member {
        sentences.push(text(language, "store-damaged-stranger", &[]));
    }
    sentences
}

fn load_key(
    arguments: &Arguments,
    folder: &Path,
    is_new: bool,
    environment: &Environment,
) -> Result<StoreKey, Failure> {
    let file = arguments.key_file.clone().unwrap_or_else(|| folder.join("key"));
    if !is_new && !file.exists() {
        let named = vec![("file", file.display().to_string())];
        return Err(Failure::Known { error: FootbridgeError::Locked, key: "key-missing", named });
    }
    let passphrase = passphrase()?;
    key::load_or_create(&file, passphrase.as_deref(), &*environment.random).map_err(|error| match error {
        FootbridgeError::Locked => {
            let is_key = std::fs::read(&file).is_ok_and(|bytes| bytes.starts_with(KEY_BEGINS));
            let key = match (is_key, &passphrase) {
                (false, _) => "cli-no-key",
                (true, Some(_)) => "passphrase-wrong",
                (true, None) => "passphrase-needed",
            };
            Failure::Known { error, key, named: vec![("file", file.display().to_string())] }
        }
        error => Failure::Core(error),
    })
}

/// The passphrase; an empty one is none.
fn passphrase() -> Result<Option<String>, Failure> {
    match std::env::var(PASSPHRASE) {
        Ok(passphrase) => Ok(Some(passphrase).filter(|passphrase| !passphrase.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::Usage(format!("{PASSPHRASE}: UTF-8"))),
    }
}

/// Makes the folder for its owner alone; one that is there stays as it is.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
