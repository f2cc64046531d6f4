"""Documents of Footbridge as Automerge writes them: flat maps of scalars.

Written from "Records" in PROTOCOL.md and from the published binary format of Automerge
(https://automerge.org/automerge-binary-format-spec/). Reads change chunks and saves, writes change chunks.
Invariant: whatever is not a flat map of scalars is refused with ValueError.
"""

import dataclasses
import hashlib

MAGIC = bytes.fromhex("856f4a83")
SAVE, CHANGE = 0, 1
SET, DELETE = 1, 3
NULL, FALSE, TRUE, UINT, INT, FLOAT, TEXT, BYTES, COUNTER, TIMESTAMP = range(10)
DEFLATED = 8

# Columns of operations: the number of the column times sixteen, and its type.
KEY, INSERT, ACTION, VALUE_META, VALUE = 0x15, 0x34, 0x42, 0x56, 0x57
OBJECT_ACTOR, OBJECT_COUNTER, KEY_ACTOR, KEY_COUNTER = 0x01, 0x02, 0x11, 0x13
ID_ACTOR, ID_COUNTER = 0x21, 0x23
PREDECESSORS, PREDECESSOR_ACTOR, PREDECESSOR_COUNTER = 0x70, 0x71, 0x73
SUCCESSORS, SUCCESSOR_ACTOR, SUCCESSOR_COUNTER = 0x80, 0x81, 0x83
EXPAND, MARK_NAME = 0x94, 0xA5
# Columns of the changes in a save.
CHANGE_ACTOR, CHANGE_SEQ, CHANGE_MAX_OP = 0x01, 0x03, 0x13


@dataclasses.dataclass(frozen=True)
class Timestamp:
    """Milliseconds since 1970: told from an integer by its type."""

    milliseconds: int


@dataclasses.dataclass(frozen=True)
class Operation:
    """One key set or deleted; `stands_on` are the ids (counter, actor) of what it replaces."""

    key: str
    value: object
    is_deletion: bool = False
    stands_on: tuple = ()


@dataclasses.dataclass(frozen=True)
class Change:
    """One change: its operations have the numbers from `start` on."""

    actor: bytes
    seq: int
    start: int
    time: int
    deps: tuple
    operations: tuple
    digest: bytes = b""

    @property
    def end(self):
        return self.start + len(self.operations) - 1


# Numbers


def uleb(number):
    out = bytearray()
    while True:
        low, number = number & 0x7F, number >> 7
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def sleb(number):
    out = bytearray()
    while True:
        low, number = number & 0x7F, number >> 7
        done = (number == 0 and not low & 0x40) or (number == -1 and low & 0x40)
        out.append(low | (0 if done else 0x80))
        if done:
            return bytes(out)


def prefixed(data):
    return uleb(len(data)) + data


class Reader:
    """Bytes that are read from the front."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def __bool__(self):
        return self.at < len(self.data)

    def take(self, length):
        if length > len(self.data) - self.at:
            raise ValueError("the bytes end too early")
        self.at += length
        return self.data[self.at - length : self.at]

    def uleb(self):
        number = shift = 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return number
            if shift > 63:
                raise ValueError("a number is too long")

    def sleb(self):
        start = self.at
        number = self.uleb()
        bits = 7 * (self.at - start)
        return number - (1 << bits) if self.data[self.at - 1] & 0x40 else number

    def prefixed(self):
        return self.take(self.uleb())


# Columns


def write_runs(values, write):
    """Run-length encoding: a run of equals, a stretch of others, a run of nothing."""
    out, at = bytearray(), 0
    while at < len(values):
        end = at
        while end < len(values) and values[end] == values[at]:
            end += 1
        if values[at] is None:
            # A column of nothing is no column.
            out += b"" if end - at == len(values) else sleb(0) + uleb(end - at)
        elif end - at > 1:
            out += sleb(end - at) + write(values[at])
        else:
            end = at + 1
            while end < len(values) and values[end] is not None and values[end] != values[end - 1]:
                if end + 1 < len(values) and values[end + 1] == values[end]:
                    break
                end += 1
            out += sleb(at - end) + b"".join(write(value) for value in values[at:end])
        at = end
    return bytes(out)


def read_runs(data, read, most):
    reader, values = Reader(data), []
    while reader:
        length = reader.sleb()
        count = abs(length) or reader.uleb()
        if len(values) + count > most:
            raise ValueError("a column is longer than a document may be")
        if length > 0:
            values += [read(reader)] * count
        elif length < 0:
            values += [read(reader) for _ in range(count)]
        else:
            values += [None] * count
    return values


def write_deltas(values):
    deltas, before = [], 0
    for value in values:
        deltas.append(None if value is None else value - before)
        before = before if value is None else value
    return write_runs(deltas, sleb)


def read_deltas(data, most):
    values, before = [], 0
    for delta in read_runs(data, Reader.sleb, most):
        before = before + (delta or 0)
        values.append(None if delta is None else before)
    return values


def read_booleans(data, most):
    reader, values, value = Reader(data), [], False
    while reader:
        count = reader.uleb()
        if len(values) + count > most:
            raise ValueError("a column is longer than a document may be")
        values += [value] * count
        value = not value
    return values


def write_text(text):
    return prefixed(text.encode("utf-8"))


def read_text(reader):
    return reader.prefixed().decode("utf-8")


def write_value(value):
    """The type of a value, and its bytes."""
    if value is None:
        return NULL, b""
    if isinstance(value, bool):
        return (TRUE if value else FALSE), b""
    if isinstance(value, Timestamp):
        return TIMESTAMP, sleb(value.milliseconds)
    if isinstance(value, int):
        return INT, sleb(value)
    return TEXT, value.encode("utf-8")


def read_value(kind, data):
    simple = {NULL: None, FALSE: False, TRUE: True}
    if kind in simple and not data:
        return simple[kind]
    reader = Reader(data)
    if kind == TEXT:
        return data.decode("utf-8")
    if kind in (INT, UINT, TIMESTAMP):
        number = reader.uleb() if kind == UINT else reader.sleb()
        if reader:
            raise ValueError("a number has bytes after its end")
        return Timestamp(number) if kind == TIMESTAMP else number
    raise ValueError(f"values of type {kind} are in no document")


# Chunks


def chunk(kind, contents):
    framed = bytes([kind]) + prefixed(contents)
    return MAGIC + hashlib.sha256(framed).digest()[:4] + framed


def read_chunks(data):
    """The kind, contents and hash of each chunk."""
    reader = Reader(data)
    while reader:
        if reader.take(4) != MAGIC:
            raise ValueError("not a chunk of Automerge")
        checksum, start = reader.take(4), reader.at
        kind, contents = reader.take(1)[0], reader.prefixed()
        digest = hashlib.sha256(data[start : reader.at]).digest()
        if digest[:4] != checksum:
            raise ValueError("a checksum does not hold")
        yield kind, contents, digest


def write_columns(columns):
    filled = sorted((number, data) for number, data in columns.items() if data)
    heads = b"".join(uleb(number) + uleb(len(data)) for number, data in filled)
    return uleb(len(filled)) + heads, b"".join(data for _, data in filled)


def read_column_heads(reader):
    heads = [(reader.uleb(), reader.uleb()) for _ in range(reader.uleb())]
    if any(number & DEFLATED for number, _ in heads):
        raise ValueError("a column is deflated")
    return heads


def read_columns(reader, heads):
    return {number: reader.take(length) for number, length in heads}


def write_change(change):
    """The chunk of a change, as Automerge writes it: empty columns are left out."""
    others = sorted({actor for op in change.operations for _, actor in op.stands_on} - {change.actor})
    actors = [change.actor, *others]
    values = [(DELETE, (NULL, b"")) if op.is_deletion else (SET, write_value(op.value)) for op in change.operations]
    ground = [before for op in change.operations for before in sorted(op.stands_on)]
    heads, columns = write_columns(
        {
            KEY: write_runs([op.key for op in change.operations], write_text),
            INSERT: uleb(len(change.operations)),
            ACTION: write_runs([action for action, _ in values], uleb),
            VALUE_META: write_runs([len(data) << 4 | kind for _, (kind, data) in values], uleb),
            VALUE: b"".join(data for _, (_, data) in values),
            PREDECESSORS: write_runs([len(op.stands_on) for op in change.operations], uleb),
            PREDECESSOR_ACTOR: write_runs([actors.index(actor) for _, actor in ground], uleb),
            PREDECESSOR_COUNTER: write_deltas([counter for counter, _ in ground]),
        }
    )
    contents = b"".join(
        [
            uleb(len(change.deps)) + b"".join(sorted(change.deps)),
            prefixed(change.actor),
            uleb(change.seq) + uleb(change.start) + sleb(change.time),
            prefixed(b""),
            uleb(len(others)) + b"".join(prefixed(actor) for actor in others),
            heads,
            columns,
        ]
    )
    return chunk(CHANGE, contents)


def read_change(contents, digest, most):
    reader = Reader(contents)
    deps = tuple(reader.take(32) for _ in range(reader.uleb()))
    actor, seq, start, time = reader.prefixed(), reader.uleb(), reader.uleb(), reader.sleb()
    reader.prefixed()
    actors = [actor] + [reader.prefixed() for _ in range(reader.uleb())]
    columns = read_columns(reader, read_column_heads(reader))
    rows = read_rows(columns, most)
    counts = read_runs(columns.get(PREDECESSORS, b""), Reader.uleb, most)
    ground = read_ids(columns, PREDECESSOR_ACTOR, PREDECESSOR_COUNTER, actors, most)
    operations = []
    for number, (key, action, value) in enumerate(rows):
        count = (counts[number] if number < len(counts) else 0) or 0
        stands_on, ground = tuple(ground[:count]), ground[count:]
        operations.append(Operation(key, value, action == DELETE, stands_on))
    return Change(actor, seq, start, time, deps, tuple(operations), digest)


def read_ids(columns, actor_column, counter_column, actors, most):
    indices = read_runs(columns.get(actor_column, b""), Reader.uleb, most)
    counters = read_deltas(columns.get(counter_column, b""), most)
    return [(counter, actors[index]) for counter, index in zip(counters, indices, strict=True)]


def read_rows(columns, most):
    """Key, action and value of each operation; ValueError where one is about anything but a key of the map."""
    for number in (OBJECT_ACTOR, OBJECT_COUNTER, KEY_ACTOR, KEY_COUNTER, EXPAND, MARK_NAME):
        if columns.get(number):
            raise ValueError("not a flat map")
    if any(read_booleans(columns.get(INSERT, b""), most)):
        raise ValueError("not a flat map")
    keys = read_runs(columns.get(KEY, b""), read_text, most)
    actions = read_runs(columns.get(ACTION, b""), Reader.uleb, most)
    metas = read_runs(columns.get(VALUE_META, b""), Reader.uleb, most)
    values = Reader(columns.get(VALUE, b""))
    rows = []
    for key, action, meta in zip(keys, actions, metas, strict=True):
        if key is None or action not in (SET, DELETE):
            raise ValueError("not a flat map of scalars")
        rows.append((key, action, read_value(meta & 15, values.take(meta >> 4))))
    return rows


# Documents


class Document:
    """A document: what each key holds, and what a change of it must know."""

    MOST_OPERATIONS = 120_000

    def __init__(self, data=b""):
        # By key: {id of the operation: value} of what nothing has replaced.
        self.values = {}
        self.heads, self.last_operation, self.seqs, self.changes = set(), 0, {}, []
        for kind, contents, digest in read_chunks(data):
            if kind == SAVE and not self.heads:
                self._open_save(contents)
            elif kind == CHANGE:
                self.apply(read_change(contents, digest, self.MOST_OPERATIONS))
            else:
                raise ValueError("a chunk of another kind")

    def apply(self, change):
        self.changes.append(change)
        for number, operation in enumerate(change.operations):
            held = self.values.setdefault(operation.key, {})
            for before in operation.stands_on:
                held.pop(before, None)
            if not operation.is_deletion:
                held[(change.start + number, change.actor)] = operation.value
        self.heads = (self.heads - set(change.deps)) | {change.digest}
        self.last_operation = max(self.last_operation, change.end)
        self.seqs[change.actor] = max(self.seqs.get(change.actor, 0), change.seq)

    def _open_save(self, contents):
        reader = Reader(contents)
        actors = [reader.prefixed() for _ in range(reader.uleb())]
        self.heads = {reader.take(32) for _ in range(reader.uleb())}
        change_heads, heads = read_column_heads(reader), read_column_heads(reader)
        changes, columns = read_columns(reader, change_heads), read_columns(reader, heads)
        most = self.MOST_OPERATIONS
        authors = read_runs(changes[CHANGE_ACTOR], Reader.uleb, most)
        for author, seq in zip(authors, read_deltas(changes[CHANGE_SEQ], most), strict=True):
            self.seqs[actors[author]] = max(self.seqs.get(actors[author], 0), seq)
        self.last_operation = max(read_deltas(changes[CHANGE_MAX_OP], most))
        counts = read_runs(columns.get(SUCCESSORS, b""), Reader.uleb, most)
        ids = read_ids(columns, ID_ACTOR, ID_COUNTER, actors, most)
        for number, (id_, (key, action, value)) in enumerate(zip(ids, read_rows(columns, most), strict=True)):
            replaced = number < len(counts) and counts[number]
            if action == SET and not replaced:
                self.values.setdefault(key, {})[id_] = value

    def write(self, actor, time, edits):
        """A change of this document: `edits` are (key, value), or (key, None, True) for a key that goes."""
        operations = []
        for key, value, *deletes in edits:
            stands_on = tuple(sorted(self.values.get(key, {})))
            operations.append(Operation(key, value, bool(deletes), stands_on))
        change = Change(
            actor, self.seqs.get(actor, 0) + 1, self.last_operation + 1, time, tuple(self.heads), tuple(operations)
        )
        data = write_change(change)
        [(_, contents, digest)] = read_chunks(data)
        self.apply(read_change(contents, digest, self.MOST_OPERATIONS))
        return data

    def answers(self, key):
        """Every value of a key, what Automerge gives for it first."""
        held = self.values.get(key, {})
        return [held[id_] for id_ in sorted(held, reverse=True)]

    def projection(self):
        """The projection, as PROTOCOL.md says under "Records"."""
        own = {"record": "kind", "schema": "schema", "recorded_at": "recorded_at"}
        projected, fields, disagreements = {}, {}, set()
        for key in sorted(self.values):
            answers = self.answers(key)
            if not answers or key == "renews":
                continue
            value = answers[0].milliseconds if isinstance(answers[0], Timestamp) else answers[0]
            if key in own:
                projected[own[key]] = value
                continue
            field, slash, member = key.partition("/")
            if any(other != answers[0] for other in answers[1:]):
                disagreements.add(key)
            if value is None:
                continue
            if not slash:
                fields[field] = value
            elif value is True:
                fields.setdefault(field, []).append(member)
            else:
                fields.setdefault(field, {})[member] = value
        projected["fields"] = fields
        if disagreements:
            projected["disagreements"] = sorted(disagreements)
        return projected
