# ruff: noqa: PT017 - either it works, or the error says why
from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fauxcorp.errors import LogError, NotFound
from fauxcorp.eventlog import (
    EVENTS,
    GENESIS,
    EpisodeRecord,
    EventLog,
    Manifest,
    append_record,
    open_run,
    read_events,
    verify_run,
    write_manifest,
)
from fauxcorp.eventlog.manifest import MANIFEST, RECORDS

LINES = 12
MANIFEST_OF = Manifest(
    engine="0.1.0", created="2026-03-02T09:00:00+00:00", seed=1, epochs=1, scenarios=("s",), content={}
)


def fill(folder: Path, lines: int = LINES) -> EventLog:
    folder.mkdir()
    log = EventLog(folder)
    for n in range(lines):
        log.append({"event.sequence": n, "event.kind": "note", "text": f"line {n}", "n": n * 7})
    log.close()
    return log


def record_of(name: str, log: EventLog) -> EpisodeRecord:
    return EpisodeRecord(
        episode=name,
        scenario="s",
        variant="default",
        agent="idle",
        epoch=1,
        seed=1,
        outcome="completed",
        steps=3,
        events=log.count,
        head=log.head,
    )


def make_run(folder: Path, names: tuple[str, ...] = ("a--001", "b--001"), complete: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    heads = {}
    for name in names:
        log = fill(folder / name)
        append_record(folder, record_of(name, log))
        heads[name] = log.head
    write_manifest(folder, MANIFEST_OF.model_copy(update={"heads": heads, "complete": True} if complete else {}))
    return folder


def states(folder: Path) -> dict[str, str]:
    return {c.episode: c.state for c in verify_run(open_run(folder))}


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A run whose process was killed in its third episode."""
    run = make_run(tmp_path / "stopped", complete=False)
    fill(run / "c--001")
    return run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return make_run(tmp_path / "run")


def test_a_whole_run_is_ok(run: Path) -> None:
    assert states(run) == {"a--001": "ok", "b--001": "ok"}
    assert [c.events for c in verify_run(open_run(run))] == [LINES, LINES]


def rechained(lines: list[bytes]) -> list[bytes]:
    """The same events with numbers and hashes made to fit: what a forger would do."""
    out, head = [], GENESIS
    for n, line in enumerate(lines):
        event = {**orjson.loads(line), "event.sequence": n, "fauxcorp.prev": head}
        out.append(orjson.dumps(event) + b"\n")
        head = sha256(out[-1]).hexdigest()
    return out


def drop(lines: list[bytes], n: int) -> list[bytes]:
    return lines[:n] + lines[n + 1 :]


def swap(lines: list[bytes], n: int) -> list[bytes]:
    other = (n + 1) % len(lines)
    out = list(lines)
    out[n], out[other] = out[other], out[n]
    return out


def edit(lines: list[bytes], n: int) -> list[bytes]:
    return [line.replace(b'"line %d"' % n, b'"lime %d"' % n) if i == n else line for i, line in enumerate(lines)]


def double(lines: list[bytes], n: int) -> list[bytes]:
    return lines[: n + 1] + lines[n:]


def truncate(lines: list[bytes], n: int) -> list[bytes]:
    return lines[:n]


def cut(lines: list[bytes], n: int) -> list[bytes]:
    return [*lines[:n], lines[n][:-1]]


def blank(lines: list[bytes], n: int) -> list[bytes]:
    return [*lines[:n], b"\n", *lines[n:]]


def space(lines: list[bytes], n: int) -> list[bytes]:
    return [line.replace(b'"n":', b'"n": ') if i == n else line for i, line in enumerate(lines)]


MUTATIONS = (drop, swap, edit, double, truncate, cut, blank, space)


@pytest.mark.parametrize("forged", [False, True], ids=["plain", "rechained"])
@pytest.mark.parametrize("number", range(LINES))
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
def test_any_tampering_with_any_line_is_found(
    run: Path, mutation: Callable[[list[bytes], int], list[bytes]], number: int, forged: bool
) -> None:
    path = run / "a--001" / EVENTS
    before = path.read_bytes()
    lines = mutation(before.splitlines(keepends=True), number)
    if forged:
        lines = rechained([line for line in lines if line.strip()])
        if b"".join(lines) == before:
            return
    path.write_bytes(b"".join(lines))
    found = {c.episode: c for c in verify_run(open_run(run))}
    assert found["a--001"].state == "broken"
    assert found["a--001"].detail
    assert found["b--001"].state == "ok"


@given(data=st.data())
def test_any_change_of_bytes_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    run = make_run(tmp_path_factory.mktemp("runs") / "run", ("a--001",))
    path = run / "a--001" / EVENTS
    before = path.read_bytes()
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, min(len(before), start + 40)))
    after = before[:start] + data.draw(st.binary(max_size=40)) + before[end:]
    assume(after != before)
    path.write_bytes(after)
    assert states(run) == {"a--001": "broken"}


@pytest.mark.parametrize(
    ("mutation", "told"),
    [
        (edit, "line 5 does not follow from line 4"),
        (drop, "line 4 should be event 3"),
        (cut, "line 4 is cut short"),
        (blank, "line 4 is not JSON"),
        (truncate, "9 lines are missing at its end"),
    ],
)
def test_the_place_is_told(run: Path, mutation: Callable[[list[bytes], int], list[bytes]], told: str) -> None:
    path = run / "a--001" / EVENTS
    path.write_bytes(b"".join(mutation(path.read_bytes().splitlines(keepends=True), 3)))
    assert told in verify_run(open_run(run))[0].detail


def test_no_record_is_unfinished(stopped: Path) -> None:
    assert states(stopped)["c--001"] == "unfinished"


def test_a_line_cut_by_a_killed_process_is_unfinished_not_broken(stopped: Path) -> None:
    path = stopped / "c--001" / EVENTS
    path.write_bytes(path.read_bytes()[:-5])
    check = next(c for c in verify_run(open_run(stopped)) if c.episode == "c--001")
    assert (check.state, check.events) == ("unfinished", LINES - 1)
    assert len(list(read_events(path))) == LINES - 1


def test_an_edited_log_without_record_is_broken(stopped: Path) -> None:
    path = stopped / "c--001" / EVENTS
    path.write_bytes(path.read_bytes().replace(b"line 3", b"lime 3"))
    assert states(stopped)["c--001"] == "broken"


def test_an_empty_log_is_not_ok(stopped: Path) -> None:
    (stopped / "a--001" / EVENTS).write_bytes(b"")
    (stopped / "c--001" / EVENTS).write_bytes(b"")
    assert states(stopped) == {"a--001": "broken", "b--001": "ok", "c--001": "unfinished"}


def test_a_log_that_is_gone_is_found(run: Path) -> None:
    (run / "a--001" / EVENTS).unlink()
    assert states(run)["a--001"] == "broken"


def test_an_episode_taken_out_with_its_record_is_found(run: Path) -> None:
    (run / "a--001" / EVENTS).unlink()
    lines = (run / RECORDS).read_bytes().splitlines(keepends=True)
    (run / RECORDS).write_bytes(lines[1])
    assert states(run) == {"a--001": "broken", "b--001": "ok"}


def test_a_record_taken_out_of_a_complete_run_is_found(run: Path) -> None:
    lines = (run / RECORDS).read_bytes().splitlines(keepends=True)
    (run / RECORDS).write_bytes(lines[1])
    assert states(run)["a--001"] == "broken"


def test_log_and_record_changed_together_do_not_fit_the_manifest(run: Path) -> None:
    path = run / "a--001" / EVENTS
    lines = rechained(edit(path.read_bytes().splitlines(keepends=True), 4))
    path.write_bytes(b"".join(lines))
    data = (run / RECORDS).read_bytes().splitlines()
    changed = {**orjson.loads(data[0]), "head": sha256(lines[-1]).hexdigest()}
    (run / RECORDS).write_bytes(orjson.dumps(changed) + b"\n" + data[1] + b"\n")
    check = verify_run(open_run(run))[0]
    assert check.state == "broken"
    assert MANIFEST in check.detail


def test_an_episode_put_into_a_complete_run_is_found(run: Path) -> None:
    append_record(run, record_of("c--001", fill(run / "c--001")))
    assert states(run)["c--001"] == "broken"


def test_a_run_that_was_stopped_is_checked_by_its_records(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", complete=False)
    assert states(run) == {"a--001": "ok", "b--001": "ok"}
    fill(run / "c--001")
    assert states(run) == {"a--001": "ok", "b--001": "ok", "c--001": "unfinished"}


def test_folders_that_are_no_episodes_are_passed_over(run: Path) -> None:
    (run / "notes").mkdir()
    assert open_run(run).episodes == ["a--001", "b--001"]


def test_pick_takes_a_unique_beginning(run: Path) -> None:
    opened = open_run(run)
    assert opened.pick("a") == "a--001"
    assert opened.pick("b--001") == "b--001"
    with pytest.raises(NotFound, match="a--001"):
        opened.pick("zz")
    with pytest.raises(NotFound):
        opened.pick("")


@pytest.mark.parametrize("name", ["missing", "a\x00b", "x" * 5000])
def test_no_run_folder_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(LogError):
        open_run(tmp_path / name)


@pytest.mark.parametrize(
    ("line", "told"), [(b"nonsense", "not a JSON event"), (b"[1]", "not a JSON object"), (b"\xff", "not a JSON event")]
)
def test_what_is_no_event_says_its_line(run: Path, line: bytes, told: str) -> None:
    path = run / "a--001" / EVENTS
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(LogError, match=f"events.jsonl:{LINES + 1}: {told}"):
        open_run(run).events("a--001")


@given(st.binary(max_size=300))
def test_any_bytes_give_a_verdict(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    run = make_run(tmp_path_factory.mktemp("runs") / "run", ("a--001",))
    (run / "a--001" / EVENTS).write_bytes(data)
    assert states(run) == {"a--001": "broken"}
    try:
        list(read_events(run / "a--001" / EVENTS))
    except LogError as error:
        assert str(error)
