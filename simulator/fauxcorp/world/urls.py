"""URLs and requests as clients write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import httpx

from fauxcorp.errors import Unreachable
from fauxcorp.world.hostnames import literal, well_formed
from fauxcorp.world.wire import Files, Headers, read_form, unpacked


class Target(NamedTuple):
    """A URL taken apart."""

    url: str
    host: str
    port: int
    path: str
    query: str


class Sent(NamedTuple):
    """What a client sends."""

    headers: Headers
    body: bytes
    files: Files


def built(headers: Headers, body: bytes, files: Files) -> Sent:
    """What a client sends: files without a body are made one, a body of parts is read for its files."""
    if files and not body:
        if len(files) == 1:
            return Sent(headers, files[0][1], files)
        kind, body = encode_form({}, [("file", *f) for f in files])
        return Sent((*headers, ("Content-Type", kind)), body, files)
    if body and not files:
        files = read_form(headers, unpacked(headers, body)).files
    return Sent(headers, body, files)


def encode_form(fields: Mapping[str, str], files: Sequence[tuple[str, str, bytes]] = ()) -> tuple[str, bytes]:
    """Content type and body of a filled-in form; `files` are field, file name and content. The same for the same."""
    if not files:
        built = httpx.Request("POST", "http://localhost/", data=dict(fields))
    else:
        mark = sha256(repr((sorted(fields.items()), [(f, n, len(c)) for f, n, c in files])).encode()).hexdigest()[:24]
        kind = {"Content-Type": f"multipart/form-data; boundary=----WebKitFormBoundary{mark}"}
        parts = [(field, (name, content)) for field, name, content in files]
        built = httpx.Request("POST", "http://localhost/", headers=kind, data=dict(fields), files=parts)
    return built.headers.get("content-type", "application/x-www-form-urlencoded"), built.read()


def read_url(url: str) -> Target:
    """Take a URL apart as a browser does; one without a scheme is http. Raises Unreachable."""
    text = url.strip()
    if "://" not in text[:12]:
        text = f"http://{text}"
    authority = text.partition("://")[2].partition("/")[0]
    try:
        read = httpx.URL(text)
        host, port = read.raw_host.decode("ascii"), read.port
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Unreachable(f"Invalid URL: {url[:200]}", "url") from error
    if "\\" in authority or not host:
        raise Unreachable(f"Invalid URL: {url[:200]}", "url")
    if read.scheme not in ("http", "https"):
        raise Unreachable(f"Unsupported protocol: {read.scheme[:40]}", "url")
    host = host.rstrip(".").lower()
    if not literal(host) and not well_formed(host):
        raise Unreachable(f"Invalid URL: bad host name {host[:200]}", "url")
    if port is None:
        port = 443 if read.scheme == "https" else 80
    if not 0 < port < 65536:
        raise Unreachable(f"Invalid URL: port {port}", "url")
    return Target(str(read), host, port, read.path, read.query.decode("ascii", "replace"))


def join(base: str, place: str) -> str:
    """The URL that a link on a page leads to. Raises Unreachable if it is malformed."""
    try:
        return str(httpx.URL(base).join(place))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Unreachable(f"Invalid URL: {place[:200]}", "url") from error
