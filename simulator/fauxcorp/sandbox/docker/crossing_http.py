"""A request as the gateway tells it, made into the one that a program of the virtual shell would hand to the world."""

from __future__ import annotations

import re
from posixpath import basename
from typing import NamedTuple
from urllib.parse import quote, unquote

from fauxcorp.sandbox.docker.crossing_files import file_of
from fauxcorp.sandbox.docker.crossing_names import Names
from fauxcorp.sandbox.docker.crossing_read import Told
from fauxcorp.sandbox.docker.crossing_streams import Stream
from fauxcorp.world.hostnames import literal
from fauxcorp.world.wire import Files, Headers, header
from fauxcorp.world.world import World

MAX_TARGET = 60_000
"""Characters of a request's target."""
_PATH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^/?#]*")
_METHOD = re.compile(r"[A-Z]{1,20}")
_SAFE = "/?#[]@!$&'()*+,;=:%-._~|^`{}\\\"<>"
_WRITES = ("POST", "PUT", "PATCH")
_FORM = ("application/x-www-form", "application/json", "text/xml", "application/xml")
_CODING = r"(gzip|x-gzip|deflate|br|zstd|compress|identity|\*)(;q=[01](\.\d)?)?"
_CLIENT = (
    r"(curl|wget|git|python-urllib|python-requests|python-httpx|python|aiohttp|go-http-client|lwp-request|libwww-perl|node"
    r"|axios|ruby|httpie|cpython|linux)/\d{1,4}(\.\d{1,4}){0,3}"
)
_USUAL = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        (
            "accept",
            r"\*/\*|application/json, \*/\*(;q=0\.5)?|text/html, image/gif, image/jpeg, \*; q=\.?2, \*/\*; q=\.?2",
        ),
        ("accept-encoding", rf"{_CODING}(, ?{_CODING}){{0,7}}|"),
        ("connection", r"(keep-alive|close|te|upgrade)(, ?(keep-alive|close|te|upgrade)){0,3}"),
        ("proxy-connection", r"keep-alive|close"),
        ("keep-alive", r"\d{1,4}"),
        ("content-length", r"\d{1,15}"),
        ("transfer-encoding", r"chunked"),
        ("expect", r"100-continue"),
        ("te", r"trailers"),
        ("user-agent", rf"{_CLIENT}( {_CLIENT}){{0,3}}( \(linux-gnu\))?"),
    )
}
"""What clients send by themselves: nobody chose it, so it says nothing."""


class Asked(NamedTuple):
    """A request as the world takes it."""

    method: str
    url: str
    host: str
    headers: Headers
    body: bytes
    files: Files
    size: int
    """Bytes of the body, if `body` is only its beginning; else 0."""
    complete: bool

    def plain(self) -> Asked:
        """The same with a URL that can be read for certain; the one that was sent stands among the headers."""
        scheme, _, rest = self.url.partition("://")
        place = re.split(r"[/?#]", rest, maxsplit=1)[0]
        return self._replace(url=f"{scheme}://{place}/", headers=(*self.headers, (":target", self.url)))


def asked(world: World, told: Told, stream: Stream, names: Names) -> Asked:
    """The request that a message tells of."""
    given = tuple(told.pairs("headers"))
    named = header(given, "host")
    meant = told.text("host", 300)
    if not named and literal(meant) == stream.ip:
        # The request names no host: it is for the one that the client connected to, by the name that it asked for.
        meant = ""
    if stream.behind:
        host = names.behind(stream.sni, named, meant)
    else:
        host = names.host(stream.ip, named, meant, stream.sni)
    method, target = told.text("method", 1000), told.text("target", MAX_TARGET)
    more: list[tuple[str, str]] = []
    for name, said, is_usual in (
        (":authority", meant, _names_it(meant, host) or _names_it(meant, _bare_host(named))),
        (":sni", stream.sni, _names_it(stream.sni, host)),
        (":method", method, _METHOD.fullmatch(method.upper()) is not None),
    ):
        if said and not is_usual:
            more.append((name, said))
    absolute = _PATH.match(target)
    if absolute is not None:
        # Whatever the request line names, the bytes go to the host of the connection.
        if not _names_it(absolute[0].partition("://")[2].rpartition("@")[2], host) or "@" in absolute[0]:
            more.append((":target", target))
        target = target[absolute.end() :]
    body = told.data("body_b64")
    size = told.number("body_bytes")
    headers = (*chosen(given, host), *more)
    method = re.sub(r"[^A-Z]", "", method.upper())[:20] or "GET"
    url = _url("https" if stream.tls else "http", host, stream.port, target)
    files = _files(world, method, target, given, body)
    return Asked(method, url, host, headers, body, files, size if size > len(body) else 0, told.flag("complete", True))


def chosen(headers: Headers, host: str) -> Headers:
    """The headers that somebody chose: without those that frame a request to a host, or that every client sends."""
    out = []
    for name, value in headers:
        usual = _USUAL.get(name.lower())
        if usual.fullmatch(value) if usual is not None else name.lower() == "host" and _names_it(value, host):
            continue
        out.append((name, value))
    return tuple(out)


def _names_it(said: str, host: str) -> bool:
    return _bare_host(said) == host


def _bare_host(said: str) -> str:
    bare = said.lower().strip()
    bare = bare[1:].partition("]")[0] if bare.startswith("[") else re.sub(r":\d{0,5}$", "", bare)
    return bare.rstrip(".")


def _url(scheme: str, host: str, port: int, target: str) -> str:
    usual = 443 if scheme == "https" else 80
    place = f"[{host}]" if ":" in host else host
    place = f"{place}:{port}" if port and port != usual else place
    path = target if target.startswith(("/", "?")) else f"/{target}"
    return f"{scheme}://{place}{quote(path, safe=_SAFE)}"


def _files(world: World, method: str, target: str, headers: Headers, body: bytes) -> Files:
    """The file that a body is: one of the server's, or what is put at a URL. A body of parts names its files itself."""
    kind = header(headers, "content-type").lower()
    if method not in _WRITES or kind.startswith("multipart/"):
        return ()
    known = file_of(world, body)
    if known is not None:
        return (known,)
    if method != "PUT" or not body or kind.startswith(_FORM):
        return ()
    name = basename(unquote(target.partition("?")[0]).rstrip("/")) or "upload"
    return ((name.encode("utf-8", "replace").decode()[:255], body),)
