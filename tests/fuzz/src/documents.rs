//! Documents: the bytes of Automerge, and what people and servers say of them in JSON.

use std::sync::LazyLock;

use footbridge_model::document::{self, Base, DOCUMENT_BYTES_MAX};
use footbridge_model::{Actor, Facts, FieldChange, Fields, Kind, Outline, Projection, Scalar, Vocabulary, validation};
use sha2::{Digest, Sha256};

use crate::samples::{self, NOW, Sample};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const HEAD: usize = 8;
const OURS: Actor = Actor::from_bytes([9; 16]);

/// What changes are tried on.
static BASES: LazyLock<Vec<Sample>> = LazyLock::new(samples::all);

/// With every chunk's checksum made true, as an attacker would: its length where that is told is kept.
fn repaired(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while bytes.get(at..at + 4) == Some(&MAGIC) {
        let Some((length, used)) = unsigned(&bytes[(at + HEAD + 1).min(bytes.len())..]) else { break };
        let end = (at + HEAD + 1 + used).saturating_add(length);
        let Some(covered) = bytes.get(at + HEAD..end) else { break };
        let sum: [u8; 32] = Sha256::digest(covered).into();
        bytes[at + 4..at + HEAD].copy_from_slice(&sum[..4]);
        at = end;
    }
    bytes
}

fn unsigned(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (place, byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((value, place + 1));
        }
    }
    None
}

/// One change: refused, or taken into a document that can be loaded, told and edited, is within its limit, and is the
/// same when the change comes again.
pub(crate) fn change(bytes: &[u8]) {
    let bytes = repaired(bytes);
    let inspected = document::inspect_change(&bytes);
    let bases = BASES.iter().map(|sample| Some(sample.stored.as_slice()));
    for stored in bases.chain([None]) {
        let applied = document::apply(stored, &[&bytes]);
        let info = match (&inspected, &applied) {
            (Err(error), Err(refused)) => {
                assert_eq!(error, refused, "it is refused for itself, whatever it comes to");
                return;
            }
            (Err(_), Ok(_)) => panic!("what is taken can be looked at"),
            (Ok(info), _) => info,
        };
        let Ok(applied) = applied else { continue };
        assert!(applied.new.iter().all(|new| new == info));
        if applied.new.is_empty() {
            assert_eq!(stored, Some(applied.stored.as_slice()), "it was there already");
            continue;
        }
        kept(&applied.stored, &applied.projection);
        let again = document::apply(Some(&applied.stored), &[&bytes]).expect("a change that is there already");
        assert!(again.new.is_empty() && again.stored == applied.stored);
        if info.is_first() {
            // It stands on nothing, and is taken into all of them in the same way.
            break;
        }
    }
}

/// A whole document: refused, or each of its changes can be taken one by one, to the same fields. Where its outline
/// holds a device keeps it as it came: whatever is done with it later ends without a panic.
pub(crate) fn whole(bytes: &[u8]) {
    let bytes = repaired(bytes);
    let outline = document::check_outline(&bytes);
    if outline.is_ok() {
        handled(&bytes);
    }
    let Ok(changes) = document::read_whole(&bytes) else { return };
    outline.expect("what can be read whole has an outline");
    let changes: Vec<_> = changes.into_iter().map(|(_, bytes)| bytes).collect();
    let Ok(applied) = document::apply(None, &changes) else { return };
    kept(&applied.stored, &applied.projection);
    let merged = document::merge(&applied.stored, &bytes).expect("what it is made of");
    assert!(merged.new.is_empty());
    for base in BASES.iter() {
        if let Ok(merged) = document::merge(&base.stored, &bytes) {
            kept(&merged.stored, &merged.projection);
        }
    }
}

/// Everything that a device does with a document that it was given and has not loaded before.
fn handled(stored: &[u8]) {
    let projection = document::project(stored);
    drop(document::project_plain(stored));
    let heads = document::heads(stored).unwrap_or_default();
    drop(document::timeline(stored));
    drop(document::changes(stored));
    drop(document::moved(stored, &heads, &["minutes", "topics", "text"]));
    // All of it for each input would take most of the time; which, follows from its length.
    let [first, second, third] = edits();
    let (change, base) = match stored.len() % 3 {
        0 => ([first], Base::Current),
        1 => ([second], Base::Nothing),
        _ => ([third], Base::Heads(heads.clone())),
    };
    drop(document::edit(stored, OURS, NOW, &change, &base));
    drop(document::renew(stored, OURS, NOW, &change, &heads, &heads));
    let base = &BASES[stored.len() / 3 % BASES.len()];
    drop(document::apply(Some(stored), &base.changes));
    if let Ok(projection) = projection {
        for field in projection.fields.keys().take(4) {
            drop(document::answers(stored, field));
        }
    }
}

fn edits() -> [FieldChange; 3] {
    [
        FieldChange::Set { field: "minutes".to_owned(), value: Scalar::Int(7) },
        FieldChange::Remove { field: "topics".to_owned(), member: "work".to_owned() },
        FieldChange::Set { field: "text".to_owned(), value: Scalar::Str("Hon läser.".to_owned()) },
    ]
}

/// What is kept can be used like any other document.
fn kept(stored: &[u8], projection: &Projection) {
    assert!(stored.len() <= DOCUMENT_BYTES_MAX);
    assert_eq!(document::project(stored).expect("it is loaded"), *projection);
    if let Some(told) = document::project_plain(stored) {
        assert_eq!(told, *projection, "read from the columns");
    }
    assert!(projection.to_json().len() <= footbridge_protocol::limits::PROJECTION_BYTES, "it can be sent");
    assert_eq!(Projection::from_json(&projection.to_json()).ok().as_ref(), Some(projection));
    document::check_outline(stored).expect("a device takes it");
    document::read_whole(stored).expect("a device merges it");
    drop(document::timeline(stored).expect("it is told"));
    let heads = document::heads(stored).expect("it has heads");
    assert!(!heads.is_empty());
    for field in projection.fields.keys().take(4) {
        drop(document::answers(stored, field).expect("its answers are told"));
    }
    let [change, ..] = edits();
    let edited = document::edit(stored, OURS, NOW, &[change], &Base::Current);
    match edited {
        Ok(edited) => drop(edited.map(|edited| document::project(&edited.stored).expect("it is loaded"))),
        Err(document::Damaged::TooLarge) => {}
        Err(error) => panic!("what is kept can be edited: {error}"),
    }
}

/// What a person enters, as JSON: refused by the name of its field, or written and read back as it was meant.
pub(crate) fn fields(bytes: &[u8]) {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::starter);
    let Ok(given) = serde_json::from_slice::<Fields>(bytes) else { return };
    for kind in &Kind::ALL {
        let kind = *kind;
        drop(validation::edit(kind, &given, &Fields::new(), &VOCABULARY));
        drop(validation::draft(kind, &given, &Fields::new(), &VOCABULARY));
        let Ok(changes) = validation::create(kind, &given, &VOCABULARY, NOW) else { continue };
        let Ok(made) = document::create(kind, NOW, OURS, NOW, &changes) else { continue };
        let taken = document::apply(None, &[&made.change]).expect("a server takes what a device makes");
        assert_eq!(taken.projection, made.projection);
        assert!(made.projection.disagreements.is_empty());
        kept(&made.stored, &made.projection);
    }
}

/// What a server says beside a document.
pub(crate) fn projection(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let projection = Projection::from_json(text);
    if let Some(picked) = Outline::read(text) {
        let whole = projection.as_ref().expect("what has an outline can be read whole");
        outlined(&picked, whole);
        outlined(&Outline::of(whole).expect("its kind is known"), whole);
    }
    if let Ok(projection) = projection {
        let again = Projection::from_json(&projection.to_json()).expect("it can be read again");
        assert_eq!(again, projection);
        drop(projection.complete());
        drop(projection.searched_text());
        let _ = projection.sort_at(&jiff::tz::TimeZone::UTC);
    }
    if let Ok(facts) = serde_json::from_str::<Facts>(text) {
        let again = serde_json::to_string(&facts).expect("JSON");
        assert_eq!(serde_json::from_str::<Facts>(&again).ok(), Some(facts));
    }
}

/// What a row is found by is the same from the outline and from the whole.
fn outlined(outline: &Outline, whole: &Projection) {
    let zone = jiff::tz::TimeZone::UTC;
    assert_eq!(Some(outline.kind), whole.known_kind());
    assert_eq!(outline.recorded_at, whole.recorded_at);
    assert_eq!(outline.is_disputed, !whole.disagreements.is_empty());
    assert_eq!(outline.sort_at(&zone), whole.sort_at(&zone));
    assert_eq!(outline.searched_text(), whole.searched_text());
    for field in ["district", "state", "due", "on", "about"] {
        assert_eq!(outline.text(field), whole.text(field), "{field}");
    }
}
