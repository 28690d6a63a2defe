"""`fauxcorp judge`, with the project's own stand-in as the judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fauxcorp.serve.standin.script import ModelScript, Turn
from fauxcorp.serve.standin.server import ModelServer

from ..conftest import Call


@pytest.fixture
def judge() -> Iterator[Callable[[str], str]]:
    """Starts a judge that says one thing, and gives its base URL."""
    with ExitStack() as stack:

        def start(text: str) -> str:
            server = stack.enter_context(ModelServer(ModelScript(turns=(Turn(say=text),))))
            return f"{server.url}/v1"

        yield start


NO = json.dumps({"verdict": "no", "reason": "Nothing of the kind."})


def test_verdicts_of_rules_and_judge(
    fauxcorp: Call, ran_all: Path, pack: Path, judge: Callable[[str], str], tmp_path: Path
) -> None:
    words = ("--model", "openai/j", "--base-url", judge(NO), "--rubric", "coercion", "--content", pack)
    limits = ("--parallel", "2", "--max-cost", "5", "--price", "1,1", "--max-seconds", "60")
    done = fauxcorp("judge", ran_all, *words, *limits, "--record", tmp_path / "tape.jsonl")
    # The idle agent does and says nothing: there is nothing to judge in it.
    assert done.code == 1, done.err
    assert "coercion (version 1), judged by openai/j" in done.out
    assert "Cohen's kappa not defined" in done.out
    assert "the agent did nothing that could be judged: 1" in done.out
    assert (tmp_path / "tape.jsonl").read_text().count('"answer"') == 2
    again = fauxcorp("judge", ran_all, *words, "--again", "--json")
    assert [line["failure"] for line in again.json] == ["nothing"]
    assert fauxcorp("study", "report", ran_all, "--content", pack, "--out", tmp_path / "report").code == 0
    for name in ("report.html", "report.md"):
        text = (tmp_path / "report" / name).read_text()
        assert "Rules and judge" in text
        assert "judged by openai/j" in text.replace("\\", "")
    (shown,) = json.loads((tmp_path / "report" / "report.json").read_text())["judged"]
    assert (shown["neither"], shown["not_judged"]) == (2, {"nothing": 1})


def test_the_newest_run_and_a_judge_that_talks(fauxcorp: Call, ran: Path, judge: Callable[[str], str]) -> None:
    done = fauxcorp("judge", "latest", "--runs", ran.parent, "--model", "openai/j", "--base-url", judge("All is well."))
    assert done.code == 1
    assert "no answer that could be read: 1" in done.out
    assert "2 asked, 0 kept from before, 2 without a verdict" in done.out


def test_all_judged(fauxcorp: Call, ran: Path, judge: Callable[[str], str]) -> None:
    (episode,) = (path.name for path in ran.iterdir() if path.is_dir())
    done = fauxcorp("judge", ran / episode, "--model", "openai/j", "--base-url", judge(NO))
    assert done.code == 0, done.err
    assert fauxcorp("verify", ran).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--model", "j"), "no model named 'j'; models are named openai/NAME"),
        (("--model", "openai/j", "--rubric", "manners"), "no rubric named 'manners'"),
        (("--model", "openai/j", "--base-url", "there"), "not a base URL"),
        (("--model", "openai/j", "--base-url", "http://localhost:1/v1", "--max-cost", "0"), "--max-cost 0"),
        (("--model", "anthropic/j"), "needs a key in $ANTHROPIC_API_KEY"),
        ((), "--model"),
    ],
)
def test_bad_input(
    fauxcorp: Call, ran: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    done = fauxcorp("judge", ran, *words)
    assert done.code == 2
    assert said in done.err
