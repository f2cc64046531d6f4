use super::*;

fn wrong(text: &str) -> String {
    match Mapping::parse(text) {
        Ok(_) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

const LEAST: &str = "[columns]\ndate = \"Datum\"\n";

fn with(rest: &str) -> String {
    wrong(&format!("{LEAST}{rest}"))
}

#[test]
fn the_shipped_mapping_is_one() {
    let mapping = Mapping::conversation_log().expect("it is read by this test");
    assert_eq!(mapping.separator, b';');
    assert_eq!(mapping.dates.order, DateOrder::DayMonthYear);
}

#[test]
fn the_codes_of_the_shipped_mapping_are_those_of_the_starter_lists() {
    let mapping = Mapping::conversation_log().expect("it is a mapping");
    for (name, codes) in footbridge_model::starter::LISTS {
        let Some(list) = List::ALL.into_iter().find(|list| list.name() == *name) else { continue };
        let openings = mapping.openings.get(&list).into_iter().flatten().map(|(_, meaning)| meaning);
        for meaning in mapping.words.get(&list).into_iter().flat_map(BTreeMap::values).chain(openings) {
            assert!(codes.contains(&meaning.code.as_str()), "{name}: {}", meaning.code);
        }
        if list == List::Place {
            for code in *codes {
                assert!(mapping.kinds.contains_key(*code), "no kind of visit for {code}");
            }
        }
    }
}

#[test]
fn little_is_needed() {
    assert_eq!(wrong(LEAST), "nothing");
    assert_eq!(wrong("version = 1\nseparator = \"\\t\"\n[columns]\ndate = [\"Datum\", \"Dato\"]"), "nothing");
}

#[test]
fn what_is_wrong_is_said_by_the_name_of_its_key() {
    assert_eq!(wrong(""), "columns.date: is missing");
    assert_eq!(wrong("version = 2"), "version: should be one of 1");
    assert_eq!(
        wrong("seperator = \";\""),
        "seperator: no such key; known here: version, separator, list_separators, sum_words, nothing, default_kind, columns, dates, times, numbers, people, kinds, words"
    );
    assert_eq!(wrong("separator = \"x\""), "separator: should be one of ;, ,, \\t, |");
    assert_eq!(wrong("columns = 1"), "columns: should be a table");
    assert_eq!(wrong("[columns]\ndate = 5"), "columns.date: should be a text, or a list of texts");
    assert_eq!(wrong("[columns]\ndate = \"a\"\ntime = \"A\""), "columns.time: the same word stands there twice");
    assert_eq!(with("[dates]\norder = \"mdx\""), "dates.order: should be one of dmy, mdy, ymd");
    assert_eq!(with("[dates.months]\njanuari = 13"), "dates.months.januari: should be one of 1…12");
    assert_eq!(with("[dates]\nearliest = \"2019-02-30\""), "dates.earliest: should be a day such as \"2005-01-31\"");
    assert_eq!(with("[people]\nAD = \"Amina\""), "people.AD: should be the id of a person");
    assert_eq!(with("[kinds]\nbus = \"boat\""), "kinds.bus: should be one of street, home, phone, service, cafe");
    assert_eq!(with("[words.place]\ncoop = 7"), "words.place.coop: should be a code, or a table with `code`");
    assert_eq!(
        with("[words.place]\ncoop = \"The Shop\""),
        "words.place.coop: should be a code: small letters, digits and underscores"
    );
    assert_eq!(
        with("[words.place]\ncoop = \"shop\"\nCoop = \"bus\""),
        "words.place.coop: the same word stands there twice"
    );
    assert_eq!(with("[words.place]\ncoop = { kind = \"street\" }"), "words.place.coop.code: is missing");
    assert_eq!(
        with("[words.topics]\nmat = { code = \"health\", with = \"school\" }"),
        "words.topics.mat.with: no such key; known here: code, keep"
    );
    assert_eq!(
        with("[words.languages]\nsomali = \"Somali\""),
        "words.languages.somali: should be a BCP 47 tag such as \"so\" or \"fa-AF\""
    );
    assert_eq!(
        with("[words.topics]\n\"mat *\" = \"health\""),
        "words.topics.mat *: should be a word (only help has openings)"
    );
    assert_eq!(with("[numbers.words]\nen = \"1\""), "numbers.words.en: should be one of 0…10000");
}

#[test]
fn a_file_that_is_not_toml_names_its_line() {
    let error = Mapping::parse("[columns]\ndate = \"Datum\"\nplace = oops\n").expect_err("that is not TOML");
    assert!(matches!(error.problem, MappingProblem::NotToml { line: 3, .. }), "{error}");
}

#[test]
fn the_mapping_in_the_readme_is_one() {
    let readme = include_str!("../../../mappings/README.md");
    let (_, rest) = readme.split_once("```toml\n").expect("there is one");
    let (example, _) = rest.split_once("```").expect("it ends");
    assert_eq!(wrong(example), "nothing");
}
