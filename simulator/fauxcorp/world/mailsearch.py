"""The mail program's search language: parsed to a tree, then run over a box.

Words stand side by side for AND; OR, NOT or a minus, parentheses, "phrases", and operators such as from: or has:. A
word stands for all that begin with it, a phrase for itself. What makes no sense as an operator is text, as in any mail
program; a date or size that cannot be read is an error that says how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fauxcorp.errors import ToolError
from fauxcorp.world.mailbox import ALL, Item, MailBox
from fauxcorp.world.mailindex import FIELDS, MailIndex, field_text, line
from fauxcorp.world.message import Message
from fauxcorp.world.when import day_start, local

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_QUERY = 1000
"""Characters."""
MAX_DEPTH = 20
HOUR = 3_600_000_000
_MAX_TREES = 500
HELP = (
    "Operators: from: to: cc: subject: body: filename: has:attachment is:unread is:read is:starred in:folder "
    'before: after: on: newer_than: older_than: larger: smaller: "phrase" -word OR ( )'
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words in order in a field; the last one may go on unless `exact`."""

    field: str
    words: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """Something that an item is or is not by its folder and marks."""

    holds: Callable[[Item], bool]


@dataclass(frozen=True, slots=True)
class Made:
    """Something that a message is or is not by itself. `key` names the test: what it found of the base is kept."""

    key: str
    holds: Callable[[Message], bool]


@dataclass(frozen=True, slots=True)
class Not:
    """All that the other node does not find."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """What every node finds; of none, everything."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What any node finds."""

    nodes: tuple[Node, ...]


Node = Term | Made | Marked | Not | And | Or

_KNOWN = (
    "from|to|cc|subject|body|filename|has|is|in|folder|label|before|after|since|on|date|newer_than|newer|older_than|older"
    "|larger|size|smaller"
)
# A space after the colon is forgiven where the operator is a known one.
_OPERATOR = rf"(?:(?i:{_KNOWN}):\s*|[A-Za-z_]+:)"
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<open>-?(?:{_OPERATOR})?\() | (?P<close>\)) |
        (?P<minus>-?)(?:(?P<op>{_OPERATOR})(?=[^\s()]))?(?:"(?P<phrase>[^"]*)"? | (?P<word>[^\s()"]+))
    )""",
    re.VERBOSE,
)
_AGE = re.compile(r"(\d{1,6})\s*(h|d|w|m|mo|y|hours?|days?|weeks?|months?|years?)?", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 168, "m": 730, "y": 8760}
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([kmg]?)i?b?", re.IGNORECASE)
_UNIT = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?|(\d{1,2})/(\d{1,2})/(\d{4})")


def search(world: World, user: str, query: str, start: int = 0, size: int = 20) -> tuple[int, list[Item]]:
    """How many messages of a user a query finds, and `size` of them from the `start`-th newest on, newest first."""
    node = parse(query, world, user)
    return run(node, world.mail.box(user), world.company.index, start, size)


def parse(query: str, world: World, user: str) -> Node:
    """The tree of a query. Raises ToolError where a value cannot be read or the query is too long or too deep."""
    if len(query) > MAX_QUERY:
        raise ToolError(f"The search is too long ({len(query):,} characters; the limit is {MAX_QUERY:,})")
    company = world.company
    me = company.people[user].email if user in company.people else user
    key = (query, company.facts.timezone, me)
    trees = company.index.trees
    found = trees.get(key)
    if found is None:
        parser = _Parser(query, company.facts.timezone, world.clock.us, me)
        found = parser.parse()
        if not parser.relative and len(trees) < _MAX_TREES:
            trees[key] = found
    return found


def run(node: Node, box: MailBox, index: MailIndex, start: int, size: int) -> tuple[int, list[Item]]:
    """Run a tree over a box: by the index for what the company started with, one by one for what came since."""
    places = box.original_places(index)
    found = _select(node, places, box, index)
    own = [item.message.id for item in box.new() if _matches(node, item)]
    ids = {index.ids[place] for place in found}
    ids.update(own)
    return len(ids), box.pick(ALL, ids, start, size)


def _select(node: Node, places: frozenset[int] | set[int], box: MailBox, index: MailIndex) -> set[int] | frozenset[int]:
    """The places, of those given, whose messages a node finds."""
    match node:
        case Term():
            return places & index.holding(node.field, node.words, node.exact)
        case Made():
            return places & index.which(node.key, node.holds)
        case Marked():
            return {n for n in places if (item := box.get(index.ids[n])) is not None and node.holds(item)}
        case Not():
            return places - _select(node.node, places, box, index)
        case Or():
            return set().union(*(_select(n, places, box, index) for n in node.nodes))
        case And():
            # What the index answers comes first: it leaves less to look at one by one.
            for each in sorted(node.nodes, key=lambda n: not isinstance(n, Term | Made)):
                places = _select(each, places, box, index)
            return places


def _matches(node: Node, item: Item) -> bool:
    match node:
        case Term():
            text = field_text(item.message, node.field)
            return (f"{node.words} " if node.exact else node.words) in text
        case Made():
            return node.holds(item.message)
        case Marked():
            return node.holds(item)
        case Not():
            return not _matches(node.node, item)
        case Or():
            return any(_matches(n, item) for n in node.nodes)
        case And():
            return all(_matches(n, item) for n in node.nodes)


class _Parser:
    """One query, taken apart from left to right."""

    def __init__(self, query: str, tz: str, now: int, me: str) -> None:
        self.query, self.tz, self.now, self.me = query, tz, now, me
        self.relative = False
        """Whether the tree depends on what time it is."""
        self.at = 0
        self.token: re.Match[str] | None = None
        self._next()

    def parse(self) -> Node:
        """The whole query; closing parentheses too many are passed over."""
        nodes = [self._either(0, "")]
        while self.token is not None:
            self._next()
            nodes.append(self._either(0, ""))
        return _all(nodes)

    def _next(self) -> None:
        self.token = _TOKEN.match(self.query, self.at)
        while self.token is None and self.at < len(self.query):
            # A colon, quote or the like that begins nothing.
            self.at += 1
            self.token = _TOKEN.match(self.query, self.at)
        if self.token is not None:
            self.at = self.token.end()

    def _word(self) -> str:
        """The token if it is a plain word that may be a connective."""
        token = self.token
        return token["word"] or "" if token is not None and not token["op"] and not token["minus"] else ""

    def _either(self, depth: int, field: str) -> Node:
        if depth > MAX_DEPTH:
            raise ToolError("The search has too many parentheses inside each other")
        branches: list[list[Node]] = [[]]
        while self.token is not None and not self.token["close"]:
            if self._word() in ("OR", "|", "||"):
                branches.append([])
                self._next()
            elif self._word() in ("AND", "&", "&&"):
                self._next()
            else:
                node = self._one(depth, field)
                if node is not None:
                    branches[-1].append(node)
        # An OR without anything on one side of it is none.
        kept = [_all(nodes) for nodes in branches if nodes]
        return Or(tuple(kept)) if len(kept) > 1 else _all(kept)

    def _one(self, depth: int, field: str) -> Node | None:
        token = self.token
        assert token is not None
        if self._word() == "NOT":
            self._next()
            if self.token is None or self.token["close"] or self._word() in ("OR", "AND", "|", "||", "&", "&&"):
                return None
            if self._word() == "NOT" and depth >= MAX_DEPTH:
                raise ToolError("The search has too many negations")
            node = self._one(depth + 1, field)
            return Not(node) if node is not None else None
        if token["open"]:
            return self._group(token["open"], depth, field)
        self._next()
        value = token["phrase"] if token["phrase"] is not None else token["word"]
        node = self._term(_name(token["op"] or ""), value, token["phrase"] is not None, field)
        return Not(node) if node is not None and token["minus"] else node

    def _group(self, opening: str, depth: int, field: str) -> Node | None:
        name = _name(opening[:-1])
        known = name in FIELDS or name in _READERS
        self._next()
        node = self._either(depth + 1, name if known else field)
        if self.token is not None:
            self._next()
        if name and not known:
            node = _all([Term("text", line(name)), node])
        if node == And(()):
            return None
        return Not(node) if opening[0] == "-" else node

    def _term(self, name: str, value: str, exact: bool, field: str) -> Node | None:
        """One word, phrase or operator; None for what holds nothing to look for."""
        if name in FIELDS and name != "text":
            field = name
        elif name and name not in _READERS:
            value = f"{name} {value}"
        else:
            read = _READERS.get(name or field)
            if read is not None:
                return read(self, value)
        if field in ("from", "to", "cc") and value.lower() == "me":
            value = self.me
        words = line(value)
        return Term(field or "text", words, exact) if words else None

    def _has(self, value: str) -> Node:
        if value.lower().rstrip("s") in ("attachment", "file", "document"):
            return Made("attachment", lambda message: bool(message.attachments))
        raise ToolError(f"has:{value[:40]}: only has:attachment is known. {HELP}")

    def _is(self, value: str) -> Node:
        tests: dict[str, Callable[[Item], bool]] = {
            "unread": lambda item: item.unread,
            "read": lambda item: not item.unread,
            "starred": lambda item: item.starred,
            "flagged": lambda item: item.starred,
            "sent": lambda item: item.folder == "Sent",
        }
        test = tests.get(value.lower())
        if test is None:
            raise ToolError(f"is:{value[:40]}: only is:unread, is:read and is:starred are known")
        return Marked(test)

    def _in(self, value: str) -> Node:
        wanted = value.lower()
        if wanted in ("anywhere", "all"):
            return And(())
        wanted = {"spam": "junk", "bin": "trash", "deleted": "trash"}.get(wanted, wanted)
        return Marked(lambda item: item.folder.lower() == wanted)

    def _day(self, value: str) -> tuple[int, int]:
        """First instants of a day (a month, a year) and of the one after."""
        found = _DATE.fullmatch(value.strip())
        named = {"today": 0, "yesterday": 1}.get(value.lower())
        try:
            if named is not None:
                self.relative = True
                return self._bounds(local(self.now, self.tz).date() - timedelta(days=named))
            if found is not None and found[4]:
                return self._bounds(date(int(found[6]), int(found[4]), int(found[5])))
            if found is not None and found[3]:
                return self._bounds(date(int(found[1]), int(found[2]), int(found[3])))
            if found is not None:
                year, month = int(found[1]), int(found[2])
                after = (year + 1, 1) if month == 12 else (year, month + 1)
                return day_start(year, month, 1, self.tz), day_start(*after, 1, self.tz)
            if re.fullmatch(r"\d{4}", value):
                return day_start(int(value), 1, 1, self.tz), day_start(int(value) + 1, 1, 1, self.tz)
        except (ValueError, OverflowError):
            pass
        raise ToolError(f"Not a date: {value[:40]!r}. Write it as 2026-03-31")

    def _bounds(self, day: date) -> tuple[int, int]:
        after = day + timedelta(days=1)
        return day_start(day.year, day.month, day.day, self.tz), day_start(after.year, after.month, after.day, self.tz)

    def _before(self, value: str) -> Node:
        return _until(self._day(value)[0])

    def _after(self, value: str) -> Node:
        return _from(self._day(value)[0])

    def _on(self, value: str) -> Node:
        begin, end = self._day(value)
        return And((_from(begin), _until(end)))

    def _age(self, value: str) -> int:
        found = _AGE.fullmatch(value)
        if found is None:
            raise ToolError(f"Not a length of time: {value[:40]!r}. Write it as 7d, 12h, 2w, 3m or 1y")
        self.relative = True
        return self.now - int(found[1]) * _HOURS[(found[2] or "d")[0].lower()] * HOUR

    def _newer_than(self, value: str) -> Node:
        return _from(self._age(value))

    def _older_than(self, value: str) -> Node:
        return _until(self._age(value))

    def _bytes(self, value: str) -> float:
        found = _SIZE.fullmatch(value)
        if found is None:
            raise ToolError(f"Not a size: {value[:40]!r}. Write it as 500K or 1M")
        return float(found[1]) * _UNIT[found[2].lower()]

    def _larger(self, value: str) -> Node:
        least = self._bytes(value)
        return Made(f"size>{least}", lambda message: message.size > least)

    def _smaller(self, value: str) -> Node:
        most = self._bytes(value)
        return Made(f"size<{most}", lambda message: message.size < most)


_READERS: dict[str, Callable[[_Parser, str], Node]] = {
    "has": _Parser._has,
    "is": _Parser._is,
    "in": _Parser._in,
    "folder": _Parser._in,
    "label": _Parser._in,
    "before": _Parser._before,
    "after": _Parser._after,
    "since": _Parser._after,
    "on": _Parser._on,
    "date": _Parser._on,
    "newer_than": _Parser._newer_than,
    "newer": _Parser._newer_than,
    "older_than": _Parser._older_than,
    "older": _Parser._older_than,
    "larger": _Parser._larger,
    "size": _Parser._larger,
    "smaller": _Parser._smaller,
}


def _from(begin: int) -> Made:
    return Made(f"at>={begin}", lambda message: message.at >= begin)


def _until(end: int) -> Made:
    return Made(f"at<{end}", lambda message: message.at < end)


def _name(operator: str) -> str:
    return operator.lstrip("-").rstrip().rstrip(":").lower()


def _all(nodes: Iterable[Node]) -> Node:
    kept = tuple(n for n in nodes if n != And(()))
    return kept[0] if len(kept) == 1 else And(kept)
