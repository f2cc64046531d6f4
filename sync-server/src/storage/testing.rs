//! A database in memory with a programme and people in it, for the tests of the tables.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use footbridge_model::{
    Actor, DeviceId, DocumentId, Facts, Fields, Kind, Member, PersonId, ProgrammeId, Role, Timestamp, Vocabulary,
    document, validation,
};
use rusqlite::Connection;

use super::devices::{self, DeviceRow};
use super::documents::DocumentRow;
use super::members::{self, MemberRow};
use super::programmes::{self, ProgrammeRow};

/// An empty database of the newest schema.
pub fn memory() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    super::migrations::migrate(&mut connection).unwrap();
    super::server::ensure(&connection, &crate::environment::SystemRandom).unwrap();
    connection
}

/// Adds the programme.
pub fn programme(connection: &Connection) -> ProgrammeId {
    let id = ProgrammeId::from_bytes([7; 16]);
    programmes::insert(connection, ProgrammeRow { id, created_at: Timestamp(1) }).unwrap();
    id
}

/// Amina, a volunteer in Dalhem.
pub fn amina() -> Member {
    Member {
        person: PersonId::from_bytes([1; 16]),
        role: Role::Volunteer,
        districts: BTreeSet::from(["Dalhem".to_owned()]),
    }
}

/// Adds the programme, Amina and her phone.
pub fn with_amina(connection: &Connection) -> (ProgrammeId, DeviceRow) {
    let programme = programme(connection);
    let member = amina();
    let person = member.person;
    members::insert(connection, &MemberRow::new(programme, member, Timestamp(2))).unwrap();
    let device = DeviceRow {
        id: DeviceId::from_bytes([2; 16]),
        programme,
        person,
        public_key: [3; 32],
        joined_at: Timestamp(4),
        seen_at: Timestamp(4),
        build: "test".to_owned(),
        unsent: 0,
        counter: 0,
        revoked_at: None,
        with_her: false,
        wipe: false,
        name: String::new(),
    };
    devices::insert(connection, &device).unwrap();
    (programme, device)
}

/// A visit by `author`, numbered.
pub fn visit(programme: ProgrammeId, author: PersonId, number: u8) -> DocumentRow {
    let now = Timestamp(1_795_341_600_000);
    let actor = Actor::from_bytes([number; 16]);
    let changes = validation::create(Kind::Visit, &fields(), &Vocabulary::starter(), now).unwrap();
    let made = document::create(Kind::Visit, now, actor, now, &changes).unwrap();
    DocumentRow {
        id: DocumentId::from_bytes([number; 16]),
        programme,
        generation: 0,
        kind: Kind::Visit,
        sort_at: now,
        facts: Facts { author: Some(author), ..Facts::default() },
        projection: made.projection,
        actors: BTreeSet::from([actor]),
        stored: made.stored,
    }
}

fn fields() -> Fields {
    let mut fields = Fields::new();
    fields.insert("kind".to_owned(), "street".into());
    fields
}
