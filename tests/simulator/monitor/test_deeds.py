"""Every act has its words."""

from __future__ import annotations

import pytest

from fauxcorp.core.effects import EFFECTS
from fauxcorp.core.events import effect_event
from fauxcorp.monitor.deeds import DEEDS
from fauxcorp.monitor.template import fill, problem

from .test_fields import _full


def test_every_action_has_a_sentence_and_no_other() -> None:
    assert set(DEEDS) == {effect.action for effect in EFFECTS}


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda e: e.action)
def test_a_sentence_uses_fields_that_its_effect_has(effect: type) -> None:
    template = DEEDS[effect.action]  # type: ignore[attr-defined]
    assert not problem(template)
    words = fill(template, effect_event(_full(effect)))
    assert "?" not in words
    assert "[" not in words
