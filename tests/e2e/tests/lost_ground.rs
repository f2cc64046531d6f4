//! The server loses what it had: a disk rolled back to a backup. Devices give it back, and what was edited
//! on top is made again from what the person meant.

use footbridge_testkit::{Phone, Programme, copy_folder};
use serde_json::json;

/// A programme whose server was rolled back to before Amina's visit, which both devices had.
fn rolled_back(before_the_roll_back: impl FnOnce(&Phone, &Phone, &str)) -> (Programme, Phone, Phone, String) {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    programme.server.stop();
    let backup = tempfile::tempdir().expect("a folder for the backup");
    copy_folder(&programme.server.data(), backup.path());
    programme.server.serve();
    let visit = amina.visit(&json!({"minutes": 20}));
    amina.sync();
    kari.sync();
    before_the_roll_back(&amina, &kari, &visit);
    programme.server.stop();
    programme.server.replace_data(backup.path());
    programme.server.serve();
    (programme, amina, kari, visit)
}

#[test]
fn a_change_whose_ground_the_server_lacks_is_made_again_from_its_intent() {
    let (programme, amina, _, visit) = rolled_back(|amina, _, visit| {
        amina.link().cut();
        amina.edit(visit, &json!({"minutes": 35}));
    });
    amina.link().mend();
    amina.sync();
    amina.sync();
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
    assert_eq!(amina.ask(&["status"])["set_aside"], json!([]));
    let noor = programme.coordinator("Noor");
    assert_eq!(noor.show(&visit)["minutes"], json!(35));
}

#[test]
fn what_the_server_had_taken_and_lost_is_given_back() {
    let (programme, amina, _, visit) = rolled_back(|_, _, _| {});
    amina.sync();
    amina.sync();
    let noor = programme.coordinator("Noor");
    assert_eq!(noor.show(&visit)["minutes"], json!(20));
}

#[test]
fn edits_of_both_sides_of_a_roll_back_are_kept() {
    let (programme, amina, kari, visit) = rolled_back(|amina, kari, visit| {
        amina.edit(visit, &json!({"reached": 2}));
        amina.sync();
        kari.sync();
        kari.edit(visit, &json!({"next_step": "studies"}));
    });
    for phone in [&amina, &kari, &amina, &kari] {
        phone.sync();
    }
    let noor = programme.coordinator("Noor");
    for phone in [&amina, &kari, &noor] {
        let shown = phone.show(&visit);
        assert_eq!(
            (&shown["minutes"], &shown["reached"], &shown["next_step"]),
            (&json!(20), &json!(2), &json!("studies")),
            "{}",
            phone.name()
        );
    }
}
