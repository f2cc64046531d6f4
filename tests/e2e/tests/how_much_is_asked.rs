//! How much may be asked in a while: many devices behind one address are let in, one who asks too much is told when to
//! come again, and a proxy is believed only where it was named.

#[path = "hostile/flood.rs"]
mod flood;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use footbridge_model::{FieldChange, Kind, Scalar, Scope};
use footbridge_protocol::{Answer, ErrorCode, hello};
use footbridge_testkit::{PATIENCE, Phone, Programme, RawDevice, Request, Response, Server, change_item, refused};
use serde_json::json;

use flood::flood;

/// Asks until the server has had enough of this address.
fn ask_too_much(server: SocketAddr, headers: &[(&str, &str)]) -> Response {
    assert!(flood(server, "POST /v1/hello", headers, 20_000).is_some(), "there is a limit");
    let mut request = Request::post(hello::PATH, "application/cbor", Vec::new());
    for (name, value) in headers {
        request = request.header(name, value);
    }
    until_slowed(server, &request)
}

/// Asks the same, of which little is left, until that too is too much.
fn until_slowed(server: SocketAddr, request: &Request) -> Response {
    let slowed = (0..5000).map(|_| request.send(server)).find(|answer| answer.status == 429);
    slowed.expect("there is a limit")
}

#[test]
fn five_hundred_devices_behind_one_address_come_back_at_once() {
    let programme = Programme::start();
    let address = programme.server.address();
    let links: Vec<String> =
        (0..500).map(|number| programme.invitation("volunteer", &format!("Volunteer {number}"), &["Dalhem"])).collect();
    let began = Instant::now();
    let per_thread = links.len().div_ceil(8);
    std::thread::scope(|scope| {
        for links in links.chunks(per_thread) {
            scope.spawn(move || {
                for link in links {
                    let mut device = RawDevice::join(address, link);
                    let token = device.session().token;
                    let (id, edited) = device.record(Kind::Contact, &[handle("blue scarf")]);
                    assert_eq!(device.push(vec![change_item(id, "contact", edited.change)]), [Answer::Accepted]);
                    let frames = device.pull_with(&token, Scope::Person(device.person())).expect("what is hers");
                    assert!(frames.iter().any(|frame| frame.items.iter().any(|item| item.id == id)));
                }
            });
        }
    });
    assert!(began.elapsed() < 2 * PATIENCE, "they did not wait for each other: {:?}", began.elapsed());
}

#[test]
fn who_asks_too_much_is_told_when_to_come_again_and_a_phone_gets_through_or_waits_for_it() {
    let programme = Programme::start();
    let address = programme.server.address();
    let mut amina = Phone::new("Amina");
    amina.join(&programme.server, &programme.invitation("volunteer", "Amina", &["Dalhem"]));
    let visit = amina.visit(&json!({}));
    let mut leila = RawDevice::join(address, &programme.invitation("volunteer", "Leila", &["Dalhem"]));
    let token = leila.session().token;
    let answer = ask_too_much(address, &[]);
    assert_eq!(refused(&answer).code(), Some(ErrorCode::SlowDown));
    let wait: u64 = answer.header("retry-after").and_then(|seconds| seconds.parse().ok()).expect("when to come again");
    assert!((1..=60).contains(&wait), "{wait}");
    // What is known answers for itself: a session goes on.
    assert!(leila.pull_with(&token, Scope::Programme).is_ok());
    let page = until_slowed(address, &Request::get("/review/sign-in").header("accept-language", "sv"));
    assert!(page.text().contains("för många"), "{}", page.text());
    assert!(page.header("retry-after").is_some());
    ask_too_much(address, &[]);
    amina.sync();
    // One that joins there is known by nothing yet, and waits.
    assert!(programme.coordinator("Kari").has(&visit));
    let (id, edited) = leila.record(Kind::Contact, &[handle("library")]);
    assert_eq!(leila.push(vec![change_item(id, "contact", edited.change)]), [Answer::Accepted]);
}

#[test]
fn a_device_that_asks_too_much_slows_nobody_else() {
    let programme = Programme::start();
    let address = programme.server.address();
    let join = |name: &str| RawDevice::join(address, &programme.invitation("volunteer", name, &["Dalhem"]));
    let (amina, leila) = (join("Amina"), join("Leila"));
    let (hers, leilas) = (amina.session().token, leila.session().token);
    let slowed = (0..5000).find_map(|_| amina.pull_with(&hers, Scope::Programme).err());
    assert_eq!(slowed.and_then(|error| error.code()), Some(ErrorCode::SlowDown));
    assert!(leila.pull_with(&leilas, Scope::Programme).is_ok());
}

#[test]
fn what_a_header_says_of_an_address_counts_only_from_a_named_proxy() {
    let mut server = Server::stopped();
    server.serve_with(&["--trusted-proxy", "127.0.0.0/8"]);
    let hello = |server: &Server, said: &str| {
        Request::get("/readyz").header("x-forwarded-for", said).send(server.address()).status
    };
    ask_too_much(server.address(), &[("x-forwarded-for", "203.0.113.5")]);
    assert_eq!(hello(&server, "198.51.100.7"), 200, "another behind the same proxy");
    ask_too_much(server.address(), &[("x-forwarded-for", "1.2.3.4, 198.51.100.9")]);
    assert_eq!(hello(&server, "1.2.3.4"), 200, "what the proxy was told counts for nothing");
    let unnamed = Server::start();
    ask_too_much(unnamed.address(), &[("x-forwarded-for", "203.0.113.5")]);
    let again = ask_too_much(unnamed.address(), &[("x-forwarded-for", "198.51.100.7")]);
    assert_eq!(again.status, 429);
    let ended = Server::stopped().run(&["serve", "--trusted-proxy", "the office"]);
    assert!(ended.code == Some(2) && ended.stderr.contains("trusted_proxy"), "{}", ended.stderr);
}

#[test]
fn behind_a_proxy_that_changes_host_path_and_address_all_works() {
    let folder = tempfile::tempdir().expect("a folder for the proxy");
    let mut server = Server::stopped();
    let port = free_port();
    let public = format!("http://127.0.0.1:{port}/bydel");
    server.serve_with(&["--public-url", &public, "--trusted-proxy", "127.0.0.1"]);
    let _proxy = Proxy::start(folder.path(), port, server.address());
    let id = Programme::create(&server, "Bydelsmødre");
    let programme = Programme { server, id };
    let invitation = programme.invitation("volunteer", "Amina", &["Dalhem"]);
    assert!(invitation.starts_with(&format!("{public}/join#")), "{invitation}");
    let amina = Phone::new("Amina");
    amina.ask(&["join", &invitation]);
    let visit = amina.visit(&json!({}));
    amina.sync();
    let kari = Phone::new("Kari");
    kari.ask(&["join", &programme.invitation("coordinator", "Kari", &[])]);
    let mut watch = kari.start(&["sync", "--watch"]);
    watch.value();
    kari.show(&visit);
    watch.kill();
    let link = programme.review_link("Kari");
    let path = link.strip_prefix(&format!("http://127.0.0.1:{port}")).expect("links lead to the proxy");
    let proxy: SocketAddr = ([127, 0, 0, 1], port).into();
    let page = Request::get(path).send(proxy);
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("/bydel/review/sign-in"), "forms lead there too: {}", page.text());
    assert_eq!(Request::get("/bydel/metrics").send(proxy).status, 404, "figures are not for who comes by the proxy");
    // Each address that the proxy names has a measure of its own.
    ask_too_much(programme.server.address(), &[("x-forwarded-for", "203.0.113.5")]);
    until_slowed(proxy, &Request::get("/bydel/readyz").header("x-forwarded-for", "203.0.113.5"));
    let others = Request::get("/bydel/readyz").header("x-forwarded-for", "198.51.100.7").send(proxy);
    assert_eq!(others.status, 200);
    amina.sync();
}

/// What a contact is called.
fn handle(text: &str) -> FieldChange {
    FieldChange::Set { field: "handle".to_owned(), value: Scalar::Str(text.to_owned()) }
}

/// nginx before a server: another host, a path of its own, the address in a header.
struct Proxy(Child);

impl Proxy {
    fn start(folder: &Path, port: u16, server: SocketAddr) -> Self {
        let own = folder.display();
        let config = format!(
            "user root;\ndaemon off;\nmaster_process off;\npid {own}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n\
             client_body_temp_path {own}/a; proxy_temp_path {own}/b; fastcgi_temp_path {own}/c;\n\
             uwsgi_temp_path {own}/d; scgi_temp_path {own}/e;\nserver {{\nlisten 127.0.0.1:{port};\n\
             client_max_body_size 20m;\nlocation /bydel/ {{\nproxy_pass http://{server}/;\n\
             proxy_set_header Host inside.invalid;\nproxy_http_version 1.1;\nproxy_buffering off;\n\
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n}}\n}}\n}}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, config).expect("the proxy's settings");
        let mut nginx = Command::new("sh");
        nginx
            .args(["-c", "PATH=$PATH:/usr/sbin exec nginx -e stderr -p \"$1\" -c \"$2\"", "sh"])
            .arg(folder)
            .arg(&file);
        let proxy = Self(nginx.stdin(Stdio::null()).spawn().expect("nginx (Debian: nginx-light)"));
        let deadline = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "nginx does not listen");
            std::thread::yield_now();
        }
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A port that was free just now.
fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port").port()
}
