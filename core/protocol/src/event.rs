//! `GET /v1/events`: server-sent events, which say only that there is news. Whoever hears of news pulls.

/// Where a device listens, with its bearer token.
pub const PATH: &str = "/v1/events";

/// Where a device listens that has everything up to this place in the log: what came since is told at once.
pub fn path_since(seq: u64) -> String {
    format!("{PATH}?{SINCE}={seq}")
}

/// The name of that place in the address.
pub const SINCE: &str = "since";

/// Media type of the answer.
pub const MEDIA_EVENTS: &str = "text/event-stream";

/// The event that says that a scope of the device's person has news. Its data is empty.
pub const NEWS: &str = "news";

/// The longest line of a stream of events that is ours.
const LINE_BYTES: usize = 256;

/// Listens to a stream of events for news. Everything else in it is skipped, and no more of it kept than a line.
#[derive(Debug, Default)]
pub struct NewsReader {
    line: Vec<u8>,
}

impl NewsReader {
    /// Takes in bytes as they came; true once the server has said that there is news.
    pub fn hears(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            if *byte != b'\n' {
                if self.line.len() < LINE_BYTES {
                    self.line.push(*byte);
                }
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let named = line.trim_ascii_end().strip_prefix(b"event:");
            if named.is_some_and(|name| name.strip_prefix(b" ").unwrap_or(name) == NEWS.as_bytes()) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_heard_among_comments_and_however_they_are_cut() {
        let mut reader = NewsReader::default();
        assert!(!reader.hears(b": hello\n\nevent: ne"));
        assert!(!reader.hears(b"ws"));
        assert!(reader.hears(b"\r\ndata:\n\n"));
        assert!(NewsReader::default().hears(b"event:news\n"));
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_room_than_one_of_ours() {
        let mut reader = NewsReader::default();
        for _ in 0..100 {
            assert!(!reader.hears(&[b'a'; 10_000]));
        }
        assert!(reader.line.capacity() <= 2 * LINE_BYTES);
        assert!(!reader.hears(b"event: news\n"), "it is part of that line");
        assert!(reader.hears(b"event: news\n"));
        assert!(!NewsReader::default().hears(b"data: news\nevent: newspaper\nxevent: news\n"));
    }
}
