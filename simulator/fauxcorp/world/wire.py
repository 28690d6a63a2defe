"""What goes over a connection: responses, and the parts of a body that a client built. Bounded, and never raises."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fauxcorp.core.effects import Attachment

MAX_FIELDS = 1000
"""Fields or parts of one body that are looked at."""
_MAX_FORM = 4 * 1024 * 1024
MAX_UNPACKED = 32 * 1024 * 1024
"""Bytes that a body with a content encoding is unpacked to."""

Headers = tuple[tuple[str, str], ...]
Files = tuple[tuple[str, bytes], ...]


REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
    303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    409: "Conflict", 410: "Gone", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
    422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
"""The words after the number of a status."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered."""

    status: int
    reason: str
    headers: Headers
    body: bytes

    def header(self, name: str, default: str = "") -> str:
        """The first header of a name, whatever its case."""
        return header(self.headers, name, default)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def respond(status: int, body: bytes | str, kind: str = "text/html; charset=utf-8", *more: tuple[str, str]) -> Response:
    """A response with the headers that every server sends; an empty `kind` leaves the type out."""
    raw = body.encode("utf-8", "replace") if isinstance(body, str) else body
    typed = (("Content-Type", kind),) if kind else ()
    headers = (("Server", "nginx"), *typed, ("Content-Length", str(len(raw))), *more)
    return Response(status, REASONS.get(status, "Unknown"), headers, raw)


class Form(NamedTuple):
    """The parts of a body: named values and named files."""

    fields: tuple[tuple[str, str], ...]
    files: Files

    def get(self, *names: str) -> str:
        """The first value that is not empty of the first of `names` that there is."""
        for name in names:
            for key, value in self.fields:
                if key.lower() == name and value:
                    return value
        return ""


class Smtp(NamedTuple):
    """A mail that was spoken to a mail server."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


def header(headers: Sequence[tuple[str, str]], name: str, default: str = "") -> str:
    """The first header of a name, whatever its case."""
    name = name.lower()
    return next((v for k, v in headers if k.lower() == name), default)


def unpacked(headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """A body with its content encodings (gzip, deflate) taken off; as it is where that cannot be done."""
    codings = header(headers, "content-encoding").lower().replace(" ", "")
    for coding in reversed(codings.split(",")[:4]) if codings else ():
        if coding not in ("gzip", "x-gzip", "deflate"):
            break
        body = _inflated(body, 47 if coding != "deflate" or body[:1] == b"x" else -15)
    return body


def _inflated(body: bytes, wbits: int) -> bytes:
    machine = zlib.decompressobj(wbits)
    try:
        return machine.decompress(body, MAX_UNPACKED) or body
    except zlib.error:
        return body


def read_form(headers: Sequence[tuple[str, str]], body: bytes, query: str = "") -> Form:
    """The fields and files of a request: query, then the body by its content type."""
    fields = _pairs(query)
    kind = header(headers, "content-type")
    if kind.lower().startswith("multipart/"):
        more, files = _multipart(kind, body)
        return Form((*fields, *more), files)
    if len(body) > _MAX_FORM:
        return Form(fields, ())
    if "json" in kind.lower():
        return Form((*fields, *_json(body)), ())
    if not kind or "urlencoded" in kind.lower():
        return Form((*fields, *_pairs(body.decode("utf-8", "replace"))), ())
    return Form(fields, ())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        return ()


def _json(body: bytes) -> tuple[tuple[str, str], ...]:
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(data, dict):
        return ()
    items = list(data.items())[:MAX_FIELDS]
    return tuple((str(k), v if isinstance(v, str) else json.dumps(v)) for k, v in items)


def _multipart(kind: str, body: bytes) -> tuple[tuple[tuple[str, str], ...], Files]:
    boundary = Message()
    boundary["content-type"] = kind[:1000].replace("\r", " ").replace("\n", " ")
    mark = boundary.get_boundary()
    if not mark:
        return (), ()
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, bytes]] = []
    for part in body.split(b"--" + mark.encode("utf-8", "replace"), MAX_FIELDS)[1:]:
        if part.startswith(b"--"):
            break
        head, split, data = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
        if not split:
            head, split, data = part.lstrip(b"\r\n").partition(b"\n\n")
        if not split:
            continue
        data = data.removesuffix(b"\n").removesuffix(b"\r")
        about = HeaderParser().parsestr(head[:8192].decode("utf-8", "replace"))
        name = about.get_param("name", "", "content-disposition")
        shown = about.get_filename()
        if shown is not None:
            files.append((shown, data))
        else:
            fields.append((str(name), data.decode("utf-8", "replace")))
    return tuple(fields), tuple(files)


_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) (\S{1,8192}) HTTP/1\.[01]\r?\n")


def read_http(data: bytes) -> tuple[str, str, Headers, bytes] | None:
    """Method, path, headers and body of an HTTP request that was typed or piped into a connection."""
    start = _REQUEST_LINE.match(data)
    if start is None:
        return None
    rest = data[start.end() :]
    head, split, body = rest.partition(b"\r\n\r\n")
    if not split:
        head, split, body = rest.partition(b"\n\n")
    headers = []
    for line in head.decode("latin-1").splitlines()[:200]:
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return start[1].decode(), start[2].decode("latin-1"), tuple(headers), body


_VERB = re.compile(rb"(?im)^(MAIL FROM|RCPT TO):[ \t]*<?([^>\s]{1,320})>?[^\r\n]*\r?$")
_DATA = re.compile(rb"(?im)^DATA[ \t]*\r?\n")


def read_smtp(data: bytes) -> Smtp | None:
    """The mail in a dialogue with a mail server, or None if it holds none."""
    start = _DATA.search(data)
    if start is None:
        return None
    sender = ""
    recipients: list[str] = []
    for match in _VERB.finditer(data, 0, start.start()):
        value = match[2].decode("utf-8", "replace")
        if match[1].upper() == b"MAIL FROM":
            sender = value
        elif len(recipients) < MAX_FIELDS:
            recipients.append(value)
    body = re.split(rb"(?:\A|(?<=\n))\.\r?(?:\n|\Z)", data[start.end() :], maxsplit=1)[0]
    return Smtp(sender, tuple(recipients), body) if recipients else None


def read_mail(data: bytes) -> tuple[str, str, tuple[Attachment, ...]]:
    """Subject, text and attachments of a message as it is sent."""
    message = message_from_bytes(data, policy=policy.compat32)
    subject = shown_header(message.get("subject", ""))[:2000]
    texts: list[str] = []
    attached: list[Attachment] = []
    for n, part in enumerate(message.walk()):
        if n > MAX_FIELDS:
            break
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        name = _file_name(part)
        if name or part.get_content_maintype() != "text":
            kind = _whole(part.get_content_type())
            attached.append(Attachment(name=name or "part", content=content, content_type=kind))
        else:
            texts.append(_decoded(content, part))
    return subject, "\n".join(texts), tuple(attached)


def push_text(messages: Sequence[str], credentials: str = "") -> bytes:
    """What goes along with the files of a git push: the messages of its commits, and how the client signed in."""
    return "\n".join(filter(None, (credentials.strip(":"), *messages[:MAX_FIELDS]))).encode("utf-8", "replace")


def shown_header(value: object) -> str:
    """A header as a reader sees it: on one line, encoded words decoded where they can be."""
    text = str(value).replace("\r", "").replace("\n", " ")
    if "=?" in text:
        try:
            text = str(make_header(decode_header(text)))
        except (HeaderParseError, LookupError, ValueError):
            return _whole(text)
    return _whole(text)


def _whole(text: str) -> str:
    """Without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _file_name(part: Message) -> str:
    try:
        return shown_header(part.get_filename() or "")[:255]
    except (LookupError, ValueError, TypeError):
        return "part"


def _decoded(content: bytes, part: Message) -> str:
    """A text in the letters that it says it is in, its lines ended by a line feed."""
    try:
        charset = part.get_content_charset() or "utf-8"
        text = content.decode(charset, "replace")
    except (LookupError, ValueError, TypeError):
        text = content.decode("utf-8", "replace")
    return _whole(text).replace("\r\n", "\n")


__all__ = ["Form", "Response", "Smtp", "header", "read_form", "read_http", "read_mail", "read_smtp"]
