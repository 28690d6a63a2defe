"""Every small change of a rule that ships makes one of its own samples fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.monitor import Rule, load_rules, mutate, survivors

ROOT = Path(__file__).parents[2] / "policies"
RULES = load_rules([ROOT], lists=ROOT / "lists", frameworks=ROOT / "frameworks")


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda r: r.id)
def test_every_change_of_a_rule_is_noticed(rule: Rule) -> None:
    mutants = mutate(RULES, rule.id)
    assert any("switched off" in m.what for m in mutants)
    left = [m.what for m in survivors(mutants)]
    assert not left, f"samples that notice are missing, see `fauxcorp policies mutate {rule.id}`: {left}"
