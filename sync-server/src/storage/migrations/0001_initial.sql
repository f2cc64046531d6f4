CREATE TABLE server (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    epoch BLOB NOT NULL CHECK (length(epoch) = 16),
    public_url TEXT,
    listened_at TEXT,
    fingerprint BLOB CHECK (length(fingerprint) = 32),
    search_version INTEGER NOT NULL DEFAULT 0,
    search_worn INTEGER NOT NULL DEFAULT 0 CHECK (search_worn IN (0, 1)),
    worn INTEGER NOT NULL DEFAULT 0 CHECK (worn IN (0, 1)),
    restored_at INTEGER,
    clock_at INTEGER,
    clock_in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (clock_in_doubt IN (0, 1)),
    audit_years INTEGER NOT NULL DEFAULT 5 CHECK (audit_years BETWEEN 1 AND 30)
) STRICT;

CREATE TABLE programmes (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    created_at INTEGER NOT NULL,
    keeps_days INTEGER,
    shorter_days INTEGER,
    shorter_since INTEGER
) STRICT;

CREATE TABLE members (
    person BLOB NOT NULL PRIMARY KEY CHECK (length(person) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    role TEXT NOT NULL CHECK (role IN ('volunteer', 'coordinator')),
    districts TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    revoked_at INTEGER,
    held_at INTEGER
) STRICT;

CREATE INDEX members_of_programme ON members (programme);

CREATE TABLE devices (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    joined_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    build TEXT NOT NULL,
    unsent INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    revoked_at INTEGER,
    with_her INTEGER NOT NULL CHECK (with_her IN (0, 1)),
    wipe INTEGER NOT NULL CHECK (wipe IN (0, 1)),
    name TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX devices_of_person ON devices (person);

CREATE TABLE actors (
    actor BLOB NOT NULL PRIMARY KEY CHECK (length(actor) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    device BLOB REFERENCES devices (id),
    person BLOB REFERENCES members (person),
    bound_at INTEGER NOT NULL,
    past INTEGER NOT NULL CHECK (past IN (0, 1))
) STRICT;

CREATE INDEX actors_of_the_server ON actors (programme, person) WHERE device IS NULL;

CREATE TABLE invitations (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    by_person BLOB,
    by_device BLOB,
    used_by BLOB REFERENCES devices (id),
    used_at INTEGER
) STRICT;

CREATE TABLE documents (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    author BLOB,
    recorded_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    sort_at INTEGER NOT NULL,
    district TEXT,
    parent BLOB,
    contact BLOB,
    disagreements INTEGER NOT NULL,
    due TEXT,
    marks TEXT NOT NULL,
    digest INTEGER NOT NULL,
    projection_version INTEGER NOT NULL,
    facts TEXT NOT NULL,
    projection TEXT NOT NULL,
    actors BLOB NOT NULL,
    stored BLOB NOT NULL
) STRICT;

CREATE INDEX documents_by_time ON documents (programme, kind, sort_at, id, district, disagreements, marks);
CREATE INDEX documents_of_author ON documents (programme, kind, author, sort_at, id);
CREATE INDEX documents_in_district ON documents (programme, district) WHERE district IS NOT NULL;
CREATE INDEX documents_on ON documents (parent) WHERE parent IS NOT NULL;
CREATE INDEX documents_about_contact ON documents (contact) WHERE contact IS NOT NULL;
CREATE INDEX documents_in_disagreement ON documents (programme, sort_at) WHERE disagreements > 0;
CREATE INDEX documents_waiting ON documents (programme, due, id, marks) WHERE due IS NOT NULL;

CREATE TABLE languages (
    programme BLOB NOT NULL REFERENCES programmes (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (programme, tag)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (words, tokenize = "unicode61 tokenchars '_'");
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

CREATE TABLE erased (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    at INTEGER NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('expired', 'erased')),
    person BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE scopes (
    number INTEGER NOT NULL PRIMARY KEY,
    programme BLOB NOT NULL REFERENCES programmes (id),
    name TEXT NOT NULL,
    documents INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0,
    UNIQUE (programme, name)
) STRICT;

CREATE TABLE entries (
    scope INTEGER NOT NULL REFERENCES scopes (number),
    seq INTEGER NOT NULL,
    document BLOB NOT NULL CHECK (length(document) = 16),
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
    digest INTEGER,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entries_of_document ON entries (document, scope);

CREATE TABLE commits (
    programme BLOB NOT NULL REFERENCES programmes (id),
    last_seq INTEGER NOT NULL,
    mark BLOB NOT NULL CHECK (length(mark) = 8),
    at INTEGER NOT NULL,
    PRIMARY KEY (programme, last_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    kind TEXT NOT NULL,
    mark BLOB NOT NULL CHECK (length(mark) = 8),
    on_id BLOB,
    body BLOB NOT NULL
) STRICT;

CREATE INDEX drafts_on ON drafts (on_id) WHERE on_id IS NOT NULL;

CREATE TABLE commands (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    document BLOB NOT NULL,
    device BLOB NOT NULL REFERENCES devices (id),
    accepted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX commands_about ON commands (document);

CREATE TABLE envelopes (
    device BLOB NOT NULL REFERENCES devices (id),
    counter INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    answers BLOB NOT NULL,
    PRIMARY KEY (device, counter)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_links (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE TABLE review_sessions (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    programme BLOB NOT NULL REFERENCES programmes (id),
    at INTEGER NOT NULL,
    person BLOB,
    device BLOB,
    deed TEXT NOT NULL,
    about BLOB,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_of_programme ON audit (programme, seq);

CREATE TABLE quarantine (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    device BLOB NOT NULL REFERENCES devices (id),
    person BLOB NOT NULL REFERENCES members (person),
    record BLOB NOT NULL CHECK (length(record) = 16),
    kind TEXT NOT NULL,
    what INTEGER NOT NULL CHECK (what IN (1, 2, 3)),
    name BLOB NOT NULL,
    at INTEGER NOT NULL,
    refused INTEGER,
    payload BLOB NOT NULL,
    UNIQUE (device, record, name)
) STRICT;

CREATE INDEX quarantine_of_programme ON quarantine (programme, device, record, id);
CREATE INDEX quarantine_of_record ON quarantine (record, device, id);

CREATE TABLE set_aside (
    device BLOB NOT NULL REFERENCES devices (id),
    record BLOB NOT NULL CHECK (length(record) = 16),
    what INTEGER NOT NULL CHECK (what IN (0, 1, 2, 3)),
    kind TEXT NOT NULL,
    code INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (device, record, what)
) STRICT, WITHOUT ROWID;
