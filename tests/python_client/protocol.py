"""What goes over the wire of Footbridge: CBOR, signatures, streams, invitations, HTTP.

Written from PROTOCOL.md. Invariant: what a receiver must refuse is refused here with ValueError, and an answer
that is a refusal is raised as Refused.
"""

import base64
import hashlib
import http.client
import os
import re
import struct
import time
import urllib.parse
import uuid

import cbor2
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

CBOR, COSE, STREAM = "application/cbor", 'application/cose; cose-type="cose-sign1"', "application/zstd"
NESTING, FRAME_BYTES, PULL_BYTES, WINDOW = 8, 1 << 20, 1 << 30, 1 << 22


class Refused(Exception):
    """A status of 400 or more with the body of this protocol."""

    def __init__(self, status, code, name, notice=None):
        super().__init__(f"{status} {name}")
        self.status, self.code, self.name, self.notice = status, code, name, notice


# Encoding


def encode(message):
    return cbor2.dumps(message, canonical=True)


def decode(data):
    """A map in the core deterministic encoding."""
    try:
        message = cbor2.loads(data)
    except Exception as error:
        raise ValueError("not CBOR") from error
    if not isinstance(message, dict) or encode(message) != data:
        raise ValueError("not in the deterministic encoding")
    if depth(message) > NESTING:
        raise ValueError("nested too deep")
    return message


def depth(value):
    if isinstance(value, dict):
        return 1 + max((depth(item) for pair in value.items() for item in pair), default=0)
    if isinstance(value, list):
        return 1 + max((depth(item) for item in value), default=0)
    if isinstance(value, float):
        raise ValueError("a floating-point number is in no message")
    return 0


def milliseconds():
    return time.time_ns() // 1_000_000


def new_id():
    """A UUID of version 7."""
    random = bytearray(milliseconds().to_bytes(6, "big") + os.urandom(10))
    return with_version(random)


def with_version(octets):
    octets[6] = octets[6] & 0x0F | 0x70
    octets[8] = octets[8] & 0x3F | 0x80
    return bytes(octets)


def derived_id(programme, *parts, at=0):
    """An id that follows from a name: see "Kinds"."""
    digest = hashlib.sha256()
    for part in (programme, *parts):
        digest.update(len(part).to_bytes(8, "big") + part)
    return with_version(bytearray(at.to_bytes(6, "big") + digest.digest()[:10]))


def hyphenated(id_):
    return str(uuid.UUID(bytes=id_))


# Signatures


def sign(purpose, payload, kid, key):
    protected = encode({1: -8, 4: kid})
    signed = encode(["Signature1", protected, f"footbridge/1/{purpose}".encode("ascii"), payload])
    return encode(cbor2.CBORTag(18, [protected, {}, payload, key.sign(signed)]))


def open_signed(purpose, data, identity):
    """The payload of what this identity has signed."""
    tagged = cbor2.loads(data)
    if not isinstance(tagged, cbor2.CBORTag) or tagged.tag != 18 or len(tagged.value) != 4:
        raise ValueError("not a COSE_Sign1")
    protected, unprotected, payload, signature = tagged.value
    if protected != encode({1: -8, 4: identity}) or unprotected != {} or encode(tagged) != data:
        raise ValueError("the headers are others")
    signed = encode(["Signature1", protected, f"footbridge/1/{purpose}".encode("ascii"), payload])
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(identity).verify(signature, signed)
    except InvalidSignature as error:
        raise ValueError("the signature does not hold") from error
    return decode(payload)


# Streams


def write_stream(messages):
    plain = b"".join(struct.pack(">I", len(message)) + message for message in messages)
    return zstandard.ZstdCompressor(level=3).compress(plain)


def read_stream(source):
    """The messages of a stream, each as soon as it is there; `source` is read like a file."""
    inflater = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    total = 0
    with inflater.stream_reader(source, read_across_frames=True, read_size=1024) as reader:
        while head := exactly(reader, 4, may_end=True):
            [length] = struct.unpack(">I", head)
            total += 4 + length
            if length > FRAME_BYTES or total > PULL_BYTES:
                raise ValueError("a message is too long")
            yield exactly(reader, length)


def exactly(reader, length, may_end=False):
    read = b""
    while len(read) < length:
        more = reader.read(length - len(read))
        if not more:
            if may_end and not read:
                return b""
            raise ValueError("the stream was cut")
        read += more
    return read


# Invitations


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read_invitation(link):
    """The address, the server's identity and the token of an invitation."""
    base, fragment = re.fullmatch(r"(https?://[^?#@]+)/join#(.*)", link).groups()
    values = dict(urllib.parse.parse_qsl(fragment))
    if values["v"] != "1":
        raise ValueError("an invitation of another version")
    identity, token = unbase64(values["s"]), unbase64(values["t"])
    if len(identity) != 32 or len(token) != 32:
        raise ValueError("not an invitation")
    return base, identity, token


# HTTP


class Connection:
    """Where BASE is; each request has a connection of its own."""

    def __init__(self, base):
        self.url = urllib.parse.urlsplit(base)

    def request(self, method, path, body=None, media=None, token=None):
        """The response, which may be read piece by piece; a refusal is raised."""
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.url.hostname, self.url.port, timeout=30)
        headers = {"Content-Type": media} if media else {}
        if token:
            headers["Authorization"] = "Bearer " + base64.urlsafe_b64encode(token).decode("ascii").rstrip("=")
        connection.request(method, self.url.path + path, body, headers)
        response = connection.getresponse()
        if response.status >= 400:
            body = decode(response.read(65536))
            raise Refused(response.status, body[0], body[1], body.get(2))
        return response

    def post(self, path, message, media, token=None):
        return self.request("POST", path, message, media, token)
