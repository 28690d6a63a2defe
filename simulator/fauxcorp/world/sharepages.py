"""What the host of share links shows: a file, a folder as a list or a zip, a question for the password."""

from __future__ import annotations

import posixpath
import re
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote
from zipfile import ZipFile, ZipInfo

from fauxcorp.world.fileops import Identity, identity, may_read
from fauxcorp.world.sites import Request, document, not_found, reply
from fauxcorp.world.text import guess_type, size_of
from fauxcorp.world.when import local, minute
from fauxcorp.world.wire import Response

if TYPE_CHECKING:
    from fauxcorp.world.company import Company
    from fauxcorp.world.sharing import Link, Sharing
    from fauxcorp.world.world import World

MAX_FILES = 500
"""Files of a shared folder."""
MAX_FOLDER = 25 * 1024 * 1024
"""Bytes of a shared folder."""
_PATH = re.compile(r"/s/([0-9a-f]{20})(?:/(.*))?", re.DOTALL)
_DEAD = "<p>This link does not work. It may have expired, or its owner has stopped sharing.</p>"


def share_host(company: Company) -> str:
    """The host of the links."""
    return f"share.{company.facts.domain}"


def pages(world: World, sharing: Sharing, request: Request, user: str) -> Response:
    """The answer to a request from inside."""
    match = _PATH.fullmatch(request.path)
    if match is None:
        return _own(world, sharing, user) if request.path in ("", "/") else reply(404, not_found())
    link = sharing.at(match[1])
    if link is None:
        return reply(404, document("Link not found", _DEAD))
    person = world.company.people.get(user)
    address = person.email.lower() if person is not None else user
    if user != link.by.user and not link.for_(address):
        return reply(403, document("No access", f"<p>{escape(address)} has no access to this. Ask its owner.</p>"))
    if link.password and user != link.by.user:
        given = request.form().get("password")
        if given != link.password:
            return _ask(link, wrong=bool(given))
    found = sharing.entry(link, unquote(match[2] or ""))
    if found is None and match[2] and match[2].strip("/") == quote(posixpath.basename(link.path)):
        found = sharing.entry(link, "")
    if found is None:
        return reply(404, not_found())
    path, entry = found
    if entry.kind == "file":
        name = posixpath.basename(path)
        kind = guess_type(name)
        shown = ("Content-Disposition", f"inline; filename*=UTF-8''{quote(name)}")
        return reply(200, entry.content, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, shown)
    return _folder(world, link, path, request)


def packed_folder(world: World, path: str, who: Identity) -> bytes | None:
    """A folder as a zip of what an identity may read; None if it is too large. The same bytes for the same files."""
    out, count, size = BytesIO(), 0, 0
    with ZipFile(out, "w") as pack:
        for name, entry in world.files.walk(path):
            if entry.kind != "file" or not may_read(world.files, name, who):
                continue
            count, size = count + 1, size + len(entry.content)
            if count > MAX_FILES or size > MAX_FOLDER:
                return None
            at = local(entry.mtime, world.company.facts.timezone)
            stamp = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
            info = ZipInfo(posixpath.relpath(name, posixpath.dirname(path)), stamp)
            pack.writestr(info, entry.content)
    return out.getvalue()


def _ask(link: Link, *, wrong: bool) -> Response:
    lead = "<p>That password is wrong.</p>" if wrong else "<p>This link is protected by a password.</p>"
    form = (
        f'<form method="post" action="/s/{link.token}"><p><label>Password '
        '<input type="password" name="password" required></label></p><button type="submit">Open</button></form>'
    )
    return reply(403 if wrong else 200, document("Password needed", lead + form))


def _folder(world: World, link: Link, path: str, request: Request) -> Response:
    name = posixpath.basename(path) or "files"
    who = identity(world, link.by.user)
    if "zip" in request.query:
        packed = packed_folder(world, path, who)
        if packed is None:
            return reply(413, document("Too large", "<p>This folder is too large to download as one file.</p>"))
        return reply(
            200, packed, "application/zip", ("Content-Disposition", f'attachment; filename="{quote(name)}.zip"')
        )
    below = path[len(link.path) :].strip("/")
    rows = []
    for child in world.files.names(path)[:MAX_FILES]:
        entry = world.files.get(posixpath.join(path, child))
        if entry is None or entry.kind == "link":
            continue
        place = escape(f"/s/{link.token}/" + quote(posixpath.join(below, child)))
        what = "folder" if entry.kind == "dir" else size_of(len(entry.content))
        when = minute(entry.mtime, world.company.facts.timezone)
        rows.append(f'<li><a href="{place}">{escape(child)}</a> {what}, {when}</li>')
    here = escape(f"/s/{link.token}" + (f"/{quote(below)}" if below else ""))
    body = f'<ul>{"".join(rows)}</ul><p><a href="{here}?download=zip">Download all (zip)</a></p>'
    return reply(200, document(name, body if rows else "<p>This folder is empty.</p>"))


def _own(world: World, sharing: Sharing, user: str) -> Response:
    mine = [link for link in sharing.links(user) if not sharing.state(link)][:100]
    rows = "".join(f'<li><a href="{escape(link.url)}">{escape(link.path)}</a></li>' for link in mine)
    return reply(200, document("Shared by you", f"<ul>{rows}</ul>" if rows else "<p>You share nothing by link.</p>"))
