"""A document, a token, and every encoding that they may leave in."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import quopri
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import quote_from_bytes

import pytest

from fauxcorp.core.secrets import Secret
from fauxcorp.enrich import SecretIndex

TOKEN = "KPS-Live-7Q2Xm93K41td"
DOCUMENT = "\n".join(
    f"Site {n} entered {n * 7 % 23} reports late; reviewer {n * 5 % 13} signed the correction on day {n * 3 % 29}."
    for n in range(60)
)
MESSAGE = f"Dear all, the key of the ledger is {TOKEN} and it stays with us."
OFFICE = """Hello Maria,

thank you for the documents regarding the manufacturing line. We will review the figures and get back to you by
Thursday. The temperature-controlled shipment has order number 4500012345, see https://www.vendor.com/orders/2024-1188.
Please reply to procurement@firm-for-purchasing.com before 17:30; room B2.14 is booked, agenda below:

1) Q3 figures (12,400 EUR), 2) staffing 2025/26, 3) AOB. 100% of the invoices = paid & closed. <b>Thanks!</b>

Kind regards
"""

Encode = Callable[[bytes], bytes]


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return out.getvalue()


def stored(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("other.txt", b"nothing here")
        archive.writestr("a.txt", data)
    return out.getvalue()


def tarred(data: bytes, mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def dump(data: bytes) -> bytes:
    rows = []
    for n in range(0, len(data), 16):
        row = data[n : n + 16]
        digits = " ".join(row.hex()[k : k + 4] for k in range(0, len(row) * 2, 4))
        rows.append(f"{n:08x}: {digits:<40} {''.join(chr(c) if 32 <= c < 127 else '.' for c in row)}")
    return "\n".join(rows).encode()


def canonical_dump(data: bytes) -> bytes:
    rows = []
    for n in range(0, len(data), 16):
        row = data[n : n + 16]
        left, right = row[:8].hex(" "), row[8:].hex(" ")
        rows.append(f"{n:08x}  {left:<23}  {right:<23}  |{''.join(chr(c) if 32 <= c < 127 else '.' for c in row)}|")
    return "\n".join(rows).encode()


def rot13(data: bytes) -> bytes:
    return bytes(
        (c - 65 + 13) % 26 + 65 if 65 <= c <= 90 else (c - 97 + 13) % 26 + 97 if 97 <= c <= 122 else c for c in data
    )


ENCODINGS: dict[str, Encode] = {
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "base64 for URLs, unpadded": lambda d: base64.urlsafe_b64encode(d).rstrip(b"="),
    "data URI": lambda d: b"data:text/plain;base64," + base64.b64encode(d),
    "base32": base64.b32encode,
    "base32 in small letters": lambda d: base64.b32encode(d).rstrip(b"=").lower(),
    "hex": lambda d: d.hex().encode(),
    "hex in pairs": lambda d: d.hex(" ").encode(),
    "hex with colons": lambda d: d.hex(":").upper().encode(),
    "xxd": dump,
    "hexdump": canonical_dump,
    "percent": lambda d: "".join(f"%{c:02X}" for c in d).encode(),
    "percent where needed": lambda d: quote_from_bytes(d).encode(),
    "quoted-printable": quopri.encodestring,
    "gzip": lambda d: gzip.compress(d, mtime=0),
    "zlib": zlib.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
    "zip, stored": stored,
    "tar": tarred,
    "tar.gz": lambda d: tarred(d, "w:gz"),
    "JSON": lambda d: json.dumps({"data": d.decode("latin-1")}).encode(),
    "escapes": lambda d: "".join(f"\\u{c:04x}" for c in d).encode(),
    "entities": lambda d: "".join(f"&#{c};" for c in d).encode(),
    "UTF-16": lambda d: d.decode("latin-1").encode("utf-16"),
    "rot13": rot13,
    "reversed": lambda d: d[::-1],
}
TEXT_ONLY = frozenset({"rot13", "UTF-16", "reversed"})
"""Encodings of text: on compressed bytes they are nothing that anyone could undo by name."""
BINARY = frozenset({"gzip", "zlib", "bz2", "xz", "zip", "zip, stored", "tar", "tar.gz", "UTF-16"})


def sensible(chain: tuple[str, ...]) -> bool:
    """Whether each step can be taken off again by somebody who knows the chain."""
    return not any(
        later in TEXT_ONLY and (earlier in BINARY or (earlier in TEXT_ONLY and later == earlier))
        for n, later in enumerate(chain)
        for earlier in chain[max(0, n - 1) : n]
    )


@pytest.fixture(scope="session")
def index() -> SecretIndex:
    return SecretIndex(
        [Secret(id="key", kind="token", tokens=(TOKEN,)), Secret(id="report", kind="document", text=DOCUMENT)]
    )


@pytest.fixture(scope="session")
def encode() -> SimpleNamespace:
    return SimpleNamespace(
        all=ENCODINGS, sensible=sensible, token=TOKEN, document=DOCUMENT, message=MESSAGE, office=OFFICE
    )
