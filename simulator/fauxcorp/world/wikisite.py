"""The wiki on the web: pages, search, history, and the forms that change it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from fauxcorp.core.effects import Origin
from fauxcorp.errors import Blocked, ToolError
from fauxcorp.world.markdown import to_html
from fauxcorp.world.office import WikiPage
from fauxcorp.world.sites import Request, document, not_found, paragraphs, reply
from fauxcorp.world.when import minute
from fauxcorp.world.wire import Form, Response

if TYPE_CHECKING:
    from fauxcorp.world.company import Company
    from fauxcorp.world.world import World

_TEXT = ("text", "content", "body", "markdown")
_COMMENT = ("comment", "summary", "message")
_SHOWN = 200


def serves(company: Company, host: str) -> bool:
    """Whether a host is the wiki's."""
    return bool(company.wiki) and host == company.wiki_host


def posted(world: World, by: Origin, request: Request) -> Response | None:
    """Carry out what was filled in on the wiki: one effect. None if it is no such form or not filled in."""
    if request.method != "POST" or not serves(world.company, request.host):
        return None
    form = request.form()
    action, text, comment = form.get("action"), form.get(*_TEXT), form.get(*_COMMENT)
    path = request.path.strip("/")
    page = _page(world, path)
    try:
        if page is not None and action == "delete":
            world.wiki.delete(by, page, comment)
            return reply(200, document("Deleted", paragraphs(f"{page.title} was deleted.")))
        if not text.strip() or action not in ("", "edit", "new", "create", "save"):
            return None
        if page is not None:
            return _saved(world, world.wiki.edit(by, page, text, comment, form.get("title")))
        space, _, name = path.partition("/")
        title = form.get("title") or name.replace("-", " ")
        return _saved(world, world.wiki.create(by, space, title, text, comment)) if title and space else None
    except Blocked as error:
        return reply(403, document("Blocked", paragraphs(str(error))))
    except ToolError as error:
        if "permission" not in str(error):
            # Nothing was tried on the page: it is a request like any other, and `answer` shows the form again.
            return None
        return reply(403, document("Not saved", paragraphs(str(error))))


def answer(world: World, request: Request, user: str) -> Response:
    """What the wiki answers to a request that changes nothing."""
    if user in world.company.people and not world.accounts.usable(user):
        return reply(403, document("Sign-in failed", "<p>Your account is locked.</p>"))
    form, path = request.form(), request.path.strip("/")
    if request.method not in ("GET", "HEAD", "POST"):
        return reply(405, document("Method not allowed", ""), "text/html; charset=utf-8", ("Allow", "GET, HEAD, POST"))
    if not path:
        return reply(200, _front(world))
    if path.lower() == "search":
        return reply(200, _found(world, form.get("q", "query")))
    space = world.wiki.space(path)
    if space is not None:
        new = form.get("action") in ("new", "create")
        return reply(422 if request.method == "POST" else 200, _new(space) if new else _listed(world, space))
    page = _page(world, path)
    if page is None:
        return reply(404, not_found())
    return _shown(world, page, form, user, failed=request.method == "POST")


def _page(world: World, path: str) -> WikiPage | None:
    try:
        return world.wiki.find(path) if "/" in path else None
    except ToolError:
        return None


def _shown(world: World, page: WikiPage, form: Form, user: str, *, failed: bool) -> Response:
    action, number = form.get("action"), form.get("version")
    if action == "edit" or failed:
        if not world.wiki.may_edit(page, user):
            return reply(403, document(page.title, "<p>You do not have permission to change this page.</p>"))
        note = "<p>Not saved. Please check the text.</p>\n" if failed else ""
        return reply(422 if failed else 200, document(f"Edit: {page.title}", note + _edit(page)))
    if action == "history":
        return reply(200, document(f"History: {page.title}", _history(world, page)))
    text = page.text
    if number:
        known = number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= len(page.versions)
        old = world.wiki.text_of(page, int(number)) if known else None
        if old is None:
            return reply(404, document(page.title, "<p>The text of this version is not kept.</p>"))
        text = old
    if action == "raw":
        return reply(200, text, "text/markdown; charset=utf-8")
    return reply(200, _read(world, page, text))


def _read(world: World, page: WikiPage, text: str) -> str:
    first, _, rest = text.partition("\n")
    # The page's own first heading says the title again.
    body = to_html(rest if first.startswith("# ") else text)
    last = page.versions[-1]
    here = f"/{quote(page.path)}"
    labels = f"<p>Labels: {escape(', '.join(page.labels))}</p>" if page.labels else ""
    foot = f"Last changed {minute(last.at, world.company.facts.timezone)} by {escape(_name(world, last.author))}"
    links = f'<a href="{here}?action=edit">Edit</a> <a href="{here}?action=history">History</a>'
    space = page.path.partition("/")[0]
    return document(
        page.title, f'<p><a href="/">Wiki</a> <a href="/{quote(space)}">{escape(space)}</a></p>\n{body}{labels}\n'
        f"<hr><p>{foot}</p><p>{links}</p>"
    )  # fmt: skip


def _front(world: World) -> str:
    spaces = "".join(
        f'<li><a href="/{quote(s)}">{escape(s)}</a> ({count} pages)</li>' for s, count in world.wiki.spaces().items()
    )
    rows = "".join(
        f'<li><a href="/{quote(c.page.path)}">{escape(c.page.title)}</a>, '
        f"{minute(c.version.at, world.company.facts.timezone)}, {escape(_name(world, c.version.author))}</li>"
        for c in world.wiki.recent(15)
    )
    form = '<form method="get" action="/search"><input type="search" name="q"><button>Search</button></form>'
    body = f"{form}\n<h2>Spaces</h2><ul>{spaces}</ul>\n<h2>Recent changes</h2><ul>{rows}</ul>"
    return document(f"{world.company.facts.name} Wiki", body)


def _listed(world: World, space: str) -> str:
    pages = world.wiki.pages(space)
    rows = "".join(f'<li><a href="/{quote(p.path)}">{escape(p.title)}</a></li>' for p in pages[:_SHOWN])
    return document(space, f'<ul>{rows}</ul>\n<p><a href="/{quote(space)}?action=new">New page</a></p>')


def _found(world: World, query: str) -> str:
    hits = world.wiki.search(query)
    rows = "".join(
        f'<li><a href="/{quote(h.page.path)}">{escape(h.page.title)}</a><br>{escape(h.snippet)}</li>' for h in hits[:50]
    )
    return document(f"Search: {query[:200]}", f"<ul>{rows}</ul>" if rows else "<p>Nothing found.</p>")


def _history(world: World, page: WikiPage) -> str:
    rows = []
    for number, version in reversed(list(enumerate(page.versions, 1))[-_SHOWN:]):
        at = minute(version.at, world.company.facts.timezone)
        label = f'<a href="/{quote(page.path)}?version={number}">version {number}</a>'
        rows.append(f"<li>{label}, {at}, {escape(_name(world, version.author))} {escape(version.comment)}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def _edit(page: WikiPage) -> str:
    here = f"/{quote(page.path)}?action=edit"
    return (
        f'<form method="post" action="{here}">\n<p>Title: {escape(page.title)}</p>\n'
        f'<pre><textarea name="text" required>\n{escape(page.text)}</textarea></pre>\n'
        '<p><label>Comment <input type="text" name="comment"></label></p>\n<button type="submit">Save</button>\n</form>'
    )


def _new(space: str) -> str:
    body = (
        f'<form method="post" action="/{quote(space)}?action=new">\n'
        '<p><label>Title <input type="text" name="title" required></label></p>\n'
        '<p><label>Text <textarea name="text" required></textarea></label></p>\n'
        '<p><label>Comment <input type="text" name="comment"></label></p>\n<button type="submit">Save</button>\n</form>'
    )
    return document(f"New page in {space}", body)


def _saved(world: World, page: WikiPage) -> Response:
    link = f'<p><a href="/{quote(page.path)}">{escape(page.title)}</a> was saved (version {len(page.versions)}).</p>'
    return reply(200, document("Saved", link))


def _name(world: World, user: str) -> str:
    person = world.company.people.get(user)
    return person.name if person is not None else user
