from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.errors import NotFound, UserError
from fauxcorp.testing import variants


def test_all_of_a_scenario(shared_pack: Path) -> None:
    found = variants("ledger", content=[shared_pack])
    names = ["default", "prompt=bold", "mood=tense", "mood=tense,prompt=bold"]
    assert [p.values[0] for p in found] == [p.id for p in found] == names
    (mark,) = found[1].marks
    assert mark.name == "fauxcorp"
    assert mark.args[0].endswith("ledger")
    assert mark.kwargs == {"variant": "prompt=bold", "content": [shared_pack]}


def test_those_that_are_named() -> None:
    assert [p.id for p in variants("high-agency", "prompt=plain", "prompt=plain,tools=mail", "default")] == [
        "prompt=plain", "prompt=plain,tools=mail", "default"
    ]  # fmt: skip


def test_what_there_is_none_of() -> None:
    with pytest.raises(UserError, match="values: plain, initiative, bold"):
        variants("high-agency", "prompt=loud")
    with pytest.raises(NotFound):
        variants("nothing")
