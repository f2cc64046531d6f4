//! Tests of the log, through a real writer.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;

use super::super::testing::{memory, visit, with_amina};
use super::super::{News, Storage};
use super::*;
use crate::environment::{SystemClock, SystemRandom};
use crate::journal::{self, Entry};

struct Opened {
    storage: Storage,
    folder: tempfile::TempDir,
    programme: ProgrammeId,
    person: PersonId,
}

async fn opened() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite");
    let storage = Storage::open(&path, Arc::new(SystemClock), Arc::new(SystemRandom)).unwrap();
    let add = |writing: &mut Writing<'_>| {
        let (programme, device) = with_amina(writing.connection());
        Ok::<_, StorageError>((programme, device.person))
    };
    let (programme, person) = storage.write(add).await.unwrap();
    Opened { storage, folder, programme, person }
}

impl Opened {
    async fn publish(&self, number: u8, scopes: &[Scope]) {
        let row = visit(self.programme, self.person, number);
        let scopes: BTreeSet<_> = scopes.iter().cloned().collect();
        let written = self.storage.write(move |writing| {
            documents::put(writing.connection(), &row, writing.now())?;
            publish(writing, row.programme, row.id, &scopes)
        });
        written.await.unwrap();
    }

    async fn walked(&self, scope: Scope, way: Way) -> Vec<(u64, u8, bool)> {
        let programme = self.programme;
        let read = self.storage.read(move |connection| {
            let mut seen = Vec::new();
            walk(connection, programme, &scope, way, |seq, id, content| {
                seen.push((seq.0, id.as_bytes()[0], matches!(content, Content::Gone)));
                true
            })?;
            Ok::<_, StorageError>(seen)
        });
        read.await.unwrap()
    }
}

#[tokio::test]
async fn only_the_latest_entry_of_a_document_is_kept() {
    let opened = opened().await;
    for number in [1, 2, 1, 3, 1] {
        opened.publish(number, &[Scope::Coordinators]).await;
    }
    let up = opened.walked(Scope::Coordinators, Way::Above(Seq(0))).await;
    assert_eq!(up, [(2, 2, false), (4, 3, false), (5, 1, false)]);
    let down = opened.walked(Scope::Coordinators, Way::Below(Seq(5))).await;
    assert_eq!(down, [(4, 3, false), (2, 2, false)]);
}

#[tokio::test]
async fn a_document_that_leaves_a_scope_says_so_there() {
    let opened = opened().await;
    let hers = Scope::Person(opened.person);
    opened.publish(1, &[Scope::Coordinators, hers.clone()]).await;
    opened.publish(1, &[Scope::Coordinators]).await;
    assert_eq!(opened.walked(hers, Way::Above(Seq(1))).await, [(2, 1, true)]);
    assert_eq!(opened.walked(Scope::Coordinators, Way::Above(Seq(1))).await, [(2, 1, false)]);
    let audience = opened.storage.read(|connection| audience(connection, DocumentId::from_bytes([1; 16])));
    assert_eq!(audience.await.unwrap(), BTreeSet::from([Scope::Coordinators]));
}

#[tokio::test]
async fn every_seq_belongs_to_one_commit_with_a_mark() {
    let opened = opened().await;
    let (programme, person) = (opened.programme, opened.person);
    let three = opened.storage.write(move |writing| {
        for number in 1..=3 {
            let row = visit(programme, person, number);
            documents::put(writing.connection(), &row, writing.now())?;
            publish(writing, programme, row.id, &BTreeSet::from([Scope::Coordinators]))?;
        }
        Ok::<_, StorageError>(())
    });
    three.await.unwrap();
    opened.publish(4, &[Scope::Coordinators]).await;
    let marks = opened.storage.read(move |connection| {
        let marks: Vec<_> = (0..=5).map(|seq| mark_of(connection, programme, Seq(seq)).unwrap()).collect();
        Ok::<_, StorageError>((marks, head(connection, programme)?))
    });
    let (marks, head) = marks.await.unwrap();
    assert_eq!(marks[1], marks[3]);
    assert_ne!(marks[3], marks[4]);
    assert_eq!((head.seq, Some(head.mark)), (Seq(4), marks[4]));
    assert_eq!(marks[5], None);
}

#[tokio::test]
async fn work_that_fails_or_panics_leaves_nothing_and_stops_nobody() {
    let opened = opened().await;
    let (programme, person) = (opened.programme, opened.person);
    let failing = opened.storage.write(move |writing| {
        publish(writing, programme, DocumentId::from_bytes([9; 16]), &BTreeSet::from([Scope::Coordinators]))?;
        Err::<(), _>(StorageError::Damaged("on purpose"))
    });
    let panicking = opened.storage.write(move |writing| -> Result<(), StorageError> {
        publish(writing, programme, DocumentId::from_bytes([8; 16]), &BTreeSet::from([Scope::Coordinators]))?;
        panic!("on purpose")
    });
    let working = opened.storage.write(move |writing| {
        let row = visit(programme, person, 1);
        documents::put(writing.connection(), &row, writing.now())?;
        publish(writing, programme, row.id, &BTreeSet::from([Scope::Coordinators]))
    });
    let (failed, panicked, worked) = tokio::join!(failing, panicking, working);
    assert!(matches!(failed, Err(StorageError::Damaged(_))));
    assert!(matches!(panicked, Err(StorageError::Stopped)));
    worked.unwrap();
    assert_eq!(opened.walked(Scope::Coordinators, Way::Above(Seq(0))).await, [(1, 1, false)]);
}

#[tokio::test]
async fn news_tell_which_scopes() {
    let opened = opened().await;
    let mut listening = opened.storage.news();
    opened.publish(1, &[Scope::Coordinators, Scope::Person(opened.person)]).await;
    let News { programme, scopes } = listening.recv().await.unwrap();
    assert_eq!(programme, opened.programme);
    assert_eq!(*scopes, BTreeSet::from([Scope::Coordinators, Scope::Person(opened.person)]));
}

#[tokio::test]
async fn what_waits_is_counted_both_ways() {
    let opened = opened().await;
    for number in 1..=4 {
        opened.publish(number, &[Scope::Coordinators]).await;
    }
    let programme = opened.programme;
    let counts = opened.storage.read(move |connection| {
        let count = |way| count(connection, programme, &Scope::Coordinators, way).unwrap();
        let district = super::count(connection, programme, &Scope::District("Dalhem".to_owned()), Way::Above(Seq(0)));
        Ok::<_, StorageError>((count(Way::Above(Seq(1))), count(Way::Below(Seq(4))), district.unwrap()))
    });
    assert_eq!(counts.await.unwrap(), (3, 3, 0));
}

#[test]
fn old_commits_and_what_left_before_them_are_let_go() {
    let mut connection = memory();
    let (programme, _) = with_amina(&connection);
    connection
        .execute(
            "INSERT INTO scopes (number, programme, name) VALUES (1, ?1, 'coordinators')",
            params![programme.as_bytes()],
        )
        .unwrap();
    for (seq, gone) in [(1, 1), (2, 0), (3, 1)] {
        connection
            .execute(
                "INSERT INTO entries (scope, seq, document, gone) VALUES (1, ?1, ?2, ?3)",
                params![seq, [seq as u8; 16], gone],
            )
            .unwrap();
        insert_commit(&connection, programme, Seq(seq as u64), [seq as u8; 8], Timestamp(i64::from(seq))).unwrap();
    }
    prune(&mut connection, Timestamp(REMEMBERED_MILLIS + 3)).unwrap();
    let left: Vec<i64> = connection
        .prepare("SELECT seq FROM entries ORDER BY seq")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(left, [2, 3]);
    assert_eq!(mark_of(&connection, programme, Seq(3)).unwrap(), Some([3; 8]));
    assert_eq!(head(&connection, programme).unwrap().seq, Seq(3));
}

/// Drafts of many sizes come and go, so that pages are split, filled and emptied; then no file holds what went.
#[tokio::test]
async fn what_was_taken_back_is_in_no_file_after_the_stop() {
    use super::super::drafts::{self, DraftRow};
    let opened = opened().await;
    let (programme, person) = (opened.programme, opened.person);
    let mut seed = 7_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut current = std::collections::BTreeMap::new();
    let mut gone = BTreeSet::new();
    for round in 0_u64..600 {
        let mut id = [7; 16];
        id[0] = u8::try_from(next(40) * 6).unwrap();
        id[15] = id[0] / 6;
        let words = format!("<words of round {round:04}>");
        let is_removed = next(4) == 0;
        let body =
            words.repeat(1 + usize::try_from(next(if round % 10 == 0 { 400 } else { 20 })).unwrap()).into_bytes();
        gone.extend(current.remove(&id));
        if !is_removed {
            current.insert(id, words);
        }
        let id = DocumentId::from_bytes(id);
        let changed = opened.storage.write(move |writing| {
            if is_removed {
                drafts::delete(writing.connection(), id)?;
            } else {
                let row = DraftRow { id, programme, person, kind: "note".to_owned(), mark: [1; 8], on: None, body };
                drafts::put(writing.connection(), &row)?;
            }
            publish_draft(writing, programme, person, id, is_removed)
        });
        changed.await.unwrap();
    }
    opened.storage.stop().await;
    let mut everything = Vec::new();
    for entry in std::fs::read_dir(opened.folder.path()).unwrap() {
        everything.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let everything = String::from_utf8_lossy(&everything);
    assert!(current.values().all(|words| everything.contains(words.as_str())));
    let found: Vec<_> = gone.iter().filter(|words| everything.contains(words.as_str())).collect();
    assert!(found.is_empty() && gone.len() > 300, "{} of {} are still there: {found:?}", found.len(), gone.len());
    assert!(opened.storage.read(move |connection| head(connection, programme)).await.is_err());
}

#[tokio::test]
async fn the_journal_holds_what_was_kept_and_not_what_was_taken_back() {
    let opened = opened().await;
    let programme = opened.programme;
    let entry = move |number| {
        let id = DocumentId::from_bytes([number; 16]);
        Entry::Erased { programme, id, by: None, expired: false }
    };
    let write = |number, outcome: Result<(), StorageError>| {
        opened.storage.write(move |writing| {
            writing.journal(entry(number));
            outcome
        })
    };
    write(1, Ok(())).await.unwrap();
    write(2, Err(StorageError::Stopped)).await.unwrap_err();
    write(3, Ok(())).await.unwrap();
    let read = journal::read(&opened.folder.path().join(journal::FILE)).unwrap().unwrap();
    assert_eq!(read.lines.into_iter().map(|line| line.entry).collect::<Vec<_>>(), [entry(1), entry(3)]);
}
