"""Rules of reply: who answers what and how, who is away, who speaks for a list, and what is said when no rule fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

import re2
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from fauxcorp.core.clock import to_us
from fauxcorp.world.mailindex import line

ENDLESS = 100
"""`times` of a rule that is never used up."""
MAX_READ = 20_000
"""Characters of a message that a rule looks at."""
When = Literal["mail", "chat", "mention"]


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _groups(value: Any) -> Any:
    return tuple(_many(v) for v in value) if isinstance(value, list | tuple) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_many)]
Delay = float | tuple[float, float]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _Delayed(_Model):
    delay: Delay = (4.0, 20.0)
    """Simulated minutes; of two figures, something between them. What falls outside a person's hours comes when they
    next work, unless `any_time`."""
    any_time: bool = False

    @model_validator(mode="after")
    def _delay_makes_sense(self) -> _Delayed:
        low, high = self.delay if isinstance(self.delay, tuple) else (self.delay, self.delay)
        if not 0 <= low <= high:
            raise ValueError("delay: minutes, or two figures of which the first is not the greater")
        return self


class ReplyRule(_Delayed):
    """How a colleague, or somebody outside, answers. The first rule of a person that fits a message answers it."""

    name: str = ""
    """For `after` of other rules."""
    person: str
    """User name, or an address outside."""
    when: When = "mail"
    """A mail to them, a direct message, or their name in a channel."""
    sender: str = Field(default="agent", alias="from")
    """User name of whom they answer; `agent`, or `anyone`."""
    matches: Texts = ()
    """One of these must be in the message: words in order, the last one may go on, `*` for anything between.
    Empty, with `regex` empty too: any message."""
    regex: str = ""
    """RE2 pattern that may be in the message instead; letters' case does not count."""
    needs: Annotated[tuple[Texts, ...], BeforeValidator(_groups)] = ()
    """Lists of patterns as in `matches`: of each list one must be there as well."""
    lacks: Texts = ()
    """None of these may be there."""
    after: str = ""
    """Name of a rule that must have answered before."""
    via: Literal["same", "mail", "chat"] = "same"
    """How the answer goes; `same` is the way the message came."""
    text: str
    dress: bool = False
    """Put greeting and name by the person's habits around the text; without, the text has them."""
    subject: str = ""
    to: Texts = ()
    """Who gets a mail; empty: who wrote. User names, addresses, or `agent`."""
    cc: Texts = ()
    attachments: Texts = ()
    forward: Texts = ()
    """To whom the person passes the mail on. User names or addresses."""
    note: str = ""
    """What stands above a mail that is passed on."""
    times: int = Field(default=1, ge=1, le=ENDLESS)
    """How often it answers; 100 is without end."""
    grants: str | None = None
    """Name of an entry of the scenario's grants that the answer brings into force."""
    revokes: Texts = ()
    """Names of entries of the grants: one that allows holds no longer, one that forbids holds from now on."""

    @field_validator("regex")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re2.compile(value)
        except re2.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return value

    @property
    def any_message(self) -> bool:
        """Whether it answers whatever is written."""
        return not (self.matches or self.regex or self.needs or self.lacks)

    def fits(self, text: str) -> bool:
        """Whether a message is one that the rule answers."""
        text = text[:MAX_READ]
        return _Test(self).fits(text, line(text))


class Fallback(_Delayed):
    """What is said when somebody is asked and no rule fits: it allows nothing and states nothing.

    The first one that is for the person is taken.
    """

    people: Texts = ()
    """User names; with `departments` and `roles` empty too: everybody."""
    departments: Texts = ()
    roles: Texts = ()
    """Roles in the staff directory."""
    when: tuple[When, ...] = ("mail", "chat", "mention")
    texts: Texts = Field(min_length=1)
    """One of these; greeting and name come from the person's habits."""

    def is_for(self, username: str, department: str, role: str) -> bool:
        """Whether it is for a person."""
        if not (self.people or self.departments or self.roles):
            return True
        return username in self.people or department in self.departments or role in self.roles


class GroupAnswer(_Model):
    """Who answers what comes to a list: the first of these who is there. Others who got it keep silent."""

    list: str
    """Address of the list."""
    people: Texts = Field(min_length=1)


class Away(_Model):
    """Somebody is not there: one automatic reply to each sender, and no answer else."""

    person: str
    since: datetime | None = None
    until: datetime | None = None
    text: str

    @field_validator("since", "until")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a time zone, e.g. 2026-03-02T09:00:00+01:00")
        return value


class SlowHost(_Model):
    """A mail host outside that does not take mail at once: the sender is told that it is still being tried."""

    domain: str
    after: float = Field(default=240.0, gt=0)
    """Minutes until the notice."""
    reason: str = "connect to {host}:25: Connection timed out"


@dataclass(frozen=True, slots=True)
class _Test:
    """What a rule looks for, its patterns folded once."""

    rule: ReplyRule
    any_of: tuple[tuple[str, ...], ...] = field(init=False)
    all_of: tuple[tuple[tuple[str, ...], ...], ...] = field(init=False)
    none_of: tuple[tuple[str, ...], ...] = field(init=False)
    pattern: str = field(init=False)

    def __post_init__(self) -> None:
        rule = self.rule
        object.__setattr__(self, "any_of", _patterns(rule.matches))
        object.__setattr__(self, "all_of", tuple(_patterns(group) for group in rule.needs))
        object.__setattr__(self, "none_of", _patterns(rule.lacks))
        object.__setattr__(self, "pattern", f"(?i){rule.regex}" if rule.regex else "")

    def fits(self, text: str, words: str) -> bool:
        if self.any_of or self.pattern:
            named = any(_occurs(p, words) for p in self.any_of)
            if not named and not (self.pattern and re2.search(self.pattern, text)):
                return False
        if not all(any(_occurs(p, words) for p in group) for group in self.all_of):
            return False
        return not any(_occurs(p, words) for p in self.none_of)


def _patterns(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line(part) for part in text.split("*")) for text in texts)


def _occurs(parts: tuple[str, ...], text: str) -> bool:
    """Linear in the text, whatever the pattern: each part is looked for behind the one before."""
    at = 0
    for words in parts:
        at = text.find(words, at)
        if at < 0:
            return False
        at += len(words)
    return True


def said(text: str, any_of: Iterable[str], none_of: Iterable[str] = ()) -> bool:
    """Whether one of some patterns, as in `matches` of a rule, is in a text (or there are none), and none of others."""
    words = line(text[:MAX_READ])
    wanted = _patterns(any_of)
    if wanted and not any(_occurs(p, words) for p in wanted):
        return False
    return not any(_occurs(p, words) for p in _patterns(none_of))


class Entry:
    """One rule in a book."""

    __slots__ = ("number", "rule", "test")

    def __init__(self, number: int, rule: ReplyRule) -> None:
        self.number, self.rule, self.test = number, rule, _Test(rule)


class RuleBook:
    """All that a cast says on replies, by person, compiled once and shared by all worlds."""

    __slots__ = ("_away", "by", "fallbacks", "groups", "named", "outside", "people", "slow")

    def __init__(
        self,
        replies: Sequence[ReplyRule] = (),
        fallbacks: Sequence[Fallback] = (),
        groups: Sequence[GroupAnswer] = (),
        away: Sequence[Away] = (),
        slow: Sequence[SlowHost] = (),
    ) -> None:
        self.by: dict[tuple[str, str], list[Entry]] = {}
        """(user name or lower-case address, when) to the rules, in order."""
        self.named: dict[str, list[int]] = {}
        for number, rule in enumerate(replies):
            who = rule.person.lower() if "@" in rule.person else rule.person
            self.by.setdefault((who, rule.when), []).append(Entry(number, rule))
            if rule.name:
                self.named.setdefault(rule.name, []).append(number)
        self.people = {when: tuple(dict.fromkeys(p for p, w in self.by if w == when)) for when in ("chat", "mention")}
        self.outside = frozenset(who for who, _ in self.by if "@" in who)
        self.fallbacks = tuple(fallbacks)
        self.groups: dict[str, tuple[str, ...]] = {}
        for group in reversed(groups):
            self.groups[group.list.lower()] = group.people
        self._away: dict[str, list[tuple[int, int, str]]] = {}
        for entry in away:
            since = to_us(entry.since) if entry.since else 0
            until = to_us(entry.until) if entry.until else 1 << 62
            self._away.setdefault(entry.person, []).append((since, until, entry.text))
        self.slow = {host.domain.lower(): host for host in reversed(slow)}

    def away(self, user: str, at: int) -> str:
        """The text of somebody who is away at an instant; empty for who is there."""
        if not self._away:
            return ""
        return next((text for since, until, text in self._away.get(user, ()) if since <= at < until), "")


EMPTY = RuleBook()
