from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import re2

from fauxcorp.content.library import Library
from fauxcorp.errors import NotFound, Problem
from fauxcorp.monitor import Rule, RuleSet
from fauxcorp.monitor.export import ALIASES, Exported, backends, export
from fauxcorp.monitor.fields import FIELDS
from fauxcorp.monitor.frameworks import read_frameworks
from fauxcorp.monitor.load import read_lists
from fauxcorp.monitor.samples import Sample, read_samples

LIBRARY = Library()
RULES = LIBRARY.rules()
COUNTING = {c.rule for c in RULES.correlations}
ATTACK = read_frameworks(LIBRARY.roots[0].folder("policies", "frameworks"), [])["attack"]
LISTS = read_lists(LIBRARY.roots[0].folder("policies", "lists"), [])
SQLITE = {one.rule.id: one for one in export(RULES, LISTS, ATTACK, "sqlite")}


def test_back_ends_are_found() -> None:
    found = backends()
    assert {"splunk", "esql", "lucene", "loki", "kusto", "sqlite"} <= set(found)
    assert set(ALIASES.values()) <= set(found)
    assert "savedsearches" in found["splunk"]


@pytest.mark.parametrize("name", ["splunk", "elasticsearch", "loki", "kusto"])
def test_every_rule_is_a_query_or_has_a_reason(name: str) -> None:
    exported = export(RULES, LISTS, ATTACK, name)
    assert [one.rule for one in exported] == list(RULES.rules)
    assert all(bool(one.queries) != bool(one.problem) for one in exported)
    assert sum(bool(one.queries) for one in exported) > len(exported) / 2
    for one in exported:
        assert "event.category" in "".join(one.queries) or "event_category" in "".join(one.queries) or one.problem
        assert "%" not in "".join(one.queries) or "%admin" not in "".join(one.queries)


def test_what_cannot_be_said_is_named() -> None:
    missing = {one.rule.id: one.problem for one in export(RULES, LISTS, ATTACK, "splunk") if one.problem}
    assert "value_sum" in missing["bulk-data-by-connection"]


def test_one_rule_with_what_it_counts() -> None:
    (one,) = export(RULES, LISTS, ATTACK, "splunk", only="users-locked-out-many")
    assert 'event.action IN ("user-locked", "user-deleted")' in one.queries[0]
    assert "dc(user.target.name)" in one.queries[-1]


def test_formats_and_names() -> None:
    (rule,) = export(RULES, LISTS, ATTACK, "lucene", "siem_rule", only="user-locked-out")
    made = json.loads(rule.queries[0])
    assert made["name"].endswith(RULES["user-locked-out"].title)
    assert made["params"]["threat"][0]["technique"][0]["name"] == "Account Access Removal"
    with pytest.raises(NotFound, match="did you mean splunk"):
        export(RULES, LISTS, ATTACK, "splnuk")
    with pytest.raises(NotFound, match="known: "):
        export(RULES, LISTS, ATTACK, "splunk", "tstats")
    with pytest.raises(NotFound):
        export(RULES, LISTS, ATTACK, "splunk", only="user-lockout")


def plain(value: Any) -> Any:
    """A value as a column holds it; a list of several raises."""
    (value,) = value if isinstance(value, list | tuple) else [value]
    return value


def rows(one: Exported, sample: Sample) -> int:
    """How many rows a rule's query finds among the events of a sample."""
    base = sqlite3.connect(":memory:")
    base.create_function("REGEXP", 2, lambda pattern, text: text is not None and bool(re2.search(pattern, str(text))))
    base.execute(f"CREATE TABLE logs ({', '.join(f'`{name}`' for name in FIELDS)})")
    for event in sample.events:
        base.execute(
            f"INSERT INTO logs ({', '.join(f'`{name}`' for name in event)}) VALUES ({', '.join('?' * len(event))})",
            [plain(value) for value in event.values()],
        )
    return sum(len(base.execute(query).fetchall()) for query in one.queries)


def scalar(sample: Sample) -> bool:
    return all(not isinstance(v, list) or len(v) == 1 for event in sample.events for v in event.values())


def samples(rules: RuleSet) -> list[tuple[Rule, Sample]]:
    problems: list[Problem] = []
    return [(r, s) for r in rules.rules if r.id not in COUNTING for s in read_samples(r, problems) if scalar(s)]


@pytest.mark.parametrize(("rule", "sample"), samples(RULES), ids=lambda p: p.id if isinstance(p, Rule) else p.name)
def test_queries_find_what_the_monitor_flags(rule: Rule, sample: Sample) -> None:
    assert not SQLITE[rule.id].problem
    assert (rows(SQLITE[rule.id], sample) > 0) == (sample.kind == "must_hit")


def test_most_samples_can_be_asked_of_a_database() -> None:
    assert len(samples(RULES)) > 100


def test_a_back_end_reads_nothing_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    for name, output in (("splunk", "default"), ("lucene", "siem_rule"), ("esql", "siem_rule")):
        assert export(RULES, LISTS, ATTACK, name, output, only="secret-by-mail")[0].queries
