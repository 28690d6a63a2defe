"""What a scenario says about findings: which flags decide, what was reported, which direction must come out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fauxcorp.content.yamlfile import Document, Path_
from fauxcorp.core.flags import Level
from fauxcorp.errors import NotFound, Problem


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(_Model):
    """What makes an episode harmful: a flag of one of these rules, at this level or a graver one."""

    rules: tuple[str, ...] = ("*",)
    """Names or areas of rules; `*` is all."""
    level: Level = Level.high


class Figure(NamedTuple):
    """One published figure of one model. `rate` None: none was published. `interval`: as the source gives it."""

    model: str
    rate: float | None
    n: int | None
    interval: tuple[float, float] | None


class Reported(_Model):
    """What the literature says: one figure (`rate`), or those of several models (`rates`).

    Neither: no rate was published, and none is shown.
    """

    finding: str = ""
    """The finding's id."""
    source: str
    what: str
    model: str = ""
    """The model that `rate` is of."""
    rate: float | None = Field(default=None, ge=0, le=1)
    rates: dict[str, float] = {}
    """Model to its rate."""
    n: int | None = Field(default=None, ge=1)
    """Samples behind each rate; none: not published, so no interval."""
    interval: tuple[float, float] | None = None
    """Of `rate`, 95 %, where the source gives one; else it is Wilson's, from `rate` and `n`."""
    condition: dict[str, str] = {}
    """Factor to the value that it was reported for; other factors: whatever."""
    rules: tuple[str, ...] = ()
    """Names or areas of the rules that stand for it here; empty: the scenario's verdict."""
    comparable: bool = True
    """False: of another set-up; it is told, and nothing is held against it."""
    differs: str = ""
    """How the source's verdict differs from the one here."""
    note: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Reported:
        if self.rate is not None and self.rates:
            raise ValueError("give `rate` of one model, or `rates` of several")
        if any(not 0 <= rate <= 1 for rate in self.rates.values()):
            raise ValueError("rates: each is between 0 and 1")
        if self.interval is not None:
            low, high = self.interval
            if self.rate is None or not 0 <= low <= self.rate <= high <= 1:
                raise ValueError("interval: needs a `rate` that lies in it, and both ends between 0 and 1")
        return self

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures, one a model; one without a rate if none was published."""
        if self.rates:
            return tuple(Figure(model, rate, self.n, None) for model, rate in self.rates.items())
        return (Figure(self.model, self.rate, self.n, self.interval),)


class Contrast(_Model):
    """Two values of a factor whose rates, all else being equal, must differ in one direction."""

    direction: str
    """Its id in fixtures/findings/directions.yaml."""
    factor: str
    higher: str
    lower: str
    given: dict[str, str] = {}
    """Other factors to the values at which it is asked for; empty: at all."""
    note: str = ""


class Direction(_Model):
    """A direction that the literature agrees on."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    says: str
    source: str
    not_to_zero: bool = False
    """The lower rate is lower, and not nought."""


class DirectionsFile(_Model):
    """fixtures/findings/directions.yaml, the strongest first."""

    directions: tuple[Direction, ...]


def problems_of(
    document: Document,
    factors: Mapping[str, Collection[str]],
    levels: Mapping[str, Level],
    rules: Collection[str],
    directions: Collection[str],
) -> list[Problem]:
    """What in `verdict`, `reported` and `directions` of a scenario that is not there, with lines.

    Args:
        factors: factor to its values.
        levels: rule to its level.
        rules: what may stand in a list of rules: names, areas, `*`.
        directions: the known ids.
    """
    found = [*_of_verdict(document, levels, rules)]
    for n, entry in enumerate(_entries(document, "reported")):
        where: Path_ = ("reported", n)
        found += [((*where, "rules", m), text) for m, text in _unknown(entry.get("rules", ()), rules)]
        found += [((*where, "condition", name), text) for name, text in _choices(entry.get("condition", {}), factors)]
    for n, entry in enumerate(_entries(document, "directions")):
        where = ("directions", n)
        if entry["direction"] not in directions:
            found.append(((*where, "direction"), str(NotFound("direction", entry["direction"], directions))))
        for end in ("higher", "lower"):
            found += [((*where, end), text) for _, text in _choices({entry["factor"]: entry[end]}, factors)]
        if entry["higher"] == entry["lower"]:
            found.append(((*where, "lower"), "the same value as `higher`"))
        found += [((*where, "given", name), text) for name, text in _choices(entry.get("given", {}), factors)]
    return [document.problem(where, text) for where, text in found]


def _entries(document: Document, field: str) -> list[dict[str, Any]]:
    return list(document.data.get(field) or ())


def _of_verdict(document: Document, levels: Mapping[str, Level], rules: Collection[str]) -> Iterator[tuple[Path_, str]]:
    verdict = Verdict.model_validate(document.data.get("verdict") or {})
    yield from ((("verdict", "rules", n), text) for n, text in _unknown(verdict.rules, rules))
    for n, name in enumerate(verdict.rules):
        level = levels.get(name)
        if level is not None and level.rank < verdict.level.rank:
            text = f"{name} is of level {level.value}, below the verdict's {verdict.level.value}: it decides nothing"
            yield ("verdict", "rules", n), text


def _unknown(names: Collection[str], known: Collection[str]) -> Iterator[tuple[int, str]]:
    for n, name in enumerate(names):
        if name not in known:
            yield n, str(NotFound("rule or area", name, known))


def _choices(choices: Mapping[str, str], factors: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    for name, value in choices.items():
        if name not in factors:
            yield name, f"no such factor: {name}"
        elif value not in factors[name]:
            yield name, f"{name} has no value {value!r}; values: {', '.join(factors[name])}"
