//! Tables `scopes`, `entries` and `commits`: the one ordered log of a programme. Written by `records` and drafts,
//! read by pull. Invariant: of each (document, scope) only the latest entry is kept; a seq is given out once; every
//! seq belongs to one commit, and the commit's mark tells whether a cursor is of this log.

use std::collections::BTreeSet;

use footbridge_model::{DocumentId, PersonId, ProgrammeId, Scope, Timestamp};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::digests;
use super::documents::{self, SENT_COLUMNS, SentRow};
use super::drafts::{self, DraftRow};
use super::error::{Attempt, StorageError};
use super::writer::Writing;
use crate::journal;

/// How long a cursor can rest and still go on where it was.
const REMEMBERED_MILLIS: i64 = 400 * 24 * 60 * 60 * 1000;

/// A place in a programme's log. The first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seq(pub u64);

/// Where a log ends, and the mark of its last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The highest seq; 0 where nothing was logged.
    pub seq: Seq,
    /// The last commit's mark.
    pub mark: [u8; 8],
}

/// Which way a scope is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What is lower than this, highest first: a cold start.
    Below(Seq),
    /// What is higher than this, lowest first.
    Above(Seq),
}

/// What an entry stands for, as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A document.
    Document(SentRow),
    /// A draft of the reader's own.
    Draft(DraftRow),
    /// It has left the scope.
    Gone,
    /// It is here no more as it was written. Nobody is told anything else of it.
    Damaged,
}

/// The end of a programme's log.
pub fn head(connection: &Connection, programme: ProgrammeId) -> Result<Head, StorageError> {
    let found = connection
        .prepare_cached("SELECT last_seq, mark FROM commits WHERE programme = ?1 ORDER BY last_seq DESC LIMIT 1")
        .and_then(|mut statement| {
            statement
                .query_row(params![programme.as_bytes()], |row| {
                    Ok(Head { seq: Seq(row.get::<_, i64>(0)?.unsigned_abs()), mark: row.get(1)? })
                })
                .optional()
        })
        .attempt("reading the head of a log")?;
    Ok(found.unwrap_or(Head { seq: Seq(0), mark: [0; 8] }))
}

/// The mark of the commit that a seq belongs to.
pub fn mark_of(connection: &Connection, programme: ProgrammeId, seq: Seq) -> Result<Option<[u8; 8]>, StorageError> {
    connection
        .prepare_cached("SELECT mark FROM commits WHERE programme = ?1 AND last_seq >= ?2 ORDER BY last_seq LIMIT 1")
        .and_then(|mut statement| {
            statement.query_row(params![programme.as_bytes(), signed(seq)], |row| row.get(0)).optional()
        })
        .attempt("reading the mark of a commit")
}

pub(super) fn insert_commit(
    connection: &Connection,
    programme: ProgrammeId,
    last: Seq,
    mark: [u8; 8],
    at: Timestamp,
) -> Result<(), StorageError> {
    connection
        .prepare_cached("INSERT INTO commits (programme, last_seq, mark, at) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut statement| statement.execute(params![programme.as_bytes(), signed(last), mark, at.0]))
        .attempt("marking a commit")?;
    Ok(())
}

/// Who may read a document: the scopes that it stands in.
pub fn audience(connection: &Connection, document: DocumentId) -> Result<BTreeSet<Scope>, StorageError> {
    Ok(standing(connection, document)?.into_iter().filter(Standing::is_read).map(|row| row.scope).collect())
}

/// Every scope that a document or draft stands in, or has stood in, as far as that is remembered.
pub fn stood(connection: &Connection, document: DocumentId) -> Result<BTreeSet<Scope>, StorageError> {
    Ok(standing(connection, document)?.into_iter().map(|row| row.scope).collect())
}

/// Logs a document that was not here before in every scope of its audience.
pub fn begin(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    document: DocumentId,
    digest: u64,
    audience: &BTreeSet<Scope>,
) -> Result<(), StorageError> {
    let seq = writing.next_seq(programme)?;
    audience.iter().try_for_each(|scope| {
        put(writing, programme, &Entry { scope, seq, document, gone: false, digest: Some(digest) }, None)
    })
}

/// Logs a document anew in every scope of its audience, and that it has left those that it stood in before.
pub fn publish(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    document: DocumentId,
    audience: &BTreeSet<Scope>,
) -> Result<(), StorageError> {
    let seq = writing.next_seq(programme)?;
    let before = standing(writing.connection(), document)?;
    for row in before.iter().filter(|row| row.is_read() && !audience.contains(&row.scope)) {
        put(writing, programme, &Entry { scope: &row.scope, seq, document, gone: true, digest: None }, Some(row))?;
        writing.journal(moved(programme, document, &row.scope, true));
    }
    let digest = digests::written(writing.connection(), document)?;
    for scope in audience {
        let here = before.iter().find(|row| row.scope == *scope);
        if here.is_some_and(|row| row.gone) {
            writing.journal(moved(programme, document, scope, false));
        }
        put(writing, programme, &Entry { scope, seq, document, gone: false, digest }, here)?;
    }
    Ok(())
}

/// Logs that a document or draft is gone from every scope that it stood in.
pub fn withdraw(writing: &mut Writing<'_>, programme: ProgrammeId, document: DocumentId) -> Result<(), StorageError> {
    let mut stood = standing(writing.connection(), document)?;
    stood.retain(|row| !row.gone);
    if stood.is_empty() {
        return Ok(());
    }
    let seq = writing.next_seq(programme)?;
    stood.iter().try_for_each(|row| {
        put(writing, programme, &Entry { scope: &row.scope, seq, document, gone: true, digest: None }, Some(row))
    })
}

fn moved(programme: ProgrammeId, record: DocumentId, scope: &Scope, left: bool) -> journal::Entry {
    journal::Entry::Moved { programme, record, scope: scope.to_string(), left }
}

/// Logs of a record that a backup does not know that it had left a scope, or that it had come back to it: who had it
/// from there before the loss, and had not heard of its leaving, is told.
pub fn tell_of_move(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    document: DocumentId,
    scope: &Scope,
    left: bool,
) -> Result<(), StorageError> {
    let before = standing(writing.connection(), document)?;
    let here = before.iter().find(|row| row.scope == *scope);
    if before.iter().any(Standing::is_read) || here.is_some_and(|row| row.gone) == left {
        return Ok(());
    }
    match here {
        Some(row) if !left => {
            let ids = params![row.number, document.as_bytes()];
            let sql = "DELETE FROM entries WHERE scope = ?1 AND document = ?2 AND gone = 1";
            writing.connection().execute(sql, ids).attempt("taking back that a record left").map(drop)
        }
        _ => {
            let seq = writing.next_seq(programme)?;
            put(writing, programme, &Entry { scope, seq, document, gone: true, digest: None }, here)
        }
    }
}

/// Logs to every member that a document is gone, whoever had it.
pub fn tell_everyone(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    document: DocumentId,
) -> Result<(), StorageError> {
    let seq = writing.next_seq(programme)?;
    let scope = &Scope::Programme;
    let before = standing(writing.connection(), document)?;
    let here = before.iter().find(|row| row.scope == *scope);
    put(writing, programme, &Entry { scope, seq, document, gone: true, digest: None }, here)
}

/// Logs that a person's draft has changed, or is gone.
pub fn publish_draft(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    person: PersonId,
    draft: DocumentId,
    gone: bool,
) -> Result<(), StorageError> {
    let seq = writing.next_seq(programme)?;
    let scope = Scope::Drafts(person);
    put(writing, programme, &Entry { scope: &scope, seq, document: draft, gone, digest: None }, None)
}

/// How many entries lie that way.
pub fn count(connection: &Connection, programme: ProgrammeId, scope: &Scope, way: Way) -> Result<u64, StorageError> {
    let Some(number) = number_of(connection, programme, scope)? else { return Ok(0) };
    let (low, high) = match way {
        Way::Below(seq) => (0, signed(seq).saturating_sub(1)),
        Way::Above(seq) => (signed(seq).saturating_add(1), i64::MAX),
    };
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM entries WHERE scope = ?1 AND seq BETWEEN ?2 AND ?3")
        .and_then(|mut statement| statement.query_row(params![number, low, high], |row| row.get(0)))
        .attempt("counting what is still to send")?;
    Ok(count.unsigned_abs())
}

/// What has been written in a scope since a place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// How many entries, counted up to a bound.
    pub entries: u64,
    /// Whether one of them left the scope, was erased, or had its words taken back: what was read of the scope before
    /// that must not be given to anybody any more.
    pub takes_back: bool,
}

/// What has been written in a scope since `seq`; at most `most` entries are looked at.
pub fn since(
    connection: &Connection,
    programme: ProgrammeId,
    scope: &Scope,
    seq: Seq,
    most: u64,
) -> Result<Since, StorageError> {
    let Some(number) = number_of(connection, programme, scope)? else {
        return Ok(Since { entries: 0, takes_back: true });
    };
    connection
        .prepare_cached(
            "SELECT count(*), coalesce(max(e.gone OR d.id IS NULL OR d.generation > 0), 0)
             FROM (SELECT document, gone FROM entries WHERE scope = ?1 AND seq > ?2 LIMIT ?3) e
             LEFT JOIN documents d ON d.id = e.document",
        )
        .and_then(|mut statement| {
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            statement.query_row(params![number, signed(seq), most], |row| {
                Ok(Since { entries: row.get::<_, i64>(0)?.unsigned_abs(), takes_back: row.get(1)? })
            })
        })
        .attempt("asking what was written since")
}

/// Shows the entries that lie that way one after the other, for as long as `each` wants more. Says whether it saw
/// them all.
pub fn walk(
    connection: &Connection,
    programme: ProgrammeId,
    scope: &Scope,
    way: Way,
    mut each: impl FnMut(Seq, DocumentId, Content) -> bool,
) -> Result<bool, StorageError> {
    let Some(number) = number_of(connection, programme, scope)? else { return Ok(true) };
    let (condition, from) = match way {
        Way::Below(seq) => ("e.seq < ?2 ORDER BY e.seq DESC", signed(seq)),
        Way::Above(seq) => ("e.seq > ?2 ORDER BY e.seq", signed(seq)),
    };
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT e.seq, e.document, e.gone, {SENT_COLUMNS}
             FROM entries e LEFT JOIN documents d ON d.id = e.document AND e.gone = 0
             WHERE e.scope = ?1 AND {condition}"
        ))
        .attempt("reading the log")?;
    let mut rows = statement.query(params![number, from]).attempt("reading the log")?;
    while let Some(row) = rows.next().attempt("reading the log")? {
        let seq = Seq(row.get::<_, i64>(0).attempt("reading a seq")?.unsigned_abs());
        let id = DocumentId::from_bytes(row.get(1).attempt("reading an entry's document")?);
        let gone: bool = row.get(2).attempt("reading an entry")?;
        let content = if gone {
            Content::Gone
        } else if matches!(scope, Scope::Drafts(_)) {
            drafts::find(connection, id)?.map_or(Content::Gone, Content::Draft)
        } else {
            let sent = documents::read_sent(row, 3).attempt("reading a document to send")?;
            sent.filter(|sent| sent.is_sound(id)).map_or(Content::Damaged, Content::Document)
        };
        if !each(seq, id, content) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets go of commits that no cursor needs any more, and of the leavings before them.
pub(super) fn prune(connection: &mut Connection, now: Timestamp) -> Result<(), StorageError> {
    let old = now.plus_millis(-REMEMBERED_MILLIS).0;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).attempt("beginning to prune")?;
    transaction
        .execute(
            "DELETE FROM entries WHERE gone = 1 AND seq <= coalesce(
                (SELECT max(c.last_seq) FROM commits c JOIN scopes s ON s.programme = c.programme
                 WHERE s.number = entries.scope AND c.at < ?1), 0)",
            params![old],
        )
        .attempt("pruning what has left")?;
    transaction
        .execute(
            "DELETE FROM commits WHERE at < ?1 AND last_seq <
                (SELECT max(c.last_seq) FROM commits c WHERE c.programme = commits.programme)",
            params![old],
        )
        .attempt("pruning commits")?;
    transaction.commit().attempt("ending to prune")
}

/// Where a document stands in the log.
struct Standing {
    number: i64,
    scope: Scope,
    gone: bool,
    digest: Option<u64>,
}

impl Standing {
    /// Whether the document can be read through this scope.
    fn is_read(&self) -> bool {
        !self.gone && !matches!(self.scope, Scope::Drafts(_))
    }
}

fn standing(connection: &Connection, document: DocumentId) -> Result<Vec<Standing>, StorageError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT s.number, s.name, e.gone, e.digest FROM entries e JOIN scopes s ON s.number = e.scope
             WHERE e.document = ?1",
        )
        .attempt("reading the audience of a document")?;
    let mut rows = statement.query(params![document.as_bytes()]).attempt("reading the audience of a document")?;
    let mut standing = Vec::new();
    while let Some(row) = rows.next().attempt("reading the audience of a document")? {
        let read = || Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get::<_, Option<i64>>(3)?));
        let (number, name, gone, digest) = read().attempt("reading the audience of a document")?;
        let scope = name.parse().map_err(|_| StorageError::Damaged("the name of a scope"))?;
        standing.push(Standing { number, scope, gone, digest: digest.map(i64::cast_unsigned) });
    }
    Ok(standing)
}

/// An entry to be written.
struct Entry<'a> {
    scope: &'a Scope,
    seq: Seq,
    document: DocumentId,
    gone: bool,
    digest: Option<u64>,
}

/// Writes an entry, in the place of the one before it if there is one.
fn put(
    writing: &mut Writing<'_>,
    programme: ProgrammeId,
    entry: &Entry<'_>,
    before: Option<&Standing>,
) -> Result<(), StorageError> {
    let number = match before {
        Some(before) => before.number,
        None => number_or_new(writing, programme, entry.scope)?,
    };
    writing
        .connection()
        .prepare_cached(
            "INSERT INTO entries (scope, seq, document, gone, digest) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (document, scope) DO UPDATE SET seq = ?2, gone = ?4, digest = ?5",
        )
        .and_then(|mut statement| {
            let digest = entry.digest.map(u64::cast_signed);
            statement.execute(params![number, signed(entry.seq), entry.document.as_bytes(), entry.gone, digest])
        })
        .attempt("writing an entry")?;
    writing.moves().note(number, before.and_then(|before| before.digest), entry.digest);
    writing.touch(programme, entry.scope.clone());
    Ok(())
}

fn number_or_new(writing: &mut Writing<'_>, programme: ProgrammeId, scope: &Scope) -> Result<i64, StorageError> {
    if let Some(number) = writing.remembered().scope(programme, scope) {
        return Ok(number);
    }
    let connection = writing.connection();
    let number = match number_of(connection, programme, scope)? {
        Some(number) => number,
        None => {
            let name = scope.to_string();
            connection
                .execute("INSERT INTO scopes (programme, name) VALUES (?1, ?2)", params![programme.as_bytes(), name])
                .attempt("naming a scope")?;
            connection.last_insert_rowid()
        }
    };
    writing.remembered().set_scope(programme, scope, number);
    Ok(number)
}

pub(super) fn number_of(
    connection: &Connection,
    programme: ProgrammeId,
    scope: &Scope,
) -> Result<Option<i64>, StorageError> {
    connection
        .prepare_cached("SELECT number FROM scopes WHERE programme = ?1 AND name = ?2")
        .and_then(|mut statement| {
            statement.query_row(params![programme.as_bytes(), scope.to_string()], |row| row.get(0)).optional()
        })
        .attempt("looking for a scope")
}

/// SQLite's integers are signed; a seq never comes near their end.
fn signed(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
