# ruff: noqa: E501 - tables are easier to read wide
from __future__ import annotations

import math
import os
import resource
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, GENESIS, EventLog, read_events
from fauxcorp.eventlog.log import WALL

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
HOSTILE = st.recursive(
    st.none()
    | st.integers()
    | st.floats()
    | st.binary()
    | st.text(st.characters())
    | st.text(st.characters(categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()) | st.integers(), inner) | st.tuples(inner),
    max_leaves=12,
)


def add(log: EventLog, **fields: Any) -> int:
    return log.append({"event.sequence": log.count, **fields})


def written(folder: Path) -> list[bytes]:
    return (folder / EVENTS).read_bytes().splitlines(keepends=True)


def assert_chained(lines: list[bytes], head: str) -> None:
    before = GENESIS
    for number, line in enumerate(lines):
        event = orjson.loads(line)
        assert event["event.sequence"] == number
        assert event["fauxcorp.prev"] == before
        before = sha256(line).hexdigest()
    assert before == head


def test_each_line_holds_the_hash_of_the_one_before(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    assert log.head == GENESIS
    assert [add(log, text=f"line {n}") for n in range(5)] == [0, 1, 2, 3, 4]
    log.close()
    assert len(written(tmp_path)) == log.count == 5
    assert_chained(written(tmp_path), log.head)


def test_lines_are_on_disk_after_flush_and_not_before(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    add(log)
    assert written(tmp_path) == []
    log.flush()
    assert len(written(tmp_path)) == 1
    log.close()


def test_in_memory_and_on_disk_are_the_same_bytes(tmp_path: Path) -> None:
    logs = [EventLog(tmp_path), EventLog(None), EventLog(None, durable=True)]
    for log in logs:
        for n in range(200):
            add(log, n=n, text="ü\n")
            log.flush()
        log.close()
    assert written(tmp_path) == logs[1].lines == logs[2].lines
    assert len({log.head for log in logs}) == 1


def test_wall_times_lie_apart_one_for_each_line(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    for _ in range(150):
        add(log)
        log.flush()
    log.close()
    times = [orjson.loads(line) for line in (tmp_path / WALL).read_bytes().splitlines()]
    assert [t["event.sequence"] for t in times] == list(range(150))
    assert b"wall" not in (tmp_path / EVENTS).read_bytes()


def test_closing_again_changes_nothing(tmp_path: Path) -> None:
    log = EventLog(tmp_path, durable=True)
    add(log)
    log.close()
    log.close()
    assert len(written(tmp_path)) == 1


def test_a_log_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    EventLog(tmp_path).close()
    with pytest.raises(LogError, match="exists"):
        EventLog(tmp_path)
    with pytest.raises(LogError, match="No such file"):
        EventLog(tmp_path / "missing")


@pytest.mark.parametrize("source_on_disk", [True, False])
@pytest.mark.parametrize("target_on_disk", [True, False])
def test_a_fork_starts_with_the_same_lines_and_goes_on_alone(
    tmp_path: Path, source_on_disk: bool, target_on_disk: bool
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    log = EventLog(tmp_path / "a" if source_on_disk else None)
    for n in range(3):
        add(log, n=n)
    other = log.fork(tmp_path / "b" if target_on_disk else None)
    assert (other.head, other.count) == (log.head, log.count)
    add(log, side="left")
    for _ in range(2):
        add(other, side="right")
    log.close()
    other.close()
    left = written(tmp_path / "a") if source_on_disk else log.lines or []
    right = written(tmp_path / "b") if target_on_disk else other.lines or []
    assert left[:3] == right[:3]
    assert (len(left), len(right)) == (4, 5)
    assert_chained(left, log.head)
    assert_chained(right, other.head)
    if target_on_disk:
        walls = (tmp_path / "b" / WALL).read_bytes().splitlines()
        assert [orjson.loads(w)["event.sequence"] for w in walls] in ([3, 4], [0, 1, 2, 3, 4])


def test_a_fork_whose_source_is_gone_says_so(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    add(log)
    log.flush()
    (tmp_path / EVENTS).unlink()
    with pytest.raises(LogError):
        log.fork(None)
    log.close()


DEEP: Any = "bottom"
for _ in range(3000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "value",
    [
        "\ud800", "a\udfffb", "\x00", "\x00" * 1000, "x" * 1_000_000, "\u2028\u2029\r\n", 2**64, -(2**63) - 1, 10**5000, -(10**5000),
        math.nan, math.inf, -math.inf, b"\xff", {1: 2}, {"\ud800": "\udfff"}, {None: 1}, {10**5000: 1, (1,): 2}, (1, 2), object, {"a": {"b": "\ud83d"}}, DEEP,
        {"surrogate": "\ud800", "deep": DEEP},
    ],
    ids=lambda v: type(v).__name__,
)  # fmt: skip
def test_hostile_values_become_a_line(tmp_path: Path, value: Any) -> None:
    log = EventLog(tmp_path)
    add(log, value=value)
    add(log)
    log.close()
    assert len(written(tmp_path)) == 2
    assert_chained(written(tmp_path), log.head)


@given(HOSTILE)
def test_whatever_is_appended_the_chain_holds(value: Any) -> None:
    log = EventLog(None)
    add(log, value=value)
    add(log, value=value)
    log.flush()
    assert_chained(log.lines or [], log.head)


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=5), max_size=8))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("log")
    log = EventLog(folder)
    given_ = [{**event, "event.sequence": n} for n, event in enumerate(events)]
    for event in given_:
        log.append(dict(event))
    log.close()
    found = list(read_events(folder / EVENTS))
    assert [{k: v for k, v in e.items() if k != "fauxcorp.prev"} for e in found] == [
        {k: v for k, v in e.items() if k != "fauxcorp.prev"} for e in given_
    ]


def test_the_same_events_give_the_same_bytes() -> None:
    logs = [EventLog(None), EventLog(None)]
    for log in logs:
        add(log, b=1, a={"z": 1, "y": [1.0, "é"]})
        log.flush()
    assert logs[0].lines == logs[1].lines


FULL = """
import os, resource, signal, sys
from pathlib import Path
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EventLog
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
log = EventLog(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
try:
    for n in range(1000):
        log.append({"event.sequence": log.count, "text": "x" * 100})
        log.flush()
except LogError as error:
    print("told:", error)
try:
    log.close()
except LogError as error:
    print("told again:", error)
"""


@pytest.mark.parametrize("how", ["durable", "plain"])
def test_a_full_disk_is_told_and_what_was_written_stays(tmp_path: Path, how: str) -> None:
    out = subprocess.run([sys.executable, "-c", FULL, str(tmp_path), how], capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
    assert "told: the event log cannot be written: File too large" in out.stdout
    assert "Traceback" not in out.stderr
    whole = [line for line in written(tmp_path) if line.endswith(b"\n")]
    assert len(whole) > 10
    assert [orjson.loads(line)["event.sequence"] for line in whole] == list(range(len(whole)))


def test_a_device_without_room_is_told(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, log._fd)
    os.close(full)
    add(log)
    with pytest.raises(LogError, match="No space left"):
        log.flush()
    log.close()


def test_files_are_given_back(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    for n in range(min(200, resource.getrlimit(resource.RLIMIT_NOFILE)[0])):
        folder = tmp_path / str(n)
        folder.mkdir()
        log = EventLog(folder)
        add(log)
        log.close()
        with pytest.raises(LogError):
            EventLog(folder)
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before + 2


def test_half_a_pair_is_not_left_open(tmp_path: Path) -> None:
    (tmp_path / WALL).write_bytes(b"")
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(LogError):
        EventLog(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before
