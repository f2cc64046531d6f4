#![expect(clippy::unwrap_used, reason = "tests")]

use footbridge_model::Timestamp;
use serde_json::json;

use super::*;

fn of(kind: Kind, fields: Value) -> Projection {
    Projection {
        kind: kind.name().to_owned(),
        schema: 1,
        recorded_at: Timestamp(0),
        fields: serde_json::from_value(fields).unwrap(),
        disagreements: BTreeSet::new(),
    }
}

#[test]
fn a_record_is_found_by_its_words_and_its_codes() {
    let visit = of(
        Kind::Visit,
        json!({"kind": "street", "place": "Søndre torg", "topics": ["school", "work"], "languages": ["fa-AF"]}),
    );
    assert_eq!(searched(&visit), "sondre torg _kind_street _languages_fa_af _topics_school _topics_work");
    assert_eq!(searched(&of(Kind::Code, json!({"list": "topics", "code": "x", "labels": {"sv": "Skola"}}))), "");
    assert_eq!(searched(&of(Kind::Programme, json!({"name": "Mammor", "languages": ["sv"]}))), "");
    assert_eq!(searched(&of(Kind::Contact, json!({"handle": "Blå sjal", "needs": ["work"]}))), "bla sjal _topics_work");
}

#[test]
fn a_word_in_any_language_of_the_catalogues_asks_for_the_code() {
    let lexicon = Lexicon::of_the_catalogues();
    for word in ["skola", "Skole", "school", "المدرسة", "مدرسة", "SKOL"] {
        let asked = Asked::of(word).by_codes(&lexicon).unwrap();
        assert!(asked.contains("\"_topics_school\""), "{word}: {asked}");
    }
    for word in ["somaliska", "Somali", "الصومالية", "صومالية", "somal"] {
        let asked = Asked::of(word).by_codes(&lexicon).unwrap();
        assert!(asked.contains("\"_languages_so\""), "{word}: {asked}");
    }
    assert_eq!(Asked::of("blåklocka").by_codes(&lexicon), None);
    assert_eq!(Asked::of("").by_codes(&lexicon), None);
    let mut own = Lexicon::default();
    own.add("topics", "sewing", "Sy och väva");
    assert!(Asked::of("väv").by_codes(&own).unwrap().contains("_topics_sewing"));
}

#[test]
fn what_holds_the_words_comes_before_what_has_the_code() {
    let lexicon = Lexicon::of_the_catalogues();
    let asked = Asked::of("skola");
    assert_eq!(asked.exactly().as_deref(), Some("((\"skola\"*))"));
    assert!(asked.by_codes(&lexicon).unwrap().ends_with("NOT (((\"skola\"*)))"));
}

#[test]
fn nothing_that_is_typed_is_an_operator_and_nothing_asks_for_nothing() {
    assert_eq!(Asked::of("— … !").exactly(), None);
    for typed in ["\"a\" OR b*", "NEAR(a b)", "a:b ^c -d +e", "_topics_school", "x\") OR (\"y"] {
        let asked = Asked::of(typed).exactly().unwrap();
        let quoted: Vec<_> = asked.split('"').skip(1).step_by(2).collect();
        assert!(quoted.iter().all(|term| term.chars().all(char::is_alphanumeric)), "{asked}");
    }
    let many: Vec<String> = (0..100).map(|word| format!("ord{word}a")).collect();
    assert_eq!(Asked::of(&many.join(" ")).groups.len(), WORDS_MAX);
}
