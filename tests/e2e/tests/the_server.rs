//! The server: its commands, its health, its limits, how it starts and stops.

use footbridge_protocol::event;
use footbridge_testkit::{Programme, RawDevice, Request, Server};
use serde_json::json;

#[test]
fn the_commands_answer_as_promised_while_it_runs() {
    let programme = Programme::start();
    let server = &programme.server;
    let listed = server.ask(&["programme", "list"]);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(
        (&listed["items"][0]["programme"], &listed["items"][0]["name"]),
        (&json!(programme.id), &json!("Stadsdelsmammor"))
    );
    let invited =
        server.ask(&["invite", &programme.id, "--role", "volunteer", "--name", "Amina", "--district", "Dalhem"]);
    assert!(invited["url"].as_str().is_some_and(|url| url.contains("/join#v=1&s=")), "{invited}");
    assert!(invited["expires_at"].as_str().is_some(), "{invited}");
    programme.volunteer("Leila", &["Närlunda", "Dalhem"]);
    let members = server.ask(&["members", &programme.id]);
    let leila = members["items"].as_array().and_then(|items| items.iter().find(|item| item["name"] == json!("Leila")));
    let leila = leila.unwrap_or_else(|| panic!("Leila is a member: {members}"));
    assert_eq!((&leila["role"], &leila["districts"]), (&json!("volunteer"), &json!(["Dalhem", "Närlunda"])));
    assert!(leila["person"].as_str().is_some());
    programme.coordinator("Kari");
    assert!(programme.review_link("Kari").contains("/review"));
}

#[test]
fn the_commands_work_while_it_is_stopped_too() {
    let server = Server::stopped();
    let id = Programme::create(&server, "Bydelsmødre");
    let listed = server.ask(&["programme", "list"]);
    assert_eq!(listed["items"][0]["programme"], json!(id));
}

#[test]
fn a_wrong_command_is_refused_with_what_is_wrong() {
    let programme = Programme::start();
    let server = &programme.server;
    let refused = |arguments: &[&str], word: &str| {
        let ended = server.run(arguments);
        assert!(ended.code.is_some_and(|code| code != 0), "{arguments:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(word), "{arguments:?} names {word}: {}", ended.stderr);
    };
    let id = programme.id.as_str();
    refused(&["invite", id, "--role", "queen", "--name", "Amina"], "role");
    refused(&["invite", id, "--role", "volunteer", "--name", "Amina", "--district", "Månen"], "district");
    refused(&["invite", "nothing", "--role", "volunteer", "--name", "Amina"], "nothing");
    for (country, zone, word) in [("Sweden", "Europe/Stockholm", "country"), ("SE", "Mars", "zone")] {
        let languages = ["--language", "sv", "--district", "Dalhem"];
        let mut arguments = vec!["programme", "create", "X", "--country", country, "--time-zone", zone];
        arguments.extend(languages);
        refused(&arguments, word);
    }
    assert_eq!(server.ask(&["programme", "list"])["items"].as_array().map(Vec::len), Some(1), "nothing was made");
}

#[test]
fn it_says_that_it_is_well_and_ready() {
    let server = Server::start();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(Request::get(path).send(server.address()).status, 200, "{path}");
    }
    assert_eq!(Request::get("/nothing").send(server.address()).status, 404);
}

#[test]
fn it_refuses_to_listen_beyond_loopback_unless_told() {
    let server = Server::stopped();
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let ended = server.run(&["serve", "--listen", listen]);
        assert!(ended.code.is_some_and(|code| code != 0), "{listen}");
        assert!(ended.stderr.contains("--insecure"), "{listen}: {}", ended.stderr);
    }
}

#[test]
fn told_to_be_insecure_it_listens_and_its_links_name_the_public_address() {
    let mut server = Server::stopped();
    server.serve_with(&["--insecure", "--public-url", "https://bru.example/"]);
    let programme = Programme::create(&server, "Bydelsmødre");
    let invited = server.ask(&["invite", &programme, "--role", "coordinator", "--name", "Solveig"]);
    assert!(invited["url"].as_str().is_some_and(|url| url.starts_with("https://bru.example/join#")), "{invited}");
}

#[test]
fn an_invitation_for_a_person_is_a_sentence_a_link_and_a_square_code() {
    let programme = Programme::start();
    let arguments = ["invite", programme.id.as_str(), "--role", "volunteer", "--name", "Amina", "--district", "Dalhem"];
    let said = programme.server.read(&arguments);
    assert!(said.contains("/join#v=1&s="), "the link: {said}");
    assert!(said.contains("Amina"), "for whom: {said}");
    let squares = said.lines().filter(|line| line.contains(['█', '▀', '▄'])).count();
    assert!(squares > 10, "the square code: {said}");
}

#[test]
fn every_route_has_a_limit_for_what_it_reads() {
    let server = Server::start();
    let paths = ["/v1/hello", "/v1/join", "/v1/session", "/v1/push", "/v1/pull", "/v1/documents", "/review"];
    for path in paths {
        let body = vec![0; 20 * 1024 * 1024];
        let status = Request::post(path, "application/cbor", body).announced().send(server.address()).status;
        assert!([401, 403, 404, 405, 413].contains(&status), "{path}: {status}");
    }
    for path in ["/v1/hello", "/v1/join", "/v1/session", "/v1/push"] {
        let body = vec![0; 20 * 1024 * 1024];
        let status = Request::post(path, "application/cbor", body).announced().send(server.address()).status;
        assert_eq!(status, 413, "{path}");
        let status = Request::post(path, "application/cbor", vec![0xff; 100]).send(server.address()).status;
        assert!((400..500).contains(&status), "{path}: nonsense is nonsense, not a breakdown: {status}");
    }
    assert_eq!(Request::get("/healthz").send(server.address()).status, 200, "it is well after all that");
}

#[test]
fn it_stops_gracefully_and_goes_on_where_it_was() {
    let mut programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    amina.sync();
    for _ in 0..3 {
        // Sees that it ends with success.
        programme.server.stop();
        programme.server.serve();
    }
    assert!(programme.coordinator("Kari").has(&visit));
}

#[test]
fn it_stops_although_somebody_listens_for_events() {
    let mut programme = Programme::start();
    let device = RawDevice::join(programme.server.address(), &programme.invitation("volunteer", "Amina", &["Dalhem"]));
    let request = Request::get(event::PATH).header("authorization", &device.session().token.to_authorization());
    let lines = request.lines(programme.server.address());
    programme.server.stop();
    assert!(lines.count() < 100);
}

#[test]
fn it_tells_of_news_and_of_nothing_more() {
    let programme = Programme::start();
    let invitation = programme.invitation("coordinator", "Kari", &[]);
    let kari = RawDevice::join(programme.server.address(), &invitation);
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let request = Request::get(event::PATH).header("authorization", &kari.session().token.to_authorization());
    let mut lines = request.lines(programme.server.address());
    amina.visit(&json!({}));
    amina.sync();
    let said: Vec<String> = lines.by_ref().take_while(|line| !line.starts_with("event")).collect();
    assert!(said.iter().all(|line| line.is_empty() || line.starts_with(':')), "only heartbeats before: {said:?}");
    let rest = lines.next().unwrap_or_default();
    assert!(rest.is_empty() || rest.trim_end() == "data:" || rest == "data", "news has no content: {rest}");
}

#[test]
fn it_says_to_whom_a_fault_of_its_safety_is_told_where_its_administrator_wrote_that() {
    let path = "/.well-known/security.txt";
    let mut server = Server::start();
    assert_eq!(Request::get(path).send(server.address()).status, 404);
    server.stop();
    let told = "Contact: mailto:it@kommune.example\nExpires: 2027-12-01T00:00:00Z\n";
    std::fs::write(server.data().join("security.txt"), told).expect("it is written");
    server.serve();
    let answer = Request::get(path).send(server.address());
    assert_eq!((answer.status, answer.text()), (200, told.to_owned()));
    server.stop();
    std::fs::write(server.data().join("security.txt"), format!("{told}{}", "x".repeat(9000))).expect("it is written");
    server.serve();
    assert_eq!(Request::get(path).send(server.address()).status, 404, "a page at most");
}
