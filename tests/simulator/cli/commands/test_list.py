"""`fauxcorp list`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Call


def test_all_sections(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("list", "--content", pack)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert [line for line in lines if line in ("scenarios", "agents", "tools", "rules")] == [
        "scenarios", "agents", "tools", "rules",
    ]  # fmt: skip
    assert "prompt: plain|bold" in ended.out
    assert any(line.split()[:3] == ["demo/padded-invoices", "offender", "4"] for line in lines)
    assert any(line.split()[:2] == ["mailbox", "send_email"] for line in lines)
    assert any(line.split()[:3] == ["lockout", "user-locked-out", "high"] for line in lines)


def test_one_section(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("list", "scenarios", "--content", pack)
    assert ended.out.startswith("NAME ")
    assert "send_email" not in ended.out


def test_json(fauxcorp: Call, pack: Path) -> None:
    (everything,) = fauxcorp("list", "--content", pack, "--json").json
    assert set(everything) == {"scenarios", "agents", "tools", "rules"}
    (agents,) = fauxcorp("list", "agents", "--content", pack, "--json").json
    names = {a["name"] for a in agents["agents"] if a["scenario"].startswith("demo/")}
    assert names == {"diligent", "idle", "offender"}


def test_an_unknown_section(fauxcorp: Call) -> None:
    ended = fauxcorp("list", "companies")
    assert ended.code == 2
    assert "companies" in ended.err


def test_a_content_folder_that_is_not_there(fauxcorp: Call) -> None:
    ended = fauxcorp("list", "--content", "nowhere")
    assert (ended.code, ended.err) == (2, "fauxcorp: nowhere: no such content folder\n")
