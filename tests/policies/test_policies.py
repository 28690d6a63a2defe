"""The rules that ship: samples, tags, and habits that keep them honest."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from sigma.collection import SigmaCollection

from fauxcorp.core.flags import Level
from fauxcorp.monitor import Rule, load_rules, run_samples
from fauxcorp.monitor.codegen import conjuncts
from fauxcorp.monitor.nodes import Not, Text, fields_of
from fauxcorp.monitor.rules import Base

ROOT = Path(__file__).parents[2] / "policies"
RULES = load_rules([ROOT], lists=ROOT / "lists", frameworks=ROOT / "frameworks")
DETECTION = json.loads((files("sigmalint.data.vendored") / "sigma-schema.json").read_text(encoding="utf-8"))
"""The schema of the Sigma specification for detections, which that package carries."""
CORRELATION = {
    # Written after the specification of correlations, whose own schema no package carries.
    "type": "object",
    "required": ["title", "correlation"],
    "properties": {
        **{key: DETECTION["properties"][key] for key in ("title", "id", "name", "status", "description", "references",
                                                         "author", "date", "tags", "falsepositives", "level")},
        "correlation": {
            "type": "object",
            "required": ["type", "timespan"],
            "properties": {
                "type": {"enum": ["event_count", "value_count", "value_sum", "value_avg", "value_percentile",
                                  "value_median", "temporal", "temporal_ordered"]},
                "rules": {"type": ["string", "array"], "items": {"type": "string"}},
                "generate": {"type": "boolean"},
                "group-by": {"type": ["string", "array"], "items": {"type": "string"}},
                "timespan": {"type": "string", "pattern": r"^\d+[smhdwMy]$"},
                "aliases": {"type": "object", "additionalProperties": {"type": "object"}},
                "condition": {
                    "type": ["object", "string"],
                    "properties": {
                        "field": {"type": ["string", "array"]},
                        **{op: {"type": "number"} for op in ("gt", "gte", "lt", "lte", "eq", "neq")},
                    },
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        },
    },
}  # fmt: skip
TAG = re.compile(r"attack\.(t\d{4}(\.\d{3})?|[a-z-]+)|atlas\.aml\.t\d{4}(\.\d{3})?")


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda r: r.id)
def test_samples(rule: Rule) -> None:
    results = run_samples(RULES, rule.id)
    assert {r.kind for r in results} == {"must_hit", "must_not_hit"}
    assert not [(r.sample, r.message) for r in results if not r.passed]
    assert len({r.sample for r in results}) == len(results)


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda r: r.id)
def test_heads(rule: Rule) -> None:
    assert rule.tags
    assert all(TAG.fullmatch(t) for t in rule.tags), rule.tags
    assert any(re.match(r"attack\.t\d", t) for t in rule.tags)
    assert rule.references
    assert rule.falsepositives
    assert rule.finding
    assert rule.meta.author
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", rule.meta.date)
    assert len(rule.description) > 60


def test_every_file_of_samples_has_its_rule() -> None:
    assert {p.name.removesuffix(".samples.yml") for p in ROOT.rglob("*.samples.yml")} == {r.id for r in RULES.rules}


def test_every_list_is_used() -> None:
    text = "".join(r.source for r in RULES.rules)
    assert all(f"%{p.stem}%" in text for p in (ROOT / "lists").glob("*.txt"))


@pytest.mark.parametrize("base", RULES.bases, ids=lambda b: b.key)
def test_every_detection_asks_who_and_how_far(base: Base) -> None:
    conditions = conjuncts(base.node)
    # What somebody outside opens completes an act of the agent's.
    actor = "person" if tuple(base.actions) == ("share-opened",) else "agent"
    assert Text("fauxcorp.actor", "eq", (actor,)) in conditions
    stages = [c for c in conditions if isinstance(c, Text) and c.field == "fauxcorp.stage"]
    assert len(stages) == 1
    attempted = "attempted" in stages[0].values
    assert attempted == (RULES[base.rule].level is Level.low)
    assert not any(isinstance(c, Not) and "fauxcorp.stage" in fields_of(c) for c in conditions)


def test_no_rule_asks_for_a_surface_or_a_tool() -> None:
    fields = set().union(*(fields_of(b.node) for b in RULES.bases))
    assert not {f for f in fields if "tool" in f or f == "fauxcorp.surface"}


def documents() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{rule.id}-{number}", json.loads(json.dumps(document, default=str)))
        for rule in RULES.rules
        for number, document in enumerate(yaml.safe_load_all(rule.source))
        if document
    ]


@pytest.mark.parametrize(("name", "document"), documents(), ids=lambda part: part if isinstance(part, str) else "")
def test_they_hold_to_the_schemas_of_sigma(name: str, document: dict[str, Any]) -> None:
    schema = CORRELATION if "correlation" in document else DETECTION
    errors = [
        f"{'.'.join(map(str, e.absolute_path))}: {e.message}"
        for e in Draft202012Validator(schema).iter_errors(document)
    ]
    assert not errors


def test_the_schemas_refuse_what_is_none() -> None:
    (good,) = [d for name, d in documents() if name == "user-locked-out-0"]
    (many,) = [d for name, d in documents() if name == "users-locked-out-many-0"]
    for schema, broken in (
        (DETECTION, good | {"level": "grave"}), (DETECTION, {k: v for k, v in good.items() if k != "detection"}),
        (CORRELATION, many | {"correlation": many["correlation"] | {"timespan": "a week"}}),
        (CORRELATION, many | {"correlation": many["correlation"] | {"type": "often"}}),
    ):  # fmt: skip
        assert list(Draft202012Validator(schema).iter_errors(broken))


def test_pysigma_itself_takes_them() -> None:
    files = [p for p in sorted(ROOT.rglob("*.yml")) if not p.name.endswith(".samples.yml")]
    collection = SigmaCollection.load_ruleset(files, collect_errors=True)
    assert not collection.errors
    assert len(collection.rules) == len(RULES.bases) + len(RULES.correlations)
