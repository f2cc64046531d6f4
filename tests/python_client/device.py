"""A device of Footbridge in Python: it keeps records in memory, pushes and pulls.

Written from PROTOCOL.md. Invariant: it believes the server of its invitation alone, and keeps what was not answered.
"""

import dataclasses
import hashlib
import json
import os

from cryptography.hazmat.primitives.asymmetric import ed25519

import automerge
import protocol
from protocol import CBOR, COSE, STREAM, decode, encode, hyphenated, milliseconds

DRAFT, CHANGE, COMMAND, RENEWAL = range(4)
ACCEPTED, DUPLICATE = 0, 1
PROJECTION_VERSION = 1


@dataclasses.dataclass
class Record:
    """A record as the server gave it last."""

    kind: str
    generation: int
    data: bytes
    facts: dict
    projection: dict
    scopes: set


class Device:
    """One device: its key, its actor, and all that it pulled."""

    def __init__(self, invitation):
        self.base, self.identity, self.token = protocol.read_invitation(invitation)
        self.connection = protocol.Connection(self.base)
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.id, self.actor = protocol.new_id(), protocol.new_id()
        self.counter = 0
        self.records, self.drafts, self.erased, self.cursors, self.actors = {}, {}, set(), {}, {}
        self.set_aside = []

    # Being known

    def hello(self):
        nonce = os.urandom(16)
        body = encode({0: nonce, 1: [1]})
        signed = self.connection.post("/v1/hello", body, CBOR).read()
        hello = protocol.open_signed("hello", signed, self.identity)
        if hello[0] != nonce or hello[3] != 1 or hello[5] != self.identity:
            raise ValueError("an answer to another hello")
        return hello

    def join(self):
        message = {
            0: self.hello()[1],
            1: self.identity,
            2: self.token,
            3: self.id,
            4: self.key.public_key().public_bytes_raw(),
            5: "a client in Python",
        }
        joined = decode(self._signed("/v1/join", "join", message))
        self.programme, self.person, self.role = joined[0], joined[1], joined[2]
        return joined

    def open_session(self):
        message = {0: self.hello()[1], 1: self.identity, 2: self.id, 3: "a client in Python", 4: 0}
        self.session = decode(self._signed("/v1/session", "session", message))
        if self.session[2] != self.programme or self.session[3] != self.person:
            raise ValueError("a session of somebody else")
        self.counter = max(self.counter, self.session[8])
        return self.session

    def _signed(self, path, purpose, message):
        signed = protocol.sign(purpose, encode(message), self.id, self.key)
        return self.connection.post(path, signed, COSE).read()

    # Pushing

    def seal(self, items):
        self.counter += 1
        envelope = {0: self.identity, 1: self.programme, 2: self.id, 3: self.counter, 4: items}
        return protocol.sign("envelope", encode(envelope), self.id, self.key)

    def push_sealed(self, envelopes):
        answer = self.connection.post("/v1/push", protocol.write_stream(envelopes), STREAM).read()
        return decode(answer)[0]

    def push(self, *items):
        """The code of each item."""
        [answer] = self.push_sealed([self.seal(list(items))])
        if answer[1] != ACCEPTED or answer[0] != self.counter or len(answer[2]) != len(items):
            raise ValueError(f"the envelope was answered with {answer}")
        return [item[0] for item in answer[2]]

    def create(self, kind, fields, drafts=None, id_=None):
        """The first change of a record, as an item; its id; and its document."""
        document, now = automerge.Document(), milliseconds()
        begin = [("record", kind), ("schema", 1), ("recorded_at", automerge.Timestamp(now))]
        change = document.write(self.actor, now // 1000, begin + keys_of(fields))
        id_ = id_ or protocol.new_id()
        item = {0: CHANGE, 1: id_, 2: kind, 3: 0, 4: change}
        if drafts:
            item[8] = drafts
        return item, id_, document

    def edit(self, id_, fields, document=None):
        """A change of a record that was pulled, or of this document."""
        record = self.records.get(id_)
        document = document or automerge.Document(record.data)
        edits = []
        for key, value in keys_of(fields, document):
            edits.append((key, value) if value is not GONE else (key, None, True))
        change = document.write(self.actor, milliseconds() // 1000, edits)
        kind = record.kind if record else document.projection()["kind"]
        return {0: CHANGE, 1: id_, 2: kind, 3: record.generation if record else 0, 4: change}

    def renewal(self, id_, fields):
        """A fresh document of the next generation with these fields, in the place of all wording before it."""
        record = self.records[id_]
        before, document = automerge.Document(record.data), automerge.Document()
        stands_for = b" ".join(sorted(change.digest[:8].hex().encode() for change in before.changes)).decode()
        begin = [("record", record.kind), ("schema", 1), ("recorded_at", before.answers("recorded_at")[0])]
        begin.append(("renews", stands_for))
        change = document.write(self.actor, milliseconds() // 1000, begin + keys_of(fields))
        return {0: RENEWAL, 1: id_, 2: record.kind, 3: record.generation + 1, 4: change, 5: sorted(before.heads)}

    def draft(self, id_, kind, body, base=None, on=None):
        item = {0: DRAFT, 1: id_, 2: kind, 3: os.urandom(8), 4: base, 5: body, 6: on}
        return {key: value for key, value in item.items() if value is not None}

    def command(self, id_, verb, **keys):
        command = {0: verb} | {int(name.strip("k")): value for name, value in keys.items()}
        return {0: COMMAND, 1: id_, 2: protocol.new_id(), 3: command, 4: milliseconds()}

    # Pulling

    def pull(self, scopes=None, first_frame_bytes=None):
        """Everything new in these scopes, or in all; the frames that came."""
        token, frames, wanted = self.session[0], [], list(scopes or self.session[6])
        while wanted:
            asked = [{0: scope, 1: self.cursors.get(scope)} for scope in wanted]
            asked = [{key: value for key, value in scope.items() if value is not None} for scope in asked]
            request = {0: asked} | ({1: first_frame_bytes} if first_frame_bytes else {})
            response = self.connection.post("/v1/pull", encode(request), CBOR, token)
            messages = [decode(message) for message in protocol.read_stream(response)]
            if not messages or messages.pop() != {7: True}:
                raise ValueError("the pull was cut")
            for frame in messages:
                self._store(frame)
                if frame[3]:
                    wanted.remove(frame[0])
            frames += messages
        return frames

    def _store(self, frame):
        scope = frame[0]
        if frame[6]:
            for record in self.records.values():
                record.scopes.discard(scope)
        self.cursors[scope] = frame[1]
        self.actors |= {actor[0]: actor[1] for actor in frame[5]}
        for item in frame[2]:
            self.take(item, scope)
        if frame[3] and 8 in frame:
            self.verify(scope, frame[8])

    def take(self, item, scope):
        id_, record = item[0], self.records.get(item[0])
        if 3 in item:
            document = automerge.Document(item[3])
            projection = document.projection()
            if item.get(8) == PROJECTION_VERSION and json.loads(item[4]) != projection:
                raise ValueError(f"projections differ: {item[4]} and {projection}")
            scopes = (record.scopes if record else set()) | {scope}
            self.records[id_] = Record(item[2], item[1], item[3], json.loads(item[5]), projection, scopes)
            self.drafts.pop(id_, None)
        elif 6 in item:
            draft = item[6]
            self.drafts[id_] = {"kind": item[2], "mark": draft[0], "body": draft[1], "on": draft.get(2)}
        elif item.get(7):
            self.drafts.pop(id_, None)
            if record:
                record.scopes.discard(scope)
                if not record.scopes:
                    del self.records[id_]
        elif item.get(9):
            self.records.pop(id_, None)
            self.drafts.pop(id_, None)
            self.erased.add(id_)

    def digests(self, scope):
        return {
            id_: digest(id_, record.generation, record.data)
            for id_, record in self.records.items()
            if scope in record.scopes
        }

    def verify(self, scope, told):
        """Compares what is held of a scope with what the server says of it; ValueError where they differ."""
        held = self.digests(scope)
        if told != {0: len(held), 1: sum(held.values()) % (1 << 64)}:
            raise ValueError(f"{scope} differs from the server's")

    def ask_digests(self, scope):
        """The digest of every document of a scope, as the server has it."""
        told, after = {}, None
        while True:
            request = {0: scope} | ({1: after} if after else {})
            answer = decode(self.connection.post("/v1/digests", encode(request), CBOR, self.session[0]).read())
            entries = [answer[0][at : at + 24] for at in range(0, len(answer[0]), 24)]
            told |= {entry[:16]: int.from_bytes(entry[16:], "big") for entry in entries}
            if not answer[1]:
                return told
            after = entries[-1][:16]

    def documents(self, *ids):
        request = encode({0: list(ids)})
        return decode(self.connection.post("/v1/documents", request, CBOR, self.session[0]).read())

    def sync(self):
        self.open_session()
        return self.pull()


class _Gone:
    """A member that leaves its set."""


GONE = _Gone()


def digest(id_, generation, data):
    return int.from_bytes(hashlib.sha256(id_ + generation.to_bytes(8, "big") + data).digest()[:8], "big")


def keys_of(fields, document=None):
    """Keys and values of fields: a set is a list, a map is a dict. Members that are there already are no edit."""
    keys = []
    for name, value in fields.items():
        if isinstance(value, list):
            held = {key for key, values in document.values.items() if values} if document else set()
            wanted = {f"{name}/{member}" for member in value}
            keys += [(key, True) for key in sorted(wanted - held)]
            keys += [(key, GONE) for key in sorted(held - wanted) if key.startswith(f"{name}/")]
        elif isinstance(value, dict):
            keys += [(f"{name}/{key}", entry) for key, entry in value.items()]
        else:
            keys.append((name, value))
    return keys


def scope_of(kind, id_):
    return f"{kind}/{hyphenated(id_)}"
