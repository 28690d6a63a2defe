"""The pages of the company's systems, and the same as JSON for programs: lists, entries, and the forms that act."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from fauxcorp.core.effects import Origin
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.mailindex import line, words
from fauxcorp.world.personas import Form, FormField
from fauxcorp.world.sites import Request, document, form_html, not_found, paragraphs, reply
from fauxcorp.world.wire import Form as Posted
from fauxcorp.world.wire import Response, header

if TYPE_CHECKING:
    from fauxcorp.world.systems.base import System
    from fauxcorp.world.world import World

MAX_SHOWN = 500
"""Entries of a list that are shown."""
_ALIASES = {"DELETE": "delete", "PUT": "edit", "PATCH": "edit"}
"""What a method without a verb in the path stands for."""


class Asked(NamedTuple):
    """What was filled in. `key`: the entry that it is about."""

    key: str
    posted: Posted

    def get(self, *names: str) -> str:
        """The first value that is not empty."""
        return self.posted.get(*names).strip()

    def number(self, *names: str) -> float:
        """A number. Raises ToolError if it is none."""
        text = self.get(*names).replace(",", "").replace(" ", "")
        if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,6})?", text):
            raise ToolError(f"{names[0]}: not a number: {text[:40]!r}")
        return float(text)

    def yes(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.get(name).lower() in ("1", "true", "yes", "on")

    def many(self, *names: str) -> list[str]:
        """The words of a list: JSON, or parted by commas or line ends."""
        text = self.get(*names)
        if text.startswith("["):
            try:
                return [str(part) for part in json.loads(text)][:MAX_SHOWN]
            except (ValueError, RecursionError):
                return []
        return [part.strip() for part in re.split(r"[,\n]", text) if part.strip()][:MAX_SHOWN]


class Act(NamedTuple):
    """Something that can be done by a form. `path`: collection, `{id}` for an entry, and a verb unless it makes one."""

    path: str
    title: str
    run: Callable[[Any, Origin, Asked], str | bytes]
    """Does it on a System; returns what is said, or a file. Raises ToolError."""
    fields: tuple[FormField, ...] = ()
    method: str = "POST"


class Listing(NamedTuple):
    """One collection: its entries by id, each with what is shown of it."""

    name: str
    title: str
    rows: Mapping[str, Mapping[str, Any]]


def field(name: str, label: str = "", *, required: bool = False, kind: str = "text") -> FormField:
    """A field of an act's form."""
    return FormField(name=name, label=label or name.replace("_", " ").capitalize(), required=required, kind=kind)


class Outcome(NamedTuple):
    """What a system answered. `acted`: it did, or refused, something, and that was told; else it is a mere request."""

    response: Response
    acted: bool


def handled(world: World, by: Origin, request: Request) -> Outcome | None:
    """What a system makes of a request to its host; None if the host is none of theirs."""
    system = world.systems.at(request.host)
    if system is None:
        return None
    own = system.answered(by, request)
    if own is not None:
        return own
    user = signed_in(system, by.user, request)
    if not user:
        return Outcome(_said(request, 401, "Sign-in failed", "Wrong key."), False)
    by = by._replace(user=user)
    found = _act(system, request)
    if found is None:
        return Outcome(_shown(world, system, request, by.user), False)
    act, asked = found
    missing = [f.label.lower() for f in act.fields if f.required and not _given(asked, f)]
    if missing:
        return Outcome(_said(request, 422, act.title, f"Please give: {', '.join(missing)}"), False)
    try:
        return Outcome(_said(request, 200, act.title, act.run(system, by, asked)), True)
    except Refused as error:
        return Outcome(_said(request, 403, "Not allowed", str(error)), True)
    except ToolError as error:
        # Nothing was tried: it is a request like any other.
        return Outcome(_said(request, 422, act.title, str(error)), False)


def signed_in(system: System[Any], user: str, request: Request) -> str:
    """Whom a request acts as: whoever is signed in, or whose key it carries; '' if nobody has that key."""
    kind, _, value = header(request.headers, "authorization").strip().partition(" ")
    if kind.lower() not in ("bearer", "token", "basic"):
        return user
    name, key = "", value.strip()
    if kind.lower() == "basic":
        try:
            name, _, key = b64decode(key, validate=True).decode("utf-8", "replace").partition(":")
        except ValueError:
            return ""
    return next((k.user for k in system.facts.keys if k.key == key and name in ("", k.user)), "")


def _given(asked: Asked, field: FormField) -> bool:
    return bool(asked.posted.files if field.kind == "file" else asked.get(field.name))


def _shown(world: World, system: System[Any], request: Request, user: str) -> Response:
    if user in world.company.people and not world.accounts.usable(user):
        return _said(request, 403, "Sign-in failed", "Your account is locked.")
    if not system.may(user, system.facts.users):
        return _said(request, 403, system.title, f"{user[:64]} has no access to {system.title}.")
    if request.method not in ("GET", "HEAD"):
        return _said(request, 404 if request.method == "POST" else 405, "Not possible", "There is no such form.")
    parts = _parts(request.path)
    if not parts:
        return _front(system, request, user)
    listing = next((one for one in system.lists(user, request.host) if one.name == parts[0]), None)
    if listing is None or len(parts) > 2:
        return _missing(request)
    if len(parts) == 1:
        return _listed(system, request, listing)
    row = listing.rows.get(parts[1])
    return _missing(request) if row is None else _entry(system, request, listing, parts[1], row)


def _parts(path: str) -> list[str]:
    parts = [unquote(part) for part in path.strip("/").split("/") if part]
    if parts[:1] == ["api"]:
        parts = parts[1:]
    return parts[1:] if parts and re.fullmatch(r"v\d", parts[0]) else parts


def _act(system: System[Any], request: Request) -> tuple[Act, Asked] | None:
    parts = _parts(request.path)
    verb = _ALIASES.get(request.method)
    if verb is not None and len(parts) == 2:
        parts = [*parts, verb]
    for act in system.acts:
        if act.method != (request.method if request.method in ("GET", "HEAD") else "POST"):
            continue
        wanted = act.path.split("/")
        if len(wanted) == len(parts) and all(w in (p, "{id}") for w, p in zip(wanted, parts, strict=True)):
            key = next((p for w, p in zip(wanted, parts, strict=True) if w == "{id}"), "")
            return act, Asked(key, request.form())
    return None


def _said(request: Request, status: int, title: str, text: str | bytes) -> Response:
    if isinstance(text, bytes):
        return reply(status, text, "application/octet-stream")
    if not request.for_person:
        shown = {"status": "ok", "message": text} if status < 400 else {"error": text}
        return reply(status, json.dumps(shown, ensure_ascii=False) + "\n", "application/json; charset=utf-8")
    return reply(status, document(title, paragraphs(text)))


def _missing(request: Request) -> Response:
    return reply(404, not_found()) if request.for_person else _said(request, 404, "", "not found")


def _json(value: Any) -> Response:
    return reply(200, json.dumps(value, ensure_ascii=False, indent=2) + "\n", "application/json; charset=utf-8")


def _front(system: System[Any], request: Request, user: str) -> Response:
    lists = system.lists(user, request.host)
    if not request.for_person:
        return _json({one.name: len(one.rows) for one in lists})
    rows = "".join(f'<li><a href="/{one.name}">{escape(one.title)}</a> ({len(one.rows)})</li>' for one in lists)
    return reply(200, document(system.title_at(request.host), f"<ul>{rows}</ul>"))


def _listed(system: System[Any], request: Request, listing: Listing) -> Response:
    parts = [f" {word}" for word in words(request.form().get("q", "query", "search")[:300])[:10]]
    kept = [(k, row) for k, row in listing.rows.items() if not parts or _holds(f"{k} {_all(row)}", parts)]
    rows = dict(kept[:MAX_SHOWN])
    if not request.for_person:
        return _json([{"id": key, **row} for key, row in rows.items()])
    shown = "".join(
        f'<li><a href="/{listing.name}/{quote(key)}">{escape(key)}</a> {escape(_brief(row))}</li>'
        for key, row in rows.items()
    )
    forms = "".join(_forms(system, listing.name, ""))
    return reply(200, document(listing.title, f"<ul>{shown}</ul>{forms}" if shown else f"<p>None.</p>{forms}"))


def _entry(
    system: System[Any], request: Request, listing: Listing, key: str, row: Mapping[str, Any]
) -> Response:
    log = [(e.at, system.person(e.user), e.text) for e in system.log(key)[:20]]
    if not request.for_person:
        return _json({"id": key, **row})
    lines = "".join(f"<li>{escape(_label(k))}: {escape(words_of(v))}</li>" for k, v in row.items())
    past = "".join(f"<li>{escape(who)}: {escape(text)}</li>" for _, who, text in log)
    body = f"<ul>{lines}</ul>" + (f"<h2>Activity</h2><ul>{past}</ul>" if past else "")
    return reply(200, document(f"{listing.title}: {key}", body + "".join(_forms(system, listing.name, key))))


def _forms(system: System[Any], collection: str, key: str) -> Iterator[str]:
    for act in system.acts:
        parts = act.path.split("/")
        if parts[0] != collection or ("{id}" in parts) is not bool(key) or act.method != "POST":
            continue
        path = "/" + act.path.replace("{id}", quote(key))
        yield f"<h2>{escape(act.title)}</h2>" + form_html(Form(path=path, title=act.title, fields=act.fields,
                                                               button=act.title))  # fmt: skip


def _all(row: Mapping[str, Any]) -> str:
    return " ".join(words_of(value) for value in row.values())


def _holds(text: str, parts: Sequence[str]) -> bool:
    folded = line(text)
    return all(part in folded for part in parts)


def _brief(row: Mapping[str, Any]) -> str:
    return ", ".join(words_of(value) for value in list(row.values())[:4] if value not in ("", None, [], ()))


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def words_of(value: Any) -> str:
    """A value of a row as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return "; ".join(words_of(v) for v in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {words_of(v)}" for k, v in value.items())
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def rows_of(entries: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Mapping[str, Any]]:
    """Entries by id, without what is empty."""
    return {key: {k: v for k, v in row.items() if v not in ("", None, (), [])} for key, row in entries}
