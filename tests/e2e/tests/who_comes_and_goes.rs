//! People and devices as whoever runs the server sees to them: real binaries, while the server runs.

use footbridge_model::{Command, DocumentId, FieldChange, Kind, Scalar};
use footbridge_protocol::{Answer, ErrorCode};
use footbridge_testkit::{Programme, RawDevice, change_item};
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

#[test]
fn a_role_that_is_changed_while_the_server_runs_is_learnt_at_the_next_contact() {
    let programme = Programme::start();
    let (amina, leila) = (programme.volunteer("Amina", &["Dalhem"]), programme.volunteer("Leila", &["Närlunda"]));
    let (visit, own) = (leila.visit(&json!({})), amina.visit(&json!({})));
    let follow_up = leila.add("follow_up", &json!({"about": visit, "what": "studies"}));
    leila.ask(&["give", &follow_up, "--open", "Närlunda"]);
    leila.sync();
    let role = |role: &str, district: &[&str]| {
        let person = programme.person("Amina");
        let mut arguments = vec!["role", &programme.id, "--person", &person, role];
        for name in district {
            arguments.extend(["--district", name]);
        }
        programme.server.ask(&arguments)
    };
    let made = role("volunteer", &["Närlunda"]);
    assert_eq!((&made["role"], &made["districts"]), (&json!("volunteer"), &json!(["Närlunda"])));
    amina.sync();
    assert!(amina.has(&follow_up) && !amina.has(&visit), "a scope gained is filled from its start");
    role("coordinator", &[]);
    amina.sync();
    assert!(amina.has(&visit) && amina.has(&follow_up));
    role("volunteer", &["Dalhem"]);
    amina.sync();
    assert!(!amina.has(&visit) && !amina.has(&follow_up), "a scope lost is let go");
    assert!(amina.has(&own), "what another scope still has stays");
    let unknown = ["role", &programme.id, "--person", &programme.person("Amina"), "volunteer", "--district", "Månen"];
    let ended = programme.server.run(&unknown);
    assert!(ended.code == Some(2) && ended.stderr.contains("Dalhem"), "{}", ended.stderr);
}

#[test]
fn the_administrator_revokes_a_person_and_gives_her_rights_back() {
    let programme = Programme::start();
    let server = &programme.server;
    let leila = programme.volunteer("Leila", &["Dalhem"]);
    programme.invitation("coordinator", "Kari", &[]);
    let (person, kari) = (programme.person("Leila"), programme.person("Kari"));
    let told = server.read(&["revoke", &programme.id, "--person", &person]);
    assert!(told.contains("belongs to the programme no more"), "{told}");
    assert_ne!(leila.run(&["sync"], "").code, Some(0));
    let devices = items(&server.ask(&["devices", &programme.id]));
    assert!(devices[0]["revoked_at"].is_string(), "{devices:?}");
    let ended = server.run(&["invite", &programme.id, "--person", &person]);
    assert!(ended.code == Some(2) && ended.stderr.contains("reinstate"), "{}", ended.stderr);
    let back = server.ask(&["reinstate", &programme.id, "--person", &person]);
    assert_eq!(back["revoked_at"], Value::Null);
    let link = server.ask(&["invite", &programme.id, "--person", &person]);
    assert_eq!(link["person"], json!(person));
    let deeds: Vec<Value> =
        items(&server.ask(&["audit", &programme.id])).iter().map(|item| item["deed"].clone()).collect();
    assert_eq!(deeds[..3], [json!("invited"), json!("reinstated"), json!("revoked")]);
    // The last coordinator goes by the administrator's word alone, and this is it.
    server.ask(&["revoke", &programme.id, "--person", &kari, "--wipe"]);
    for arguments in [vec!["revoke", &programme.id], vec!["reinstate", &programme.id], vec!["invite", &programme.id]] {
        assert_eq!(server.run(&arguments).code, Some(2), "{arguments:?} lacks whom");
    }
}

#[test]
fn what_a_revoked_device_still_sends_waits_for_a_coordinator_across_a_restart() {
    let mut programme = Programme::start();
    let join = |role, name| RawDevice::join(programme.server.address(), &programme.invitation(role, name, &[]));
    let (mut amina, mut kari) = (join("volunteer", "Amina"), join("coordinator", "Kari"));
    let person = programme.person("Amina");
    programme.server.ask(&["revoke", &programme.id, "--person", &person, "--wipe"]);
    let refusal = amina.try_session().expect_err("a revoked device gets no session");
    assert_eq!(refusal.code(), Some(ErrorCode::Revoked));
    assert!(amina.revocation(&refusal).wipe, "the notice is signed, names the device, and says that it is lost");
    let fields = [FieldChange::Set { field: "kind".to_owned(), value: Scalar::Str("street".to_owned()) }];
    let (visit, made) = amina.record(Kind::Visit, &fields);
    let (other, thrown) = amina.record(Kind::Visit, &fields);
    let sent = vec![change_item(visit, "visit", made.change), change_item(other, "visit", thrown.change)];
    assert_eq!(amina.push(sent), [Answer::Refused(ErrorCode::Quarantined); 2]);
    programme.server.stop();
    programme.server.serve();
    assert!(kari.documents(&[visit, other]).items.is_empty(), "nothing was applied");
    let devices = items(&programme.server.ask(&["devices", &programme.id]));
    let told = devices.iter().find(|device| device["name"] == json!("Amina")).expect("Amina's device");
    assert_eq!((&told["quarantined"], &told["wipe"]), (&json!(2), &json!(true)));
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let backup = folder.path().join("backup").display().to_string();
    programme.server.ask(&["backup", &backup]);
    let entries = kari.quarantine().expect("a coordinator looks").items;
    let entry = |record| {
        let found = entries.iter().find(|entry| entry.record == record).expect("an entry for each record");
        DocumentId::from_bytes(*found.id.as_bytes())
    };
    let commands = vec![kari.command(entry(visit), Command::Take), kari.command(entry(other), Command::Discard)];
    assert_eq!(kari.push(commands), [Answer::Accepted; 2]);
    assert_eq!(kari.documents(&[visit, other]).items.len(), 1, "what was taken is here, what was thrown away is not");
    assert!(kari.quarantine().expect("a coordinator looks").items.is_empty());
    let trail = items(&programme.server.ask(&["audit", &programme.id]));
    let deeds: Vec<&str> = trail.iter().filter_map(|item| item["deed"].as_str()).take(4).collect();
    assert_eq!(deeds, ["discarded", "taken_over", "handed_over", "revoked"]);
    let told = programme.server.read(&["audit", &programme.id]);
    assert!(told.contains("Kari: took") && told.contains("from quarantine"), "{told}");
    programme.server.stop();
    assert_eq!(programme.server.run(&["restore", &backup]).code, Some(0));
    programme.server.serve();
    let entries = kari.quarantine().expect("a coordinator looks").items;
    let records: Vec<DocumentId> = entries.iter().map(|entry| entry.record).collect();
    assert_eq!(records, [visit], "what was thrown away does not come back with a backup from before");
}
