//! Puts a backup in the place of a data folder's database. Called by the command line, while no server runs there.
//! Invariant: what is in the folder stays as it is until the backup has been looked at to the last byte and told what
//! the journal knows; then it is set aside, never deleted; a restore that is broken off in between is ended at the
//! next start.

mod folder;
mod replay;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use footbridge_model::{Clock, RandomSource, Timestamp};
use serde_json::{Value, json};

use crate::admin::AdminError;
use crate::backup::{self, Manifest, Signer, Unpacking};
use crate::error::ServerError;
use crate::journal::{self, Journalled};
use crate::state::{self, DATABASE};
use crate::storage::{self, Storage, StorageError};
use crate::{files, identity};
use folder::Staging;
use replay::Told;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreOptions {
    /// The backup.
    pub file: PathBuf,
    /// The file with the age identity that opens it.
    pub identity: Option<PathBuf>,
    /// Restore without knowing what happened since: nobody is admitted then.
    pub without_journal: bool,
    /// Restore although nothing says that this server made the backup.
    pub unsigned: bool,
}

/// What is known of the time after the backup.
enum Since {
    /// All that must not be forgotten, as far as the journal goes.
    Known {
        /// What happened since the backup.
        lines: Vec<Journalled>,
        /// When the last line was written: what happened after it is not known.
        until: Option<Timestamp>,
    },
    /// Nothing.
    Unknown,
}

/// Restores; answers with what came of it. The caller holds the folder's lock.
pub async fn restore(
    data: &Path,
    options: &RestoreOptions,
    clock: Arc<dyn Clock>,
    random: Arc<dyn RandomSource>,
) -> Result<Value, AdminError> {
    state::make_folder(data)?;
    if files::is_anothers(data).map_err(backup::failed_at("looking at the data folder", data))? {
        let message = "the data folder belongs to another user: restore as that user, or as root";
        return Err(AdminError::invalid("data", message));
    }
    // Where one that was broken off cannot be ended, this one takes its place.
    drop(folder::finish(data));
    let identities = options.identity.as_deref().map(backup::identities).transpose()?.unwrap_or_default();
    let source = backup::unsealed(&options.file, &identities)?;
    let staging = Staging::begin(data)?;
    let (manifest, signer) = backup::unpack(source, staging.path()).map_err(refused)?;
    let is_signed = check_signer(data, staging.path(), &signer)?;
    if !is_signed && !options.unsigned {
        let message = "unsigned: the server of this data folder did not make this backup: somebody else may have, or it was \
                       changed. If you know where it comes from, add --unsigned";
        return Err(AdminError::invalid("unsigned", message));
    }
    let database = staging.path().join(DATABASE);
    drop(storage::open_whole(&database)?);
    storage::schema_of(&database)?;
    let since = since(data, &manifest, options.without_journal)?;
    let (is_known, until) = match &since {
        Since::Known { until, .. } => (true, *until),
        Since::Unknown => (false, None),
    };
    let now = clock.now();
    let newest = newest(data, &since, manifest.made_at);
    let (told, is_in_doubt) = prepare(&database, since, manifest.made_at, newest, clock, random).await?;
    let giving = backup::failed_at("giving the files to the folder's owner", data);
    files::give_to_owner(data).map_err(&giving)?;
    let aside = folder::swap(data, staging, is_known, now)?;
    files::give_to_owner(data).map_err(&giving)?;
    Ok(json!({
        "made_at": manifest.made_at.to_string(),
        "programmes": manifest.holds.programmes,
        "people": manifest.holds.people,
        "records": manifest.holds.records,
        "drafts": manifest.holds.drafts,
        "with_journal": is_known,
        "journal_until": until.map(|until| until.to_string()),
        "replayed": told.lines,
        "erased": told.erased,
        "held": told.held,
        "signed": is_signed,
        "clock_in_doubt": is_in_doubt,
        "set_aside": aside,
    }))
}

/// Whether the server of this folder made the backup; where the folder has no key yet, the server whose key is in it.
fn check_signer(data: &Path, unpacked: &Path, signer: &Signer) -> Result<bool, AdminError> {
    let here = data.join(identity::FILE);
    let from = if here.exists() { data } else { unpacked };
    Ok(signer.is(&identity::load(from)?))
}

fn refused(unpacking: Unpacking) -> AdminError {
    match unpacking {
        Unpacking::Damaged => {
            AdminError::invalid("file", "file: not a backup of footbridge-server, or damaged; nothing was changed")
        }
        Unpacking::Newer => AdminError::invalid("file", "file: made by a newer footbridge-server; use that one"),
        Unpacking::Writing(error) => backup::failed("unpacking the backup")(error),
    }
}

/// What the journal in the folder knows of the time after the backup; refuses where that is nothing, unless that is
/// what was asked for.
fn since(data: &Path, manifest: &Manifest, without_journal: bool) -> Result<Since, AdminError> {
    let read = journal::read(&data.join(journal::FILE));
    let why = match (&read, &manifest.journal) {
        (_, None) => "the backup was made without a journal",
        (Err(_), _) => "the journal in the data folder is damaged",
        (Ok(None), _) => "there is no journal in the data folder",
        (Ok(Some(read)), Some(place)) if read.id != place.id => "the journal in the data folder is another server's",
        (Ok(Some(read)), Some(place)) if read.from > place.next => {
            "the backup is older than what the journal goes back to"
        }
        (Ok(Some(read)), Some(place)) if read.next() < place.next => {
            "the journal in the data folder is older than the backup"
        }
        (Ok(Some(_)), Some(_)) => "",
    };
    match (read, &manifest.journal) {
        (Ok(Some(read)), Some(place)) if why.is_empty() => {
            if without_journal {
                let message = "the journal is here and fits the backup: leave --without-journal away";
                return Err(AdminError::invalid("without_journal", message));
            }
            let until = read.lines.last().map(|line| line.at);
            Ok(Since::Known { lines: read.lines.into_iter().filter(|line| line.n >= place.next).collect(), until })
        }
        _ if without_journal => Ok(Since::Unknown),
        _ => Err(AdminError::invalid(
            "without_journal",
            format!(
                "{why}: what was erased since the backup would come back, and who was revoked since would get in. Put the \
             journal (footbridge.journal) of the server that broke into the data folder, or the latest copy of it, and \
             restore again. If it is lost, add --without-journal: then nobody is admitted until you say so, with \
             `reinstate PROGRAMME --person ID` or `--everyone`"
            ),
        )),
    }
}

/// The latest moment that the backup, the journal and the database in the folder know of.
fn newest(data: &Path, since: &Since, made_at: Timestamp) -> Timestamp {
    let journalled = match since {
        Since::Known { lines, .. } => lines.last().map(|line| line.at),
        Since::Unknown => None,
    };
    let here = storage::clock_of(&data.join(DATABASE));
    [journalled, here].into_iter().flatten().fold(made_at, Timestamp::max)
}

/// Tells the unpacked database what happened since.
async fn prepare(
    database: &Path,
    since: Since,
    made_at: Timestamp,
    newest: Timestamp,
    clock: Arc<dyn Clock>,
    random: Arc<dyn RandomSource>,
) -> Result<(Told, bool), AdminError> {
    let storage = Storage::open_unjournalled(database, Some(newest), clock, random)?;
    let told = storage.write(move |writing| {
        replay::begin_anew(writing)?;
        let is_known = matches!(since, Since::Known { .. });
        let told = match since {
            Since::Known { lines, .. } => replay::everything(writing, &lines)?,
            Since::Unknown => replay::hold(writing)?,
        };
        replay::note(writing, made_at, is_known)?;
        Ok((told, !writing.is_sure_of_time()))
    });
    let told: Result<(Told, bool), StorageError> = told.await;
    storage.stop().await;
    Ok(told?)
}

/// Ends a restore that was broken off in the folder, or takes away what it left; refuses a folder where neither can be
/// done.
pub(crate) fn finish(data: &Path) -> Result<(), ServerError> {
    folder::clear_leftovers(data);
    folder::finish(data).map_err(ServerError::HalfRestored)
}
