//! Makes `dictionaries/1.dict` from synthetic records, the same ones at each run: no record of a person is
//! ever in it. Run it only for a new dictionary with a new number; stores hold blobs of the old ones.

use footbridge_model::{Actor, Kind, Timestamp, Vocabulary, document, starter, validation};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: train_dictionary FILE")?;
    let samples: Vec<Vec<u8>> = (0..4000).map(sample).collect::<Result<_, _>>()?;
    std::fs::write(path, zstd::dict::from_samples(&samples, 8 * 1024)?)?;
    Ok(())
}

/// A small generator of its own keeps the dictionary reproducible.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn code(&mut self, list: &str) -> &'static str {
        let codes = starter::LISTS.iter().find(|(name, _)| *name == list).map_or(&[][..], |(_, codes)| codes);
        codes[self.roll(codes.len())]
    }

    fn actor(&mut self) -> Actor {
        let mut bytes = [0; 16];
        bytes.iter_mut().for_each(|byte| *byte = u8::try_from(self.roll(256)).unwrap_or(0));
        Actor::from_bytes(bytes)
    }
}

fn sample(number: u64) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let dice = &mut Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let now = Timestamp(1_700_000_000_000 + i64::try_from(number)? * 3_333_333);
    let languages = ["so", "ar", "ti", "sq", "prs", "kmr", "sv", "nb", "en", "uk"];
    let kinds = ["street", "home", "phone", "service", "cafe"];
    let districts =
        ["Dalhem", "Drottninghög", "Fredriksdal", "Närlunda", "Gamle Oslo", "Grünerløkka", "Nord", "Sentrum"];
    let (kind, value) = match number % 10 {
        0 => (
            Kind::Contact,
            json!({"handle": format!("{} {}", dice.code("place"), dice.roll(99)),
            "languages": [languages[dice.roll(10)]], "district": districts[dice.roll(8)], "needs": [dice.code("topics")]}),
        ),
        1 => (
            Kind::FollowUp,
            json!({"about": footbridge_model::DocumentId::from_bytes([u8::try_from(dice.roll(256))?; 16]).to_string(),
            "what": dice.code("next_step"), "due": format!("2026-{:02}-{:02}", 1 + dice.roll(12), 1 + dice.roll(28))}),
        ),
        _ => (
            Kind::Visit,
            json!({
            "happened_at": format!("2026-{:02}-{:02}T{:02}:{:02}:00+01:00", 1 + dice.roll(12), 1 + dice.roll(28), dice.roll(24), dice.roll(60)),
            "kind": kinds[dice.roll(5)], "district": districts[dice.roll(8)],
            "place": dice.code("place"), "arose": dice.code("arose"), "languages": [languages[dice.roll(10)]],
            "topics": [dice.code("topics"), dice.code("topics")], "help": [dice.code("help")],
            "reached": dice.roll(6), "reached_estimated": dice.roll(4) == 0, "minutes": dice.roll(90),
            "next_step": dice.code("next_step")}),
        ),
    };
    let fields = value.as_object().cloned().ok_or("an object")?;
    let changes = validation::create(kind, &fields, &Vocabulary::starter(), now)?;
    Ok(document::create(kind, now, dice.actor(), now, &changes)?.stored)
}
