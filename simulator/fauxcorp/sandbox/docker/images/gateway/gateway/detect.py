"""What a client speaks, by the first bytes that it sends."""

from __future__ import annotations

import re

from gateway.clienthello import looks_like_tls

SMTP_PORTS = frozenset({25, 26, 587, 1025, 2525, 2587})
SMTPS_PORTS = frozenset({465, 2465})
SSH_PORTS = frozenset({22, 2222})
FTP_PORTS = frozenset({21, 2121})
FTPS_PORT = 990
"""Ports where a client waits for the server to speak first."""

_METHODS = (
    "GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT|SEARCH|LINK|PURGE"
)  # fmt: skip
_HTTP = re.compile(rb"(?:" + _METHODS.encode() + rb") |[A-Za-z][A-Za-z0-9-]{1,23} \S{0,8000} HTTP/1\.[01]\r?\n")
_MAYBE_HTTP = re.compile(rb"[A-Z-]{1,24}|[A-Za-z][A-Za-z0-9-]{1,23} \S{0,8000}(?: H?T?T?P?/?1?\.?[01]?\r?)?")
_SMTP = re.compile(rb"(?:EHLO|HELO|LHLO)[ \r\n]", re.IGNORECASE)
_MAYBE_SMTP = re.compile(rb"[EHL](?:[HE](?:L(?:O)?)?)?", re.IGNORECASE)
ENOUGH = 16_384
"""After so many bytes it is decided."""


def spoken(data: bytes, *, final: bool = False) -> str | None:
    """The protocol: tls, http, smtp, ssh, raw; None while more is needed. `final`: nothing more will come for now."""
    if looks_like_tls(data):
        return "tls" if len(data) >= 2 else (None if not final else "raw")
    if data.startswith(b"SSH-"):
        return "ssh"
    if _SMTP.match(data):
        return "smtp"
    if _HTTP.match(data):
        return "http"
    if final or len(data) >= ENOUGH:
        return "raw"
    if _MAYBE_SMTP.fullmatch(data) or b"SSH-".startswith(data) or _MAYBE_HTTP.fullmatch(data):
        return None
    return "raw"
