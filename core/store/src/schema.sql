-- The device's database as it is after all migrations; a test compares the two. Read it to understand the
-- tables; change it together with a new file in migrations/.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,               -- identity, membership, counters: see meta.rs
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
    number INTEGER PRIMARY KEY,         -- local; breaks ties in lists, and names the record in the search
    id BLOB NOT NULL UNIQUE,            -- 16 bytes, the same everywhere
    generation INTEGER NOT NULL,        -- of the document; 0 until words are taken back
    kind TEXT NOT NULL,                 -- one that this version may not know
    sort_at INTEGER NOT NULL,           -- milliseconds; where it stands in lists
    author BLOB,                        -- person; null before the first join
    district TEXT,
    state TEXT,                         -- draft, done, withdrawn, open, closed; null where the kind has none
    parent BLOB,                        -- the record that it is on
    due TEXT,                           -- day, of an open follow-up
    disputed INTEGER NOT NULL,          -- 1 where two people disagree on a field
    seen INTEGER NOT NULL,              -- 1 where a coordinator has opened it as it is now
    kept_from INTEGER,                  -- milliseconds: from when the days of a note count; null where the server
                                        -- has not said when it received it
    deleting INTEGER NOT NULL DEFAULT 0, -- 1 while its erasure waits for the server: in no list
    scopes INTEGER NOT NULL,            -- bits: the scopes (slots) through which the server gives it
    served INTEGER NOT NULL,            -- bits: those through which it was given since they last began anew
    digest INTEGER,                     -- of the document as it was given; null where it never was
    ahead INTEGER NOT NULL,             -- 1 where changes made here lie on top of that
    document BLOB,                      -- packed; null for a draft
    projection TEXT NOT NULL,           -- JSON: what screens read
    facts TEXT NOT NULL,                -- JSON: what the server decides
    draft_mark BLOB                     -- of a draft: the server's mark that this one builds on
) STRICT;

CREATE INDEX records_listed ON records (kind, sort_at DESC, number DESC);

CREATE INDEX records_in_district ON records (kind, district, sort_at DESC, number DESC) WHERE district IS NOT NULL;

CREATE INDEX records_on ON records (parent) WHERE parent IS NOT NULL;

CREATE INDEX records_due ON records (due, number) WHERE due IS NOT NULL;

CREATE INDEX records_disputed ON records (sort_at DESC, number DESC) WHERE disputed = 1;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order in which they were made and go out
    record BLOB NOT NULL,
    item INTEGER NOT NULL,              -- 0 draft, 1 change, 2 command, 3 renewal, 4 receipt
    payload BLOB NOT NULL,              -- bytes of a change or document, or a command as JSON; empty for a
                                        -- draft (its row is sent), JSON where the draft is to go
    intent TEXT,                        -- JSON: fields, values, heads seen; so that the edit can be made again
    name BLOB NOT NULL,                 -- the change's hash, the command's id, the draft's new mark
    made_at INTEGER NOT NULL,           -- milliseconds
    refused INTEGER                     -- the server's code; null while it waits
) STRICT;

CREATE INDEX outbox_of ON outbox (record, seq);

CREATE INDEX outbox_refused ON outbox (seq) WHERE refused IS NOT NULL;

CREATE TABLE scopes (
    name TEXT PRIMARY KEY,              -- as in the protocol
    slot INTEGER NOT NULL UNIQUE,       -- its bit in records.scopes
    epoch BLOB,                         -- the cursor: null before the first frame
    seq INTEGER,
    mark BLOB,
    below INTEGER,                      -- during a cold start
    documents INTEGER NOT NULL DEFAULT 0, -- how many rows it has given since it last began anew
    sum INTEGER NOT NULL DEFAULT 0      -- of their digests, modulo 2^64: compared at each sync
) STRICT, WITHOUT ROWID;

CREATE TABLE actors (
    actor BLOB PRIMARY KEY,             -- whose hand
    person BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (                  -- what was taken back from her: that it was, and nothing of it
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                 -- of record
    at INTEGER NOT NULL,                -- milliseconds: when this device learnt it
    unsent INTEGER NOT NULL             -- 1 where something of hers in it had not been sent
) STRICT;

CREATE TABLE unread (                   -- what came and could not be read: that it came, and nothing of it
    id BLOB PRIMARY KEY,                -- of the record; zeros where not even that could be read
    kind TEXT NOT NULL,                 -- as it was told
    bit INTEGER NOT NULL,               -- of the scope that gave it
    at INTEGER NOT NULL                 -- milliseconds: since when
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (words, content='', contentless_delete=1, tokenize="unicode61 tokenchars '_'");
