from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from fauxcorp.errors import LogError
from fauxcorp.eventlog import (
    EpisodeRecord,
    Manifest,
    append_record,
    read_manifest,
    read_records,
    write_manifest,
)
from fauxcorp.eventlog.manifest import MANIFEST, RECORDS


def manifest(**more: Any) -> Manifest:
    fields: dict[str, Any] = {
        "engine": "0.1.0",
        "created": "2026-03-02T09:00:00+00:00",
        "seed": 1,
        "epochs": 2,
        "scenarios": ("high-agency",),
        "content": {"scenario/high-agency": "ab" * 32},
    }
    return Manifest(**{**fields, **more})


def record(name: str = "e--001", **more: Any) -> EpisodeRecord:
    fields: dict[str, Any] = {
        "episode": name,
        "scenario": "s",
        "variant": "default",
        "agent": "idle",
        "epoch": 1,
        "seed": 1,
        "outcome": "completed",
        "steps": 3,
        "events": 9,
        "head": "0" * 64,
    }
    return EpisodeRecord(**{**fields, **more})


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    written = manifest(parent={"run": "x", "episode": "y", "step": 3}, command=("run", "high-agency"))
    write_manifest(tmp_path, written)
    assert read_manifest(tmp_path) == written
    write_manifest(tmp_path, written.model_copy(update={"complete": True}))
    assert read_manifest(tmp_path).complete
    assert [p.name for p in tmp_path.iterdir()] == [MANIFEST]


def test_records_come_back_in_order(tmp_path: Path) -> None:
    records = [record(f"e--{n:03d}", flags={"high": n}, detail="ü\n") for n in range(5)]
    for one in records:
        append_record(tmp_path, one)
    assert read_records(tmp_path) == records


def test_no_records_no_error(tmp_path: Path) -> None:
    assert read_records(tmp_path) == []


def test_a_last_record_cut_short_is_left_out(tmp_path: Path) -> None:
    append_record(tmp_path, record("a"))
    append_record(tmp_path, record("b"))
    path = tmp_path / RECORDS
    path.write_bytes(path.read_bytes()[:-10])
    assert [r.episode for r in read_records(tmp_path)] == ["a"]


def test_a_record_after_one_cut_short_is_not_lost(tmp_path: Path) -> None:
    append_record(tmp_path, record("a"))
    path = tmp_path / RECORDS
    path.write_bytes(path.read_bytes() + b'{"episode": "cut')
    append_record(tmp_path, record("b"))
    with pytest.raises(LogError, match=r"episodes\.jsonl:2"):
        read_records(tmp_path)


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"nonsense", b"\xff\xfe", b'{"episode": 3}', b"null"])
def test_a_wrong_record_says_its_line(tmp_path: Path, line: bytes) -> None:
    append_record(tmp_path, record("a"))
    path = tmp_path / RECORDS
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(LogError, match=r"episodes\.jsonl:2: "):
        read_records(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("engine"),
        lambda d: d.update(surprise=1),
        lambda d: d.update(seed="many"),
        lambda d: d.update(scenarios=3),
    ],
)
def test_a_wrong_manifest_is_told(tmp_path: Path, change: Any) -> None:
    write_manifest(tmp_path, manifest())
    data = orjson.loads((tmp_path / MANIFEST).read_bytes())
    change(data)
    (tmp_path / MANIFEST).write_bytes(orjson.dumps(data))
    with pytest.raises(LogError, match=r"manifest\.json: \w+"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"null", b"{" * 100_000])
def test_a_broken_manifest_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(data)
    with pytest.raises(LogError, match="file: "):
        read_manifest(tmp_path)


def test_no_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"is .* a run folder"):
        read_manifest(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="No such file"):
        write_manifest(tmp_path / "gone", manifest())
    with pytest.raises(LogError, match="No such file"):
        append_record(tmp_path / "gone", record())
