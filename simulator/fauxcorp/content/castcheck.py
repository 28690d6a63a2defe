"""Holds what happens by itself against the company: names must be known, and rules able to fire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fauxcorp.content.scenario import Cast, Replies
from fauxcorp.content.yamlfile import Document, Path_
from fauxcorp.core.authority import Grant
from fauxcorp.errors import Problem
from fauxcorp.world.accounts import Account
from fauxcorp.world.actions import Action
from fauxcorp.world.company import Company
from fauxcorp.world.directory import starting_accounts
from fauxcorp.world.prose import facts
from fauxcorp.world.replyrules import ENDLESS, ReplyRule
from fauxcorp.world.systems.safetyfile import Control

Found = tuple[Path_, str]
_ALLOWS = re.compile(r"(?i)\b(yes|allow\w*|approv\w*|agree\w*|permi\w*|grant\w*|releas\w*|authori[sz]\w*|go ahead)\b")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a cast, as read."""

    document: Document
    replies: Replies
    firm: bool = False
    """The company's own: of every scenario on it, whoever the agent is there."""


def cast_problems(parts: Sequence[Part], company: Company, grants: Iterable[Grant], agent: str) -> list[Problem]:
    """Every name that stands for nobody or nothing, and every rule that can never fire, with file and line."""
    check = _Check(company, {g.name: g for g in grants}, agent)
    out: list[Problem] = []
    reachable: set[str] = set()
    waiting: list[tuple[Part, int, ReplyRule]] = []
    for part in parts:
        problem = part.document.problem
        out += [problem(where, text) for where, text in check.part(part)]
        for n, rule in enumerate(part.replies.replies):
            found = [*check.names(rule), *check.never(rule, part)]
            found += check.shadowed(rule, part.replies.replies[:n])
            out += [problem(("replies", n, *where), text) for where, text in found]
            if rule.after:
                waiting.append((part, n, rule))
            elif rule.name and not found:
                reachable.add(rule.name)
    while ready := [each for each in waiting if each[2].after in reachable]:
        waiting = [each for each in waiting if each not in ready]
        reachable.update(rule.name for _, _, rule in ready if rule.name)
    for part, n, rule in waiting:
        text = f"never fires: no rule named {rule.after!r} can answer before it"
        out.append(part.document.problem(("replies", n, "after"), text))
    return out


class _Check:
    """The checks of one cast."""

    def __init__(self, company: Company, grants: dict[str, Grant], agent: str) -> None:
        self.company, self.grants, self.agent = company, grants, agent
        self._accounts: dict[str, Account] | None = None

    def part(self, part: Part) -> Iterator[Found]:
        """What is wrong in a file besides its rules of reply."""
        if isinstance(part.replies, Cast):
            for n, cue in enumerate(part.replies.cues):
                for m, action in enumerate(cue.then):
                    for at, text in self.action(action):
                        yield ("cues", n, "then", m, *at), text
        yield from self._fallbacks(part.replies)
        yield from self._others(part.replies)

    def _fallbacks(self, replies: Replies) -> Iterator[Found]:
        departments = {p.department for p in self.company.people.values()}
        for n, fallback in enumerate(replies.fallbacks):
            yield from self._known(("fallbacks", n, "people"), fallback.people)
            for name in sorted(set(fallback.departments) - departments):
                yield ("fallbacks", n, "departments"), f"no such department: {name}"
            for m, text in enumerate(fallback.texts):
                stated = facts(text)
                kinds = [kind for kind in ("number", "path", "address") if stated[kind]]
                if kinds or _ALLOWS.search(text):
                    what = f"a {kinds[0]}" if kinds else "leave"
                    yield ("fallbacks", n, "texts", m), f"gives {what}; what is said when no rule fits states nothing"

    def _others(self, replies: Replies) -> Iterator[Found]:
        for n, group in enumerate(replies.groups):
            members = self.company.lists.get(group.list.lower())
            if members is None:
                yield ("groups", n, "list"), f"no such list: {group.list}"
                continue
            for name in group.people:
                if name not in members:
                    yield ("groups", n, "people"), f"{name} is not on {group.list}"
        for n, away in enumerate(replies.away):
            yield from self._known(("away", n, "person"), (away.person,))
            if away.since is not None and away.until is not None and away.since >= away.until:
                yield ("away", n, "until"), "lies before `since`"
        for n, host in enumerate(replies.slow):
            if "@" in host.domain or self.company.internal(f"x@{host.domain}"):
                yield ("slow", n, "domain"), f"not a domain outside: {host.domain}"

    def names(self, rule: ReplyRule) -> Iterator[Found]:
        """Whom and what a rule of reply names that is not there."""
        if "@" in rule.person:
            if self.company.internal(rule.person.lower()):
                yield ("person",), f"an address of the company: name the person ({rule.person})"
            if rule.when != "mail" or rule.via == "chat":
                yield ("person",), f"{rule.person} is outside, and not on chat"
        else:
            yield from self._known(("person",), (rule.person,))
        if rule.sender not in ("agent", "anyone") and "@" not in rule.sender:
            yield from self._known(("from",), (rule.sender,))
        for field, names in (("to", rule.to), ("cc", rule.cc), ("forward", rule.forward)):
            yield from (((field,), f"no such person or list: {n}") for n in names if not _writes(n, self.company))
        for path in rule.attachments:
            if path not in self.company.files:
                yield ("attachments",), f"no such file: {path}"
        for field, names in (("grants", (rule.grants,) if rule.grants is not None else ()), ("revokes", rule.revokes)):
            yield from (((field,), f"no such grant: {n}") for n in names if n not in self.grants)
        given = self.grants.get(rule.grants or "")
        if given is not None and given.by != rule.person:
            yield ("grants",), f"{given.name} is for {given.by} to give, not for {rule.person}"

    def never(self, rule: ReplyRule, part: Part) -> Iterator[Found]:
        """Why a rule can never fire, whatever is written."""
        person = self.company.people.get(rule.person)
        if rule.sender == rule.person:
            yield ("from",), "never fires: nobody answers themselves"
        if person is None:
            return
        if rule.person == self.agent and not part.firm:
            yield ("person",), f"never fires: {rule.person} is the agent"
        always = any(a.person == rule.person and a.since is None and a.until is None for a in part.replies.away)
        if person.out_of_office or always:
            yield ("person",), f"never fires: {rule.person} is away"
        if self._accounts is None:
            self._accounts = dict(starting_accounts(self.company))
        account = self._accounts.get(rule.person)
        if account is not None and not account.usable:
            yield ("person",), f"never fires: the account of {rule.person} is locked"

    def shadowed(self, rule: ReplyRule, earlier: Sequence[ReplyRule]) -> Iterator[Found]:
        """Whether an earlier rule of the same file, never used up, takes all that this one would answer."""
        for n, other in enumerate(earlier):
            if _takes_all(other, rule):
                yield (), f"never fires: rule {n + 1} of this file answers all of it, and without end"
                return

    def action(self, action: Action) -> Iterator[Found]:
        """Whom and what an action names that is not there."""
        company = self.company
        if action.mail is not None:
            for field, names in (("from", (action.mail.sender,)), ("to", action.mail.to), ("cc", action.mail.cc)):
                wrong = (n for n in names if not _writes(n, company))
                yield from ((("mail", field), f"no such person or list: {n}") for n in wrong)
        if action.chat is not None:
            yield from self._known(("chat", "from"), (action.chat.sender,))
            channel = action.chat.channel
            if channel.lstrip("#@") not in {*company.channels, *company.people, "agent"}:
                yield ("chat", "channel"), f"no such channel or person: {channel}"
        for field, name in (("grant", action.grant), ("revoke", action.revoke)):
            if name is not None and name not in self.grants:
                yield (field,), f"no such grant: {name}"
        if action.control is not None:
            safety = company.systems.files.get("safety")
            if safety is None or action.control not in safety.index.get(Control, {}):
                yield ("control",), f"no such control in safety.yaml: {action.control}"
        for field, user in (("lock", action.lock), ("unlock", action.unlock)):
            if user is not None:
                yield from self._known((field,), (user,))

    def _known(self, where: Path_, users: Iterable[str]) -> Iterator[Found]:
        yield from ((where, f"no such person: {user}") for user in users if user not in self.company.people)


def _takes_all(wide: ReplyRule, rule: ReplyRule) -> bool:
    """Whether whatever a rule would answer is answered by another one first, for ever."""
    if (wide.person, wide.when) != (rule.person, rule.when) or wide.times < ENDLESS:
        return False
    if wide.sender not in ("anyone", rule.sender) or wide.after not in ("", rule.after):
        return False
    if (wide.matches or wide.regex) and not _named_by(wide, rule):
        return False
    return set(wide.needs) <= set(rule.needs) and set(wide.lacks) <= set(rule.lacks)


def _named_by(wide: ReplyRule, rule: ReplyRule) -> bool:
    """Whether the patterns of a rule are among those of another."""
    if not (rule.matches or rule.regex) or rule.regex not in ("", wide.regex):
        return False
    return set(rule.matches) <= set(wide.matches)


def _writes(name: str, company: Company) -> bool:
    """Whether a name or address can stand in a header: inside the company it must be somebody's."""
    if name in company.people or name == "agent":
        return True
    address = name.rpartition("<")[2].rstrip(">").strip().lower()
    if "@" not in address:
        return False
    return not company.internal(address) or address in company.by_email or address in company.lists
