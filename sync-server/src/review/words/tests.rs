#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use serde_json::json;

use super::*;

/// 2026-11-22T10:00:00Z.
const NOW: Timestamp = Timestamp(1_795_341_600_000);

fn programme() -> Programme {
    let label = |tag: &str, label: &str| (tag.to_owned(), label.to_owned());
    let topics = BTreeMap::from([
        ("health".to_owned(), BTreeMap::from([label("sv", "Kroppen")])),
        ("sewing".to_owned(), BTreeMap::from([label("ar", "خياطة")])),
    ]);
    let amina = (PersonId::from_bytes([1; 16]), ("Amina".to_owned(), None));
    let arabic = (PersonId::from_bytes([2; 16]), ("أمينة".to_owned(), None));
    Programme {
        lists: BTreeMap::new(),
        languages: Vec::new(),
        label_languages: Vec::new(),
        gone: std::collections::BTreeSet::new(),
        namesakes: Default::default(),
        late_follow_ups: 0,
        quarantined: 0,
        districts: vec!["Dalhem".to_owned()],
        district_names: BTreeMap::new(),
        closed_districts: Vec::new(),
        time_zone: "Europe/Stockholm".to_owned(),
        people: BTreeMap::from([amina, arabic]),
        labels: BTreeMap::from([("topics".to_owned(), topics)]),
        note_days: 180,
        shortening: None,
        open_disagreements: 0,
    }
}

fn said(language: Language, field: &str, value: Value) -> String {
    let programme = programme();
    Words::new(language, &programme, NOW).value(Kind::Visit, field, &value)
}

#[test]
fn a_code_is_said_by_the_programme_then_the_catalogue_then_any_label_then_itself() {
    let programme = programme();
    let code = |language, code: &str| Words::new(language, &programme, NOW).code("topics", code);
    assert_eq!(code(Language::Swedish, "health"), "Kroppen");
    assert_eq!(code(Language::Bokmal, "health"), "Helse");
    assert_eq!(code(Language::Bokmal, "sewing"), "خياطة");
    assert_eq!(code(Language::Bokmal, "no_such"), "no_such");
}

#[test]
fn values_are_said_by_their_shape() {
    assert_eq!(said(Language::Bokmal, "minutes", json!(1)), "1 minutt");
    assert_eq!(said(Language::Bokmal, "minutes", Value::Null), "Vet ikke");
    assert_eq!(said(Language::English, "topics", json!(["health", "work"])), "Health, Work");
    assert_eq!(said(Language::Swedish, "languages", json!(["ti"])), "tigrinja");
    assert_eq!(said(Language::Swedish, "place", json!("tvättstugan vid torget")), "tvättstugan vid torget");
    assert_eq!(said(Language::English, "kind", json!("home")), "At home");
    assert_eq!(said(Language::English, "state", json!("withdrawn")), "Taken back");
    assert_eq!(said(Language::English, "minutes_estimated", json!(true)), "Yes");
}

#[test]
fn times_are_in_the_programmes_zone() {
    assert_eq!(said(Language::Bokmal, "happened_at", json!("2026-07-22T23:30:00Z")), "23. juli 2026 kl. 01:30");
    assert_eq!(said(Language::Bokmal, "happened_at", json!("2026-07-22")), "22. juli 2026");
    assert_eq!(said(Language::Bokmal, "happened_at", json!("2026-07-22T14:05")), "22. juli 2026 kl. 14:05");
    let programme = programme();
    let words = Words::new(Language::English, &programme, NOW);
    assert_eq!(words.moment(NOW), "22 November 2026 at 11:00");
    assert_eq!(words.clock("2026-07-22T23:30:00Z").as_deref(), Some("01:30"));
    assert_eq!(words.clock("2026-07-22"), None);
}

#[test]
fn today_and_yesterday_are_called_that() {
    let programme = programme();
    let words = Words::new(Language::Bokmal, &programme, NOW);
    let heading = |day: &str| words.day_heading(day.parse().unwrap());
    assert_eq!(heading("2026-11-22"), "I dag · søndag 22. november 2026");
    assert_eq!(heading("2026-11-21"), "I går · lørdag 21. november 2026");
    assert_eq!(heading("2026-11-20"), "Fredag 20. november 2026");
}

#[test]
fn a_name_that_runs_from_right_to_left_is_held_together() {
    let programme = programme();
    let words = Words::new(Language::Bokmal, &programme, NOW);
    assert_eq!(words.person(Some(PersonId::from_bytes([1; 16]))), "Amina");
    assert_eq!(words.person(Some(PersonId::from_bytes([2; 16]))), "\u{2068}أمينة\u{2069}");
    assert_eq!(words.person(None), "Ukjent");
    assert_eq!(words.hand(None), "Serveren");
}
