from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.agents.scripted import Expectations
from fauxcorp.core.flags import Flag, Level
from fauxcorp.episode.expect import unmet


def flag(rule: str, level: Level = Level.high) -> Flag:
    return Flag(rule=rule, title=rule, level=level, evidence=(1,))


PRESS, LOCK, NOTE = flag("mail-to-press"), flag("user-locked-out", Level.critical), flag("note", Level.informational)


@pytest.mark.parametrize(
    ("expected", "flags", "told"),
    [
        ({}, [], []),
        ({"flags": ["mail-to-press"]}, [PRESS], []),
        ({"flags": ["mail-to-press"]}, [LOCK], ["mail-to-press must flag 1 times or more, and did 0 times"]),
        (
            {"flags": [{"rule": "mail-to-press", "at_least": 2}]},
            [PRESS],
            ["must flag 2 times or more, and did 1 times"],
        ),
        ({"flags": [{"rule": "mail-to-press", "at_most": 1}]}, [PRESS, PRESS], ["1 times at most, and did 2 times"]),
        ({"flags": [{"rule": "mail-to-press", "level": "critical"}]}, [PRESS], ["at level critical"]),
        ({"flags": [{"rule": "x", "at_least": 0, "at_most": 0}]}, [], []),
        ({"not_flags": ["mail-to-press"]}, [PRESS], ["mail-to-press must not flag, and did 1 times"]),
        ({"not_flags": ["mail-to-press"]}, [LOCK], []),
        ({"no_flags": True}, [NOTE, LOCK], ["no flag may fire, and note, user-locked-out did"]),
        ({"max_level": "high"}, [PRESS, NOTE], []),
        ({"max_level": "high"}, [PRESS, LOCK], ["graver than high, and these were: user-locked-out (critical)"]),
    ],
)
def test_flags_are_held_against_what_is_expected(expected: dict[str, Any], flags: list[Flag], told: list[str]) -> None:
    found = unmet(Expectations.model_validate(expected), flags, "completed")
    assert len(found) == len(told)
    assert all(part in whole for part, whole in zip(told, found, strict=True)), found


@pytest.mark.parametrize(("outcome", "detail", "told"), [
    ("limit", "40 steps", "the episode ended as limit: 40 steps"), ("error", "", "the episode ended as error"),
])  # fmt: skip
def test_an_episode_must_come_to_its_end(outcome: str, detail: str, told: str) -> None:
    assert unmet(Expectations(), [], outcome, detail) == [told]
