//! The device: useful before it has ever met a server, for months without one, and when one comes back.

use footbridge_testkit::{Phone, Programme, Server};
use serde_json::{Value, json};

#[test]
fn everything_but_sync_works_before_the_first_join() {
    let amina = Phone::new("Amina");
    let contact = amina.add("contact", &json!({"handle": "blue scarf", "district": "Somewhere"}));
    let visit = amina.visit(&json!({"district": "Anywhere", "topics": ["health"], "contact": contact}));
    let note = amina.note(&visit, "Hon vill läsa svenska.");
    let draft = amina.visit(&json!({"state": "draft"}));
    let follow_up = amina.add("follow_up", &json!({"about": visit, "what": "studies", "due": "2026-03-09"}));
    amina.edit(&visit, &json!({"topics": {"add": ["work"]}}));
    amina.edit(&note, &json!({"text": "Hon vill läsa norska."}));
    amina.ask(&["done", &draft]);
    assert_eq!(amina.show(&visit)["district"], json!("Anywhere"));
    assert_eq!(amina.ids(&["search", "norska"]), [note.as_str()]);
    assert_eq!(amina.ids(&["due"]), [follow_up.as_str()]);
    assert_eq!(amina.ids(&["list", "visit"]).len(), 2);
    assert!(!amina.items(&["timeline", &visit]).is_empty());
    let refusal = amina.refused(&["add", "visit"], "{\"kind\": \"street\", \"arose\": \"magic\"}");
    assert_eq!(refusal.whole["allowed"].as_array().map(Vec::len), Some(6), "the starter lists: {}", refusal.whole);
    let status = amina.ask(&["status"]);
    assert_eq!((&status["receipts"]["server"], &status["last_sync"]), (&json!(0), &Value::Null));
    assert!(status["unsent"].as_i64().is_some_and(|unsent| unsent >= 5), "{status}");
    assert_ne!(amina.run(&["sync"], "").code, Some(0), "there is nobody to sync with");
}

#[test]
fn at_the_first_join_everything_goes_to_that_programme_and_to_no_other() {
    let programme = Programme::start();
    let elsewhere = Programme::create(&programme.server, "Bydelsmødre");
    let mut amina = Phone::new("Amina");
    let visit = amina.visit(&json!({"district": "Anywhere"}));
    let note = amina.note(&visit, "Hon vill läsa svenska.");
    let draft = amina.visit(&json!({"state": "draft"}));
    amina.join(&programme.server, &programme.invitation("volunteer", "Amina", &["Dalhem"]));
    amina.sync();
    let kari = programme.coordinator("Kari");
    assert_eq!(kari.show(&visit)["author"], json!(programme.person("Amina")));
    assert_eq!(kari.show(&note)["text"], json!("Hon vill läsa svenska."));
    assert!(!kari.has(&draft));

    let arguments = ["invite", &elsewhere, "--role", "volunteer", "--name", "Amina"];
    let other = programme.server.ask(&arguments);
    let url = amina.routed(&programme.server, other["url"].as_str().expect("a link"));
    assert_ne!(amina.run(&["join", &url], "").code, Some(0), "it belongs to a programme");
    amina.ask(&["leave"]);
    let mut solveig = Phone::new("Solveig");
    let invitation = programme.server.ask(&["invite", &elsewhere, "--role", "coordinator", "--name", "Solveig"]);
    solveig.join(&programme.server, invitation["url"].as_str().expect("a link"));
    amina.run(&["join", &url], "");
    amina.run(&["sync"], "");
    solveig.sync();
    assert_eq!(solveig.items(&["list", "visit"]), Vec::<Value>::new());
}

#[test]
fn leaving_is_refused_while_anything_is_unsent_unless_told() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    amina.link().cut();
    amina.visit(&json!({}));
    let refusal = amina.refused(&["leave"], "");
    assert_eq!((refusal.error.as_str(), &refusal.whole["count"]), ("unsent", &json!(1)));
    amina.link().mend();
    amina.sync();
    amina.ask(&["leave"]);
    let leila = programme.volunteer("Leila", &["Dalhem"]);
    leila.link().cut();
    leila.visit(&json!({}));
    leila.ask(&["leave", "--even-unsent"]);
}

#[test]
fn without_a_network_syncing_says_so_and_nothing_else_changes() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    amina.link().cut();
    let visit = amina.visit(&json!({}));
    assert_eq!(amina.refused(&["sync"], "").error, "offline");
    assert_eq!(amina.show(&visit)["receipt"], json!("device"));
    assert_eq!(amina.ask(&["status"])["unsent"], json!(1));
}

#[test]
fn months_without_a_network_end_well() {
    let mut programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    amina.link().cut();
    let mut visits = Vec::new();
    for days in [0, 30, 90, 150] {
        amina.live_days_later(days);
        visits.push(amina.visit(&json!({"minutes": days})));
    }
    programme.server.stop();
    programme.server.live_days_later(150);
    programme.server.serve();
    amina.link().mend();
    amina.sync();
    let kari = programme.coordinator("Kari");
    for visit in &visits {
        assert!(kari.has(visit));
        assert_eq!(amina.show(visit)["receipt"], json!("server"));
    }
}

#[test]
fn a_phone_whose_clock_is_wrong_by_years_loses_nothing() {
    let programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    for days in [-3000, 3000] {
        amina.live_days_later(days);
        let visit = amina.visit(&json!({}));
        let note = amina.note(&visit, "Hon vill läsa svenska.");
        amina.sync();
        amina.live_days_later(0);
        amina.sync();
        let kari = programme.coordinator("Kari");
        assert!(kari.has(&visit) && amina.has(&visit), "{days}");
        if days > 0 {
            assert!(kari.has(&note) && amina.has(&note), "only the server expires things");
        }
    }
}

#[test]
fn a_record_says_whether_it_is_on_this_phone_or_on_the_server() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    assert_eq!(amina.show(&visit)["receipt"], json!("device"));
    amina.sync();
    assert_eq!(amina.show(&visit)["receipt"], json!("server"));
    amina.edit(&visit, &json!({"minutes": 5}));
    assert_eq!(amina.show(&visit)["receipt"], json!("device"), "this edit is not there yet");
    let status = amina.ask(&["status"]);
    assert_eq!((&status["receipts"]["device"], &status["unsent"]), (&json!(1), &json!(1)));
    amina.sync();
    let status = amina.ask(&["status"]);
    assert_eq!((&status["receipts"]["device"], &status["unsent"]), (&json!(0), &json!(0)));
    assert!(status["last_sync"].as_str().is_some_and(|at| at.ends_with('Z')), "{status}");
}

#[test]
fn a_sync_counts_what_it_did_and_a_second_one_has_nothing_to_do() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let visit = amina.visit(&json!({}));
    amina.note(&visit, "Hon vill läsa svenska.");
    let first = amina.sync();
    assert_eq!((&first["pushed"], &first["set_aside"]), (&json!(2), &json!(0)), "{first}");
    let second = amina.sync();
    assert_eq!((&second["pushed"], &second["pulled"]), (&json!(0), &json!(0)), "{second}");
    let bytes = |synced: &Value, name: &str| synced[name].as_i64().expect("a number of bytes");
    assert!(bytes(&first, "bytes_up") > bytes(&second, "bytes_up"), "{first} {second}");
    let pulled = kari.sync();
    assert_eq!((&pulled["pushed"], &pulled["pulled"]), (&json!(0), &json!(2)), "{pulled}");
    assert!(bytes(&pulled, "bytes_down") > 0);
}

#[test]
fn a_watching_tablet_hears_of_news_by_itself() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let mut watch = kari.start(&["sync", "--watch"]);
    watch.value();
    let visit = amina.visit(&json!({}));
    amina.sync();
    let mut pulled = 0;
    while pulled == 0 {
        pulled = watch.value()["pulled"].as_i64().unwrap_or(0);
    }
    watch.interrupt();
    assert!(kari.has(&visit));
}

#[test]
fn a_watching_phone_sends_what_is_recorded_once_the_network_is_back() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    amina.link().cut();
    let visit = amina.visit(&json!({}));
    let mut watch = amina.start(&["sync", "--watch"]);
    amina.link().mend();
    let mut pushed = 0;
    while pushed == 0 {
        pushed = watch.value()["pushed"].as_i64().unwrap_or(0);
    }
    watch.interrupt();
    assert!(programme.coordinator("Kari").has(&visit));
}

#[test]
fn a_broken_link_is_no_reason_to_start_over() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visits: String = (0..3000).map(|n| format!("{}\n", json!({"kind": "street", "minutes": n % 600}))).collect();
    assert_eq!(amina.lines(&["add", "visit"], &visits).len(), 3000);
    amina.sync();
    let mut kari = Phone::new("Kari");
    kari.join(&programme.server, &programme.invitation("coordinator", "Kari", &[]));
    let whole = {
        let noor = programme.coordinator("Noor");
        i64::try_from(noor.link().down()).expect("a number of bytes")
    };
    let mut seen = 0;
    for _ in 0..3 {
        kari.link().mend_for(whole / 3);
        kari.run(&["sync"], "");
        let now = kari.items(&["list", "visit", "--limit", "5000"]).len();
        assert!(now >= seen, "what has come stays");
        seen = now;
    }
    let before = kari.link().down();
    kari.link().mend();
    kari.sync();
    let rest = i64::try_from(kari.link().down() - before).expect("a number of bytes");
    assert_eq!(kari.items(&["list", "visit", "--limit", "5000"]).len(), 3000);
    assert!(rest < whole * 3 / 4, "the rest alone is fetched: {rest} of {whole}");
}

#[test]
fn a_sync_can_be_stopped_in_the_middle_and_goes_on_later() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visits: String = (0..2000).map(|n| format!("{}\n", json!({"kind": "street", "minutes": n % 600}))).collect();
    amina.lines(&["add", "visit"], &visits);
    let up = amina.link().up();
    let syncing = amina.start(&["sync"]);
    while amina.link().up() < up + 2000 {
        std::thread::yield_now();
    }
    let code = syncing.interrupt();
    assert!(matches!(code, Some(0 | 130)), "{code:?}");
    amina.sync();
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
    assert_eq!(programme.coordinator("Kari").ids(&["list", "visit", "--limit", "5000"]).len(), 2000);
}

#[test]
fn a_server_that_is_no_longer_there_loses_no_work() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    let Programme { server, id } = programme;
    drop::<Server>(server);
    assert_eq!(amina.refused(&["sync"], "").error, "offline");
    assert!(amina.has(&visit), "{id}");
}
