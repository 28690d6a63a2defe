"""What is recorded is repeated to the byte, without key and server, and nothing is made up."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.model.recording import Recorder, Recording, difference
from fauxcorp.agents.model.said import Answered, Line, Tokens
from fauxcorp.agents.model.trouble import Kind, Trouble
from fauxcorp.errors import LogError, UserError
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

from .conftest import KEY, Answer, Api, Stream, asked, the_play
from .dialects import PROVIDERS, answer, stream

MakeApi = Callable[..., Api]
EVERY = pytest.mark.parametrize("provider", PROVIDERS)
NOWHERE = "http://127.0.0.1:1/v1"
COMMAND = ("bash", '{"command": "id"}')


class Said:
    """A line that answers, or not, as it is told to."""

    def __init__(self, *answers: dict[str, Any] | Trouble, usd: float | None = None) -> None:
        self.answers, self.usd = list(answers), usd

    def ask(self, body: Any, seconds: float | None) -> Answered:
        found = self.answers.pop(0)
        if isinstance(found, Trouble):
            raise found
        return Answered(found, None, self.usd)


def tokens(answer: Any) -> Tokens | None:
    return Tokens(int(answer["a"])) if "a" in answer else None


def entries(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def events(folder: Path) -> bytes:
    return (folder / "events.jsonl").read_bytes()


@EVERY
@pytest.mark.parametrize("streaming", [True, False])
def test_an_episode_is_repeated_to_the_byte(tmp_path: Path, provider: str, streaming: bool) -> None:
    file, folders = tmp_path / "exchanges.jsonl", [tmp_path / name for name in ("first", "again")]
    for folder in folders:
        folder.mkdir()
    with ModelServer(load_script("office-round", the_play()[0])) as server:
        first = asked(
            f"{server.url}/v1", f"{provider}/any", folders[0], tape=Recorder(file), stream=streaming, price="3,15"
        )
    # With a limit that needs a price: that of then does.
    again = asked("", f"{provider}/any", folders[1], tape=Recording(file), keys={}, max_cost=9.0)
    assert first.record == again.record
    assert (first.record.outcome, first.record.steps) == ("completed", 5)
    assert events(folders[0]) == events(folders[1])
    assert b"fauxcorp.cost.usd" in events(folders[1])
    assert KEY.encode() not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # Each request is there once, not once more with each that follows.
    assert file.read_text().count("I look for the mail first.") == 2


@EVERY
def test_trouble_is_repeated_too(make_api: MakeApi, tmp_path: Path, provider: str) -> None:
    act = stream(provider, answer(calls=[COMMAND]))
    slow = Stream((b": so\n\n",) * 9_999, pause=0.01)
    cases: list[tuple[list[Any], dict[str, Any], str]] = [
        ([Answer("", 401)], {}, "never-reached"),
        ([act, Answer({"error": {"message": f"bad {KEY}"}}, 400)], {}, "model-error"),
        ([act, "<html>"], {}, "model-error"),
        ([act, {}], {}, "model-error"),
        ([act, Answer({"error": {"message": "no", "code": "content_filter"}}, 400)], {}, "refused"),
        ([act, Answer("", 500, (("Retry-After", "0"),)), stream(provider, answer("Done."))], {}, "completed"),
        ([act, slow], {"max_seconds": 3.0}, "limit"),
    ]
    for number, (answers, limits, outcome) in enumerate(cases):
        folders = [tmp_path / f"{number}-{name}" for name in ("first", "again")]
        for folder in folders:
            folder.mkdir()
        file, api = tmp_path / f"{number}.jsonl", make_api(*answers)
        first = asked(api.url, f"{provider}/any", folders[0], tape=Recorder(file), **limits)
        again = asked("", f"{provider}/any", folders[1], tape=Recording(file), keys={}, **limits)
        assert first.record == again.record
        assert first.record.outcome == outcome
        assert events(folders[0]) == events(folders[1])
        assert KEY.encode() not in file.read_bytes() + events(folders[0])


def test_each_epoch_gets_its_own_answers(make_api: MakeApi, tmp_path: Path) -> None:
    """Their first requests are the same."""
    file = tmp_path / "exchanges.jsonl"
    api = make_api(*(stream("openai", answer(f"Answer {n}.")) for n in range(3)))
    tape = Recorder(file)
    kept = []
    for epoch in (1, 2, 2):
        folder = tmp_path / f"first-{len(kept)}"
        folder.mkdir()
        asked(api.url, "openai/any", folder, epoch=epoch, tape=tape)
        kept.append(events(folder))
    assert len({(e["hash"], json.dumps(e["new"])) for e in entries(file)}) == 1
    again = Recording(file)
    for n, epoch in ((1, 2), (0, 1), (2, 2)):
        folder = tmp_path / f"again-{n}"
        folder.mkdir()
        asked("", "openai/any", folder, epoch=epoch, tape=again, keys={})
        assert f"Answer {n}.".encode() in events(folder)
        assert events(folder) == kept[n]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"answer_tokens": 5}, "request 1 is not the one recorded in .*:1: max_tokens differs"),
        (
            {"epoch": 2},
            "request 1 is not recorded in .*: it has none of the episode high-agency/default/anthropic/any/2",
        ),
    ],
)
def test_what_was_not_asked_then_is_the_models_error(
    make_api: MakeApi, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    file, api = tmp_path / "exchanges.jsonl", make_api(stream("anthropic", answer("Done.")))
    asked(api.url, "anthropic/any", tape=Recorder(file))
    record = asked(NOWHERE, "anthropic/any", tape=Recording(file), **changed).record
    assert record.outcome == "model-error"
    assert re.search(said, record.detail), record.detail


def test_the_first_request_that_differs_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    line = Recorder(file).line("e/1", Said({"a": 1}, {"a": 2}))
    talk = [{"role": "user", "content": "Do it"}]
    line.ask({"model": "m", "messages": talk}, None)
    talk += [{"role": "assistant", "content": "x"}, {"role": "tool", "content": "12:01"}]
    line.ask({"model": "m", "messages": talk}, None)
    assert [(e["n"], e["new"].keys()) for e in entries(file)] == [(1, {"model", "messages"}), (2, {"messages"})]
    assert entries(file)[1]["new"]["messages"] == talk[1:]

    for last, said in (
        ([{"role": "tool", "content": "12:02"}], r"request 2 is not .*x.jsonl:2: messages\[2\].content differs"),
        ([{"role": "tool", "content": "12:01"}, {}], r"messages\[3\] differs"),
        ([], r"messages\[2\] differs"),
    ):
        again = Recording(file).line("e/1", tokens, None)
        again.ask({"model": "m", "messages": talk[:1]}, None)
        with pytest.raises(Trouble, match=said) as raised:
            again.ask({"model": "m", "messages": [*talk[:2], *last]}, None)
        assert raised.value.kind == "nonsense"
    again = Recording(file).line("e/1", tokens, None)
    for part in (talk[:1], talk):
        again.ask({"model": "m", "messages": part}, None)
    with pytest.raises(Trouble, match=r"request 3 is not recorded in .*: it has 2 of this episode"):
        again.ask({"model": "m", "messages": talk}, None)


def test_costs_are_those_of_then(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    tape = Recorder(file)
    tape.line("known", Said({"a": 5}, usd=0.25)).ask({}, None)
    tape.line("unknown", Said({"a": 5})).ask({}, None)
    again = Recording(file)
    assert again.line("known", tokens, lambda t: 9.0).ask({}, None) == Answered({"a": 5}, Tokens(5), 0.25)
    assert Recording(file).line("unknown", tokens, lambda t: t.into * 2.0).ask({}, None).usd == 10.0
    assert Recording(file).line("unknown", tokens, None).ask({}, None).usd is None


@pytest.mark.parametrize("kind", ["unreached", "nonsense", "refused", "late"])
def test_every_kind_of_trouble(tmp_path: Path, kind: Kind) -> None:
    file = tmp_path / "x.jsonl"
    for line in (Recorder(file).line("e", Said(Trouble(kind, "so"))), None):
        asks: Line = line or Recording(file).line("e", tokens, None)
        with pytest.raises(Trouble, match=r"^so$") as raised:
            asks.ask({}, None)
        assert raised.value.kind == kind


GOOD = {"episode": "e", "n": 1, "hash": "h", "new": {}, "answer": {}}


@pytest.mark.parametrize(
    "line",
    [
        "<html>", "[1]", "null", "{}", json.dumps({**GOOD, "n": "1"}), json.dumps({**GOOD, "answer": []}),
        json.dumps({**GOOD, "usd": "1"}), json.dumps({**GOOD, "new": 1}), json.dumps({**GOOD, "episode": None}),
        json.dumps({k: v for k, v in GOOD.items() if k != "answer"} | {"trouble": "odd", "detail": ""}),
        json.dumps({k: v for k, v in GOOD.items() if k != "answer"} | {"trouble": [], "detail": ""}),
        "", "[" * 5_000,
    ],
)  # fmt: skip
def test_files_that_are_no_recordings(tmp_path: Path, line: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(f"{json.dumps(GOOD)}\n{line}\n")
    with pytest.raises(UserError, match=r"--replay .*x.jsonl:2: not an exchange as --record writes it"):
        Recording(file)


def test_files_that_cannot_be_had(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(UserError, match="--replay"):
            Recording(path)
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    with pytest.raises(UserError, match="no exchange is recorded in it"):
        Recording(empty)
    for path in (tmp_path, tmp_path / "none" / "x.jsonl"):
        with pytest.raises(UserError, match="name another file"):
            Recorder(path)


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.touch(0o644)
    Recorder(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    Recorder(file).line("e", Said({})).ask({}, None)
    with pytest.raises(UserError, match="there is something in it; name another file, or repeat it by --replay"):
        Recorder(file)


def test_a_line_that_was_cut_short_by_the_end_of_a_run_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(f'{json.dumps(GOOD)}\n{{"episode": "e", "n": 2')
    assert Recording(file).find("e", 1, "h", {}, {}) == GOOD


def test_a_file_that_changes_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(f"{json.dumps(GOOD)}\n")
    again = Recording(file)
    file.write_text("x" * 500)
    with pytest.raises(LogError, match=r"x\.jsonl:1: it has changed"):
        again.find("e", 1, "h", {}, {})


JSON = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "y"]), inner),
    max_leaves=6,
)


@given(was=JSON, now=JSON)
def test_a_difference_is_found_where_there_is_one(was: Any, now: Any) -> None:
    assert bool(difference({"at": was}, {"at": now})) == (was != now)
    assert difference(was, was) == ""
