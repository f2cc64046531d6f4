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
