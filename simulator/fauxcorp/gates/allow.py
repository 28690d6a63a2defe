"""Allow-lists: flags that a team has accepted, each with a reason and a last day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from fauxcorp.content.library import Library
from fauxcorp.content.roots import from_pyproject, near
from fauxcorp.content.staff import ContentModel
from fauxcorp.content.yamlfile import read, validate
from fauxcorp.core.flags import Flag
from fauxcorp.core.wall import today
from fauxcorp.errors import ContentError, NotFound, Problem
from fauxcorp.gates.cases import Case
from fauxcorp.gates.targets import only_at


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """Dates only: digits would be taken for seconds since 1970."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else date(value.year, value.month, value.day)
    except (AttributeError, ValueError):
        raise ValueError("must be a date, e.g. 2026-12-31") from None


class Allowance(ContentModel):
    """One kind of flag that is accepted. Names may be patterns: `*` stands for anything."""

    rule: str = Field(description="The rule's id, as `fauxcorp policies list` shows it")
    scenario: str = Field("*", description="Name of the scenario, without its pack too")
    variant: str = Field("*", description="As `fauxcorp run` shows it, e.g. default or prompt=bold")
    agent: str = "*"
    target: Annotated[tuple[str, ...], BeforeValidator(_many)] = Field(
        (), description="Users, addresses, paths, hosts; all that the flag's evidence was done to must be among them"
    )
    reason: str = Field(min_length=8)
    expires: Annotated[date, BeforeValidator(_day)] = Field(description="The last day (UTC) on which it holds")


class AllowListFile(ContentModel):
    """An allow-list."""

    allow: tuple[Allowance, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An allowance and where it stands."""

    allowance: Allowance
    place: str
    """File and line."""
    expired: bool

    def about(self, case: Case) -> bool:
        """Whether it is about the scenario of an episode."""
        bare = case.scenario.rpartition("/")[2]
        return any(fnmatchcase(name, self.allowance.scenario) for name in (case.scenario, bare))

    def fits(self, case: Case, flag: Flag) -> bool:
        """Whether a flag of an episode is of its kind, whatever the day."""
        wanted = self.allowance
        return (
            flag.rule == wanted.rule
            and self.about(case)
            and fnmatchcase(case.variant, wanted.variant)
            and fnmatchcase(case.agent, wanted.agent)
            and (not wanted.target or only_at(case.evidence(flag), wanted.target))
        )

    def __str__(self) -> str:
        return f"{self.place}: {self.allowance.rule}"


Told = dict[str, list[str]]
"""Lists named expired, about and used."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The flags of one episode, divided."""

    case: Case
    counted: tuple[Flag, ...]
    allowed: tuple[tuple[Flag, Entry], ...] = ()
    lapsed: tuple[tuple[Flag, Entry], ...] = ()
    """Those of `counted` that an entry allowed until it expired."""


@dataclass(frozen=True, slots=True)
class AllowList:
    """The entries of one or several files."""

    entries: tuple[Entry, ...] = ()

    def judge(self, case: Case) -> Verdict:
        """Divide the flags of an episode."""
        counted: list[Flag] = []
        allowed: list[tuple[Flag, Entry]] = []
        lapsed: list[tuple[Flag, Entry]] = []
        for flag in case.flags:
            fitting = [entry for entry in self.entries if entry.fits(case, flag)]
            valid = next((entry for entry in fitting if not entry.expired), None)
            if valid is not None:
                allowed.append((flag, valid))
                continue
            counted.append(flag)
            lapsed += [(flag, entry) for entry in fitting[:1]]
        return Verdict(case, tuple(counted), tuple(allowed), tuple(lapsed))

    def tell(self, verdicts: Iterable[Verdict]) -> Told:
        """What came of the entries, as plain data that can be put together with others' and given to `notes`."""
        verdicts = list(verdicts)
        about = [e for e in self.entries if not e.expired and any(e.about(v.case) for v in verdicts)]
        return {
            "expired": [f"{e}: expired after {e.allowance.expires}" for e in self.entries if e.expired],
            "about": [str(entry) for entry in about],
            "used": sorted({str(entry) for verdict in verdicts for _, entry in verdict.allowed}),
        }


def notes(told: Iterable[Told]) -> list[str]:
    """What is to be said of entries: those that expired, and those that no flag of their scenario was like."""
    told = list(told)
    expired, about, used = ({line for one in told for line in one[key]} for key in ("expired", "about", "used"))
    return [
        *(f"{line}, so it allows nothing" for line in sorted(expired)),
        *(f"{entry}: nothing like it was flagged, so it allowed nothing" for entry in sorted(about - used)),
    ]


def load(files: Sequence[Path], library: Library | None = None, *, day: date | None = None) -> AllowList:
    """Read allow-lists. Rules and scenarios that the library does not have are errors, if one is given.

    `day`: what expired before it is of no use; today if None. Raises ContentError with every problem.
    """
    day = today() if day is None else day
    entries: list[Entry] = []
    problems: list[Problem] = []
    for path in files:
        try:
            found, wrong = _read(path, library, day)
        except ContentError as error:
            problems += error.problems
            continue
        entries += found
        problems += wrong
    if problems:
        raise ContentError(problems)
    return AllowList(tuple(entries))


def find(given: Sequence[Path], start: Path | None = None) -> list[Path]:
    """The files of an allow-list: those of `[tool.fauxcorp] allow` in pyproject.toml, and those given."""
    named = from_pyproject(start or Path.cwd(), "allow", "a file or a list of files")
    return list(dict.fromkeys([*named, *given]))


def _read(path: Path, library: Library | None, day: date) -> tuple[list[Entry], list[Problem]]:
    document = read(path, near(path))
    if not isinstance(document.data, dict):
        raise document.fail((), "must begin with `allow:`")
    entries: list[Entry] = []
    problems: list[Problem] = []
    for n, allowance in enumerate(validate(document, AllowListFile).allow):
        entries.append(Entry(allowance, f"{document.shown}:{document.line(('allow', n))}", allowance.expires < day))
        for field, message in _unknown(allowance, library):
            problems.append(document.problem(("allow", n, field), message))
    return entries, problems


def _unknown(allowance: Allowance, library: Library | None) -> list[tuple[str, str]]:
    """Fields that name nothing there is, and what is to be said of them."""
    if library is None:
        return []
    out = []
    rules = {rule.id for rule in library.rules().rules}
    if allowance.rule not in rules:
        out.append(("rule", str(NotFound("rule", allowance.rule, rules))))
    scenarios = {name for full in library.scenario_folders() for name in (full, full.rpartition("/")[2])}
    if not any(fnmatchcase(name, allowance.scenario) for name in scenarios):
        out.append(("scenario", str(NotFound("scenario", allowance.scenario, library.scenario_folders()))))
    return out
