//! Districts are renamed and closed, and keep what was recorded there.

use footbridge_testkit::Programme;
use serde_json::json;

#[test]
fn a_district_that_is_renamed_or_closed_keeps_its_records() {
    let programme = Programme::start();
    let (amina, kari) = (programme.volunteer("Amina", &["Dalhem"]), programme.coordinator("Kari"));
    let old = amina.visit(&json!({"district": "Dalhem"}));
    let elsewhere = amina.visit(&json!({"district": "Närlunda"}));
    amina.sync();
    kari.sync();
    let id = kari.items(&["list", "programme"])[0]["id"].as_str().expect("an id").to_owned();
    for wrong in ["Närlunda", ""] {
        let patch = json!({"district_names": {"Dalhem": wrong}}).to_string();
        assert_eq!(kari.refused(&["edit", &id], &patch).error, "invalid", "{wrong}");
    }
    let patch = json!({"district_names": {"Nowhere": "Somewhere"}}).to_string();
    assert_eq!(kari.refused(&["edit", &id], &patch).error, "invalid");
    kari.edit(&id, &json!({"district_names": {"Dalhem": "Dalhem Öst"}, "districts": {"remove": ["Närlunda"]}}));
    for phone in [&kari, &amina] {
        phone.sync();
    }
    for phone in [&kari, &amina] {
        assert_eq!(phone.show(&old)["district"], json!("Dalhem Öst"), "{}", phone.name());
        // By its present name, by its first, and where it is closed.
        for (asked, visit) in [("Dalhem Öst", &old), ("Dalhem", &old), ("Närlunda", &elsewhere)] {
            assert_eq!(phone.ids(&["list", "visit", "--district", asked]), std::slice::from_ref(visit), "{asked}");
        }
        assert_eq!(phone.refused(&["list", "visit", "--district", "Månen"], "").error, "invalid");
    }
    let new = amina.visit(&json!({"district": "Dalhem Öst"}));
    assert_eq!(amina.ids(&["list", "visit", "--district", "Dalhem Öst"]).len(), 2);
    let closed = json!({"kind": "street", "district": "Närlunda"}).to_string();
    assert_eq!(amina.refused(&["add", "visit"], &closed).error, "invalid", "nothing new in a closed one");
    let follow_up = kari.add("follow_up", &json!({"about": old, "what": "work"}));
    kari.ask(&["give", &follow_up, "--open", "Dalhem Öst"]);
    kari.sync();
    amina.sync();
    assert_eq!(amina.show(&follow_up)["open_to"], json!("Dalhem Öst"), "she is still a volunteer there");
    kari.sync();
    assert!(kari.has(&new));
    programme.volunteer("Leila", &["Dalhem Öst"]);
}
