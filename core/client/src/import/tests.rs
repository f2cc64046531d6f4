use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::*;

const HEADER: &str = "Datum;Tid;Stadsdelsmamma;Stadsdel;Plats;Hur kom kontakten;Språk;Samtalsämnen;Hjälp;Antal personer;Minuter;Nästa steg;Anteckning";

fn context() -> Context {
    let known = footbridge_model::starter::LISTS
        .iter()
        .map(|(list, codes)| ((*list).to_owned(), codes.iter().map(|code| (*code).to_owned()).collect()))
        .collect();
    Context {
        now: "2019-07-06T12:00:00Z".parse().expect("a moment"),
        today: "2019-07-06".parse().expect("a day"),
        time_zone: TimeZone::get("Europe/Stockholm").expect("the zone is bundled"),
        known,
        districts: Some(["Dalhem", "Drottninghög"].map(str::to_owned).into()),
    }
}

fn mapping() -> Mapping {
    Mapping::conversation_log().expect("the shipped mapping is one")
}

fn read_rows(rows: &str) -> Plan {
    read(format!("{HEADER}\n{rows}").as_bytes(), &mapping(), &context()).expect("the header is right")
}

/// The one row as planned.
fn row(row: &str) -> PlannedRow {
    let plan = read_rows(row);
    assert_eq!(plan.rejected, [], "{row}");
    plan.rows.into_iter().next().expect("a row")
}

/// Why the one row is rejected, and on account of which column.
fn reason(row: &str) -> (&'static str, Option<String>) {
    let plan = read_rows(row);
    assert_eq!(plan.rows, [], "{row}");
    let rejected = plan.rejected.into_iter().next().expect("a rejected row");
    (rejected.reason.code(), rejected.column)
}

fn about(column: &str) -> Option<String> {
    Some(column.to_owned())
}

#[test]
fn a_row_is_a_visit_with_its_note() {
    let planned = row("4/2 2019;1630;AD;Dalhem;biblioteket;via skolan;arabiska, svenska;hälsa, helse;\
        följde med till skolan, översatte brev;ca 5;1,5 tim;ringa vårdcentralen;\"rad ett\r\nrad två\"");
    assert_eq!(planned.line, 2);
    assert_eq!(
        Value::Object(planned.visit),
        json!({"happened_at": "2019-02-04T16:30:00", "kind": "service", "district": "Dalhem", "place": "library",
            "arose": "school", "languages": ["ar", "sv"], "topics": ["health"], "help": ["came_along", "letter_translated"],
            "with": ["school"], "reached": 5, "reached_estimated": true, "minutes": 90, "next_step": "call_health_centre"})
    );
    assert_eq!(planned.note.as_deref(), Some("rad ett\nrad två"));
    assert_eq!(planned.initials.as_deref(), Some("AD"));
    assert_eq!(planned.person, None);
}

#[test]
fn a_row_with_a_day_alone_is_a_visit_with_a_day_alone() {
    let planned = row("20190204;;;;;;;;;;;;");
    assert_eq!(Value::Object(planned.visit), json!({"happened_at": "2019-02-04", "kind": "street"}));
    assert_eq!((planned.note, planned.initials), (None, None));
}

#[test]
fn the_kind_of_visit_follows_from_the_place() {
    for (place, kind) in [
        ("hemma hos henne", "home"),
        ("telefon", "phone"),
        ("multicafé", "cafe"),
        ("Arbetsförmedlingen", "service"),
        ("vårdcentralen", "service"),
        ("biblioteket", "service"),
        ("bussen", "street"),
        ("tvättstugan", "street"),
        ("Coop", "street"),
        ("lekplatsen", "street"),
        ("skolgården", "street"),
        ("skolan", "service"),
        ("simhallen", "street"),
        ("", "street"),
        ("cafe", "cafe"),
    ] {
        assert_eq!(row(&format!("2019-01-05;;;;{place};;;;;;;;")).visit["kind"], kind, "{place}");
    }
}

#[test]
fn words_with_no_code_are_kept_in_the_note_behind_their_header_and_listed_as_new() {
    let plan = read_rows("2019-01-05;på kvällen;;;Simhallen;slump;svenska;hälsa, bad;simning;en massa;;bada mer;Hej");
    let planned = &plan.rows[0];
    assert_eq!(
        planned.note.as_deref(),
        Some(
            "Hej\nTid: på kvällen\nPlats: Simhallen\nHur kom kontakten: slump\nSamtalsämnen: bad\nHjälp: simning\n\
             Antal personer: en massa\nNästa steg: bada mer"
        )
    );
    assert_eq!(planned.visit["place"], "Simhallen");
    assert_eq!(planned.visit["reached"], Value::Null);
    assert_eq!(planned.visit["topics"], json!(["health"]));
    assert!(!planned.visit.contains_key("help") && !planned.visit.contains_key("next_step"));
    let expected = [
        ("arose", "slump"),
        ("help", "simning"),
        ("next_step", "bada mer"),
        ("place", "simhallen"),
        ("reached", "en massa"),
        ("time", "på kvällen"),
        ("topics", "bad"),
    ];
    let expected: BTreeMap<_, _> =
        expected.map(|(list, word)| (list.to_owned(), BTreeMap::from([(word.to_owned(), 1)]))).into();
    assert_eq!(plan.new_words, expected);
}

#[test]
fn a_place_too_long_for_its_field_is_in_the_note_alone() {
    let long = "å".repeat(61);
    let planned = row(&format!("2019-01-05;;;;{long};;;;;;;;"));
    assert!(!planned.visit.contains_key("place"));
    assert_eq!(planned.note, Some(format!("Plats: {long}")));
}

#[test]
fn words_that_say_more_than_their_code_are_kept_and_are_not_new() {
    let plan = read_rows("2019-01-05;;;;;;;;;3-4;;återkoppla nästa vecka;");
    let planned = &plan.rows[0];
    assert_eq!(planned.note.as_deref(), Some("Antal personer: 3-4\nNästa steg: återkoppla nästa vecka"));
    assert_eq!((&planned.visit["reached"], &planned.visit["reached_estimated"]), (&json!(3), &json!(true)));
    assert_eq!(planned.visit["next_step"], "get_back_to_her");
    assert_eq!(plan.new_words, BTreeMap::new());
}

#[test]
fn a_dash_or_a_question_mark_is_nothing() {
    let planned = row("2019-01-05;-;?;-;–;-;-;?;-;?;-;-;-");
    assert_eq!(Value::Object(planned.visit), json!({"happened_at": "2019-01-05", "kind": "street"}));
    assert_eq!((planned.note, planned.initials), (None, None));
    assert_eq!(reason("-;;;;;;;;;;;;x"), ("missing_date", about("Datum")));
}

#[test]
fn many_is_not_known_and_stands_in_the_note() {
    let planned = row("2019-01-05;;;;;;;;;många;;;");
    assert_eq!(planned.visit["reached"], Value::Null);
    assert_eq!(planned.note.as_deref(), Some("Antal personer: många"));
}

#[test]
fn a_row_that_cannot_be_is_rejected_with_its_reason_and_its_column() {
    assert_eq!(reason("31/2 2019;;;;;;;;;;;;"), ("impossible_date", about("Datum")));
    assert_eq!(reason("i går;;;;;;;;;;;;x"), ("relative_date", about("Datum")));
    assert_eq!(reason(";;;;;;;;;;;;x"), ("missing_date", about("Datum")));
    assert_eq!(reason("2019-07-07;;;;;;;;;;;;"), ("future_date", about("Datum")));
    assert_eq!(reason("2019-01-05;25:70;;;;;;;;;;;"), ("impossible_time", about("Tid")));
    assert_eq!(reason("2019-01-05;;;Månen;;;;;;;;;"), ("unknown_district", about("Stadsdel")));
    assert_eq!(reason("2019-01-05;;;;;;;;;-3;;;"), ("impossible_number", about("Antal personer")));
    assert_eq!(reason("2019-01-05;;;;;;;;;;-20;;"), ("impossible_number", about("Minuter")));
    assert_eq!(reason("2019-01-05"), ("wrong_cell_count", None));
    assert_eq!(reason("2019-01-05;;;;;;;;;;;;x;"), ("wrong_cell_count", None));
    let long = "å".repeat(10_001);
    assert_eq!(reason(&format!("2019-01-05;;;;;;;;;;;;{long}")), ("note_too_long", about("Anteckning")));
}

#[test]
fn a_time_later_today_has_not_come_yet() {
    assert_eq!(row("2019-07-06;13.59;;;;;;;;;;;").visit["happened_at"], "2019-07-06T13:59:00");
    assert_eq!(reason("2019-07-06;14.01;;;;;;;;;;;"), ("future_date", about("Tid")));
}

#[test]
fn an_hour_that_the_clocks_skipped_is_impossible_and_of_one_shown_twice_the_first_is_meant() {
    assert_eq!(reason("2019-03-31;02.30;;;;;;;;;;;"), ("impossible_time", about("Tid")));
    assert_eq!(reason("2018-10-28;02.30;;;;;;;;;;;"), ("ambiguous_time", about("Tid")));
}

#[test]
fn a_time_in_the_cell_of_the_day_is_the_time_unless_there_is_another() {
    assert_eq!(row("2019-02-04 15:30;;;;;;;;;;;;").visit["happened_at"], "2019-02-04T15:30:00");
    assert_eq!(row("2019-02-04 00:00:00;9;;;;;;;;;;;").visit["happened_at"], "2019-02-04T09:00:00");
}

#[test]
fn a_district_is_the_programmes_own_and_any_before_the_first_join() {
    assert_eq!(row("2019-01-05;;;DROTTNINGHÖG;;;;;;;;;").visit["district"], "Drottninghög");
    let context = Context { districts: None, ..context() };
    let plan = read(format!("{HEADER}\n2019-01-05;;;Månen;;;;;;;;;").as_bytes(), &mapping(), &context);
    assert_eq!(plan.expect("the header is right").rows[0].visit["district"], "Månen");
}

#[test]
fn a_blank_row_a_sum_row_and_the_header_again_are_no_data() {
    let plan =
        read_rows(&format!(";;;;;;;;;;;;\n\n  ;\n2019-01-05;;;;;;;;;;;;\nSumma;;;;;;;;;420;;;\nTotalt;7\n{HEADER}"));
    let skipped: Vec<_> = plan.understood.skipped.iter().map(|row| (row.line, row.what)).collect();
    assert_eq!(
        skipped,
        [
            (2, Skipped::Blank),
            (3, Skipped::Blank),
            (4, Skipped::Blank),
            (6, Skipped::Sum),
            (7, Skipped::Sum),
            (8, Skipped::Header)
        ]
    );
    assert_eq!((plan.understood.data_rows, plan.rows.len(), plan.rows[0].line), (1, 1, 5));
}

#[test]
fn the_same_row_twice_is_one_visit() {
    let plan = read_rows("2019-01-05;;AD;;;;;;;;;;Hej\n2019-01-05;;AD;;;;;;;;;; Hej \n2019-01-05;;SH;;;;;;;;;;Hej");
    assert_eq!((plan.rows.len(), plan.repeated.len(), plan.understood.data_rows), (2, 1, 3));
    assert_ne!(plan.rows[0].visit_id, plan.rows[1].visit_id);
    assert_ne!(plan.rows[0].visit_id, plan.rows[0].note_id);
}

#[test]
fn ids_follow_from_the_row_in_any_order_of_columns() {
    let file = format!("{HEADER}\n2019-01-05;;AD;;;;;;;;;;Hej");
    let turned = "Anteckning;Tid;Stadsdelsmamma;Stadsdel;Plats;Hur kom kontakten;Språk;Samtalsämnen;Hjälp;Antal personer;\
        Minuter;Nästa steg;Datum;Klart\nHej;;AD;;;;;;;;;;2019-01-05;";
    let id = |file: &str, context: &Context| {
        let plan = read(file.as_bytes(), &mapping(), context).expect("the header is right");
        (plan.rows[0].visit_id, plan.rows[0].note_id)
    };
    let later = Context { now: "2026-11-22T10:00:00Z".parse().expect("a moment"), ..context() };
    assert_eq!(id(&file, &context()), id(turned, &later));
    let text = id(&file, &context()).0.to_string();
    assert!(text.starts_with("01681b4f-2c00-7"), "{text} is no version 7 of midnight on that day");
}

#[test]
fn a_cell_that_begins_with_an_equals_sign_is_text_as_written() {
    let note = "=HYPERLINK(\"http://example.invalid\";\"klicka\")";
    let planned = row(&format!("2019-01-05;;;;;;;;;;;;\"{}\"", note.replace('"', "\"\"")));
    assert_eq!(planned.note.as_deref(), Some(note));
}

#[test]
fn what_was_rejected_is_read_again_with_the_words_it_had() {
    let row = "2019-13-01;;NB;Dalhem;=plats;;;;;3;10;;\"- mjölk;=bröd\n@Leila\"";
    let first = read_rows(row);
    let rejected = first.rejected.first().expect("there is no such day");
    assert!(rejected.cells.iter().any(|cell| cell == "- mjölk;=bröd\n@Leila"), "{:?}", rejected.cells);
    let file = super::rejected_csv(&first.header, &first.rejected, footbridge_text::Language::Swedish);
    let again = super::read(&file, &mapping(), &context()).expect("its header is that of the log");
    let (cells, header) = (&again.rejected[0].cells, &again.header);
    // Behind the line and the reason, before the code.
    let own = 2..2 + first.header.len();
    assert_eq!((&header[own.clone()], &cells[own]), (&first.header[..], &rejected.cells[..]));
}

#[test]
fn whoever_the_mapping_names_for_the_initials_is_the_author() {
    let person = "0193a1b2-0000-7000-8000-000000000001";
    let mapping = Mapping::parse(&format!(
        "[columns]\ndate = \"Dag\"\nauthor = [\"Vem\", \"Hvem\"]\n[people]\nAD = \"{person}\"\n"
    ))
    .expect("it is a mapping");
    let plan = read("Dag;Hvem\n2019-01-05;ad\n2019-01-06;SH\n".as_bytes(), &mapping, &context()).expect("it is read");
    let person: PersonId = person.parse().expect("an id");
    assert_eq!(plan.rows.iter().map(|row| row.person).collect::<Vec<_>>(), [Some(person), None]);
    assert_eq!(plan.understood.people, BTreeMap::from([(person, 1)]));
    assert_eq!(plan.understood.unknown_initials, BTreeMap::from([("SH".to_owned(), 1)]));
}

#[test]
fn what_was_understood_can_be_shown_before_anything_is_written() {
    let plan = read(
        "Datum;Klart;Plats\n2019-02-05;x;Coop\n2019-01-05;;Ica\n".as_bytes(),
        &Mapping::parse("[columns]\ndate=\"datum\"\nplace=\"PLATS\"\n[words.place]\ncoop=\"shop\"\nica=\"shop\"\n")
            .expect("it is a mapping"),
        &context(),
    )
    .expect("it is read");
    let understood = plan.understood;
    assert_eq!(
        understood.columns,
        [
            ("Datum".to_owned(), Some(Column::Date)),
            ("Klart".to_owned(), None),
            ("Plats".to_owned(), Some(Column::Place))
        ]
    );
    assert_eq!(understood.encoding, "UTF-8");
    assert_eq!(understood.codes["place"], BTreeMap::from([("shop".to_owned(), 2)]));
    let day = |text: &str| text.parse::<Date>().expect("a day");
    assert_eq!(understood.days, Some((day("2019-01-05"), day("2019-02-05"))));
}

#[test]
fn a_file_without_the_columns_of_the_mapping_is_not_read_at_all() {
    let read = |file: &str| read(file.as_bytes(), &mapping(), &context()).map(|plan| plan.rows.len());
    assert_eq!(read(""), Err(ImportError::Empty));
    assert_eq!(read("\u{feff}\r\n;;\r\n"), Err(ImportError::Empty));
    assert_eq!(
        read(&HEADER.replace("Tid;", "Klocka;").replace("Minuter", "Min")),
        Err(ImportError::MissingColumns {
            missing: vec!["time", "minutes"],
            wanted: mapping()
                .columns
                .iter()
                .filter(|(column, _)| matches!(column, Column::Time | Column::Minutes))
                .map(|(_, headers)| headers.join(" / "))
                .collect(),
            found: HEADER.replace("Tid;", "Klocka;").replace("Minuter", "Min").split(';').map(str::to_owned).collect(),
            separator: ';',
        })
    );
    assert_eq!(read(&format!("{HEADER};plats")), Err(ImportError::RepeatedColumn { header: "plats".to_owned() }));
}

#[test]
fn a_file_in_windows_1252_gives_the_same_visits() {
    let file = format!(
        "{HEADER}\r\n4 februari 2019;;;Drottninghög;tvättstugan;;;hälsa;översatte brev;;;;Går på kurs – bra\r\n"
    );
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&file);
    let old = read(&bytes, &mapping(), &context()).expect("it is read");
    let new = read(file.as_bytes(), &mapping(), &context()).expect("it is read");
    assert_eq!(old.rows, new.rows);
    assert_eq!(old.understood.encoding, "windows-1252");
}

#[test]
fn a_row_that_the_device_refuses_can_be_rejected_with_its_cells() {
    let refused = row("2019-01-05;;AD;;;;;;;;;;").refused(Some("Plats".to_owned()));
    assert_eq!((refused.line, refused.reason, refused.cells.len()), (2, Reason::Refused, 13));
    let sets: BTreeSet<_> = refused.cells.iter().filter(|cell| !cell.is_empty()).map(String::as_str).collect();
    assert_eq!(sets, BTreeSet::from(["2019-01-05", "AD"]));
}

#[test]
fn a_row_is_the_same_row_after_the_file_was_tidied() {
    let ids = |text: &str| {
        let plan = read(text.as_bytes(), &mapping(), &context()).expect("the header is right");
        assert_eq!(plan.rejected, [], "{text}");
        plan.rows.iter().map(|row| (row.visit_id, row.note_id)).collect::<Vec<_>>()
    };
    let first = ids(&format!("{HEADER}\n4/2 2019;1630;AD;Dalhem;biblioteket;;arabiska;hälsa;;ca 5;;;Hej  du"));
    for tidied in [
        format!("{HEADER}\n2019-02-04;16.30;ad;dalhem; Biblioteket ;;Arabiska;hälsa,  hälsa;;ca 5;;;Hej du"),
        format!("{HEADER};Sett av\n4/2 2019;1630;AD;Dalhem;biblioteket;;arabiska;hälsa;;ca 5;;;Hej du;Kari"),
        format!("Logg 2019\n{HEADER}\n٤/٢ ٢٠١٩;١٦٣٠;AD;Dalhem;biblioteket;;arabiska;hälsa;;ca ٥;;;Hej du"),
        format!("sep=,\n{HEADER}\n4/2 2019;1630;AD;Dalhem;biblioteket;;arabiska;hälsa;;ca 5;;;Hej du")
            .replace(';', ","),
    ] {
        assert_eq!(ids(&tidied), first, "{tidied}");
    }
    let another = ids(&format!("{HEADER}\n4/2 2019;1630;AD;Dalhem;biblioteket;;arabiska;hälsa;;ca 5;;;Hej då"));
    assert_ne!(another, first);
}

#[test]
fn rows_that_say_the_same_are_named_and_taken_where_somebody_says_so() {
    let rows = "2019-01-05;;;;;;;;;;;;Hej\n2019-01-06;;;;;;;;;;;;\n5/1 2019;;;;;;;;;;;;Hej\n20190105;;;;;;;;;;;;hej";
    let mut plan = read_rows(rows);
    let named: Vec<_> = plan.repeated.iter().map(|repeated| (repeated.row.line, repeated.like)).collect();
    assert_eq!((plan.rows.len(), named), (2, vec![(4, 2), (5, 2)]));
    assert_eq!(plan.repeated[0].given_back().reason, Reason::Repeated);
    plan.take_repeated();
    let ids: BTreeSet<_> = plan.rows.iter().map(|row| row.visit_id).collect();
    assert_eq!((plan.repeated.len(), plan.rows.len(), ids.len()), (0, 4, 4));
    let mut again = read_rows(rows);
    again.take_repeated();
    assert_eq!(again.rows, plan.rows, "each time under the same ids");
}

#[test]
fn a_time_that_the_clocks_showed_twice_is_not_guessed() {
    let late = Context {
        now: "2020-07-06T12:00:00Z".parse().expect("a moment"),
        today: "2020-07-06".parse().expect("a day"),
        ..context()
    };
    let why = |row: &str| {
        let plan = read(format!("{HEADER}\n{row}").as_bytes(), &mapping(), &late).expect("the header is right");
        plan.rejected.first().map(|row| row.reason.code())
    };
    assert_eq!(why("2019-10-27;02:30;;;;;;;;;;;"), Some("ambiguous_time"));
    assert_eq!(why("2019-03-31;02:30;;;;;;;;;;;"), Some("impossible_time"));
    assert_eq!(why("2019-10-27;03:30;;;;;;;;;;;"), None);
}
