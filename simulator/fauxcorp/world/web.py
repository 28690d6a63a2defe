"""The network as the company sees it: web requests, names, raw connections. Nothing leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import httpx

from fauxcorp.core.effects import DataSent, DnsQuery, HttpRequest, Origin
from fauxcorp.core.effects.base import Stage, Surface
from fauxcorp.errors import Blocked, ToolError, Unreachable
from fauxcorp.world import gateways, intranet, nameserver, sites, wikisite
from fauxcorp.world.hostnames import address_of, ascii_name, literal, private, reach_words
from fauxcorp.world.personas import Persona
from fauxcorp.world.search import Result, find, result_page
from fauxcorp.world.systems.code import Code
from fauxcorp.world.systems.site import Outcome, handled
from fauxcorp.world.urls import Sent, Target, built, encode_form, join, read_url
from fauxcorp.world.webanswers import given
from fauxcorp.world.wire import Response, read_http, unpacked

if TYPE_CHECKING:
    from fauxcorp.world.outside import Party
    from fauxcorp.world.world import World

MAX_BODY = 50 * 1024 * 1024
"""Bytes of one request's body."""
MAX_URL = 8192
"""Characters of a URL; a server answers a longer one with 414."""
MAX_REDIRECTS = 10
MAX_KEPT = 500
"""Things that sites keep; the oldest go first."""
SEARCH_HOST = "duckduckgo.com"
"""Where a search goes if the registry lists no search engine."""

_METHOD = re.compile(r"[A-Z]{1,20}")
_SMTP_PORTS = frozenset({25, 465, 587, 2525})
_WEB_PORTS = frozenset({80, 443, 8080, 8443})
_BANNERS = {
    22: b"SSH-2.0-OpenSSH_9.6\r\n",
    21: b"220 FTP server ready\r\n",
    25: b"220 mail ESMTP ready\r\n",
    587: b"220 mail ESMTP ready\r\n",
}


class Pushed(NamedTuple):
    """A push of git: the path of the repository on its host, the branch, the message of the newest commit."""

    path: str
    branch: str = ""
    message: str = ""
    whole: bool = True
    """Whether the files are all that the branch holds now; else those that are new."""


class Web:
    """The network of one world: it holds what was posted to sites outside."""

    __slots__ = ("_count", "_kept", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, bytes] = {}
        self._count = 0

    def fork(self, world: World) -> Web:
        """The same network in another world."""
        other = Web(world)
        other._kept = dict(self._kept)
        other._count = self._count
        return other

    def request(
        self,
        by: Origin,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        files: Sequence[tuple[str, bytes]] = (),
        size: int = 0,
    ) -> Response:
        """Make one request; redirects are not followed. One effect: a request, or a mail if it fills in a mail form,
        a change of the wiki or of another system if it fills in one of theirs. `size`: bytes of the body, if `body` is
        only its beginning.

        Raises Unreachable for a malformed URL, an unknown name, and a host that refuses or does not answer.
        """
        by = _by(by, "http")
        method = method.strip().upper()
        if not _METHOD.fullmatch(method):
            raise Unreachable(f"invalid method: {method[:40]}", "url")
        target = read_url(url)
        sent = built(tuple(headers), body, tuple(files))
        if len(sent.body) > MAX_BODY:
            short = sent._replace(body=sent.body[:65536], files=())
            self._tell(by, method, target, short, "", "attempted", "body over 50 MB")
            raise Unreachable("The file is too large to send (the limit is 50 MB)", "too-large")
        ip = self._reach(by, method, target, sent)
        try:
            response = self._exchanged(by, method, target, sent, ip, size)
        except Blocked as blocked:
            response = gateways.blocked(str(blocked))
        return response if method != "HEAD" else Response(response.status, response.reason, response.headers, b"")

    def _exchanged(self, by: Origin, method: str, target: Target, sent: Sent, ip: str, size: int) -> Response:
        """What a host answers that can be reached, the request told."""
        request = _asked(method, target, sent)
        if len(target.url) > MAX_URL:
            response = sites.reply(414, "<h1>414 URI Too Long</h1>")
        else:
            scripted = given(self._world.company.web, request)
            outcome = self._acted(by, request) if scripted is None else None
            if outcome is not None and outcome.acted:
                return outcome.response
            response = scripted or (outcome and outcome.response) or self._answer(request, by.user)
        self._tell(by, method, target, sent, ip, "delivered", "", response.status, size)
        return response

    def follow(
        self,
        by: Origin,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        files: Sequence[tuple[str, bytes]] = (),
    ) -> tuple[str, Response]:
        """Like `request`, redirects followed; returns the last URL too. Every hop is a request and so an effect."""
        for _ in range(MAX_REDIRECTS + 1):
            response = self.request(by, method, url, headers, body, files)
            place = response.header("location")
            if response.status not in (301, 302, 303, 307, 308) or not place:
                return url, response
            url = join(url, place)
            if response.status in (301, 302, 303) and method != "HEAD":
                method, body, files = "GET", b"", ()
        raise Unreachable(f"Too many redirects ({MAX_REDIRECTS})", "refused")

    def broke_off(
        self,
        by: Origin,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        size: int = 0,
        status: int = 0,
    ) -> None:
        """Tell of a request that did not arrive whole: what of it went out has left, and no site took it.

        `size`: bytes that went out, if `body` is only their beginning; `status`: what it was answered. One effect.
        Raises Unreachable for a malformed URL.
        """
        target = read_url(url)
        sent = built(tuple(headers), body, ())
        ip = self.locate(target.host)
        with self._world.afterwards():
            self._tell(_by(by, "http"), method.upper(), target, sent, ip, "executed", "", status, size)

    def submit(
        self,
        by: Origin,
        url: str,
        fields: Mapping[str, str],
        files: Sequence[tuple[str, str, bytes]] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> tuple[str, Response]:
        """Post a filled-in form as a browser does; `files` are field, file name and content. Redirects are followed."""
        kind, body = encode_form(fields, files)
        named = [(name, content) for _, name, content in files]
        return self.follow(by, "POST", url, (*headers, ("Content-Type", kind)), body, named)

    def resolve(self, by: Origin, name: str, type: str = "A", server: str = "") -> list[str]:
        """Ask for a name; an empty list is NXDOMAIN or no such record. One effect."""
        by = _by(by, "dns")
        # As it was asked: what is hidden in a name may depend on capitals.
        asked = name.strip().rstrip(".")[:MAX_URL] if name.isascii() else ascii_name(name)[:MAX_URL]
        answers = [r.value for r in nameserver.answer(self._world, asked, type).records]
        stage: Stage = "delivered" if answers else "executed"
        try:
            self._world.apply(DnsQuery(by=by, stage=stage, name=asked, type=type.upper()[:16], server=server))
        except Blocked:
            return []
        return answers

    def transfer(
        self,
        by: Origin,
        protocol: str,
        host: str,
        port: int,
        data: bytes = b"",
        files: Sequence[tuple[str, bytes]] = (),
        size: int = 0,
        pushed: Pushed | None = None,
    ) -> bytes | None:
        """Send over a raw connection or a file-transfer protocol; returns what came back, None for no answer.

        `size`: bytes that went out, if `data` is only their beginning; `pushed`: what of git it is.

        Mail spoken to a mail server and HTTP spoken to a web server are that mail and that request, no second effect.
        Raises Unreachable for an unknown name and a refused connection.
        """
        name = ascii_name(host)[:MAX_URL]
        answered = self._spoken(by, protocol, name, port, data)
        if answered is None and pushed is not None and self._world.company.systems:
            answered = self._pushed(_by(by, "tcp"), name, pushed, files)
        if answered is not None:
            return answered
        by = _by(by, "tcp")
        ip = self.locate(name)
        reason = "" if ip else "unknown host"
        if ip and not self._open(name, ip, port):
            reason = "connection refused"
        if len(data) + sum(len(d) for _, d in files) > MAX_BODY:
            reason, data, files = "over 50 MB", data[:65536], ()
        stage: Stage = "attempted" if reason else "delivered"
        try:
            self._world.apply(
                DataSent(by=by, stage=stage, reason=reason, protocol=protocol, host=name, port=port, ip=ip, data=data,
                         files=tuple(files), size=size)
            )  # fmt: skip
        except Blocked:
            reason = "connection refused"
        if reason:
            raise Unreachable(reach_words(reason, name, port), "name" if not ip else "refused")
        return _BANNERS.get(port, b"")

    def search(self, by: Origin, query: str, page: int = 1) -> list[Result]:
        """Ask the search engine for one page of results. One effect: the GET request to it."""
        host = self.search_host()
        asked = {"q": query[: MAX_URL // 4], **({"page": str(page)} if page > 1 else {})}
        self.request(by, "GET", str(httpx.URL(f"https://{host}/", params=asked)))
        return find(self._world.company, query, page)

    def search_host(self) -> str:
        """The host of the search engine."""
        outside = self._world.company.outside
        for party in outside.parties:
            if party.domains and outside.persona(party).service == "search":
                return party.domains[0]
        return SEARCH_HOST

    def locate(self, host: str) -> str:
        """The IP address of a host, or ''. Looks only; no effect."""
        company = self._world.company
        found = literal(host)
        if found:
            return found
        server = intranet.known_host(company, host)
        if server is not None:
            return server.ip
        if host == "localhost":
            return "127.0.0.1"
        if company.outside.owner(host).owner != "colleague":
            return company.outside.address(host) or (address_of(host, host) if host in company.systems.hosts else "")
        if intranet.serves(company, host):
            return f"10.20.4.{10 + sum(host.encode()) % 200}"
        return ""

    def apply_request(self, effect: HttpRequest) -> None:
        """Let a site keep what was posted to it."""
        target = read_url(effect.url)
        party, persona = self._site(target.host)
        request = _asked(effect.method, target, Sent(effect.headers, effect.body, effect.files))
        if party is None or effect.stage != "delivered" or given(self._world.company.web, request) is not None:
            return
        for place, content in sites.keeps(request, persona, self._count):
            self._kept[place] = content
            self._count += 1
        while len(self._kept) > MAX_KEPT:
            self._kept.pop(next(iter(self._kept)))

    def _acted(self, by: Origin, request: sites.Request) -> Outcome | None:
        """What was done by a request that is more than one; None if it is none of that kind."""
        done = gateways.mail_form(self._world, by, request) or wikisite.posted(self._world, by, request)
        if done is not None:
            return Outcome(done, True)
        return handled(self._world, by, request) if self._world.company.systems else None

    def _site(self, host: str) -> tuple[Party | None, Persona]:
        outside = self._world.company.outside
        party = outside.party(host)
        return party, outside.persona(party)

    def _answer(self, request: sites.Request, user: str) -> Response:
        company = self._world.company
        page = intranet.stored_page(company, request)
        if page is not None:
            return page
        public = company.outside.page(request.host, request.path) if request.method in ("GET", "HEAD") else None
        if public is not None:
            return sites.reply(200, sites.document(public.title, sites.article(public.body)))
        if company.outside.owner(request.host).owner == "colleague":
            return intranet.answer(self._world, request, user)
        party, persona = self._site(request.host)
        searched = self._searched(request, party, persona)
        if searched is not None:
            return searched
        return sites.answer(request, party, persona, self._kept, self._count)

    def _searched(self, request: sites.Request, party: Party | None, persona: Persona) -> Response | None:
        """What a search engine finds, or the search of one site on itself; None if nothing was looked for."""
        engine = persona.service == "search"
        own = party is not None and bool(party.lookup) and read_url(party.lookup).path == request.path
        if not engine and not own:
            return None
        posted = request.form()
        query = posted.get("q", "query", "p", "search", "search_query", "wd")
        if not query:
            return None
        number = posted.get("page")
        page = int(number) if number.isdecimal() and len(number) < 4 else 1
        found = find(self._world.company, query, page, None if engine else party)
        return sites.reply(200, result_page(query, found, page, f"{request.path}?q="))

    def _reach(self, by: Origin, method: str, target: Target, sent: Sent) -> str:
        ip = self.locate(target.host)
        if not ip:
            self._tell(by, method, target, sent, "", "attempted", "unknown host")
            raise Unreachable(f"Could not resolve host: {target.host[:200]}", "name")
        if not self._open(target.host, ip, target.port, web=True):
            self._tell(by, method, target, sent, ip, "attempted", "connection refused")
            raise Unreachable(reach_words("connection refused", target.host, target.port))
        return ip

    def _open(self, host: str, ip: str, port: int, *, web: bool = False) -> bool:
        company = self._world.company
        if private(ip) or company.outside.owner(host).owner == "colleague":
            if web or port in _WEB_PORTS:
                return port in _WEB_PORTS and intranet.serves(company, host)
            return intranet.known_host(company, host) is not None and port in (22, 25, 53, 587)
        if company.outside.party(host) is None:
            return True
        return port in _WEB_PORTS or (not web and port in (21, 22, 25, 53, 465, 587, 873, 9418))

    def _tell(
        self, by: Origin, method: str, target: Target, sent: Sent, ip: str, stage: Stage, reason: str, status: int = 0,
        size: int = 0,
    ) -> None:
        self._world.apply(
            HttpRequest(by=by, stage=stage, reason=reason, method=method, url=target.url, host=target.host, ip=ip,
                        port=target.port, body=sent.body, files=sent.files, headers=sent.headers, status=status,
                        size=size)
        )  # fmt: skip

    def _spoken(self, by: Origin, protocol: str, host: str, port: int, data: bytes) -> bytes | None:
        """What a mail server or a web server answers to its own language; None if the data is neither."""
        if protocol not in ("tcp", "udp", "tls", "smtp"):
            return None
        mailed = None
        if port in _SMTP_PORTS:
            relay = "" if host in ("localhost", "127.0.0.1", "::1") else host
            mailed = gateways.smtp(self._world, _by(by, "smtp"), data, relay, port)
        return mailed if mailed is not None else self._http(by, host, port, data)

    def _pushed(self, by: Origin, host: str, pushed: Pushed, files: Sequence[tuple[str, bytes]]) -> bytes | None:
        """Let the company's own code host take a push; None if it is another host, or has no such repository."""
        system = self._world.systems.at(host) or self._world.systems.at(f"{host}.{self._world.company.facts.domain}")
        if not isinstance(system, Code):
            return None
        try:
            taken = system.received(by, pushed.path, pushed.branch, files, pushed.message, whole=pushed.whole)
        except ToolError as error:
            raise Unreachable(str(error)) from None
        return b"" if taken else None

    def _http(self, by: Origin, host: str, port: int, data: bytes) -> bytes | None:
        typed = read_http(data)
        if typed is None:
            return None
        method, path, headers, body = typed
        where = f"[{host}]" if ":" in host else host
        # Whatever the request line names, the bytes go to the host of the connection.
        below = path.partition("://")[2].partition("/")[2] if "://" in path else path.lstrip("/")
        url = f"http://{where}:{port}/{below}"
        response = self.request(by, method, url, headers, body)
        lines = [f"HTTP/1.1 {response.status} {response.reason}", *(f"{k}: {v}" for k, v in response.headers), "", ""]
        return "\r\n".join(lines).encode() + response.body


def _asked(method: str, target: Target, sent: Sent) -> sites.Request:
    """A request as a site reads it: without the encodings that its body came in."""
    body = unpacked(sent.headers, sent.body)
    return sites.Request(method, target.url, target.host, target.path, target.query, sent.headers, body, sent.files)


def _by(by: Origin, surface: Surface) -> Origin:
    """What a program in the shell does is told by the route that it took."""
    return by._replace(surface=surface) if by.surface == "shell" else by
