//! HTTP/1.1 by hand: what goes over the wire in a test is what the test wrote, and nothing else.
//!
//! Used by the raw client of the protocol and by the tests of routes. Invariant: one connection a
//! request; an answer is read to its end, within [`crate::PATIENCE`].

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::process::PATIENCE;

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    body_follows: bool,
    in_chunks: bool,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body, whole.
    pub body: Vec<u8>,
}

impl Request {
    /// A request for a path, without a body.
    pub fn get(path: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            body_follows: true,
            in_chunks: false,
        }
    }

    /// A request that carries a body.
    pub fn post(path: &str, content_type: &str, body: Vec<u8>) -> Self {
        let request = Self { method: "POST".to_owned(), body, ..Self::get(path) };
        request.header("content-type", content_type)
    }

    /// With a header more.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With its body announced and not sent: what a server says to its length alone.
    pub fn announced(mut self) -> Self {
        self.body_follows = false;
        self
    }

    /// With its body in pieces, so that nothing says how long it is.
    pub fn in_chunks(mut self) -> Self {
        self.in_chunks = true;
        self
    }

    /// Sends it and reads the whole answer.
    #[track_caller]
    pub fn send(&self, to: SocketAddr) -> Response {
        let mut reader = self.open(to);
        let (status, headers) = head(&mut reader);
        let mut body = Vec::new();
        if header(&headers, "transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            while let Some(chunk) = chunk(&mut reader) {
                body.extend(chunk);
            }
        } else if let Some(length) = header(&headers, "content-length").and_then(|value| value.parse().ok()) {
            // Not to the connection's end: a server that does not want a body cuts it off.
            body.resize(length, 0);
            reader.read_exact(&mut body).expect("the rest of the answer");
        } else {
            reader.read_to_end(&mut body).expect("the rest of the answer");
        }
        Response { status, headers, body }
    }

    /// Sends it and gives the lines of the answer as they come: for events, which have no end.
    #[track_caller]
    pub fn lines(&self, to: SocketAddr) -> impl Iterator<Item = String> + use<> {
        let mut reader = self.open(to);
        let (status, headers) = head(&mut reader);
        assert_eq!(status, 200, "the answer begins well");
        let chunked = header(&headers, "transfer-encoding").is_some_and(|value| value.contains("chunked"));
        assert!(chunked, "an answer without an end comes in chunks");
        let mut waiting = Vec::new();
        std::iter::from_fn(move || {
            loop {
                if let Some(end) = waiting.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = waiting.drain(..=end).collect();
                    return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
                }
                waiting.extend(chunk(&mut reader)?);
            }
        })
    }

    fn open(&self, to: SocketAddr) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(to).expect("the server accepts a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time limit");
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.in_chunks {
            head.push_str("transfer-encoding: chunked\r\n");
        } else if self.method == "POST" {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        // A server may answer and close before it has read a body that it does not want.
        drop(stream.write_all(head.as_bytes()));
        if self.in_chunks {
            drop(write_chunks(&mut stream, &self.body));
        } else if self.body_follows {
            drop(stream.write_all(&self.body));
        }
        BufReader::new(stream)
    }
}

impl Response {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Its body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[track_caller]
fn head(reader: &mut impl BufRead) -> (u16, Vec<(String, String)>) {
    let first = line(reader);
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("an answer begins with its status, not with {first:?}"));
    let mut headers = Vec::new();
    loop {
        let line = line(reader);
        match line.split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => return (status, headers),
        }
    }
}

fn write_chunks(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    for piece in body.chunks(16 * 1024) {
        write!(stream, "{:x}\r\n", piece.len())?;
        stream.write_all(piece)?;
        stream.write_all(b"\r\n")?;
    }
    stream.write_all(b"0\r\n\r\n")
}

/// The next chunk of a body in chunks; `None` at its end.
fn chunk(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let size = usize::from_str_radix(line(reader).split(';').next().unwrap_or_default().trim(), 16).ok()?;
    let mut bytes = vec![0; size];
    reader.read_exact(&mut bytes).ok()?;
    line(reader);
    (size > 0).then_some(bytes)
}

#[track_caller]
fn line(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).expect("a line of the answer in time");
    line.trim_end().to_owned()
}
