//! Visits as `footbridge` makes them, made up: the same number always gives the same visit.

use footbridge_model::{Actor, DocumentId, RandomSource};
use footbridge_model::{Fields, Kind, Timestamp, Vocabulary, document, validation};
use serde_json::{Value, json};

/// The districts of the programme.
pub const DISTRICTS: [&str; 4] = ["Dalhem", "Drottninghög", "Fredriksdal", "Närlunda"];

/// Words of places that stand in no list, for the search; one in ten visits has one.
const PLACES: [&str; 8] = [
    "Fredriksdals tvättstuga",
    "Dalhems bibliotek",
    "bänken vid dammen",
    "öppna förskolan",
    "hållplats Söder",
    "grannens kök",
    "lekplatsen Rosen",
    "kyrkans kafé",
];

/// When the first visit was recorded: 2024-11-22, in milliseconds.
const BEGINNING: i64 = 1_732_233_600_000;
/// From one visit to the next, about.
const APART: i64 = 600_000;

/// Chance that is the same each time.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// For this number.
    pub fn of(number: u64) -> Self {
        Self(number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678_9ABC_DEF1))
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count.max(1) as u64).unwrap_or(0)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }

    fn some(&mut self, of: &[&str], most: usize) -> Value {
        let count = 1 + self.below(most);
        let mut chosen: Vec<_> = (0..count).map(|_| self.one(of)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        json!(chosen)
    }

    /// Sixteen bytes.
    pub fn bytes(&mut self) -> [u8; 16] {
        (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes()
    }
}

/// Chance as the model takes it.
pub struct Fixed(pub std::sync::Mutex<Chance>);

impl RandomSource for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        let mut chance = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for piece in bytes.chunks_mut(16) {
            piece.copy_from_slice(chance.bytes().get(..piece.len()).unwrap_or_default());
        }
    }
}

/// When visit `number` was recorded.
pub fn recorded_at(number: usize) -> Timestamp {
    let mut chance = Chance::of(number as u64 ^ 0x55);
    let millis =
        BEGINNING + i64::try_from(number).unwrap_or(0) * APART + i64::try_from(chance.below(500_000)).unwrap_or(0);
    Timestamp(millis)
}

/// What somebody enters for visit `number`.
pub fn fields(number: usize) -> Fields {
    let mut chance = Chance::of(number as u64);
    let list = |name: &str| {
        footbridge_model::starter::LISTS.iter().find(|(list, _)| *list == name).map_or(&[][..], |(_, codes)| *codes)
    };
    let place = if chance.below(10) == 0 { chance.one(&PLACES) } else { chance.one(list("place")) };
    let happened = Timestamp(recorded_at(number).0 - i64::try_from(chance.below(7_200_000)).unwrap_or(0));
    let minutes = [5, 10, 15, 20, 30, 45, 60].get(chance.below(7)).copied().unwrap_or(10);
    let mut fields = json!({
        "happened_at": happened.to_string(),
        "kind": chance.one(&["street", "home", "phone", "service", "cafe"]),
        "district": chance.one(&DISTRICTS),
        "place": place,
        "arose": chance.one(list("arose")),
        "languages": chance.some(&["ar", "so", "ti", "sv", "en", "fa", "sq"], 2),
        "topics": chance.some(list("topics"), 3),
        "help": chance.some(list("help"), 2),
        "reached": 1 + chance.below(3),
        "minutes": minutes,
    });
    if let Some(fields) = fields.as_object_mut() {
        if chance.below(3) == 0 {
            fields.insert("next_step".to_owned(), chance.one(list("next_step")).into());
        }
        if chance.below(5) == 0 {
            fields.insert("minutes_estimated".to_owned(), true.into());
        }
    }
    fields.as_object().cloned().unwrap_or_default()
}

/// The document of visit `number`, made by this hand: its id and its first change.
pub fn document(number: usize, actor: Actor) -> anyhow::Result<(DocumentId, document::Edited)> {
    let at = recorded_at(number);
    let random = Fixed(std::sync::Mutex::new(Chance::of(number as u64 ^ 0xABCD)));
    let id = DocumentId::new(at, &random);
    let changes = validation::create(Kind::Visit, &fields(number), &Vocabulary::starter(), at)
        .map_err(|invalid| anyhow::anyhow!("a visit that is none: {invalid:?}"))?;
    Ok((id, document::create(Kind::Visit, at, actor, at, &changes)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_is_the_same_each_time_and_unlike_the_next() {
        let actor = Actor::from_bytes([1; 16]);
        let made = |number| document(number, actor).expect("a visit");
        assert_eq!(made(7).0, made(7).0);
        assert_eq!(made(7).1.stored, made(7).1.stored);
        assert_ne!(made(7).1.stored, made(8).1.stored);
        assert!((300..700).contains(&made(7).1.projection.to_json().len()), "about half a kilobyte");
    }
}
