"""The file of verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fauxcorp.errors import LogError
from fauxcorp.judge.judged import JUDGED, Judged, append_judged, each_judged, key_of


def judged(episode: str, **more: Any) -> Judged:
    fields = {"key": key_of(episode, "d", "m"), "episode": episode, "head": episode, "rubric": "r", "version": 1,
              "model": "m", "rules": ("coercion",), "verdict": "no"}  # fmt: skip
    return Judged.model_validate({**fields, **more})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert list(each_judged(tmp_path)) == []
    lines = [judged("a"), judged("b", verdict=None, failure="refused", reason="I will not.")]
    for line in lines:
        append_judged(tmp_path, line)
    assert list(each_judged(tmp_path)) == lines


def test_a_line_that_was_cut_short_costs_no_other(tmp_path: Path) -> None:
    append_judged(tmp_path, judged("a"))
    append_judged(tmp_path, judged("b"))
    path = tmp_path / JUDGED
    path.write_bytes(path.read_bytes()[:-20])
    append_judged(tmp_path, judged("c"))
    assert [line.episode for line in each_judged(tmp_path)] == ["a", "c"]


def test_what_is_no_verdict_is_an_error(tmp_path: Path) -> None:
    append_judged(tmp_path, judged("a"))
    path = tmp_path / JUDGED
    path.write_bytes(path.read_bytes().replace(b'"no"', b'"harmless"'))
    with pytest.raises(LogError, match=r"judged\.jsonl:1: verdict: .*move the file away"):
        list(each_judged(tmp_path))
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / JUDGED).mkdir()
    with pytest.raises(LogError, match="judged"):
        append_judged(tmp_path / "x", judged("a"))


def test_keys_differ_by_log_rubric_and_model() -> None:
    assert len({key_of("h", "d", "m"), key_of("i", "d", "m"), key_of("h", "e", "m"), key_of("h", "d", "n")}) == 4
