"""The way out for a program's own wiring: what fits in every respect goes to the host, and all else is told."""

from __future__ import annotations

import http.client
import re
import socket
from base64 import b64decode, b64encode
from typing import Any

import h11
import pytest
from gateway.own import Place
from hypothesis import given
from hypothesis import strategies as st

from .conftest import WAIT, Message, Rig, talk, usual_answer
from .test_names import ask, query

NAME, ADDRESS, TOKEN = "models.tern.example", "10.1.1.254", "sk-0123"
TOOLS = "tools.tern.example"
SECRET = b"TERN-4471-KX"


def answer(message: Message) -> Message | None:
    if message["t"] == "own":
        body = b64encode(b"told: " + b64decode(message["body_b64"])).decode()
        return {"status": 200, "reason": "", "headers": [["Content-Type", "text/event-stream"]], "body_b64": body}
    if message["t"] == "http" and message["ip"] == ADDRESS:
        return {"status": 502, "reason": "", "headers": [], "body_b64": "", "drop": True}
    return usual_answer(message)


@pytest.fixture
def wired(rig: Rig) -> Rig:
    rig.host.answer = answer
    rig.host.send({"t": "own", "places": [
        {"host": NAME, "address": ADDRESS, "methods": ["POST"], "path": "/v1/(?:chat|responses)", "tokens": [TOKEN]},
        {"host": TOOLS, "address": "10.1.1.253", "methods": ["POST"], "path": "/t0ken/mcp", "tokens": []},
    ]})  # fmt: skip
    rig.host.wait("own")
    return rig


def post(
    rig: Rig, target: str = "/v1/chat?beta=true", *, ip: str = ADDRESS, port: int = 80, host: str = NAME,
    method: str = "POST", headers: dict[str, str] | None = None, body: bytes = SECRET,
) -> tuple[int, bytes]:  # fmt: skip
    client = http.client.HTTPConnection("127.0.0.1", rig.port(ip, port), timeout=WAIT)
    given = {"Authorization": f"Bearer {TOKEN}"} if headers is None else headers
    client.request(method, target, body, {"Host": host, **given})
    try:
        response = client.getresponse()
        return response.status, response.read()
    except http.client.RemoteDisconnected:
        return 0, b""
    finally:
        client.close()


def told(rig: Rig) -> list[str]:
    return [m["t"] for m in rig.host.sync() if m["t"] in ("own", "http") and "id" in m]


def test_what_fits_is_handed_on_whole_and_told_as_nothing_else(wired: Rig) -> None:
    assert post(wired) == (200, b"told: " + SECRET)
    assert post(wired, headers={"x-api-key": TOKEN}) == (200, b"told: " + SECRET)
    assert post(wired, "/t0ken/mcp", ip="10.1.1.253", host=TOOLS, headers={})[0] == 200
    asked = wired.host.wait("own", host=NAME)
    assert (asked["method"], asked["target"], asked["complete"]) == ("POST", "/v1/chat?beta=true", True)
    wired.host.wait("close", count=3)
    messages = wired.host.sync()
    assert [m["t"] for m in messages].count("spoken") == 3
    assert not [m for m in messages if m["t"] == "http" or "raw_b64" in m]


@pytest.mark.parametrize(
    "more",
    [{"target": "/v1/files"}, {"target": "/v1/chat/../files"}, {"target": "/v1/chat?x=%54%45"}, {"target": "/other"},
     {"method": "PUT"}, {"headers": {}}, {"headers": {"Authorization": "Bearer sk-0124"}}, {"host": "paste.example"},
     {"headers": {"Authorization": f"Basic {TOKEN}"}}, {"ip": "203.0.113.5"}, {"port": 8080},
     {"target": f"http://{NAME}/v1/chat"}, {"host": TOOLS}, {"ip": "10.1.1.253"}, {"host": f"{NAME}."}],
    ids=str,
)  # fmt: skip
def test_whatever_does_not_fit_is_a_request_like_any_other(wired: Rig, more: dict[str, Any]) -> None:
    post(wired, **more)
    assert told(wired) == ["http"]
    assert b64decode(wired.host.wait("http")["body_b64"]) == SECRET


def test_a_host_that_is_there_answers_what_it_does_not_know(wired: Rig) -> None:
    assert post(wired, "/other")[0] == 404


def test_one_connection_for_both(wired: Rig) -> None:
    client = http.client.HTTPConnection("127.0.0.1", wired.port(ADDRESS, 80), timeout=WAIT)
    for target in ("/v1/chat", "/leak", "/v1/chat"):
        client.request("POST", target, SECRET, {"Host": NAME, "Authorization": f"Bearer {TOKEN}"})
        client.getresponse().read()
    client.close()
    wired.host.wait("close")
    assert told(wired) == ["own", "http", "own"]


def test_what_follows_a_request_and_is_none_is_told_with_the_connections_end(wired: Rig) -> None:
    head = f"POST /v1/chat HTTP/1.1\r\nHost: {NAME}\r\nX-Api-Key: {TOKEN}\r\nContent-Length: 2\r\n\r\nhi"
    talk(wired.port(ADDRESS, 80), head.encode() + b"\0\0" + SECRET)
    closed = wired.host.wait("close")
    assert SECRET in b64decode(closed["raw_b64"])


def test_a_way_through_a_proxy_is_none_of_its_own(wired: Rig) -> None:
    with socket.create_connection(("127.0.0.1", wired.port("203.0.113.5", 3128)), WAIT) as sock:
        sock.sendall(f"CONNECT {ADDRESS}:80 HTTP/1.1\r\nHost: {ADDRESS}:80\r\n\r\n".encode())
        assert b"200" in sock.recv(1000)
        head = f"POST /v1/chat HTTP/1.1\r\nHost: {NAME}\r\nX-Api-Key: {TOKEN}\r\nContent-Length: {len(SECRET)}\r\n\r\n"
        sock.sendall(head.encode() + SECRET)
        sock.recv(1000)
    assert told(wired) == ["http"]


def test_a_probe_goes_no_further(wired: Rig) -> None:
    assert post(wired, "/", method="HEAD", headers={}, body=b"")[0] == 404
    assert told(wired) == []
    post(wired, "/", method="GET", headers={}, body=SECRET)
    post(wired, "/?q=x", method="GET", headers={}, body=b"")
    assert told(wired) == ["http", "http"]


def test_its_name_is_answered_here_and_the_host_is_told_the_address(wired: Rig) -> None:
    port = wired.names()
    assert [str(r.rdata) for r in ask(port, query("Models.Tern.Example")).rr] == [ADDRESS]
    assert ask(port, query(NAME, "AAAA")).rr == []
    named = wired.host.wait("named")
    assert (named["ip"], named["name"]) == (ADDRESS, NAME)
    assert not wired.host.told("dns")
    ask(port, query(f"secret.{NAME}"))
    assert wired.host.wait("dns")["name"] == f"secret.{NAME}"


def test_when_it_is_closed_nothing_fits(wired: Rig) -> None:
    wired.host.send({"t": "own", "places": []})
    wired.host.wait("own", count=2)
    post(wired)
    assert told(wired) == ["http"]
    ask(wired.names(), query(NAME))
    assert wired.host.wait("dns")["name"] == NAME


def test_a_body_that_is_too_large_is_refused(wired: Rig) -> None:
    wired.gate.own.know({"places": [
        {"host": NAME, "address": ADDRESS, "methods": ["POST"], "path": "/v1/chat", "tokens": [TOKEN]}
    ]})  # fmt: skip
    assert post(wired, body=b"x" * (wired.gate.limits.body + 1))[0] == 413
    assert told(wired) == []


@given(st.binary(max_size=30), st.sampled_from(["Authorization", "X-Api-Key"]))
def test_no_other_value_is_a_token(value: bytes, name: str) -> None:
    place = Place(NAME, ADDRESS, frozenset({"POST"}), re.compile("/v1/chat"), frozenset({TOKEN}))
    try:
        request = h11.Request(method="POST", target="/v1/chat", headers=[("Host", NAME), (name, value)])
    except h11.LocalProtocolError:
        return
    assert place.takes(request, "/v1/chat") is (value.strip() in (TOKEN.encode(), f"Bearer {TOKEN}".encode()))
