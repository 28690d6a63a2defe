# ruff: noqa: E501 - tables are easier to read wide
"""SQL over logs: what it gives, and what it cannot reach."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fauxcorp.cli.main import main
from fauxcorp.errors import UserError
from fauxcorp.eventlog import EVENTS, open_run, read_records
from fauxcorp.study.query.database import ask, described, export
from fauxcorp.study.query.views import VIEWS
from fauxcorp.study.run import Local, Study, work


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, shared_pack: Path) -> Path:
    """A run whose folder's name means something to globs, quotes and SQL."""
    folder = tmp_path_factory.mktemp("logs") / "it's [a] *run?"
    with pytest.raises(SystemExit):
        main(["run", "ledger", "--content", str(shared_pack), "--agent", "all", "--epochs", "2", "--out", str(folder), "-q"])
    return next(folder.iterdir())


def rows(sql: str, *runs: Path) -> list[tuple[Any, ...]]:
    with ask(sql, runs) as answer:
        return list(answer.rows())


def test_episodes_are_the_records(made: Path) -> None:
    names = "run, episode, agent, epoch, verdict, outcome, medium, critical, rules, expectations_failed, head"
    found = rows(f"select {names} from episodes order by episode", made)
    assert len(found) == 4
    for row, record in zip(found, sorted(read_records(made), key=lambda r: r.episode), strict=True):
        assert row[:6] == (str(made), record.episode, record.agent, record.epoch, record.verdict, record.outcome)
        assert row[6:8] == (record.flags.get("medium", 0), 0)
        assert row[9:] == ([], record.head)


def test_events_are_the_lines_of_the_logs(made: Path) -> None:
    run = open_run(made)
    expected = [(str(made), name, e["event.sequence"], e["event.kind"]) for name in run.episodes for e in run.events(name)]
    assert rows("select run, episode, sequence, kind from events order by all", made) == sorted(expected)


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_can_be_asked_for_every_column(made: Path, view: str) -> None:
    assert rows(f"select count(*) from (select * from {view})", made)[0][0] > 0
    assert rows(f"select * from {view}") == []


def test_lists_times_numbers_and_json_have_their_types(made: Path) -> None:
    ((rule, evidence, tags),) = rows("select rule, evidence, tags from flags limit 1", made)
    assert rule == "bell-rung"
    assert isinstance(evidence[0], int)
    assert tags == []
    ((at, recipients, subject),) = rows(
        "select time, recipients, subject from effects where action = 'email-sent' and actor = 'agent' limit 1", made
    )
    assert at.year == 2026
    assert recipients == ["kit.moss@tern.example"]
    assert subject == "Ledger"
    ((owners,),) = rows("select owners from effects where action = 'file-created' limit 1", made)
    assert owners is None
    ((tool, times),) = rows("select tool, arguments ->> '$.times' from calls where tool = 'ring_bell' limit 1", made)
    assert (tool, times) == ("ring_bell", "2")
    ((body,),) = rows("""select fields ->> '$."email.body"' from effects where subject = 'Ledger' limit 1""", made)
    assert body == "All is well."


def test_views_can_be_joined_over_several_runs(made: Path, begun: Callable[..., Study]) -> None:
    study = begun()
    work(study, Local())
    found = rows(
        "with f as (select run, episode, count(*) as n from flags group by all) "
        "select e.run, count(*), sum(f.n) from episodes e join f using (run, episode) group by 1 order by 2",
        made, study.folder,
    )  # fmt: skip
    assert [(n, flags) for _, n, flags in found] == [(2, 2), (12, 12)]


def test_what_a_query_calls_its_own_tables_is_its_own(made: Path) -> None:
    ((n,),) = rows("with flags as (select 1 as x) select x + (select count(*) from Episodes) from flags", made)
    assert n == 5


def test_names_of_columns_come_along(made: Path) -> None:
    with ask("select agent as a, 1 + 1 as two from episodes limit 1", [made]) as answer:
        assert answer.names == ("a", "two")


@pytest.mark.parametrize(
    "sql",
    [
        "from read_text('{secret}')", "from read_csv('{secret}')", "from glob('{folder}/*')", "from read_json('{secret}')",
        "from read_parquet('{secret}')", "select * from sniff_csv('{secret}')", "from 'http://127.0.0.1:9/x.csv'",
        "from read_blob('{secret}')", "from duckdb_secrets()", "from parquet_metadata('{secret}')",
        "from query('select * from read_text(''{secret}'')')", "select getenv('HOME')",
    ],
)  # fmt: skip
def test_a_query_reaches_no_file_no_network_and_no_variable(made: Path, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a,b\nTERN-4471,1\n")
    with pytest.raises(UserError):
        rows(sql.format(secret=secret, folder=tmp_path), made)


@pytest.mark.parametrize("place", ["'{secret}'", '"{secret}"'])
def test_a_file_is_no_view(made: Path, tmp_path: Path, place: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\nTERN-4471,1\n")
    with pytest.raises(UserError, match="file system operations are disabled"):
        rows(f"select * from {place.format(secret=secret)}", made)


def test_variables_of_this_process_are_no_views(made: Path) -> None:
    frame = duckdb.connect().sql("select 'TERN-4471' as secret")
    with pytest.raises(UserError, match=r"frame does not exist(?s:.*)views: episodes, events"):
        rows("select * from frame", made)
    assert frame.fetchall() == [("TERN-4471",)]


@pytest.mark.parametrize(
    "sql",
    ["delete from episodes", "create table x as select 1", "copy episodes to 'x.csv'", "attach 'x.db'", "install httpfs",
     "load httpfs", "set enable_external_access = true", "pragma version", "export database 'x'", "select 1; select 2",
     "insert into episodes select * from episodes", "drop table episodes", "update episodes set agent = ''", "",
     "explain analyze delete from episodes", "call pragma_version()", "checkpoint"],
)  # fmt: skip
def test_only_a_select_is_let_through(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="one SELECT is wanted"):
        rows(sql, made)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("selct 1", "syntax error"), ("select nothing from episodes", "nothing"), ("select * from episods", "views: episodes, events"),
        ("select cast('x' as integer)", "Could not convert"), ("select * from EPISODES where", "syntax error"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_query_is_told(made: Path, sql: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        rows(sql, made)


def test_lines_that_are_none_are_left_out_and_strange_values_are_null(made: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "e").mkdir(parents=True)
    deep = b'{"x":' * 50_000 + b"1" + b"}" * 50_000
    lines = [
        b'{"event.sequence":0,"event.kind":"effect","fauxcorp.owner":"press"}', b"not json", deep, b"\xff\xfe",
        b'{"event.sequence":"many","event.kind":"effect","@timestamp":"soon","fauxcorp.owner":{"a":1}}',
        b'{"event.sequence":2,"event.kind":["effect"]}', b'{"event.sequence":3,"event.kind":"effect","network.bytes":1e300}',
        b'{"event.sequence":4,"event.ki',
    ]  # fmt: skip
    (run / "e" / EVENTS).write_bytes(b"\n".join(lines))
    found = rows("select sequence, time, owners, bytes from effects order by sequence nulls last", run)
    assert found[0] == (0, None, ["press"], None)
    assert (3, None, None, None) in found
    assert len(found) == 3


def test_a_line_of_sixteen_megabytes_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    long = b'{"event.sequence":1,"event.kind":"note","x":"' + b"y" * 17_000_000 + b'"}\n'
    (tmp_path / "e" / EVENTS).write_bytes(b'{"event.sequence":0,"event.kind":"note"}\n' + long + b'{"event.sequence":2}\n')
    found = [n for (n,) in rows("select sequence from events", tmp_path)]
    assert 0 in found
    assert 2 in found


def test_one_row_an_episode_goes_to_csv_and_parquet(made: Path, tmp_path: Path) -> None:
    assert export(tmp_path / "it's.csv", [made]) == 4
    with (tmp_path / "it's.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert sorted(r["episode"] for r in found) == sorted(r.episode for r in read_records(made))
    assert {r["verdict"] for r in found} == {"harmless"}
    assert export(tmp_path / "e.PARQUET", [made, made]) == 8
    heads = f"select count(distinct head) from read_parquet('{tmp_path}/e.PARQUET')"
    assert duckdb.connect().execute(heads).fetchall() == [(4,)]
    with pytest.raises(UserError, match=r"must end in .csv or .parquet"):
        export(tmp_path / "e.xlsx", [made])
    with pytest.raises(UserError):
        export(tmp_path / "nowhere" / "e.csv", [made])


def test_everything_is_described() -> None:
    names = [name for name, _, _ in described()]
    assert names == list(VIEWS)
