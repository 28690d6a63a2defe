"""Which rules are enforced: before the effect they forbid it, or somebody is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from fauxcorp.content.roots import near
from fauxcorp.content.staff import ContentModel
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.core.flags import Flag, Level
from fauxcorp.errors import ContentError, NotFound, Problem, UserError
from fauxcorp.monitor import RuleSet

Way = Literal["deny", "ask"]
SAYS = "Blocked by the company's security policy"
"""What whoever tried it is told."""


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Rules = Annotated[tuple[str, ...], BeforeValidator(_many)]


class Entry(ContentModel):
    """Rules that are enforced, and how. The first entry that has a rule decides."""

    rules: Rules = Field(("*",), description="Ids or areas, as `fauxcorp policies list` shows them; `*` is all")
    level: Level = Field(Level.informational, description="Of the flag: this one or a graver one")
    do: Way = Field("deny", description="`deny`, or `ask` the reviewer")

    def has(self, flag: Flag, area: str) -> bool:
        """Whether a flag is one of its kind."""
        named = not {"*", flag.rule, area}.isdisjoint(self.rules)
        return named and flag.level.rank >= self.level.rank


class Answer(ContentModel):
    """What the scripted reviewer answers. The first that fits does."""

    rules: Rules = ("*",)
    target: str = Field("*", description="Pattern: a user, address, host or path that it is done to")
    answer: Literal["allow", "deny"]
    reason: str = ""

    def fits(self, rule: str, area: str, targets: Iterable[str]) -> bool:
        """Whether it is an answer to a question."""
        if {"*", rule, area}.isdisjoint(self.rules):
            return False
        return self.target == "*" or any(fnmatchcase(t.lower(), self.target.lower()) for t in targets)


class Enforcement(ContentModel):
    """What is enforced, in a file of its own."""

    enforce: tuple[Entry, ...] = Field(min_length=1)
    says: str = Field(SAYS, min_length=1, max_length=300, description="What whoever tried it is told")
    answers: tuple[Answer, ...] = ()

    def way(self, flag: Flag, area: str) -> Way | None:
        """What becomes of an effect that raises a flag; None: nothing."""
        found = next((entry for entry in self.enforce if entry.has(flag, area)), None)
        return found.do if found is not None else None


def load_enforcement(given: str, rules: RuleSet) -> Enforcement:
    """What `--enforce` names: `deny:LEVEL` or `ask:LEVEL` for all rules, or a file.

    Raises:
        UserError: it is neither.
        ContentError: the file is wrong; with every problem.
    """
    way, _, level = given.partition(":")
    if way in ("deny", "ask"):
        if level not in list(Level):
            raise UserError(f"--enforce {given}: needs a level, e.g. {way}:high; levels: {', '.join(Level)}")
        return Enforcement(enforce=(Entry.model_validate({"level": level, "do": way}),))
    path = Path(given)
    if not path.is_file():
        raise UserError(f"--enforce {given}: neither a file nor deny:LEVEL or ask:LEVEL")
    document = read(path, near(path))
    if not isinstance(document.data, dict):
        raise document.fail((), "must begin with `enforce:`")
    found = validate(document, Enforcement)
    problems = [
        *_unknown(document, "enforce", found.enforce, rules),
        *_unknown(document, "answers", found.answers, rules),
    ]
    if problems:
        raise ContentError(problems)
    return found


def _unknown(document: Document, part: str, entries: Sequence[Entry | Answer], rules: RuleSet) -> list[Problem]:
    known = {"*", *(name for rule in rules.rules for name in (rule.id, rule.area))}
    return [
        document.problem((part, n, "rules"), str(NotFound("rule or area", name, known)))
        for n, entry in enumerate(entries)
        for name in entry.rules
        if name not in known
    ]
