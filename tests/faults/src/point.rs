//! The names of points: what is done, and to which file by its role. Called for every write; pure. Invariant: a name
//! is the same in every run, whatever numbers or dates stand in the file's own name.

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Bytes are written.
    Write,
    /// What was written is made durable.
    Sync,
    /// It is made shorter or longer.
    Resize,
    /// It comes into being, or a folder does.
    Make,
    /// It gets another name; the name of the point is the new one.
    Rename,
    /// It goes.
    Remove,
}

impl Deed {
    /// Its word in the name of a point.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Resize => "resize",
            Self::Make => "make",
            Self::Rename => "rename",
            Self::Remove => "remove",
        }
    }

    /// Whether a full disk refuses it.
    pub const fn needs_room(self) -> bool {
        matches!(self, Self::Write | Self::Resize | Self::Make)
    }
}

/// Folders whose files have a role of their own.
const STAGING: [&str; 1] = ["restore.staging"];

/// What comes after these words in a file's name differs from run to run.
const DATED: [&str; 2] = [".before-restore-", ".damaged-"];

/// The role of a file below the folder under test; `None` where it is not below it.
pub fn role(folder: &str, path: &str) -> Option<String> {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    let below = path.strip_prefix(folder.trim_end_matches('/'))?;
    if below.is_empty() {
        return Some("folder".to_owned());
    }
    let mut names: Vec<&str> = below.strip_prefix('/')?.split('/').filter(|name| !name.is_empty()).collect();
    let name = names.pop().unwrap_or("folder");
    let name = match DATED.iter().find_map(|dated| name.find(dated).map(|at| at + dated.len() - 1)) {
        Some(end) => name.get(..end).unwrap_or(name),
        None if name.starts_with('.') && name.ends_with(".backing-up") => "backup.unfinished",
        None => name,
    };
    match names.last() {
        Some(parent) if STAGING.contains(parent) => Some(format!("{parent}/{name}")),
        _ => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::role;

    #[test]
    fn a_file_is_known_by_its_role_wherever_the_folder_lies() {
        let roles = [
            ("/tmp/x", "folder"),
            ("/tmp/x/store/footbridge.db-wal", "footbridge.db-wal"),
            ("/tmp/x/store/footbridge.db-wal (deleted)", "footbridge.db-wal"),
            ("/tmp/x/data/restore.staging/footbridge.sqlite", "restore.staging/footbridge.sqlite"),
            ("/tmp/x/.backup.tar.4711.backing-up", "backup.unfinished"),
            ("/tmp/x/data/identity.key.before-restore-20261122T100000-2", "identity.key.before-restore"),
        ];
        for (path, expected) in roles {
            assert_eq!(role("/tmp/x/", path).as_deref(), Some(expected), "{path}");
        }
        for elsewhere in ["/tmp/xy/footbridge.db", "/var/lib/footbridge.db", "socket:[4711]", "/tmp"] {
            assert_eq!(role("/tmp/x", elsewhere), None, "{elsewhere}");
        }
    }
}
