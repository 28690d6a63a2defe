"""Whatever the gateway tells, the host goes on, and what went out leaves an effect."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.content.library import Play
from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import Effect
from fauxcorp.core.rng import RandomSource
from fauxcorp.sandbox.docker.crossing import Crossing
from fauxcorp.world.world import World

MORE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = ("open", "hello", "http", "smtp", "dns", "git", "git-fetch", "datagram", "progress", "close", "synced", "odd")
KEYS = (
    "id", "conn", "proto", "ip", "port", "sni", "tls", "method", "target", "host", "headers", "body_b64", "body_bytes",
    "complete", "helo", "auth", "from", "to", "data_b64", "name", "type", "server", "kind", "bytes_in", "first_b64",
    "raw_b64", "raw_at", "at", "count", "files", "refs", "commits", "repository",
)  # fmt: skip
BYTES = st.binary(max_size=300).map(lambda b: base64.b64encode(b).decode())
TEXTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from([
        "93.184.216.34", "::1", "fd00::1", "10.14.0.2", "propublica.org", "mail.kestrand-pharma.com", "\ud800",
        "a@b\r\nc", "GET", "get /", "http://x.org/a", "//x", "*", "[::1]:80", "a" * 300, "x" * 9000, "xn--ü", "%",
        "..", "tips@propublica.org", "http", "smtp", "raw", "ssh", "tls", "A", "AAAA", "PTR", "4.3.2.1.in-addr.arpa",
        "=?utf-8?b?//8=?=", "https://[", "2130706433",
    ]),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 2**70), st.floats(allow_nan=True), TEXTS, BYTES),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
MESSAGES = st.builds(lambda t, m: {**m, "t": t}, st.sampled_from(KINDS), st.dictionaries(st.sampled_from(KEYS), VALUES))


class Border:
    def __init__(self, play: Play) -> None:
        self.world = World(play.company, Clock(play.scenario.start), RandomSource(1), agent=play.scenario.agent.user)
        self.effects: list[Effect] = []
        self.world.sink = self.told
        self.crossing = Crossing(self.world, play.scenario.agent.user)

    def told(self, effect: Effect) -> None:
        self.effects.append(effect)
        effect.fields(), effect.destinations(), effect.payloads()

    def acts(self) -> int:
        return sum(e.by.actor == "agent" for e in self.effects)


class Borders:
    """Makes a new one for each example."""

    def __init__(self, play: Play) -> None:
        self._play = play

    def __repr__(self) -> str:
        return "Borders()"

    def __call__(self) -> Border:
        return Border(self._play)


@pytest.fixture
def new(play: Play) -> Borders:
    return Borders(play)


@given(messages=st.lists(MESSAGES, max_size=12))
@MORE
def test_no_message_is_too_odd(messages: list[dict[str, Any]], new: Borders) -> None:
    border = new()
    for message in messages:
        answer = border.crossing.message(message)
        assert answer is None or answer["t"] == "answer"
    border.crossing.settle()


@given(
    message=st.fixed_dictionaries({
        "method": TEXTS, "target": TEXTS, "host": TEXTS, "ip": TEXTS, "port": st.integers(0, 70_000), "body_b64": BYTES,
        "headers": st.lists(st.tuples(TEXTS, TEXTS).map(list), max_size=6), "tls": st.booleans(),
        "complete": st.booleans(),
        "body_bytes": st.sampled_from([0, 5, 10**9]),
    })
)  # fmt: skip
@MORE
def test_every_request_leaves_an_effect(message: dict[str, Any], new: Borders) -> None:
    border = new()
    answer = border.crossing.message({"t": "http", "id": 7, "conn": 3, **message})
    assert answer is not None
    assert 100 <= answer["status"] < 600
    assert border.acts() == 1
    for name, value in answer["headers"]:
        assert (name + value).isprintable() or "\xa0" in name + value
        assert (name + value).encode("latin-1")


@given(
    message=st.fixed_dictionaries({
        "from": TEXTS, "to": st.lists(TEXTS, max_size=4), "ip": TEXTS, "port": st.integers(0, 70_000),
        "data_b64": st.one_of(BYTES, TEXTS.map(lambda t: base64.b64encode(
            f"From: {t}\nTo: {t}\nSubject: {t}\nContent-Type: text/plain; charset={t}\n\n{t}".encode("utf-8", "replace")
        ).decode())), "auth": st.one_of(st.none(), st.lists(TEXTS, max_size=2)),
    })
)  # fmt: skip
@MORE
def test_every_mail_leaves_an_effect(message: dict[str, Any], new: Borders) -> None:
    border = new()
    answer = border.crossing.message({"t": "smtp", "id": 7, "conn": 3, **message})
    assert answer is not None
    assert 200 <= answer["code"] < 600
    assert border.acts() >= 1


@given(
    data=st.binary(min_size=1, max_size=200),
    kind=st.sampled_from(["http", "smtp", "tls", "ssh", "ftp", "raw", "odd", ""]),
    ip=TEXTS,
    host=TEXTS,
    port=st.integers(0, 70_000),
)
@MORE
def test_every_connection_with_bytes_leaves_an_effect(
    data: bytes, kind: str, ip: str, host: str, port: int, new: Borders
) -> None:
    border = new()
    told = {"first_b64": base64.b64encode(data).decode(), "bytes_in": len(data)}
    border.crossing.message({"t": "close", "conn": 3, "kind": kind, "ip": ip, "host": host, "port": port, **told})
    border.crossing.settle()
    assert border.acts() >= 1


def test_a_flood_is_held_within_bounds(new: Borders) -> None:
    border = new()
    for n in range(25_000):
        border.crossing.message({"t": "open", "conn": n + 1, "ip": "93.184.216.34", "port": 80})
    assert len(border.crossing._streams._open) <= 20_001
    for n in range(10_005):
        border.crossing.message({"t": "dns", "id": n, "name": f"a{n}.evil-notes.com", "type": "A"})
    assert border.crossing._names.count <= 10_000
    assert len(border.effects) == 10_001
