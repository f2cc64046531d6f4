//! Figures, the description and the unit: what whoever runs and watches over the server has, and that none of it tells
//! of anybody.

use std::io::Write;
use std::process::{Command, Stdio};

use footbridge_model::Scope;
use footbridge_testkit::{Programme, RawDevice, Request, Server};
use serde_json::{Value, json};

#[test]
fn the_figures_are_in_order_and_count_what_happened_without_a_name() {
    let programme = Programme::start();
    let address = programme.server.address();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    amina.note(&visit, "She asked about the language course.");
    amina.sync();
    let invitation = programme.invitation("coordinator", "Kari", &[]);
    let kari = RawDevice::join(address, &invitation);
    kari.pull(Scope::Coordinators).expect("what is done");
    Request::post("/v1/pull", "application/cbor", vec![0xa0]).send(address);
    Request::get("/nothing/of/the/kind").send(address);
    let answer = Request::get("/metrics").send(address);
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").is_some_and(|media| media.starts_with("text/plain; version=0.0.4")));
    let figures = answer.text();
    let checked = promtool(&figures);
    assert!(checked.0 && checked.1.trim().is_empty(), "promtool: {}", checked.1);
    let value = |wanted: &str| {
        let line = figures.lines().find(|line| line.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(' ')));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .unwrap_or_else(|| panic!("{wanted}: {figures}"))
    };
    assert!(value("footbridge_pushed_items_total{answer=\"accepted\"}") >= 2.0);
    assert!(value("footbridge_pulled_frames_total") >= 1.0);
    assert!(value("footbridge_sessions_open") >= 1.0);
    assert_eq!(value("footbridge_members"), 2.0);
    assert_eq!(value("footbridge_devices"), 2.0);
    assert_eq!(value("footbridge_quarantined_items"), 0.0);
    assert!(value("footbridge_documents") >= 2.0);
    assert!(value("footbridge_database_bytes") > 4096.0);
    let refused =
        "footbridge_requests_total{route=\"/v1/pull\",method=\"POST\",status=\"401\",code=\"expired_session\"}";
    assert_eq!(value(refused), 1.0);
    assert!(figures.contains("footbridge_request_duration_seconds_bucket"), "{figures}");
    assert!(
        figures.contains("route=\"none\"") && !figures.contains("/nothing/of"),
        "no address of a stranger's making"
    );
    let people = programme.people();
    let devices: Vec<String> = vec![kari.person().to_string(), programme.id.clone(), visit];
    for word in people.keys().chain(people.values()).chain(&devices).chain(&["Dalhem".to_owned()]) {
        assert!(!figures.contains(word.as_str()), "{word} is in the figures");
    }
}

#[test]
fn the_figures_are_for_this_machine_or_for_the_token_alone() {
    let status = |server: &Server, headers: &[(&str, &str)]| {
        let request =
            headers.iter().fold(Request::get("/metrics"), |request, (name, value)| request.header(name, value));
        request.send(server.address()).status
    };
    let mut server = Server::start();
    assert_eq!(status(&server, &[]), 200);
    for name in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        assert_eq!(status(&server, &[(name, "127.0.0.1")]), 404, "{name}");
    }
    server.stop();
    let token = server.data().join("token");
    std::fs::write(&token, "a-token-of-some-length\n").expect("a file");
    let token = token.to_string_lossy().into_owned();
    // A proxy on this machine cannot be told from somebody at it.
    server.serve_with(&["--public-url", "https://bru.example", "--metrics-token-file", &token]);
    assert_eq!(status(&server, &[]), 404);
    assert_eq!(status(&server, &[("authorization", "Bearer a-token-of-some-length")]), 200);
    assert_eq!(status(&server, &[("authorization", "Bearer another-token-of-it")]), 404);
    server.stop();
    std::fs::write(&token, "short").expect("a file");
    let ended = server.run(&["serve", "--listen", "127.0.0.1:0", "--metrics-token-file", &token]);
    assert!(ended.code == Some(2) && ended.stderr.contains("metrics_token_file"), "{}", ended.stderr);
}

#[test]
fn the_description_names_what_the_server_answers() {
    let server = Server::start();
    let answer = Request::get("/openapi.json").send(server.address());
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let described: Value = serde_json::from_str(&answer.text()).expect("JSON");
    assert_eq!(described["openapi"], json!("3.1.1"));
    let paths = described["paths"].as_object().expect("paths");
    assert!(paths.len() >= 11, "{paths:?}");
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().expect("operations") {
            let request = match method.as_str() {
                "get" => Request::get(path),
                "post" => Request::post(path, "application/cbor", vec![0xff]),
                other => panic!("{other} {path}"),
            };
            let status = request.send(server.address()).status.to_string();
            assert!(operation["responses"].get(&status).is_some(), "{method} {path} answers {status}");
        }
    }
}

/// Whether it is in order, and what it said.
fn promtool(figures: &str) -> (bool, String) {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = promtool.spawn().expect("promtool (Debian: prometheus; `cargo xtask test install`)");
    let mut stdin = running.stdin.take().expect("a standard input");
    stdin.write_all(figures.as_bytes()).expect("it reads");
    drop(stdin);
    let ended = running.wait_with_output().expect("it ends");
    let said = [ended.stdout, ended.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    (ended.status.success(), said)
}

#[test]
fn the_unit_for_systemd_is_in_order_and_gives_little_away() {
    let unit = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sync-server/footbridge-server.service");
    let read = std::fs::read_to_string(&unit).expect("the unit");
    // As it is installed, but for the place of the binary, which must be there to be looked at.
    let folder = tempfile::tempdir().expect("a folder");
    let binary = footbridge_testkit::binary("footbridge-server");
    let here = folder.path().join("footbridge-server.service");
    let placed = read.replace("/usr/local/bin/footbridge-server", &binary.to_string_lossy());
    assert_ne!(placed, read, "the unit names the binary");
    std::fs::write(&here, placed).expect("the unit");
    for arguments in [&["verify"][..], &["security", "--offline=true", "--threshold=20"]] {
        let mut analyze = Command::new("systemd-analyze");
        let ended = analyze.arg("--no-pager").args(arguments).arg(&here).output();
        let ended = ended.expect("systemd-analyze (Debian: systemd; `cargo xtask test install`)");
        let said = [ended.stdout, ended.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        assert!(ended.status.success(), "{arguments:?}: {said}");
        assert!(!said.contains("Unknown key"), "{arguments:?}: {said}");
    }
}
