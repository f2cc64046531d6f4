//! A server that lies: it stands before the real one, hands on what it is asked, and alters what is answered.
//!
//! Used by the stories of what a hostile server can do to a device. Invariant: it tells the truth until it is given a
//! lie, and again once that is taken back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::http::{Request, Response};
use crate::link::Link;

/// What a device asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Where.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
    authorization: Option<String>,
    media: String,
    is_post: bool,
}

/// What a device is answered.
pub enum Told {
    /// This.
    Whole(Response),
    /// This, and the rest of its length never comes.
    Cut(Response),
    /// This, and these bytes after it without an end.
    Endless(Response, Vec<u8>),
}

impl Asked {
    /// What the real server answers.
    #[track_caller]
    pub fn truth(&self, server: SocketAddr) -> Response {
        let request = if self.is_post {
            Request::post(&self.path, &self.media, self.body.clone())
        } else {
            Request::get(&self.path)
        };
        match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        }
        .send(server)
    }
}

/// What a lie does: it sees what is asked, may ask the real server, and says what is answered.
type Lie = dyn Fn(&Asked, SocketAddr) -> Told + Send + Sync;

/// A server that lies. It lives as long as the test.
pub struct Liar {
    address: SocketAddr,
    lie: Arc<Mutex<Option<Arc<Lie>>>>,
    told: Arc<AtomicU64>,
}

impl Liar {
    /// Before this server.
    #[track_caller]
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let lie: Arc<Mutex<Option<Arc<Lie>>>> = Arc::default();
        let told = Arc::new(AtomicU64::new(0));
        let (lies, count) = (Arc::clone(&lie), Arc::clone(&told));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let lie = lies.lock().expect("the lie").clone();
                let count = Arc::clone(&count);
                std::thread::spawn(move || converse(&stream, server, lie, &count));
            }
        });
        Self { address, lie, told }
    }

    /// A link that leads to it.
    pub fn link(&self) -> Link {
        Link::to(&Arc::new(Mutex::new(Some(self.address))))
    }

    /// From now on it tells this of requests to `path`, and the truth of all others.
    pub fn lie(&self, path: &'static str, lie: impl Fn(&Asked, SocketAddr) -> Told + Send + Sync + 'static) {
        self.told.store(0, Ordering::SeqCst);
        let lie = move |asked: &Asked, server: SocketAddr| {
            let is_meant = asked.path == path || asked.path.starts_with(&format!("{path}?"));
            if is_meant { lie(asked, server) } else { Told::Whole(asked.truth(server)) }
        };
        *self.lie.lock().expect("the lie") = Some(Arc::new(lie));
    }

    /// From now on it tells this of requests to `path`, too, and goes on with what it told of others before.
    pub fn lie_too(&self, path: &'static str, lie: impl Fn(&Asked, SocketAddr) -> Told + Send + Sync + 'static) {
        let mut current = self.lie.lock().expect("the lie");
        let before = current.take();
        *current = Some(Arc::new(move |asked: &Asked, server: SocketAddr| match &before {
            _ if asked.path == path => lie(asked, server),
            Some(before) => before(asked, server),
            None => Told::Whole(asked.truth(server)),
        }));
    }

    /// From now on it tells the truth.
    pub fn be_honest(&self) {
        *self.lie.lock().expect("the lie") = None;
    }

    /// How often it was asked something since it began to lie.
    pub fn asked(&self) -> u64 {
        self.told.load(Ordering::SeqCst)
    }
}

fn converse(stream: &TcpStream, server: SocketAddr, lie: Option<Arc<Lie>>, count: &AtomicU64) {
    let Some(asked) = read(stream) else { return };
    count.fetch_add(1, Ordering::SeqCst);
    let told = match lie {
        Some(lie) => lie(&asked, server),
        None => Told::Whole(asked.truth(server)),
    };
    // A device that has heard enough hangs up.
    drop(write(stream, &told));
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut authorization, mut media) = (0, None, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => authorization = Some(value.trim().to_owned()),
            "content-type" => value.trim().clone_into(&mut media),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { path, body, authorization, media, is_post: method == "POST" })
}

fn write(mut stream: &TcpStream, told: &Told) -> std::io::Result<()> {
    let (Told::Whole(response) | Told::Cut(response) | Told::Endless(response, _)) = told;
    write!(stream, "HTTP/1.1 {} Said\r\nconnection: close\r\n", response.status)?;
    for (name, value) in &response.headers {
        if ["content-type", "retry-after"].contains(&name.as_str()) {
            write!(stream, "{name}: {value}\r\n")?;
        }
    }
    match told {
        Told::Whole(response) => {
            write!(stream, "content-length: {}\r\n\r\n", response.body.len())?;
            stream.write_all(&response.body)
        }
        Told::Cut(response) => {
            write!(stream, "content-length: {}\r\n\r\n", response.body.len() + 100)?;
            stream.write_all(&response.body)
        }
        Told::Endless(response, more) => {
            write!(stream, "\r\n")?;
            stream.write_all(&response.body)?;
            loop {
                stream.write_all(more)?;
            }
        }
    }
}
