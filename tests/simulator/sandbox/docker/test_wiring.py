"""What is handed on is looked at once more, answered by threads, and given up at the end."""

from __future__ import annotations

import re
import threading
from base64 import b64decode, b64encode
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.inside import Answered, Asked, Place
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker import wiring
from fauxcorp.sandbox.docker.wiring import Wiring, fits

TOKEN = "sk-0123"


def place(answer: Any = lambda asked: Answered(200, (("Content-Type", "text/plain"),), asked.body[::-1])) -> Place:
    return Place("models.tern.example", frozenset({"POST"}), r"/v1/(?:chat|responses)", frozenset({TOKEN}), answer)


class Gateway:
    """What a gateway does with what it is sent."""

    def __init__(self, places: dict[str, Place]) -> None:
        self.sent: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.known: list[list[str]] = []
        self.wiring = Wiring(places, self.send)

    def send(self, message: dict[str, Any]) -> None:
        if message["t"] == "own":
            self.known.append([p["host"] for p in message["places"]])
            threading.Thread(target=self.wiring.take, args=({"t": "own"},)).start()
        else:
            self.sent.put(message)

    def ask(self, number: int, **more: Any) -> None:
        message = {
            "t": "own", "id": number, "host": "models.tern.example", "method": "POST", "target": "/v1/chat?beta=true",
            "headers": [["X-Api-Key", TOKEN]], "body_b64": b64encode(b"abc").decode(), **more,
        }  # fmt: skip
        self.wiring.take(message)


def test_what_fits_is_answered_and_the_rest_is_not_found() -> None:
    gateway = Gateway({"10.0.0.254": place()})
    gateway.wiring.open()
    gateway.ask(7)
    said = gateway.sent.get(timeout=5)
    assert (said["t"], said["id"], said["status"], said["headers"]) == (
        "answer", 7, 200, [["Content-Type", "text/plain"]],
    )  # fmt: skip
    assert b64decode(said["body_b64"]) == b"cba"
    for number, wrong in enumerate(
        [{"host": "files.tern.example"}, {"target": "/v1/files"}, {"method": "PUT"}, {"headers": []}, {"host": None}]
    ):
        gateway.ask(number, **wrong)
        assert gateway.sent.get(timeout=5)["status"] == 404
    gateway.wiring.close()
    assert gateway.known == [["models.tern.example"], []]


def test_slow_answers_do_not_hold_up_others_and_are_given_up_at_the_end() -> None:
    held, begun = threading.Event(), SimpleQueue[None]()

    def slow(asked: Asked) -> Answered:
        if asked.body == b"slow":
            begun.put(None)
            held.wait(20)
        return Answered(200)

    gateway = Gateway({"10.0.0.254": place(slow)})
    gateway.wiring.open()
    gateway.ask(1, body_b64=b64encode(b"slow").decode())
    begun.get(timeout=5)
    gateway.ask(2)
    assert gateway.sent.get(timeout=5)["id"] == 2
    gateway.wiring.close()
    gateway.ask(3)
    with pytest.raises(Empty):
        gateway.sent.get(timeout=0.05)
    held.set()
    assert gateway.sent.get(timeout=5)["id"] == 1


def test_a_gateway_that_does_not_say_that_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "KNOWN_SECONDS", 0.05)
    with pytest.raises(SandboxError, match="does not answer"):
        Wiring({}, lambda message: None).open()


TARGETS = ("/v1/chat", "/v1/chat/", "/v1/../chat", "/v1/chat%2e", "//v1/chat", "/v1/chat?x", "/v1/chat\n")
VALUES = (TOKEN, f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Basic {TOKEN}", TOKEN.upper(), "", f"{TOKEN}, x")


@given(
    st.sampled_from(["POST", "GET", "post", ""]), st.text(max_size=20) | st.sampled_from(TARGETS),
    st.sampled_from(VALUES),
)  # fmt: skip
def test_only_what_fits_in_every_way(method: str, target: str, value: str) -> None:
    expected = (
        method == "POST"
        and re.fullmatch(r"/v1/chat(\?(?s:.*))?", target) is not None
        and value in (TOKEN, f"Bearer {TOKEN}", f"bearer {TOKEN}")
    )
    assert fits(place(), Asked(method, target, (("Authorization", value), ("Accept", "*/*")), b"")) is expected
