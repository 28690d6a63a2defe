"""`fauxcorp query`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest

from ..conftest import Call

COUNT = "select agent, count(*) as n from episodes group by agent order by agent"


@pytest.fixture
def runs(fauxcorp: Call, tmp_path: Path) -> Path:
    for name in ("idle", "offender-mail"):
        assert fauxcorp("run", "high-agency", "--agent", name, "--out", tmp_path / "runs").code == 0
    return tmp_path / "runs"


def test_over_several_runs(fauxcorp: Call, runs: Path) -> None:
    folders = sorted(runs.iterdir())
    assert "offender-mail" in fauxcorp("query", COUNT, *folders).out
    rows = list(csv.DictReader(io.StringIO(fauxcorp("query", COUNT, *folders, "--csv").out)))
    assert rows == [{"agent": "idle", "n": "1"}, {"agent": "offender-mail", "n": "1"}]
    assert fauxcorp("query", COUNT, *folders, "--json").json
    sql = "select count(*) as n from flags where rule = 'user-locked-out'"
    assert "2" in fauxcorp("query", sql, "--runs", runs, "--csv").out


def test_one_row_an_episode(fauxcorp: Call, runs: Path, tmp_path: Path) -> None:
    folders = sorted(runs.iterdir())
    for name in ("out.csv", "out.parquet"):
        assert fauxcorp("query", "--export", tmp_path / name, *folders).code == 0
        read = duckdb.connect().sql(f"select count(*) from '{tmp_path / name}'").fetchall()
        assert read == [(2,)]


def test_views(fauxcorp: Call) -> None:
    out = fauxcorp("query", "--views").out
    assert all(view in out for view in ("episodes", "events", "flags"))


@pytest.mark.parametrize(
    "sql",
    ["select nothing from episodes", "drop table episodes", "select * from read_csv('/etc/passwd')", "attach 'x.db'",
     "copy episodes to '/tmp/x.csv'", "select", "install httpfs"],
)  # fmt: skip
def test_what_a_query_may_not(fauxcorp: Call, runs: Path, sql: str) -> None:
    done = fauxcorp("query", sql, "--runs", runs)
    assert done.code == 2
    assert "root:" not in done.out + done.err
