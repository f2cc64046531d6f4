//! Follow-ups: given to a person or open to a district, due, closed by another.

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

struct Street {
    programme: Programme,
    amina: Phone,
    leila: Phone,
    fatima: Phone,
    kari: Phone,
    visit: String,
    follow_up: String,
}

/// Amina met somebody in Dalhem and promised something; Leila works in Närlunda, Fatima in Fredriksdal.
fn promised() -> Street {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let fatima = programme.volunteer("Fatima", &["Fredriksdal"]);
    let kari = programme.coordinator("Kari");
    let contact = amina.add("contact", &json!({"handle": "blue scarf, library", "district": "Dalhem"}));
    let visit = amina.visit(&json!({"contact": contact}));
    let follow_up = amina.add("follow_up", &json!({"about": visit, "what": "call_health_centre", "due": "2026-03-09"}));
    amina.sync();
    Street { programme, amina, leila, fatima, kari, visit, follow_up }
}

impl Street {
    fn sync_all(&self) {
        for phone in [&self.amina, &self.leila, &self.fatima, &self.kari] {
            phone.sync();
        }
    }
}

#[test]
fn a_follow_up_is_its_authors_and_the_coordinators_until_it_is_given() {
    let street = promised();
    street.sync_all();
    for phone in [&street.amina, &street.kari] {
        let shown = phone.show(&street.follow_up);
        assert_eq!(
            (&shown["state"], &shown["what"], &shown["due"], &shown["about"]),
            (&json!("open"), &json!("call_health_centre"), &json!("2026-03-09"), &json!(street.visit))
        );
    }
    assert!(!street.leila.has(&street.follow_up));
    assert!(!street.fatima.has(&street.follow_up));
}

#[test]
fn a_follow_up_open_to_a_district_is_closed_by_one_of_its_volunteers() {
    let street = promised();
    street.amina.ask(&["give", &street.follow_up, "--open", "Närlunda"]);
    street.sync_all();
    let shown = street.leila.show(&street.follow_up);
    assert_eq!(
        (&shown["handle"], &shown["district"], &shown["open_to"]),
        (&json!("blue scarf, library"), &json!("Dalhem"), &json!("Närlunda"))
    );
    assert!(!street.leila.has(&street.visit), "its handle and district, not the visit");
    assert!(!street.fatima.has(&street.follow_up), "open to another district");
    street.leila.edit(&street.follow_up, &json!({"state": "closed", "outcome": "done"}));
    street.leila.sync();
    street.sync_all();
    for phone in [&street.amina, &street.kari] {
        let shown = phone.show(&street.follow_up);
        assert_eq!((&shown["state"], &shown["outcome"]), (&json!("closed"), &json!("done")), "{}", phone.name());
        assert_eq!(shown["closed_by"], json!(street.programme.person("Leila")));
        assert_eq!(phone.items(&["due"]), Vec::<Value>::new());
    }
}

#[test]
fn a_follow_up_given_to_one_person_is_due_on_her_phone() {
    let street = promised();
    let fatima = street.programme.person("Fatima");
    street.kari.sync();
    street.kari.ask(&["give", &street.follow_up, "--to", &fatima]);
    street.kari.sync();
    street.sync_all();
    assert_eq!(street.fatima.ids(&["due"]), [street.follow_up.as_str()]);
    assert_eq!(street.fatima.show(&street.follow_up)["given_to"], json!(fatima));
    assert!(!street.leila.has(&street.follow_up));
    street.fatima.edit(&street.follow_up, &json!({"state": "closed", "outcome": "could_not_reach"}));
    street.fatima.sync();
    street.amina.sync();
    assert_eq!(street.amina.show(&street.follow_up)["outcome"], json!("could_not_reach"));
}

#[test]
fn a_follow_up_given_to_another_leaves_the_phone_that_had_it() {
    let street = promised();
    street.amina.ask(&["give", &street.follow_up, "--open", "Närlunda"]);
    street.sync_all();
    assert!(street.leila.has(&street.follow_up));
    street.amina.ask(&["give", &street.follow_up, "--to", &street.programme.person("Fatima")]);
    street.sync_all();
    assert!(!street.leila.has(&street.follow_up));
    assert!(street.fatima.has(&street.follow_up));
}

#[test]
fn whoever_may_see_it_closes_it_and_the_first_to_do_so_is_believed() {
    let street = promised();
    street.amina.ask(&["give", &street.follow_up, "--open", "Närlunda"]);
    street.sync_all();
    street.kari.edit(&street.follow_up, &json!({"state": "closed", "outcome": "not_needed"}));
    street.leila.edit(&street.follow_up, &json!({"state": "closed", "outcome": "done"}));
    street.leila.sync();
    street.kari.sync();
    street.sync_all();
    for phone in [&street.amina, &street.leila, &street.kari] {
        let shown = phone.show(&street.follow_up);
        assert_eq!((&shown["state"], &shown["outcome"]), (&json!("closed"), &json!("done")), "{}", phone.name());
        assert_eq!(shown["closed_by"], json!(street.programme.person("Leila")));
    }
}

#[test]
fn a_wrong_outcome_is_refused_with_those_that_are_allowed() {
    let street = promised();
    let refusal = street
        .amina
        .refused(&["edit", &street.follow_up], &json!({"state": "closed", "outcome": "splendid"}).to_string());
    assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some("outcome")));
    assert!(refusal.whole.to_string().contains("could_not_reach"), "{}", refusal.whole);
}

#[test]
fn giving_without_a_network_waits_and_is_shown_at_once() {
    let street = promised();
    street.amina.link().cut();
    street.amina.ask(&["give", &street.follow_up, "--open", "Närlunda"]);
    assert_eq!(street.amina.show(&street.follow_up)["open_to"], json!("Närlunda"), "as the phone will have it");
    street.leila.sync();
    assert!(!street.leila.has(&street.follow_up));
    street.amina.link().mend();
    street.amina.sync();
    street.leila.sync();
    assert!(street.leila.has(&street.follow_up));
}

#[test]
fn what_can_no_longer_be_taken_is_set_aside_with_its_reason_and_the_rest_goes_through() {
    let street = promised();
    street.amina.ask(&["give", &street.follow_up, "--open", "Närlunda"]);
    street.sync_all();
    street.leila.link().cut();
    street.leila.edit(&street.follow_up, &json!({"state": "closed", "outcome": "done"}));
    let visit = street.leila.visit(&json!({"district": "Närlunda"}));
    street.kari.ask(&["give", &street.follow_up, "--to", &street.programme.person("Fatima")]);
    street.kari.sync();
    street.leila.link().mend();
    let synced = street.leila.sync();
    assert_eq!(synced["set_aside"], json!(1), "{synced}");
    let status = street.leila.ask(&["status"]);
    let aside = status["set_aside"].as_array().expect("what is set aside");
    assert_eq!(aside.len(), 1, "{status}");
    assert_eq!(aside[0]["id"], json!(street.follow_up));
    for name in ["reason", "what_to_do"] {
        assert!(aside[0][name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {status}");
    }
    street.kari.sync();
    assert!(street.kari.has(&visit), "the rest goes through");
    assert_eq!(street.kari.show(&street.follow_up)["state"], json!("open"));
}

#[test]
fn due_shows_what_is_open_nearest_first() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    let add = |due: &str| amina.add("follow_up", &json!({"about": visit, "what": "studies", "due": due}));
    let (late, early) = (add("2026-05-01"), add("2026-04-01"));
    let closed = add("2026-03-01");
    amina.edit(&closed, &json!({"state": "closed", "outcome": "not_needed"}));
    assert_eq!(amina.ids(&["due"]), [early, late]);
}
