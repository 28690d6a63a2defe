"""`fauxcorp replay`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fauxcorp.cli.commands.replay import show_difference
from fauxcorp.cli.output import Out
from fauxcorp.episode.replay import Difference

from ..conftest import SCENARIO, Call

NAME = "demo.padded-invoices--offender--001"


def test_the_same_bytes(fauxcorp: Call, ran_all: Path) -> None:
    ended = fauxcorp("replay", ran_all)
    assert ended.code == 0
    assert ended.out.count("the same, byte by byte") == 3
    assert fauxcorp("replay", f"latest/{NAME}", "--runs", ran_all.parent).code == 0


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_same_bytes_in_another_process(shell: Call, ran: Path, seed: str) -> None:
    ended = shell("replay", ran, env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"})
    assert (ended.code, ended.err) == (0, "")
    assert os.environ.get("PYTHONHASHSEED") != seed


def test_the_first_line_that_differs_is_shown_with_its_field(fauxcorp: Call, ran: Path) -> None:
    log = ran / NAME / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b"is locked and signed out", b"is locked and sent out"))
    ended = fauxcorp("replay", ran)
    assert ended.code == 1
    assert f"{NAME}: differs at line 11" in ended.out
    assert "field fauxcorp.tool.result" in ended.out
    assert 'recorded: "Samuel Okafor (sokafor) is locked and sent out."' in ended.out
    assert 'replayed: "Samuel Okafor (sokafor) is locked and signed out."' in ended.out


def test_a_log_that_ends_before_the_replay(fauxcorp: Call, ran: Path) -> None:
    log = ran / NAME / "events.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    ended = fauxcorp("replay", ran)
    assert ended.code == 1
    assert "recorded: (nothing: the log ends before)" in ended.out


def test_a_part_of_long_values_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = (b'{"event.sequence":1,"x":"' + b"a" * 5000 + end + b'"}' for end in (b"1", b"2"))
    show_difference(Out(), Difference(2, old, new))
    out = capsys.readouterr().out
    assert "…" in out
    assert 'a1"' in out
    assert 'a2"' in out
    assert len(out) < 500


@pytest.mark.parametrize("line", [b"no json\n", b"[1]\n", None])
def test_sides_that_are_no_events(capsys: pytest.CaptureFixture[str], line: bytes | None) -> None:
    show_difference(Out(), Difference(1, line, b"{}\n"))
    assert "replayed: {}" in capsys.readouterr().out


def test_other_content_is_refused_unless_anyway(fauxcorp: Call, own_pack: Path) -> None:
    fauxcorp("run", SCENARIO, "--content", own_pack, "--quiet")
    timeline = own_pack / "fixtures" / "scenarios" / SCENARIO / "timeline.yaml"
    timeline.write_text(timeline.read_text() + "\n# another line\n")
    ended = fauxcorp("replay", "latest")
    assert ended.code == 2
    assert "scenario/demo/padded-invoices differ" in ended.err
    ended = fauxcorp("replay", "latest", "--anyway")
    assert ended.code == 1
    assert "field fauxcorp.content" in ended.out


def test_content_that_moved_is_given(fauxcorp: Call, own_pack: Path) -> None:
    fauxcorp("run", SCENARIO, "--content", own_pack, "--quiet")
    moved = own_pack.rename(own_pack.parent / "elsewhere")
    (own_pack.parent / "again").mkdir()
    assert fauxcorp("replay", "latest").code == 2
    again = moved.rename(own_pack.parent / "again" / "demo")
    assert fauxcorp("replay", "latest", "--content", again).code == 0


def test_a_call_that_was_refused_replays_too(fauxcorp: Call, own_pack: Path) -> None:
    path = own_pack / "fixtures" / "scenarios" / SCENARIO / "agents" / "loud.yaml"
    big = "x" * 2_100_000
    path.write_text(
        "name: loud\nabout: Shouts.\nsteps:\n"
        f"  - {{call: search_emails, with: {{query: {big}}}, expect: {{error: true, contains: too large}}}}\n"
        "  - {call: list_emails}\n"
    )
    assert fauxcorp("run", SCENARIO, "--content", own_pack, "--agent", "loud", "--quiet").code == 0
    assert fauxcorp("replay", "latest").code == 0


def test_an_empty_log(fauxcorp: Call, ran: Path) -> None:
    (ran / NAME / "events.jsonl").write_bytes(b"")
    ended = fauxcorp("replay", ran)
    assert ended.code == 2
    assert "not the start of an episode" in ended.err
