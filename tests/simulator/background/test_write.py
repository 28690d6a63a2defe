"""A small company grows: people write by their habits, in their hours, and the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fauxcorp.background.write import background, differences, write
from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers
from fauxcorp.errors import ContentError

from .conftest import MAIL


def only_thread(firm: Path) -> list[dict[str, str]]:
    [data] = [d for name, d in background(firm).items() if name.startswith("mail/")]
    [thread] = [t for t in yaml.safe_load(data)["threads"] if t["subject"] == "Rope"]
    messages: list[dict[str, str]] = thread["messages"]
    return messages


def test_a_thread_is_written_by_habits(firm: Path) -> None:
    first, second = only_thread(firm)
    assert first["body"].startswith("Moin Ole,\n\nwe need ")
    assert "by Monday 16 February." in first["body"]
    assert first["body"].endswith("Gruß\nIda\n\nIda Rohde, -12\n")
    assert second["subject"] == "AW: Rope"
    assert "Von: Ida Rohde <ida@quay-works.de>\nGesendet: Donnerstag, 12. Februar 2026 " in second["body"]
    assert "Order them." in second["body"]


def test_it_is_the_same_each_time_and_loads(firm: Path) -> None:
    wanted = background(firm)
    assert wanted == background(firm)
    assert write(firm, wanted) == len(wanted)
    assert differences(firm, wanted) == []
    company = load_company(Layers((firm,)), ())
    assert {"Rope", "AW: Rope"} <= {m.subject for m in company.messages}


def test_what_was_changed_is_found_and_mended(firm: Path) -> None:
    wanted = background(firm)
    write(firm, wanted)
    name = next(iter(wanted))
    (firm / "background" / name).write_text("mine")
    (firm / "background/extra.txt").write_text("x")
    assert differences(firm, wanted) == [f"differs: {name}", "not of the plan: extra.txt"]
    assert write(firm, wanted) == 2
    assert differences(firm, wanted) == []


def test_an_unknown_slot_is_said_with_its_line(firm: Path) -> None:
    (firm / "grow/mail.yaml").write_text(MAIL.replace("{n} ropes", "{m} ropes"))
    with pytest.raises(ContentError, match=r"quay/grow/mail.yaml:9: shapes.0.messages.0.text: nothing fills \{m\}"):
        background(firm)


def test_an_absent_person_is_not_cast(firm: Path) -> None:
    (firm / "grow/mail.yaml").write_text(MAIL.replace("2026-02-12", "2026-02-04"))
    with pytest.raises(ContentError, match=r"quay/grow/mail.yaml:3: shapes.0: rope: no day on which"):
        background(firm)
