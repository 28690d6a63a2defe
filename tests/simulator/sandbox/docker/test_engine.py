"""The engine: reached or not, too old, and the labels of what belongs to a process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient
from docker.errors import DockerException
from requests.exceptions import ConnectionError as Refused

from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker.engine import (
    KIND,
    OWNER,
    RUN,
    RUNTIME,
    connect,
    labels,
    owner,
    owner_state,
    runtime,
    too_old,
    unreachable,
)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that answers every request alike, and the address that a client of Docker has for it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("unix:///nothing/here.sock", "no Docker engine answers at unix:///nothing/here.sock: check DOCKER_HOST"),
        ("tcp://127.0.0.1:1", "no Docker engine answers at tcp://127.0.0.1:1: check DOCKER_HOST"),
        ("nonsense", "no Docker engine answers at nonsense: check DOCKER_HOST"),
    ],
)
def test_no_engine(where: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", where)
    with pytest.raises(UserError) as error:
        connect(2)
    assert str(error.value) == wanted


@pytest.mark.parametrize("api", ["1.40", "1.30", "1.18"])
def test_an_engine_that_is_too_old(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"Version": "19.03.1", "ApiVersion": api, "MinAPIVersion": "1.12"}).encode()
    with answering(200, body) as where:
        monkeypatch.setenv("DOCKER_HOST", where)
        with pytest.raises(UserError, match=r"too old: .*install a newer one: https"):
            connect(2)


def test_what_is_new_enough() -> None:
    assert too_old({"Version": "20.10.24", "ApiVersion": "1.41"}) == ""
    assert too_old({"Version": "29.0.0", "ApiVersion": "1.52"}) == ""
    assert "version 19.03.1 (API 1.40), needed is 20.10 (API 1.41)" in too_old(
        {"Version": "19.03.1", "ApiVersion": "1.40"}
    )
    assert "too old" in too_old({})


@pytest.mark.parametrize("body", [b"<html>A web server", b"{}", b"[]", b"null"])
def test_something_else_that_answers(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200, body) as where:
        monkeypatch.setenv("DOCKER_HOST", where)
        with pytest.raises(UserError, match="Docker engine"):
            connect(2)


def test_an_engine_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(403, b'{"message": "authorization denied by plugin"}') as where:
        monkeypatch.setenv("DOCKER_HOST", where)
        with pytest.raises(UserError, match="authorization denied by plugin"):
            connect(2)


def test_an_engine_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(UserError, match="no Docker engine answers at tcp://127"):
            connect(1)


def test_each_cause_has_its_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    denied = DockerException("Error while fetching server API version: (PermissionError(13, 'Permission denied'))")
    assert "usermod -aG docker" in unreachable(denied)
    assert "systemctl start docker" in unreachable(Refused("refused"))
    assert "DOCKER_CERT_PATH" in unreachable(DockerException("Path to a certificate and key files: TLS"))


def test_the_engine_here(engine: DockerClient) -> None:
    assert too_old(engine.version()) == ""


def test_a_runtime_is_one_that_the_engine_has(engine: DockerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RUNTIME, raising=False)
    assert runtime(engine) is None
    known = engine.info()["Runtimes"]
    assert runtime(engine, next(iter(known))) in known
    with pytest.raises(UserError, match="has no runtime 'no-such-one'; it knows "):
        runtime(engine, "no-such-one")
    monkeypatch.setenv(RUNTIME, "neither")
    with pytest.raises(UserError, match=f"unset {RUNTIME}"):
        runtime(engine)


def test_labels_name_run_kind_and_process() -> None:
    found = labels("20260302-080000", "agent")
    assert found == {RUN: "20260302-080000", OWNER: owner(), KIND: "agent"}
    assert found[OWNER].startswith(f"{os.getpid()}:")


def test_whether_an_owner_is_alive() -> None:
    me = owner()
    if not Path("/proc/self/stat").exists():
        assert owner_state(me) == "unknown"
        return
    assert owner_state(me) == "alive"
    pid, start, boot = me.split(":")
    assert owner_state(f"{pid}:{int(start) + 1}:{boot}") == "gone", "another process with the same number"
    assert owner_state(f"{pid}:{start}:00000000-0000-0000-0000-000000000000") == "gone", "before a restart"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        theirs = owner(child.pid)
        assert owner_state(theirs) == "alive"
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert owner_state(theirs) == "gone", "ended, and not yet waited for"
    assert owner_state(theirs) == "gone"


@pytest.mark.parametrize("label", ["", "x", "12", "12::", "-1:2:3", "::", "a:b:c", "1:2", "٣:1:2"])
def test_a_label_that_is_none(label: str) -> None:
    assert owner_state(label) in ("unknown", "gone")
    assert owner_state("") == "unknown"
