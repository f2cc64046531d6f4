//! The log that an office keeps becomes visits and notes: every row counted once, on whichever device.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

/// The log of the programme's office: 420 rows of data, of which 16 stand there twice and 12 are broken.
const IMPORTED: usize = 392;
const REPEATED: usize = 16;
const BROKEN_LINES: [usize; 12] = [36, 37, 40, 65, 75, 103, 213, 241, 265, 287, 354, 424];

/// A copy of the log, beside the store.
fn log(phone: &Phone) -> PathBuf {
    let file = phone.folder().join("conversation-log.csv");
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/conversation-log.csv");
    std::fs::copy(log, &file).expect("a copy of the log");
    file
}

fn import(phone: &Phone) -> Value {
    phone.ask(&["import", &log(phone).to_string_lossy()])
}

/// Records of a kind, all of them.
fn all(phone: &Phone, kind: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut arguments = vec!["list", kind, "--limit", "100"];
        if let Some(cursor) = &after {
            arguments.extend(["--after", cursor.as_str()]);
        }
        let page = phone.ask(&arguments);
        items.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return items,
        }
    }
}

/// The visit to which this note is, by some words of the note and the visit's minutes.
fn visit_on(phone: &Phone, day: &str, minutes: Value, place: &str) -> Value {
    let visits = all(phone, "visit");
    let found: Vec<&Value> = visits
        .iter()
        .filter(|visit| visit["happened_at"].as_str().is_some_and(|at| at.starts_with(day)))
        .filter(|visit| visit["minutes"] == minutes && visit["place"] == json!(place))
        .collect();
    assert_eq!(found.len(), 1, "{day}: {found:?}");
    found[0].clone()
}

#[test]
fn every_row_of_the_log_counts_once() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let first = import(&kari);
    assert_eq!(
        (&first["imported"], &first["already_there"], &first["rejected"]),
        (&json!(IMPORTED), &json!(REPEATED), &json!(BROKEN_LINES.len())),
        "{first}"
    );
    assert_eq!(first["repeated"], json!((441..=456).collect::<Vec<_>>()));
    assert_eq!(all(&kari, "visit").len(), IMPORTED);
    let tried = kari.ask(&["import", &log(&kari).to_string_lossy(), "--dry-run"]);
    assert_eq!((&tried["imported"], &tried["already_there"]), (&json!(0), &json!(IMPORTED + REPEATED)), "{tried}");
    let second = import(&kari);
    assert_eq!(
        (&second["imported"], &second["already_there"], &second["rejected"]),
        (&json!(0), &json!(IMPORTED + REPEATED), &json!(BROKEN_LINES.len())),
        "{second}"
    );
    assert_eq!(all(&kari, "visit").len(), IMPORTED);
    for more in [REPEATED, 0] {
        let taken = kari.ask(&["import", &log(&kari).to_string_lossy(), "--repeated"]);
        assert_eq!((&taken["imported"], &taken["repeated"]), (&json!(more), &json!([])), "{taken}");
    }
    assert_eq!(all(&kari, "visit").len(), IMPORTED + REPEATED);
}

#[test]
fn a_file_without_the_right_headers_is_told_what_was_found_and_looked_for() {
    let kari = Phone::new("Kari");
    let file = kari.folder().join("log.csv");
    std::fs::write(&file, "Dato,Sted,Tema\n2026-01-02,Biblioteket,helse\n").expect("a file");
    let refused = kari.refused(&["--lang", "nb", "import", &file.to_string_lossy()], "");
    assert_eq!(refused.error, "invalid");
    for words in ["Skilletegnet ble lest som ,", "Dato, Sted, Tema", "datum"] {
        assert!(refused.message.contains(words), "{words}: {}", refused.message);
    }
}

#[test]
fn every_broken_row_is_given_back_in_a_file_with_its_line_and_a_reason() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let imported = import(&kari);
    let file = imported["rejected_file"].as_str().expect("the file of what was rejected");
    let text = std::fs::read_to_string(file).expect("the file can be read");
    for line in BROKEN_LINES {
        let said = text.lines().any(|row| row.split([';', ',']).any(|cell| cell.trim_matches('"') == line.to_string()));
        assert!(said, "line {line}: {text}");
    }
    let reasons = [
        "impossible_number",
        "unknown_district",
        "relative_date",
        "wrong_cell_count",
        "future_date",
        "missing_date",
        "impossible_date",
        "impossible_time",
    ];
    for reason in reasons {
        assert!(text.contains(reason), "{reason}: {text}");
    }
}

#[test]
fn another_device_that_imports_the_same_file_adds_nothing() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let noor = programme.coordinator("Noor");
    import(&kari);
    // Without a word of the first import.
    import(&noor);
    for phone in [&kari, &noor, &kari] {
        phone.sync();
    }
    let ids = |phone: &Phone| -> BTreeSet<String> {
        all(phone, "visit").iter().map(|visit| visit["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(ids(&kari).len(), IMPORTED);
    assert_eq!(ids(&kari), ids(&noor));
    for phone in [&kari, &noor] {
        assert_eq!(phone.items(&["conflicts"]), Vec::<Value>::new(), "{}", phone.name());
        assert_eq!(phone.ask(&["status"])["set_aside"], json!([]));
    }
    assert_eq!(all(&kari, "note").len(), all(&noor, "note").len());
}

#[test]
fn vague_numbers_are_estimates_and_unknown_ones_unknown() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    import(&kari);
    let about_five = visit_on(&kari, "2019-01-15", json!(30), "cafe");
    assert_eq!((&about_five["reached"], &about_five["reached_estimated"]), (&json!(5), &json!(true)));
    let three_or_four = visit_on(&kari, "2019-01-22", json!(60), "school");
    assert_eq!((&three_or_four["reached"], &three_or_four["reached_estimated"]), (&json!(3), &json!(true)));
    let many = visit_on(&kari, "2019-03-13", json!(120), "home");
    assert_eq!(many["reached"], Value::Null);
    let an_hour = visit_on(&kari, "2019-05-12", json!(60), "cafe");
    assert_eq!(an_hour["minutes"], json!(60));
    assert_eq!(an_hour["kind"], json!("cafe"), "the kind follows from the place");
}

#[test]
fn two_spellings_of_one_thing_become_one_code() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    import(&kari);
    let known: BTreeSet<String> = all(&kari, "code")
        .iter()
        .filter(|code| code["list"] == json!("topics"))
        .map(|code| code["code"].as_str().expect("a code").to_owned())
        .collect();
    let visits = all(&kari, "visit");
    let topics: BTreeSet<&str> =
        visits.iter().flat_map(|visit| visit["topics"].as_array().expect("a set")).filter_map(Value::as_str).collect();
    for topic in &topics {
        assert!(known.contains(*topic), "{topic}");
    }
    assert!(topics.contains("health") && topics.contains("education"), "{topics:?}");
    let languages: BTreeSet<&str> = visits
        .iter()
        .flat_map(|visit| visit["languages"].as_array().expect("a set"))
        .filter_map(Value::as_str)
        .collect();
    assert!(languages.contains("so") && languages.contains("ti"), "{languages:?}");
    assert!(
        languages.iter().all(|language| language.split('-').all(|part| part.len() <= 3)),
        "no name of one: {languages:?}"
    );
}

#[test]
fn a_dry_run_writes_nothing() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let file = log(&kari);
    let shown = kari.ask(&["import", &file.to_string_lossy(), "--dry-run"]);
    assert_eq!(shown["imported"], json!(IMPORTED), "what it would do: {shown}");
    assert_eq!(all(&kari, "visit"), Vec::<Value>::new());
    let files = std::fs::read_dir(kari.folder()).expect("a folder").filter_map(Result::ok);
    let names: BTreeSet<_> = files.map(|file| file.file_name()).collect();
    assert_eq!(names, BTreeSet::from(["conversation-log.csv".into(), "store".into()]));
}

#[test]
fn a_word_without_a_code_is_kept_in_the_note_and_listed() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let file = kari.folder().join("small.csv");
    let rows = "Datum;Tid;Stadsdelsmamma;Stadsdel;Plats;Hur kom kontakten;Språk;Samtalsämnen;Hjälp;Antal personer;\
                Minuter;Nästa steg;Anteckning\n\
                2019-03-01;10:00;KA;Dalhem;simhallen;spontant;svenska;körkort, hälsa;samtal;1;10;;Glad idag\n";
    std::fs::write(&file, rows).expect("a file");
    let imported = kari.ask(&["import", &file.to_string_lossy()]);
    assert_eq!(imported["imported"], json!(1), "{imported}");
    assert!(imported["new_words"].to_string().contains("körkort"), "{imported}");
    let visit = &all(&kari, "visit")[0];
    assert_eq!(visit["topics"], json!(["health"]));
    let note = &all(&kari, "note")[0];
    let text = note["text"].as_str().expect("text");
    assert!(text.contains("körkort") && text.contains("Glad idag"), "{text}");
    assert_eq!(note["on"], visit["id"]);
}

#[test]
fn the_author_is_the_importer_unless_the_mapping_names_a_person() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let shipped = include_str!("../../../core/client/mappings/conversation-log.toml");
    let people = format!("[people]\nKA = \"{}\"\n", programme.person("Amina"));
    let mapping = kari.folder().join("ours.toml");
    std::fs::write(&mapping, shipped.replace("[people]\n", &people)).expect("a mapping");
    let file = log(&kari);
    kari.ask(&["import", &file.to_string_lossy(), "--mapping", &mapping.to_string_lossy()]);
    kari.sync();
    amina.sync();
    let hers = all(&amina, "visit").len();
    assert!((60..70).contains(&hers), "KA's rows are Amina's now: {hers}");
    let authors: BTreeSet<String> =
        all(&kari, "visit").iter().map(|visit| visit["author"].as_str().expect("an author").to_owned()).collect();
    assert_eq!(authors, BTreeSet::from([programme.person("Amina"), programme.person("Kari")]));
}

#[test]
fn a_cell_that_begins_like_a_formula_is_text_and_harmless_in_every_export() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    import(&kari);
    let formula = "=HYPERLINK(\"http://example.invalid\";\"klicka\")";
    let notes = all(&kari, "note");
    assert!(notes.iter().any(|note| note["text"].as_str().is_some_and(|text| text.contains(formula))));
    let exported = kari.read(&["export", "--format", "csv", "note"]);
    assert!(exported.contains("HYPERLINK"), "it is there");
    for cell in exported.lines().flat_map(|line| line.split(',')) {
        assert!(!cell.trim_matches('"').starts_with(['=', '+', '@']), "{cell}");
    }
    let lines = kari.read(&["export", "--format", "jsonl", "note"]);
    let texts: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(texts.len(), notes.len());
    assert!(texts.iter().any(|note| note["text"].as_str().is_some_and(|text| text.contains(formula))), "as written");
}
