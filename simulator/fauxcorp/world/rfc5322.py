"""A message as it goes over the wire or lies in a spool file."""

from __future__ import annotations

from collections.abc import Sequence
from email import charset
from email.header import Header
from email.message import Message as Wire
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr
from hashlib import sha256
from typing import cast

from fauxcorp.world.addresses import one_line
from fauxcorp.world.message import Message
from fauxcorp.world.when import rfc5322 as date_header

_UTF8 = charset.Charset("utf-8")
_UTF8.body_encoding = charset.QP
_LONGEST_LINE = 900
_OWN = frozenset({"from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references",
                  "mime-version", "content-type", "content-transfer-encoding", "content-disposition"})  # fmt: skip


def as_rfc5322(message: Message, tz: str = "UTC") -> bytes:
    """The message with its headers, as RFC 5322 and MIME want it, lines ended by a line feed. `tz` is for the date."""
    text = _text(message.body)
    wire: Wire = text
    if message.attachments:
        # Made from the message, so that the bytes are the same whenever it is asked for.
        boundary = f"=_{sha256(message.message_id.encode()).hexdigest()[:32]}"
        wire = MIMEMultipart("mixed", boundary, [text])
        for file in message.attachments:
            part = _part(file.content, file.content_type)
            name = one_line(file.name, 255)
            shown = name if name.isascii() else ("utf-8", "", name)
            part.add_header("Content-Disposition", "attachment", filename=shown)
            wire.attach(part)
    for name, value in _headers(message, tz):
        # A header may be a Header, which the library's types leave out.
        wire[name] = cast("str", value)
    return wire.as_bytes()


def _headers(message: Message, tz: str) -> list[tuple[str, str | Header]]:
    out: list[tuple[str, str | Header]] = [
        ("Date", date_header(message.at, tz, message.zone)),
        ("From", _addresses([message.sender])),
        ("To", _addresses(message.to)),
    ]
    if message.cc:
        out.append(("Cc", _addresses(message.cc)))
    out += [("Subject", _value(message.subject)), ("Message-ID", one_line(message.message_id))]
    if message.in_reply_to:
        known = next((v for n, v in message.headers if n == "References"), message.in_reply_to)
        out += [("In-Reply-To", one_line(message.in_reply_to)), ("References", one_line(known))]
    out += [(n, _value(v)) for n, v in message.headers if n.lower() not in _OWN and n.isascii()]
    return out


def _value(text: str) -> str | Header:
    line = one_line(text)
    return line if line.isascii() else Header(line, "utf-8")


def _addresses(values: Sequence[str]) -> str | Header:
    out = []
    for value in values:
        line = one_line(value)
        name, address = parseaddr(line)
        out.append(formataddr((name, address)) if address.isascii() and "@" in address else line)
    return _value(", ".join(out))


def _text(body: str) -> MIMEText:
    if body.isascii() and max((len(line) for line in body.split("\n")), default=0) <= _LONGEST_LINE:
        return MIMEText(body, "plain", "us-ascii")
    part = MIMEText("", "plain")
    del part["Content-Transfer-Encoding"]
    part.set_payload(body, _UTF8)
    return part


def _part(content: bytes, content_type: str) -> MIMEBase:
    main, _, sub = content_type.partition("/")
    if main == "application" and sub:
        return MIMEApplication(content, one_line(sub, 100))
    part = MIMEApplication(content)
    if main and sub and content_type.isascii() and main not in ("multipart", "message"):
        part.set_type(one_line(content_type, 100))
    return part
