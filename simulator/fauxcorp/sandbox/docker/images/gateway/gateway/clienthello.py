"""The server name in the first message of a TLS client."""

from __future__ import annotations

_RECORD = 5
_MAX = 65_536
_HANDSHAKE = 22
_CLIENT_HELLO = 1


def looks_like_tls(data: bytes) -> bool:
    """Whether a stream that begins so is TLS."""
    return data[:1] == b"\x16" and data[1:2] in (b"", b"\x03")


def missing(data: bytes | bytearray) -> bool:
    """Whether more must be read until the whole first message is there."""
    return not _message(data)[1] and len(data) < _MAX


def server_name(data: bytes) -> str:
    """The name that the client asks for; empty if it names none or the message is none."""
    message, _ = _message(data)
    try:
        return _name(_extensions(message))
    except IndexError:
        return ""


def _message(data: bytes | bytearray) -> tuple[bytes, bool]:
    """The handshake message that a stream begins with, put together from its records; whether it is all there."""
    out = bytearray()
    at = 0
    while True:
        head = data[at : at + _RECORD]
        if len(head) < _RECORD:
            return bytes(out), False
        size = int.from_bytes(head[3:5], "big")
        if head[0] != _HANDSHAKE or not size:
            return bytes(out), True
        body = data[at + _RECORD : at + _RECORD + size]
        out += body
        if len(out) >= 4 and len(out) >= 4 + int.from_bytes(out[1:4], "big"):
            return bytes(out), True
        if len(body) < size:
            return bytes(out), False
        at += _RECORD + size


def _extensions(message: bytes) -> bytes:
    if message[0] != _CLIENT_HELLO:
        return b""
    at = 4 + 2 + 32
    at += 1 + message[at]
    at += 2 + int.from_bytes(message[at : at + 2], "big")
    at += 1 + message[at]
    size = int.from_bytes(message[at : at + 2], "big")
    return message[at + 2 : at + 2 + size]


def _name(extensions: bytes) -> str:
    at = 0
    while at + 4 <= len(extensions):
        kind = int.from_bytes(extensions[at : at + 2], "big")
        size = int.from_bytes(extensions[at + 2 : at + 4], "big")
        body = extensions[at + 4 : at + 4 + size]
        if kind == 0 and len(body) > 5:
            length = int.from_bytes(body[3:5], "big")
            return body[5 : 5 + length].decode("ascii", "replace")
        at += 4 + size
    return ""
