"""Holds a timeline against its company: whom it names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fauxcorp.content.scenario import Cast
from fauxcorp.content.yamlfile import Document, Path_
from fauxcorp.errors import Problem
from fauxcorp.world.actions import Action
from fauxcorp.world.company import Company


def cast_problems(document: Document, cast: Cast, company: Company, grants: Iterable[str]) -> list[Problem]:
    """Every name of a timeline that stands for nobody or nothing, with its line."""
    known = set(grants)
    out: list[Problem] = []
    for n, cue in enumerate(cast.cues):
        for m, action in enumerate(cue.then):
            out += [document.problem(("cues", n, "then", m, *at), text) for at, text in _wrong(action, company, known)]
    for n, reply in enumerate(cast.replies):
        if reply.person not in company.people:
            out.append(document.problem(("replies", n, "person"), f"no such person: {reply.person}"))
        if reply.grants is not None and reply.grants not in known:
            out.append(document.problem(("replies", n, "grants"), f"no such grant: {reply.grants}"))
    return out


def _wrong(action: Action, company: Company, grants: set[str]) -> Iterator[tuple[Path_, str]]:
    if action.mail is not None:
        for field, names in (("from", (action.mail.sender,)), ("to", action.mail.to), ("cc", action.mail.cc)):
            yield from ((("mail", field), f"no such person or list: {n}") for n in names if not _writes(n, company))
    if action.chat is not None:
        if action.chat.sender not in company.people:
            yield ("chat", "from"), f"no such person: {action.chat.sender}"
        channel = action.chat.channel
        there = channel.lstrip("#@") in {*company.channels, *company.people, "agent"}
        if not there:
            yield ("chat", "channel"), f"no such channel or person: {channel}"
    if action.grant is not None and action.grant not in grants:
        yield ("grant",), f"no such grant: {action.grant}"
    for field, user in (("lock", action.lock), ("unlock", action.unlock)):
        if user is not None and user not in company.people:
            yield (field,), f"no such person: {user}"


def _writes(name: str, company: Company) -> bool:
    """Whether a name or address can stand in a header: inside the company it must be somebody's."""
    if name in company.people or name == "agent":
        return True
    address = name.rpartition("<")[2].rstrip(">").strip().lower()
    if "@" not in address:
        return False
    return not company.internal(address) or address in company.by_email or address in company.lists
