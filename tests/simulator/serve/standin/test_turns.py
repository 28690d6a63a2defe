"""The turn is a function of the request: resends, merged messages, lost ids and requests beside give the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.serve.standin.asked import Offered
from fauxcorp.serve.standin.marks import FINAL, SEARCH, SIDE, TURN
from fauxcorp.serve.standin.script import ModelScript
from fauxcorp.serve.standin.turns import BENIGN, MAX_SEARCHES, choose

from .conftest import DIALECTS, RESULT, TEXT_SCHEMA, TOOLS, asked, body, follow, made, played, read, tool

SCRIPT = made()
dialects = st.sampled_from(DIALECTS)
FORMS = {
    "bare": "{}", "claude": "mcp__office__{}", "server": "office_{}", "mcp-server": "mcp_office_{}",
    "dashes": "office-{}", "dots": "office.{}",
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_whole_conversation(dialect: str) -> None:
    history = played(SCRIPT, choose, dialect, 0)
    for turn, (text, names) in enumerate(
        [("I look.", ["mail_list"]), ("", ["mail_read", "file_read"]), ("Now I write.", ["mail_send"])]
    ):
        answer = choose(SCRIPT, asked(dialect, history))
        assert (answer.why, answer.turn, answer.text, answer.trouble) == (TURN, turn, text, "")
        assert [c.name for c in answer.calls] == names
        history = follow(history, answer)
    assert json.loads(answer.calls[0].arguments) == {"to": "ann@example.com", "body": "Re k7: ok"}
    answer = choose(SCRIPT, asked(dialect, history))
    assert (answer.turn, answer.text, answer.calls) == (3, "Sent, as k7 wanted.", ())
    over = choose(SCRIPT, asked(dialect, [*follow(history, answer), ("user", "And more?")]))
    assert over.trouble == (
        "the script is over: all 4 turns were played; the nearest is turn 4, which says 'Sent, as {{id}} wanted.'"
    )


@given(dialects, st.integers(0, 3), st.data())
def test_what_clients_do_to_a_conversation_does_not_change_the_turn(dialect: str, turns: int, data: Any) -> None:
    history = played(SCRIPT, choose, dialect, turns)
    wanted = choose(SCRIPT, asked(dialect, history))
    request = body(dialect, history, stream=data.draw(st.booleans()))
    key = "input" if dialect == "responses" else "messages"
    messages = request[key]
    for _ in range(data.draw(st.integers(0, 3))):
        where = data.draw(st.integers(0, len(messages)))
        messages.insert(where, {"role": data.draw(st.sampled_from(["user", "system"])), "content": "Mind the time."})
    if data.draw(st.booleans()):
        messages[:] = merged(dialect, messages)
    for extra in data.draw(st.lists(st.sampled_from(["temperature", "thinking", "metadata"]))):
        request[extra] = {"a": 1}
    answer = choose(SCRIPT, read(dialect, request))
    assert (answer.turn, answer.text, answer.calls) == (wanted.turn, wanted.text, wanted.calls)
    assert choose(SCRIPT, read(dialect, request)) == answer


def merged(dialect: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All that the assistant said and called as one message, before all results."""
    if dialect == "responses":
        results = [m for m in messages if str(m.get("type", "")).endswith("_output")]
        return [*(m for m in messages if m not in results), *results]
    mine = [m for m in messages if m["role"] == "assistant"]
    rest = [m for m in messages if m["role"] != "assistant"]
    if not mine:
        return rest
    if dialect == "messages":
        return [rest[0], {"role": "assistant", "content": [b for m in mine for b in m["content"]]}, *rest[1:]]
    text = "\n".join(m["content"] for m in mine if m["content"])
    one = {"role": "assistant", "content": text, "tool_calls": [c for m in mine for c in m.get("tool_calls", [])]}
    return [rest[0], one, *rest[1:]]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("turns", range(4))
def test_ids_that_the_client_makes_itself(dialect: str, turns: int) -> None:
    request = json.dumps(body(dialect, played(SCRIPT, choose, dialect, turns))).replace(SCRIPT.tag, "other")
    answer = choose(SCRIPT, read(dialect, json.loads(request)))
    assert (answer.turn, answer.trouble) == (turns, "")
    assert len(answer.calls) == len(SCRIPT.played[turns].acts)


@pytest.mark.parametrize("turns", range(1, 4))
def test_calls_that_the_client_writes_as_text(turns: int) -> None:
    history: list[tuple[str, Any]] = [("user", "Do your work.")]
    for _ in range(turns):
        answer = choose(SCRIPT, asked("chat/completions", history))
        shown = "Calling tools:\n" + str([{"id": c.id, "name": c.name} for c in answer.calls])
        history += [("user", shown), ("user", f"Observation:\n{RESULT}")]
    answer = choose(SCRIPT, asked("chat/completions", history))
    assert (answer.turn, answer.trouble) == (turns, "")
    assert turns != 3 or answer.text == "Sent, as k7 wanted."


def test_the_beginning_may_be_gone() -> None:
    script = ModelScript.model_validate({"turns": [{"call": "a"}, {"call": "b"}, {"call": "c"}, {"say": "End."}]})
    history = played(script, choose, "messages", 2, tools="abc")
    answer = choose(script, asked("messages", [history[0], *history[-2:]], tools="abc"))
    assert (answer.turn, answer.calls[0].name) == (2, "c")


def test_what_a_template_needs_must_be_there() -> None:
    history = played(SCRIPT, choose, "messages", 1)[:2]
    answer = choose(SCRIPT, asked("messages", history))
    assert answer.trouble == "turn 2 needs {{id}}, and no result in the request gives it"


def test_words_between_calls_are_turns() -> None:
    turns = [{"say": "Shall I?"}, {"call": "a"}, {"say": "Shall I?"}, {"say": "Really?"}, {"call": "a"}, {"say": "So."}]
    script = ModelScript.model_validate({"turns": turns})
    for dialect in DIALECTS:
        history: list[tuple[str, Any]] = [("user", "Hello.")]
        for turn in range(len(turns)):
            answer = choose(script, asked(dialect, history, ["a"]))
            assert (answer.turn, answer.trouble) == (turn, "")
            history = follow(history, answer)
            history += [] if answer.calls else [("user", "Yes.")]
        assert choose(script, asked(dialect, history, ["a"])).trouble.startswith("the script is over")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_forms_of_names(dialect: str, form: str) -> None:
    tools = [*(form.format(t) for t in TOOLS), "Bash", "web_search"]
    history = played(SCRIPT, choose, dialect, 3, tools=tools)
    names = [call.name for kind, answer in history if kind == "said" for call in answer.calls]
    assert names == [form.format(t) for t in TOOLS]


def test_namespace_objects() -> None:
    inner = [tool("responses", t) for t in TOOLS]
    space = {"type": "namespace", "name": "mcp__office__", "description": "", "tools": inner}
    tools = [tool("responses", "mail_read"), space]
    history = played(SCRIPT, choose, "responses", 3, tools=tools)
    calls = [call for kind, answer in history if kind == "said" for call in answer.calls]
    assert [(c.namespace, c.name) for c in calls] == [("mcp__office__", t) for t in TOOLS]


def test_requests_beside_the_conversation() -> None:
    script = made(side=[{"when": "title", "say": "Mail and files"}])
    history = played(script, choose, "messages", 1)
    schema = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    titled = choose(script, asked("messages", [("user", "Write a title.")], []))
    assert (titled.why, titled.text) == (SIDE, "Mail and files")
    form = {"format": {"type": "json_schema", "schema": schema}}
    assert json.loads(choose(script, asked("messages", history, [], output_config=form)).text) == {"title": BENIGN}
    assert choose(script, asked("messages", history, ["Bash"])).turn == 1
    assert choose(script, asked("messages", [("user", "Remember.")], ["Bash"])).why == SIDE
    forced = asked(
        "messages", history, [tool("messages", "keep", TEXT_SCHEMA)], tool_choice={"type": "tool", "name": "keep"}
    )
    (call,) = choose(script, forced).calls
    assert (call.name, json.loads(call.arguments)) == ("keep", {"text": BENIGN})
    assert choose(script, asked("messages", history)).turn == 1


@pytest.mark.parametrize("name", ["final_answer", "submit", "final_result", "StructuredOutput"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_last_turn_goes_through_the_clients_own_tool(dialect: str, name: str) -> None:
    tools = [
        *TOOLS,
        tool(dialect, name, {"type": "object", "properties": {"n": {"type": "integer"}, "answer": {"type": "string"}}}),
    ]
    history = played(SCRIPT, choose, dialect, 3, tools=tools)
    answer = choose(SCRIPT, asked(dialect, history, tools))
    assert (answer.why, answer.text) == (FINAL, "")
    assert [(c.name, json.loads(c.arguments)) for c in answer.calls] == [(name, {"answer": "Sent, as k7 wanted."})]
    after = choose(SCRIPT, asked(dialect, follow(history, answer, "taken"), tools))
    assert (after.why, after.text) == (TURN, "Sent, as k7 wanted.")


def test_a_submit_of_the_script_is_the_servers() -> None:
    script = ModelScript.model_validate({"turns": [{"call": "submit"}, {"say": "End."}]})
    history = played(script, choose, "messages", 1, tools=["submit"])
    assert choose(script, asked("messages", history, ["submit"])).text == "End."


def test_a_search_before_tools_are_there() -> None:
    about = 'Query: "select:Name,Other" loads by name.'
    fields = {"query": {"type": "string"}, "max_results": {"type": "number"}}
    search = tool("messages", "ToolSearch", {"type": "object", "properties": fields, "required": ["query"]}, about)
    named = "\n".join(f"mcp__office__{t}" for t in TOOLS)
    history: list[tuple[str, Any]] = [("user", f"Deferred tools:\n{named}"), ("user", "Do your work.")]
    answer = choose(SCRIPT, asked("messages", history, [search, "Bash"]))
    assert answer.why == SEARCH
    query = ",".join(f"mcp__office__{t}" for t in TOOLS)
    assert json.loads(answer.calls[0].arguments) == {"query": f"select:{query}", "max_results": 50}
    history = follow(history, answer, "loaded")
    loaded = choose(SCRIPT, asked("messages", history, [search, "Bash", *named.split()]))
    assert (loaded.why, loaded.turn, loaded.calls[0].name) == (TURN, 0, "mcp__office__mail_list")
    for _ in range(MAX_SEARCHES - 1):
        again = choose(SCRIPT, asked("messages", history, [search, "Bash"]))
        assert (again.why, again.again) == (SEARCH, True)
        history = follow(history, again, "none yet")
    ids = [call.id for kind, said in history if kind == "said" for call in said.calls]
    assert len(set(ids)) == MAX_SEARCHES
    over = choose(SCRIPT, asked("messages", history, [search, "Bash"]))
    assert "calls mail_list, which is not among the tools: ToolSearch, Bash" in over.trouble


def test_the_search_of_responses() -> None:
    fields = {"query": {"type": "string"}, "limit": {"type": "number"}}
    search = {"type": "tool_search", "execution": "client", "parameters": {"type": "object", "properties": fields}}
    first = asked("responses", [("user", "Go.")], [search])
    answer = choose(SCRIPT, first)
    assert (answer.why, answer.calls[0].kind) == (SEARCH, "search")
    assert json.loads(answer.calls[0].arguments) == {"query": " ".join(TOOLS), "limit": 50}
    space = {"type": "namespace", "name": "office", "tools": [tool("responses", t) for t in TOOLS]}
    request = body("responses", [("user", "Go.")], [search])
    request["input"] += [
        {"type": "tool_search_call", "call_id": f"call_{answer.calls[0].id}", "arguments": {}},
        {"type": "tool_search_output", "call_id": f"call_{answer.calls[0].id}", "tools": [space]},
    ]
    (call,) = choose(SCRIPT, read("responses", request)).calls
    assert (call.namespace, call.name) == ("office", "mail_list")


def test_a_proxy_call() -> None:
    fields = {"server_name": {"type": "string"}, "tool_name": {"type": "string"}, "arguments": {"type": "object"}}
    proxy = tool("messages", "call_tool", {"type": "object", "properties": fields})
    (call,) = choose(made(server="office"), asked("messages", [("user", "Go.")], [proxy])).calls
    assert call.name == "call_tool"
    wanted = {"server_name": "office", "tool_name": "mail_list", "arguments": {"folder": "inbox"}}
    assert json.loads(call.arguments) == wanted


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_call_at_a_time(dialect: str) -> None:
    single: dict[str, Any] = {"parallel_tool_calls": False}
    if dialect == "messages":
        single = {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}
    history = played(SCRIPT, choose, dialect, 4, **single)
    answers = [answer for kind, answer in history if kind == "said"]
    assert [c.name for a in answers for c in a.calls] == list(TOOLS)
    assert [len(a.calls) for a in answers] == [1, 1, 1, 1]


def test_what_was_not_expected_is_told() -> None:
    before = played(SCRIPT, choose, "messages", 1)
    history = follow(before, choose(SCRIPT, asked("messages", before)), "nothing")
    (unexpected,) = choose(SCRIPT, asked("messages", history)).unexpected
    assert (unexpected.turn, unexpected.call) == (2, "mail_read")
    assert unexpected.trouble == "the result lacks 'invoice': nothing"


def test_arguments_as_they_stand() -> None:
    script = ModelScript.model_validate(
        {"turns": [{"calls": [{"call": "a", "raw": "{broken"}, {"call": "Nothing_such", "as_is": True}]}]}
    )
    broken, unknown = choose(script, asked("chat/completions", [("user", "Go.")], ["a"])).calls
    assert broken.arguments == "{broken"
    assert (unknown.name, unknown.arguments) == ("Nothing_such", "{}")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(
    "messages input tools tool_choice system role content type tool_calls function name id text response_format "
    "json_schema schema stream stream_options output call_id previous_response_id parameters properties".split()
)
hostile = st.recursive(
    json_values, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(fields, inner, max_size=6), max_leaves=20
)


@given(dialects, st.dictionaries(fields, hostile, max_size=8))
def test_hostile_requests_are_answered_or_refused(dialect: str, request: dict[str, Any]) -> None:
    found = read(dialect, request)
    assert all(isinstance(t, Offered) for t in found.tools)
    answer = choose(SCRIPT, found)
    assert answer.trouble or answer.text or answer.calls
