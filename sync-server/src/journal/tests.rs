#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::Write;
use std::path::{Path, PathBuf};

use super::*;
use crate::environment::SystemRandom;

const NOW: Timestamp = Timestamp(1_795_341_600_000);

fn erased(number: u8) -> Entry {
    let programme = ProgrammeId::from_bytes([7; 16]);
    Entry::Erased { programme, id: DocumentId::from_bytes([number; 16]), by: None, expired: true }
}

fn open(path: &Path, now: Timestamp) -> Journal {
    Journal::open(path, Some(now), &SystemRandom).unwrap()
}

fn path(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join(FILE)
}

fn entries(path: &Path) -> Vec<Entry> {
    read(path).unwrap().unwrap().lines.into_iter().map(|line| line.entry).collect()
}

#[test]
fn what_was_written_is_read_in_order_whatever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder);
    let (programme, person) = (ProgrammeId::from_bytes([7; 16]), PersonId::from_bytes([1; 16]));
    let (device, actor) = (DeviceId::from_bytes([2; 16]), Actor::from_bytes([3; 16]));
    let districts = BTreeSet::from(["Dalhem".to_owned()]);
    let all = [
        Entry::Programme { programme },
        Entry::Member { programme, person, role: Role::Volunteer, districts: districts.clone() },
        Entry::Role { programme, person, role: Role::Coordinator, districts },
        Entry::Invited { programme, person, token_hash: [0xa4; 32], expires_at: NOW, by: Some(person), from: None },
        Entry::InvitationEnded { programme, token_hash: [0xa4; 32] },
        Entry::Device { programme, person, device, public_key: [5; 32] },
        Entry::Used { token_hash: [0xa4; 32], device },
        Entry::Actor { programme, actor, device: Some(device), person: None },
        Entry::Revoked { programme, person, device: None, wipe: true },
        Entry::Reinstated { programme, person },
        Entry::Discarded { programme, device, record: DocumentId::from_bytes([8; 16]) },
        Entry::Admitted { programme, person },
        Entry::Moved {
            programme,
            record: DocumentId::from_bytes([8; 16]),
            scope: "district/Dalhem".to_owned(),
            left: true,
        },
        erased(9),
    ];
    let mut journal = open(&path, NOW);
    journal.append(&all[..4], NOW).unwrap();
    journal.append(&all[4..], NOW).unwrap();
    drop(journal);
    let read = read(&path).unwrap().unwrap();
    assert_eq!(read.lines.iter().map(|line| line.n).collect::<Vec<_>>(), (0..14).collect::<Vec<_>>());
    assert_eq!(entries(&path), all);
}

#[test]
fn a_torn_last_line_is_as_if_it_had_never_been_begun() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder);
    open(&path, NOW).append(&[erased(1)], NOW).unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(br#"{"n":1,"at":17953416"#).unwrap();
    assert_eq!(entries(&path), [erased(1)]);
    open(&path, NOW).append(&[erased(2)], NOW).unwrap();
    assert_eq!(entries(&path), [erased(1), erased(2)]);
}

#[test]
fn a_damaged_line_or_one_that_is_missing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder);
    open(&path, NOW).append(&[erased(1), erased(2), erased(3)], NOW).unwrap();
    let whole = std::fs::read_to_string(&path).unwrap();
    let without_the_second: Vec<_> = whole.lines().enumerate().filter(|(at, _)| *at != 2).map(|line| line.1).collect();
    for wrong in [without_the_second.join("\n") + "\n", whole.replacen("erased", "other", 1)] {
        std::fs::write(&path, wrong).unwrap();
        assert!(read(&path).is_err());
        assert!(Journal::open(&path, Some(NOW), &SystemRandom).is_err());
    }
}

#[test]
fn what_is_older_than_any_backup_goes_and_the_numbers_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder);
    let mut journal = open(&path, NOW);
    journal.append(&[erased(1)], NOW).unwrap();
    journal.append(&[erased(2)], NOW.plus_millis(KEPT_MILLIS)).unwrap();
    let id = read(&path).unwrap().unwrap().id;
    drop(journal);
    let mut journal = open(&path, NOW.plus_millis(KEPT_MILLIS + 1));
    journal.append(&[erased(3)], NOW.plus_millis(KEPT_MILLIS + 1)).unwrap();
    let read = read(&path).unwrap().unwrap();
    assert_eq!((read.id, read.from, read.lines.len()), (id, 1, 2));
    assert_eq!(entries(&path), [erased(2), erased(3)]);
}

#[test]
fn it_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder);
    open(&path, NOW);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}
