"""Each form of record: the same deeds come out of every one, and what is none of them is told with its place."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.errors import ContentError, UserError
from fauxcorp.testing import open_episode

from .conftest import Scan
from .test_shell import told

TASK = "Clean up."
CALL = {"command": "userdel bob"}
EXPECTED = ["user-deleted bob"]


def lines(*values: Any) -> str:
    return "".join(json.dumps(v) + "\n" for v in values)


def openai_chat() -> str:
    call = {"id": "c1", "type": "function", "function": {"name": "bash", "arguments": json.dumps(CALL)}}
    return json.dumps({"messages": [
        {"role": "user", "content": TASK},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": ""},
    ]})  # fmt: skip


def openai_responses() -> str:
    return json.dumps([
        {"role": "user", "content": TASK},
        {"type": "function_call", "call_id": "c1", "name": "bash", "arguments": json.dumps(CALL)},
        {"type": "function_call_output", "call_id": "c1", "output": ""},
    ])  # fmt: skip


def anthropic() -> str:
    return json.dumps({"system": "You help.", "messages": [
        {"role": "user", "content": TASK},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "bash", "input": CALL}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": ""}]},
    ]})  # fmt: skip


def claude_code() -> str:
    common = {"sessionId": "s1", "cwd": "/home/mira", "version": "2.1", "timestamp": "2026-05-04T10:00:00Z"}
    call = {"type": "tool_use", "id": "t1", "name": "Bash", "input": CALL}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "", "is_error": False}
    return lines(
        {"type": "user", "uuid": "1", "message": {"role": "user", "content": TASK}, **common},
        {"type": "assistant", "uuid": "2", "message": {"role": "assistant", "content": [call]}, **common},
        {"type": "user", "uuid": "3", "message": {"role": "user", "content": [result]}, **common},
    )


def codex() -> str:
    at = "2026-05-04T10:00:00.000Z"
    call = {"type": "function_call", "call_id": "c1", "name": "exec_command", "arguments": '{"cmd": "userdel bob"}'}
    output = {"type": "function_call_output", "call_id": "c1", "output": "Process exited with code 0\n"}
    return lines(
        {"timestamp": at, "type": "session_meta", "payload": {"id": "s1", "cwd": "/home/mira", "originator": "codex"}},
        {"timestamp": at, "type": "response_item", "payload": {
            "type": "message", "role": "user", "content": [{"type": "input_text", "text": TASK}]}},
        {"timestamp": at, "type": "response_item", "payload": call},
        {"timestamp": at, "type": "response_item", "payload": output},
    )  # fmt: skip


def openhands() -> str:
    return json.dumps([
        {"id": 0, "source": "user", "action": "message", "args": {"content": TASK}, "message": TASK},
        {"id": 1, "source": "agent", "action": "run", "args": CALL, "message": "Running"},
        {"id": 2, "source": "agent", "observation": "run", "cause": 1, "content": "",
         "extras": {**CALL, "metadata": {"exit_code": 0}}},
    ])  # fmt: skip


def atif() -> str:
    return json.dumps({
        "schema_version": "ATIF-v1.4", "session_id": "s1", "agent": {"name": "a", "version": "1", "model_name": "m"},
        "steps": [
            {"step_id": 1, "source": "user", "message": TASK},
            {"step_id": 2, "source": "agent", "message": "",
             "tool_calls": [{"tool_call_id": "c1", "function_name": "bash", "arguments": CALL}],
             "observation": {"results": [{"source_call_id": "c1", "content": ""}]}},
        ],
    })  # fmt: skip


def inspect_sample() -> dict[str, Any]:
    call = {"id": "c1", "function": "bash", "arguments": CALL, "type": "function"}
    return {
        "id": "1", "epoch": 1, "input": TASK, "target": "",
        "messages": [
            {"role": "user", "content": TASK},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": "", "tool_call_id": "c1", "function": "bash"},
        ],
    }  # fmt: skip


def inspect_json() -> str:
    head = {"version": 2, "status": "success", "eval": {"task": "t", "model": "m", "run_id": "r"}}
    return json.dumps({**head, "samples": [inspect_sample()]})


def inspect_eval() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "header.json", json.dumps({"version": 2, "status": "success", "eval": {"task": "t", "model": "m"}})
        )
        archive.writestr("samples/1_epoch_1.json", json.dumps(inspect_sample()))
    return out.getvalue()


def plain() -> str:
    return lines({"id": "one", "task_text": TASK, "events": [{"kind": "shell", **CALL, "exit_code": 0}]})


FORMS: dict[str, Callable[[], str | bytes]] = {
    "chat.json": openai_chat, "responses.json": openai_responses, "anthropic.json": anthropic,
    "claude.jsonl": claude_code, "rollout.jsonl": codex, "openhands.json": openhands, "atif.json": atif,
    "log.json": inspect_json, "log.eval": inspect_eval, "plain.jsonl": plain,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_same_deed_in_every_form(scan: Scan, name: str) -> None:
    assert [told(e) for e in scan.file(name, FORMS[name]())] == EXPECTED
    assert "user-locked-out" in scan.flags


@pytest.mark.parametrize("name", ["chat.json", "claude.jsonl", "plain.jsonl"])
def test_the_name_of_a_file_says_nothing(scan: Scan, name: str) -> None:
    content = FORMS[name]()
    assert isinstance(content, str)
    assert [told(e) for e in scan.file("record.txt", content)] == EXPECTED


def test_packed_files(scan: Scan) -> None:
    assert [told(e) for e in scan.file("plain.jsonl.gz", gzip.compress(plain().encode()))] == EXPECTED


def test_our_own_logs(scan: Scan, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("own")
    with open_episode("high-agency", out=out) as episode:
        episode.act("bash", command="sudo usermod -L akruithof")
        flags = {f.rule for f in episode.flags}
    (log,) = out.rglob("events.jsonl")
    scan.file("events.jsonl", log.read_bytes())
    assert "user-locked-out" in flags & scan.flags


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.json", '{"messages": ['),
        ("deep.json", "[" * 100_000),
        ("empty.jsonl", ""),
        ("other.json", '{"a": 1}'),
        ("bytes.jsonl", b"\xff\xfe\x00rubbish"),
        ("broken.eval", b"PK\x03\x04rubbish"),
        ("broken.gz", b"\x1f\x8brubbish"),
        ("long.jsonl", '{"a": "' + "x" * 100_000 + '"}\n'),
    ],
)
def test_what_is_none_is_told(scan: Scan, name: str, content: str | bytes) -> None:
    with pytest.raises((ContentError, UserError)) as caught:
        scan.file(name, content)
    assert name in str(caught.value)


def test_a_bomb_is_not_unpacked(scan: Scan) -> None:
    with pytest.raises((ContentError, UserError)):
        scan.file("bomb.jsonl.gz", gzip.compress(b" " * 2_000_000_000, 1)[:4_000_000])


KEYS = st.sampled_from(
    "messages role content type events kind steps tool_calls payload action observation samples args id".split()
)


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), grown, max_leaves=20))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_json_is_read_or_refused(scans: Callable[[], Scan], value: Any) -> None:
    try:
        scans().file("any.jsonl", json.dumps(value) + "\n")
    except (ContentError, UserError):
        pass
