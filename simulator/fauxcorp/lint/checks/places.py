"""Places that texts point to: paths of the server, hosts of the web, pages of the wiki."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from fauxcorp.lint.desk import Desk
from fauxcorp.lint.finding import Check, Hit
from fauxcorp.lint.pieces import Page
from fauxcorp.world.message import bare

_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]+)\]\((?P<to>[^)\s]+)\)|\[\[(?P<wiki>[^\]|\n]+)(?:\|[^\]\n]*)?\]\]")
_PATTERN = re.compile(r"[*?$%]|YYYY|JJJJ|\.\.\.")
_LOCAL = frozenset({"localhost", "127.0.0.1"})
PATHS_IN = frozenset({"mail", "chat", "wiki", "site", "calendar", "brief"})


def _paths(desk: Desk) -> Iterator[Hit]:
    roots = (desk.staff.facts.workspace + "/", "/home/", "/opt/", "/var/log/", "/etc/")
    for text in desk.texts:
        if text.kind not in PATHS_IN:
            continue
        for path, offset in text.paths:
            if path.startswith(roots) and not _PATTERN.search(path) and not _there(desk, path):
                yield Hit(text.file, text.at_offset(offset), f"there is no {path}")


def _there(desk: Desk, path: str) -> bool:
    """Whether there is such a file; names with spaces end early in a text, so a beginning of a name is enough."""
    if path in desk.files:
        return True
    folder, _, name = path.rpartition("/")
    return any(p.startswith(f"{folder}/{name} ") for p in desk.sources)


def _hosts(desk: Desk) -> Iterator[Hit]:
    facts = desk.staff.facts
    own = (facts.domain, *facts.domains)
    known = {f"{h.name}.{facts.domain}".lower() for h in facts.hosts} | {facts.wiki or f"wiki.{facts.domain}"}
    for text in desk.fresh_texts:
        if text.kind in ("file",) and text.path.startswith(("/var/", "/etc/")):
            continue
        for host, _, offset in text.urls:
            if host in _LOCAL or host in desk.hosts or host in known or re.fullmatch(r"[\d.]+", host):
                continue
            if host.endswith(tuple(f".{d}" for d in own)) or host in own:
                yield Hit(text.file, text.at_offset(offset), f"{host}: nothing of the company is there")
            elif desk.outside.party(host) is None:
                yield Hit(text.file, text.at_offset(offset), f"{host}: the registry of the outside does not know it")


def _addresses(desk: Desk) -> Iterator[Hit]:
    """Senders outside whose domain takes no answer."""
    seen = set()
    for mail in desk.fresh_mails:
        address = bare(mail.sender)
        if "@" not in address or desk.staff.own(address) or address in seen:
            continue
        seen.add(address)
        if desk.outside.party(address) is None and not desk.outside.exists(address.rpartition("@")[2]):
            yield Hit(mail.file, mail.line, f"{address}: an answer would find no such domain")


def _links(desk: Desk) -> Iterator[Hit]:
    paths = {p.path.casefold() for p in desk.pages}
    titles = {p.head.title.casefold() for p in desk.pages}
    for page in desk.pages:
        for match in _LINK.finditer(page.text.text):
            to = (match["wiki"] or match["to"] or "").partition("#")[0].strip()
            if (
                not to
                or "://" in to
                or to.startswith(("mailto:", "/srv/", "/home/", "/etc/", "/var/", "/opt/", "file:"))
            ):
                continue
            if not {c.casefold() for c in _candidates(page, to)} & (paths | (titles if match["wiki"] else set())):
                yield Hit(page.file, page.text.at_offset(match.start()), f"no page of the wiki is at {to!r}")


def _candidates(page: Page, to: str) -> tuple[str, ...]:
    plain = to.strip("/").removesuffix(".md").replace("%20", " ")
    space = page.path.rpartition("/")[0]
    here = posixpath.normpath(posixpath.join(space, plain))
    return (plain, here, plain.replace(" ", "-"), f"{space}/{plain.replace(' ', '-')}", posixpath.normpath(plain))


def _wiki_urls(desk: Desk) -> Iterator[Hit]:
    """Addresses of the company's own pages that are not there."""
    facts = desk.staff.facts
    wiki = facts.wiki or f"wiki.{facts.domain}"
    paths = {p.path.casefold() for p in desk.pages}
    spaces = {p.path.partition("/")[0].casefold() for p in desk.pages}
    for text in desk.texts:
        for host, path, offset in text.urls:
            plain = path.partition("#")[0].partition("?")[0].strip("/").casefold()
            if host == wiki and plain and plain not in paths and plain not in spaces:
                yield Hit(text.file, text.at_offset(offset), f"no page of the wiki is at {path}")


CHECKS = (
    Check("path", "warning", "A path of the server at which nothing is.", "add the file, or correct the path", _paths),
    Check("host", "warning", "Addresses of the web at which nothing answers.",
          "add a page below sites/, or the domain to fixtures/internet/", _hosts),
    Check("sender-domain", "warning", "Senders outside whose domain does not exist.",
          "add the domain to fixtures/internet/, or to the company's customers or vendors", _addresses),
    Check("wiki-link", "error", "Links of the wiki that lead nowhere.", "write the page, or correct the link", _links),
    Check("wiki-address", "warning", "Addresses of the wiki that lead nowhere.",
          "write the page, or correct the address", _wiki_urls),
)  # fmt: skip
