"""`fauxcorp verify`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..conftest import Call

NAME = "demo.padded-invoices--offender--001"


def test_a_whole_run(fauxcorp: Call, ran_all: Path) -> None:
    ended = fauxcorp("verify", ran_all)
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "3 ok"
    assert fauxcorp("verify", ran_all / NAME).out.splitlines()[-1] == "1 ok"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda lines: [lines[0], lines[1].replace(b"Parcels", b"Parcel "), *lines[2:]], "line 3 does not follow"),
        (lambda lines: lines[:4] + lines[5:], "line 5 should be event 4"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "line 1 should be event 0"),
        (lambda lines: lines[:-1], "1 lines are missing at its end"),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], "is cut short"),
    ],
)  # fmt: skip
def test_a_log_that_was_touched(fauxcorp: Call, ran: Path, change, wanted: str) -> None:  # type: ignore[no-untyped-def]
    log = ran / NAME / "events.jsonl"
    log.write_bytes(b"".join(change(log.read_bytes().splitlines(keepends=True))))
    ended = fauxcorp("verify", "latest")
    assert ended.code == 1
    assert wanted in ended.out
    assert "1 broken" in ended.out


def test_a_record_and_log_that_were_touched_alike_meet_the_manifest(fauxcorp: Call, ran: Path) -> None:
    manifest = ran / "manifest.json"
    data = json.loads(manifest.read_text())
    data["heads"][NAME] = "0" * 64
    manifest.write_text(json.dumps(data))
    ended = fauxcorp("verify", ran)
    assert ended.code == 1
    assert "manifest" in ended.out


def test_unfinished_is_said_and_only_strict_minds(fauxcorp: Call, ran: Path) -> None:
    (ran / "episodes.jsonl").unlink()
    manifest = ran / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "complete": False, "heads": {}}))
    ended = fauxcorp("verify", ran)
    assert ended.code == 0
    assert "1 unfinished; the run did not come to its end" in ended.out
    assert fauxcorp("verify", ran, "--strict").code == 1


def test_json(fauxcorp: Call, ran: Path) -> None:
    (check,) = fauxcorp("verify", ran, "--json").json
    assert check == {"episode": NAME, "state": "ok", "events": 16, "detail": ""}


def test_latest_looks_where_it_is_told(fauxcorp: Call, ran: Path) -> None:
    assert fauxcorp("verify", "latest", "--runs", ran.parent).code == 0
    assert fauxcorp("verify", "latest", "--runs", ran / "none").code == 2
