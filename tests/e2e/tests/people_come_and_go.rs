//! A coordinator invites, gives roles and districts and takes rights away from her own device; what a person may
//! read follows at her next contact.

use footbridge_testkit::{Certificate, Phone, Programme, Request, Server};
use serde_json::{Value, json};

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is in {value}")).to_owned()
}

/// A follow-up of this phone's that is open to the volunteers of a district.
fn open_to(phone: &Phone, district: &str) -> String {
    let visit = phone.visit(&json!({}));
    let follow_up = phone.add("follow_up", &json!({"about": visit, "what": "studies"}));
    phone.ask(&["give", &follow_up, "--open", district]);
    phone.sync();
    follow_up
}

#[test]
fn an_invitation_made_without_network_works_once_the_coordinator_has_synced() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    kari.link().cut();
    let made = kari.ask(&["invite", "--name", "Leila", "--role", "volunteer", "--district", "Närlunda"]);
    assert_eq!(made["sent"], json!(false));
    assert_eq!(kari.ask(&["status"])["commands"], json!(1));
    let mut leila = Phone::new("Leila");
    let url = leila.routed(&programme.server, &text(&made, "url"));
    assert_eq!(leila.refused(&["join", &url], "").whole["code"], json!("invitation_unknown"));
    kari.link().mend();
    kari.sync();
    assert_eq!(kari.ask(&["status"])["commands"], json!(0));
    let joined = leila.ask(&["join", &url]);
    assert_eq!((&joined["role"], &joined["person"]), (&json!("volunteer"), &made["person"]));
    kari.sync();
    let shown = kari.show(&text(&made, "person"));
    assert_eq!((&shown["name"], &shown["districts"]), (&json!("Leila"), &json!(["Närlunda"])));
}

#[test]
fn a_link_that_a_robot_looked_at_works_and_one_that_was_handed_on_after_use_does_not() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let made = kari.ask(&["invite", "--name", "Leila", "--role", "volunteer", "--district", "Närlunda"]);
    assert_eq!(made["sent"], json!(true));
    // A robot that previews links fetches the page, with and without what stands after the sign #.
    let url = text(&made, "url");
    let (_, fragment) = url.split_once("/join").expect("it leads to /join");
    for path in ["/join".to_owned(), format!("/join{}", fragment.replace('#', "?")), format!("/join{fragment}")] {
        for _ in 0..3 {
            Request::get(&path).send(programme.server.address());
        }
    }
    let mut leila = Phone::new("Leila");
    leila.join(&programme.server, &url);
    let mut somebody = Phone::new("somebody");
    let handed_on = somebody.routed(&programme.server, &url);
    assert_eq!(somebody.refused(&["join", &handed_on], "").whole["code"], json!("invitation_used"));
}

#[test]
fn an_invitation_from_a_device_names_the_certificate_by_which_its_server_is_known() {
    let certificate = Certificate::new();
    let mut server = Server::stopped();
    let options = certificate.options();
    server.serve_with(&options.iter().map(String::as_str).collect::<Vec<_>>());
    let id = Programme::create(&server, "Stadsdelsmammor");
    let programme = Programme { server, id };
    let kari = programme.coordinator("Kari");
    let made = kari.ask(&["invite", "--name", "Leila", "--role", "volunteer", "--district", "Närlunda"]);
    let url = text(&made, "url");
    assert!(url.starts_with("https://") && url.contains("&f="), "{url}");
    assert_eq!(Phone::new("Leila").join(&programme.server, &url)["person"], made["person"]);
}

#[test]
fn only_a_coordinator_asks_and_nothing_of_a_volunteers_asking_waits() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let person = programme.person("Amina");
    amina.link().cut();
    for arguments in [
        &["invite", "--name", "Leila", "--role", "coordinator"][..],
        &["invite", "--person", &person],
        &["role", "--person", &person, "coordinator"],
        &["revoke", "--person", &person],
        &["reinstate", "--person", &person],
        &["review"],
        &["quarantine"],
        &["take", &person.replace('0', "1")],
        &["discard", &person.replace('0', "1")],
    ] {
        assert_eq!(amina.refused(arguments, "").error, "forbidden", "{arguments:?}");
    }
    let status = amina.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["commands"]), (&json!(0), &json!(0)));
}

#[test]
fn what_the_programme_does_not_have_is_told_before_anything_is_asked() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let nobody = "01998c5e-7f00-7000-8000-000000000001";
    for (arguments, field) in [
        (&["invite", "--name", "Leila", "--role", "volunteer", "--district", "Månen"][..], "district"),
        (&["invite", "--name", " ", "--role", "volunteer"], "name"),
        (&["invite", "--name", "Leila", "--role", "volunteer", "--days", "0"], "days"),
        (&["invite", "--person", nobody], "person"),
        (&["role", "--person", nobody, "volunteer"], "person"),
        (&["role", "--person", "Kari", "volunteer", "--district", "Månen"], "district"),
        (&["revoke", "--person", "Nobody"], "person"),
    ] {
        let refusal = kari.refused(arguments, "");
        assert_eq!((refusal.error.as_str(), refusal.field.as_deref()), ("invalid", Some(field)), "{arguments:?}");
    }
    assert_eq!(kari.ask(&["status"])["unsent"], json!(0));
    // This one only the server can tell, and it does; nothing of it waits or is left.
    let refusal = kari.refused(&["role", "--person", "Kari", "volunteer"], "");
    assert_eq!((refusal.error.as_str(), &refusal.whole["code"]), ("refused", &json!("forbidden")));
    let status = kari.ask(&["status"]);
    assert_eq!(
        (&status["unsent"], &status["set_aside"], &status["role"]),
        (&json!(0), &json!([]), &json!("coordinator"))
    );
}

#[test]
fn a_role_that_was_asked_for_is_shown_as_asked_until_the_server_has_heard() {
    let programme = Programme::start();
    programme.volunteer("Leila", &["Närlunda"]);
    let kari = programme.coordinator("Kari");
    let leila_id = programme.person("Leila");
    kari.link().cut();
    let asked = kari.ask(&["role", "--person", "Leila", "volunteer", "--district", "Dalhem"]);
    assert_eq!((&asked["id"], &asked["sent"]), (&json!(leila_id), &json!(false)));
    let shown = kari.show(&leila_id);
    assert_eq!((&shown["districts"], &shown["receipt"]), (&json!(["Dalhem"]), &json!("device")));
    kari.link().mend();
    kari.sync();
    let shown = kari.show(&leila_id);
    assert_eq!((&shown["districts"], &shown["receipt"]), (&json!(["Dalhem"]), &json!("server")));
}

#[test]
fn a_role_that_grows_fills_from_the_start_and_one_that_shrinks_lets_go() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let kari = programme.coordinator("Kari");
    let theirs = amina.visit(&json!({"minutes": 11}));
    let note = amina.note(&theirs, "Hon vill läsa svenska.");
    amina.sync();
    let own = leila.visit(&json!({"minutes": 22}));
    let draft = leila.visit(&json!({"state": "draft", "minutes": 33}));
    leila.sync();
    assert!(!leila.has(&theirs));

    kari.ask(&["role", "--person", "Leila", "coordinator"]);
    leila.sync();
    assert_eq!(leila.show(&theirs)["minutes"], json!(11), "from its start");
    assert_eq!(leila.items(&["search", "svenska"]).len(), 1);
    assert_eq!(leila.ask(&["status"])["role"], json!("coordinator"));

    // She writes while she does not know yet that she is a volunteer again.
    leila.link().cut();
    let kept = amina.visit(&json!({"minutes": 44}));
    amina.sync();
    leila.edit(&theirs, &json!({"minutes": 12}));
    kari.ask(&["role", "--person", "Leila", "volunteer", "--district", "Dalhem"]);
    leila.link().mend();
    leila.sync();
    assert!(!leila.has(&note) && !leila.has(&kept));
    assert_eq!(leila.items(&["search", "svenska"]), Vec::<Value>::new());
    assert_eq!((&leila.show(&own)["minutes"], &leila.show(&draft)["minutes"]), (&json!(22), &json!(33)));
    // What she wrote is kept, and shown with what to do.
    assert_eq!(leila.show(&theirs)["minutes"], json!(12));
    let aside = leila.ask(&["status"])["set_aside"].clone();
    assert_eq!((aside.as_array().map(Vec::len), &aside[0]["id"]), (Some(1), &json!(theirs)), "{aside}");
    leila.ask(&["discard", &theirs]);
    assert_eq!(leila.ask(&["status"])["set_aside"], json!([]));
    leila.sync();
    assert!(!leila.has(&theirs));
}

#[test]
fn a_move_to_another_district_brings_its_follow_ups_and_leaves_those_behind_that_nothing_else_gives() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let kari = programme.coordinator("Kari");
    let (here, there) = (open_to(&amina, "Närlunda"), open_to(&amina, "Dalhem"));
    let own = open_to(&leila, "Närlunda");
    leila.sync();
    assert!(leila.has(&here) && leila.has(&own) && !leila.has(&there));
    kari.ask(&["role", "--person", "Leila", "volunteer", "--district", "Dalhem"]);
    leila.sync();
    assert!(leila.has(&there) && !leila.has(&here));
    assert_eq!(leila.show(&own)["open_to"], json!("Närlunda"), "it is hers as well");
    kari.ask(&["role", "--person", "Leila", "volunteer", "--district", "Dalhem", "--district", "Närlunda"]);
    leila.sync();
    assert!(leila.has(&here) && leila.has(&there) && leila.has(&own));
}

#[test]
fn who_was_revoked_from_the_coordinators_device_joins_again_when_she_is_reinstated() {
    let programme = Programme::start();
    let mut leila = programme.volunteer("Leila", &["Närlunda"]);
    let kari = programme.coordinator("Kari");
    let visit = leila.visit(&json!({}));
    leila.sync();
    let unused = text(&kari.ask(&["invite", "--person", "Leila"]), "url");
    assert_eq!(kari.ask(&["revoke", "--person", "Leila"])["sent"], json!(true));
    kari.sync();
    assert!(kari.show(&programme.person("Leila"))["revoked_at"].is_string());
    assert_eq!(leila.refused(&["sync"], "").whole["code"], json!("revoked"));
    // An invitation that she had not used lets her in no more.
    let mut other = Phone::new("Leila");
    let url = other.routed(&programme.server, &unused);
    assert_eq!(other.refused(&["join", &url], "").error, "refused");
    assert_eq!(kari.ask(&["reinstate", "--person", "Leila"])["sent"], json!(true));
    let url = text(&kari.ask(&["invite", "--person", "Leila"]), "url");
    leila.join(&programme.server, &url);
    leila.sync();
    assert!(leila.has(&visit));
    kari.sync();
    assert_eq!(kari.show(&programme.person("Leila"))["revoked_at"], Value::Null);
}

#[test]
fn a_link_to_the_review_pages_from_her_own_device_signs_her_in_once() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let made = kari.ask(&["review"]);
    assert_eq!(made["sent"], json!(true));
    let url = text(&made, "url");
    let place = url.find("/review/").unwrap_or_else(|| panic!("it leads to the review pages: {url}"));
    let page = Request::get(&url[place..]).send(programme.server.address());
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Kari"), "it asks her whether she wants in: {}", page.text());
}

#[test]
fn what_a_coordinator_asked_is_in_the_audit_trail_with_her_name_and_no_content() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    programme.volunteer("Leila", &["Närlunda"]);
    kari.sync();
    kari.ask(&["role", "--person", "Leila", "volunteer", "--district", "Dalhem"]);
    kari.ask(&["revoke", "--person", "Leila"]);
    kari.ask(&["reinstate", "--person", "Leila"]);
    let trail = programme.server.ask(&["audit", &programme.id]);
    let kari_id = json!(programme.person("Kari"));
    let hers = trail["items"].as_array().expect("items").iter().filter(|item| item["person"] == kari_id).count();
    assert!(hers >= 3, "{trail}");
}
