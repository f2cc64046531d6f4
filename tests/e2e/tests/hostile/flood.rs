//! Many requests over one connection, as fast as they are answered.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use footbridge_testkit::PATIENCE;

/// How many go out before their answers are read.
const BATCH: usize = 50;

/// Asks so often at most, until somebody is told to slow down. Gives how many were answered before.
pub fn flood(server: SocketAddr, request: &str, headers: &[(&str, &str)], most: usize) -> Option<usize> {
    let mut stream = TcpStream::connect(server).expect("the server accepts a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let one = format!("{request} HTTP/1.1\r\nhost: {server}\r\ncontent-length: 0\r\n{headers}\r\n");
    let mut answered = 0;
    while answered < most {
        stream.write_all(one.repeat(BATCH).as_bytes()).expect("it is taken");
        let (mut said, mut here) = (String::new(), 0);
        while here < BATCH {
            let mut piece = [0; 64 * 1024];
            let length = stream.read(&mut piece).expect("answers in time");
            assert!(length > 0, "the connection stays");
            said.push_str(&String::from_utf8_lossy(&piece[..length]));
            here = said.matches("HTTP/1.1 ").count();
        }
        if said.contains("HTTP/1.1 429") {
            return Some(answered);
        }
        answered += BATCH;
    }
    None
}
