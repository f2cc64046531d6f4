//! Records as two hands make them: what changes are tried on, and what the corpora begin with.

use footbridge_model::document::{self, Base, Edited};
use footbridge_model::{Actor, FieldChange, Fields, Kind, Scalar, Timestamp, Vocabulary, validation};

/// When everything was made.
pub const NOW: Timestamp = Timestamp(1_795_341_600_000);
const AMINA: Actor = Actor::from_bytes([5; 16]);
const KARI: Actor = Actor::from_bytes([6; 16]);

/// A document with the changes that it is made of, and one more that nobody has taken yet.
#[derive(Debug)]
pub struct Sample {
    /// What it is called in a corpus.
    pub name: &'static str,
    /// As it is kept.
    pub stored: Vec<u8>,
    /// Each change in its order; the last stands on all others and is not in `stored`.
    pub changes: Vec<Vec<u8>>,
}

struct Making {
    stored: Vec<u8>,
    changes: Vec<Vec<u8>>,
}

impl Making {
    fn begin(kind: Kind, fields: &serde_json::Value) -> Self {
        let fields: Fields = fields.as_object().cloned().expect("an object");
        let changes = validation::create(kind, &fields, &Vocabulary::starter(), NOW).expect("a record");
        let made = document::create(kind, NOW, AMINA, NOW, &changes).expect("made");
        Self { stored: made.stored, changes: vec![made.change] }
    }

    fn say(&mut self, actor: Actor, base: &Base, changes: &[FieldChange]) {
        let Edited { stored, change, .. } =
            document::edit(&self.stored, actor, NOW, changes, base).expect("edited").expect("a change");
        self.stored = stored;
        self.changes.push(change);
    }

    fn end(mut self, name: &'static str, last: &[FieldChange]) -> Sample {
        let stored = self.stored.clone();
        self.say(KARI, &Base::Current, last);
        Sample { name, stored, changes: self.changes }
    }
}

fn set(field: &str, value: Scalar) -> FieldChange {
    FieldChange::Set { field: field.to_owned(), value }
}

fn words(text: &str) -> FieldChange {
    FieldChange::Set { field: "text".to_owned(), value: Scalar::Str(text.to_owned()) }
}

fn member(field: &str, member: &str, is_in: bool) -> FieldChange {
    let (field, member) = (field.to_owned(), member.to_owned());
    if is_in { FieldChange::Add { field, member } } else { FieldChange::Remove { field, member } }
}

/// A note that two people wrote on at once.
pub fn note() -> Sample {
    let on = "01980000-0000-7000-8000-000000000001";
    let mut making = Making::begin(Kind::Note, &serde_json::json!({ "on": on, "text": "Hon vill läsa." }));
    let seen = Base::Heads(document::heads(&making.stored).expect("heads"));
    making.say(AMINA, &seen, &[words("Hon vill läsa svenska, och få ett arbete. ثم نعمل")]);
    making.say(KARI, &seen, &[words("Hon ville läsa 🌍")]);
    making.say(KARI, &Base::Current, &[words("Hon läser.")]);
    making.end("note", &[words("Hon läser, och arbetar.")])
}

/// A visit on which two people disagree, with members that came and went and a field that was cleared.
pub fn visit() -> Sample {
    let fields = serde_json::json!({
        "kind": "street", "district": "Dalhem", "place": "library", "arose": "by_chance", "languages": ["so", "sv"],
        "topics": ["work", "housing"], "help": ["information"], "reached": 1, "minutes": 20, "next_step": "work",
    });
    let mut making = Making::begin(Kind::Visit, &fields);
    let seen = Base::Heads(document::heads(&making.stored).expect("heads"));
    let hers = [set("minutes", Scalar::Int(40)), member("topics", "work", false), set("place", Scalar::Null)];
    making.say(AMINA, &seen, &hers);
    let others = [set("minutes", Scalar::Int(-7)), member("topics", "work", true), member("topics", "health", true)];
    making.say(KARI, &seen, &others);
    making.say(KARI, &Base::Nothing, &[set("zukunft", Scalar::Bool(true)), set("happened_at", Scalar::Instant(0))]);
    making.end("visit", &[set("minutes", Scalar::Int(25)), set("place", Scalar::Str("bus".to_owned()))])
}

/// A visit that was edited so often that it is kept as one save.
pub fn saved() -> Sample {
    let mut making = Making::begin(Kind::Visit, &serde_json::json!({ "kind": "home", "minutes": 1 }));
    for minutes in 0..40 {
        let actor = if minutes % 3 == 0 { KARI } else { AMINA };
        making.say(actor, &Base::Current, &[set("minutes", Scalar::Int(minutes))]);
    }
    making.end("saved", &[set("minutes", Scalar::Null)])
}

/// A note that was written on so often that it is kept as one save.
pub fn saved_note() -> Sample {
    let on = "01980000-0000-7000-8000-000000000001";
    let mut making = Making::begin(Kind::Note, &serde_json::json!({ "on": on, "text": "Hon" }));
    for times in 0..34 {
        let actor = if times % 3 == 0 { KARI } else { AMINA };
        making.say(actor, &Base::Current, &[words(if times % 2 == 0 { "Hon vill" } else { "Han vill läsa" })]);
    }
    making.end("saved-note", &[words("Hon läser.")])
}

/// All of them.
pub fn all() -> Vec<Sample> {
    vec![note(), saved(), saved_note(), visit()]
}
