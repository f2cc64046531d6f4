//! A phone in a terminal: what scripts rely on, and what a person reads.

use std::collections::BTreeMap;

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

#[test]
fn json_lines_are_added_each_by_itself() {
    let amina = Phone::new("Amina");
    let input = "{\"kind\": \"street\"}\n\n{\"kind\": \"bus\"}\n{\"kind\": \"home\", \"minutes\": 5}\nnonsense\n";
    let ended = amina.run(&["add", "visit"], input);
    assert_eq!(ended.stdout.lines().count(), 2, "{}", ended.stdout);
    assert_ne!(ended.code, Some(0), "some were refused");
    let errors: Vec<Value> =
        ended.stderr.lines().map(|line| serde_json::from_str(line).expect("one JSON value a line")).collect();
    let lines: Vec<&Value> = errors.iter().map(|error| &error["line"]).collect();
    assert_eq!(lines, [&json!(3), &json!(5)], "{}", ended.stderr);
    assert_eq!(amina.ids(&["list", "visit"]).len(), 2);
}

#[test]
fn a_file_is_read_as_standard_input_is() {
    let amina = Phone::new("Amina");
    let file = amina.folder().join("visit.json");
    std::fs::write(&file, "{\"kind\": \"street\",\n \"minutes\": 5}").expect("a file");
    let id = amina.ask(&["add", "visit", &file.to_string_lossy()])["id"].as_str().expect("an id").to_owned();
    amina.lines(&["edit", &id, "-"], "{\"minutes\": 6}");
    assert_eq!(amina.show(&id)["minutes"], json!(6));
    let missing = amina.folder().join("nothing.json");
    let ended = amina.run(&["add", "visit", &missing.to_string_lossy()], "");
    assert!(ended.code.is_some_and(|code| code != 0) && ended.stderr.contains("nothing.json"), "{}", ended.stderr);
}

#[test]
fn every_public_kind_of_error_has_an_exit_code_of_its_own() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let unknown = "0192aaaa-0000-7000-8000-000000000001";
    let mut codes = BTreeMap::new();
    let mut see = |refusal: footbridge_testkit::Refusal| {
        assert!(!refusal.message.is_empty() && refusal.code > 2, "{refusal:?}");
        assert_eq!(codes.insert(refusal.code, refusal.error.clone()), None, "{}", refusal.error);
    };
    see(amina.refused(&["add", "visit"], "{\"kind\": \"bus\"}"));
    see(amina.refused(&["show", unknown], ""));
    see(amina.refused(&["edit", &programme.id], "{\"name\": \"Mine\"}"));
    amina.link().cut();
    amina.visit(&json!({}));
    see(amina.refused(&["sync"], ""));
    see(amina.refused(&["leave"], ""));
    let kinds: Vec<&str> = codes.values().map(String::as_str).collect();
    let mut sorted = kinds.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["forbidden", "invalid", "not_found", "offline", "unsent"]);
    let ended = amina.run(&["dance"], "");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    let usage: Value = serde_json::from_str(ended.stderr.trim()).expect("one JSON value");
    assert_eq!(usage["error"], json!("usage"));
}

#[test]
fn a_list_is_filtered_and_comes_in_pages() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let mut ids = Vec::new();
    for day in 1..=9 {
        let district = if day % 3 == 0 { "Närlunda" } else { "Dalhem" };
        ids.push(amina.visit(&json!({"happened_at": format!("2026-03-0{day}"), "district": district})));
    }
    let draft = amina.visit(&json!({"happened_at": "2026-03-10", "state": "draft"}));
    amina.sync();
    leila.visit(&json!({"happened_at": "2026-03-05", "district": "Närlunda"}));
    leila.sync();
    let kari = programme.coordinator("Kari");
    let newest_first: Vec<String> = ids.iter().rev().cloned().collect();
    assert_eq!(amina.ids(&["list", "visit", "--state", "done"]), newest_first);
    assert_eq!(amina.ids(&["list", "visit", "--state", "draft"]), [draft.as_str()]);
    let some = |from: usize, to: usize| -> Vec<String> { ids[from..to].iter().rev().cloned().collect() };
    assert_eq!(
        amina.ids(&["list", "visit", "--state", "done", "--since", "2026-03-04", "--until", "2026-03-06"]),
        some(3, 6),
        "both days are in"
    );
    let narlunda = amina.ids(&["list", "visit", "--district", "Närlunda"]);
    assert_eq!(narlunda, [ids[8].as_str(), &ids[5], &ids[2]]);
    assert_eq!(kari.ids(&["list", "visit"]).len(), 10);
    let hers = kari.ids(&["list", "visit", "--author", &programme.person("Amina")]);
    assert_eq!(hers, newest_first);

    let mut paged = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut arguments = vec!["list", "visit", "--state", "done", "--limit", "4"];
        if let Some(cursor) = &after {
            arguments.extend(["--after", cursor.as_str()]);
        }
        let page = amina.ask(&arguments);
        let items = page["items"].as_array().expect("items").clone();
        assert!(items.len() <= 4);
        paged.extend(items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(paged, newest_first, "each once, in order");
}

#[test]
fn an_edit_touches_only_what_it_names_and_null_clears() {
    let amina = Phone::new("Amina");
    let id = amina.visit(&json!({"minutes": 20, "reached": 3, "topics": ["health", "work"], "place": "library"}));
    amina.edit(&id, &json!({"minutes": null, "topics": {"add": ["housing"], "remove": ["work"]}}));
    let shown = amina.show(&id);
    assert_eq!(
        (&shown["minutes"], &shown["reached"], &shown["place"], &shown["topics"]),
        (&Value::Null, &json!(3), &json!("library"), &json!(["health", "housing"]))
    );
    amina.edit(&id, &json!({"topics": ["school"]}));
    assert_eq!(amina.show(&id)["topics"], json!(["school"]));
    amina.edit(&id, &json!({"topics": null}));
    assert_eq!(amina.show(&id)["topics"], json!([]));
    for field in ["id", "author", "recorded_at", "receipt", "disagreements"] {
        let refusal = amina.refused(&["edit", &id], &json!({field: "x"}).to_string());
        assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some(field)), "read-only");
    }
    let refusal = amina.refused(&["edit", &id], "{\"minutes\": 5, \"reached\": -1}");
    assert_eq!(refusal.field.as_deref(), Some("reached"));
    assert_eq!(amina.show(&id)["minutes"], Value::Null, "nothing was written");
}

#[test]
fn a_timeline_says_who_said_what_and_when() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let id = amina.visit(&json!({"minutes": 20}));
    amina.sync();
    kari.sync();
    kari.edit(&id, &json!({"minutes": 25}));
    kari.sync();
    amina.sync();
    for phone in [&amina, &kari] {
        let timeline = phone.items(&["timeline", &id]);
        let minutes: Vec<(&Value, &Value)> = timeline
            .iter()
            .filter(|said| said["field"] == json!("minutes"))
            .map(|said| (&said["value"], &said["author"]))
            .collect();
        let (hers, theirs) = (json!(programme.person("Amina")), json!(programme.person("Kari")));
        let mut expected = [(json!(20), hers), (json!(25), theirs)];
        if minutes.first().map(|(value, _)| *value) == Some(&json!(25)) {
            expected.reverse();
        }
        let expected: Vec<(&Value, &Value)> = expected.iter().map(|(value, author)| (value, author)).collect();
        assert_eq!(minutes, expected, "{}", phone.name());
        assert!(timeline.iter().all(|said| said["at"].as_str().is_some_and(|at| at.ends_with('Z'))), "{timeline:?}");
    }
}

#[test]
fn a_value_that_settles_is_json_or_else_words() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let id = amina.visit(&json!({}));
    amina.sync();
    kari.sync();
    amina.edit(&id, &json!({"place": "library", "reached": 2}));
    kari.edit(&id, &json!({"place": "under the big oak", "reached": 3}));
    for phone in [&amina, &kari, &amina] {
        phone.sync();
    }
    assert_eq!(amina.items(&["conflicts"]).len(), 2);
    amina.ask(&["settle", &id, "place", "under the big oak"]);
    amina.ask(&["settle", &id, "reached", "null"]);
    let shown = amina.show(&id);
    assert_eq!((&shown["place"], &shown["reached"]), (&json!("under the big oak"), &Value::Null));
    let refusal = amina.refused(&["settle", &id, "reached", "-4"], "");
    assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some("reached")));
}

#[test]
fn an_export_holds_every_record_and_every_field() {
    let amina = Phone::new("Amina");
    let id = amina.visit(&json!({"minutes": 20, "topics": ["health", "work"], "place": "a, \"quoted\"; place"}));
    let lines = amina.read(&["export", "--format", "jsonl", "visit"]);
    let visit: Value = serde_json::from_str(lines.trim()).expect("one JSON object");
    assert_eq!((&visit["id"], &visit["minutes"]), (&json!(id), &json!(20)));
    let csv = amina.read(&["export", "--format", "csv", "visit"]);
    let mut rows = csv.lines();
    let header = rows.next().expect("a header");
    for field in ["id", "happened_at", "kind", "topics", "place", "author", "recorded_at", "state"] {
        assert!(header.contains(field), "{field} in {header}");
    }
    let row = rows.next().expect("a row");
    assert!(row.contains(&id) && row.contains("\"a, \"\"quoted\"\"; place\""), "{row}");
}

#[test]
fn the_schema_of_every_kind_is_json_schema_with_its_fields() {
    let amina = Phone::new("Amina");
    for (kind, field) in [
        ("programme", "districts"),
        ("code", "labels"),
        ("person", "languages"),
        ("visit", "happened_at"),
        ("note", "text"),
        ("contact", "handle"),
        ("follow_up", "due"),
    ] {
        let schema = amina.ask(&["schema", kind]);
        assert!(schema["properties"][field].is_object(), "{kind}: {schema}");
        assert!(schema["$schema"].as_str().is_some_and(|schema| schema.contains("json-schema.org")), "{kind}");
    }
    assert_eq!(amina.refused(&["schema", "spaceship"], "").error, "invalid");
}

#[test]
fn a_person_reads_sentences_and_tables_in_her_language() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let id = amina.visit(&json!({"topics": ["municipal_services"], "place": "library"}));
    amina.add("follow_up", &json!({"about": id, "what": "studies", "due": "2026-03-09"}));
    let mut texts = Vec::new();
    for (language, words) in [("sv", "Bibliotek"), ("nb", "Bibliotek"), ("en", "Library")] {
        let commands = [
            vec!["list", "visit"],
            vec!["show", &id],
            vec!["status"],
            vec!["timeline", &id],
            vec!["search", "library"],
            vec!["due"],
            vec!["conflicts"],
            vec!["list", "follow_up"],
            vec!["list", "person"],
            vec!["list", "code"],
        ];
        for arguments in commands {
            let mut all = vec!["--lang", language];
            all.extend(&arguments);
            let text = amina.read(&all);
            assert!(!text.trim().is_empty() && !text.trim_start().starts_with('{'), "{language}: {text}");
            // A list of codes shows what they are called in documents; everywhere else they have labels.
            let shows_codes = arguments == ["list", "code"];
            assert!(shows_codes || !text.contains("municipal_services"), "{language} {arguments:?}: {text}");
            assert!(!text.contains("cli-") && !text.contains("{ $"), "every word is in the catalogues: {text}");
            texts.push((language, arguments[0], text));
        }
        let shown = amina.read(&["--lang", language, "show", &id]);
        assert!(shown.to_lowercase().contains(&words.to_lowercase()), "{language}: {shown}");
    }
    for command in ["list", "show", "status"] {
        let said: Vec<&String> =
            texts.iter().filter(|(_, name, _)| *name == command).map(|(_, _, text)| text).collect();
        assert!(said[0] != said[2] && said[1] != said[2], "{command} is translated");
    }
}
