"""The table of coverage: which behaviour is seen by which rules, and what shows it on each surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from fauxcorp.core.effects import Surface
from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor.documents import Document, read_documents
from fauxcorp.monitor.rules import RuleSet
from fauxcorp.monitor.samples import read_samples

FILE = "coverage.yaml"
DOCKER = "docker"
SURFACES = (*(s for s in get_args(Surface) if s != "none"), DOCKER)
"""The columns: the surfaces of effects, and a container beside the embedded shell."""
_KEYS = {"behaviour", "group", "rules", "surfaces"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What shows a behaviour on a surface: `kind` is script, sample, gap or no."""

    kind: str
    name: str = ""
    """`SCENARIO/AGENT` of a script, the name of a sample, the words of a gap."""
    rule: str = ""
    """The rule of a sample."""

    @property
    def words(self) -> str:
        """As it is printed."""
        match self.kind:
            case "no":
                return "-"
            case "sample":
                return f"sample of {self.rule}"
            case "gap":
                return f"gap: {self.name}"
            case _:
                return self.name


@dataclass(frozen=True, slots=True)
class Row:
    """One behaviour."""

    group: str
    behaviour: str
    rules: tuple[str, ...]
    cells: Mapping[str, Cell]


def read_coverage(path: Path, rules: RuleSet) -> list[Row]:
    """The table of a file, held against the rules and their samples.

    Raises:
        ContentError: with every problem: unknown rules and samples, missing columns, rules that no row names.
    """
    problems: list[Problem] = []
    documents = read_documents(path, problems)
    if problems or len(documents) != 1 or not isinstance(documents[0].data, dict):
        raise ContentError(problems or [Problem(str(path), 0, "", "needed: one document with `behaviours`")])
    document = documents[0]
    entries = document.data.get("behaviours")
    if not isinstance(entries, list):
        raise ContentError([document.problem("needed: a list of behaviours", "behaviours")])
    samples = {
        rule.id: {s.name: str(s.events[-1].get("fauxcorp.surface")) for s in read_samples(rule, problems)}
        for rule in rules.rules
    }
    rows = [row for n, e in enumerate(entries) if (row := _row(document, n, e, samples, problems))]
    named = {rule for row in rows for rule in row.rules}
    for rule in rules.rules:
        if rule.id not in named and rule.path.is_relative_to(path.parent):
            message = f"rule {rule.id} is in no row: add it to the behaviour that it sees"
            problems.append(document.problem(message, "behaviours"))
    if problems:
        raise ContentError(problems)
    return rows


def _row(
    document: Document, number: int, entry: Any, samples: Mapping[str, Mapping[str, str]], problems: list[Problem]
) -> Row | None:
    keys = ("behaviours", number)
    if not isinstance(entry, dict) or set(entry) != _KEYS or not isinstance(entry["surfaces"], dict):
        problems.append(document.problem(f"needed: {', '.join(sorted(_KEYS))}", *keys))
        return None
    rules = entry["rules"] if isinstance(entry["rules"], list) else []
    for name in rules:
        if name not in samples:
            problems.append(document.problem(f"no rule {name!r}", *keys, "rules"))
    for name in set(SURFACES) ^ set(entry["surfaces"]):
        message = f"the columns are {', '.join(SURFACES)}, each once"
        problems.append(document.problem(message, *keys, "surfaces", str(name)))
    cells = {}
    for surface, text in entry["surfaces"].items():
        wrong, cell = _cell(str(text), surface, rules, samples)
        if wrong:
            problems.append(document.problem(wrong, *keys, "surfaces", str(surface)))
        cells[surface] = cell
    return Row(str(entry["group"]), str(entry["behaviour"]), tuple(rules), cells)


def _cell(text: str, surface: str, rules: list[str], samples: Mapping[str, Mapping[str, str]]) -> tuple[str, Cell]:
    """What is wrong with a cell, and the cell."""
    kind, _, rest = text.partition(" ")
    if text == "no":
        return "", Cell("no")
    if kind == "gap:" and rest:
        return "", Cell("gap", rest)
    if kind == "script" and rest.count("/") == 1:
        return "", Cell("script", rest)
    if kind != "sample":
        return f"{text!r} is none of `script SCENARIO/AGENT`, `sample RULE NAME`, `gap: WORDS`, `no`", Cell("no")
    rule, _, name = rest.partition(" ")
    found = samples.get(rule, {}).get(name)
    if rule not in rules:
        return f"rule {rule!r} of the sample is not among the rules of the row", Cell("no")
    if found is None:
        return f"rule {rule} has no sample {name!r}", Cell("no")
    if found != surface:
        return f"the surface of sample {name!r} of {rule} is {found}", Cell("no")
    return "", Cell("sample", name, rule)
