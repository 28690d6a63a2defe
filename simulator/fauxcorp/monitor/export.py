"""Rules as queries of SIEMs, by pySigma's back ends. Imports pySigma: load this module when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson
import yaml
from sigma.collection import SigmaCollection
from sigma.conversion.base import Backend
from sigma.data import mitre_attack
from sigma.exceptions import SigmaError
from sigma.plugins import InstalledSigmaPlugins
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import AddConditionTransformation, ValueListPlaceholderTransformation

from fauxcorp.errors import NotFound, UserError
from fauxcorp.monitor.frameworks import TACTIC
from fauxcorp.monitor.rules import Rule, RuleSet

EXTRA = "fauxcorp[siem]"
"""What to install for back ends."""
ALIASES = {"elasticsearch": "esql"}
"""A product's name to the back end that can say most."""
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """One rule as a back end has it. `problem`: why it cannot be expressed there; empty if it can."""

    rule: Rule
    queries: tuple[str, ...] = ()
    problem: str = ""


def backends() -> dict[str, Mapping[str, str]]:
    """The back ends that are installed: name to its output formats and what they are."""
    found = InstalledSigmaPlugins.autodiscover().backends
    return {name: dict(backend.formats) for name, backend in sorted(found.items())}


def export(
    rules: RuleSet, lists: Mapping[str, tuple[str, ...]], attack: Mapping[str, str], name: str,
    output: str = "default", *, only: str = "",
) -> list[Exported]:  # fmt: skip
    """Every rule as queries of a back end; `only`: one of them. A correlation's query holds what it counts.

    `lists`: the values that `|expand` puts in. `attack`: ids and names of ATT&CK, which some formats name. `output`: a
    format of the back end. Raises NotFound, and UserError if
    there is no back end at all.
    """
    found = InstalledSigmaPlugins.autodiscover().backends
    if not found:
        raise UserError(f"no back end of pySigma is installed; pip install '{EXTRA}', or a package pysigma-backend-...")
    backend = found.get(ALIASES.get(name, name))
    if backend is None:
        raise NotFound("back end", name, found)
    if output not in backend.formats:
        raise NotFound(f"format of {name}", output, backend.formats)
    chosen = [rules[only]] if only else rules.rules
    shelf = _Shelf(rules)
    # Else pySigma would fetch the whole of ATT&CK for them.
    mitre_attack.__dict__["mitre_attack_tactics"] = {id: n for id, n in attack.items() if id.startswith(TACTIC)}
    mitre_attack.__dict__["mitre_attack_techniques"] = {id: n for id, n in attack.items() if not id.startswith(TACTIC)}
    # Plugins are classes, whatever their type says.
    make = cast("Callable[..., Backend]", backend)
    return [_one(shelf, rule, make, lists, output) for rule in chosen]


def _one(
    shelf: _Shelf, rule: Rule, make: Callable[..., Backend], lists: Mapping[str, tuple[str, ...]], output: str
) -> Exported:
    # A log source is a condition where events of all categories lie in one place.
    category = AddConditionTransformation({"event.category": "$category"}, template=True)
    pipeline = ProcessingPipeline(
        items=[ProcessingItem(ValueListPlaceholderTransformation()), ProcessingItem(category)],
        vars={name: list(values) for name, values in lists.items()},
    )
    try:
        collection = SigmaCollection.from_dicts(shelf.with_sources(rule))
        own = shelf.ids(rule)
        for part in collection.rules:
            if str(part.id) not in own:
                part.disable_output()
        answer = make(processing_pipeline=pipeline).convert(collection, output_format=output)
    except (SigmaError, NotImplementedError, TypeError, ValueError, KeyError, AttributeError) as error:
        # Back ends say in all these ways what they cannot do.
        reason = " ".join(str(error).split()).removesuffix(" (while converting rule None)")
        return Exported(rule, problem=reason[:MAX_REASON] or type(error).__name__)
    return Exported(rule, tuple(_text(query) for query in (answer if isinstance(answer, list) else [answer])))


def _text(query: Any) -> str:
    if isinstance(query, bytes):
        return query.decode("utf-8", "replace")
    return query if isinstance(query, str) else orjson.dumps(query, option=orjson.OPT_INDENT_2, default=str).decode()


class _Shelf:
    """The documents of all rules, and where the rules stand that correlations name."""

    def __init__(self, rules: RuleSet) -> None:
        self._documents = {rule.id: [d for d in yaml.safe_load_all(rule.source) if d] for rule in rules.rules}
        self._home = {
            document[key]: id
            for id, documents in self._documents.items()
            for document in documents
            for key in ("id", "name")
            if key in document
        }

    def ids(self, rule: Rule) -> set[str]:
        """The ids of a rule's documents."""
        return {str(document.get("id")) for document in self._documents[rule.id]}

    def with_sources(self, rule: Rule) -> list[dict[str, Any]]:
        """A rule's documents after those that it counts, directly or not."""
        order: list[str] = []
        self._collect(rule.id, order)
        return [_stripped(document) for id in order for document in self._documents[id]]

    def _collect(self, id: str, order: list[str]) -> None:
        if id in order:
            return
        for name in _counted(self._documents[id]):
            home = self._home.get(name)
            if home is not None and home != id:
                self._collect(home, order)
        order.append(id)


def _counted(documents: Iterable[Mapping[str, Any]]) -> list[str]:
    return [name for d in documents for name in (d.get("correlation") or {}).get("rules") or ()]


def _stripped(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is no part of Sigma."""
    return {key: value for key, value in document.items() if key != "finding"}


