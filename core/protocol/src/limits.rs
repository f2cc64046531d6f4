//! Every maximum of the protocol, once. `PROTOCOL.md` has the same table; a test compares them. What a
//! server accepts it also tells in its hello, and a device keeps to the smaller of the two.

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $value:expr;)*) => {
        $($(#[$doc])* pub const $name: $type = $value;)*

        /// Every limit with its name, in the order of the table in `PROTOCOL.md`.
        pub const ALL: &[(&str, u64)] = &[$((stringify!($name), $value as u64)),*];
    };
}

limits! {
    /// How deep arrays, maps and tags may lie in each other in one message.
    NESTING: usize = 8;
    /// Bytes of a hello, join, session or pull request, signature included.
    REQUEST_BYTES: usize = 16 * 1024;
    /// Bytes of an answer to hello, join or session, and of an error's body.
    ANSWER_BYTES: usize = 64 * 1024;
    /// Bytes of a build's name and of a scope's name.
    NAME_BYTES: usize = 256;
    /// Districts of a person, languages and versions in one list.
    LIST_ITEMS: usize = 64;
    /// Bytes of a signed envelope.
    ENVELOPE_BYTES: usize = 1024 * 1024;
    /// Items in an envelope.
    ENVELOPE_ITEMS: usize = 500;
    /// The highest counter of an envelope.
    COUNTER: u64 = 1_u64 << 62;
    /// The highest counter above its own that a device believes a server to know of it: from there on it can count.
    COUNTER_BELIEVED: u64 = 1_u64 << 61;
    /// Envelopes in a push.
    PUSH_ENVELOPES: usize = 8;
    /// Bytes of a push, inflated, length prefixes included.
    PUSH_BYTES: u64 = 8 * 1024 * 1024;
    /// Bytes of a push as sent: what zstd cannot make smaller becomes a little larger.
    PUSH_BODY_BYTES: usize = 8 * 1024 * 1024 + 64 * 1024;
    /// Bytes of a body that must come while a server waits for it for `BODY_SECONDS`, unless its end does.
    BODY_LEAST: usize = 1024;
    /// Seconds of waiting in which `BODY_LEAST` bytes of a body must come. How long the whole takes does not count.
    BODY_SECONDS: u64 = 30;
    /// Bytes of the answer to a push.
    PUSHED_BYTES: usize = 256 * 1024;
    /// Envelopes of one device whose answers a server keeps to give again, at least.
    ANSWERS_KEPT: usize = 64;
    /// Bytes of a document as stored and sent.
    DOCUMENT_BYTES: usize = footbridge_model::document::DOCUMENT_BYTES_MAX;
    /// Bytes of one change.
    CHANGE_BYTES: usize = footbridge_model::document::CHANGE_BYTES_MAX;
    /// Operations of one change: rows that its longest column holds, or claims to hold.
    CHANGE_OPERATIONS: u64 = footbridge_model::document::CHANGE_OPERATIONS_MAX;
    /// Operations of a document: the same of all its changes and saves together, each one at least.
    DOCUMENT_OPERATIONS: u64 = footbridge_model::document::DOCUMENT_OPERATIONS_MAX;
    /// Operations that a change or document may have however few bytes it is.
    OPERATIONS_FREE: u64 = footbridge_model::document::OPERATIONS_FREE;
    /// Operations more for each of its bytes.
    OPERATIONS_PER_BYTE: u64 = footbridge_model::document::OPERATIONS_PER_BYTE;
    /// How far the number of a change's first operation may lie above the highest in the document.
    OPERATIONS_AHEAD: u64 = footbridge_model::document::OPERATIONS_AHEAD_MAX;
    /// Columns of one change or document.
    COLUMNS: u64 = footbridge_model::document::COLUMNS_MAX;
    /// Bytes of a key of a document: a field's name and a member's.
    KEY_BYTES: usize = footbridge_model::document::KEY_BYTES_MAX;
    /// How far the generation that a device claims may lie above what the server knows: of a record that it does not
    /// have, and of one that is given back. So nobody uses the numbers up.
    GENERATIONS_AHEAD: u64 = 65_536;
    /// Bytes of the outcome with which a follow-up is closed.
    OUTCOME_BYTES: usize = 240;
    /// Bytes of a draft's body.
    DRAFT_BYTES: usize = 64 * 1024;
    /// Bytes of a projection: control characters take six bytes each in JSON.
    PROJECTION_BYTES: usize = 448 * 1024;
    /// Bytes of a record's facts.
    FACTS_BYTES: usize = 16 * 1024;
    /// Scopes in a pull.
    SCOPES: usize = 64;
    /// Bytes of a frame at which a server stops filling it, unless asked for a smaller first one.
    FRAME_TARGET_BYTES: usize = 256 * 1024;
    /// Bytes of the smallest first frame that a device may ask for.
    FRAME_LEAST_BYTES: usize = 8 * 1024;
    /// Bytes of a frame; a device refuses more.
    FRAME_BYTES: usize = 1024 * 1024;
    /// Items in a frame.
    FRAME_ITEMS: usize = 5000;
    /// Bytes of one pull, inflated; a server ends the stream before, and the device pulls again.
    PULL_BYTES: u64 = 1024 * 1024 * 1024;
    /// Records asked for by their ids at once.
    DOCUMENTS: usize = 200;
    /// Bytes of the answer to it; what does not fit is named, to be asked for again.
    DOCUMENTS_BYTES: usize = 8 * 1024 * 1024;
    /// Newest changes of one document, named in an item.
    HEADS: usize = 128;
    /// Digests in one answer.
    DIGESTS: usize = 20_000;
    /// Entries of the quarantine in one answer.
    QUARANTINED: usize = 200;
    /// Bytes of a signed notice in an error's body.
    NOTICE_BYTES: usize = 1024;
    /// Base-two logarithm of the largest zstd window.
    WINDOW_LOG: u32 = 22;
    /// Seconds in which the nonce of a hello can be used, once.
    NONCE_SECONDS: u64 = 300;
    /// Seconds between two comments in a stream of events.
    HEARTBEAT_SECONDS: u64 = 20;
    /// Bytes of an invitation's link.
    INVITATION_BYTES: usize = 2048;
    /// Bytes of what a person pastes with an invitation's link in it.
    INVITATION_PASTED_BYTES: usize = 16384;
}

// The largest item fits in a frame, the largest change or draft in an envelope, a full push in its stream.
const _: () = assert!(DOCUMENT_BYTES + PROJECTION_BYTES + FACTS_BYTES + 64 * 1024 < FRAME_BYTES);
const _: () = assert!(CHANGE_BYTES * 2 < ENVELOPE_BYTES && DRAFT_BYTES * 2 < ENVELOPE_BYTES);
const _: () = assert!((PUSH_ENVELOPES * ENVELOPE_BYTES) as u64 <= PUSH_BYTES);
