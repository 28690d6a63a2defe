"""`fauxcorp export`."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from atif import Trajectory
from google.protobuf.json_format import Parse
from inspect_ai.log import read_eval_log
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from ..conftest import Call

NAME = "demo.padded-invoices--offender--001"


def test_for_inspect(fauxcorp: Call, ran_all: Path, tmp_path: Path) -> None:
    ended = fauxcorp("export", ran_all, tmp_path / "run.eval", "--to", "inspect")
    assert ended.code == 0, ended.err
    first, *rest = ended.out.splitlines()
    assert first == f"3 episodes to {tmp_path / 'run.eval'}"
    assert rest[0] == "not in it:"
    assert all(line.startswith("  - ") for line in rest[1:])
    samples = read_eval_log(tmp_path / "run.eval").samples
    assert samples is not None
    assert len(samples) == 3


def test_as_atif(fauxcorp: Call, ran_all: Path, tmp_path: Path) -> None:
    ended = fauxcorp("export", "latest", tmp_path / "atif", "--to", "atif", "--runs", ran_all.parent)
    assert ended.code == 0, ended.err
    files = sorted((tmp_path / "atif").iterdir())
    assert [file.stem for file in files] == sorted(p.name for p in ran_all.iterdir() if p.is_dir())
    assert all(Trajectory.model_validate_json(file.read_bytes()).steps for file in files)


def test_as_opentelemetry_s_traces_with_the_machine_s_times(fauxcorp: Call, ran: Path, tmp_path: Path) -> None:
    for times in ("simulated", "real"):
        ended = fauxcorp("export", ran, tmp_path / times, "--to", "otlp", "--times", times)
        assert ended.code == 0, ended.err
    starts = []
    for times in ("simulated", "real"):
        (line,) = (tmp_path / times).read_text().splitlines()
        starts.append(Parse(line, TracesData()).resource_spans[0].scope_spans[0].spans[0].start_time_unix_nano)
    assert starts[0] != starts[1]


def test_one_episode_and_the_answer_for_programs(fauxcorp: Call, ran_all: Path, tmp_path: Path) -> None:
    ended = fauxcorp("export", ran_all / NAME, tmp_path / "one", "--to", "atif", "--json")
    (said,) = ended.json
    assert said["files"] == [str(tmp_path / "one" / f"{NAME}.json")]
    assert (said["episodes"], said["to"], said["times"]) == (1, "atif", "simulated")
    assert said["not_carried"]


def test_nothing_is_overwritten_unasked(fauxcorp: Call, ran: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    target.write_text("mine")
    ended = fauxcorp("export", ran, target, "--to", "otlp")
    assert (ended.code, target.read_text()) == (2, "mine")
    assert ended.err == f"fauxcorp: {target} is there already; name another file, or add --force\n"
    assert fauxcorp("export", ran, target, "--to", "otlp", "--force").code == 0
    assert target.read_text() != "mine"


def test_bad_input_is_said_and_leaves_nothing_behind(fauxcorp: Call, ran: Path, tmp_path: Path) -> None:
    for words, said in [
        (["nowhere", "x", "--to", "atif"], "no such run folder"),
        ([ran, "x.json", "--to", "inspect"], "Inspect's logs end in .eval"),
        ([ran, ran, "--to", "otlp"], "is a folder; name a file"),
        ([ran / "no-such", "x", "--to", "atif"], "no episode named 'no-such'"),
    ]:
        ended = fauxcorp("export", *words)
        assert ended.code == 2
        assert said in ended.err
        assert "Traceback" not in ended.err
    assert fauxcorp("export", ran, "x", "--to", "csv").code == 2
    assert not (tmp_path / "x").exists()


def test_a_damaged_log_is_not_exported(fauxcorp: Call, ran: Path, tmp_path: Path) -> None:
    log = ran / NAME / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b"Parcels", b"Parcel "))
    ended = fauxcorp("export", ran, tmp_path / "x.jsonl", "--to", "otlp")
    assert ended.code == 2
    assert f"{NAME}: line " in ended.err
    assert "a log that was changed is not exported" in ended.err
    assert not (tmp_path / "x.jsonl").exists()


def test_a_log_that_is_whole_and_nonsense(fauxcorp: Call, ran: Path, tmp_path: Path) -> None:
    shutil.rmtree(ran / NAME)
    (ran / NAME).mkdir()
    (ran / NAME / "events.jsonl").write_text('{"event.sequence":0,"fauxcorp.prev":"' + "0" * 64 + '"}\n')
    (ran / "episodes.jsonl").unlink()
    manifest = json.loads((ran / "manifest.json").read_text())
    (ran / "manifest.json").write_text(json.dumps({**manifest, "complete": False, "heads": {}}))
    ended = fauxcorp("export", ran, tmp_path / "x.jsonl", "--to", "otlp")
    assert ended.code == 2
    assert "not as the engine writes it" in ended.err


def test_a_run_in_which_nothing_was_begun(fauxcorp: Call, ran: Path, tmp_path: Path) -> None:
    shutil.rmtree(ran / NAME)
    ended = fauxcorp("export", ran, tmp_path / "x", "--to", "atif")
    assert ended.code == 2
    assert "no episode was begun in this run" in ended.err


@pytest.mark.parametrize(
    ("to", "module", "missing", "said"),
    [
        ("inspect", "evallog", "inspect_ai.log", "--to inspect needs inspect_ai: pip install 'fauxcorp[inspect]'"),
        ("otlp", "otlp", "opentelemetry.proto.common.v1.common_pb2", "pip install 'fauxcorp[otel]'"),
        ("otlp", "otlp", "google.protobuf.json_format", "pip install 'fauxcorp[otel]'"),
    ],
)
def test_what_is_not_installed_is_said(
    fauxcorp: Call, ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, module: str, missing: str,
    said: str,
) -> None:  # fmt: skip
    monkeypatch.delitem(sys.modules, f"fauxcorp.export.{module}", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    ended = fauxcorp("export", ran, tmp_path / "x.eval", "--to", to)
    assert ended.code == 2
    assert said in ended.err
