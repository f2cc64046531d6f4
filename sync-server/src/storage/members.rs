//! Table `members`: who belongs to a programme, as what, and where. Called by every exchange, at each request.
//! Invariant: rights are decided by this table alone, as it is at that moment.

use std::collections::BTreeSet;

use footbridge_model::{Member, PersonId, ProgrammeId, Role, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::{Attempt, StorageError};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Where she belongs.
    pub programme: ProgrammeId,
    /// Who she is and what she may.
    pub member: Member,
    /// Since when.
    pub added_at: Timestamp,
    /// When her rights were taken away.
    pub revoked_at: Option<Timestamp>,
    /// Since when she waits to be let in again, after a restore without a journal.
    pub held_at: Option<Timestamp>,
}

impl MemberRow {
    /// Somebody new.
    pub fn new(programme: ProgrammeId, member: Member, added_at: Timestamp) -> Self {
        Self { programme, member, added_at, revoked_at: None, held_at: None }
    }

    /// Whether she has her rights.
    pub fn is_active(&self) -> bool {
        self.revoked_at.is_none() && self.held_at.is_none()
    }
}

/// The columns of a [`MemberRow`].
const COLUMNS: &str = "person, programme, role, districts, added_at, revoked_at, held_at";

/// Adds a member.
pub fn insert(connection: &Connection, row: &MemberRow) -> Result<(), StorageError> {
    connection
        .execute(
            "INSERT INTO members (person, programme, role, districts, added_at, revoked_at, held_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                row.member.person.as_bytes(),
                row.programme.as_bytes(),
                row.member.role.name(),
                written(&row.member.districts)?,
                row.added_at.0,
                row.revoked_at.map(|at| at.0),
                row.held_at.map(|at| at.0),
            ],
        )
        .attempt("adding a member")?;
    Ok(())
}

/// Makes her something else.
pub fn set_role(
    connection: &Connection,
    person: PersonId,
    role: Role,
    districts: &BTreeSet<String>,
) -> Result<(), StorageError> {
    connection
        .execute(
            "UPDATE members SET role = ?2, districts = ?3 WHERE person = ?1",
            params![person.as_bytes(), role.name(), written(districts)?],
        )
        .attempt("changing a role")?;
    Ok(())
}

/// Takes her rights away, or (`None`) gives them back.
pub fn set_revoked(connection: &Connection, person: PersonId, at: Option<Timestamp>) -> Result<(), StorageError> {
    connection
        .execute("UPDATE members SET revoked_at = ?2 WHERE person = ?1", params![person.as_bytes(), at.map(|at| at.0)])
        .attempt("changing who belongs to a programme")?;
    Ok(())
}

/// Whether the programme has a coordinator with her rights beside this person.
pub fn has_another_coordinator(
    connection: &Connection,
    programme: ProgrammeId,
    person: PersonId,
) -> Result<bool, StorageError> {
    connection
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM members WHERE programme = ?1 AND person <> ?2 AND role = 'coordinator'
                AND revoked_at IS NULL AND held_at IS NULL)",
            params![programme.as_bytes(), person.as_bytes()],
            |row| row.get(0),
        )
        .attempt("looking for another coordinator")
}

fn written(districts: &BTreeSet<String>) -> Result<String, StorageError> {
    serde_json::to_string(districts).map_err(|_| StorageError::Damaged("a member's districts"))
}

/// The member with that id.
pub fn find(connection: &Connection, person: PersonId) -> Result<Option<MemberRow>, StorageError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM members WHERE person = ?1"))
        .and_then(|mut statement| statement.query_row(params![person.as_bytes()], read).optional())
        .attempt("looking for a member")?
        .transpose()
}

/// The members of a programme, in the order in which they were added.
pub fn of(connection: &Connection, programme: ProgrammeId) -> Result<Vec<MemberRow>, StorageError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM members WHERE programme = ?1 ORDER BY added_at, person"))
        .attempt("listing members")?;
    let rows = statement.query_map(params![programme.as_bytes()], read).attempt("listing members")?;
    rows.map(|row| row.attempt("listing members")?).collect()
}

/// Whether she waits to be admitted again after a restore without a journal.
pub fn is_held(connection: &Connection, person: PersonId) -> Result<bool, StorageError> {
    let held: Option<bool> = connection
        .prepare_cached("SELECT held_at IS NOT NULL FROM members WHERE person = ?1")
        .and_then(|mut statement| statement.query_row(params![person.as_bytes()], |row| row.get(0)).optional())
        .attempt("looking whether somebody is admitted")?;
    Ok(held.unwrap_or(false))
}

/// Admits nobody any more; says how many there are.
pub fn hold_everyone(connection: &Connection, at: Timestamp) -> Result<usize, StorageError> {
    connection.execute("UPDATE members SET held_at = coalesce(held_at, ?1)", params![at.0]).attempt("holding everyone")
}

/// Admits somebody again. Says whether she was held.
pub fn admit(connection: &Connection, person: PersonId) -> Result<bool, StorageError> {
    let admitted = connection
        .execute(
            "UPDATE members SET held_at = NULL WHERE person = ?1 AND held_at IS NOT NULL",
            params![person.as_bytes()],
        )
        .attempt("admitting somebody")?;
    Ok(admitted > 0)
}

/// Everybody in a programme who waits to be admitted again.
pub fn held_of(connection: &Connection, programme: ProgrammeId) -> Result<Vec<PersonId>, StorageError> {
    let mut statement = connection
        .prepare_cached("SELECT person FROM members WHERE programme = ?1 AND held_at IS NOT NULL ORDER BY person")
        .attempt("listing who is not admitted")?;
    let rows = statement
        .query_map(params![programme.as_bytes()], |row| row.get(0).map(PersonId::from_bytes))
        .attempt("listing who is not admitted")?;
    rows.collect::<Result<_, _>>().attempt("listing who is not admitted")
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<MemberRow, StorageError>> {
    let person = PersonId::from_bytes(row.get(0)?);
    let programme = ProgrammeId::from_bytes(row.get(1)?);
    let role: String = row.get(2)?;
    let districts: String = row.get(3)?;
    let added_at = Timestamp(row.get(4)?);
    let revoked_at = row.get::<_, Option<i64>>(5)?.map(Timestamp);
    let held_at = row.get::<_, Option<i64>>(6)?.map(Timestamp);
    let member = member(person, &role, &districts);
    Ok(member.map(|member| MemberRow { programme, member, added_at, revoked_at, held_at }))
}

fn member(person: PersonId, role: &str, districts: &str) -> Result<Member, StorageError> {
    let role = Role::from_name(role).ok_or(StorageError::Damaged("a member's role"))?;
    let districts: BTreeSet<String> =
        serde_json::from_str(districts).map_err(|_| StorageError::Damaged("a member's districts"))?;
    Ok(Member { person, role, districts })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::super::testing::{amina, memory, programme};
    use super::*;

    #[test]
    fn a_member_comes_back_as_she_was_added() {
        let connection = memory();
        let programme = programme(&connection);
        let row = MemberRow::new(programme, amina(), Timestamp(3));
        insert(&connection, &row).unwrap();
        assert_eq!(find(&connection, row.member.person).unwrap(), Some(row.clone()));
        assert_eq!(of(&connection, programme).unwrap(), [row]);
        assert_eq!(find(&connection, PersonId::from_bytes([9; 16])).unwrap(), None);
    }

    #[test]
    fn who_is_held_waits_until_she_is_admitted() {
        let connection = memory();
        let programme = programme(&connection);
        let row = MemberRow::new(programme, amina(), Timestamp(3));
        let person = row.member.person;
        insert(&connection, &row).unwrap();
        assert!(!is_held(&connection, person).unwrap());
        assert_eq!(hold_everyone(&connection, Timestamp(5)).unwrap(), 1);
        assert!(is_held(&connection, person).unwrap());
        assert_eq!(held_of(&connection, programme).unwrap(), [person]);
        assert!(admit(&connection, person).unwrap() && !admit(&connection, person).unwrap());
        assert!(!is_held(&connection, person).unwrap());
    }

    #[test]
    fn who_is_revoked_or_waits_has_no_rights_until_she_is_let_in() {
        let connection = memory();
        let programme = programme(&connection);
        let person = amina().person;
        insert(&connection, &MemberRow::new(programme, amina(), Timestamp(3))).unwrap();
        let is_active = || find(&connection, person).unwrap().unwrap().is_active();
        set_revoked(&connection, person, Some(Timestamp(5))).unwrap();
        assert!(!is_active());
        set_revoked(&connection, person, None).unwrap();
        assert!(is_active());
        hold_everyone(&connection, Timestamp(6)).unwrap();
        assert!(!is_active());
        assert!(admit(&connection, person).unwrap());
        assert!(is_active());
    }

    #[test]
    fn only_a_coordinator_with_her_rights_counts_as_another() {
        let connection = memory();
        let programme = programme(&connection);
        let kari = PersonId::from_bytes([3; 16]);
        insert(&connection, &MemberRow::new(programme, amina(), Timestamp(3))).unwrap();
        let another = || has_another_coordinator(&connection, programme, kari).unwrap();
        assert!(!another());
        set_role(&connection, amina().person, Role::Coordinator, &BTreeSet::new()).unwrap();
        assert!(another());
        set_revoked(&connection, amina().person, Some(Timestamp(5))).unwrap();
        assert!(!another());
    }
}
