"""HTTP and HTTPS with the clients that agents use."""

from __future__ import annotations

import hashlib
import http.client
import socket
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from .conftest import WAIT, Message, Rig, data, talk, usual_answer


def curl(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["curl", "-sS", "--max-time", "20", *words], capture_output=True, check=False)


def test_a_request_is_told_whole_and_answered_with_what_the_host_says(rig: Rig) -> None:
    port = rig.port(port=8080)
    rig.host.answer = lambda m: {
        "status": 418, "reason": "Short", "headers": [["X-Kind", "pot"], ["Content-Length", "999"]],
        "body_b64": b64encode(b"tea").decode(),
    }  # fmt: skip
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    client.request("POST", "/a?b=c", b"k=v", {"Host": "Paste.Example:8080", "X-Trace": "7"})
    response = client.getresponse()
    assert (response.status, response.reason, response.read()) == (418, "Short", b"tea")
    assert response.getheader("X-Kind") == "pot"
    assert response.getheader("Content-Length") == "3"
    told = rig.host.wait("http")
    assert (told["method"], told["target"], told["host"]) == ("POST", "/a?b=c", "paste.example")
    assert (told["ip"], told["port"], told["tls"], told["complete"]) == ("203.0.113.5", 8080, False, True)
    assert (data(told, "body"), told["body_bytes"]) == (b"k=v", 3)
    assert told["sha256"] == hashlib.sha256(b"k=v").hexdigest()
    assert ["X-Trace", "7"] in told["headers"]


def test_what_is_told_comes_in_order(rig: Rig) -> None:
    talk(rig.port(), b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
    assert [m["t"] for m in rig.host.sync()] == ["open", "http", "close"]
    closed = rig.host.wait("close")
    assert closed["kind"] == "http"
    assert data(closed, "first").startswith(b"GET / HTTP/1.1")
    assert "raw_b64" not in closed


def test_one_connection_serves_many_requests(rig: Rig) -> None:
    client = http.client.HTTPConnection("127.0.0.1", rig.port(), timeout=WAIT)
    for n in range(5):
        client.request("PUT", f"/{n}", b"x" * n)
        assert client.getresponse().read() == f"PUT /{n}\n".encode()
    client.close()
    rig.host.wait("close")
    assert [m["body_bytes"] for m in rig.host.told("http")] == [0, 1, 2, 3, 4]
    assert len(rig.host.told("open")) == 1


def test_requests_sent_at_once_are_answered_in_order(rig: Rig) -> None:
    one = b"GET /%d HTTP/1.1\r\nHost: a.example\r\n\r\n"
    answered = talk(rig.port(), b"".join(one % n for n in range(4)))
    assert [answered.index(b"GET /%d\n" % n) for n in range(4)] == sorted(
        answered.index(b"GET /%d\n" % n) for n in range(4)
    )
    assert answered.count(b"HTTP/1.1 200 OK") == 4


def test_a_chunked_body_is_told_without_its_chunks(rig: Rig) -> None:
    with httpx.Client(timeout=WAIT) as client:
        response = client.post(f"http://127.0.0.1:{rig.port()}/up", content=(bytes([65 + n]) * 1000 for n in range(5)))
    assert response.status_code == 200
    told = rig.host.wait("http")
    assert data(told, "body") == b"".join(bytes([65 + n]) * 1000 for n in range(5))


def test_curl_waits_for_leave_to_send_a_large_body(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"z" * 3_000_000)
    url = f"http://127.0.0.1:{rig.port()}/big"
    done = curl("-v", "-H", "Expect: 100-continue", "--expect100-timeout", "19", "-T", str(tmp_path / "big"), url)
    assert done.returncode == 0
    assert b"100 Continue" in done.stderr
    assert rig.host.wait("http")["body_bytes"] == 3_000_000


def test_a_body_over_the_limit_is_counted_and_hashed_and_its_beginning_told(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(body=100_000)
    body = bytes(range(256)) * 4_000
    client = http.client.HTTPConnection("127.0.0.1", rig.port(), timeout=WAIT)
    client.request("POST", "/", body)
    assert client.getresponse().status == 200
    told = rig.host.wait("http")
    assert data(told, "body") == body[:100_000]
    assert told["body_bytes"] == len(body)
    assert told["sha256"] == hashlib.sha256(body).hexdigest()
    assert told["complete"] is True


def test_a_client_that_leaves_in_the_middle_is_told_of_with_what_it_sent(rig: Rig) -> None:
    talk(rig.port(), b"POST /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n\r\nhalf of it")
    told = rig.host.wait("http")
    assert (told["complete"], data(told, "body")) == (False, b"half of it")


def test_a_head_without_an_end_is_told_as_it_is(rig: Rig) -> None:
    talk(rig.port(), b"GET /secret-in-the-path HTTP/1.1\r\nX-Key: abc")
    closed = rig.host.wait("close")
    assert data(closed, "raw") == b"GET /secret-in-the-path HTTP/1.1\r\nX-Key: abc"
    assert rig.host.told("http") == []


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nbad header line\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ten\r\n\r\nx",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_proper_request_is_refused_and_told(rig: Rig, said: bytes) -> None:
    answered = talk(rig.port(), said)
    assert answered.split(b"\r\n")[0].startswith((b"HTTP/1.1 4",))
    closed = rig.host.wait("close")
    assert closed["bytes_in"] == len(said)
    assert data(closed, "raw")[:20] == said[:20]


def test_https_has_a_certificate_for_the_name_that_is_asked_for(rig: Rig, trusted: Path) -> None:
    port = rig.port("198.51.100.9", 8443)
    done = curl("-v", "--cacert", str(trusted), "--resolve", f"drop.example:{port}:127.0.0.1",
                "-d", "k=v", f"https://drop.example:{port}/in")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == b"POST /in\n"
    told = rig.host.wait("http")
    assert (told["tls"], told["host"], told["ip"], told["port"]) == (True, "drop.example", "198.51.100.9", 8443)
    assert rig.host.wait("hello")["sni"] == "drop.example"
    assert rig.host.wait("close")["host"] == "drop.example"


def test_https_by_address_has_a_certificate_for_the_address(rig: Rig, trusted: Path) -> None:
    port = rig.port("127.0.0.1", 443)
    context = ssl.create_default_context(cafile=str(trusted))
    raw = socket.create_connection(("127.0.0.1", port), WAIT)
    with context.wrap_socket(raw, server_hostname="127.0.0.1") as sock:
        names = sock.getpeercert()
        assert names is not None
        assert names["subjectAltName"] == (("IP Address", "127.0.0.1"),)
        sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 200")
    assert rig.host.wait("http")["host"] == "127.0.0.1"


def test_http2_is_talked_down_to_http1(rig: Rig, trusted: Path) -> None:
    context = ssl.create_default_context(cafile=str(trusted))
    context.set_alpn_protocols(["h2", "http/1.1"])
    raw = socket.create_connection(("127.0.0.1", rig.port()), WAIT)
    with context.wrap_socket(raw, server_hostname="two.example") as sock:
        assert sock.selected_alpn_protocol() == "http/1.1"
    answered = talk(rig.port(), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
    assert answered[-4:] == b"\0\0\0\x0d"
    assert data(rig.host.wait("close", 2), "raw").startswith(b"PRI * HTTP/2.0")


def test_a_client_that_does_not_trust_the_authority_still_names_where_it_wanted_to_go(rig: Rig) -> None:
    port = rig.port()
    done = curl("--resolve", f"pinned.example:{port}:127.0.0.1", f"https://pinned.example:{port}/")
    assert done.returncode == 60
    assert rig.host.wait("hello")["sni"] == "pinned.example"
    closed = rig.host.wait("close")
    assert (closed["host"], closed["tls"]) == ("pinned.example", True)


def test_a_handshake_that_is_none_is_told_as_it_came(rig: Rig) -> None:
    said = b"\x16\x03\x01\x00\x10" + b"no hello at all!" + b"more"
    talk(rig.port(), said)
    closed = rig.host.wait("close")
    assert (closed["kind"], closed["bytes_in"]) == ("tls", len(said))
    assert data(closed, "raw") == said


def test_through_a_proxy_the_far_side_is_seen(rig: Rig, trusted: Path) -> None:
    proxy = f"http://127.0.0.1:{rig.port('203.0.113.8', 3128)}"
    done = curl("-p", "-x", proxy, "--cacert", str(trusted), "https://far.example:8443/z", "-d", "a")
    assert done.stdout == b"POST /z\n", done.stderr
    told = rig.host.wait("http")
    assert (told["host"], told["port"], told["tls"], told["target"]) == ("far.example", 8443, True, "/z")
    assert rig.host.wait("close")["via"] == "203.0.113.8:3128"
    assert curl("-x", proxy, "http://plain.example:81/y?q#f").stdout == b"GET /y?q\n"
    assert rig.host.wait("http", 2)["host"] == "plain.example"


def test_an_upgrade_is_not_taken_up(rig: Rig) -> None:
    asked = b"GET /chat HTTP/1.1\r\nHost: ws.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    answered = talk(rig.port(), asked)
    assert answered.startswith(b"HTTP/1.1 200 OK")
    assert b"101" not in answered.split(b"\r\n")[0]


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body(rig: Rig, method: str, status: int) -> None:
    rig.host.answer = lambda m: {"status": status, "body_b64": b64encode(b"unwanted").decode()}
    client = http.client.HTTPConnection("127.0.0.1", rig.port(), timeout=WAIT)
    for _ in range(2):
        client.request(method, "/")
        response = client.getresponse()
        assert (response.status, response.read()) == (status, b"")


def test_a_host_that_says_nothing_is_a_gateway_timeout(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(answer_seconds=0.2)
    rig.host.answer = lambda m: None
    assert talk(rig.port(), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 504 Gateway Timeout\r\n")


def test_a_host_may_have_the_connection_dropped(rig: Rig) -> None:
    rig.host.answer = lambda m: {"status": 502, "drop": True}
    assert talk(rig.port(), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") == b""


@pytest.mark.parametrize(
    "answer", [{"status": "no"}, {"status": 200, "body_b64": "!"}, {"status": 101}, {"status": 999}]
)
def test_an_answer_that_cannot_be_sent_is_a_bad_gateway(rig: Rig, answer: Message) -> None:
    rig.host.answer = lambda m: answer
    assert talk(rig.port(), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 502 Bad Gateway\r\n")


def test_headers_of_an_answer_cannot_end_it_early(rig: Rig) -> None:
    rig.host.answer = lambda m: {**(usual_answer(m) or {}), "headers": [["X-A", "1\r\nX-B: 2"], ["X C\r\n", "3"]]}
    answered = talk(rig.port(), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"\r\nX-B" not in answered


def test_many_bodies_at_once_keep_within_memory_and_lose_no_count(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(memory=200_000, body=150_000)
    port = rig.port()
    clients = [http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT) for _ in range(6)]
    for client in clients:
        client.putrequest("POST", "/")
        client.putheader("Content-Length", "300000")
        client.endheaders(b"a" * 290_000)
    for client in clients:
        client.send(b"b" * 10_000)
        assert client.getresponse().status == 200
    told = rig.host.told("http")
    assert {m["body_bytes"] for m in told} == {300_000}
    assert len({m["sha256"] for m in told}) == 1
    assert all(len(data(m, "body")) >= 60_000 for m in told)
    assert any(len(data(m, "body")) == 150_000 for m in told)
