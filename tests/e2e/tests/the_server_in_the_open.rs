//! The server in the open: encrypted, known by its certificate, replaced while it runs, with nothing weak; and nobody
//! who is slow holds it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Instant;

use footbridge_testkit::{Certificate, Encrypted, PATIENCE, Programme, Request, Server, serial_at};
use serde_json::json;

/// A server with this certificate and a programme.
fn encrypted(certificate: &Certificate, more: &[&str]) -> Programme {
    let mut server = Server::stopped();
    serve(&mut server, certificate, more);
    let id = Programme::create(&server, "Stadsdelsmammor");
    Programme { server, id }
}

fn serve(server: &mut Server, certificate: &Certificate, more: &[&str]) {
    let options = certificate.options();
    let options: Vec<&str> = options.iter().map(String::as_str).chain(more.iter().copied()).collect();
    server.serve_with(&options);
}

#[test]
fn a_phone_knows_a_server_by_the_fingerprint_that_came_with_the_invitation() {
    let certificate = Certificate::new();
    let programme = encrypted(&certificate, &[]);
    let invitation = programme.invitation("volunteer", "Amina", &["Dalhem"]);
    assert!(invitation.starts_with("https://127.0.0.1:"), "{invitation}");
    assert!(invitation.contains("&f="), "no public authority signed it: {invitation}");
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    amina.sync();
    assert!(programme.coordinator("Kari").has(&visit));
}

#[test]
fn another_certificate_at_the_same_address_is_no_server_at_all() {
    let certificate = Certificate::new();
    let mut programme = encrypted(&certificate, &[]);
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let met = amina.visit(&json!({}));
    amina.sync();
    let unsent = amina.visit(&json!({"minutes": 20}));
    programme.server.stop();
    let strangers = Certificate::new();
    serve(&mut programme.server, &strangers, &[]);
    for _ in 0..3 {
        let refused = amina.refused(&["sync"], "");
        assert_eq!(refused.whole["code"], json!("server_key_changed"), "{:?}", refused.whole);
    }
    assert!(programme.server.log().contains("are shut out until they open a new invitation"));
    assert!(amina.has(&met) && amina.has(&unsent), "nothing is locked, nothing goes");
    assert_eq!(amina.ask(&["status"])["unsent"], json!(1));
    let link = programme.invitation("volunteer", "Leila", &["Dalhem"]);
    let (_, f) = link.split_once("&f=").expect("the new fingerprint");
    let old = amina.refused(&["join", &link.replace(f, &"A".repeat(43))], "");
    let code = &old.whole["code"];
    assert_eq!(code, &json!("server_key_changed"), "not even a link leads past the fingerprint that it carries");
    programme.server.stop();
    serve(&mut programme.server, &certificate, &[]);
    amina.sync();
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
    assert!(programme.coordinator("Kari").has(&unsent));
}

#[test]
fn a_phone_learns_the_new_key_of_its_server_from_a_new_link_and_uses_no_invitation_up() {
    let mut programme = encrypted(&Certificate::new(), &[]);
    let mut amina = programme.volunteer("Amina", &["Dalhem"]);
    let unsent = amina.visit(&json!({"minutes": 20}));
    programme.server.stop();
    serve(&mut programme.server, &Certificate::new(), &[]);
    assert_eq!(amina.refused(&["sync"], "").whole["code"], json!("server_key_changed"));
    let link = programme.invitation("volunteer", "Leila", &["Dalhem"]);
    let over_her_own_link = amina.routed(&programme.server, &link);
    let person = amina.ask(&["status"])["person"].clone();
    assert_eq!(amina.ask(&["join", &over_her_own_link])["person"], person, "she stays who she is");
    amina.sync();
    assert!(programme.coordinator("Kari").has(&unsent));
    footbridge_testkit::Phone::new("Leila").ask(&["join", &link]);
}

#[test]
fn without_its_fingerprint_a_certificate_that_nobody_signed_is_not_taken() {
    let certificate = Certificate::new();
    let programme = encrypted(&certificate, &[]);
    let link = programme.invitation("volunteer", "Amina", &["Dalhem"]);
    let (plain, _) = link.split_once("&f=").expect("a fingerprint");
    let amina = footbridge_testkit::Phone::new("Amina");
    assert_eq!(amina.refused(&["join", plain], "").error, "offline");
    amina.ask(&["join", &link]);
}

#[test]
fn a_certificate_is_replaced_while_connections_go_on_and_a_broken_one_never() {
    let certificate = Certificate::new();
    let programme = encrypted(&certificate, &[]);
    let server = &programme.server;
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let mut held = Encrypted::open(server.address());
    let well = ("HTTP/1.1 200 OK".to_owned(), "ok".to_owned());
    assert_eq!(held.ask("/healthz"), well);
    let before = certificate.serial();
    assert_eq!(serial_at(server.address()), before);
    certificate.renew();
    let after = certificate.serial();
    assert_ne!(before, after);
    until(|| serial_at(server.address()) == after);
    assert_eq!(held.ask("/healthz"), well, "a connection that there was goes on");
    // The same key: a phone that knows it by that notices nothing.
    amina.sync();
    std::fs::write(certificate.certificate(), "not a certificate").expect("a broken file");
    until(|| server.log().contains("the new certificate cannot be used"));
    assert_eq!(serial_at(server.address()), after, "the one before stays");
    assert_eq!(held.ask("/healthz"), well);
    amina.sync();
}

#[test]
fn whoever_comes_unencrypted_is_sent_on_and_told_nothing() {
    let certificate = Certificate::new();
    let more = ["--http-redirect", "127.0.0.1:0", "--public-url", "https://bru.example"];
    let programme = encrypted(&certificate, &more);
    let beside: SocketAddr =
        programme.server.ready()["redirecting"].as_str().expect("where").parse().expect("an address");
    for path in ["/join", "/review?lang=sv", "/healthz", "/nothing"] {
        let answer = Request::get(path).header("host", "evil.example").send(beside);
        assert_eq!((answer.status, answer.header("location")), (308, Some(&*format!("https://bru.example{path}"))));
        assert!(answer.body.is_empty());
    }
    for path in ["/v1/hello", "/v1/push", "/review/sign-in"] {
        let answer = Request::post(path, "application/cbor", vec![0xa0]).send(beside);
        assert_eq!((answer.status, answer.header("location"), answer.body.len()), (403, None, 0), "{path}");
    }
    let main = programme.server.address();
    let mut plain = TcpStream::connect(main).expect("a connection");
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("it is written");
    plain.set_read_timeout(Some(PATIENCE)).expect("a limit");
    let mut said = Vec::new();
    drop(plain.read_to_end(&mut said));
    assert!(!String::from_utf8_lossy(&said).contains("HTTP/1.1 200"), "nothing is said unencrypted");
}

#[test]
fn a_certificate_without_its_key_is_refused_at_the_start() {
    let (one, other) = (Certificate::new(), Certificate::new());
    let server = Server::stopped();
    let path = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
    let refused = |certificate: String, key: String| {
        let ended = server.run(&["serve", "--listen", "127.0.0.1:0", "--tls-cert", &certificate, "--tls-key", &key]);
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.contains("TLS"), "{}", ended.stderr);
    };
    refused(path(one.certificate()), path(other.key()));
    refused(path(one.key()), path(one.key()));
    refused(path(one.certificate()), path(one.certificate()));
    refused("/nowhere".to_owned(), path(one.key()));
}

#[test]
fn sslscan_finds_nothing_weak() {
    let certificate = Certificate::new();
    let programme = encrypted(&certificate, &[]);
    let mut scan = Command::new("sslscan");
    scan.args(["--no-colour", "--no-check-certificate", &programme.server.address().to_string()]);
    let scanned = scan.output().expect("sslscan is installed (Debian: sslscan; `cargo xtask test install`)");
    let said = String::from_utf8_lossy(&scanned.stdout).into_owned();
    for (protocol, state) in [
        ("SSLv2", "disabled"),
        ("SSLv3", "disabled"),
        ("TLSv1.0", "disabled"),
        ("TLSv1.1", "disabled"),
        ("TLSv1.2", "enabled"),
        ("TLSv1.3", "enabled"),
    ] {
        let is_so = said.lines().any(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some(protocol) && words.next() == Some(state)
        });
        assert!(is_so, "{protocol} {state}: {said}");
    }
    let ciphers: Vec<&str> =
        said.lines().filter(|line| line.starts_with("Accepted") || line.starts_with("Preferred")).collect();
    assert!(ciphers.len() >= 4, "{said}");
    for cipher in ciphers {
        let is_strong = cipher.contains("GCM") || cipher.contains("CHACHA20");
        let has_fresh_keys = cipher.contains("TLSv1.3") || cipher.contains("ECDHE");
        assert!(is_strong && has_fresh_keys, "{cipher}");
    }
    for weakness in ["Compression enabled", "Insecure", "vulnerable to heartbleed"] {
        let found = said.lines().filter(|line| line.contains(weakness)).find(|line| !line.contains("not vulnerable"));
        assert!(found.is_none(), "{weakness}: {said}");
    }
}

#[test]
fn who_is_slow_is_let_go_and_holds_nobody() {
    let certificate = Certificate::new();
    let programme = encrypted(&certificate, &[]);
    let plain = Server::start();
    let hello =
        b"POST /v1/hello HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\ncontent-length: 5000\r\n\r\nab";
    let slow: [(SocketAddr, &[u8]); 4] = [
        (programme.server.address(), b""),
        (plain.address(), b""),
        (plain.address(), b"GET /healthz HTTP/1.1\r\nho"),
        (plain.address(), hello),
    ];
    let held: Vec<TcpStream> = slow
        .iter()
        .map(|(address, said)| {
            let mut stream = TcpStream::connect(address).expect("a connection");
            stream.write_all(said).expect("it is written");
            stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
            stream
        })
        .collect();
    // Meanwhile others are served.
    assert_eq!(Request::get("/healthz").send(plain.address()).status, 200);
    programme.coordinator("Kari").sync();
    for (number, mut stream) in held.into_iter().enumerate() {
        let mut said = Vec::new();
        let ended = stream.read_to_end(&mut said);
        assert!(ended.is_ok(), "number {number} is closed within {PATIENCE:?}, not kept: {ended:?}");
    }
}

/// Tries until it holds: each try is a connection or a look at a file.
fn until(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "it never held");
        std::thread::yield_now();
    }
}
