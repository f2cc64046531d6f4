//! A phone whose rights were taken away: it locks, hands over what it had not sent, and is emptied; nothing but
//! its own server's word does that.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use footbridge_testkit::{Certificate, Needle, Phone, Programme, Server, copy_folder, files_with};
use serde_json::{Value, json};

/// What a phone knows that its server has not heard of: a visit with a note, and a draft.
struct Unsent {
    visit: String,
    note: String,
    draft: String,
}

fn record_unsent(phone: &Phone) -> Unsent {
    let visit = phone.visit(&json!({"minutes": 25, "place": "library"}));
    let note = phone.note(&visit, "Hon vill läsa svenska.");
    let draft = phone.visit(&json!({"state": "draft", "place": "lungört vid grinden"}));
    Unsent { visit, note, draft }
}

fn revoke(programme: &Programme, name: &str, more: &[&str]) {
    let person = programme.person(name);
    let mut arguments = vec!["revoke", &programme.id, "--person", &person];
    arguments.extend(more);
    programme.server.ask(&arguments);
}

/// What `status` says of the rights of a phone.
fn emptied(phone: &Phone) -> Option<bool> {
    let status = phone.ask(&["status"]);
    status["revoked"].as_object().map(|revoked| revoked["emptied"] == json!(true))
}

#[track_caller]
fn is_as_new(phone: &Phone) {
    let status = phone.ask(&["status"]);
    assert_eq!((&status["joined"], &status["unsent"]), (&json!(false), &json!(0)), "{status}");
    assert_eq!(status["revoked"]["emptied"], json!(true), "{status}");
    for kind in ["visit", "note", "person", "code"] {
        assert_eq!(phone.items(&["list", kind]), Vec::<Value>::new(), "{kind}");
    }
    assert_eq!(phone.items(&["search", "svenska"]), Vec::<Value>::new());
}

/// Lets the phone hear that it was revoked, and cuts the link before it could hand anything over.
#[track_caller]
fn hear_and_lose_the_network(phone: &Phone) {
    for bytes in (300..4000).step_by(100) {
        phone.link().mend_for(bytes);
        phone.refused(&["sync"], "");
        if emptied(phone).is_some() {
            phone.link().cut();
            return;
        }
    }
    panic!("it never heard of it");
}

#[test]
fn a_revoked_phone_hands_over_what_it_had_not_sent_and_is_emptied() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let sent = amina.visit(&json!({}));
    amina.sync();
    amina.link().cut();
    let unsent = record_unsent(&amina);
    amina.edit(&sent, &json!({"minutes": 45}));
    revoke(&programme, "Amina", &[]);
    amina.link().mend();
    let refusal = amina.refused(&["sync"], "");
    assert_eq!((refusal.error.as_str(), &refusal.whole["code"]), ("refused", &json!("revoked")));
    is_as_new(&amina);
    assert_eq!(amina.refused(&["sync"], "").whole["code"], json!("not_joined"));

    let quarantine = kari.items(&["quarantine"]);
    let about = |id: &str| quarantine.iter().find(|item| item["about"] == json!(id));
    assert_eq!(about(&unsent.visit).expect("the visit")["fields"]["minutes"], json!(25));
    assert_eq!(about(&unsent.note).expect("the note")["fields"]["text"], json!("Hon vill läsa svenska."));
    assert!(about(&sent).is_some(), "the edit of what the server has");
    assert!(about(&unsent.draft).is_none() && !json!(quarantine).to_string().contains("lungört"), "{quarantine:?}");
    let amina_id = programme.person("Amina");
    assert!(quarantine.iter().all(|item| item["person"] == json!(amina_id)), "{quarantine:?}");
    kari.sync();
    assert!(!kari.has(&unsent.visit), "nothing of it was carried out");
    assert_eq!(kari.show(&sent)["minutes"], Value::Null);
}

#[test]
fn a_locked_phone_shows_nothing_and_goes_on_handing_over_until_it_is_done() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let unsent = record_unsent(&amina);
    revoke(&programme, "Amina", &[]);
    hear_and_lose_the_network(&amina);
    assert_eq!(emptied(&amina), Some(false));
    let visit = unsent.visit.as_str();
    for (arguments, input) in [
        (&["show", visit][..], ""),
        (&["list", "visit"], ""),
        (&["search", "svenska"], ""),
        (&["timeline", visit], ""),
        (&["conflicts"], ""),
        (&["due"], ""),
        (&["export", "visit", "--format", "csv"], ""),
        (&["add", "visit"], "{\"kind\": \"home\"}"),
        (&["edit", visit], "{\"minutes\": 1}"),
        (&["done", &unsent.draft], ""),
        (&["leave", "--even-unsent"], ""),
        (&["quarantine"], ""),
    ] {
        let refusal = amina.refused(arguments, input);
        assert_eq!((refusal.error.as_str(), refusal.code), ("locked", 14), "{arguments:?}");
    }
    let told = amina.read(&["--lang", "nb", "status"]);
    assert!(told.contains("låst") && !told.contains("svenska"), "{told}");
    assert_eq!(amina.refused(&["sync"], "").error, "offline");
    assert_eq!(emptied(&amina), Some(false), "without network it waits");
    amina.link().mend();
    assert_eq!(amina.refused(&["sync"], "").whole["code"], json!("revoked"));
    is_as_new(&amina);
    assert_eq!(kari.items(&["quarantine"]).len(), 2);
}

#[test]
fn a_lost_phone_tries_once_to_hand_over_and_is_emptied_whatever_came_of_it() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    record_unsent(&amina);
    revoke(&programme, "Amina", &["--wipe"]);
    hear_and_lose_the_network(&amina);
    is_as_new(&amina);

    let leila = programme.volunteer("Leila", &["Dalhem"]);
    let unsent = record_unsent(&leila);
    revoke(&programme, "Leila", &["--wipe"]);
    assert_eq!(leila.refused(&["sync"], "").whole["code"], json!("revoked"));
    is_as_new(&leila);
    let quarantine = kari.items(&["quarantine"]);
    assert!(quarantine.iter().any(|item| item["about"] == json!(unsent.visit)), "what could be handed over was");
}

#[test]
fn an_emptied_phone_joins_again_by_a_new_invitation_and_what_it_had_sent_is_hers_again() {
    let programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    let (sent, draft) = (amina.visit(&json!({})), amina.visit(&json!({"state": "draft", "minutes": 3})));
    amina.sync();
    revoke(&programme, "Amina", &[]);
    assert_eq!(amina.refused(&["sync"], "").whole["code"], json!("revoked"));
    is_as_new(&amina);
    let amina_id = programme.person("Amina");
    programme.server.ask(&["reinstate", &programme.id, "--person", &amina_id]);
    let answer = programme.server.ask(&["invite", &programme.id, "--person", &amina_id]);
    amina.join(&programme.server, answer["url"].as_str().expect("a link"));
    amina.sync();
    assert!(amina.has(&sent));
    assert_eq!(amina.show(&draft)["minutes"], json!(3));
    assert_eq!(amina.ask(&["status"])["revoked"], Value::Null);
}

#[test]
fn rights_given_back_before_the_phone_was_emptied_unlock_it() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let unsent = record_unsent(&amina);
    revoke(&programme, "Amina", &[]);
    hear_and_lose_the_network(&amina);
    programme.server.ask(&["reinstate", &programme.id, "--person", &programme.person("Amina")]);
    amina.link().mend();
    amina.sync();
    assert_eq!(emptied(&amina), None);
    assert_eq!(amina.show(&unsent.draft)["place"], json!("lungört vid grinden"));
    kari.sync();
    assert_eq!(kari.show(&unsent.visit)["minutes"], json!(25));
    let status = amina.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])));
}

#[test]
fn a_watching_phone_hears_of_it_at_once_and_says_so() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let mut watch = amina.start(&["sync", "--watch"]);
    assert!(watch.value()["pulled"].is_number(), "it has synced");
    revoke(&programme, "Amina", &[]);
    let told = loop {
        let value = watch.value();
        if value.get("revoked").is_some() {
            break value;
        }
    };
    assert_eq!(told["revoked"]["emptied"], json!(true));
    is_as_new(&amina);
}

#[test]
fn another_server_in_the_place_of_its_own_locks_and_empties_nothing() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    // A stranger's server, with a programme and a person of its own, who is revoked there.
    let mut stranger = Programme::start();
    stranger.volunteer("Amina", &["Dalhem"]);
    revoke(&stranger, "Amina", &["--wipe"]);
    stranger.server.stop();
    programme.server.stop();
    let own = tempfile::tempdir().expect("a folder");
    copy_folder(&programme.server.data(), own.path());
    programme.server.replace_data(&stranger.server.data());
    programme.server.serve();
    let refusal = amina.refused(&["sync"], "");
    assert_eq!(refusal.whole["code"], json!("wrong_server"), "{}", refusal.whole);
    assert_eq!(emptied(&amina), None);
    assert!(amina.has(&visit));
    programme.server.stop();
    programme.server.replace_data(own.path());
    programme.server.serve();
    assert_eq!(amina.sync()["pushed"], json!(1));
}

#[test]
fn whatever_else_answers_for_the_server_locks_and_empties_nothing() {
    let mut programme = Programme::start();
    let invitation = programme.invitation("volunteer", "Amina", &["Dalhem"]);
    let amina = Phone::new("Amina");
    // Without a link between, so that somebody else can listen at the server's own address.
    amina.ask(&["join", &invitation]);
    let visit = amina.visit(&json!({}));
    programme.server.stop();
    let portal = TcpListener::bind(programme.server.address()).expect("the server has left its address");
    let answers = ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "500 Oops", "200 OK"];
    let answering = std::thread::spawn(move || {
        for answer in answers {
            let (mut phone, _) = portal.accept().expect("a phone asks");
            let mut asked = [0; 1024];
            drop(phone.read(&mut asked));
            let body = "revoked";
            let head = format!("HTTP/1.1 {answer}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            drop(phone.write_all(format!("{head}{body}").as_bytes()));
        }
    });
    for answer in answers {
        assert_eq!(amina.refused(&["sync"], "").error, "offline", "{answer}");
        assert_eq!(emptied(&amina), None, "{answer}");
        assert!(amina.has(&visit), "{answer}");
    }
    answering.join().expect("it answered them all");
    programme.server.serve();
    assert_eq!(amina.sync()["pushed"], json!(1));
}

#[test]
fn its_own_servers_word_behind_a_strangers_certificate_locks_nothing() {
    let (own, strangers) = (Certificate::new(), Certificate::new());
    let serve = |server: &mut Server, certificate: &Certificate| {
        let options = certificate.options();
        server.serve_with(&options.iter().map(String::as_str).collect::<Vec<_>>());
    };
    let mut server = Server::stopped();
    serve(&mut server, &own);
    let id = Programme::create(&server, "Stadsdelsmammor");
    let mut programme = Programme { server, id };
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    revoke(&programme, "Amina", &["--wipe"]);
    programme.server.stop();
    serve(&mut programme.server, &strangers);
    assert_eq!(amina.refused(&["sync"], "").error, "refused");
    assert!(emptied(&amina).is_none() && amina.has(&visit));
    programme.server.stop();
    serve(&mut programme.server, &own);
    assert_eq!(amina.refused(&["sync"], "").whole["code"], json!("revoked"));
    is_as_new(&amina);
}

#[test]
fn a_session_that_has_ended_and_a_server_that_is_away_for_long_lock_nothing() {
    let mut programme = Programme::start();
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    programme.server.stop();
    assert_eq!(amina.refused(&["sync"], "").error, "offline");
    amina.live_days_later(400);
    assert_eq!(amina.refused(&["sync"], "").error, "offline");
    assert!(amina.has(&visit) && emptied(&amina).is_none());
    programme.server.serve();
    assert_eq!(amina.sync()["pushed"], json!(1));
}

#[test]
fn what_was_thrown_away_from_the_quarantine_is_in_no_file_of_the_server() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    let needle = [Needle::new("Blåklocka vid ån")];
    let visit = amina.visit(&json!({}));
    amina.note(&visit, "Blåklocka vid ån");
    revoke(&programme, "Amina", &[]);
    amina.refused(&["sync"], "");
    for item in kari.items(&["quarantine"]) {
        let id = item["id"].as_str().expect("an id");
        assert_eq!(kari.ask(&["discard", id])["sent"], json!(true));
    }
    assert_eq!(kari.items(&["quarantine"]), Vec::<Value>::new());
    kari.sync();
    assert!(!kari.has(&visit));
    programme.server.stop();
    assert_eq!(files_with(&programme.server.data(), &needle), []);
}

#[test]
fn a_device_that_never_joined_has_nothing_to_be_revoked() {
    let stranger = Phone::new("a stranger");
    let server = Server::start();
    assert_eq!(stranger.ask(&["status"])["revoked"], Value::Null);
    assert_eq!(stranger.refused(&["sync"], "").whole["code"], json!("not_joined"));
    drop(server);
}
