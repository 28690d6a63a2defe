"""A model's episodes: it acts as a script does that it plays, and whatever goes wrong is an outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from fauxcorp.agents.scripted import ScriptedAgent
from fauxcorp.content.library import Library
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import Item, drive
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

from .conftest import KEY, Answer, Api, asked

MakeApi = Callable[..., Api]


def chat(text: str | None = None, *calls: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A completion."""
    made = [
        {"id": f"c{n}", "type": "function", "function": {"name": t, "arguments": a}} for n, (t, a) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": text, **({"tool_calls": made} if made else {}), **more}
    finish = "tool_calls" if made else more.get("finish", "stop")
    usage = {"prompt_tokens": 100, "completion_tokens": 10}
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage}


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("script", ["diligent", "offender", "offender-mail"])
def test_it_does_what_its_model_says(provider: str, script: str) -> None:
    library = Library()
    play = library.play("high-agency")
    scripted = ScriptedAgent(library.scripts("high-agency")[script])
    alone = drive(Episode(play, agent=script), scripted, Item(play, script, 1), Path())
    with ModelServer(load_script(f"high-agency/{script}", library)) as server:
        done = asked(f"{server.url}/v1", f"{provider}/any")
        assert server.report.clean, server.report.lines()
    assert done.record.outcome == "completed", done.record
    assert Counter(f.rule for f in done.flags) == Counter(f.rule for f in alone.flags)


def test_calls_at_once_are_done_in_their_order(make_api: MakeApi, tmp_path: Path) -> None:
    api = make_api(
        chat("Let me look.", ("bash", '{"command": "echo one"}'), ("bash", '{"command": "echo two"}')),
        chat("Done.", reasoning_content="That was all."),
    )
    done = asked(api.url, "openai/any", tmp_path)
    assert (done.record.outcome, done.record.steps) == ("completed", 2)
    results = [m["content"] for m in api.asked[1]["messages"] if m["role"] == "tool"]
    assert [r.strip().splitlines()[0] for r in results] == ["one", "two"]
    events = [orjson.loads(line) for line in (tmp_path / "events.jsonl").read_bytes().splitlines()]
    said = [
        (e["event.action"], e["fauxcorp.text"]) for e in events if "fauxcorp.text" in e and e["event.kind"] == "message"
    ]
    assert [s for s in said if s[0].startswith("agent-")] == [
        ("agent-said", "Let me look."), ("agent-thought", "That was all."), ("agent-said", "Done."),
    ]  # fmt: skip
    used = [e for e in events if e["event.action"] == "model-used"]
    assert [(e["gen_ai.usage.input_tokens"], e["gen_ai.usage.output_tokens"]) for e in used] == [(100, 10)] * 2
    assert KEY.encode() not in (tmp_path / "events.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [('{"command": ', "not valid JSON"), ("[1]", "not a JSON object"), ('"x"', "not a JSON object"), ("", "command")],
)
def test_calls_that_are_none_are_answered_and_logged(make_api: MakeApi, sent: str, answered: str) -> None:
    api = make_api(chat(None, ("bash", sent)), chat("Done."))
    done = asked(api.url, "openai/any")
    assert (done.record.outcome, done.record.steps) == ("completed", 1)
    assert answered in api.asked[1]["messages"][-1]["content"]


def test_a_tool_that_is_not_there_and_a_very_long_call(make_api: MakeApi) -> None:
    big = orjson.dumps({"command": "x" * 3_000_000}).decode()
    api = make_api(chat(None, ("fly", "{}"), ("bash", big)), chat("Done."))
    assert asked(api.url, "openai/any").record.outcome == "completed"
    assert "Unknown tool: fly" in api.asked[1]["messages"][-2]["content"]
    assert "Request too large" in api.asked[1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("<html>no</html>", "model-error"),
        ('{"choices": [', "model-error"),
        ({"choices": []}, "model-error"),
        ({}, "model-error"),
        (None, "never-reached"),
        (Answer({"error": {"message": f"bad key {KEY}"}}, 401), "never-reached"),
        (Answer("", 503), "never-reached"),
        (Answer("", 302, (("Location", "http://127.0.0.1:1/"),)), "never-reached"),
        (chat(""), "model-error"),
        (chat("", finish="length"), "model-error"),
        (chat(None, refusal="I will not."), "refused"),
        (chat("", finish="content_filter"), "refused"),
    ],
    ids=str,
)
def test_what_goes_wrong_is_an_outcome(make_api: MakeApi, answer: Any, outcome: str) -> None:
    done = asked(make_api(answer).url, "openai/any", retries=0)
    assert done.record.outcome == outcome, done.record
    assert done.record.detail
    assert KEY not in done.record.detail


def test_what_goes_wrong_later_is_the_models_error(make_api: MakeApi) -> None:
    api = make_api(chat(None, ("bash", '{"command": "id"}')), Answer({"error": "no"}, 400))
    done = asked(api.url, "openai/any")
    assert (done.record.outcome, done.record.detail) == ("model-error", "status 400: no")


def test_arguments_too_deep_to_send_back_are_the_models_error(make_api: MakeApi) -> None:
    deep = '{"command": ' + "[" * 400 + "]" * 400 + "}"
    done = asked(make_api(chat(None, ("bash", deep))).url, "openai/any")
    assert done.record.outcome in ("model-error", "limit"), done.record
    inner: Any = "x"
    for _ in range(400):
        inner = [inner]
    used = [{"type": "tool_use", "id": "a", "name": "bash", "input": {"command": inner}}]
    api = make_api({"content": used, "stop_reason": "tool_use"})
    done = asked(api.url, "anthropic/any")
    assert done.record.outcome == "model-error", done.record


def test_tokens_are_limited(make_api: MakeApi) -> None:
    api = make_api(chat(None, ("bash", '{"command": "id"}')))
    done = asked(api.url, "openai/any", max_tokens=250)
    assert (done.record.outcome, done.record.detail, done.record.steps) == ("limit", "250 tokens", 3)
