-- The server's database, as it is after every migration (a test compares). Read this to know what is kept;
-- change it by a new file in migrations/. Times are milliseconds since 1970. Ids are 16 bytes.
-- The file is SQLite in WAL, with secure_delete: what is taken away is overwritten.

-- What this folder is. One row, made when the folder is first opened.
CREATE TABLE server (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    -- Part of every cursor. Another epoch means: restored or begun anew, so cursors start over.
    epoch BLOB NOT NULL CHECK (length(epoch) = 16),
    -- The address in links, as `serve --public-url` last gave it.
    public_url TEXT,
    -- The address that `serve` last listened on, for links where no public one was given.
    listened_at TEXT,
    -- By what devices know the server's certificate, where no public authority signed it: SHA-256 of its key.
    fingerprint BLOB CHECK (length(fingerprint) = 32),
    -- The version of the folding by which the search was filled; 0 while it is being filled.
    search_version INTEGER NOT NULL DEFAULT 0,
    -- 1: words have gone since the search was last laid out anew, and its index may still hold how they began.
    search_worn INTEGER NOT NULL DEFAULT 0 CHECK (search_worn IN (0, 1)),
    -- 1: words were taken away since the file was last laid out anew.
    worn INTEGER NOT NULL DEFAULT 0 CHECK (worn IN (0, 1)),
    -- When it was last restored from a backup; null: never. For some time since, devices may give back what it lost.
    restored_at INTEGER,
    -- Until when the clock is known to have gone right: noted when the folder is opened and every hour.
    clock_at INTEGER,
    -- 1: the clock has leapt since, and nothing goes for good until the administrator confirms it.
    clock_in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (clock_in_doubt IN (0, 1)),
    -- For so many years the audit trail is kept.
    audit_years INTEGER NOT NULL DEFAULT 5 CHECK (audit_years BETWEEN 1 AND 30)
) STRICT;

-- A programme's name, districts and lists are documents; this row only says that it is here.
CREATE TABLE programmes (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    created_at INTEGER NOT NULL,
    -- For how many days notes are kept at present; null until its document is first saved.
    keeps_days INTEGER,
    -- The shorter time that its document says since `shorter_since`, and that takes effect seven days later.
    shorter_days INTEGER,
    shorter_since INTEGER
) STRICT;

-- Who belongs to a programme, and as what. Decides who may see and do; never taken from a document.
CREATE TABLE members (
    person BLOB NOT NULL PRIMARY KEY CHECK (length(person) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    role TEXT NOT NULL CHECK (role IN ('volunteer', 'coordinator')),
    -- A JSON array of names, sorted.
    districts TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    -- When her rights were taken away.
    revoked_at INTEGER,
    -- Since when she is not admitted: the server was restored without its journal, and the administrator has not
    -- said yet that she is still to be let in.
    held_at INTEGER
) STRICT;

CREATE INDEX members_of_programme ON members (programme);

-- A phone or tablet that joined, and the key that it signs with.
CREATE TABLE devices (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    joined_at INTEGER NOT NULL,
    -- When its latest session opened, with which build, and how much it then still had to send.
    seen_at INTEGER NOT NULL,
    build TEXT NOT NULL,
    unsent INTEGER NOT NULL,
    -- The highest counter accepted in an envelope of this device; 0 before the first.
    counter INTEGER NOT NULL,
    revoked_at INTEGER,
    -- 1: because its person was.
    with_her INTEGER NOT NULL CHECK (with_her IN (0, 1)),
    -- 1: it is lost, and empties itself whatever it could hand over.
    wipe INTEGER NOT NULL CHECK (wipe IN (0, 1)),
    -- What its person calls it; empty where she has not said.
    name TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX devices_of_person ON devices (person);

-- Who speaks in a document's changes. Bound at first sight, for good.
CREATE TABLE actors (
    actor BLOB NOT NULL PRIMARY KEY CHECK (length(actor) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    -- Null: the server writes with it, on behalf of the person (a coordinator in the review pages).
    device BLOB REFERENCES devices (id),
    -- Null as well: the server itself (the programme and its starter codes).
    person BLOB REFERENCES members (person),
    bound_at INTEGER NOT NULL,
    -- 1, without a device: from before a restore, known because somebody gave back what it wrote, or the server's own
    -- of then. The server writes with it no more; a device of its person that writes with it is bound to it.
    past INTEGER NOT NULL CHECK (past IN (0, 1))
) STRICT;

CREATE INDEX actors_of_the_server ON actors (programme, person) WHERE device IS NULL;

-- Invitations given out. The token itself is in the link alone.
CREATE TABLE invitations (
    -- SHA-256 of the token.
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- Who made it: null for the administrator. On which device: null for a page.
    by_person BLOB,
    by_device BLOB,
    -- The one device that joined by it, and may repeat its join.
    used_by BLOB REFERENCES devices (id),
    used_at INTEGER
) STRICT;

-- Every record that is done. The columns before `facts` are for finding; they follow from the rest.
CREATE TABLE documents (
    -- Local: names the record in the search.
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- The person whose device signed its first change, or whom a coordinator named. Null: the server.
    author BLOB,
    recorded_at INTEGER NOT NULL,
    -- When it first came, by the server's clock.
    received_at INTEGER NOT NULL,
    -- A visit: when it took place. Others: when recorded.
    sort_at INTEGER NOT NULL,
    district TEXT,
    -- A note or follow-up: what it is on.
    parent BLOB,
    -- A visit: the contact that it was with.
    contact BLOB,
    -- How many fields have more than one answer.
    disagreements INTEGER NOT NULL,
    -- A follow-up that waits: the day by which it is to be done, or 'none'.
    due TEXT,
    -- What lists are narrowed by: |kind=street|topics=work|, codes only.
    marks TEXT NOT NULL,
    -- PROTOCOL.md, Verify: of id, generation and `stored`, as they were written. Other bytes are damaged ones.
    digest INTEGER NOT NULL,
    projection_version INTEGER NOT NULL,
    -- What the server decides beside the document (author, state of a follow-up, role …), as JSON.
    facts TEXT NOT NULL,
    -- The document as fields, as canonical JSON.
    projection TEXT NOT NULL,
    -- Everyone who speaks in it: actors of 16 bytes, one after the other, sorted.
    actors BLOB NOT NULL,
    -- The Automerge changes as they arrived; past 32 of them a save.
    stored BLOB NOT NULL
) STRICT;

-- Has in it all that a list is narrowed by, so that 100,000 visits are walked without looking at their rows.
CREATE INDEX documents_by_time ON documents (programme, kind, sort_at, id, district, disagreements, marks);
CREATE INDEX documents_of_author ON documents (programme, kind, author, sort_at, id);
CREATE INDEX documents_in_district ON documents (programme, district) WHERE district IS NOT NULL;
CREATE INDEX documents_on ON documents (parent) WHERE parent IS NOT NULL;
CREATE INDEX documents_about_contact ON documents (contact) WHERE contact IS NOT NULL;
CREATE INDEX documents_in_disagreement ON documents (programme, sort_at) WHERE disagreements > 0;
CREATE INDEX documents_waiting ON documents (programme, due, id, marks) WHERE due IS NOT NULL;

-- Languages in which somebody has talked once, for the list to be narrowed by. What is in it stays.
CREATE TABLE languages (
    programme BLOB NOT NULL REFERENCES programmes (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (programme, tag)
) STRICT, WITHOUT ROWID;

-- The folded words of visits, notes, contacts and follow-ups, by the number of their row. It keeps its own words, for
-- only what knows them can overwrite them (`secure-delete`) where a record goes.
CREATE VIRTUAL TABLE search USING fts5 (words, tokenize = "unicode61 tokenchars '_'");
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

-- Records that are gone for good: what comes for them is not taken. Nothing of them is kept but this.
CREATE TABLE erased (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    at INTEGER NOT NULL,
    -- Its days were over, or somebody had it erased.
    why TEXT NOT NULL CHECK (why IN ('expired', 'erased')),
    -- Who had it erased; null for the server itself.
    person BLOB
) STRICT, WITHOUT ROWID;

-- Names of scopes, kept once.
CREATE TABLE scopes (
    number INTEGER NOT NULL PRIMARY KEY,
    programme BLOB NOT NULL REFERENCES programmes (id),
    -- As in the protocol: programme, person/ID, drafts/ID, district/NAME, coordinators.
    name TEXT NOT NULL,
    -- How many of its entries have a digest, and the sum of these modulo 2^64.
    documents INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0,
    UNIQUE (programme, name)
) STRICT;

-- The log: only the latest entry of each (document, scope). One seq for one writing of one document.
CREATE TABLE entries (
    scope INTEGER NOT NULL REFERENCES scopes (number),
    seq INTEGER NOT NULL,
    -- A document, or in a scope drafts/ID a draft.
    document BLOB NOT NULL CHECK (length(document) = 16),
    -- 1: it has left the scope.
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
    -- What it counts for in its scope: the document's digest. Null: it has left, or is a draft.
    digest INTEGER,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entries_of_document ON entries (document, scope);

-- One row for each transaction that logged something: its highest seq, and a random mark by which a
-- cursor is recognised. A disk that was rolled back does not know the mark.
CREATE TABLE commits (
    programme BLOB NOT NULL REFERENCES programmes (id),
    last_seq INTEGER NOT NULL,
    mark BLOB NOT NULL CHECK (length(mark) = 8),
    at INTEGER NOT NULL,
    PRIMARY KEY (programme, last_seq)
) STRICT, WITHOUT ROWID;

-- What is not done yet: its author's alone, replaced in place, no history.
CREATE TABLE drafts (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    kind TEXT NOT NULL,
    -- Names this state of it; the next one says which it replaces.
    mark BLOB NOT NULL CHECK (length(mark) = 8),
    on_id BLOB,
    -- As it came: JSON, neither compressed nor read.
    body BLOB NOT NULL
) STRICT;

CREATE INDEX drafts_on ON drafts (on_id) WHERE on_id IS NOT NULL;

-- Commands that were carried out, so that each is once.
CREATE TABLE commands (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    document BLOB NOT NULL,
    device BLOB NOT NULL REFERENCES devices (id),
    accepted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX commands_about ON commands (document);

-- The latest envelopes of each device: what was answered, for when they come again.
CREATE TABLE envelopes (
    device BLOB NOT NULL REFERENCES devices (id),
    counter INTEGER NOT NULL,
    -- SHA-256 of the envelope as it came.
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    -- A code of two bytes (big endian) for each item.
    answers BLOB NOT NULL,
    PRIMARY KEY (device, counter)
) STRICT, WITHOUT ROWID;

-- Links that sign a coordinator in to the review pages, once.
CREATE TABLE review_links (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

-- Browsers that are signed in; the cookie's value is known by its SHA-256 alone.
CREATE TABLE review_sessions (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    programme BLOB NOT NULL REFERENCES programmes (id),
    person BLOB NOT NULL REFERENCES members (person),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Who did what, and when: to people, rights and records. Ids, roles and numbers; no name, no content of a record.
CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    programme BLOB NOT NULL REFERENCES programmes (id),
    at INTEGER NOT NULL,
    -- Null: whoever runs the server.
    person BLOB,
    -- Null with a person: in the review pages.
    device BLOB,
    deed TEXT NOT NULL,
    -- The person, device or record that it was done to.
    about BLOB,
    -- A JSON object: what else there is to know.
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_of_programme ON audit (programme, seq);

-- What revoked devices handed over, until a coordinator takes it over or throws it away. Never a draft.
CREATE TABLE quarantine (
    -- In the order in which it came.
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    programme BLOB NOT NULL REFERENCES programmes (id),
    device BLOB NOT NULL REFERENCES devices (id),
    person BLOB NOT NULL REFERENCES members (person),
    record BLOB NOT NULL CHECK (length(record) = 16),
    -- The name of the record's kind; empty where it is not known.
    kind TEXT NOT NULL,
    -- As the type of its item in a push: 1 a change, 2 a command, 3 a renewal.
    what INTEGER NOT NULL CHECK (what IN (1, 2, 3)),
    -- The hash of a change, the id of a command: so that each is kept once. (Two records made alike have changes alike.)
    name BLOB NOT NULL,
    at INTEGER NOT NULL,
    -- The code with which it could not be taken over, when somebody last tried.
    refused INTEGER,
    -- The item as it came.
    payload BLOB NOT NULL,
    UNIQUE (device, record, name)
) STRICT;

CREATE INDEX quarantine_of_programme ON quarantine (programme, device, record, id);
CREATE INDEX quarantine_of_record ON quarantine (record, device, id);

-- What was refused to which device, and why; no content. It goes when the item is taken after all.
CREATE TABLE set_aside (
    device BLOB NOT NULL REFERENCES devices (id),
    record BLOB NOT NULL CHECK (length(record) = 16),
    -- As the type of its item in a push: 0 a draft, 1 a change, 2 a command, 3 a renewal.
    what INTEGER NOT NULL CHECK (what IN (0, 1, 2, 3)),
    -- The name of the record's kind; empty where it is not known.
    kind TEXT NOT NULL,
    -- The number of the code.
    code INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (device, record, what)
) STRICT, WITHOUT ROWID;
