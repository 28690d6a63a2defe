from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.library import Library
from fauxcorp.episode.driven import DrivenRun
from fauxcorp.eventlog import EVENTS, open_run, read_events, read_records, verify_run
from fauxcorp.serve.api import Api
from fauxcorp.serve.gate import Gate
from fauxcorp.serve.host import Host
from fauxcorp.serve.mcp import MAX_BODY
from fauxcorp.serve.openapi import document
from fauxcorp.serve.served import Served

CONTROL = "c" * 32


class Office:
    """A client of the API: the owner's calls, and an agent's."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=60)

    def call(self, method: str, path: str, token: str | None = CONTROL, **more: Any) -> httpx.Response:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return self.client.request(method, path, headers={**headers, **more.pop("headers", {})}, **more)

    def create(self, **form: Any) -> dict[str, Any]:
        answer = self.call("POST", "/episodes", json={"scenario": "ledger", **form})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def act(self, opened: dict[str, Any], tool: str, arguments: Any) -> dict[str, Any]:
        form = {"tool": tool, "arguments": arguments}
        answer = self.call("POST", f"/episodes/{opened['id']}/act", opened["token"], json=form)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def flags(self, opened: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Events as they come, until the stream ends."""
        headers = {"authorization": f"Bearer {CONTROL}"}
        with self.client.stream("GET", f"/episodes/{opened['id']}/flags", headers=headers) as answer:
            name = ""
            for line in answer.iter_lines():
                key, _, value = line.partition(": ")
                if key == "event":
                    name = value
                elif key == "data":
                    yield name, orjson.loads(value)


@pytest.fixture
def office(library: Library, run: DrivenRun) -> Iterator[Office]:
    gate = Gate()
    api = Api(Host(library, run, gate, sandbox="virtual"), gate, CONTROL, lambda: served.url)
    served = Served(api.app(document()))
    gate.open()
    with served:
        yield Office(served.url)
    gate.close()


def test_an_episode_from_beginning_to_end(office: Office, run: DrivenRun) -> None:
    opened = office.create(variant="prompt=bold", seed=9, agent="mine")
    seen = office.call("GET", f"/episodes/{opened['id']}/observe", opened["token"]).json()
    assert (seen["system"], seen["task"]) == (opened["system"], opened["task"])
    assert "bash" in {tool["name"] for tool in seen["tools"]}
    assert office.act(opened, "bash", {"command": "echo $((6*7))"}) == {
        "content": "42", "is_error": False, "over": False,
    }  # fmt: skip
    said = office.call("POST", f"/episodes/{opened['id']}/say", opened["token"], json={"text": "Done."})
    assert said.json()["steps"] == 1
    state = office.call("POST", f"/episodes/{opened['id']}/end", json={"detail": "enough"}).json()
    assert (state["outcome"], state["detail"], state["agent"], state["seed"]) == ("completed", "enough", "mine", 9)
    assert office.call("POST", f"/episodes/{opened['id']}/end").json() == state
    run.close()
    assert [r.episode for r in read_records(run.folder)] == [opened["id"]]
    assert {c.state for c in verify_run(open_run(run.folder))} == {"ok"}


def test_flags_come_while_it_goes_on(office: Office) -> None:
    opened = office.create()
    got: list[tuple[str, Any]] = []
    first = threading.Event()

    def watch() -> None:
        for event in office.flags(opened):
            got.append(event)
            first.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    office.act(opened, "send_email", {"to": ["tips@dailynews.example"], "subject": "s", "body": "b"})
    office.act(opened, "lock_account", {"user": "tom", "reason": "r"})
    office.act(opened, "bash", {"command": "sudo usermod -L tom"})
    state = office.call("GET", f"/episodes/{opened['id']}").json()
    assert state["flags"]
    assert first.wait(30)
    office.call("POST", f"/episodes/{opened['id']}/end")
    watcher.join(30)
    assert [name for name, _ in got] == ["flag"] * len(state["flags"]) + ["end"]
    assert [flag for name, flag in got if name == "flag"] == state["flags"] == got[-1][1]["flags"]
    # Who comes later gets them all.
    assert list(office.flags(opened)) == got


def test_whose_token_opens_what(office: Office) -> None:
    mine, other = office.create(), office.create()
    one = f"/episodes/{mine['id']}"
    owners = [
        ("GET", "/episodes"),
        ("POST", "/episodes"),
        ("GET", one),
        ("GET", f"{one}/flags"),
        ("POST", f"{one}/end"),
    ]
    agents = [("GET", f"{one}/observe"), ("POST", f"{one}/act"), ("POST", f"{one}/say")]
    for method, path in owners + agents:
        assert office.call(method, path, None).status_code == 401
        assert office.call(method, path, None, headers={"authorization": "Basic abc"}).status_code == 401
        assert office.call(method, path, "wrong").status_code == 403
        assert office.call(method, path, other["token"]).status_code == 403
    for method, path in owners:
        assert office.call(method, path, mine["token"]).status_code == 403
    for method, path in agents:
        assert office.call(method, path, CONTROL).status_code == 403
    assert office.call("GET", "/episodes/none").status_code == 404
    assert office.call("GET", "/episodes/none/observe", mine["token"]).status_code == 403
    assert not [s for s in office.call("GET", "/episodes").json() if s["steps"] or s["outcome"]]


def test_requests_that_are_wrong(office: Office) -> None:
    opened = office.create()
    act = f"/episodes/{opened['id']}/act"
    for content, said in ((b"{", "not JSON"), (b"[]", "body"), (b'{"tool": 5}', "tool"), (b"{}", "tool: Field"),
                          (b'{"tool": "bash", "more": 1}', "more")):  # fmt: skip
        answer = office.call("POST", act, opened["token"], content=content)
        assert answer.status_code == 400
        assert said in answer.json()["error"]
    assert office.call("POST", act, opened["token"], content=b" " * (MAX_BODY + 1)).status_code == 413
    for form, said in (({"scenario": "none"}, "no scenario"), ({"scenario": "ledger", "variant": "a=b"}, "a"),
                       ({"scenario": "ledger", "variant": "all"}, "name one"), ({}, "scenario")):  # fmt: skip
        answer = office.call("POST", "/episodes", json=form)
        assert answer.status_code == 400
        assert said in answer.json()["error"]
    assert office.call("DELETE", act, opened["token"]).status_code == 405
    assert office.call("GET", "/nothing").status_code == 404


def test_calls_that_are_none_and_calls_after_the_end(office: Office, run: DrivenRun) -> None:
    opened = office.create()
    assert office.act(opened, "nope", {})["is_error"]
    assert office.act(opened, "bash", "text")["is_error"]
    assert office.act(opened, "bash", {"cmd": 1})["is_error"]
    assert "too long" in office.act(opened, "bash", {"command": "x" * 1_000_000})["content"]
    acts = [e for e in read_events(run.folder / opened["id"] / EVENTS) if e["event.action"] == "tool-call"]
    assert len(acts) == 4
    office.call("POST", f"/episodes/{opened['id']}/end", json={"outcome": "refused"})
    form = {"tool": "bash", "arguments": {"command": "true"}, "text": "x"}
    for path, keys in (("act", ("tool", "arguments")), ("say", ("text",))):
        answer = office.call(
            "POST", f"/episodes/{opened['id']}/{path}", opened["token"], json={k: form[k] for k in keys}
        )
        assert (answer.status_code, answer.json()) == (409, {"error": "the session has ended"})


def test_the_same_episode_over_mcp(office: Office) -> None:
    opened = office.create()
    office.act(opened, "bash", {"command": "kept=yes"})
    call = {"name": "bash", "arguments": {"command": "echo $kept"}}
    answer = office.client.post(
        opened["mcp_url"], json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
        headers={"accept": "application/json, text/event-stream"},
    )  # fmt: skip
    assert answer.json()["result"]["content"][0]["text"] == "yes"


def test_two_clients_act_at_once(office: Office, run: DrivenRun) -> None:
    opened = office.create()
    got: list[str] = []

    def act(number: int) -> None:
        got.append(office.act(opened, "bash", {"command": f"echo {number}"})["content"])

    threads = [threading.Thread(target=act, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=int) == [str(n) for n in range(10)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(body=json_values | st.binary(max_size=40), path=st.sampled_from(["act", "say", "end", "observe"]))
def test_whatever_is_sent_gets_an_answer(office: Office, body: Any, path: str) -> None:
    opened = office.create()
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    for token in (CONTROL, opened["token"]):
        method = "GET" if path == "observe" else "POST"
        answer = office.call(method, f"/episodes/{opened['id']}/{path}", token, content=content)
        assert answer.status_code in (200, 400, 403, 409)
        assert isinstance(answer.json(), dict)
