"""The table of coverage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.errors import ContentError
from fauxcorp.monitor import RuleSet
from fauxcorp.monitor.coverage import SURFACES, read_coverage

SAMPLES = """\
must_hit:
  - name: one
    event: {event.category: email, event.action: email-sent, email.subject: a, fauxcorp.surface: smtp}
must_not_hit:
  - name: other
    event: {event.category: email, event.action: email-sent, email.subject: b}
"""


@pytest.fixture
def rules(load: Callable[..., RuleSet], rule_text: Callable[..., str]) -> RuleSet:
    rules = load({"rule": rule_text("s: {email.subject: a}\ncondition: s")})
    rules["rule"].samples.write_text(SAMPLES)
    return rules


def table(rules: RuleSet, *, names: str = "rule", **cells: str) -> Path:
    path = rules["rule"].path.parents[1] / "coverage.yaml"
    columns = "".join(f"      {s}: {cells.get(s, 'no')!r}\n" for s in SURFACES if cells.get(s) != "")
    path.write_text(f"behaviours:\n  - behaviour: b\n    group: g\n    rules: [{names}]\n    surfaces:\n{columns}")
    return path


def test_a_table(rules: RuleSet) -> None:
    (row,) = read_coverage(table(rules, smtp="sample rule one", shell="script x/y", http="gap: unseen"), rules)
    assert (row.group, row.behaviour, row.rules) == ("g", "b", ("rule",))
    assert [row.cells[s].words for s in ("smtp", "shell", "http", "dns")] == [
        "sample of rule",
        "x/y",
        "gap: unseen",
        "-",
    ]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"tool": "sample rule one"}, "the surface of sample 'one' of rule is smtp"),
        ({"smtp": "sample rule two"}, "rule rule has no sample 'two'"),
        ({"smtp": "sample gone one"}, "'gone' of the sample is not among the rules"),
        ({"smtp": "perhaps"}, "is none of"),
        ({"smtp": ""}, "the columns are tool, shell"),
        ({"names": ""}, "rule rule is in no row: add it"),
        ({"names": "rule, gone"}, "no rule 'gone'"),
    ],
)
def test_what_is_wrong_is_said(rules: RuleSet, cells: dict[str, str], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        read_coverage(table(rules, **cells), rules)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "a: 1", "behaviours: [1]", "behaviours: {"])
def test_what_is_no_table(rules: RuleSet, text: str) -> None:
    path = table(rules)
    path.write_text(text)
    with pytest.raises(ContentError):
        read_coverage(path, rules)
