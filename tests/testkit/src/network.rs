//! A bad network between a phone and the server: [Toxiproxy](https://github.com/Shopify/toxiproxy) as a process
//! on loopback, told over its HTTP interface what to do to the bytes.
//!
//! Used by the stories of slow and broken links. Invariant: until it is told otherwise it passes everything; a
//! phone behind it has its [`crate::Link`] in front, so that what it sends and receives is counted.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::Request;
use crate::link::{Link, Way};
use crate::phone::Phone;
use crate::process::{Errors, PATIENCE, Running};
use crate::server::Server;

const PROXY: &str = "/proxies/link";
const BOTH: [Way; 2] = [Way::Up, Way::Down];

/// A network that does what a test tells it. Dropping it ends it.
pub struct BadNetwork {
    /// Kept so that the process lives as long as this does.
    _proxy: Running,
    interface: SocketAddr,
    entrance: SocketAddr,
    _folder: TempDir,
}

impl BadNetwork {
    /// A network that leads to this server, and is well so far.
    #[track_caller]
    pub fn to(server: &Server) -> Self {
        let folder = tempfile::Builder::new().prefix("footbridge-").tempdir().expect("a folder for its log");
        let log = folder.path().join("toxiproxy.log");
        let began = Instant::now();
        // Somebody else may take the port between our asking and its binding: then another.
        let (proxy, interface) = loop {
            assert!(began.elapsed() < PATIENCE, "Toxiproxy does not start: {:?}", std::fs::read_to_string(&log));
            let interface = free_address();
            let mut command = Command::new(program());
            command.args(["-host", "127.0.0.1", "-port", &interface.port().to_string()]);
            let mut proxy = Running::start(command, "", &Errors::Into(&log));
            if listens(&mut proxy, interface) {
                break (proxy, interface);
            }
        };
        let wanted = json!({"name": "link", "listen": "127.0.0.1:0", "upstream": server.address().to_string()});
        let made = told(interface, &Request::post("/proxies", "application/json", wanted.to_string().into_bytes()));
        let entrance = made["listen"].as_str().and_then(|address| address.parse().ok());
        let entrance = entrance.unwrap_or_else(|| panic!("it says where it listens: {made}"));
        Self { _proxy: proxy, interface, entrance, _folder: folder }
    }

    /// Lays this network under a phone, which then joins over it.
    #[track_caller]
    pub fn under(&self, phone: Phone) -> Phone {
        phone.over(Link::to(&Arc::new(Mutex::new(Some(self.entrance)))))
    }

    /// GSM on a bad day: 50 kbit/s, and 600 ms until an answer begins.
    #[track_caller]
    pub fn throttle_to_2g(&self) {
        for way in BOTH {
            // Kilobytes a second: Toxiproxy knows whole ones only.
            self.suffer("bandwidth", way, &json!({"rate": 6}));
            self.suffer("latency", way, &json!({"latency": 300, "jitter": 50}));
        }
    }

    /// Bytes no longer pass, and no connection ends: what a phone sees that walked into a cellar.
    #[track_caller]
    pub fn stall(&self) {
        for way in BOTH {
            self.suffer("timeout", way, &json!({"timeout": 0}));
        }
    }

    /// Each connection ends after so many bytes in this direction.
    #[track_caller]
    pub fn break_after(&self, way: Way, bytes: u64) {
        self.suffer("limit_data", way, &json!({"bytes": bytes}));
    }

    /// Each connection is reset, with what is on its way thrown away, so many milliseconds after its first byte.
    #[track_caller]
    pub fn reset_after(&self, way: Way, milliseconds: u64) {
        self.suffer("reset_peer", way, &json!({"timeout": milliseconds}));
    }

    /// Bytes arrive in pieces of a few, and connections close late.
    #[track_caller]
    pub fn split(&self) {
        for way in BOTH {
            self.suffer("slicer", way, &json!({"average_size": 24, "size_variation": 20, "delay": 20}));
            self.suffer("slow_close", way, &json!({"delay": 200}));
        }
    }

    /// From now on everything passes again.
    #[track_caller]
    pub fn heal(&self) {
        let answer = Request::post("/reset", "application/json", Vec::new()).send(self.interface);
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    #[track_caller]
    fn suffer(&self, kind: &str, way: Way, attributes: &Value) {
        let toxic = json!({"type": kind, "stream": stream(way), "toxicity": 1.0, "attributes": attributes});
        let path = format!("{PROXY}/toxics");
        told(self.interface, &Request::post(&path, "application/json", toxic.to_string().into_bytes()));
    }
}

/// The proxy's program: where `FOOTBRIDGE_TOXIPROXY` says, which the test command sets.
#[track_caller]
fn program() -> PathBuf {
    std::env::var_os("FOOTBRIDGE_TOXIPROXY")
        .map(PathBuf::from)
        .expect("FOOTBRIDGE_TOXIPROXY names Toxiproxy's program: `cargo xtask test networks` builds it and says where")
}

fn stream(way: Way) -> &'static str {
    match way {
        Way::Up => "upstream",
        Way::Down => "downstream",
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address")
}

/// Waits until it takes connections; false where it ended instead.
fn listens(proxy: &mut Running, interface: SocketAddr) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while proxy.is_running() && Instant::now() < deadline {
        if TcpStream::connect_timeout(&interface, Duration::from_secs(1)).is_ok() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

#[track_caller]
fn told(interface: SocketAddr, request: &Request) -> Value {
    let answer = request.send(interface);
    assert!(matches!(answer.status, 200 | 201), "Toxiproxy refuses {request:?}: {}", answer.text());
    serde_json::from_slice(&answer.body).expect("it answers in JSON")
}
