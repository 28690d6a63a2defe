"""What a system shows, as text: its lists, or one entry with what was done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fauxcorp.errors import ToolError
from fauxcorp.world.addresses import one_line
from fauxcorp.world.systems.base import System
from fauxcorp.world.systems.site import Listing, words_of
from fauxcorp.world.when import minute

MAX_ROWS = 100
"""Entries of one list that are shown at once."""
_SHORT = 160


def shown_lists(system: System[Any], user: str, show: str = "") -> str:
    """All lists of a system, one of them, or the entry of an id. Raises ToolError if there is none."""
    if not system.usable(user):
        raise ToolError("Sign-in failed: your account is locked")
    if not system.may(user, system.facts.users):
        raise ToolError(f"You have no access to {system.title}")
    lists = system.lists(user)
    wanted = show.strip().lower().lstrip("#")
    if not wanted:
        return "\n\n".join(_list(one) for one in lists if one.rows) or "Nothing there."
    for one in lists:
        if wanted in (one.name, one.title.lower()):
            return _list(one)
    found = [(one, key) for one in lists for key in one.rows if key.lower() == wanted]
    if not found:
        raise ToolError(f"Nothing is called {one_line(show, 100)!r}. Lists: {', '.join(one.name for one in lists)}")
    return "\n\n".join(_entry(system, one, key) for one, key in found)


def _list(listing: Listing) -> str:
    rows = [f"{key}  {_row(row)}" for key, row in list(listing.rows.items())[:MAX_ROWS]]
    more = [f"... and {len(listing.rows) - MAX_ROWS} more"] if len(listing.rows) > MAX_ROWS else []
    return "\n".join([f"{listing.title}: {len(listing.rows)}", *rows, *more])


def _row(row: Mapping[str, Any]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {one_line(words_of(value), _SHORT)}" for name, value in row.items())


def _entry(system: System[Any], listing: Listing, key: str) -> str:
    rows = [f"{name.replace('_', ' ').capitalize()}: {words_of(value)}" for name, value in listing.rows[key].items()]
    return "\n".join([f"{key} ({listing.title})", *rows, *_log(system, key)])


def _log(system: System[Any], key: str) -> Sequence[str]:
    entries = system.log(key)[:20]
    rows = [f"{minute(e.at, system.timezone)}  {system.person(e.user)}: {e.text}" for e in entries]
    return ["Activity:", *rows] if rows else []
