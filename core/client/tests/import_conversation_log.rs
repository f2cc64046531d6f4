//! The real file: a programme's conversation log as its office keeps it, read by the shipped mapping.
//!
//! Each number here was counted once without this code, by a script that splits the file with Python's own
//! CSV reader and compares cells as they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use footbridge_client::import::{Context, Mapping, Plan, PlannedRow, Reason, Skipped, read, rejected_csv};
use footbridge_model::{Fields, Kind, Vocabulary, validation};
use footbridge_text::Language;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

fn file() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/conversation-log.csv");
    std::fs::read(path).expect("the file is in the project")
}

fn mapping() -> Mapping {
    Mapping::conversation_log().expect("the shipped mapping is one")
}

fn context() -> Context {
    let known = footbridge_model::starter::LISTS
        .iter()
        .map(|(list, codes)| ((*list).to_owned(), codes.iter().map(|code| (*code).to_owned()).collect()))
        .collect();
    Context {
        now: "2026-11-22T10:00:00Z".parse().expect("a moment"),
        today: "2026-11-22".parse().expect("a day"),
        time_zone: TimeZone::get("Europe/Stockholm").expect("the zone is bundled"),
        known,
        districts: Some(["Dalhem", "Drottninghög", "Fredriksdal", "Närlunda"].map(str::to_owned).into()),
    }
}

fn plan() -> Plan {
    read(&file(), &mapping(), &context()).expect("the file has the header of the mapping")
}

fn counts(codes: &BTreeMap<String, usize>) -> Vec<(&str, usize)> {
    codes.iter().map(|(code, count)| (code.as_str(), *count)).collect()
}

#[test]
fn every_row_of_data_is_counted_once() {
    let plan = plan();
    // 423 rows by the CSV reader: the header, a blank row, the sum row, and 420 of data, as the sum row says.
    assert_eq!(plan.understood.data_rows, 420);
    let skipped: Vec<_> = plan.understood.skipped.iter().map(|row| (row.line, row.what)).collect();
    assert_eq!(skipped, [(457, Skipped::Blank), (458, Skipped::Sum)]);
    // 16 rows are, cell by cell, one that stands above them (lines 441 to 456); 12 are broken, below.
    assert_eq!((plan.rows.len(), plan.repeated.len(), plan.rejected.len()), (392, 16, 12));
    // 283 of the 392 have a time; 358 have a note of their own, 10 more only words that their codes do not say.
    let has_time = |row: &&PlannedRow| row.visit["happened_at"].as_str().is_some_and(|at| at.contains('T'));
    assert_eq!(plan.rows.iter().filter(has_time).count(), 283);
    assert_eq!(plan.rows.iter().filter(|row| row.note.is_some()).count(), 368);
    let ids: BTreeSet<_> = plan.rows.iter().flat_map(|row| [row.visit_id, row.note_id]).collect();
    assert_eq!(ids.len(), 2 * 392);
}

#[test]
fn each_broken_row_is_rejected_for_what_is_broken() {
    // Found by eye among the distinct values of each column, and the rows that have not 13 cells.
    let rejected: Vec<_> =
        plan().rejected.into_iter().map(|row| (row.line, row.reason, row.column.unwrap_or_default())).collect();
    let expected = [
        (36, Reason::ImpossibleNumber, "Antal personer"),
        (37, Reason::UnknownDistrict, "Stadsdel"),
        (40, Reason::RelativeDate, "Datum"),
        (65, Reason::WrongCellCount, ""),
        (75, Reason::ImpossibleNumber, "Minuter"),
        (103, Reason::WrongCellCount, ""),
        (213, Reason::WrongCellCount, ""),
        (241, Reason::ImpossibleNumber, "Antal personer"),
        (265, Reason::FutureDate, "Datum"),
        (287, Reason::MissingDate, "Datum"),
        (354, Reason::ImpossibleDate, "Datum"),
        (424, Reason::ImpossibleTime, "Tid"),
    ];
    assert_eq!(rejected, expected.map(|(line, reason, column)| (line, reason, column.to_owned())));
}

#[test]
fn two_spellings_of_one_thing_are_one_code_and_no_word_of_the_file_is_without_one() {
    let plan = plan();
    assert_eq!(plan.new_words, BTreeMap::new());
    let codes = &plan.understood.codes;
    // Counted over the 392 rows as sums of spellings; somali and somaliska together are "so", and so on.
    assert_eq!(
        counts(&codes["languages"]),
        [("ar", 80), ("fa-AF", 49), ("ku", 42), ("so", 96), ("sq", 44), ("sv", 71), ("ti", 43)]
    );
    assert_eq!(
        counts(&codes["topics"]),
        [
            ("economy", 68),
            ("education", 140),
            ("family", 62),
            ("health", 105),
            ("housing", 62),
            ("kindergarten", 44),
            ("leisure", 65),
            ("municipal_services", 72),
            ("school", 60),
            ("work", 73)
        ]
    );
    assert_eq!(
        counts(&codes["help"]),
        [
            ("came_along", 136),
            ("conversation", 75),
            ("form", 69),
            ("information", 61),
            ("letter_translated", 133),
            ("referred", 69)
        ]
    );
    assert_eq!(counts(&codes["with"]), [("health_centre", 69), ("school", 73), ("social_services", 71)]);
    assert_eq!(
        counts(&codes["place"]),
        [
            ("bus", 40),
            ("cafe", 33),
            ("employment_service", 36),
            ("health_centre", 30),
            ("home", 38),
            ("laundry", 38),
            ("library", 42),
            ("phone", 40),
            ("playground", 22),
            ("school", 33),
            ("shop", 40)
        ]
    );
    assert_eq!(counts(&codes["kind"]), [("cafe", 33), ("home", 38), ("phone", 40), ("service", 108), ("street", 173)]);
    assert_eq!(
        counts(&codes["arose"]),
        [("agreed", 58), ("by_chance", 141), ("neighbour", 61), ("school", 68), ("she_came", 64)]
    );
    assert_eq!(
        counts(&codes["next_step"]),
        [
            ("call_health_centre", 64),
            ("come_to_cafe", 53),
            ("employment_service", 52),
            ("get_back_to_her", 47),
            ("kindergarten_place", 61),
            ("language_course", 51)
        ]
    );
    assert_eq!(
        counts(&codes["district"]),
        [("Dalhem", 116), ("Drottninghög", 99), ("Fredriksdal", 88), ("Närlunda", 89)]
    );
    let initials: Vec<_> = plan.understood.unknown_initials.keys().map(String::as_str).collect();
    assert_eq!(initials, ["AD", "FM", "KA", "NB", "SH", "ZY"]);
    let days = plan.understood.days.map(|(first, last)| (first.to_string(), last.to_string()));
    assert_eq!(days, Some(("2019-01-07".to_owned(), "2019-07-05".to_owned())));
}

#[test]
fn the_odd_rows_are_understood() {
    let plan = plan();
    let at = |line: usize| plan.rows.iter().find(|row| row.line == line).expect("the row is planned");
    let field = |line: usize, field: &str| at(line).visit.get(field).cloned();
    // "många", "ca 5", "3-4", "två", nothing.
    assert_eq!((field(13, "reached"), field(13, "reached_estimated")), (Some(Value::Null), None));
    assert_eq!((field(29, "reached"), field(29, "reached_estimated")), (Some(json!(5)), Some(json!(true))));
    assert_eq!((field(280, "reached"), field(280, "reached_estimated")), (Some(json!(3)), Some(json!(true))));
    assert_eq!((field(346, "reached"), field(346, "reached_estimated")), (Some(json!(2)), None));
    assert_eq!(field(122, "reached"), None);
    // "1 h", "1,5 tim", nothing.
    assert_eq!((field(195, "minutes"), field(195, "minutes_estimated")), (Some(json!(60)), None));
    assert_eq!((field(260, "minutes"), field(260, "minutes_estimated")), (Some(json!(90)), None));
    assert_eq!(field(161, "minutes"), None);
    // A formula is text; words in two directions, and a letter in two characters, stay as they were.
    assert_eq!(at(391).note.as_deref(), Some("=HYPERLINK(\"http://example.invalid\";\"klicka\")"));
    let turned = "\u{202e}omvänd text\u{202c} och e\u{301} i två tecken\nNästa steg: återkoppla nästa vecka";
    assert_eq!(at(73).note.as_deref(), Some(turned));
    assert_eq!(at(417).note.as_ref().map(|note| note.chars().count()), Some(5_099));
    // Summer time, winter time, a day without a time.
    assert_eq!(field(112, "happened_at"), Some(json!("2019-05-05T15:45:00")));
    assert_eq!(field(228, "happened_at"), Some(json!("2019-02-13T10:15:00")));
    assert_eq!(field(28, "happened_at"), Some(json!("2019-01-26")));
}

/// Whether the model would take everything that is planned.
fn assert_can_be_written(plan: &Plan, context: &Context, about: &str) {
    let vocabulary = Vocabulary {
        districts: context.districts.clone(),
        time_zone: context.time_zone.clone(),
        ..Vocabulary::starter()
    };
    for row in &plan.rows {
        let visit = validation::create(Kind::Visit, &row.visit, &vocabulary, context.now);
        assert!(visit.is_ok(), "{about}, line {}: {visit:?}", row.line);
        if let Some(text) = &row.note {
            let note: Fields = [("on", row.visit_id.to_string()), ("text", text.clone())]
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value.into()))
                .collect();
            let note = validation::create(Kind::Note, &note, &vocabulary, context.now);
            assert!(note.is_ok(), "{about}, line {}: {note:?}", row.line);
        }
    }
}

#[test]
fn what_is_planned_can_be_written() {
    assert_can_be_written(&plan(), &context(), "the file");
}

#[test]
fn a_run_on_another_day_finds_the_same_ids() {
    let ids = |context: &Context| -> Vec<_> {
        let plan = read(&file(), &mapping(), context).expect("it is read");
        plan.rows.into_iter().map(|row| (row.visit_id, row.note_id)).collect()
    };
    let later = Context { now: "2027-01-01T10:00:00Z".parse().expect("a moment"), ..context() };
    assert_eq!(ids(&context()), ids(&later));
}

#[test]
fn the_rejected_rows_are_given_back_in_a_file() {
    let plan = plan();
    let bytes = rejected_csv(&plan.header, &plan.rejected, Language::Swedish);
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(bare);
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.expect("it is CSV").iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), 12);
    assert_eq!(rows[0][..2], ["36", "”Antal personer” är inte ett möjligt tal."]);
    // "-3" was its number of persons; an apostrophe keeps every spreadsheet from reckoning.
    assert_eq!((rows[0][2 + 9].as_str(), rows[0][2 + 13].as_str()), ("'-3", "impossible_number"));
    assert_eq!(rows[4][..2], ["75", "”Minuter” är inte ett möjligt tal."]);
    assert_eq!(rows[5][..3], ["103", "Raden har 1 cell. Den ska ha 13.", "2019-01-30"]);
    assert_eq!((rows[5].len(), rows[5][15].as_str()), (16, "wrong_cell_count"));
}

/// A small generator (SplitMix64), so that a failing file can be made again from its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Spoils the file below its header in a few places.
fn spoil(file: &[u8], random: &mut Random) -> Vec<u8> {
    const PIECES: [&[u8]; 14] = [
        b"\"",
        b";",
        b"\r\n",
        b"\n",
        b"\"\"",
        b"\xFF",
        b"\xC3",
        b"\0",
        b"-",
        b"9999999999",
        b"=",
        "\u{202e}".as_bytes(),
        "e\u{301}½²٣".as_bytes(),
        b"*",
    ];
    let body = file.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let mut spoilt = file.to_vec();
    for _ in 0..=random.below(20) {
        let at = body + random.below(spoilt.len() - body);
        match random.below(4) {
            0 => spoilt[at] = random.next() as u8,
            1 => {
                let end = (at + random.below(40)).min(spoilt.len());
                spoilt.drain(at..end);
            }
            2 => {
                let piece = PIECES[random.below(PIECES.len())];
                spoilt.splice(at..at, piece.iter().copied());
            }
            _ => {
                let end = (at + random.below(200)).min(spoilt.len());
                let copy = spoilt[at..end].to_vec();
                let to = body + random.below(spoilt.len() - body);
                spoilt.splice(to..to, copy);
            }
        }
    }
    spoilt
}

#[test]
fn however_a_file_is_spoilt_each_row_of_data_is_counted_once() {
    let (file, mapping, context) = (file(), mapping(), context());
    for seed in 0..60 {
        let spoilt = spoil(&file, &mut Random(seed));
        let plan = read(&spoilt, &mapping, &context).expect("the header is whole");
        let counted = plan.rows.len() + plan.repeated.len() + plan.rejected.len();
        assert_eq!(counted, plan.understood.data_rows, "seed {seed}");
        let mut lines: Vec<_> =
            plan.rows.iter().map(|row| row.line).chain(plan.rejected.iter().map(|row| row.line)).collect();
        lines.extend(plan.understood.skipped.iter().map(|row| row.line));
        let distinct: BTreeSet<_> = lines.iter().copied().collect();
        assert_eq!(distinct.len(), lines.len(), "seed {seed}: a line stands twice");
        assert_can_be_written(&plan, &context, &format!("seed {seed}"));
        // One spoilt place costs a few rows at most, never the rest of the file.
        assert!(plan.rows.len() > 300, "seed {seed}: {} rows left", plan.rows.len());
    }
}

#[test]
fn bytes_that_are_no_file_at_all_are_no_panic() {
    let mapping = mapping();
    let mut random = Random(1);
    for length in 0..300 {
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        let _ = read(&bytes, &mapping, &context());
    }
    let file = file();
    for cut in (0..file.len()).step_by(1_997) {
        let _ = read(&file[..cut], &mapping, &context());
    }
}
