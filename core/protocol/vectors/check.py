#!/usr/bin/env python3
"""A second opinion on the vectors of the protocol, with another language's libraries.

Reads every NAME.json beside this file and compares it with NAME.hex: CBOR with cbor2, signatures with
cwt, streams with zstandard. Prints "N passed, 0 failed", and each failure; exits 1 where there is one.

    python3 -m venv VENV && VENV/bin/pip install -r requirements.txt && VENV/bin/python check.py
"""

import base64
import hashlib
import json
import pathlib
import struct
import sys
import urllib.parse

import cbor2
import cwt
import zstandard

FOLDER = pathlib.Path(__file__).resolve().parent
FRAME_BYTES = 1024 * 1024


def unhex(text):
    return bytes.fromhex("".join(text.split()))


def read_bytes(name):
    return unhex((FOLDER / f"{name}.hex").read_text())


def untwin(value):
    """The CBOR value that a readable twin stands for."""
    if isinstance(value, str) and value.startswith("h'") and value.endswith("'"):
        return bytes.fromhex(value[2:-1])
    if isinstance(value, list):
        return [untwin(item) for item in value]
    if isinstance(value, dict):
        return {int(key.split(" ")[0]): untwin(item) for key, item in value.items()}
    return value


def expect(is_so, what):
    if not is_so:
        raise AssertionError(what)


def same_cbor(data, twin):
    value = untwin(twin)
    expect(cbor2.loads(data) == value, "the bytes hold something else than the twin says")
    expect(cbor2.dumps(value, canonical=True) == data, "the twin is encoded to other bytes")


def cose_key(public_key, kid):
    """An Ed25519 key (OKP, EdDSA) that verifies."""
    return cwt.COSEKey.new({1: 1, 2: kid, 3: -8, 4: [2], -1: 6, -2: public_key})


def check_signed(data, twin):
    signed = {name: untwin(value) for name, value in twin["signed"].items()}
    key = cose_key(signed["public_key"], signed["kid"])
    aad = signed["external_aad"].encode("ascii")
    protected, unprotected, payload = cwt.COSE.new().decode_with_headers(data, key, external_aad=aad)
    expect(protected == {1: -8, 4: signed["kid"]}, "the protected header is another")
    expect(unprotected == {}, "there is an unprotected header")
    same_cbor(payload, twin["cbor"])
    try:
        cwt.COSE.new().decode(data, key, external_aad=b"footbridge/1/another")
    except cwt.VerifyError:
        return
    raise AssertionError("the purpose is not part of what is signed")


def check_stream(data, names):
    inflated = zstandard.ZstdDecompressor(max_window_size=1 << 22).decompressobj().decompress(data)
    messages = []
    while inflated:
        (length,) = struct.unpack(">I", inflated[:4])
        expect(length <= FRAME_BYTES and len(inflated) >= 4 + length, "a message is cut")
        messages.append(inflated[4 : 4 + length])
        inflated = inflated[4 + length :]
    expect(messages == [read_bytes(name) for name in names], "the stream holds other messages")


def check_change(data, twin):
    digest = hashlib.sha256(data[8:]).digest()
    expect(data[:4] == bytes.fromhex("856f4a83") and data[8] == 1, "not a change of Automerge")
    expect(data[4:8] == digest[:4] and twin["hash"] == digest.hex(), "the hash is another")


def check_invitation(twin):
    url = urllib.parse.urlsplit(twin["url"])
    values = dict(urllib.parse.parse_qsl(url.fragment))
    expect(f"{url.scheme}://{url.netloc}" == twin["server"] and url.path == "/join", "the server is another")
    expect(values["v"] == "1", "the version is another")
    for name, key in (("identity", "s"), ("token", "t")):
        expect(base64.urlsafe_b64decode(values[key] + "=") == untwin(twin[name]), f"the {name} is another")


def check_refused(twin, session):
    """Signatures that do not hold are refused by cwt too; the rest is this protocol's own strictness."""
    signed = {name: untwin(value) for name, value in session["signed"].items()}
    key = cose_key(signed["public_key"], signed["kid"])
    checked = 0
    for case in twin["cases"]:
        if case["code"] != "bad_signature" or case.get("signature_holds"):
            continue
        try:
            cwt.COSE.new().decode(unhex(case["hex"]), key, external_aad=signed["external_aad"].encode("ascii"))
        except cwt.VerifyError:
            checked += 1
            continue
        raise AssertionError(f"taken: {case['says']}")
    expect(checked >= 4, "too few signatures were tried")


def check(path):
    twin = json.loads(path.read_text(encoding="utf-8"))
    name = path.stem
    if name == "invitation":
        check_invitation(twin)
    elif name == "refused":
        check_refused(twin, json.loads((FOLDER / "session.json").read_text(encoding="utf-8")))
    elif name == "change":
        check_change(read_bytes(name), twin)
    elif "messages" in twin:
        check_stream(read_bytes(name), twin["messages"])
    elif "signed" in twin:
        check_signed(read_bytes(name), twin)
    else:
        same_cbor(read_bytes(name), twin["cbor"])


def main():
    passed, failed = 0, 0
    paths = sorted(FOLDER.glob("*.json"))
    without_twin = {path.stem for path in FOLDER.glob("*.hex")} - {path.stem for path in paths}
    for name in sorted(without_twin):
        failed += 1
        print(f"{name}: has no readable twin")
    for path in paths:
        try:
            check(path)
            passed += 1
        except Exception as error:  # every kind of failure is one line
            failed += 1
            print(f"{path.stem}: {type(error).__name__}: {error}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed < 15 else 0


if __name__ == "__main__":
    sys.exit(main())
