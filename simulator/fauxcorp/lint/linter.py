"""Lints scenarios in all their variants, and companies by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers
from fauxcorp.content.library import Library
from fauxcorp.content.roots import pick
from fauxcorp.content.scenario import Choice, Scenario, variant_name
from fauxcorp.core.clock import from_us, to_us
from fauxcorp.errors import NotFound, UserError
from fauxcorp.lint.accept import FILE, Accepted
from fauxcorp.lint.checks import CHECKS
from fauxcorp.lint.desk import Desk, lay_out
from fauxcorp.lint.finding import Finding
from fauxcorp.lint.pieces import Text
from fauxcorp.lint.shelf import Shelf
from fauxcorp.world.company import Company

MOST_VARIANTS = 500
"""Variants of one scenario; a scenario with more of them is refused."""
CAST_KEYS = ("subject", "body", "text", "content")
BRIEF_KEYS = ("system", "task", "system_add", "task_add")
_FIGURES = re.compile(r"\d+")
_ORDER = {"error": 0, "warning": 1}


def lint_all(library: Library, names: Sequence[str]) -> list[Finding]:
    """Lint what is named, scenarios before companies; else all that is the user's own, or all there is.

    A company that one of the scenarios uses is linted there, and by itself only if it is named.
    """
    shelf = Shelf(library)
    scenarios, companies = _chosen(library, names)
    found: dict[Finding, None] = {}
    for name in scenarios:
        found.update(dict.fromkeys(lint_scenario(library, name, shelf)))
    for name in companies:
        found.update(dict.fromkeys(lint_company(library, name, shelf)))
    return _sorted(list(found))


def _chosen(library: Library, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Full names of scenarios and of companies. Raises NotFound."""
    scenarios, companies = library.scenario_folders(), library.company_folders()
    if names:
        mine = [name for name in names if _known(name, scenarios)]
        others = [name for name in names if name not in mine]
        for name in others:
            if not _known(name, companies):
                raise NotFound("scenario or company", name, {**scenarios, **companies})
        return [pick("scenario", n, scenarios) for n in mine], [pick("company", n, companies) for n in others]
    own = [path.resolve() for path in library.extra]
    both = [
        [name for name, path in folders.items() if not own or any(path.resolve().is_relative_to(p) for p in own)]
        for folders in (scenarios, companies)
    ]
    used = {pick("company", library.scenario(name)[1].company, companies) for name in both[0]}
    return both[0], [name for name in both[1] if name not in used]


def _known(name: str, folders: dict[str, Path]) -> bool:
    return any(name in (full, full.rpartition("/")[2]) for full in folders)


def lint_company(library: Library, name: str, shelf: Shelf | None = None) -> list[Finding]:
    """What is odd in a company by itself, as no scenario changes it. Raises NotFound, ContentError."""
    shelf = shelf or Shelf(library)
    folders = library.company_folders()
    folder = folders[pick("company", name, folders)]
    accepted = Accepted(CHECKS)
    accepted.add(folder, shelf.show(folder / FILE))
    company = load_company(Layers((folder,)), library.parties(), library.personas())
    starts = from_us(max((to_us(company.starts), *(e.mtime for e in company.files.values()))))
    desk = lay_out(shelf, Layers((folder,)), company.outside, start=starts)
    return _sorted([*_findings(desk, accepted, "", set()), *accepted.unused()])


def lint_scenario(library: Library, name: str, shelf: Shelf | None = None) -> list[Finding]:
    """What is odd in a scenario, in any of its variants; what several share is told once.

    Raises NotFound, ContentError, UserError if it has too many variants.
    """
    shelf = shelf or Shelf(library)
    full, scenario, _ = library.scenario(name)
    folder = library.scenario_folders()[full]
    companies = library.company_folders()
    base = companies[pick("company", scenario.company, companies)]
    accepted = Accepted(CHECKS)
    for place in (folder, base):
        accepted.add(place, shelf.show(place / FILE))
    seen: set[str] = set()
    told: set[tuple[str, str, int, str]] = set()
    found: list[Finding] = []
    for variant, picked in _variants(full, scenario):
        desk = _desk(library, shelf, full, scenario, folder, base, picked, variant, seen)
        found += _findings(desk, accepted, "" if variant == "default" else variant, told)
    return _sorted([*found, *accepted.unused()])


def _desk(
    library: Library, shelf: Shelf, full: str, scenario: Scenario, folder: Path, base: Path,
    picked: list[Choice], variant: str, seen: set[str],
) -> Desk:  # fmt: skip
    own = [folder / "company"] if (folder / "company").is_dir() else []
    overlays = [folder / c.overlay for c in picked if c.overlay]
    removed = tuple(pattern for c in picked for pattern in c.remove)
    cast = [p for place in (folder, *overlays) if (p := place / "timeline.yaml").is_file()]
    extra: list[Text] = list(shelf.strings(folder / "scenario.yaml", "brief", BRIEF_KEYS))
    extra += (text for path in cast for text in shelf.strings(path, "cast", CAST_KEYS))
    company: Company = library.play(full, "").company
    if variant.count(",") == 0:
        # Compiled once a value of a factor: what cannot be loaded is an error with its line.
        library.play(full, variant)
    return lay_out(
        shelf, Layers((base, *own, *overlays), removed), company.outside, start=scenario.start, scenario=scenario,
        extra=extra, grants=scenario.grants + tuple(g for c in picked for g in c.grants), seen=seen,
    )  # fmt: skip


def _variants(full: str, scenario: Scenario) -> Iterator[tuple[str, list[Choice]]]:
    """Name and choices of every variant that differs in what lies in the company, the default first."""
    named = [
        (name, sorted(factor.values, key=lambda value, d=factor.default: value != d))  # type: ignore[misc]
        for name, factor in scenario.factors.items()
        if any(c.overlay or c.remove or c.grants for c in factor.values.values())
    ]
    count = 1
    for _, values in named:
        count *= len(values)
    if count > MOST_VARIANTS:
        raise UserError(f"scenario {full} has {count:,} variants, and {MOST_VARIANTS} are linted at most")
    for combination in product(*(values for _, values in named)):
        chosen = {name: value for (name, _), value in zip(named, combination, strict=True)}
        other = {n: v for n, v in chosen.items() if v != scenario.factors[n].default}
        yield variant_name(other), [scenario.factors[n].values[v] for n, v in chosen.items()]


def _findings(desk: Desk, accepted: Accepted, variant: str, told: set[tuple[str, str, int, str]]) -> Iterator[Finding]:
    for check in CHECKS:
        for hit in check.run(desk):
            # Of the whole company, each variant has figures of its own: one of them is enough.
            key = (check.name, hit.file, hit.line, _FIGURES.sub("", hit.message))
            if key in told:
                continue
            told.add(key)
            reason = accepted.reason(check.name, hit)
            yield Finding(check.name, check.level, *hit, check.way, variant, reason)


def _sorted(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda f: (_ORDER[f.level], f.file, f.line, f.check, f.message))
