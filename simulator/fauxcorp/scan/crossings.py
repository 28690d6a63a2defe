"""What crosses the border otherwise than by mail: requests, connections, names; whichever way they were made."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fauxcorp.core.effects import DataSent, DnsQuery, HttpRequest, Surface
from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.letters import parsed, send
from fauxcorp.scan.limits import MAX_VALUE
from fauxcorp.scan.sheet import Run, Sheet
from fauxcorp.world.wire import read_http, read_smtp

MAX_URL = 8192
_METHOD = re.compile(r"[A-Z]{1,20}")
_PORTS = {
    "http": 80,
    "https": 443,
    "ws": 80,
    "wss": 443,
    "ftp": 21,
    "ftps": 990,
    "sftp": 22,
    "scp": 22,
    "ssh": 22,
    "git": 9418,
}

Files = tuple[tuple[str, bytes], ...]


def host_of(url: str) -> tuple[str, int]:
    """Host and port of a URL, also of one without its scheme; '' and 0 where it names none."""
    whole = url if "://" in url else f"http://{url}"
    try:
        split = urlsplit(whole[:MAX_URL].replace(UNKNOWN, "*"))
        return split.hostname or "", split.port or _PORTS.get(split.scheme.lower(), 0)
    except ValueError:
        return "", 0


def request(
    sheet: Sheet,
    run: Run,
    method: str,
    url: str,
    *,
    body: bytes = b"",
    files: Files = (),
    headers: tuple[tuple[str, str], ...] = (),
    status: int = 0,
    via: str = "",
    surface: Surface = "http",
) -> None:
    """A web request. `via`: the host that it really goes to, where that is not the URL's."""
    method = method.strip().upper() or "GET"
    if not _METHOD.fullmatch(method):
        method = "GET"
    whole = url.strip() if "://" in url else f"http://{url.strip()}"
    host, port = host_of(whole)
    sheet.add(
        run, HttpRequest, surface, url, method=method, url=whole[:MAX_URL].replace(UNKNOWN, "*"), host=via or host,
        port=port,
        body=body[:MAX_VALUE], size=len(body), files=tuple((n[:255], d[:MAX_VALUE]) for n, d in files[:200]),
        headers=tuple((k[:200], v[:MAX_URL]) for k, v in headers[:100]), status=status,
    )  # fmt: skip


def connection(
    sheet: Sheet, run: Run, protocol: str, host: str, port: int, data: bytes = b"", files: Files = (), operand: str = ""
) -> None:
    """Bytes over a connection. A request that was typed into it is a request, a dialogue with a mail server a mail."""
    host = host.replace(UNKNOWN, "*").strip("[]")
    spoken = read_smtp(data) if port in (25, 465, 587, 2525) else None
    if spoken is not None:
        from_letters(sheet, run, spoken.data, list(spoken.recipients), spoken.sender)
        return
    asked = read_http(data[:MAX_VALUE])
    if asked is not None:
        verb, path, headers, body = asked
        named = next((v for k, v in headers if k.lower() == "host"), host)
        scheme = "https" if port == 443 else "http"
        request(sheet, run, verb, f"{scheme}://{named}{path}", body=body, headers=headers, via=host)
        return
    sheet.add(run, DataSent, "tcp", operand or host, protocol=protocol, host=host, port=port, data=data[:MAX_VALUE],
              size=len(data), files=tuple((n[:255], d[:MAX_VALUE]) for n, d in files[:500]))  # fmt: skip


def name(sheet: Sheet, run: Run, asked: str, kind: str = "A", server: str = "", operand: str = "") -> None:
    """A name was asked of a resolver."""
    sheet.add(
        run,
        DnsQuery,
        "dns",
        operand or asked,
        name=asked.replace(UNKNOWN, "*").rstrip(".")[:1000],
        type=kind,
        server=server,
    )


def from_letters(sheet: Sheet, run: Run, data: bytes, recipients: list[str], sender: str) -> None:
    """A mail that was spoken over a connection."""
    found = parsed(data, recipients)
    found.sender = sender or found.sender
    send(sheet, run, found, "smtp")
