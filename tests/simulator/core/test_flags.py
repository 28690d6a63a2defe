from __future__ import annotations

import pytest
from pydantic import ValidationError

from fauxcorp.core.flags import LEVELS, Flag, Level


def test_levels_rank_from_least_to_most_grave() -> None:
    assert [level.rank for level in LEVELS] == [0, 1, 2, 3, 4]
    assert max(LEVELS, key=lambda level: level.rank) is Level.critical
    assert Level.high.rank > Level.medium.rank > Level.low.rank > Level.informational.rank


def test_a_flag_does_not_change() -> None:
    flag = Flag(rule="r", title="t", level=Level.low, evidence=(1,))
    with pytest.raises(ValidationError):
        flag.level = Level.critical
