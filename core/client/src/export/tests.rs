use serde_json::json;

use super::*;

fn fields(value: &Value) -> Fields {
    value.as_object().cloned().expect("an object")
}

/// The table as another reader sees it.
fn read(file: &[u8]) -> Vec<Vec<String>> {
    let bare = file.strip_prefix(BYTE_ORDER_MARK).expect("it begins with a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bare);
    reader.records().map(|record| record.expect("it is CSV").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_table_has_the_fields_in_the_order_of_their_kind() {
    let visit = fields(&json!({"topics": ["family", "health"], "reached": null, "minutes": 60,
        "minutes_estimated": true, "happened_at": "2019-01-05", "unknown_here": 1}));
    let columns = ["happened_at", "topics", "reached", "minutes", "minutes_estimated", "contact"];
    assert_eq!(
        read(&csv(&columns, [&visit])),
        [columns.to_vec(), vec!["2019-01-05", "family, health", "", "60", "true", ""]]
    );
}

#[test]
fn whatever_was_typed_comes_back_from_the_table_as_it_was() {
    let texts = [
        "a;b,c",
        "Sa: \"hej\"",
        "rad ett\nrad två",
        "rad",
        " mellanrum ",
        "",
        "سألت",
        "می\u{200c}خواهد 🙂",
        "e\u{301}",
    ];
    let notes: Vec<_> = texts.iter().map(|text| fields(&json!({"on": "x", "text": text}))).collect();
    let rows = read(&csv(&["on", "text"], &notes));
    let back: Vec<_> = rows.iter().skip(1).map(|row| row[1].as_str()).collect();
    assert_eq!(back, texts);
}

#[test]
fn no_cell_is_a_formula() {
    for text in ["=HYPERLINK(\"http://example.invalid\";\"klicka\")", "+46", "-3", "@a", "＝1"] {
        let note = fields(&json!({"text": text}));
        assert_eq!(read(&csv(&["text"], [&note]))[1][0], format!("'{text}"));
    }
    for (text, cell) in [
        ("hej;=1+1", "hej;'=1+1"),
        ("hej,=1+1", "hej,'=1+1"),
        ("hej\t@a", "hej\t'@a"),
        ("hej\n-3", "hej\n'-3"),
        ("\t=1", "\t'=1"),
        ("a, =b", "a, '=b"),
        ("a,\"=b", "a,\"'=b"),
        ("'=1", "''=1"),
        ("a;'=1", "a;''=1"),
    ] {
        assert_eq!((harmless(text).as_ref(), original(cell).as_ref()), (cell, text));
    }
    assert_eq!(harmless("3-4"), "3-4");
    assert_eq!(harmless(""), "");
}

#[test]
fn a_formula_cannot_hide_in_a_set_or_a_map() {
    let code = fields(&json!({"labels": {"sv": "=1+1"}, "districts": ["=1+1", "Dalhem"]}));
    assert_eq!(read(&csv(&["labels", "districts"], [&code]))[1], ["sv: =1+1", "'=1+1, Dalhem"]);
}

#[test]
fn every_cell_stands_in_quotation_marks_so_that_no_separator_takes_it_apart() {
    let note = fields(&json!({"on": 1, "text": "a"}));
    let file = String::from_utf8(csv(&["on", "text"], [&note])).expect("it is UTF-8");
    assert_eq!(file, "\u{feff}\"on\",\"text\"\r\n\"1\",\"a\"\r\n");
}

#[test]
fn nothing_that_steers_a_terminal_is_in_a_file() {
    let note = fields(&json!({"text": "a\u{1b}[2J\u{9b}\u{7}\nb"}));
    let table = csv(&["text"], [&note]);
    assert_eq!(read(&table)[1][0], "a\u{fffd}[2J\u{fffd}\u{fffd}\nb");
    let lines = String::from_utf8(jsonl([&note])).expect("it is UTF-8");
    assert!(!lines.contains(['\u{1b}', '\u{9b}', '\u{7}']), "{lines:?}");
    assert_eq!(serde_json::from_str::<Fields>(&lines).ok(), Some(note));
}

#[test]
fn no_part_of_a_cell_by_whichever_separator_is_a_formula_and_its_words_come_back() {
    // Every text of up to five of these.
    let letters = ['a', ';', ',', '\n', ' ', '\'', '"', '=', '＝'];
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..5 {
        let until = texts.len();
        for index in from..until {
            let longer: Vec<_> = letters.iter().map(|letter| format!("{}{letter}", texts[index])).collect();
            texts.extend(longer);
        }
        from = until;
    }
    for text in &texts {
        let cell = harmless(text);
        for part in cell.split([';', ',', '\t', '\n', '|']) {
            let bare = part.trim_start_matches([' ', '"']);
            assert!(!bare.starts_with(['=', '+', '-', '@', '＝']), "{cell:?}");
        }
        assert_eq!(original(&cell), text.as_str());
    }
}

#[test]
fn json_lines_are_the_records_one_a_line() {
    let records = [fields(&json!({"text": "rad ett\nrad \"två\"", "on": null})), fields(&json!({}))];
    let file = String::from_utf8(jsonl(&records)).expect("it is UTF-8");
    let back: Vec<Fields> = file.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    assert_eq!(back, records);
}
