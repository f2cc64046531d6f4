//! What a stranger, or a member with a hand-made client, can make the server spend: places, room, connections, time.
//! Phones of others go on meanwhile.

#[path = "hostile/flood.rs"]
mod flood;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use footbridge_protocol::{limits, push};
use footbridge_testkit::{Certificate, PATIENCE, Phone, Programme, Request, Server};
use serde_json::json;

use flood::flood;

/// The proxy that says from where somebody comes is this machine itself.
const PROXY: [&str; 2] = ["--trusted-proxy", "127.0.0.1"];

/// How long a phone may take while somebody else is hostile from elsewhere.
const SOON: Duration = Duration::from_secs(8);

/// A server that believes what is said of an address, with Amina's phone at an address of its own.
fn stage() -> (Programme, Phone) {
    let mut server = Server::stopped();
    server.serve_with(&PROXY);
    let programme = Programme::on(server);
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    (programme, amina)
}

/// A push that announces as much as there may be, of which little comes.
fn slow_push(server: SocketAddr, from: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server).expect("the server accepts a connection");
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {server}\r\nx-forwarded-for: {from}\r\ncontent-length: {}\r\n\r\n",
        push::PATH,
        limits::PUSH_BODY_BYTES
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    drip(&mut stream);
    stream
}

/// What comes in a second at a kilobyte a second: the beginning of a frame of zstd with a megabyte of raw blocks.
fn drip(stream: &mut TcpStream) {
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50, 0x00, 0x00, 0x10];
    bytes.resize(1100, 0);
    // Who had to give way is written to in vain.
    drop(stream.write_all(&bytes));
}

/// Syncs a visit, and says how long it took.
#[track_caller]
fn a_visit_goes_up(amina: &Phone) -> Duration {
    let visit = amina.visit(&json!({"minutes": 5}));
    let began = Instant::now();
    amina.sync();
    let took = began.elapsed();
    assert_eq!(amina.show(&visit)["receipt"], json!("server"));
    took
}

/// The figures that the server has counted of a route with this status.
fn answered(server: &Server, status: u16) -> bool {
    let figures = Request::get("/metrics").send(server.address()).text();
    figures.lines().any(|line| line.contains("/v1/push") && line.contains(&format!("status=\"{status}\"")))
}

#[test]
fn slow_pushes_of_strangers_stop_no_phone() {
    let (programme, amina) = stage();
    let address = programme.server.address();
    let mut pushes: Vec<_> = (0..120).map(|number| slow_push(address, &format!("203.0.113.{}", number % 12))).collect();
    for stream in &mut pushes {
        drip(stream);
    }
    let took = a_visit_goes_up(&amina);
    assert!(took < SOON, "it waited {took:?} for pushes that do not come");
    // From the very same address it has to wait until the slowest gives way, and no longer.
    let here: Vec<_> = (0..20).map(|_| slow_push(address, "127.0.0.1")).collect();
    let took = a_visit_goes_up(&amina);
    assert!(took < 3 * SOON, "{took:?}");
    drop((pushes, here));
}

#[test]
fn an_announced_length_sets_nothing_aside() {
    let (programme, amina) = stage();
    let before = programme.server.peak_memory();
    // A thousand megabytes announced.
    let pushes: Vec<_> =
        (0..128).map(|number| slow_push(programme.server.address(), &format!("203.0.113.{number}"))).collect();
    let took = a_visit_goes_up(&amina);
    assert!(took < SOON, "{took:?}");
    let more = programme.server.peak_memory().saturating_sub(before);
    assert!(more < 48 << 20, "{} MB for what was only announced", more >> 20);
    drop(pushes);
}

#[test]
fn idle_connections_lock_nobody_out() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let address = programme.server.address();
    // From her own address, more than there may be of strangers.
    let mut idle: Vec<_> =
        (0..1200).map(|_| TcpStream::connect(address).expect("the server accepts a connection")).collect();
    let took = a_visit_goes_up(&amina);
    assert!(took < SOON, "{took:?}");
    // The first made way for those that came after.
    let first = idle.first_mut().expect("one");
    first.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    assert!(matches!(first.read(&mut [0; 1]), Ok(0) | Err(_)), "the idlest was closed");
}

#[test]
fn a_connection_of_http2_without_requests_is_closed_like_one_of_http1() {
    let certificate = Certificate::new();
    let mut server = Server::stopped();
    let options = certificate.options();
    server.serve_with(&options.each_ref().map(String::as_str));
    let began = Instant::now();
    let mut client = Command::new("openssl")
        .args(["s_client", "-quiet", "-verify_quiet", "-alpn", "h2", "-connect", &server.address().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl");
    // The preface, and settings without a setting: no request follows.
    let mut preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    preface.extend_from_slice(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let mut to = client.stdin.take().expect("its input");
    to.write_all(&preface).and_then(|()| to.flush()).expect("it is sent");
    let mut said = Vec::new();
    client.stdout.take().expect("its output").read_to_end(&mut said).expect("until it is closed");
    let took = began.elapsed();
    client.wait().expect("it ends");
    assert!(said.get(3) == Some(&4), "the control: the server spoke HTTP/2 with it: {said:?}");
    assert!((15..60).contains(&took.as_secs()), "closed after {took:?}");
}

#[test]
fn questions_after_the_servers_health_take_nothing_from_phones() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let address = programme.server.address();
    assert_eq!(flood(address, "GET /healthz", &[], 8000), None, "they are counted for nobody");
    let took = a_visit_goes_up(&amina);
    assert!(took < SOON, "{took:?}");
    // The control, and what a phone has of its own: where its address has asked too much, it is let in all the same.
    assert!(flood(address, "POST /v1/hello", &[], 20_000).is_some());
    let flooding = std::thread::spawn(move || flood(address, "POST /v1/hello", &[], 20_000));
    let took = a_visit_goes_up(&amina);
    assert!(took < SOON, "{took:?}");
    assert!(flooding.join().expect("it ends").is_some());
    assert!(!answered(&programme.server, 429), "no push was put off");
}
