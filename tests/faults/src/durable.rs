//! What the disk would hold if power were lost now: a copy of each file as it was when it was last made durable. Called
//! by `calls` after each point. Invariant: bytes that nobody asked the disk to keep are in no copy. Names are kept in
//! order, as a journalling file system does: a file that was renamed before its bytes were durable is empty there.

use std::sync::OnceLock;

use crate::machine;
use crate::point::Deed;

static FOLDER: OnceLock<Option<String>> = OnceLock::new();

/// The copy of a path below the folder under test.
fn copy_of(folder: &str, path: &str) -> Option<String> {
    // A process under test that nobody asks about it does without.
    let kept = FOLDER
        .get_or_init(|| machine::variable(c"FOOTBRIDGE_FAULTS_DURABLE").filter(|folder| machine::is_folder(folder)))
        .as_ref()?;
    let below = path.strip_suffix(" (deleted)").unwrap_or(path).strip_prefix(folder.trim_end_matches('/'))?;
    Some(format!("{kept}{below}"))
}

/// Notes what was done to a file.
pub fn note(folder: &str, deed: Deed, path: &str, from: Option<&str>) {
    let Some(copy) = copy_of(folder, path) else { return };
    // A wal-index lives in memory alone.
    if path.ends_with("-shm") {
        return;
    }
    match deed {
        Deed::Write | Deed::Resize => {}
        Deed::Sync => {
            if let Some(bytes) = machine::read(path) {
                machine::write(&copy, &bytes, false);
            }
        }
        Deed::Make if machine::is_folder(path) => machine::make_folders(&copy),
        Deed::Make => {
            // A second name for what is there already is as durable as that.
            let bytes = from.and_then(|from| copy_of(folder, from)).and_then(|from| machine::read(&from));
            machine::write(&copy, &bytes.unwrap_or_default(), false);
        }
        Deed::Rename => {
            if let Some(from) = from.and_then(|from| copy_of(folder, from)) {
                machine::rename(&from, &copy);
            }
        }
        Deed::Remove => machine::remove(&copy),
    }
}
