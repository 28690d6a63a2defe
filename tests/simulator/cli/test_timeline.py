"""The timeline of an episode."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.cli.output import Out
from fauxcorp.cli.timeline import Timeline


def event(kind: str, action: str, **fields: Any) -> dict[str, Any]:
    base = {"@timestamp": "2026-05-04T08:00:30.000Z", "event.sequence": 5, "event.kind": kind, "event.action": action,
            "fauxcorp.step": 2}  # fmt: skip
    return {**base, **{k.replace("__", "."): v for k, v in fields.items()}}


def shown(capsys: pytest.CaptureFixture[str], *events: dict[str, Any], full: bool = False) -> list[str]:
    timeline = Timeline(Out(), full=full)
    for one in events:
        timeline.show(one)
    return capsys.readouterr().out.splitlines()


CALL = event("action", "tool-call", fauxcorp__tool__name="bash", fauxcorp__tool__arguments={"command": "ls\nid"})
RESULT = event("observation", "tool-result", event__outcome="success", fauxcorp__tool__result="one\ntwo\nthree")


def test_the_date_stands_once_for_each_day(capsys: pytest.CaptureFixture[str]) -> None:
    later = {**CALL, "@timestamp": "2026-05-05T00:00:01.000Z"}
    lines = shown(capsys, CALL, CALL, later)
    dates = [line for line in lines if line.startswith("──")]
    assert dates == ["── Monday 04 May 2026, UTC ──", "── Tuesday 05 May 2026, UTC ──"]


def test_a_call_and_its_result_in_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, CALL, RESULT)[1:] == ["08:00:30    2 bash command=ls id", "              one [+2 lines]"]


def test_a_call_and_its_result_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, CALL, RESULT, full=True)
    assert lines[1] == "08:00:30    2 bash"
    assert lines[2:] == [" " * 14 + text for text in ("command: ls", "id", "one", "two", "three")]


def test_a_failed_call_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    failed = {**RESULT, "event.outcome": "failure", "fauxcorp.tool.result": "No such file"}
    assert shown(capsys, failed)[-1].strip() == "failed: No such file"


def test_effects_of_others_say_when(capsys: pytest.CaptureFixture[str]) -> None:
    said = event("effect", "chat-posted", event__category="chat", user__name="ann", fauxcorp__actor="person",
                 fauxcorp__chat__channel="#it", fauxcorp__chat__text="who?", fauxcorp__stage="executed")  # fmt: skip
    assert shown(capsys, said)[-1] == "          ← #5 ann in chat #it: “who?”  [at 08:00:30]"


def test_flags_name_rule_level_and_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    flag = event("flag", "flag-raised", rule__id="r-1", rule__name="Something", fauxcorp__level="critical",
                 fauxcorp__evidence=[3, 5], fauxcorp__summary="x did y")  # fmt: skip
    assert shown(capsys, flag)[-1] == "          !  critical  r-1  Something  [evidence #3, #5]"


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        (event("note", "episode-ended", fauxcorp__outcome="limit", fauxcorp__detail="60"), "ended, limit: 60"),
        (event("note", "episode-forked", fauxcorp__agent="idle"), "from here on by agent idle"),
        (event("note", "engine-fault", error__type="E", error__message="m", fauxcorp__place="f"), "fault: E: m (f)"),
        (event("note", "other", fauxcorp__thing=3), "other {'fauxcorp.thing': 3}"),
        (
            event(
                "note",
                "model-used",
                gen_ai__request__model="openai/m",
                gen_ai__usage__input_tokens=7,
                gen_ai__usage__output_tokens=2,
                fauxcorp__cost__usd=0.25,
            ),
            "openai/m: 7 + 2 tokens, 0.25 USD",
        ),
        (event("note", "model-used", gen_ai__request__model="openai/m"), "openai/m: tokens not told"),
        (event("message", "agent-said", fauxcorp__text="I will"), "says: I will"),
    ],
)
def test_notes_and_messages(capsys: pytest.CaptureFixture[str], note: dict[str, Any], wanted: str) -> None:
    assert shown(capsys, note)[-1].strip() == wanted
