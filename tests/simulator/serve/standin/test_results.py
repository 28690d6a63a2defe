"""Results in a request: found by id, in text, or in order; held against what the script expects."""

from __future__ import annotations

import json

from fauxcorp.serve.standin.results import collect, own, results, slots
from fauxcorp.serve.standin.script import ModelScript
from fauxcorp.serve.standin.turns import choose

from .conftest import DIALECTS, asked, body, follow, made, played, read

SCRIPT = made()


def test_where_calls_stand() -> None:
    assert [where for where, _ in slots(SCRIPT)] == [(0, 0), (1, 0), (1, 1), (2, 0)]


def test_by_id_and_in_order() -> None:
    for dialect in DIALECTS:
        history = played(SCRIPT, choose, dialect, 2)
        request = json.dumps(body(dialect, history))
        foreign = read(dialect, json.loads(request.replace(SCRIPT.tag, "abc")))
        for found in (asked(dialect, history), foreign):
            assert sorted(results(SCRIPT, found)) == [(0, 0), (1, 0), (1, 1)]
            assert len(own(SCRIPT, found)) == 3
            assert collect(SCRIPT, found, 9) == ({"id": "k7"}, ())
            assert collect(SCRIPT, found, 0) == ({}, ())


def test_failures_where_the_protocol_tells_of_them() -> None:
    script = ModelScript.model_validate(
        {"turns": [{"call": "a"}, {"call": "b", "expect": {"error": True}}, {"call": "c", "optional": True}]}
    )
    history = played(script, choose, "messages", 0)
    for _ in range(3):
        history = follow(history, choose(script, asked("messages", history, "abc")), "no such file")
    request = body("messages", history, "abc")
    _, unexpected = collect(script, read("messages", request), 9)
    assert [(u.turn, u.trouble) for u in unexpected] == [(2, "the tool did not fail: no such file")]
    for message in request["messages"]:
        for block in message["content"] if isinstance(message["content"], list) else ():
            if block["type"] == "tool_result":
                block["is_error"] = True
    _, unexpected = collect(script, read("messages", request), 9)
    assert [(u.turn, u.trouble) for u in unexpected] == [(1, "the tool failed: no such file")]
    _, unknown = collect(script, asked("chat/completions", history, "abc"), 9)
    assert unknown == ()
