-- The first schema. Comments stand in src/schema.sql.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sort_at INTEGER NOT NULL,
    author BLOB,
    district TEXT,
    state TEXT,
    parent BLOB,
    due TEXT,
    disputed INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    kept_from INTEGER,
    deleting INTEGER NOT NULL DEFAULT 0,
    scopes INTEGER NOT NULL,
    served INTEGER NOT NULL,
    digest INTEGER,
    ahead INTEGER NOT NULL,
    document BLOB,
    projection TEXT NOT NULL,
    facts TEXT NOT NULL,
    draft_mark BLOB
) STRICT;

CREATE INDEX records_listed ON records (kind, sort_at DESC, number DESC);

CREATE INDEX records_in_district ON records (kind, district, sort_at DESC, number DESC) WHERE district IS NOT NULL;

CREATE INDEX records_on ON records (parent) WHERE parent IS NOT NULL;

CREATE INDEX records_due ON records (due, number) WHERE due IS NOT NULL;

CREATE INDEX records_disputed ON records (sort_at DESC, number DESC) WHERE disputed = 1;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    record BLOB NOT NULL,
    item INTEGER NOT NULL,
    payload BLOB NOT NULL,
    intent TEXT,
    name BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    refused INTEGER
) STRICT;

CREATE INDEX outbox_of ON outbox (record, seq);

CREATE INDEX outbox_refused ON outbox (seq) WHERE refused IS NOT NULL;

CREATE TABLE scopes (
    name TEXT PRIMARY KEY,
    slot INTEGER NOT NULL UNIQUE,
    epoch BLOB,
    seq INTEGER,
    mark BLOB,
    below INTEGER,
    documents INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE actors (
    actor BLOB PRIMARY KEY,
    person BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    unsent INTEGER NOT NULL
) STRICT;

CREATE TABLE unread (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    bit INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (words, content='', contentless_delete=1, tokenize="unicode61 tokenchars '_'");
