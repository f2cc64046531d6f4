//! People and devices as whoever runs the server sees to them: real binaries, while the server runs.

use footbridge_testkit::Programme;
use serde_json::{Value, json};

fn items(value: &Value) -> Vec<Value> {
    value["items"].as_array().unwrap_or_else(|| panic!("it answers with items: {value}")).clone()
}

#[test]
fn the_administrator_reads_who_did_what_and_which_devices_there_are() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    programme.coordinator("Kari");
    programme.review_link("Kari");
    let visit = amina.visit(&json!({"minutes": 17}));
    amina.note(&visit, "Hon vill läsa svenska.");
    amina.sync();
    let trail = items(&programme.server.ask(&["audit", &programme.id]));
    let deeds: Vec<&str> = trail.iter().rev().filter_map(|item| item["deed"].as_str()).collect();
    assert_eq!(deeds, ["programme_made", "invited", "joined", "invited", "joined", "review_linked"]);
    assert!(!json!(trail).to_string().contains("svenska"), "no content");
    let devices = items(&programme.server.ask(&["devices", &programme.id]));
    let hers = devices.iter().find(|device| device["name"] == json!("Amina")).expect("Amina's phone");
    assert_eq!(hers["unsent"], json!(2), "as it told when its latest session opened");
    assert!(hers["build"].as_str().is_some_and(|build| build.starts_with("footbridge")), "{hers}");
    let told = programme.server.read(&["audit", &programme.id]);
    assert!(told.contains("the administrator: invited Amina"), "{told}");
    assert!(programme.server.read(&["devices", &programme.id]).contains("Amina"));
}
