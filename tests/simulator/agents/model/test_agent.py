"""A model's episodes: it acts as a script does that it plays, and whatever goes wrong is an outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from fauxcorp.agents.scripted import ScriptedAgent
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import Item, drive
from fauxcorp.serve.standin import said
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

from .conftest import KEY, Answer, Api, Stream, asked, sse, the_play
from .dialects import PROVIDERS, answer, events, stream, whole

MakeApi = Callable[..., Api]
EVERY = pytest.mark.parametrize("provider", PROVIDERS)
BOTH = pytest.mark.parametrize("form", [whole, stream], ids=["whole", "stream"])
Form = Callable[[str, said.Answer], Any]
COMMAND = ("bash", '{"command": "id"}')


def log(folder: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]


def noted(folder: Path) -> list[tuple[str, str]]:
    """What the agent said and thought."""
    kept = [(e["event.action"], e.get("fauxcorp.text", "")) for e in log(folder)]
    return [(action, text) for action, text in kept if action.startswith("agent-")]


def results(api: Api, request: int) -> list[str]:
    """The texts of the tools' results in a request."""
    body, found = api.asked[request], []
    for item in (*body.get("messages", ()), *body.get("input", ())):
        if item.get("role") == "tool":
            found.append(item["content"])
        if item.get("type") == "function_call_output":
            found.append(item["output"])
        if isinstance(item.get("content"), list):
            found += [block["content"] for block in item["content"] if block.get("type") == "tool_result"]
    return found


@EVERY
@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("script", ["diligent", "offender-mail"])
def test_it_does_what_its_model_says(provider: str, script: str, streaming: bool) -> None:
    library, play = the_play()
    scripted = ScriptedAgent(library.scripts("high-agency")[script])
    alone = drive(Episode(play, agent=script), scripted, Item(play, script, 1), Path())
    with ModelServer(load_script(f"high-agency/{script}", library)) as server:
        done = asked(f"{server.url}/v1", f"{provider}/any", stream=streaming)
        assert server.report.clean, server.report.lines()
    assert done.record.outcome == "completed", done.record
    assert Counter(f.rule for f in done.flags) == Counter(f.rule for f in alone.flags)


@EVERY
@BOTH
def test_calls_at_once_are_done_in_their_order(make_api: MakeApi, tmp_path: Path, provider: str, form: Form) -> None:
    many = [("bash", f'{{"command": "echo n{n}"}}') for n in range(20)]
    api = make_api(form(provider, answer("Let me look.", many)), form(provider, answer("Done.")))
    done = asked(api.url, f"{provider}/any", tmp_path)
    assert (done.record.outcome, done.record.steps) == ("completed", 20)
    assert [r.strip().splitlines()[0] for r in results(api, 1)] == [f"n{n}" for n in range(20)]
    assert noted(tmp_path) == [("agent-said", "Let me look."), ("agent-said", "Done.")]
    used = [e for e in log(tmp_path) if e["event.action"] == "model-used"]
    assert [e["gen_ai.usage.input_tokens"] for e in used] == [101, 101]
    assert KEY.encode() not in (tmp_path / "events.jsonl").read_bytes()


THINKS: dict[str, dict[str, Any]] = {
    "openai": {"choices": [{"message": {"reasoning_content": "Hm.", "content": "No."}, "finish_reason": "stop"}]},
    "openai-responses": {
        "output": [
            {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "Hm."}]},
            {"type": "message", "content": [{"type": "output_text", "text": "No."}]},
        ]
    },
    "anthropic": {
        "content": [{"type": "thinking", "thinking": "Hm.", "signature": "s"}, {"type": "text", "text": "No."}],
        "stop_reason": "end_turn",
    },
}


@EVERY
def test_reasoning_is_in_the_log(make_api: MakeApi, tmp_path: Path, provider: str) -> None:
    assert asked(make_api(THINKS[provider]).url, f"{provider}/any", tmp_path).record.outcome == "completed"
    assert noted(tmp_path) == [("agent-thought", "Hm."), ("agent-said", "No.")]


@EVERY
@BOTH
@pytest.mark.parametrize(
    ("sent", "answered"),
    [('{"command": ', "not valid JSON"), ("[1]", "not a JSON object"), ('"x"', "Invalid"), ("", "command")],
)
def test_calls_that_are_none_are_answered_and_logged(
    make_api: MakeApi, provider: str, form: Form, sent: str, answered: str
) -> None:
    api = make_api(form(provider, answer(calls=[("bash", sent)])), form(provider, answer("Done.")))
    done = asked(api.url, f"{provider}/any")
    assert (done.record.outcome, done.record.steps) == ("completed", 1)
    (result,) = results(api, 1)
    assert answered in result


@EVERY
@BOTH
def test_a_tool_that_is_not_there_and_long_calls(make_api: MakeApi, tmp_path: Path, provider: str, form: Form) -> None:
    sizes = (1_000_000, 3_000_000)
    long = [("bash", orjson.dumps({"command": f"echo {'x' * size} | wc -c"}).decode()) for size in sizes]
    api = make_api(form(provider, answer(calls=[("fly", "{}"), *long])), form(provider, answer("Done.")))
    done = asked(api.url, f"{provider}/any", tmp_path)
    assert (done.record.outcome, done.record.steps) == ("completed", 3)
    unknown, one, three = results(api, 1)
    assert "Unknown tool: fly" in unknown
    assert "Request too large" in three
    assert "Request too large" not in one
    assert (tmp_path / "events.jsonl").stat().st_size > 1_000_000


HALF = {
    "openai": {"choices": [{"delta": {"content": "I will"}}]},
    "openai-responses": {"type": "response.output_text.delta", "delta": "I will"},
    "anthropic": {"type": "message_start", "message": {"role": "assistant", "content": []}},
}
OTHER = {"openai": {"content": []}, "openai-responses": {"choices": []}, "anthropic": {"choices": []}}


@EVERY
def test_what_goes_wrong_is_an_outcome(make_api: MakeApi, tmp_path: Path, provider: str) -> None:
    """Every kind of trouble, each with a server of its own: first as the first answer, then as the second."""
    cases: list[tuple[Any, str, str]] = [
        ("<html>no</html>", "model-error", "the answer is not JSON"),
        ('{"choices": [', "model-error", "the answer is not JSON"),
        (OTHER[provider], "model-error", "not a"),
        ({}, "model-error", "not a"),
        ("[]", "model-error", "no JSON object"),
        (Stream((b"data: <html>\n\n",)), "model-error", "not JSON"),
        (Stream((b"<html>no</html>",)), "model-error", "an empty stream"),
        (Stream(sse(HALF[provider])), "model-error", "the stream broke off"),
        (Stream(sse(HALF[provider]), whole=False), "model-error", "the stream broke off"),
        (Stream(sse(HALF[provider], "[1]")), "model-error", "no JSON object"),
        (Stream(sse({"error": {"message": "bad", "code": 400}})), "never-reached", "error: bad"),
        (Stream((b": so\n\n",) * 9_999, pause=0.01), "never-reached", "timeout"),
        (None, "never-reached", "no connection"),
        (Answer({"error": {"message": f"bad key {KEY}"}}, 401), "never-reached", "status 401: bad key [key]"),
        (Answer("", 429), "never-reached", "status 429"),
        (Answer("", 429, (("Retry-After", "1"),)), "never-reached", "status 429"),
        (Answer("", 500), "never-reached", "status 500"),
        (Answer("", 302, (("Location", "http://127.0.0.1:1/"),)), "never-reached", "status 302"),
        (Answer({"error": {"message": "no", "code": "content_filter"}}, 400), "refused", "status 400: no"),
        (whole(provider, answer("")), "model-error", "an empty answer"),
        (stream(provider, answer("")), "model-error", "an empty answer"),
        (whole(provider, answer("x", stop="length")), "model-error", "cut short"),
        (stream(provider, answer("x", stop="length")), "model-error", "cut short"),
        (whole(provider, answer("I will not.", stop="refusal")), "refused", "I will not."),
        (stream(provider, answer("I will not.", stop="refusal")), "refused", "I will not."),
    ]
    for number, (bad, outcome, detail) in enumerate(cases):
        for first in ([], [stream(provider, answer(calls=[COMMAND]))]):
            folder = tmp_path / f"{number}-{len(first)}"
            folder.mkdir()
            api = make_api(*first, bad)
            most = 2.0 if detail == "timeout" else 60.0
            record = asked(api.url, f"{provider}/any", folder, retries=0, answer_seconds=most).record
            expected = "model-error" if first and outcome == "never-reached" else outcome
            assert (record.outcome, record.steps) == (expected, len(first)), (bad, record)
            assert detail in record.detail
            last = log(folder)[-1]
            assert (last["event.action"], last["fauxcorp.outcome"]) == ("episode-ended", expected)
            assert KEY.encode() not in (folder / "events.jsonl").read_bytes()


@EVERY
def test_what_passes_is_asked_again(make_api: MakeApi, provider: str) -> None:
    soon = (("Retry-After", "0"),)
    api = make_api(
        Answer("", 429, soon), Answer("", 500, soon), Answer("", 529, soon), stream(provider, answer(calls=[COMMAND])),
        Answer("", 503, soon), Stream(sse(*events(provider, answer("Done."))[:1]), whole=False),
        stream(provider, answer("Done.")),
    )  # fmt: skip
    record = asked(api.url, f"{provider}/any").record
    assert (record.outcome, record.steps, len(api.asked)) == ("completed", 1, 7)


def test_arguments_too_deep_to_send_back_are_the_models_error(make_api: MakeApi) -> None:
    deep = '{"command": ' + "[" * 400 + "]" * 400 + "}"
    api = make_api(whole("openai", answer(calls=[("bash", deep)])), whole("openai", answer("Done.")))
    record = asked(api.url, "openai/any").record  # as text they go back
    assert (record.outcome, record.steps) == ("completed", 1)
    assert "not valid JSON" in results(api, 1)[0]
    inner: Any = "x"
    for _ in range(400):
        inner = [inner]
    used = [{"type": "tool_use", "id": "a", "name": "bash", "input": {"command": inner}}]
    record = asked(make_api({"content": used, "stop_reason": "tool_use"}).url, "anthropic/any").record
    assert (record.outcome, record.detail) == ("model-error", "the answer is too deep")


def test_tokens_are_limited(make_api: MakeApi) -> None:
    api = make_api(stream("openai", answer(calls=[COMMAND])))
    done = asked(api.url, "openai/any", max_tokens=250)
    assert (done.record.outcome, done.record.detail, done.record.steps) == ("limit", "250 tokens", 3)


@EVERY
def test_costs_are_limited_and_logged(make_api: MakeApi, tmp_path: Path, provider: str) -> None:
    given = answer(calls=[COMMAND])
    api = make_api(stream(provider, given))
    done = asked(api.url, f"{provider}/any", tmp_path, max_cost=0.0005, price="2,10")
    usd = round((101 * 2 + given.tokens * 10) / 1_000_000, 9)
    costs = [e["fauxcorp.cost.usd"] for e in log(tmp_path) if e["event.action"] == "model-used"]
    assert costs == [usd] * 2
    assert usd < 0.0005 < 2 * usd
    assert (done.record.outcome, done.record.detail, done.record.steps) == ("limit", "0.0005 USD", 2)


@pytest.mark.parametrize(
    ("limit", "option"), [({"max_tokens": 9}, "--max-tokens"), ({"max_cost": 9.0, "price": "1,1"}, "--max-cost")]
)
def test_a_limit_needs_to_know_what_was_used(make_api: MakeApi, limit: dict[str, Any], option: str) -> None:
    body = whole("openai", answer(calls=[COMMAND]))
    del body["usage"]
    record = asked(make_api(body).url, "openai/any", **limit).record
    assert (record.outcome, record.steps) == ("model-error", 0)
    assert record.detail == f"the API does not tell what an answer took; {option} cannot be kept to"


@EVERY
def test_a_refusal_in_words_is_in_the_log(make_api: MakeApi, tmp_path: Path, provider: str) -> None:
    asked(make_api(stream(provider, answer("I will not.", stop="refusal"))).url, f"{provider}/any", tmp_path)
    assert noted(tmp_path) == [("agent-said", "I will not.")]


def test_time_is_limited(make_api: MakeApi) -> None:
    slow = Stream((b": so\n\n",) * 9_999, pause=0.01)
    api = make_api(stream("openai", answer(calls=[COMMAND])), slow)
    record = asked(api.url, "openai/any", max_seconds=3.0).record
    assert (record.outcome, record.steps) == ("limit", 1)
    assert record.detail == "3 s of the model: its time is up; last: timeout"


def test_a_model_that_took_all_its_time_for_nothing_was_never_reached(make_api: MakeApi) -> None:
    """`limit` would count as an episode in which nothing was flagged."""
    for bad in (Answer("", 503), Stream((b": so\n\n",) * 9_999, pause=0.01)):
        record = asked(make_api(bad).url, "openai/any", max_seconds=0.4).record
        assert record.outcome == "never-reached", record
