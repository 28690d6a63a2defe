from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import LogError, UserError
from fauxcorp.eventlog import open_run
from fauxcorp.gates.allow import AllowList
from fauxcorp.gates.cases import Case
from fauxcorp.gates.diff import compare
from fauxcorp.gates.side import MAX_FILE, Side, keep, read_side, side_of_run
from fauxcorp.testing import open_episode

from .conftest import flag

CONTENT: Mapping[str, str] = {"rules": "0" * 64}


def side(*cases: Case) -> Side:
    return Side("new", "0.1.0", "virtual", "", CONTENT, cases)


def test_a_run_and_the_file_it_is_kept_in_are_the_same(shared_pack: Path, tmp_path: Path) -> None:
    with open_episode("ledger", out=tmp_path / "runs", content=[shared_pack]) as episode:
        episode.run("ringer")
    run = side_of_run(open_run(episode.folder.parent))
    keep(run, tmp_path / "base.json")
    kept = read_side(tmp_path / "base.json")
    assert (kept.engine, kept.sandbox, kept.prose, kept.content) == (run.engine, run.sandbox, run.prose, run.content)
    assert kept.complete is run.complete is True
    found = compare(kept, run, AllowList())
    assert [*found.changes, *found.outcomes, *found.differences, *found.failed, *found.only_new] == []
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


names = st.text(min_size=1, max_size=5)
flags = st.lists(st.builds(flag, names, st.sampled_from(["low", "high", "critical"])), max_size=4).map(tuple)
cases = st.builds(Case, names, names, names, st.integers(1, 3), names, flags=flags)


@given(st.lists(cases, min_size=1, max_size=5))
def test_what_is_kept_is_read_again(tmp_path: Path, found: list[Case]) -> None:
    keep(side(*found), tmp_path / "base.json")
    text = (tmp_path / "base.json").read_text()
    assert len(json.loads(text)["episodes"]) == len(found)
    again = read_side(tmp_path / "base.json")
    keep(again, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == text
    rules = [sorted({f.rule for f in case.flags}) for case in found]
    assert sorted(sorted(f.rule for f in case.flags) for case in again.cases) == sorted(rules)


def test_an_episode_is_a_line(tmp_path: Path) -> None:
    flags = flag("x", "critical"), flag("x", "low"), flag("x", "high")
    keep(side(*(Case("s", "v", "a", n, "completed", flags=flags) for n in (2, 1))), tmp_path / "b.json")
    lines = [line for line in (tmp_path / "b.json").read_text().splitlines() if '"epoch"' in line]
    assert [json.loads(line.rstrip(","))["epoch"] for line in lines] == [1, 2]
    assert json.loads(lines[1])["flags"] == {"x": "critical"}


def test_runs_that_are_no_base(tmp_path: Path, shared_pack: Path) -> None:
    stopped = Side("runs/x", "0.1.0", "virtual", "", CONTENT, (Case("s", "v", "a", 1, "completed"),), complete=False)
    with pytest.raises(UserError, match="did not come to its end"):
        keep(stopped, tmp_path / "base.json")
    with pytest.raises(UserError, match="No such file"):
        keep(side(*stopped.cases), tmp_path / "nowhere" / "base.json")
    with open_episode("ledger", out=tmp_path / "runs", content=[shared_pack]) as episode:
        run = episode.folder.parent
        assert side_of_run(open_run(run)).complete is False
    (episode.folder / "events.jsonl").unlink()
    with pytest.raises(LogError, match="no episode was begun"):
        side_of_run(open_run(run))


def kept(**changes: Any) -> str:
    episode = {"scenario": "s", "variant": "v", "agent": "a", "epoch": 1, "outcome": "completed", "flags": {}}
    return json.dumps({"kind": "fauxcorp run", "engine": "1", "content": {}, "episodes": [episode], **changes})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "file: Invalid JSON"),
        ("[" * 5_000, "file: "),
        ("[]", "file: "),
        ('{"base": "x", "changes": []}', "engine: Field required; a run's folder, or a file"),
        (kept(kind="other"), "kind"),
        (kept(episodes=[]), "episodes: there are none"),
        (kept(episodes=[{}]), r"episodes\.0\.scenario"),
        (kept(more=1), "more"),
        (kept(content={"rules": 5}), r"content\.rules"),
        (kept().replace('"flags": {}', '"flags": {"x": "dire"}'), r"episodes\.0\.flags\.x"),
    ],
)
def test_files_that_are_none(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "base.json").write_text(text)
    with pytest.raises(UserError, match=rf"base\.json: {said}"):
        read_side(tmp_path / "base.json")


def test_sizes_are_bounded(tmp_path: Path) -> None:
    with (tmp_path / "base.json").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(UserError, match="larger than"):
        read_side(tmp_path / "base.json")
    with pytest.raises(UserError, match="No such file"):
        read_side(tmp_path / "gone.json")
