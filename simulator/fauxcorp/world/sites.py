"""What web sites answer: pages, forms, links to what was posted. Reads the world, never changes it."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from fauxcorp.world.personas import Form, FormField, Persona, SitePage, case_number, fill
from fauxcorp.world.stores import (
    interface_done,
    interface_refusal,
    is_interface,
    missing_reply,
    object_place,
    put_reply,
    signed_in,
)
from fauxcorp.world.wire import Files, Headers, Response, header, read_form, respond
from fauxcorp.world.wire import Form as Posted

if TYPE_CHECKING:
    from fauxcorp.world.outside import Party

reply = respond
"""How every site answers."""
_WRITES = frozenset({"POST", "PUT", "PATCH"})
_TEXTS = ("content", "text", "paste", "code", "api_paste_code", "data", "body", "message", "sprunge", "clbin", "f:1")
_FORM_KINDS = ("multipart/", "application/x-www-form", "application/json")
_NOT_SLUG = re.compile(r"[^A-Za-z0-9._]+")
MAX_SHOWN = 200_000
"""Bytes of a text that a page around it shows."""
_MARKED_LINK = re.compile(r"\[([^\]\[]{1,300})\]\(([^)\s]{1,500})\)")
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a site gets it."""

    method: str
    url: str
    host: str
    path: str
    query: str
    headers: Headers
    body: bytes
    files: Files

    def form(self) -> Posted:
        """What was filled in."""
        posted = read_form(self.headers, self.body, self.query)
        return Posted(posted.fields, self.files or posted.files)

    @property
    def for_person(self) -> bool:
        """Whether a browser asks, and not a program."""
        return "text/html" in header(self.headers, "accept")


class Kept(NamedTuple):
    """What a site keeps and gives back: `place` is host and path, nothing quoted in it."""

    place: str
    content: bytes


def document(title: str, body: str) -> str:
    """An HTML page. `title` is text, `body` is HTML."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def article(text: str) -> str:
    """A page of the public web as HTML: `## ` heads, `- ` items, paragraphs, and links as [text](address)."""
    out = []
    for block in _PARAGRAPHS.split(text.strip()):
        lines = block.splitlines()
        if block.startswith("## "):
            out.append(f"<h2>{escape(lines.pop(0)[3:])}</h2>")
        if lines and all(line.startswith(("- ", "  ")) for line in lines):
            items = " ".join(line.strip() if line.startswith("  ") else f"\n{line}" for line in lines).split("\n- ")
            out.append("<ul>" + "\n".join(f"<li>{_linked(i.strip())}</li>" for i in items if i.strip()) + "</ul>")
        elif lines:
            out.append(f"<p>{_linked(' '.join(lines))}</p>")
    return "\n".join(out)


def _linked(text: str) -> str:
    return _MARKED_LINK.sub(lambda m: f'<a href="{m[2]}">{m[1]}</a>', escape(text))


def paragraphs(text: str) -> str:
    """Plain text as HTML paragraphs; a line that is a link target becomes a link."""
    out = []
    for block in _PARAGRAPHS.split(text.strip()):
        lines = [_line(line) for line in block.splitlines()]
        out.append(f"<p>{'<br>'.join(lines)}</p>")
    return "\n".join(out)


def _line(line: str) -> str:
    link = re.fullmatch(r"\s*(?:- )?(.*?):?\s*(https?://\S+|/[\w./-]*)\s*", line)
    if link is None:
        return escape(line)
    return f'<a href="{escape(link[2])}">{escape(link[1] or link[2])}</a>'


def answer(request: Request, party: Party | None, persona: Persona, kept: dict[str, bytes], count: int) -> Response:
    """What a host answers. `kept` is what was posted before, `count` how often something was."""
    place = request.host + request.path.rstrip("/")
    if request.method in ("GET", "HEAD") and place in kept:
        return _given_back(request, party, persona, kept[place])
    if request.method == "OPTIONS":
        return reply(204, b"", "text/plain", ("Allow", "GET, HEAD, POST, PUT, OPTIONS"))
    if request.method == "DELETE":
        return reply(204 if place in kept else 404, b"")
    if party is not None and request.method in ("GET", "HEAD") and _elsewhere(request.host, party):
        return reply(301, b"", "text/html", ("Location", f"https://{party.domains[0]}{request.path}"))
    if request.method in _WRITES and persona.service in ("paste", "drop", "store", "code"):
        return _stored(request, persona, count)
    if persona.service == "hook":
        return reply(200 if persona.says else 204, persona.says, persona.says_type)
    missing = missing_reply(request.host, request.path, kept) if persona.service == "store" else None
    if missing is not None:
        return missing
    form = form_at(persona, request.path)
    if form is not None:
        return _form(request, party, persona, form, count)
    if request.method in _WRITES:
        return reply(200 if party is None else 404, "ok" if party is None else not_found(), "text/html")
    return _page(request, party, persona)


def _given_back(request: Request, party: Party | None, persona: Persona, content: bytes) -> Response:
    """What was posted: a page around a text for a person, the text itself for a program."""
    text = persona.service in ("paste", "code") and b"\0" not in content[:1024] and "/raw/" not in request.path
    if not (text and request.for_person):
        return reply(200, content, content_type(content))
    shown = escape(content[:MAX_SHOWN].decode("utf-8", "replace"))
    name = party.name if party is not None else request.host
    raw = f"/raw{request.path}" if persona.link == "/{mark}" else ""
    link = f'<p><a href="{escape(quote(raw))}">raw</a></p>' if raw else ""
    return reply(200, document(f"{_last(request.path)} - {name}", f"<pre>{shown}</pre>\n{link}"))


def _elsewhere(host: str, party: Party) -> bool:
    bare = host.removeprefix("www.")
    return bare in party.redirects and bare != party.domains[0]


def form_at(persona: Persona, path: str) -> Form | None:
    """The form that a path leads to."""
    wanted = path.rstrip("/") or "/"
    return next((f for f in persona.forms if f.path == wanted), None)


def keeps(request: Request, persona: Persona, count: int) -> list[Kept]:
    """What a host keeps of a request, in the places that its answer names."""
    if request.method not in _WRITES or persona.service not in ("paste", "drop", "store", "code"):
        return []
    if persona.service == "store":
        return [Kept(object_place(request.host, request.path, request.query), _content(request))]
    if persona.service == "code" and is_interface(request.host, request.path) and not signed_in(request.headers):
        return []
    mark = _mark(request, count)
    if persona.service == "drop":
        named = request.files or request.form().files or ((_last(request.path) or "file", request.body),)
        return [Kept(f"{request.host}/{mark}/{_last(name)}", data) for name, data in named[:50]]
    content = _content(request)
    host = request.host.removeprefix("api.")
    link = fill(persona.link, mark=mark, name=_slug(request.form().get("name", "title")) or mark)
    return [Kept(host + link, content), Kept(f"{host}/raw/{mark}", content)]


def _stored(request: Request, persona: Persona, count: int) -> Response:
    mark = _mark(request, count)
    if persona.service == "store":
        return put_reply(request.host, request.path, request.query, _content(request), mark)
    if persona.service == "code" and is_interface(request.host, request.path):
        if not signed_in(request.headers):
            return interface_refusal(request.host)
        place = quote(keeps(request, persona, count)[0].place)
        return interface_done(f"https://{place}", mark, _slug(request.form().get("name", "title")))
    links = [f"https://{quote(place)}" for place, _ in keeps(request, persona, count) if "/raw/" not in place]
    if not request.for_person:
        return reply(200 if persona.service == "drop" else 201, "\n".join(links) + "\n", "text/plain; charset=utf-8")
    shown = "".join(f'<p><a href="{escape(link)}">{escape(link)}</a></p>' for link in links)
    return reply(200, document("Your link", f"<p>Anyone who has the link can open it.</p>{shown}"))


def _content(request: Request) -> bytes:
    posted = request.form()
    if posted.files:
        return posted.files[0][1]
    if header(request.headers, "content-type").lower().startswith(_FORM_KINDS):
        text = posted.get(*_TEXTS) or max((v for _, v in posted.fields), key=len, default="")
        return text.encode("utf-8", "replace")
    return request.body


def _mark(request: Request, count: int) -> str:
    digest = sha256(f"{request.host}\x00{count}\x00".encode() + request.body).digest()
    return b32encode(digest)[:8].decode().lower()


def _slug(name: str) -> str:
    return _NOT_SLUG.sub("-", name[:80]).strip("-.").lower()


def _last(name: str) -> str:
    return unquote(name).replace("\\", "/").rstrip("/").rpartition("/")[2][:200]


def content_type(content: bytes) -> str:
    """How a file host labels what it was given."""
    head = content[:1024]
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "text/plain; charset=utf-8"
    return "application/octet-stream" if b"\0" in head else "text/plain; charset=utf-8"


def _page(request: Request, party: Party | None, persona: Persona) -> Response:
    path = request.path.rstrip("/") or "/"
    values = {"name": party.name if party else request.host, "host": request.host.removeprefix("www.")}
    page = next((p for p in persona.pages if p.path == path), None)
    if page is None and path == "/":
        page = SitePage(path="/", title=values["name"], text=_front(party))
    if page is None:
        return reply(404, not_found())
    text = party.site if party is not None and party.site and path == "/" else page.text
    body = paragraphs(fill(text, **values))
    if path == "/":
        links = [(f.path, f.title) for f in persona.forms] + [(p.path, p.title) for p in persona.pages if p.path != "/"]
        if links:
            shown = "".join(f'<li><a href="{escape(p)}">{escape(fill(t, **values))}</a></li>' for p, t in links)
            body += f"\n<ul>{shown}</ul>"
    return reply(200, document(fill(page.title, **values), body))


def _front(party: Party | None) -> str:
    if party is None:
        return "Welcome. This site is being updated; please come back later."
    return party.site or party.about or "Welcome."


def not_found() -> str:
    """The page for a path that there is not."""
    return document("404 Not Found", "<p>The page you asked for is not here.</p>")


def _form(request: Request, party: Party | None, persona: Persona, form: Form, count: int) -> Response:
    values = {"name": party.name if party else request.host, "host": request.host.removeprefix("www.")}
    if request.method in ("GET", "HEAD"):
        return reply(200, document(fill(form.title, **values), paragraphs(fill(form.text, **values)) + form_html(form)))
    missing = missing_fields(form, request.form())
    if missing:
        return refused_form(form, missing, **values)
    prefix = party.case_prefix if party is not None and party.case_prefix else persona.case_prefix
    case = case_number(prefix, request.url, str(count), sha256(request.body).hexdigest())
    return reply(200, document(fill(form.title, **values), paragraphs(fill(form.thanks, case=case, **values))))


def refused_form(form: Form, missing: Sequence[str], **values: str) -> Response:
    """The page that says what was not filled in. `values` go into the title."""
    text = f"<p>Please fill in: {escape(', '.join(missing))}.</p>"
    return reply(422, document(fill(form.title, **values), text + form_html(form)))


def missing_fields(form: Form, posted: Posted) -> list[str]:
    """The required fields that were left empty."""
    given = {name for name, value in posted.fields if value.strip()}
    if posted.files:
        given |= {f.name for f in form.fields if f.kind == "file"}
    return [f.name for f in form.fields if f.required and f.name not in given]


def form_html(form: Form) -> str:
    """A form as HTML."""
    rows = "\n".join(_row(field) for field in form.fields)
    kind = ' enctype="multipart/form-data"' if any(f.kind == "file" for f in form.fields) else ""
    head = f'<form method="post" action="{escape(form.path)}"{kind}>'
    return f'{head}\n{rows}\n<button type="submit">{escape(form.button)}</button>\n</form>'


def _row(field: FormField) -> str:
    name, label = escape(field.name), escape(field.label or field.name)
    required = " required" if field.required else ""
    if field.kind == "textarea":
        return f'<p><label>{label} <textarea name="{name}"{required}></textarea></label></p>'
    if field.kind == "select":
        options = "".join(f'<option value="{escape(o)}">{escape(o)}</option>' for o in field.options)
        return f'<p><label>{label} <select name="{name}"{required}>{options}</select></label></p>'
    if field.kind == "hidden":
        return f'<input type="hidden" name="{name}">'
    return f'<p><label>{label} <input type="{field.kind}" name="{name}"{required}></label></p>'
